"""tagtui's own library file, taken in or written to be taken along, and what ``tagtui list --json`` prints.

The file is TinyDB's JSON: in the table ``library`` a document ``{"schema", "owner"}``, in the table ``bookmarks`` the
bookmarks with the fields of :class:`~tagtui.core.bookmark.Bookmark`, but for those that hold their default.  What
``list`` prints is an array of them, whole, with an ``id`` that is not read.  Fields that tagtui does not know are kept
in ``extra["tagtui"]``.  A name in ``.json`` asks for Pinboard's format, so that none asks for this one.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark, Draft
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.errors import ImportFileError
from tagtui.formats.encoding import Decoded, to_utf8
from tagtui.formats.json_entries import DEEPEST, NO_OBJECT, Text, array, fields, first_sign, is_deeper, tables
from tagtui.formats.json_fields import take_added, take_date, take_flag, take_tags, take_text
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks

_SCHEMA = 1  # as in store/reading.py

_LIBRARY = re.compile(rb'\s*+\{\s*+"library"\s*+:\s*+\{\s*+"1"\s*+:\s*+\{[^{}]*?"(?:schema|owner)"\s*+:')
_TABLE = re.compile(rb'\s*+\{\s*+"bookmarks"\s*+:\s*+\{')
_LIST = re.compile(rb"\s*+\[\s*+\{")
_NAMES = re.compile(rb'"(?:url|annotation|added|modified)"\s*+:')


class _Row(msgspec.Struct, forbid_unknown_fields=True, gc=False, kw_only=True):
    """A bookmark as tagtui writes it; nearly every one decodes to this."""

    id: Any = None
    url: str
    title: str = ""
    annotation: str = ""
    tags: tuple[str, ...] = ()
    added: datetime
    modified: datetime
    by: str = ""
    private: bool = False
    unread: bool = False
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


_FIELDS = frozenset(_Row.__struct_fields__)

_to_row = msgspec.json.Decoder(_Row)


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; who saved one that does not say so is the owner of the file.

    Raises ImportFileError where it is cut off, is no such JSON, or was written by a newer tagtui.
    """
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded, source.name, datetime.now(UTC)), decoded.warnings)


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, writing: Writing) -> None:
    """Write ``bookmarks`` to ``out`` as a library of their owner, one a line, with ids from 1."""
    about = {"schema": _SCHEMA, "owner": writing.owner}
    out.write(b'{"library": {\n"1": ' + _spaced(about) + b'\n},\n"bookmarks": {')
    before = b"\n"
    for id, bookmark in enumerate(bookmarks, start=1):
        own, others = apart(bookmark)
        out.write(before + b'"%d": ' % id + _spaced({**msgspec.to_builtins(own), **others} if others else own))
        before = b",\n"
    out.write(b"\n}}\n")


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    if _LIBRARY.match(utf8):
        return True
    names = {name.split(b'"')[1] for name in _NAMES.findall(utf8)}
    if _TABLE.match(utf8):
        return names >= {b"url", b"added", b"modified"}
    return bool(_LIST.match(utf8)) and names >= {b"url", b"annotation"}


FORMAT = Format("tagtui-json", "tagtui library", _recognises, read, write)


def entry(text: Text, where: str, owner: str, now: datetime) -> Entry:
    """Return the entry that a bookmark of tagtui's is, ``owner`` being who saved it where it does not say so."""
    try:
        row = _to_row.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return _odd_entry(text, where, owner, now)
    if row.added.tzinfo is not UTC or row.modified.tzinfo is not UTC or _too_deep(row.extra):
        return _odd_entry(text, where, owner, now)
    if not clean_url(row.url):
        return Skipped(where, "it has no URL")
    return Draft(
        url=row.url,
        title=row.title,
        annotation=row.annotation,
        tags=row.tags,
        added=row.added,
        modified=row.modified,
        by=row.by or owner,
        private=row.private,
        unread=row.unread,
        extra=row.extra,
        where=where,
    )


def apart(bookmark: Bookmark) -> tuple[Bookmark, dict[str, Any]]:
    """Return ``bookmark`` without the fields that tagtui did not know when it read them, and these."""
    kept = bookmark.extra.get("tagtui")
    if not isinstance(kept, dict) or kept.keys() <= _FIELDS:
        return bookmark, {}
    extra = {name: value for name, value in bookmark.extra.items() if name != "tagtui"}
    if known := {name: value for name, value in kept.items() if name in _FIELDS}:
        extra["tagtui"] = known
    return replace(bookmark, extra=extra), {name: value for name, value in kept.items() if name not in _FIELDS}


def _read(decoded: Decoded, name: str, now: datetime) -> Iterator[Entry]:
    if first_sign(decoded) == b"[":
        for number, text in enumerate(array(decoded, name), start=1):
            yield entry(text, f"entry {number}", "", now)
        return
    documents = list(tables(decoded, name))  # the owner may come last
    owner = _owner(documents, name)
    strange: set[str] = set()
    for table, id, text in documents:
        if table == "bookmarks" and id:
            yield entry(text, f"table bookmarks, document {id[:40]}", owner, now)
        elif table != "library" and table not in strange:
            strange.add(table)
            yield Skipped(f"table {table[:40]}", "it is no table of tagtui's")


def _owner(documents: Iterable[tuple[str, str, Text]], name: str) -> str:
    about = next((fields(text) for table, id, text in documents if (table, id) == ("library", "1")), None) or {}
    schema, owner = about.get("schema", _SCHEMA), about.get("owner")
    if not isinstance(schema, int) or schema > _SCHEMA:
        raise ImportFileError(
            f"{name}: written by a newer tagtui: its schema is {str(schema)[:40]!r}, and this one knows {_SCHEMA}; "
            f"upgrade tagtui to read it"
        )
    return owner if isinstance(owner, str) else ""


def _odd_entry(text: Text, where: str, owner: str, now: datetime) -> Entry:
    """Read a bookmark that has fields of its own, or in which something is not as tagtui writes it."""
    known = fields(text)
    if known is None:
        return Skipped(where, NO_OBJECT)
    url = take_text(known, "url")
    if not clean_url(url):
        return Skipped(where, "it has no URL")
    title, annotation, by = (take_text(known, name) for name in ("title", "annotation", "by"))
    tags = take_tags(known, "tags")
    modified = take_date(known, "modified", now)
    added, warnings = take_added(known, "added", now)
    if modified and not added:
        added, warnings = modified, ()
    private, unread = take_flag(known, "private") is True, take_flag(known, "unread") is True
    extra, losses = _extra(known)
    return Draft(
        url=url,
        title=title,
        annotation=annotation,
        tags=tags,
        added=added,
        modified=modified,
        by=by or owner,
        private=private,
        unread=unread,
        extra=extra,
        where=where,
        warnings=warnings + losses,
    )


def _extra(others: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return ``extra`` with ``others``, the fields that tagtui does not know, and a warning of what cannot be kept."""
    others.pop("id", None)
    extra = others.pop("extra") if isinstance(others.get("extra"), dict) else {}
    if others:
        before = extra.get("tagtui")
        extra = {**extra, "tagtui": {**(before if isinstance(before, dict) else {}), **others}}
    deep = _too_deep(extra)
    losses = (f"nested too deeply, left out: {', '.join(name[:40] for name in deep)}",) if deep else ()
    return {name: value for name, value in extra.items() if name not in deep}, losses


def _too_deep(extra: dict[str, Any]) -> list[str]:
    return [name for name, value in extra.items() if is_deeper(value, DEEPEST)]


def _spaced(value: object) -> bytes:
    """Return ``value`` as JSON in one line, with blanks, as the library file has it."""
    return msgspec.json.format(msgspec.json.encode(value), indent=0)
