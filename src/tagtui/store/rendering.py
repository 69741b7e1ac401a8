"""The text of a library file: its tables in their order, one document a line, as git, grep and people like it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

import msgspec

SLICE = 200  # documents in one piece: between two, other threads get their turn


def render(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the text of a library file in pieces: its tables in their order, one document a line."""
    before_table = b"{"
    for name, documents in tables.items():
        yield before_table + _encode(name) + b": {"
        before_line = b"\n"
        rest = iter(documents.items())
        while some := [line_of(_encode(id), document) for id, document in islice(rest, SLICE)]:
            yield before_line + b",\n".join(some)
            before_line = b",\n"
        yield b"\n}"
        before_table = b",\n"
    yield b"}\n" if tables else b"{}\n"


_encode = msgspec.json.Encoder().encode


def line_of(id: bytes, document: object) -> bytes:
    """Return the line of a document, ``id`` being written as JSON, without what stands between two lines."""
    text = _with_letters(document) if isinstance(document, msgspec.Raw) else _encode(document)
    return id + b": " + msgspec.json.format(text, indent=0)


def _with_letters(text: msgspec.Raw) -> bytes:
    """Return JSON with ``日`` where it has ``\\u65e5``, as TinyDB writes it, if it can be read at all."""
    written = bytes(text)
    if b"\\u" in written:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            return msgspec.json.encode(msgspec.json.decode(written))
    return written
