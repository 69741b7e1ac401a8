"""Raindrop.io's CSV: its backups and exports.

``id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite``; older ones have no ``id`` and no
``favorite``, the export of one collection no ``folder``.  ``excerpt`` is the page's own description; tags are separated
by commas; each of the highlights begins with ``Highlight:``; a folder stands after those around it and `` / ``, and
what is in none is in ``Unsorted``.  What there is no place for is kept in ``extra["raindrop"]``.
https://developer.raindrop.io/v1/export
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.csv_rows import Row, Table, folder_tags, header, read_table
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import to_utf8
from tagtui.formats.flags import is_no
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

_OWN = frozenset({"url", "title", "note", "excerpt", "tags", "created"})
_COLUMNS = {name: (name,) for name in _OWN | {"folder", "highlights"}}
_NO_FOLDER = "unsorted"
_HIGHLIGHT = re.compile("^Highlight:", re.MULTILINE)


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; the folders are tags if that is wanted or, unasked, where no row has tags."""
    decoded = to_utf8(source.content)

    def table() -> Table:
        return read_table(decoded.utf8, source.name, _COLUMNS)

    foldered = source.folders_as_tags
    if foldered is None:
        foldered = not any(row.known["tags"].strip() for row in table().rows)
    return with_remarks(_read(table().rows, foldered, datetime.now(UTC)), decoded.warnings)


def _recognises(head: bytes) -> bool:
    return header(to_utf8(head).utf8) >= _OWN


FORMAT = Format("raindrop-csv", "Raindrop.io CSV", _recognises, read, None)


def _read(rows: Iterator[Row], foldered: bool, now: datetime) -> Iterator[Entry]:
    for row in rows:
        yield _entry(row, foldered, now) if clean_url(row.known["url"]) else Skipped(row.where, "it has no URL")


def _entry(row: Row, foldered: bool, now: datetime) -> Draft:
    known = row.known
    kept = {name: text for name, text in row.others.items() if name.lower() != "favorite" or not is_no(text)}
    tags = clean_tags(known["tags"].split(","))
    folder = known["folder"].strip()
    if folder and folder.lower() != _NO_FOLDER:
        kept["folder"] = folder
        tags = clean_tags((*tags, *folder_tags(folder))) if foldered else tags
    added, warnings = read_added(known["created"], now)
    return Draft(
        url=known["url"],
        title=known["title"],
        annotation=_annotation(known["note"], known["excerpt"], known["highlights"]),
        tags=tags,
        added=added,
        extra={"raindrop": kept} if kept else {},
        where=row.where,
        warnings=row.warnings + warnings,
    )


def _annotation(note: str, excerpt: str, highlights: str) -> str:
    """Return the texts as paragraphs, what the person wrote first; the highlights are quotations in Markdown."""
    marked = map(_quotation, _HIGHLIGHT.split(highlights))
    return "\n\n".join(filter(None, (note.strip(), excerpt.strip(), *marked)))


def _quotation(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.strip().split("\n")) if text.strip() else ""
