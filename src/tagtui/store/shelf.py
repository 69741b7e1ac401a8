"""The bookmarks of a library as the documents that its file has, and changes from one form to the other."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from tagtui.clock import utc_now
from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Delta, Edit
from tagtui.core.library import Library
from tagtui.store.documents import Document, read_bookmark, read_document, to_document, updated
from tagtui.store.history import PastEdit, checksum_of
from tagtui.store.journal import DocumentEdit, Key, Net
from tagtui.store.merging import BOOKMARKS, replay, taken_back
from tagtui.store.reading import MAX_ID, decoded

_BULK = 2_000  # edits, up to which the journal takes in any change well
_PART = 1 / 10  # of a library's bookmarks: a change to more of them costs less in the file itself

Kept = dict[int, msgspec.Raw]
"""The documents, by id, that are more than their bookmarks say, or other."""


class Shelf:
    """The bookmarks of ``library``, whose file is at ``path``, and those documents that are ``kept`` as they stand."""

    def __init__(self, path: Path, library: Library, kept: Kept) -> None:
        self._path = path
        self.library = library
        self.kept = kept

    def document(self, id: int) -> Document | None:
        """Return the document of a bookmark as it stands in the file, or means the same; raises LibraryFileError."""
        if id in self.kept:
            return decoded(self._path, id, self.kept[id])
        return to_document(self.library[id]) if id in self.library else None

    def change_of(self, label: str, edits: Iterable[DocumentEdit]) -> Change:
        """Return what ``edits`` change in the library, and keep the documents that are more than bookmarks then."""
        before = self.library.bookmarks
        changed = (Edit(id, before.get(id), after) for id, after in bookmarks_after(edits, self.kept).items())
        return Change(label, tuple(edit for edit in changed if edit.before != edit.after))

    def edits_of(self, change: Change, others: Delta) -> tuple[DocumentEdit, ...]:
        """Return ``change`` in documents, merged with what ``others`` changed since it was made."""
        library = self.library.bookmarks
        came = {library[id].url for id in others.added | others.changed}  # an id may be another bookmark's now
        edits: list[DocumentEdit] = []
        pending: Net = {}
        for edit in _one_each(change.edits):
            id, before, after = edit.id, edit.before, edit.after
            is_free = before is not None or not (id in self.kept or (came and after and after.url in came))
            if before != library.get(id) or not is_free:
                base = to_document(before) if before is not None else None
                pending[BOOKMARKS, str(id)] = (base, _changed(base, edit))
            elif id in self.kept:
                old = self.document(id)
                edits.append(DocumentEdit(BOOKMARKS, str(id), old, _changed(old, edit)))
            else:
                edits.append(DocumentEdit(BOOKMARKS, str(id), _as_document(before), _as_document(after)))
        return (*edits, *replay(pending, _Edited(self, edits))) if pending else tuple(edits)

    def replayed(self, changes: Net) -> tuple[DocumentEdit, ...]:
        """Return what makes ``changes``, which were made to bookmarks elsewhere."""
        return tuple(replay(changes, _Edited(self, ())))

    def reverted(self, edit: PastEdit) -> DocumentEdit | None:
        """Return what takes ``edit`` back, or ``None`` where that cannot be done without touching what came after."""
        id = int(edit.id)
        bookmark = self.library.bookmarks.get(id)
        if id not in self.kept and checksum_of(_as_document(bookmark)) == edit.checksum:
            return DocumentEdit(edit.table, edit.id, _as_document(bookmark), edit.old)
        now = self.document(id)
        if edit.is_as_left(now):
            return DocumentEdit(edit.table, edit.id, now, edit.old)
        if edit.old is None or edit.new is None or now is None:
            return None
        before = taken_back(edit.table, edit.old, edit.new, now)
        return DocumentEdit(edit.table, edit.id, now, before) if before is not None else None


class _Edited:
    """The documents of a shelf, for what is merged into them; ``edits`` are made to them already."""

    def __init__(self, shelf: Shelf, edits: Iterable[DocumentEdit]) -> None:
        self._shelf = shelf
        self._edited: dict[Key, Document | Bookmark | None] = {edit.key: edit.new for edit in edits}
        self._highest = 0

    def get(self, key: Key) -> Document | None:
        if key in self._edited:
            edited = self._edited[key]
            return to_document(edited) if isinstance(edited, Bookmark) else edited  # as most changes keep it
        return self._shelf.document(int(key[1]))

    def find(self, url: str) -> Key | None:
        library = self._shelf.library
        id = library.find(url)
        return (BOOKMARKS, str(id)) if id is not None and library[id].url == url else None

    def free_id(self, table: str) -> str:
        shelf = self._shelf
        taken = (self._highest, shelf.library.next_id - 1, max(shelf.kept, default=0))
        edited = max((int(id) for _, id in self._edited), default=0)
        self._highest = max(*taken, edited) + 1
        return str(self._highest)


def is_bulk(edits: int, bookmarks: int) -> bool:
    """Tell whether a change of so many in a library of so many is better written to the whole file than its journal."""
    return edits >= max(_BULK, bookmarks * _PART)


def bookmarks_after(edits: Iterable[DocumentEdit], kept: Kept) -> dict[int, Bookmark | None]:
    """Return the bookmarks that ``edits`` leave, by id, and keep in ``kept`` the documents that are more than those."""
    now = utc_now()
    found: dict[int, Bookmark | None] = {}
    for edit in edits:
        if edit.table != BOOKMARKS or not edit.id.isdigit() or int(edit.id) > MAX_ID:
            continue
        id = int(edit.id)
        kept.pop(id, None)
        found[id] = None
        if edit.new is not None:
            bookmark, is_whole = _read(edit.new, now)
            if not is_whole:
                kept[id] = msgspec.Raw(msgspec.json.encode(edit.new))
            found[id] = bookmark if bookmark.url else None
    return found


def _as_document(bookmark: Bookmark | None) -> Document | None:
    """Return ``bookmark`` in the place of its document: JSON is made of both alike, and of this one sooner."""
    return bookmark  # type: ignore[return-value]  # see _read and _Edited.get


def _read(new: Document | Bookmark, now: datetime) -> tuple[Bookmark, bool]:
    return read_bookmark(new) if isinstance(new, Bookmark) else read_document(new, now)


def are_tidy(edits: Iterable[DocumentEdit]) -> bool:
    """Tell whether the bookmarks that ``edits`` leave say all that their documents do; those of an import do."""
    now = utc_now()
    changed = (edit for edit in edits if edit.table == BOOKMARKS and edit.new is not None)
    return all(
        (edit.old is None and isinstance(edit.new, Bookmark)) or _read(edit.new, now)[1] for edit in changed if edit.new
    )


def _one_each(edits: Sequence[Edit]) -> Iterable[Edit]:
    """Return ``edits`` with those of one bookmark as one."""
    if len({edit.id for edit in edits}) == len(edits):
        return edits
    found: dict[int, Edit] = {}
    for edit in edits:
        found[edit.id] = Edit(edit.id, found[edit.id].before if edit.id in found else edit.before, edit.after)
    return found.values()


def _changed(document: Document | None, edit: Edit) -> Document | None:
    """Return ``document``, which reads as ``edit.before``, after the edit."""
    if edit.after is None:
        return None
    return (
        to_document(edit.after)
        if document is None or edit.before is None
        else updated(document, edit.before, edit.after)
    )
