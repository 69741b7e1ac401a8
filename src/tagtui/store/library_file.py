"""Write changes to the library file through TinyDB."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import msgspec
from tinydb.table import Table

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit
from tagtui.store import faults
from tagtui.store.documents import Document, updated
from tagtui.store.reading import read_file
from tagtui.store.storage import VerbatimStorage

Documents = dict[int, msgspec.Raw | Bookmark]


class BookmarkTable(Table):
    """A TinyDB table that takes a whole change in one write."""

    def __init__(self, storage: VerbatimStorage) -> None:
        super().__init__(storage, "bookmarks")
        self._path = storage.path

    def write_change(self, change: Change) -> Change:
        """Write ``change`` and return it with the ids that it got; raises LibraryFileError."""
        written: list[Edit] = []

        def write(documents: Documents) -> None:
            for edit in _with_free_ids(change.edits, documents):
                _write(self._path, edit, documents)
                written.append(edit)

        self._update_table(cast(Callable[[dict[int, Any]], None], write))
        return replace(change, edits=tuple(written))


def write_change(path: Path, owner: str, change: Change) -> Change:
    """Make ``change`` durable in the library file at ``path``, which is created for ``owner`` if it is missing.

    Return the change as it was written: a new bookmark whose id a document of the file has already (one without a URL,
    or one that another program added since) gets the next free one.  Raises LibraryFileError, and the file is as it
    was, when that cannot be done.
    """
    return BookmarkTable(VerbatimStorage(path, owner)).write_change(change)


def _with_free_ids(edits: Sequence[Edit], documents: Documents) -> Iterator[Edit]:
    """Yield ``edits``; each is to be written to ``documents`` before the next is asked for."""
    highest = max((*documents, *(edit.id for edit in edits)), default=0)
    moved: dict[int, int] = {}
    for edit in edits:
        if edit.before is None and edit.id in documents:
            highest += 1
            moved[edit.id] = highest
        yield replace(edit, id=moved[edit.id]) if edit.id in moved else edit


def _write(path: Path, edit: Edit, documents: Documents) -> None:
    if edit.after is None:
        documents.pop(edit.id, None)
        return
    text = documents.get(edit.id)
    if edit.before is None or not isinstance(text, msgspec.Raw):  # it is new in the file
        documents[edit.id] = edit.after
        return
    document = updated(_decode(path, edit.id, text), edit.before, edit.after)
    documents[edit.id] = msgspec.Raw(msgspec.json.encode(document))


def _decode(path: Path, id: int, text: msgspec.Raw) -> Document:
    try:
        return msgspec.json.decode(text, type=Document)
    except msgspec.ValidationError as error:
        raise faults.no_document(path, str(id)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise faults.not_json(path, read_file(path)) from error
