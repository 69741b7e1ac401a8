"""Write changes to the library file through TinyDB."""

from pathlib import Path
from typing import Any

from tinydb.table import Table

from tagtui.core.changes import Change
from tagtui.store.documents import to_document, updated
from tagtui.store.storage import LibraryStorage


class BookmarkTable(Table):
    """A TinyDB table that takes a whole change in one write."""

    def write_change(self, change: Change) -> None:
        """Write ``change``; raises LibraryFileError, and the file is as it was, when that cannot be done."""

        def edit(documents: dict[int, Any]) -> None:
            for edit in change.edits:
                if edit.after is None:
                    documents.pop(edit.id, None)
                elif edit.before is None or edit.id not in documents:
                    documents[edit.id] = to_document(edit.after)
                else:
                    documents[edit.id] = updated(documents[edit.id], edit.before, edit.after)

        self._update_table(edit)


def write_change(path: Path, owner: str, change: Change) -> None:
    """Make ``change`` durable in the library file at ``path``, which is created for ``owner`` if it is missing.

    Raises LibraryFileError, and the file is as it was, when that cannot be done.
    """
    BookmarkTable(LibraryStorage(path, owner), "bookmarks").write_change(change)
