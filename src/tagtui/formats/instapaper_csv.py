"""Instapaper's CSV: ``URL,Title,Selection,Folder``, later with ``Timestamp``, and last with ``Tags`` too.

``Folder`` is ``Unread``, ``Archive``, ``Starred`` or the name of one of the person's; ``Selection`` is what was marked
on the page when it was saved; ``Tags`` is a JSON array of texts.  Folders and every other field are kept in
``extra["instapaper"]``.  https://www.instapaper.com/user has the export.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from tagtui.core.bookmark import Draft, clean_tags, split_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.csv_rows import Row, Table, header, read_table
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import to_utf8
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks
from tagtui.formats.undated import UNDATED

_OWN = frozenset({"url", "title", "selection", "folder"})
_COLUMNS = {name: (name,) for name in _OWN | {"timestamp", "tags"}}
_STATES = frozenset({"", "unread", "archive", "starred"})

_to_tags = msgspec.json.Decoder(list[str])


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; the folders are tags if that is wanted or, unasked, where no row has tags."""
    decoded = to_utf8(source.content)

    def table() -> Table:
        return read_table(decoded.utf8, source.name, _COLUMNS)

    foldered = source.folders_as_tags
    if foldered is None:
        foldered = not any(_tags(row.known["tags"]) for row in table().rows)
    opened = table()
    manner = _Manner(foldered, dated="timestamp" in opened.known)
    remarks = () if manner.dated else (UNDATED,)
    return with_remarks(_read(opened.rows, manner, datetime.now(UTC)), decoded.warnings + remarks)


def _recognises(head: bytes) -> bool:
    return header(to_utf8(head).utf8) >= _OWN


FORMAT = Format("instapaper-csv", "Instapaper CSV", _recognises, read, None)


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a file's rows are to be read: whether the folders are tags, and whether there are dates."""

    foldered: bool
    dated: bool


def _read(rows: Iterator[Row], manner: _Manner, now: datetime) -> Iterator[Entry]:
    for row in rows:
        yield _entry(row, manner, now) if clean_url(row.known["url"]) else Skipped(row.where, "it has no URL")


def _entry(row: Row, manner: _Manner, now: datetime) -> Draft:
    known = row.known
    folder, tags = known["folder"].strip(), _tags(known["tags"])
    state = folder.lower()
    kept = row.others | {"folder": folder} if state not in ("", "unread") else row.others
    if manner.foldered and state not in _STATES:
        tags = clean_tags((*tags, folder))
    added, warnings = read_added(known["timestamp"], now)
    return Draft(
        url=known["url"],
        title=known["title"],
        annotation=known["selection"].strip(),
        tags=tags,
        added=added,
        unread=state == "unread",
        extra={"instapaper": kept} if kept else {},
        where=row.where,
        warnings=row.warnings + (warnings if manner.dated else ()),
    )


def _tags(text: str) -> tuple[str, ...]:
    try:
        return clean_tags(_to_tags.decode(text))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return split_tags(text)
