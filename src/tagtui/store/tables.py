"""All tables of a library file, each document as its text until somebody asks for it."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from tagtui.store import faults
from tagtui.store.documents import Document
from tagtui.store.journal import Key, Net, Transaction
from tagtui.store.merging import ABOUT, BOOKMARKS
from tagtui.store.reading import MAX_ID, decode_tables, is_empty

_Raw = dict[str, dict[str, msgspec.Raw]]


class _Addressed(msgspec.Struct):
    """What a bookmark is found by; the rest of its document may be whatever it likes."""

    url: Any = ""


_to_addressed = msgspec.json.Decoder(_Addressed)


class RawTables:
    """The tables in ``content``, the text of a file at ``path``; raises LibraryFileError if it is none."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self.tables: _Raw = {} if is_empty(content) else decode_tables(path, content, msgspec.Raw)
        self._by_url: dict[str, str] | None = None
        self._given: dict[str, int] = {}  # the highest id that was given out, by table

    def get(self, key: Key) -> Document | None:
        """Return the document, or ``None``."""
        table, id = key
        if not id:
            return {} if table in self.tables else None
        text = self.tables.get(table, {}).get(id)
        return None if text is None else self._decoded(key, text)

    def find(self, url: str) -> Key | None:
        """Return the key of a bookmark with just this URL, or ``None``."""
        if self._by_url is None:
            self._by_url = {}
            for id, text in self.tables.get(BOOKMARKS, {}).items():
                with suppress(msgspec.ValidationError):  # no object
                    self._by_url.setdefault(str(_to_addressed.decode(text).url), id)
        id = self._by_url.get(url, "")
        return (BOOKMARKS, id) if id else None

    def free_id(self, table: str) -> str:
        """Return the next id of ``table``, as TinyDB counts."""
        ids = [int(id) for id in self.tables.get(table, {}) if id.isdigit() and int(id) <= MAX_ID]
        self._given[table] = max(*ids, self._given.get(table, 0), 0) + 1
        return str(self._given[table])

    def put(self, key: Key, document: Document | None) -> None:
        """Let ``document`` be at ``key``; ``None``: nothing.  The id ``""`` is the table itself."""
        table, id = key
        if not id:
            if document is not None:
                self.tables.setdefault(table, {})
            elif not self.tables.get(table):
                self.tables.pop(table, None)
            return
        if table == ABOUT and table not in self.tables:
            self.tables = {table: {}, **self.tables}  # where people look first
        documents = self.tables.setdefault(table, {})
        if document is None:
            documents.pop(id, None)
        else:
            documents[id] = msgspec.Raw(msgspec.json.encode(document))
        if table == BOOKMARKS and self._by_url is not None:
            self._by_url = None

    def apply(self, transactions: Iterable[Transaction]) -> None:
        """Make what ``transactions`` made."""
        for transaction in transactions:
            for edit in transaction.edits:
                self.put(edit.key, edit.new)

    def changes_since(self, before: "RawTables") -> Net:
        """Return how the documents differ from those of ``before``."""
        found: Net = {}
        for table in dict.fromkeys((*before.tables, *self.tables)):
            olds, news = before.tables.get(table, {}), self.tables.get(table, {})
            for id in dict.fromkeys((*olds, *news)):
                if olds.get(id) != news.get(id):
                    old, new = before.get((table, id)), self.get((table, id))
                    if old != new:
                        found[table, id] = (old, new)
        return found

    def with_documents(self, changes: Net) -> dict[str, dict[str, Any]]:
        """Return all tables after ``changes``, each changed document as the object that it is."""
        merged: dict[str, dict[str, Any]] = {name: dict(documents) for name, documents in self.tables.items()}
        if ABOUT not in merged and any(table == ABOUT for table, _ in changes):
            merged = {ABOUT: {}, **merged}  # where people look first
        for (table, id), (_, document) in changes.items():
            documents = merged.setdefault(table, {})
            if not id:
                if document is None and not documents:
                    del merged[table]
            elif document is None:
                documents.pop(id, None)
            else:
                documents[id] = document
        return merged

    def copy(self) -> "RawTables":
        """Return tables of their own with the same documents."""
        other = RawTables(self._path, b"")
        other.tables = {name: dict(documents) for name, documents in self.tables.items()}
        return other

    def _decoded(self, key: Key, text: msgspec.Raw) -> Document:
        try:
            return msgspec.json.decode(text, type=Document)
        except msgspec.DecodeError as error:
            if bytes(text).lstrip().startswith(b"{"):
                raise faults.unheld(self._path, key[1], error) from error
            raise faults.no_document(self._path, key[1]) from error
