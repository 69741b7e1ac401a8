"""Pinboard's JSON: what ``posts/all?format=json`` and the settings page's export give.

An array of objects of text: ``href``, ``description`` (the title), ``extended`` (the annotation), ``meta``, ``hash``
(md5 of the href), ``time``, ``shared`` and ``toread`` (``yes`` or ``no``) and ``tags``, separated by blanks.  tagtui
adds ``modified`` where it differs from ``time``, and ``by``.  Every other field is kept in ``extra["pinboard"]``.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import md5
from typing import Any, BinaryIO

import msgspec

from tagtui.core.bookmark import Bookmark, Draft, split_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.errors import ImportFileError
from tagtui.formats.dates import read_added, read_date, stamp
from tagtui.formats.encoding import Decoded, to_utf8
from tagtui.formats.flags import is_no, is_yes
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks

_BEGINNING = re.compile(rb"\s*\[\s*(?:\{|(\])\s*\Z)")
_HREF = re.compile(rb'"href"\s*:')
_SPACE = re.compile(r"[ \t\n\r]*")
_DEEPEST = 32  # levels in a field that tagtui does not know; the library file could not hold much deeper ones


class _Row(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An entry as Pinboard and tagtui write it.

    Nearly every entry decodes to this, twice as fast as to a dict that is checked and emptied field by field.
    """

    href: str = ""
    description: str = ""
    extended: str = ""
    tags: str = ""
    shared: str = ""
    toread: str = ""
    by: str = ""
    time: datetime | None = None
    modified: datetime | None = None
    hash: Any = None  # which is not read: it follows from the href
    meta: str | msgspec.UnsetType = msgspec.UNSET


_TEXTS = ("href", "description", "extended", "tags", "shared", "toread", "by")

_to_entries = msgspec.json.Decoder(list[msgspec.Raw])
_to_row = msgspec.json.Decoder(_Row)
_to_fields = msgspec.json.Decoder(dict[str, Any])
_forgiving = json.JSONDecoder(strict=False, parse_int=str, parse_constant=str)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    beginning = _BEGINNING.match(utf8)
    return bool(beginning and (beginning[1] or _HREF.search(utf8)))


def read(source: Source) -> Iterator[Entry]:
    """Yield the entries of ``source``; raises ImportFileError where it is cut off, or no JSON array."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded, source.name, datetime.now(UTC)), decoded.warnings)


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, _writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``, one a line."""
    opening = b"[\n"
    for bookmark in bookmarks:
        out.write(opening + msgspec.json.encode(_row(bookmark)))
        opening = b",\n"
    out.write(b"[]\n" if opening == b"[\n" else b"\n]\n")


FORMAT = Format("pinboard-json", "Pinboard JSON", _recognises, read, write, ("json",))


def _read(decoded: Decoded, name: str, now: datetime) -> Iterator[Entry]:
    try:
        entries: Iterable[msgspec.Raw | bytes] = _to_entries.decode(decoded.utf8)
    except (msgspec.DecodeError, RecursionError):
        entries = _walk(decoded, name)
    for number, entry in enumerate(entries, start=1):
        where = f"entry {number}"
        try:
            row = _to_row.decode(entry)
        except (ValueError, msgspec.DecodeError, RecursionError):
            yield _odd_entry(entry, where, now)
        else:
            kept = {} if row.meta is msgspec.UNSET else {"meta": row.meta}
            yield _entry(row, row.time, row.modified, kept, where, now)


def _walk(decoded: Decoded, name: str) -> Iterator[bytes]:
    """Yield the array's entries one by one, by the standard library's decoder, or raise ImportFileError.

    It tells where the JSON breaks, and forgives what msgspec refuses the whole file for: raw control characters, halves
    of surrogate pairs (a title cut off at so many characters), NaN, a comma after the last entry.
    """
    text = decoded.utf8.decode("latin-1")  # a character a byte, so that places are byte offsets
    place, expected, number = _skip_space(text, 0), "[", 0
    while text.startswith(expected, place):
        place, expected = _skip_space(text, place + 1), ","
        if text.startswith("]", place):
            break
        number += 1
        try:
            _, end = _forgiving.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError) as error:
            if isinstance(error, json.JSONDecodeError):
                place = len(text) if error.msg.startswith("Unterminated") else error.pos
            raise _broken(decoded, name, place, f", in entry {number}") from None
        yield decoded.utf8[place:end]
        place = _skip_space(text, end)
    if text.startswith("]", place):
        place = _skip_space(text, place + 1)
        if place == len(text):
            return
    raise _broken(decoded, name, place, f", after entry {number}" if number else "")


def _skip_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place


def _broken(decoded: Decoded, name: str, place: int, behind: str) -> ImportFileError:
    what = "not a JSON array" if decoded.utf8[place:].strip() else "cut off"
    return ImportFileError(f"{name}: {what} at byte {decoded.offset(place)}{behind}; export it again, or mend it there")


def _fields(entry: msgspec.Raw | bytes) -> dict[str, Any] | None:
    """Return the fields of an entry, or ``None`` when it is no object or cannot be kept."""
    try:
        try:
            return _to_fields.decode(entry)
        except msgspec.DecodeError:
            value = json.loads(bytes(entry), strict=False, parse_constant=str)
            return _to_fields.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore"))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return None


def _odd_entry(entry: msgspec.Raw | bytes, where: str, now: datetime) -> Entry:
    """Read an entry that has fields of its own, or in which something is not as Pinboard writes it."""
    fields = _fields(entry)
    if fields is None:
        return Skipped(where, "it is no JSON object that can be kept")
    texts: dict[str, Any] = {name: fields.pop(name, "") or "" for name in _TEXTS}
    if wrong := ", ".join(name for name, text in texts.items() if not isinstance(text, str)):
        return Skipped(where, f"not text, as it should be: {wrong}")
    time, modified = fields.pop("time", None), fields.pop("modified", None)
    fields.pop("hash", None)
    if any(_is_deeper(value, _DEEPEST - 1) for value in fields.values()) and clean_url(texts["href"]):
        return Skipped(where, "it is nested too deeply")
    return _entry(_Row(**texts), time, modified, fields, where, now)


def _entry(row: _Row, time: object, modified: object, kept: dict[str, Any], where: str, now: datetime) -> Entry:
    if not clean_url(row.href):
        return Skipped(where, "it has no href")
    added, warnings = read_added(time, now)
    return Draft(
        url=row.href,
        title=row.description,
        annotation=row.extended,
        tags=split_tags(row.tags),
        added=added,
        modified=None if modified is None else read_date(modified, now),
        by=row.by,
        private=is_no(row.shared),
        unread=is_yes(row.toread),
        extra={"pinboard": kept} if kept else {},
        where=where,
        warnings=warnings,
    )


def _is_deeper(value: object, levels: int) -> bool:
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    return levels < 0 or any(_is_deeper(item, levels - 1) for item in inner)


def _row(bookmark: Bookmark) -> dict[str, Any]:
    kept = bookmark.extra.get("pinboard")
    kept = kept if isinstance(kept, dict) else {}
    row = {
        "href": bookmark.url,
        "description": bookmark.title,
        "extended": bookmark.annotation,
        "meta": kept.get("meta"),
        "hash": md5(bookmark.url.encode(), usedforsecurity=False).hexdigest(),
        "time": stamp(bookmark.added),
        "shared": "no" if bookmark.private else "yes",
        "toread": "yes" if bookmark.unread else "no",
        "tags": " ".join(bookmark.tags),
        "modified": stamp(bookmark.modified) if bookmark.modified != bookmark.added else None,
        "by": bookmark.by or None,
    }
    return {name: value for name, value in row.items() if value is not None} | {
        name: value for name, value in kept.items() if name not in row
    }
