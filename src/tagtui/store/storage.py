"""TinyDB over a library file and its journal: what it costs to change a document is the cost of that document.

``LibraryDB(path)`` is a TinyDB whose storage and table are those below; ``TinyDB(path, storage=LibraryStorage)`` with
TinyDB's own table works as well, at the cost of copying all documents at each change.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document as TableDocument
from tinydb.table import Table

from tagtui.errors import LibraryFileError
from tagtui.store.documents import Document
from tagtui.store.journal import DocumentEdit, Transaction
from tagtui.store.ledger import Ledger
from tagtui.store.reading import decode_tables, is_empty
from tagtui.store.state import StateFolder

Tables = dict[str, dict[str, Document]]


class LibraryStorage(Storage):
    """The storage: a library file with its journal; a missing file reads as no tables.

    Changes are durable when a call returns, and stand in the file itself after :meth:`close`, or before.  A new file
    gets a ``bookmarks`` table, and a ``library`` table for ``owner``, if that is named.
    """

    def __init__(self, path: str | os.PathLike[str], owner: str = "", state: StateFolder | None = None) -> None:
        self.path = Path(path)
        self._ledger = Ledger(self.path, owner, self._parse, state)
        self._tables: Tables = {}
        self._highest: dict[str, int] = {}
        self._depth = 0  # of blocks in which we are the only writer
        self.version = 0  # goes up when others have changed something

    def _parse(self, content: bytes, _tidy: int) -> Tables:
        return {} if is_empty(content) else cast(Tables, decode_tables(self.path, content, dict))

    # --- as TinyDB's own table uses it

    def read(self) -> Tables | None:
        """Return copies of all tables, or ``None`` if there are none; raises LibraryFileError."""
        self.refresh()
        return {name: {id: _copy(doc) for id, doc in docs.items()} for name, docs in self._tables.items()} or None

    def write(self, data: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        """Make the tables what ``data`` is, durably; raises LibraryFileError, and nothing has changed, if it fails."""
        with self.writing():
            edits: list[DocumentEdit] = []
            for table in dict.fromkeys((*self._tables, *data)):
                before, after = self._tables.get(table), data.get(table)
                edits += _edits(table, before or {}, after or {})
                if (before is None) != (after is None):
                    edits.append(_whole_table(table, is_there=after is not None))
            self._commit(edits)

    def close(self) -> None:
        """Write what is in the journal to the file itself, and let go of it; raises LibraryFileError."""
        try:
            if self._ledger.unfolded:
                with self.writing():
                    self._ledger.fold()
        finally:
            self._ledger.close()

    # --- as our table uses it

    def refresh(self) -> None:
        """Take in what others changed, but not in the middle of a change of our own; raises LibraryFileError."""
        if self._depth:
            return  # who knows no lock may write at any time, and take the id that we have just chosen
        arrivals = self._ledger.refresh()
        if arrivals:
            self.version += 1
        if arrivals.snapshot is not None:
            self._tables = arrivals.snapshot
            self._highest.clear()
        for transaction in arrivals.transactions:
            self._apply(transaction.edits)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer for the time of the block, with all that others changed taken in."""
        with self._ledger.writing():
            self.refresh()
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1

    def documents(self, table: str) -> dict[str, Document]:
        """Return the documents of ``table``, which are not to be changed."""
        return self._tables.get(table, {})

    def highest_id(self, table: str) -> int:
        """Return the highest id in ``table``, 0 if it is empty."""
        if table not in self._highest:
            self._highest[table] = max(map(int, self.documents(table)), default=0)
        return self._highest[table]

    def change(self, table: str, after: Mapping[str, Document | None]) -> None:
        """Let these documents of ``table`` be as given, ``None`` for none, durably; to be called in :meth:`writing`."""
        before = self.documents(table)
        edits = [
            DocumentEdit(table, id, before.get(id), document)
            for id, document in after.items()
            if document is None or id not in before or _differ(document, before[id])
        ]
        if table not in self._tables:
            edits.append(_whole_table(table, is_there=True))
        self._commit(edits)

    def _commit(self, edits: list[DocumentEdit]) -> None:
        if not edits:
            return
        try:
            owned = [DocumentEdit(edit.table, edit.id, edit.old, edit.new and _taken_in(edit.new)) for edit in edits]
        except UnicodeEncodeError as error:
            raise LibraryFileError(f"{self.path}: not saved, the file is as it was: {error}") from error
        self._ledger.append(Transaction(f"{len(edits):,} documents", tuple(owned)))
        self._apply(owned)

    def _apply(self, edits: Iterable[DocumentEdit]) -> None:
        for edit in edits:
            if edit.id == "":
                if edit.new is None:
                    self._tables.pop(edit.table, None)
                else:
                    self._tables.setdefault(edit.table, {})
                continue
            documents = self._tables.setdefault(edit.table, {})
            if edit.new is None:
                documents.pop(edit.id, None)
                self._highest.pop(edit.table, None)
                continue
            documents[edit.id] = edit.new
            if edit.table in self._highest:
                self._highest[edit.table] = max(self._highest[edit.table], int(edit.id))


class LibraryTable(Table):
    """A table whose changes cost as much as what they change, and that knows what other processes did."""

    def __init__(self, storage: LibraryStorage, name: str, *args: Any, **kwargs: Any) -> None:
        self._library = storage
        self._known = storage.version
        super().__init__(storage, name, *args, **kwargs)

    def insert(self, document: Mapping[str, Any]) -> int:
        with self._writing():
            return super().insert(document)

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        with self._writing():
            return super().insert_multiple(documents)

    def update(self, fields: Any, cond: Any = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        with self._writing():
            if doc_ids is None and cond is not None:
                doc_ids = self._matching(cond)
            return super().update(fields, None, doc_ids)

    def upsert(self, document: Mapping[str, Any], cond: Any = None) -> list[int]:
        with self._writing():
            return super().upsert(document, cond)

    def remove(self, cond: Any = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        with self._writing():
            if doc_ids is None and cond is not None:
                doc_ids = self._matching(cond)
            return super().remove(None, doc_ids)

    def search(self, cond: Any) -> list[TableDocument]:
        self._read_table()  # others' changes make the cache stale
        return [_own(document) for document in super().search(cond)]

    def get(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get(*args, **kwargs)
        return [*map(_own, found)] if isinstance(found, list) else found and _own(found)

    def __iter__(self) -> Iterator[TableDocument]:
        return map(_own, super().__iter__())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._library.writing():
            self._forget_stale()
            yield

    def _forget_stale(self) -> None:
        if self._known != self._library.version:
            self._known = self._library.version
            self._next_id = None
            self.clear_cache()

    def _matching(self, cond: Callable[[Document], bool]) -> list[int]:
        return [int(id) for id, document in self._library.documents(self.name).items() if cond(document)]

    def _get_next_id(self) -> int:
        reserved = cast(int | None, self._next_id)  # TinyDB's annotation knows None alone
        if reserved is None:
            self._library.refresh()
        next_id = max(reserved or 1, self._library.highest_id(self.name) + 1)
        self._next_id = cast(None, next_id + 1)
        return next_id

    def _read_table(self) -> dict[str, Any]:
        self._library.refresh()
        self._forget_stale()
        return self._library.documents(self.name)

    def _update_table(self, updater: Callable[[dict[int, Any]], None]) -> None:
        with self._writing():
            draft = _Draft(self._library.documents(self.name))
            updater(cast(dict[int, Any], draft))
            self._library.change(self.name, draft.touched)
        self.clear_cache()


class LibraryDB(TinyDB):
    """A TinyDB of library tables in a library file."""

    table_class = LibraryTable  # type: ignore[assignment]  # TinyDB names its own classes where it means any
    default_storage_class = LibraryStorage  # type: ignore[assignment]


class _Draft(MutableMapping[int, Document]):
    """Documents by id, copied when they are touched."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self.touched: dict[str, Document | None] = {}

    def __getitem__(self, id: int) -> Document:
        key = str(id)
        if key not in self.touched:
            self.touched[key] = _copy(self._documents[key]) if key in self._documents else None
        document = self.touched[key]
        if document is None:
            raise KeyError(id)
        return document

    def __setitem__(self, id: int, document: Document) -> None:
        self.touched[str(id)] = document

    def __delitem__(self, id: int) -> None:
        if id not in self:
            raise KeyError(id)
        self.touched[str(id)] = None

    def __contains__(self, id: object) -> bool:
        key = str(id)
        return self.touched[key] is not None if key in self.touched else key in self._documents

    def __iter__(self) -> Iterator[int]:
        new = (id for id, document in self.touched.items() if document is not None and id not in self._documents)
        old = (id for id in self._documents if id not in self.touched or self.touched[id] is not None)
        return (int(id) for id in (*old, *new))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self.touched = dict.fromkeys(self._documents)


def _edits(
    table: str, before: Mapping[str, Document], after: Mapping[str, Mapping[str, Any]]
) -> Iterator[DocumentEdit]:
    for id in dict.fromkeys((*before, *after)):
        old, new = before.get(id), after.get(id)
        if old is None or new is None or _differ(old, new):
            yield DocumentEdit(table, id, old, None if new is None else dict(new))


def _whole_table(table: str, *, is_there: bool) -> DocumentEdit:
    return DocumentEdit(table, "", None if is_there else {}, {} if is_there else None)


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether documents differ as JSON; to Python 1, 1.0 and True are equal."""
    return one != other or msgspec.json.encode(one) != msgspec.json.encode(other)


def _copy(document: Mapping[str, Any]) -> Document:
    copied: Document = msgspec.json.decode(msgspec.json.encode(document))
    return copied


def _taken_in(document: Mapping[str, Any]) -> Document:
    """Return a copy; raises TypeError for what JSON cannot hold, such as a date, which msgspec makes text of, or NaN.

    Raises UnicodeEncodeError for half a surrogate pair.
    """
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise TypeError(str(error)) from error
    copied: Document = json.loads(text.encode())
    return copied


def _own(document: TableDocument) -> TableDocument:
    """Return a copy that its owner may change."""
    return TableDocument(_copy(document), document.doc_id)
