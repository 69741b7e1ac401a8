"""The app: it reads the library in the background, and is the screens' way to clipboard, browser and themes.

What the first frame does not need is imported behind it, by the thread that reads the library: the store, the index,
the Markdown parser.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import App
from textual.screen import Screen

from tagtui.config import Settings
from tagtui.core.query import parse
from tagtui.core.text import counted
from tagtui.errors import LibraryFileError, SettingsError, TagtuiError
from tagtui.tui import messages as said
from tagtui.tui.actions import ACTIONS, checked_keymap, keys_of
from tagtui.tui.screens.browse import BrowseScreen
from tagtui.tui.screens.menus import GONE
from tagtui.tui.themes import DEFAULT_THEME, THEMES
from tagtui.tui.widgets.bookmark_pane import Density

if TYPE_CHECKING:
    from tagtui.core.changes import Change, Delta
    from tagtui.core.library import Library
    from tagtui.session import News, Session

_WIDTHS = [(0, "-narrow"), (80, "-medium"), (120, "-wide")]  # cells, and the class from there on
_HEIGHTS = [(0, "-short"), (16, "-tall")]
_LOOK_EVERY = 0.5  # seconds between two looks at what other programs did
_FOLD_AFTER = 3.0  # seconds without a change
_DENSITIES = {"line": Density.LINE, "card": Density.CARD, "page": Density.PAGE}


def local_now() -> datetime:
    """Return the present moment in the person's time zone."""
    return datetime.now(UTC).astimezone()


class TagtuiApp(App[None]):
    """Three panes over the library file at ``path``."""

    CSS_PATH = "app.tcss"
    TITLE = "tagtui"
    ENABLE_COMMAND_PALETTE = False  # we have our own, made from the registry of actions
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    NOTIFICATION_TIMEOUT = 4

    def __init__(
        self,
        path: Path,
        owner: str,
        settings: Settings,
        *,
        theme: str = "",
        query: str = "",
        clock: Callable[[], datetime] = local_now,
    ) -> None:
        # With colours of its own, Textual would turn them into greys for NO_COLOR; with the terminal's, it sends none.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._path = path
        self._owner = owner
        self._own_keymap = checked_keymap(settings.keys)
        self._browse = BrowseScreen(
            query=parse(query).query,
            density=_DENSITIES[settings.density],
            keymap=self._own_keymap,
            clock=clock,
        )
        self.set_keymap(self._own_keymap)
        self._session: Session | None = None
        self._last_failure = ""  # of the file, and told
        self.failure = ""  # why the library could not be read, once the app is gone
        for own in THEMES:
            self.register_theme(own)
        wanted = theme or settings.theme or DEFAULT_THEME
        if wanted not in self.available_themes:
            raise SettingsError(
                f'there is no theme "{wanted}"; those known are {", ".join(sorted(self.available_themes))}'
            )
        self.theme = wanted

    def get_default_screen(self) -> Screen[None]:
        return self._browse

    def on_mount(self) -> None:
        self.call_after_refresh(self._load)  # the first frame is on the screen by then

    # --- the library

    @work(thread=True, exclusive=True, group="load")
    def _load(self) -> None:
        from tagtui.core.prose import parse as parse_annotation
        from tagtui.session import Session

        try:
            session = Session(self._path, self._owner, self._apply)
        except TagtuiError as error:
            self.post_message(said.LibraryFailed(str(error)))
            return
        self.post_message(said.LibraryLoaded(session))
        try:
            session.verify()
        except TagtuiError as error:
            self.post_message(said.LibraryFailed(str(error)))
        parse_annotation("*")  # its Markdown parser takes a while to be imported
        while session.library.index.fold_some(200):  # so that the first search need not
            pass
        session.library.prepare()  # nor the first sort

    def _apply(self, library: Library, change: Change) -> Delta:
        """Change the library in the thread that shows it; called in the one that keeps the file."""
        return self.call_from_thread(library.apply, change)

    @on(said.LibraryLoaded)
    def _library_loaded(self, event: said.LibraryLoaded) -> None:
        self._session = event.session
        self._browse.show_library(event.session)
        for warning in event.session.warnings:
            self.say(warning, severity="warning")
        self._watch(event.session)

    @on(said.LibraryFailed)
    def _library_failed(self, event: said.LibraryFailed) -> None:
        if self._session is None:
            self.failure = event.reason
            self.exit(return_code=1)
        else:
            self.say(event.reason, severity="error")

    def close_library(self) -> None:
        """Write what the journal holds into the file; raises LibraryFileError, and no change is lost, if it fails."""
        if self._session is not None:
            self._session.close()

    # --- other programs

    @work(exclusive=True, group="watch")
    async def _watch(self, session: Session) -> None:
        """Look for others' changes as long as the app runs, and write the file itself when nothing happens."""
        quiet = 0.0
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            quiet += _LOOK_EVERY
            if await asyncio.to_thread(session.has_news):
                await self._keep(session.refresh)
                quiet = 0.0
            elif quiet > _FOLD_AFTER and not session.is_folded:
                await self._keep(session.fold)
                quiet = 0.0

    async def _keep(self, do: Callable[[], News], *, was_asked: bool = False) -> bool:
        """Let the session ``do`` something with its file; tell whether that could be done.  A failure is told once."""
        from tagtui.store.ledger import LibraryGoneError

        try:
            news = await asyncio.to_thread(do)
        except TagtuiError as error:
            if str(error) != self._last_failure:
                gone = isinstance(error, LibraryGoneError)
                self.post_message(said.LibraryGone(str(error)) if gone else said.LibraryFailed(str(error)))
            self._last_failure = str(error)
            return False
        self._last_failure = ""
        if news:
            self.post_message(said.OthersChanged(news, was_asked))
        return True

    @on(said.LibraryGone)
    def _library_gone(self, event: said.LibraryGone) -> None:
        self.say(event.reason, severity="error")
        self._browse.ask("The file is gone: write it again?", GONE, self._answer_gone)

    def _answer_gone(self, answer: str) -> None:
        if answer == "write":
            self._write_again()

    @work(exclusive=True, group="load")
    async def _write_again(self) -> None:
        if self._session is not None and await self._keep(self._session.write_again, was_asked=True):
            self.say(f"written again: {self._path}")

    @on(said.OthersChanged)
    def _others_changed(self, event: said.OthersChanged) -> None:
        if self._session is None:
            return
        self._browse.show_library(self._session)
        delta = event.news.delta
        counts = (("added", delta.added), ("changed", delta.changed), ("removed", delta.removed))
        told = ", ".join(f"{len(ids):,} {what}" for what, ids in counts if ids)
        if told and not event.was_asked:
            self.say(f"From elsewhere: {told}")

    @on(said.ReloadRequested)
    def _reload_requested(self) -> None:
        self._reload()

    @work(exclusive=True, group="load")
    async def _reload(self) -> None:
        self._last_failure = ""  # who asks is told again
        if self._session is not None and await self._keep(self._session.refresh, was_asked=True):
            self.say(f"Read again: {counted(len(self._session.library), 'bookmark')}")

    # --- the host

    @on(said.CopyRequested)
    def _copy_requested(self, event: said.CopyRequested) -> None:
        self._copy(event.text)

    @work(exclusive=True, group="copy")
    async def _copy(self, text: str) -> None:
        from tagtui.tui.host.clipboard import copy

        report = await copy(text, self._write_to_terminal)
        if report.failed_everywhere:
            from tagtui.tui.screens.text_page import SelectPage

            self.push_screen(SelectPage(text, report.message))
        else:
            self.say(report.message)

    def _write_to_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    @on(said.OpenRequested)
    def _open_requested(self, event: said.OpenRequested) -> None:
        self._open(event.url)

    @work(exclusive=True, group="open")
    async def _open(self, url: str) -> None:
        from tagtui.tui.host.browser import open_url

        try:
            await open_url(url)
        except TagtuiError as error:
            self.say(str(error), severity="error")
        else:
            self.say(f"opened {url}")

    # --- what is said and how it looks

    def say(self, message: str, severity: str = "information") -> None:
        """Show a toast; the TUI's one place where errors become visible.  The text is never read as markup."""
        levels = {"information": "information", "warning": "warning", "error": "error"}
        self.notify(message, severity=levels[severity], markup=False)  # type: ignore[arg-type]

    def action_help_quit(self) -> None:
        quit_keys = next(keys_of(action, self._own_keymap) for action in ACTIONS if action.id == "quit")
        self.say(f"{quit_keys[0]} quits tagtui")


def run(path: Path, owner: str, settings: Settings, theme: str | None, query: str) -> None:
    """Browse the library at ``path`` until the person leaves; raises LibraryFileError when it cannot be read."""
    app = TagtuiApp(path, owner, settings, theme=theme or "", query=query)
    app.run()
    if app.failure:
        raise LibraryFileError(app.failure)
    try:
        app.close_library()
    except LibraryFileError as error:
        raise LibraryFileError(
            f"your changes are safe in the journal; the file could not be written: {error}"
        ) from error
