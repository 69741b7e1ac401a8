"""The journal: what was changed since the snapshot that it belongs to, one transaction a line.

A line is the CRC-32 of its JSON in eight hexadecimal digits, a blank, the JSON, and a line feed.  The first line is the
header, and every other one a transaction.  What is on disk while a line is appended, and who repairs it: a part of the
line, which its CRC gives away, and which the next writer cuts off; after the sync the whole line.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from tagtui.errors import LibraryFileError
from tagtui.store.documents import Document
from tagtui.store.snapshot import sync_data, write_all
from tagtui.store.state import sync_folder

VERSION = 1

Key = tuple[str, str]
"""A table's name and a document's id there, as the file writes it."""
Net = dict[Key, tuple[Document | None, Document | None]]
"""What several transactions come to: each document that they touched, before and after; ``None`` where it is not."""


class Parent(msgspec.Struct, frozen=True):
    """The journal that went into a snapshot: which one, and how many bytes of it.

    ``length`` is ``None`` if more than that journal went into it, so that who has read the journal has to read the
    snapshot all the same.
    """

    digest: str
    id: str
    length: int | None


class Header(msgspec.Struct, frozen=True, tag_field="tagtui", tag="journal"):
    """The first line.  ``id`` tells this journal from another one that belongs to the same content.

    ``is_ours`` says that tagtui wrote the snapshot, one document a line; ``tidy`` is the number of the rules
    (:data:`~tagtui.store.tidying.RULES`) by which all its documents are tidy, so that readers need not see to it, or 0.
    """

    version: int
    id: str
    parent: Parent | None = None
    is_ours: bool = False
    tidy: int = 0


class DocumentEdit(msgspec.Struct, frozen=True, array_like=True):
    """One document before and after; ``None`` where it is not in its table.

    The id ``""`` stands for the table itself, which is an empty document where it is.
    """

    table: str
    id: str
    old: Document | None
    new: Document | None

    @property
    def key(self) -> Key:
        """Table and id."""
        return self.table, self.id


class Transaction(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was done, whole or not at all; ``label`` names it for people.

    ``id`` and ``at`` are there if a person did it, and can take it back; ``undoes`` is the id of what it took back.
    """

    label: str
    edits: tuple[DocumentEdit, ...]
    id: str = ""
    at: datetime | None = None
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """What a journal file holds, as far as it is intact.

    ``header`` is ``None`` if the first line is damaged; ``end`` is where the intact lines end, in bytes; ``rest`` is
    what follows them, ``last`` the last of them.
    """

    path: Path
    header: Header | None
    transactions: tuple[Transaction, ...]
    end: int
    rest: bytes
    last: bytes = b""


_to_header = msgspec.json.Decoder(Header)
_to_transaction = msgspec.json.Decoder(Transaction)


def read_journal(path: Path) -> Journal | None:
    """Return the journal at ``path``, or ``None`` if there is none.

    Raises OSError, and LibraryFileError for the journal of a newer tagtui.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    payload, start = _line(content, 0)
    header = _decoded(_to_header, payload)
    if header is None:
        return Journal(path, None, (), 0, content)
    if header.version > VERSION:
        raise LibraryFileError(f"{path}: written by a newer tagtui (journal version {header.version}); upgrade tagtui")
    transactions, end = read_transactions(content, start)
    return Journal(path, header, transactions, end, content[end:], _last_line(content[:end]))


def read_tail(path: Path, header: Header, start: int, last: bytes) -> tuple[tuple[Transaction, ...], int, bytes] | None:
    """Return the transactions from ``start`` on, where they end, and the last line.

    ``None`` if it is not that journal any more, or ``last``, the line before ``start``, does not stand there any more.
    Raises OSError.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        first = framed(msgspec.json.encode(header))
        size = os.fstat(descriptor).st_size
        if size < start or os.pread(descriptor, len(first), 0) != first:
            return None
        if os.pread(descriptor, len(last), start - len(last)) != last:
            return None
        tail = os.pread(descriptor, size - start, start)
    finally:
        os.close(descriptor)
    transactions, length = read_transactions(tail)
    return transactions, start + length, _last_line(tail[:length]) or last


def header_length(header: Header) -> int:
    """Return how many bytes the first line takes."""
    return len(framed(msgspec.json.encode(header)))


def read_transactions(content: bytes, start: int = 0) -> tuple[tuple[Transaction, ...], int]:
    """Return the transactions in ``content`` from ``start`` to the first line that is not intact, and its place."""
    found: list[Transaction] = []
    while True:
        payload, end = _line(content, start)
        transaction = _decoded(_to_transaction, payload)
        if transaction is None:
            return tuple(found), start
        found.append(transaction)
        start = end


def intact_lines(content: bytes) -> Iterator[bytes]:
    """Yield the JSON of all intact lines in ``content``, whatever stands between them."""
    return filter(None, (_line(line + b"\n", 0)[0] for line in content.split(b"\n")))


def salvage(damaged: bytes) -> tuple[Transaction, ...]:
    """Return the transactions of all intact lines in ``damaged``."""
    found = (_decoded(_to_transaction, payload) for payload in intact_lines(damaged))
    return tuple(transaction for transaction in found if transaction is not None)


def create(path: Path, parent: Parent | None = None, *, is_ours: bool = False, tidy: int = 0) -> Header:
    """Begin the journal at ``path``, durably; one that is there has no transactions, and is replaced.

    Raises OSError, and then there is none.
    """
    header = Header(VERSION, secrets.token_hex(8), parent, is_ours, tidy)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        write_all(descriptor, framed(msgspec.json.encode(header)))
        sync_data(descriptor)
        sync_folder(path.parent)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    return header


def append(path: Path, at: int, transaction: Transaction) -> bytes:
    """Append ``transaction``, durably, where the intact lines of the journal end, and return its line.

    What stands behind ``at`` is cut off.  Raises OSError, and what could be written is cut off again: the state of the
    journal is to be read anew then, and the sync is not to be tried again, for the system may have dropped the pages.
    """
    line = framed(msgspec.json.encode(transaction))
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_size != at:
            os.ftruncate(descriptor, at)
        os.lseek(descriptor, at, os.SEEK_SET)
        try:
            write_all(descriptor, line)
            sync_data(descriptor)
        except OSError:
            os.ftruncate(descriptor, at)
            raise
    finally:
        os.close(descriptor)
    return line


def net(transactions: Iterable[Transaction]) -> Net:
    """Return what ``transactions`` come to; documents that end as they began are left out."""
    found: Net = {}
    for transaction in transactions:
        for edit in transaction.edits:
            key = edit.table, edit.id
            found[key] = (found[key][0] if key in found else edit.old, edit.new)
    return without_same(found)


def without_same(changes: Net) -> Net:
    """Return ``changes`` without the documents that end as they began; as JSON: to Python 1, 1.0 and True are equal."""
    encode = msgspec.json.encode
    same = {key for key, (old, new) in changes.items() if old == new and encode(old) == encode(new)}
    return {key: versions for key, versions in changes.items() if key not in same} if same else changes


def _last_line(lines: bytes) -> bytes:
    return lines[lines.rfind(b"\n", 0, -1) + 1 :]


def framed(payload: bytes) -> bytes:
    """Return ``payload``, JSON, as a line that shows whether it is intact."""
    return b"%08x %b\n" % (crc32(payload), payload)


def _line(content: bytes, start: int) -> tuple[bytes, int]:
    """Return the JSON of the line at ``start``, ``b""`` if it is not intact, and where the next one begins."""
    end = content.find(b"\n", start)
    payload = content[start + 9 : end]
    if end < 0 or content[start : start + 9] != b"%08x " % crc32(payload):
        return b"", start
    return payload, end + 1


def _decoded(decoder: "msgspec.json.Decoder[Any]", payload: bytes) -> Any:
    try:
        return decoder.decode(payload) if payload else None
    except msgspec.DecodeError:
        return None
