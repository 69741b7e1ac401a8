"""What the screen does with the library's file, none of it in the thread that paints.

The keeper posts messages about what came of it, and shows nothing itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from tagtui.clock import utc_now
from tagtui.config import home_folder
from tagtui.errors import TagtuiError
from tagtui.tui import messages as said

if TYPE_CHECKING:
    from tagtui.core.changes import Change, Delta
    from tagtui.core.library import Library
    from tagtui.session import News, Session, Undone
    from tagtui.visit import Visit

LOOK_EVERY = 0.5  # seconds between two looks at what other programs did
FOLD_AFTER = 3.0  # seconds without a change, after which the file itself is written


class Keeper:
    """The session of the library at ``path`` or, where that ``is_read_only``, a visit to it.

    ``post`` posts a message to the app; ``apply`` changes the library in the thread that shows it, and is called in
    another one.
    """

    def __init__(
        self,
        path: Path,
        owner: str,
        post: Callable[[Message], object],
        apply: Callable[[Library, Change], Delta],
        *,
        is_read_only: bool,
    ) -> None:
        self.path = path
        self.is_read_only = is_read_only
        self.shown: Session | Visit | None = None
        self.session: Session | None = None  # what is shown, if it can be changed
        self._owner = owner
        self._post = post
        self._apply = apply
        self._in_turn = asyncio.Lock()  # one change after the other, each planned on what came before
        self._last_failure = ""  # which was told

    def load(self) -> None:
        """Read the library, tell the app, then make ready what it will need; blocks."""
        from tagtui.core.prose import parse as parse_annotation
        from tagtui.formats.registry import formats

        try:
            shown = self._open()
        except TagtuiError as error:
            self._post(said.LibraryFailed(str(error)))
            return
        self._post(said.LibraryLoaded(shown))
        try:
            if self.session is not None:
                self.session.verify()
        except TagtuiError as error:
            self._post(said.LibraryFailed(str(error)))
        parse_annotation("*")  # its Markdown parser takes a while to be imported
        while shown.library.index.fold_some(200):  # so that the first search need not
            pass
        shown.library.prepare()  # nor the first sort
        formats()  # nor the first import or export

    def _open(self) -> Session | Visit:
        if self.is_read_only:
            from tagtui.visit import Visit

            self.shown = Visit(self.path, self._owner)
        else:
            from tagtui.session import Session

            self.shown = self.session = Session(self.path, self._owner, self._apply)
        self._index()
        return self.shown

    def _index(self) -> None:
        """Have the library indexed now, and not by the first search, which is in the thread that paints."""
        if self.shown is not None:
            self.shown.library.index.fold_some(0)

    def close(self) -> None:
        """Write what the journal holds into the file; raises LibraryFileError, and no change is lost, if it fails."""
        if self.session is not None:
            self.session.close()

    # --- others

    async def watch(self) -> None:
        """Look for others' changes as long as the app runs, and write the file itself when nothing happens."""
        quiet = 0.0
        while self.shown is not None:
            await asyncio.sleep(LOOK_EVERY)
            quiet += LOOK_EVERY
            if await asyncio.to_thread(self.shown.has_news):
                await self._keep(self.shown.refresh)
                quiet = 0.0
            elif self.session is not None and quiet > FOLD_AFTER and not self.session.is_folded:
                await self._keep(self.session.fold)
                quiet = 0.0

    async def reload(self) -> bool:
        """Take in others' changes because the person wants it; tell whether that could be done."""
        self._last_failure = ""  # who asks is told again
        return self.shown is not None and await self._keep(self.shown.refresh, was_asked=True)

    async def write_again(self) -> bool:
        """Write the file that was deleted or emptied from memory; tell whether that could be done."""
        return self.session is not None and await self._keep(self.session.write_again, was_asked=True)

    async def _keep(self, do: Callable[[], News], *, was_asked: bool = False) -> bool:
        """Let the session ``do`` something with its file; tell whether that could be done.  A failure is told once."""
        from tagtui.store.ledger import LibraryGoneError

        def done() -> News:
            news = do()
            self._index()
            return news

        try:
            news = await asyncio.to_thread(done)
        except TagtuiError as error:
            if str(error) != self._last_failure:
                gone = isinstance(error, LibraryGoneError)
                self._post(said.LibraryGone(str(error)) if gone else said.LibraryFailed(str(error)))
            self._last_failure = str(error)
            return False
        self._last_failure = ""
        if news:
            self._post(said.OthersChanged(news, was_asked))
        return True

    # --- the person

    # Each of these tells whether all is saved now.

    async def change(self, plan: Callable[[Library], Change]) -> bool:
        """Make durable what ``plan`` makes of the library as it is then, show it, and say so."""
        async with self._in_turn:
            session = self.session
            if session is None:
                return False
            try:
                change = await asyncio.to_thread(plan, session.library)
            except TagtuiError as error:  # a file to import that is not what it was
                self._post(said.LibraryFailed(str(error)))
                return False
            if not change.edits:
                self._post(said.NothingToSave())
                return True
            try:
                delta = await asyncio.to_thread(session.apply, change)
            except TagtuiError as error:
                self._post(said.SaveFailed(str(error), change, plan))
                return False
            self._post(said.Saved(change.label, delta))
            return True

    async def save_elsewhere(self, change: Change) -> bool:
        """Write the library with ``change``, which its own file did not take, to the home folder, and say where."""
        if self.session is None:
            return False
        path = home_folder() / f"{self.path.stem}-{utc_now():%Y%m%dT%H%M%SZ}.json"
        try:
            await asyncio.to_thread(self.session.write_copy, path, change)
        except TagtuiError as error:
            self._post(said.LibraryFailed(str(error)))
            return False
        self._post(said.SavedElsewhere(str(path)))
        return True

    async def take_back(self, which: str) -> bool:
        """``undo`` or ``redo`` the last change, show it, and say so."""
        async with self._in_turn:
            if self.session is None:
                return False
            do: Callable[[], Undone] = {"undo": self.session.undo, "redo": self.session.redo}[which]
            try:
                undone = await asyncio.to_thread(do)
            except TagtuiError as error:
                self._post(said.LibraryFailed(str(error)))
                return False
            self._post(said.TakenBack(which, undone))
            return True
