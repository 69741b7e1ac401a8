"""The text of a library file: its tables in their order, one document a line, as git, grep and people like it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec


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
