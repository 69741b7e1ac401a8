"""Pocket's CSV, of its last years: ``title,url,time_added,tags,status``, for a while with a ``cursor`` before the tags.

The tags are separated by ``|``, ``status`` is ``unread`` or ``archive``, and the title of a page that Pocket could not
read is its URL.  Every other field is kept in ``extra["pocket"]``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.csv_rows import Row, header, read_table
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import to_utf8
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

_OWN = frozenset({"url", "time_added", "status"})
_COLUMNS = {name: (name,) for name in _OWN | {"title", "tags"}}
_STATES = frozenset({"", "unread", "archive"})
_BETWEEN_TAGS = re.compile("[|,]")  # no tag of Pocket's had either in it; other programs write commas


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``."""
    decoded = to_utf8(source.content)
    rows = read_table(decoded.utf8, source.name, _COLUMNS).rows
    return with_remarks(_read(rows, datetime.now(UTC)), decoded.warnings)


def _recognises(head: bytes) -> bool:
    return header(to_utf8(head).utf8) >= _OWN


FORMAT = Format("pocket-csv", "Pocket CSV", _recognises, read, None)


def _read(rows: Iterator[Row], now: datetime) -> Iterator[Entry]:
    for row in rows:
        yield _entry(row, now) if clean_url(row.known["url"]) else Skipped(row.where, "it has no URL")


def _entry(row: Row, now: datetime) -> Draft:
    known = row.known
    state = known["status"].strip().lower()
    kept = row.others if state in _STATES else row.others | {"status": known["status"]}
    added, warnings = read_added(known["time_added"], now)
    return Draft(
        url=known["url"],
        title="" if known["title"] == known["url"] else known["title"],
        tags=clean_tags(_BETWEEN_TAGS.split(known["tags"])),
        added=added,
        unread=state == "unread",
        extra={"pocket": kept} if kept else {},
        where=row.where,
        warnings=row.warnings + warnings,
    )
