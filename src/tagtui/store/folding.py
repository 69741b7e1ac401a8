"""The text of the next snapshot: the present one, with what its journal holds.

Documents that the journal does not name are copied as they stand.  The text comes in slices of 200 documents, between
which other threads get their turn: one call for a whole file would hold them up for 50 to 380 ms at 100,000 bookmarks.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from tagtui.store.documents import Document
from tagtui.store.journal import Net
from tagtui.store.merging import ABOUT
from tagtui.store.rendering import SLICE, line_of, render
from tagtui.store.tables import RawTables


class UnusualLayoutError(Exception):
    """The file is not laid out as tagtui lays it out."""


def rendered(tables: RawTables, changes: Net) -> Iterator[bytes]:
    """Return the text of ``tables`` with ``changes``, in pieces."""
    return render(tables.with_documents(changes))


def spliced(path: Path, changes: Net) -> Iterator[bytes]:
    """Yield the text of the file at ``path``, which tagtui wrote itself, with ``changes``.

    The file is read as lines, which costs a third of decoding it and no memory.  Raises UnusualLayoutError where a line
    is not what it should be, and OSError.
    """
    if any(not id or table == ABOUT for table, id in changes):
        raise UnusualLayoutError("a table comes or goes")
    by_table: dict[bytes, dict[bytes, Document | None]] = {}
    for (table, id), (_, document) in changes.items():
        by_table.setdefault(_quoted(table), {})[_quoted(id)] = document
    with path.open("rb") as file:
        opening, expected = b"{", b'{"'
        while opening:
            line = file.readline()
            if not (line.startswith(expected) and line.endswith(b'": {\n')):
                raise UnusualLayoutError(line[:80])
            name = line[len(expected) - 1 : -4]
            yield opening + name + b": {"
            closing = yield from _spliced_table(file, by_table.pop(name, {}))
            yield b"\n}"
            opening, expected = (b",\n", b'"') if closing == b"},\n" else (b"", b"")
        if closing != b"}}\n" or file.read(1):
            raise UnusualLayoutError(closing[:80])
    for name, documents in by_table.items():
        yield b",\n" + name + b": {"
        yield _joined(b"\n", [line_of(id, document) for id, document in documents.items() if document is not None])
        yield b"\n}"
    yield b"}\n"


def _spliced_table(file: Iterator[bytes], changes: dict[bytes, Document | None]) -> Generator[bytes, None, bytes]:
    """Yield the documents of one table, and return the line that ends it."""
    before = b"\n"
    lines: list[bytes] = []
    for line in file:
        if not line.startswith(b'"'):
            break
        text = line.removesuffix(b"\n").removesuffix(b",")
        id = text[: text.find(b'"', 1) + 1]
        if not text.endswith(b"}") or not text.startswith(id + b": {"):
            raise UnusualLayoutError(line[:80])
        if id in changes:
            _refuse_two(text)
            document = changes.pop(id)
            if document is None:
                continue
            text = line_of(id, document)
        lines.append(text)
        if len(lines) == SLICE:
            yield _joined(before, lines)
            before, lines = b",\n", []
    else:
        raise UnusualLayoutError("cut off")
    for id, document in changes.items():
        if document is not None:
            lines.append(line_of(id, document))
        if len(lines) == SLICE:
            yield _joined(before, lines)
            before, lines = b",\n", []
    if lines:
        yield _joined(before, lines)
    return line


def _refuse_two(text: bytes) -> None:
    """Refuse a line that is not one whole document."""
    try:
        msgspec.json.decode(b"{" + text + b"}", type=dict[str, Document])
    except msgspec.DecodeError as error:
        raise UnusualLayoutError(text[:80]) from error


def _joined(before: bytes, lines: list[bytes]) -> bytes:
    return before + b",\n".join(lines) if lines else b""


def _quoted(name: str) -> bytes:
    return msgspec.json.encode(name)
