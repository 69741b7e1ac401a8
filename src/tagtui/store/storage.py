"""A TinyDB storage that writes one document a line and replaces the file atomically."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from tagtui.store.reading import SCHEMA, decode_tables, is_empty, read_file
from tagtui.store.replacement import replace_file

Tables = dict[str, dict[str, Any]]


class LibraryStorage(Storage):
    """``TinyDB(path, storage=LibraryStorage)`` reads and writes a library file; a missing file reads as no tables.

    A file without a ``library`` table is given one for ``owner``, if that is named.
    """

    document: type = dict

    def __init__(self, path: str | os.PathLike[str], owner: str = "") -> None:
        self.path = Path(path)
        self.owner = owner

    def read(self) -> Tables | None:
        """Return all tables, or ``None`` for a file that is missing or empty; raises LibraryFileError."""
        content = read_file(self.path)
        return None if is_empty(content) else decode_tables(self.path, content, self.document)

    def write(self, data: Tables) -> None:
        """Replace the file by one that holds ``data``; raises LibraryFileError and leaves the old one if it fails."""
        if self.owner and not data.get("library"):
            data = {"library": {"1": {"schema": SCHEMA, "owner": self.owner}}} | {
                name: table for name, table in data.items() if name != "library"
            }
        replace_file(self.path, lambda file: file.writelines(render(data)))


class VerbatimStorage(LibraryStorage):
    """A storage whose documents are their JSON text: what nobody touches is neither read nor altered."""

    document = msgspec.Raw


def render(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the text of a library file in pieces: its tables in their order, one document a line."""
    encode = msgspec.json.Encoder().encode
    before_table = b"{"
    for name, documents in tables.items():
        yield before_table + encode(name) + b": {"
        before_document = b"\n"
        for id, document in documents.items():
            text = _with_letters(document) if isinstance(document, msgspec.Raw) else encode(document)
            yield before_document + encode(str(id)) + b": " + msgspec.json.format(text, indent=0)
            before_document = b",\n"
        yield b"\n}"
        before_table = b",\n"
    yield b"}\n" if tables else b"{}\n"


def _with_letters(text: msgspec.Raw) -> bytes:
    """Return JSON with ``日`` where it has ``\\u65e5``, as TinyDB writes it, if it can be read at all."""
    written = bytes(text)
    if b"\\u" in written:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.json.encode(msgspec.json.decode(written))
    return written
