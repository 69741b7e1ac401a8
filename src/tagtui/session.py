"""One open library: load it, change it durably, and see what others changed."""

import gc
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from tagtui.clock import utc_now
from tagtui.core.changes import Change, Delta, Edit
from tagtui.core.library import Library
from tagtui.core.text import clean_line
from tagtui.errors import LibraryFileError
from tagtui.store.conflicts import conflict_copies
from tagtui.store.history import Remembered, standing
from tagtui.store.journal import DocumentEdit, Net, Transaction
from tagtui.store.ledger import Arrivals, Ledger, MovedError
from tagtui.store.merging import ABOUT, BOOKMARKS
from tagtui.store.reading import Loaded, about, parse_library
from tagtui.store.rendering import render
from tagtui.store.replacement import replace_file
from tagtui.store.shelf import Shelf, are_tidy, bookmarks_after, is_bulk
from tagtui.store.tables import RawTables
from tagtui.store.tidying import RULES

_TRIES = 5


@dataclass(frozen=True, slots=True)
class News:
    """What others changed since the last look.

    ``labels`` name their changes; ``is_anew`` tells that the library was read anew, and is another object now.
    """

    delta: Delta
    labels: tuple[str, ...] = ()
    is_anew: bool = False

    def __bool__(self) -> bool:
        return self.is_anew or bool(self.labels)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, ``""`` for nothing; ``left`` counts the bookmarks that were changed since and left alone."""

    label: str
    delta: Delta
    left: int = 0


class Session:
    """A library and the file that it lives in, for command line and TUI alike.

    ``owner`` names whose library a new file is; a file that names its owner keeps it.  ``warnings`` says what a person
    should know of the file.  The library changes only by ``apply``, which a caller with a thread of its own for it can
    give: one that waits for no library to be indexed.  Raises LibraryFileError for a file that is no library.
    """

    def __init__(self, path: Path, owner: str, apply: Callable[[Library, Change], Delta] = Library.apply) -> None:
        self.path = path
        self._shelf = Shelf(path, Library({}, clean_line(owner)), {})
        self._is_signed = False
        self._apply = apply
        self._waiting = 0  # threads that want to make a change
        self._warnings: tuple[str, ...] = ()
        self._ledger = Ledger(path, self.library.owner, lambda content, tidy: parse_library(path, content, tidy))
        with _without_collector():
            self._take(self._ledger.refresh())

    @property
    def library(self) -> Library:
        """The bookmarks."""
        return self._shelf.library

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the file."""
        copies = (
            f"{copy.name} beside it is the copy of a sync tool: tagtui merge takes it in; remove it then"
            for copy in conflict_copies(self.path)
        )
        return (*self._warnings, *self._ledger.notices, *copies)

    # --- what others did

    def has_news(self) -> bool:
        """Tell whether a :meth:`refresh` may bring something; costs a few calls of ``stat``."""
        return self._ledger.has_news()

    def refresh(self) -> News:
        """Take in what others changed.

        Raises LibraryFileError, and keeps the library in memory, when the file cannot be read.
        """
        with _without_collector():
            return self._take(self._ledger.refresh())

    def verify(self) -> None:
        """Make sure that the file can be rewritten without loss; raises LibraryFileError if not."""
        self._ledger.verify()

    def _take(self, arrivals: Arrivals[Loaded]) -> News:
        if arrivals.snapshot is not None:
            return self._begin_anew(arrivals.snapshot, arrivals.transactions)
        changes = []
        for transaction in arrivals.transactions:  # one by one: two of them may change the same bookmark
            changes.append(self._shelf.change_of(transaction.label, transaction.edits))
            self._apply(self.library, changes[-1])
        edits = [edit for change in changes for edit in change.edits]
        return News(Delta.of(edits), tuple(change.label for change in changes))

    def _begin_anew(self, loaded: Loaded, transactions: Sequence[Transaction]) -> News:
        bookmarks = loaded.bookmarks
        for transaction in transactions:
            for id, after in bookmarks_after(transaction.edits, loaded.kept).items():
                if after is None:
                    bookmarks.pop(id, None)
                else:
                    bookmarks[id] = after
        before = self.library.bookmarks
        self._warnings = loaded.warnings
        self._is_signed = loaded.is_signed or any(edit.table == ABOUT for made in transactions for edit in made.edits)
        library = Library(bookmarks, clean_line(loaded.owner) or self.library.owner)
        if self._apply is not Library.apply:
            _ = library.index  # here and now, not in the thread that shows it
        self._shelf = Shelf(self.path, library, loaded.kept)
        both = before.keys() & bookmarks.keys()
        changed = frozenset(id for id in both if before[id] != bookmarks[id])
        delta = Delta(frozenset(bookmarks.keys() - both), changed, frozenset(before.keys() - both))
        return News(delta, (), is_anew=True)

    # --- what is done here

    def apply(self, change: Change) -> Delta:
        """Make ``change`` durable, then visible; raises LibraryFileError, and nothing has changed, when that fails.

        Where others changed the same bookmarks meanwhile, both changes are merged.  A new bookmark gets another id
        than the change says where the file has that id already; the delta tells.
        """
        return self._show(self._save(lambda news: self._planned(change, news), in_bulk=False))

    def save(self, change: Change) -> None:
        """Make ``change``, such as an import, durable in the file itself, after a backup; raises as :meth:`apply` does.

        The library in memory stays as it was: the caller needs it no more.
        """
        self._save(lambda news: self._planned(change, news), in_bulk=True)

    def replay(self, label: str, changes: Net) -> Delta:
        """Merge changes that were made elsewhere, as one change, after a backup; raises as :meth:`apply` does."""
        ours = {key: versions for key, versions in changes.items() if key[0] == BOOKMARKS}
        return self._show(self._save(lambda _: _done(label, self._shelf.replayed(ours)), in_bulk=True))

    def restore(self, content: bytes, label: str) -> Delta:
        """Make the bookmarks what they are in ``content``, a library file; raises LibraryFileError."""
        here, there = self._ledger.tables(), RawTables(self.path, content)
        return self.replay(label, there.changes_since(here))

    def merge(self, path: Path, content: bytes) -> Delta:
        """Take in ``content``, the library file at ``path``, of which no common ancestor is known.

        Raises LibraryFileError.
        """
        parse_library(path, content)  # refuses what is no library
        return self.replay(f"Merged {path.name}", RawTables(path, content).changes_since(RawTables(path, b"")))

    def _planned(self, change: Change, news: News) -> Transaction:
        return _done(change.label, self._shelf.edits_of(change, news.delta))

    def _show(self, made: Transaction | None) -> Delta:
        """Make visible what was saved."""
        if made is None:
            return Delta.of(())
        return self._apply(self.library, self._shelf.change_of(made.label, made.edits))

    def _save(self, plan: Callable[[News], Transaction], *, in_bulk: bool) -> Transaction | None:
        """Make durable what ``plan`` makes of the news, and return it; ``None`` if that changes nothing.

        ``in_bulk`` puts it into the file itself even if it is small.
        """
        self._waiting += 1
        try:
            return self._save_in_turn(plan, in_bulk=in_bulk)
        finally:
            self._waiting -= 1

    def _save_in_turn(self, plan: Callable[[News], Transaction], *, in_bulk: bool) -> Transaction | None:
        for rest in reversed(range(_TRIES)):
            try:
                with self._ledger.writing():
                    made = plan(self._take(self._ledger.refresh()))
                    if not (made.edits or made.undoes):
                        return None
                    made = msgspec.structs.replace(made, edits=(*made.edits, *self._signature()))
                    if not (in_bulk or is_bulk(len(made.edits), len(self.library))):
                        self._ledger.append(made)
                        self._is_signed = True
                        return made
                    if self._ledger.fold(made, tidy=self._tidy if are_tidy(made.edits) else 0):
                        return made
            except MovedError:
                if not rest:
                    raise
        raise LibraryFileError(f"{self.path}: not saved: another program is writing it all the time; try again")

    # --- taking it back

    def history(self) -> tuple[list[Transaction], list[Transaction]]:
        """Return what can be undone and what can be redone, the next one of each at the end."""
        done, undone = standing(self._ledger.history())
        return [entry.made for entry in done], [entry.made for entry in undone]

    def undo(self) -> Undone:
        """Take back the last change that was not; raises LibraryFileError as :meth:`apply` does.

        A bookmark that was changed again since, in the same fields, is left alone.
        """
        return self._take_back(lambda: standing(self._ledger.history())[0], "Undid")

    def redo(self) -> Undone:
        """Do again what was undone last, if nothing was done since; raises as :meth:`undo` does."""
        return self._take_back(lambda: standing(self._ledger.history())[1], "Redid")

    def _take_back(self, candidates: Callable[[], Sequence[Remembered]], word: str) -> Undone:
        undone = Undone("", Delta.of(()))

        def plan(_: News) -> Transaction:
            nonlocal undone
            entries = candidates()
            if not entries:
                return Transaction("", ())
            entry = entries[-1]
            label = entry.made.label.removeprefix("Undid: ").removeprefix("Redid: ")
            changes = [edit for edit in self._ledger.edits_of(entry) if edit.table == BOOKMARKS]
            back = [found for edit in changes if (found := self._shelf.reverted(edit)) is not None]
            undone = Undone(label, Delta.of(()), len(changes) - len(back))
            return _done(f"{word}: {label}", tuple(back), entry.made.id)

        made = self._save(plan, in_bulk=False)
        return replace(undone, delta=self._show(made))

    # --- the file

    @property
    def _tidy(self) -> int:
        """The number of the rules by which all documents are tidy."""
        return 0 if self._shelf.kept else RULES

    def _signature(self) -> tuple[DocumentEdit, ...]:
        """Return what makes a library of a file that has its bookmarks only."""
        return () if self._is_signed else (DocumentEdit(ABOUT, "1", None, about(self.library.owner)),)

    def write_again(self) -> News:
        """Write the library as it is in memory, where its file was deleted or emptied; raises LibraryFileError."""
        self._ledger.write_again(self._text_after(()))
        return self.refresh()

    def write_copy(self, path: Path, change: Change) -> None:
        """Write the library with ``change``, which its own file did not take, to ``path``; raises LibraryFileError."""
        replace_file(path, lambda file: file.writelines(self._text_after(change.edits)))

    def _text_after(self, edits: Iterable[Edit]) -> Iterator[bytes]:
        """Return the text of a library file that holds what is in memory, after ``edits``."""
        documents: dict[str, Any] = {str(id): bookmark for id, bookmark in self.library.bookmarks.items()}
        documents |= {str(id): text for id, text in self._shelf.kept.items()}
        for edit in edits:
            documents.pop(str(edit.id), None)
            if edit.after is not None:
                documents[str(edit.id)] = edit.after
        return render({ABOUT: {"1": about(self.library.owner)}, BOOKMARKS: documents})

    @property
    def is_folded(self) -> bool:
        """Whether all changes stand in the library file itself, and none in its journal alone."""
        return not self._ledger.unfolded

    def fold(self) -> News:
        """Write what the journal holds into the library file, and return others' changes.

        It gives way to a change that another thread is about to make.  Raises LibraryFileError; no change is lost then.
        """
        with self._ledger.writing():
            news = self._take(self._ledger.refresh())
            self._ledger.fold(give_up=lambda: self._waiting > 0, tidy=self._tidy)
            return news

    def close(self) -> None:
        """Fold and let go of the file; raises LibraryFileError, and no change is lost, when it cannot be written."""
        try:
            if self._ledger.unfolded:
                self.fold()
        finally:
            self._ledger.close()


def _done(label: str, edits: tuple[DocumentEdit, ...], undoes: str = "") -> Transaction:
    """Return what a person does now."""
    return Transaction(label, edits, secrets.token_hex(8), utc_now(), undoes)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let no garbage be collected: a load makes a million objects and no garbage, which would only be walked."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
