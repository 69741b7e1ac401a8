"""CSV: tagtui's own, for spreadsheets, and any other that has a column of URLs.

tagtui's has the columns ``url,title,annotation,tags,added,modified,by,private,unread``, tags separated by commas, and
dates as in ISO 8601.  Of others, columns with the usual names are taken for these; what else a row holds is kept in
``extra["csv"]``, and written back in columns of its own.

A spreadsheet computes a cell that begins with ``=`` and the like, whoever wrote the title in it.  Such a cell is
written with an apostrophe before it, which is taken off again when tagtui's own columns are read.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark, Draft, clean_tags, split_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.errors import ImportFileError
from tagtui.formats.addresses import is_address
from tagtui.formats.csv_rows import Row, Table, folder_tags, read_table
from tagtui.formats.dates import read_added, read_date, stamp
from tagtui.formats.encoding import to_utf8
from tagtui.formats.flags import is_yes
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks
from tagtui.formats.undated import UNDATED

_OWN = ("url", "title", "annotation", "tags", "added", "modified", "by", "private", "unread")
_COLUMNS = {
    "url": ("url", "uri", "link", "href", "address"),
    "title": ("title", "name"),
    "annotation": ("annotation", "note", "notes", "description", "comment", "comments"),
    "tags": ("tags", "labels", "keywords"),
    "added": ("added", "created", "date", "time_added", "date_added", "created_at", "timestamp", "time"),
    "modified": ("modified", "updated", "date_modified", "updated_at"),
    "by": ("by",),
    "private": ("private",),
    "unread": ("unread", "toread"),
    "folder": ("folder",),
}
_BETWEEN_TAGS = re.compile("[,;|]")
# With the apostrophes before it, so that one that was there already is told from one that was put there.
_FORMULA = re.compile(r"'*+(?:[\t\r\n]|\s*+[=+@＝＋－＠-])")
_MOST_OTHERS = 100  # columns beside tagtui's own; a table is as wide as all its rows
_TRIED = 20  # rows in which a URL is looked for, to know the file
_SHOWN = 40  # characters of a cell, in a line about it


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; a column of folders gives tags if that is wanted, or where none is of tags."""
    decoded = to_utf8(source.content)
    table = read_table(decoded.utf8, source.name, _COLUMNS)
    foldered = "tags" not in table.known if source.folders_as_tags is None else source.folders_as_tags
    manner = _Manner(_is_own(table), foldered, dated="added" in table.known)
    remarks = () if manner.dated else (UNDATED,)
    return with_remarks(_read(table.rows, manner, datetime.now(UTC)), decoded.warnings + remarks)


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, _writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``, one a row."""
    import csv
    from codecs import getwriter

    bookmarks = tuple(bookmarks)
    others = _others(bookmarks)
    writer = csv.writer(getwriter("utf-8")(out))
    writer.writerow((*_OWN, *map(_guarded, others)))
    writer.writerows(_cells(bookmark, others) for bookmark in bookmarks)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    try:
        table = read_table(utf8, "", _COLUMNS)
    except ImportFileError:
        return False
    try:
        return _is_own(table) or any(is_address(row.known["url"]) for row in islice(table.rows, _TRIED))
    except ImportFileError:  # a row is broken, or cut off with the head; the reader tells which
        return b"://" in utf8


FORMAT = Format("csv", "CSV", _recognises, read, write, ("csv",))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a file's rows are to be read: whether they are tagtui's, folders are tags, and there are dates."""

    own: bool
    foldered: bool
    dated: bool


def _is_own(table: Table) -> bool:
    return table.names.issuperset(_OWN)


def _read(rows: Iterator[Row], manner: _Manner, now: datetime) -> Iterator[Entry]:
    for row in rows:
        url = row.known["url"]
        if not clean_url(url):
            yield Skipped(row.where, "it has no URL")
        elif manner.own:
            yield _entry(_as_it_was(row), manner, now)
        elif is_address(url) or len(url.split()) == 1:
            yield _entry(row, manner, now)
        else:
            yield Skipped(row.where, f"it has no URL, but {url[:_SHOWN]!r}")


def _as_it_was(row: Row) -> Row:
    """Return ``row`` without the apostrophes that :func:`_guarded` has put before its cells."""
    others = {_bare(name): _bare(text) for name, text in row.others.items()}
    return row._replace(known={name: _bare(text) for name, text in row.known.items()}, others=others)


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _bare(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text, 1) else text


def _entry(row: Row, manner: _Manner, now: datetime) -> Draft:
    known = row.known
    tags = split_tags(known["tags"]) if manner.own else _tags(known["tags"])
    folder = known["folder"].strip()
    if manner.foldered and folder:
        tags = clean_tags((*tags, *folder_tags(folder)))
    added, warnings = read_added(known["added"], now)
    kept = row.others | {"folder": folder} if folder else row.others
    return Draft(
        url=known["url"],
        title=known["title"],
        annotation=known["annotation"],
        tags=tags,
        added=added,
        modified=read_date(known["modified"], now),
        by=known["by"],
        private=is_yes(known["private"]),
        unread=is_yes(known["unread"]),
        extra={"csv": kept} if kept else {},
        where=row.where,
        warnings=row.warnings + (warnings if manner.dated else ()),
    )


def _tags(text: str) -> tuple[str, ...]:
    """Return the tags in ``text``: between commas, semicolons or bars if there are any, else between blanks."""
    return clean_tags(_BETWEEN_TAGS.split(text)) if _BETWEEN_TAGS.search(text) else split_tags(text)


def _others(bookmarks: Iterable[Bookmark]) -> tuple[str, ...]:
    """Return the columns beside tagtui's own that ``bookmarks`` need, in the order of their first use."""
    names: dict[str, None] = {}
    for bookmark in bookmarks:
        names.update(dict.fromkeys(_kept(bookmark)))
    return tuple(islice(names, _MOST_OTHERS))


def _kept(bookmark: Bookmark) -> dict[str, str]:
    kept = bookmark.extra.get("csv")
    fields = kept.items() if isinstance(kept, dict) else ()
    return {name: text for name, text in fields if isinstance(text, str)}


def _cells(bookmark: Bookmark, others: Iterable[str]) -> Iterator[str]:
    kept = _kept(bookmark)
    yield _guarded(bookmark.url)
    yield _guarded(bookmark.title)
    yield _guarded(bookmark.annotation)
    yield _guarded(",".join(bookmark.tags))
    yield stamp(bookmark.added)
    yield stamp(bookmark.modified)
    yield _guarded(bookmark.by)
    yield "yes" if bookmark.private else "no"
    yield "yes" if bookmark.unread else "no"
    for name in others:
        yield _guarded(kept.get(name, ""))
