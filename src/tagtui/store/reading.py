"""Read a library file, or say in one line why it is not one; nothing here writes."""

import json
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tagtui.core.bookmark import Bookmark, tidy
from tagtui.errors import LibraryFileError
from tagtui.store.documents import from_document

SCHEMA = 1
MAX_ID = 2**32 - 1  # the index keeps ids in 32-bit Roaring bitmaps

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a library file holds.  ``owner`` is ``""`` where the file names none."""

    owner: str
    bookmarks: dict[int, Bookmark]
    warnings: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True):
    """A library file all of whose documents are as tagtui writes them."""

    bookmarks: dict[str, Bookmark]
    library: dict[str, dict[str, Any]] = {}


def load(path: Path) -> Loaded:
    """Return the bookmarks of the library file at ``path``; a missing or empty file holds none.

    Raises LibraryFileError, naming the place and the way out, for anything that is not a library.
    """
    content = read_file(path)
    if not content:
        return Loaded("", {})
    try:
        file = msgspec.json.decode(content, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _load_leniently(path, content)
    if any(
        bookmark.added.tzinfo is not UTC or bookmark.modified.tzinfo is not UTC for bookmark in file.bookmarks.values()
    ):
        return _load_leniently(path, content)
    owner = _owner(path, file.library)
    return Loaded(owner, {_id(path, key): tidy(bookmark) for key, bookmark in file.bookmarks.items()})


def _load_leniently(path: Path, content: bytes) -> Loaded:
    """Read a file in which something is not as tagtui writes it, document by document."""
    tables = decode(path, content, dict[str, Any])
    documents = tables.get("bookmarks")
    if documents is None and not tables:
        return Loaded("", {})
    if not isinstance(documents, dict):
        raise LibraryFileError(_not_ours(path, tables))
    library = tables.get("library")
    owner = _owner(path, library if isinstance(library, dict) else {})
    undated = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    bookmarks: dict[int, Bookmark] = {}
    hidden = 0
    for key, document in documents.items():
        id = _id(path, key)
        if not isinstance(document, dict):
            raise LibraryFileError(
                f'{path}: document "{key}" of table "bookmarks" is not an object; mend it in an editor'
            )
        bookmark = from_document(document, undated)
        if bookmark is None:
            hidden += 1
        else:
            bookmarks[id] = bookmark
    warnings = (f"{hidden:,} documents without a URL stay in the file and are not shown",) if hidden else ()
    return Loaded(owner, bookmarks, warnings)


def read_file(path: Path) -> bytes:
    """Return the content of the file, without a byte order mark; ``b""`` where there is none.  Raises LibraryFileError."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise LibraryFileError(f"{path}: this is {kind}; name a file with --file")
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise LibraryFileError(
            f"{path}: cannot be read: {error.strerror}; mend that or name another with --file"
        ) from error


def decode(path: Path, content: bytes, shape: type[_T]) -> _T:
    """Return the JSON in ``content`` as ``shape``; raises LibraryFileError with the byte where it goes wrong."""
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.ValidationError as error:
        raise LibraryFileError(f"{path}: not a TinyDB file: {error}; to take it in, use: tagtui import FILE") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LibraryFileError(
            f"{path}: {_json_fault(content)}; the file is untouched: mend it, restore a copy, or name another with --file"
        ) from error


def _json_fault(content: bytes) -> str:
    """Say what is wrong with ``content`` as JSON and at which byte (from 0)."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start}"
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode())
        return f"not JSON at byte {at} (line {error.lineno}): {error.msg.lower()}"
    except RecursionError:
        return "JSON nested too deep"
    return "JSON with NaN, Infinity or half a surrogate pair, which cannot be written back"


def _owner(path: Path, library: dict[str, Any]) -> str:
    about = library.get("1")
    if not isinstance(about, dict):
        return ""
    schema = about.get("schema", SCHEMA)
    if not isinstance(schema, int) or schema > SCHEMA:
        raise LibraryFileError(f"{path}: written by a newer tagtui (schema {schema}); upgrade tagtui to open it")
    owner = about.get("owner", "")
    return owner if isinstance(owner, str) else ""


def _id(path: Path, key: str) -> int:
    if key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and int(key) <= MAX_ID:
        return int(key)
    raise LibraryFileError(
        f'{path}: table "bookmarks" has the id "{key[:40]}", not a whole number up to {MAX_ID}; mend it in an editor'
    )


def _not_ours(path: Path, tables: dict[str, Any]) -> str:
    names = ", ".join(f'"{name[:40]}"' for name in list(tables)[:3])
    return f'{path}: somebody else\'s file (it holds {names}, and no table "bookmarks"); to take it in, use: tagtui import FILE'
