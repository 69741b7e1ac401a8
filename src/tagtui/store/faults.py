"""Say in one line why a file is no library: what is wrong, at which byte or table, and the way out."""

import codecs
import json
import re
from collections.abc import Iterable
from pathlib import Path

from tagtui.errors import LibraryFileError

_MEND = "the file is untouched: mend it, restore a copy, or name another with --file"
_IMPORT = "if it holds bookmarks to take in, use tagtui import FILE; else name another file with --file"
_OTHER = "name another file with --file"

_STRING_OR_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*+"|-?[0-9][0-9.eE+-]*+|NaN|-?Infinity', re.DOTALL)
_CONFLICT = "<<<<<<<"  # git's mark of a merge that somebody has to finish
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotJsonError(LibraryFileError):
    """The file is no JSON, as it is while another program writes it in place."""


def not_json(path: Path, content: bytes) -> LibraryFileError:
    """Return the error for ``content``, the whole of the file, that JSON as TinyDB writes it does not allow."""
    if content.startswith(_UTF_16):
        return NotJsonError(f"{path}: UTF-16 text (byte 0), and a library is JSON in UTF-8; {_MEND}")
    mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    try:
        text = content[mark:].decode()
    except UnicodeDecodeError as error:
        return NotJsonError(f"{path}: not UTF-8 at byte {mark + error.start}; {_MEND}")
    at, reason = _fault(text)
    byte = mark + len(text[:at].encode())
    line = text.count("\n", 0, at) + 1
    way_out = _MEND if text.lstrip().startswith(("{", _CONFLICT)) else _IMPORT
    return NotJsonError(f"{path}: {reason} at byte {byte} (line {line}); {way_out}")


def no_tables(path: Path, value: object) -> LibraryFileError:
    """Return the error for JSON that is not an object of objects of documents."""
    if not isinstance(value, dict):
        kind = "a JSON array" if isinstance(value, list) else "a JSON value"
        return LibraryFileError(f"{path}: {kind} (byte 0), and a library is a TinyDB file; {_IMPORT}")
    odd = next((name for name, table in value.items() if not isinstance(table, dict)), "")
    return LibraryFileError(f"{path}: not a TinyDB file: table {_named(odd)} is not an object; {_OTHER}")


def not_ours(path: Path, tables: Iterable[str]) -> LibraryFileError:
    """Return the error for a TinyDB file of something else."""
    names = [_named(name) for name in tables]
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    kind = "table" if len(names) == 1 else "tables"
    return LibraryFileError(
        f'{path}: a TinyDB file of something else: it has the {kind} {shown} and no "bookmarks"; {_OTHER}'
    )


def bad_id(path: Path, key: str, highest: int) -> LibraryFileError:
    """Return the error for a document whose id TinyDB would not give."""
    return LibraryFileError(
        f'{path}: table "bookmarks" has the id {_named(key)}, not a whole number up to {highest}; {_MEND}'
    )


def no_document(path: Path, key: str) -> LibraryFileError:
    """Return the error for a document that is not a JSON object."""
    return LibraryFileError(f'{path}: document {_named(key)} of table "bookmarks" is not an object; {_MEND}')


def unheld(path: Path, key: str, reason: Exception) -> LibraryFileError:
    """Return the error for a document with something in it that Python cannot hold, such as the number 1e999."""
    return LibraryFileError(
        f"{path}: document {key} holds what tagtui cannot write back: {reason}; mend it in the file"
    )


def _named(name: str) -> str:
    return json.dumps(name[:40])  # a control sequence in a name must not reach the terminal


def _fault(text: str) -> tuple[int, str]:
    """Return the place in ``text`` at which it is no JSON that can be kept, and why."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Unterminated") or not text[error.pos :].strip():
            return len(text), "cut off"
        return error.pos, f"not JSON: {error.msg.lower().removesuffix(' at')}"
    except (RecursionError, ValueError):  # ValueError: an integer of more than 4,300 digits
        return 0, "JSON nested too deep, or with a number too long,"
    return _unkept(text) or (0, "JSON that cannot be kept")


def _unkept(text: str) -> tuple[int, str] | None:
    """Find what Python's JSON allows and RFC 8259 does not: NaN, infinite numbers, halves of surrogate pairs."""
    for token in _STRING_OR_NUMBER.finditer(text):
        found = token[0]
        if found.startswith('"'):
            if "\\u" in found and not _is_unicode(json.loads(found)):
                return token.start(), "half a surrogate pair in the text"
        elif found in ("NaN", "Infinity", "-Infinity") or abs(json.loads(found)) == float("inf"):
            return token.start(), f"{found[:20]}, which is no JSON number,"
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
