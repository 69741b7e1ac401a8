"""The Netscape bookmark file: what every browser and most bookmark services export.

``<DT><A HREF ADD_DATE LAST_MODIFIED PRIVATE TOREAD TAGS="a,b">title</A>``, the annotation after a ``<DD>``, folders as
``<H3>`` before a ``<DL>``.  Every other attribute is kept in ``extra["netscape"]``.  Microsoft's description of it:
https://learn.microsoft.com/en-us/previous-versions/windows/internet-explorer/ie-developer/platform-apis/aa753582(v=vs.85)
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark, Draft, clean_tags, split_tags, tag_key
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.dates import read_added, read_date
from tagtui.formats.encoding import to_utf8
from tagtui.formats.flags import is_yes
from tagtui.formats.folders import UNTOLD
from tagtui.formats.netscape_links import Link, links
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks

_DOCTYPE = re.compile(rb"<!doctype\s++netscape-bookmark-file-1", re.IGNORECASE)
_LIST = re.compile(rb"<dl[\s>]|<dt>\s*+<(?:a|h3)[\s>]", re.IGNORECASE)
_DATED = re.compile(rb"\sadd_date\s*+=", re.IGNORECASE)
_TAGGED = re.compile(rb"\stags\s*+=", re.IGNORECASE)
_FOLDER = re.compile(rb"<h3[\s>]", re.IGNORECASE)
_KNOWN = ("HREF", "ADD_DATE", "LAST_MODIFIED", "PRIVATE", "TOREAD", "TAGS")
_NAME = re.compile("[A-Z][A-Z0-9_.:-]*")
_NOTES, _NOTES_END = "[linkding-notes]", "[/linkding-notes]"
_HEAD = b"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
"""
_FOOT = b"</DL><p>\n"


def read(source: Source) -> Iterator[Entry]:
    """Yield the links of ``source``; the folders are tags if that is wanted or, unasked, where no link has TAGS."""
    decoded = to_utf8(source.content)
    manner = _Manner.of(decoded.utf8, source.folders_as_tags)
    remarks = () if manner.dated else ("no bookmark of this file has a date; they all get today's",)
    if source.folders_as_tags is None and not manner.foldered and _has_folders(decoded.utf8):
        remarks = (*remarks, UNTOLD)
    return with_remarks(_read(decoded.utf8, manner, datetime.now(UTC)), decoded.warnings + remarks)


def _has_folders(content: bytes) -> bool:
    return bool(_FOLDER.search(content)) and any(link.folders for link in links(content))


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, _writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``, one a line, an annotation in the lines after it."""
    out.write(_HEAD)
    out.writelines(_lines(bookmark).encode() for bookmark in bookmarks)
    out.write(_FOOT)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    return bool(_DOCTYPE.search(utf8) or (utf8.lstrip().startswith(b"<") and _LIST.search(utf8)))


FORMAT = Format("netscape", "Netscape bookmark file", _recognises, read, write, ("html", "htm"))


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a file's links are to be read: whether the folders are tags, and whether any link has a date."""

    foldered: bool
    dated: bool

    @classmethod
    def of(cls, content: bytes, folders_as_tags: bool | None) -> "_Manner":
        if folders_as_tags is None:
            tagged = _TAGGED.search(content) and any("TAGS" in link.names for link in links(content))
            folders_as_tags = not tagged
        return cls(foldered=folders_as_tags, dated=bool(_DATED.search(content)))


def _read(content: bytes, manner: _Manner, now: datetime) -> Iterator[Entry]:
    line_end = b"\n" if b"\n" in content else b"\r"
    line, counted = 1, 0
    for link in links(content):
        line += content.count(line_end, counted, link.place)
        counted = link.place
        yield _entry(link, f"line {line}", manner, now)


def _entry(link: Link, where: str, manner: _Manner, now: datetime) -> Entry:
    known, others = _places(link.names)
    url, first, last, private, to_read, tagged = known(link.values)
    address = clean_url(url)
    if not address:
        return Skipped(where, "it has no URL")
    if address[:6].lower() == "place:":
        return Skipped(where, "it is a search that only Firefox can do (place:)")
    added, warnings = read_added(_date(first), now)
    modified = added if last == first else read_date(_date(last), now)
    unread = is_yes(to_read)
    tags = split_tags(tagged)
    if manner.foldered:
        tags = clean_tags((*tags, *link.folders)) if tags else link.folders
    kept = {name: link.values[place] for name, place in others}
    return Draft(
        url=url,
        title=link.title,
        annotation=_annotation(link.note),
        tags=tuple(tag for tag in tags if tag_key(tag) != "toread") if unread else tags,
        added=added,
        modified=modified,
        private=is_yes(private),
        unread=unread,
        extra={"netscape": kept} if kept else {},
        where=where,
        warnings=warnings if manner.dated else (),
    )


@lru_cache(maxsize=64)  # nearly all links of a file have the same
def _places(names: tuple[str, ...]) -> tuple[Callable[[Sequence[str]], tuple[str, ...]], list[tuple[str, int]]]:
    """Return what takes the values of the known attributes, and of each other one the name and the place."""
    known = [names.index(name) if name in names else -1 for name in _KNOWN]
    others = [(name, at) for at, name in enumerate(names) if name not in _KNOWN and _NAME.fullmatch(name)]
    return itemgetter(*known), others


def _date(text: str) -> str:
    """Return ``text``, but ``""`` for the zero and the negative numbers that stand for no date."""
    if text.isdecimal() and text[0] != "0":
        return text
    text = text.strip()
    return "" if text.startswith("-") or not text.strip("0.") else text


def _annotation(note: str) -> str:
    """Return ``note`` with linkding's notes, which it appends in brackets, as a paragraph."""
    if not note.endswith(_NOTES_END) or _NOTES not in note:
        return note
    description, _, notes = note.removesuffix(_NOTES_END).partition(_NOTES)
    return "\n\n".join(part for part in (description.strip(), notes.strip()) if part)


def _lines(bookmark: Bookmark) -> str:
    kept = bookmark.extra.get("netscape")
    attributes = {
        "HREF": bookmark.url,
        "ADD_DATE": str(int(bookmark.added.timestamp())),
        "LAST_MODIFIED": str(int(bookmark.modified.timestamp())),
        "PRIVATE": str(int(bookmark.private)),
        "TOREAD": str(int(bookmark.unread)),
        "TAGS": ",".join(bookmark.tags),
    }
    for name, text in kept.items() if isinstance(kept, dict) else ():
        if isinstance(text, str) and _NAME.fullmatch(name):
            attributes.setdefault(name, text)
    written = " ".join(f'{name}="{_escape(text)}"' for name, text in attributes.items())
    line = f"<DT><A {written}>{_escape(bookmark.title)}</A>\n"
    return f"{line}<DD>{_escape(bookmark.annotation)}\n" if bookmark.annotation else line


def _escape(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&quot;")
