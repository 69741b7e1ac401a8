"""Read a library file, or say in one line why it is not one; nothing here writes."""

import codecs
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from tagtui.core.bookmark import Bookmark
from tagtui.errors import LibraryFileError
from tagtui.store import faults
from tagtui.store.documents import from_document, in_utc
from tagtui.store.tidying import tidy_all

SCHEMA = 1
MAX_ID = 2**32 - 1  # the index keeps ids in 32-bit Roaring bitmaps

_T = TypeVar("_T")
_Id = Annotated[int, msgspec.Meta(ge=0, le=MAX_ID)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a library file holds.  ``owner`` is ``""`` where the file names none."""

    owner: str
    bookmarks: dict[int, Bookmark]
    warnings: tuple[str, ...] = ()


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
    content = read_file(path)
    if is_empty(content):
        return Loaded("", {})
    try:
        file = _to_file.decode(without_mark(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        file = _read_one_by_one(path, content)
    owner = _owner(path, file.library)
    bookmarks = file.bookmarks
    _date_in_utc(bookmarks)
    tidy_all(bookmarks, content)
    hidden = [id for id, bookmark in bookmarks.items() if not bookmark.url]
    for id in hidden:
        del bookmarks[id]
    warnings = (f"{len(hidden):,} documents without a URL stay in the file and are not shown",) if hidden else ()
    return Loaded(owner, bookmarks, warnings)


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


def without_mark(content: bytes) -> bytes:
    """Return ``content`` without the byte order mark that some editors put before it."""
    return content.removeprefix(codecs.BOM_UTF8)


def decode_tables(path: Path, content: bytes, document: type[_T]) -> dict[str, dict[str, _T]]:
    """Return the tables in ``content``, each document as a ``document``; raises LibraryFileError."""
    try:
        return msgspec.json.decode(without_mark(content), type=dict[str, dict[str, document]])  # type: ignore[valid-type]  # known at run time
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _fault(path, content) from error


def _fault(path: Path, content: bytes) -> LibraryFileError:
    """Return the error for ``content``, which is not tables of documents."""
    try:
        value = msgspec.json.decode(without_mark(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return faults.not_json(path, content)
    return faults.no_tables(path, value)


def _read_one_by_one(path: Path, content: bytes) -> _File:
    """Read a file in which something is not as tagtui writes it, so that only that is read the lenient way."""
    tables = decode_tables(path, content, msgspec.Raw)
    try:
        library = {key: msgspec.json.decode(text) for key, text in tables.get("library", {}).items()}
        if "bookmarks" not in tables and not library and any(tables.values()):
            raise faults.not_ours(path, tables)
        undated = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        documents = tables.get("bookmarks", {})
        bookmarks = {_id(path, key): _bookmark(path, key, text, undated) for key, text in documents.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _fault(path, content) from error
    return _File(bookmarks, library)


def _bookmark(path: Path, key: str, text: msgspec.Raw, undated: datetime) -> Bookmark:
    try:
        return _to_bookmark.decode(text)
    except msgspec.ValidationError:
        document = msgspec.json.decode(text)
    if not isinstance(document, dict):
        raise faults.no_document(path, key)
    return from_document(document, undated)


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
