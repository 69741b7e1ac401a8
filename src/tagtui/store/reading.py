"""Read a library file, or say in one line why it is not one; nothing here writes."""

import codecs
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from tagtui.core.bookmark import Bookmark
from tagtui.errors import LibraryFileError
from tagtui.store import faults
from tagtui.store.documents import Document, from_document, in_utc
from tagtui.store.tidying import RULES, tidy_all

SCHEMA = 1
MAX_ID = 2**32 - 1  # the index keeps ids in 32-bit Roaring bitmaps

_T = TypeVar("_T")
_Id = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a library file holds.  ``owner`` is ``""`` where the file names none.

    ``kept`` are the documents, by id, that hold more or other than their bookmarks say, and those that are not shown.
    ``is_signed`` tells whether the file says that it is a library, or is one only by its table of bookmarks.
    """

    owner: str
    bookmarks: dict[int, Bookmark]
    kept: dict[int, msgspec.Raw] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    is_signed: bool = False


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """A library file.  Decoding to it succeeds where there is nothing in it but what tagtui writes."""

    bookmarks: dict[_Id, Bookmark]
    library: dict[str, dict[str, Any]] = {}


_to_file = msgspec.json.Decoder(_File)
_to_bookmark = msgspec.json.Decoder(Bookmark)


def load(path: Path) -> Loaded:
    """Return the bookmarks of the library file at ``path``; a missing or empty file holds none.

    Raises LibraryFileError, naming the place and the way out, for anything that is not a library.
    """
    return parse_library(path, read_file(path))


def parse_library(path: Path, content: bytes, tidy: int = 0) -> Loaded:
    """Return the bookmarks in ``content``, the text of the file at ``path``; raises as :func:`load` does.

    ``tidy`` is the number of the rules by which all its documents are known to be tidy.
    """
    if is_empty(content):
        return Loaded("", {})
    kept: dict[int, msgspec.Raw] = {}
    try:
        file = _to_file.decode(without_mark(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        file = _read_one_by_one(path, content, kept)
    owner = _owner(path, file.library)
    bookmarks = file.bookmarks
    if tidy == RULES and not kept:
        return Loaded(owner, bookmarks, is_signed=bool(file.library))
    as_written = list(bookmarks.values())
    _date_in_utc(bookmarks)
    tidy_all(bookmarks, content)
    changed = [id for id, before in zip(bookmarks, as_written, strict=True) if bookmarks[id] is not before]
    hidden = [id for id, bookmark in bookmarks.items() if not bookmark.url]
    _keep(path, content, {*changed, *hidden}.difference(kept), kept)
    for id in hidden:
        del bookmarks[id]
    warnings = (f"{len(hidden):,} documents without a URL stay in the file and are not shown",) if hidden else ()
    return Loaded(owner, bookmarks, kept, warnings, is_signed=bool(file.library))


def _keep(path: Path, content: bytes, ids: set[int], kept: dict[int, msgspec.Raw]) -> None:
    if ids:
        documents = decode_tables(path, content, msgspec.Raw)["bookmarks"]
        kept.update((id, documents[str(id)].copy()) for id in ids)


def about(owner: str) -> Document:
    """Return the document that says whose library a file is."""
    return {"schema": SCHEMA, "owner": owner}


def read_file(path: Path) -> bytes:
    """Return the content of the file, ``b""`` where there is none; raises LibraryFileError."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise LibraryFileError(f"{path}: this is {kind}; name a file with --file")
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        reason = getattr(error, "strerror", None) or error
        raise LibraryFileError(f"{path}: cannot be read: {reason}; mend that or name another with --file") from error


def is_empty(content: bytes) -> bool:
    """Tell whether there is nothing in the file."""
    body = without_mark(content)
    return not body or body.isspace()


def is_emptied(content: bytes) -> bool:
    """Tell whether there is nothing in the file but, at most, an empty JSON object."""
    return is_empty(content) or content.strip() == b"{}"


def without_mark(content: bytes) -> bytes:
    """Return ``content`` without the byte order mark that some editors put before it."""
    return content.removeprefix(codecs.BOM_UTF8)


def decode_tables(path: Path, content: bytes, document: type[_T]) -> dict[str, dict[str, _T]]:
    """Return the tables in ``content``, each document as a ``document``; raises LibraryFileError."""
    try:
        return msgspec.json.decode(without_mark(content), type=dict[str, dict[str, document]])  # type: ignore[valid-type]  # known at run time
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _fault(path, content) from error


def decoded(path: Path, id: int, text: msgspec.Raw) -> Document:
    """Return the document in ``text``; raises LibraryFileError if Python cannot hold all of it."""
    try:
        return msgspec.json.decode(text, type=Document)
    except msgspec.DecodeError as error:
        raise faults.unheld(path, str(id), error) from error


def _fault(path: Path, content: bytes) -> LibraryFileError:
    """Return the error for ``content``, which is not tables of documents."""
    try:
        value = msgspec.json.decode(without_mark(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return faults.not_json(path, content)
    return faults.no_tables(path, value)


def _read_one_by_one(path: Path, content: bytes, kept: dict[int, msgspec.Raw]) -> _File:
    """Read a file in which something is not as tagtui writes it, so that only that is read the lenient way and kept."""
    tables = decode_tables(path, content, msgspec.Raw)
    try:
        library = {key: msgspec.json.decode(text) for key, text in tables.get("library", {}).items()}
        if "bookmarks" not in tables and not library and any(tables.values()):
            raise faults.not_ours(path, tables)
        undated = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        documents = tables.get("bookmarks", {})
        bookmarks = {id: _bookmark(path, id, text, undated, kept) for id, text in _by_id(path, documents)}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _fault(path, content) from error
    return _File(bookmarks, library)


def _by_id(path: Path, documents: Mapping[str, msgspec.Raw]) -> Iterator[tuple[int, msgspec.Raw]]:
    return ((_id(path, key), text) for key, text in documents.items())


def _bookmark(path: Path, id: int, text: msgspec.Raw, undated: datetime, kept: dict[int, msgspec.Raw]) -> Bookmark:
    try:
        return _to_bookmark.decode(text)
    except msgspec.ValidationError:
        document = _fields(path, id, text)
    kept[id] = text.copy()
    return from_document(document, undated)


def _fields(path: Path, id: int, text: msgspec.Raw) -> Document:
    """Return the fields of a document, without those unknown ones that Python cannot hold, such as the number 1e999."""
    try:
        fields = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError as error:
        raise faults.no_document(path, str(id)) from error
    document = {}
    for name, value in fields.items():
        with suppress(*(() if name in Bookmark.__struct_fields__ else (msgspec.DecodeError,))):
            document[name] = msgspec.json.decode(value)
    return document


def _id(path: Path, key: str) -> int:
    if key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and len(key) < 11 and int(key) <= MAX_ID:
        return int(key)
    raise faults.bad_id(path, key, MAX_ID)


def _owner(path: Path, library: Mapping[str, object]) -> str:
    about = library.get("1")
    if not isinstance(about, dict):
        return ""
    schema = about.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise LibraryFileError(
            f'{path}: written by a newer tagtui: table "library" says schema {schema!r}, and this one knows {SCHEMA}; '
            f"upgrade tagtui to open it"
        )
    owner = about.get("owner", "")
    return owner if isinstance(owner, str) else ""


def _date_in_utc(bookmarks: dict[int, Bookmark]) -> None:
    for id, bookmark in bookmarks.items():
        added, modified = bookmark.added, bookmark.modified
        if added.tzinfo is not UTC or modified.tzinfo is not UTC or added.microsecond or modified.microsecond:
            bookmarks[id] = msgspec.structs.replace(bookmark, added=in_utc(added), modified=in_utc(modified))
