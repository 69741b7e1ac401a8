"""The app: it reads the library in the background, and is the screens' way to clipboard, browser and themes.

What the first frame does not need is imported behind it, by the thread that reads the library: the store, the index,
the Markdown parser.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import App
from textual.screen import Screen

from tagtui.config import Settings, library_path, settings_path
from tagtui.core.query import parse
from tagtui.core.text import clean, counted
from tagtui.errors import LibraryFileError, SettingsError, TagtuiError
from tagtui.tui import messages as said
from tagtui.tui.actions import BY_ID, as_bound, checked_keymap, keys_of
from tagtui.tui.keeper import Keeper
from tagtui.tui.saving import Saving
from tagtui.tui.screens.browse import BrowseScreen
from tagtui.tui.screens.menus import GONE
from tagtui.tui.themes import DEFAULT_THEME, THEMES
from tagtui.tui.widgets.bookmark_pane import Density

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from tagtui.core.changes import Change, Delta
    from tagtui.core.library import Library
    from tagtui.session import Session
    from tagtui.tui.copying import Copying
    from tagtui.tui.exchange import Exchange
    from tagtui.tui.forms import Forms
    from tagtui.tui.widgets.option_rows import Option
    from tagtui.visit import Visit

_WIDTHS = [(0, "-narrow"), (80, "-medium"), (120, "-wide")]  # cells, and the class from there on
_HEIGHTS = [(0, "-short"), (16, "-tall")]
_CHANGING = frozenset("add edit retag import undo redo unread private delete".split())  # refused to who may only read
_BY_HAND = 50_000  # characters, more than which nobody selects with a mouse
_FREE = 0.3  # seconds between two looks at whether a person is free to be asked
_DENSITIES = {"line": Density.LINE, "card": Density.CARD, "page": Density.PAGE}


def local_now() -> datetime:
    """Return the present moment in the person's time zone."""
    return datetime.now(UTC).astimezone()


def _keymap(settings: Settings) -> dict[str, str]:
    """Return the keys that the settings give; raises SettingsError, which names the file."""
    try:
        return checked_keymap(settings.keys)
    except SettingsError as error:
        raise SettingsError(f"{settings_path()}: {error}") from error


def _import_command(path: Path, settings: Settings) -> str:
    """Return what brings bookmarks into the library at ``path``."""
    named = "" if path == library_path(None, settings) else f" --file {shlex.quote(str(path))}"
    return f"tagtui{named} import FILE"


class TagtuiApp(App[None]):
    """Three panes over the library file at ``path``.

    Where it ``is_read_only``, it may be of any format that can be imported; then ``owner`` is whose it is.
    """

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
        is_read_only: bool = False,
    ) -> None:
        # With colours of its own, Textual would turn them into greys for NO_COLOR; with the terminal's, it sends none.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._own_keymap = _keymap(settings)
        self._browse = BrowseScreen(
            query=parse(query).query,
            density=_DENSITIES[settings.density],
            keymap=self._own_keymap,
            import_command=_import_command(path, settings),
            clock=clock,
            wish=self._grant,
            is_read_only=is_read_only,
        )
        self.set_keymap(as_bound(self._own_keymap))
        self._keeper = Keeper(path, owner, self.post_message, self._apply, is_read_only=is_read_only)
        self.saving = Saving(self, self._keeper, clock)
        self._settings = settings
        self._clock = clock
        self.failure = ""  # why the library could not be read, once the app is gone
        for own in THEMES:
            self.register_theme(own)
        wanted = theme or settings.theme or DEFAULT_THEME
        if wanted not in self.available_themes:
            where = "" if theme else f"{settings_path()}: "
            raise SettingsError(
                f'{where}there is no theme "{wanted}"; those known are {", ".join(sorted(self.available_themes))}'
            )
        self.theme = wanted

    def get_default_screen(self) -> Screen[None]:
        return self._browse

    def on_mount(self) -> None:
        self.call_after_refresh(self._load)  # the first frame is on the screen by then

    # --- the library

    @work(thread=True, exclusive=True, group="load")
    def _load(self) -> None:
        self._keeper.load()

    def _apply(self, library: Library, change: Change) -> Delta:
        """Change the library in the thread that shows it; called in the one that keeps the file."""
        return self.call_from_thread(library.apply, change)

    @on(said.LibraryLoaded)
    def _library_loaded(self, event: said.LibraryLoaded) -> None:
        self._browse.show_library(event.session)
        for warning in event.session.warnings:
            self.say(warning, severity="warning")
        self.run_worker(self._keeper.watch(), group="watch", exclusive=True)

    @on(said.LibraryFailed)
    def _library_failed(self, event: said.LibraryFailed) -> None:
        if self._keeper.shown is None:
            self.failure = event.reason
            self.exit(return_code=1)
        else:
            self.say(event.reason, severity="error")

    def close_library(self) -> None:
        """Write what the journal holds into the file; raises LibraryFileError, and no change is lost, if it fails."""
        self._keeper.close()

    @on(said.OthersChanged)
    def _others_changed(self, event: said.OthersChanged) -> None:
        self._show_library()
        delta = event.news.delta
        counts = (("added", delta.added), ("changed", delta.changed), ("removed", delta.removed))
        told = ", ".join(f"{len(ids):,} {what}" for what, ids in counts if ids)
        if told and not event.was_asked:
            self.say(f"From elsewhere: {told}")

    def _show_library(self) -> None:
        if self._keeper.shown is not None:
            self._browse.show_library(self._keeper.shown)

    @on(said.ReloadRequested)
    def _reload_requested(self) -> None:
        self._reload()

    @work(exclusive=True, group="load")
    async def _reload(self) -> None:
        if await self._keeper.reload() and self._keeper.shown is not None:
            self.say(f"Read again: {counted(len(self._keeper.shown.library), 'bookmark')}")

    @on(said.LibraryGone)
    def _library_gone(self, event: said.LibraryGone) -> None:
        def answered(answer: str) -> None:
            if answer == "write":
                self._write_again()

        self.say(event.reason, severity="error")
        self.ask_when_free("The file is gone: write it again?", GONE, answered)

    @work(group="ask")
    async def ask_when_free(self, question: str, options: Sequence[Option], then: Callable[[str], None]) -> None:
        """Ask what nobody waits for, once no menu, form or page is open: an enter meant for that is no answer."""
        while self.screen is not self._browse or self._browse.is_asking:  # noqa: ASYNC110  -- neither tells when it closes
            await asyncio.sleep(_FREE)
        self._browse.ask(question, options, then)

    @work(exclusive=True, group="load")
    async def _write_again(self) -> None:
        if await self._keeper.write_again():
            self.say(f"Written again: {self._keeper.path}")

    # --- what takes more than the screen

    @property
    def browse(self) -> BrowseScreen:
        """The main screen."""
        return self._browse

    @property
    def path(self) -> Path:
        """The file that is shown."""
        return self._keeper.path

    @property
    def shown(self) -> Session | Visit | None:
        """What is shown, once it is read."""
        return self._keeper.shown

    def _grant(self, wish: str) -> None:
        """Do what the action of this id does."""
        if wish == "quit":
            self.run_worker(self.saving.leave(), group="leave", exclusive=True)
            return
        rows, shown = self._browse.bookmarks, self.shown
        if shown is None or (wish in _CHANGING and not self._may_change()):
            return
        library, targets, id = shown.library, rows.targets, rows.id_under_cursor
        match wish:
            case "undo" | "redo":
                self.saving.take_back(wish)
            case "unread" | "private" if targets:
                self.saving.toggle(targets, wish)
            case "delete" if targets:
                self.saving.delete(targets)
            case "add":
                self._forms.add(library)
            case "edit" if id is not None and id in library:
                self._forms.edit(library, id)
            case "retag" if targets:
                self._forms.retag(library, targets)
            case "copy_as" if targets:
                self._copying.ask_shape(targets, rows.listed)
            case "copy_to" if targets:
                self._copying.ask_library(targets)
            case "import":
                self._exchange.ask_import()
            case "export" if rows.listed:
                self._exchange.ask_export([*targets] if rows.marked_count else rows.listed)
            case _:
                self.say("there is no bookmark to do this with")

    def _may_change(self) -> bool:
        """Tell whether the library can be changed; where it cannot, say so."""
        if self._keeper.is_read_only:
            self.say(f"this is open to be read only; {self._key('copy_to')} copies bookmarks to your library")
        return not self._keeper.is_read_only

    @cached_property
    def _forms(self) -> Forms:
        from tagtui.tui.forms import Forms

        return Forms(self._settings, self._clock, self.push_screen, self.saving.request)

    @cached_property
    def _copying(self) -> Copying:
        from tagtui.tui.copying import Copying

        return Copying(self, self._settings, self._clock)

    @cached_property
    def _exchange(self) -> Exchange:
        from tagtui.tui.exchange import Exchange

        return Exchange(self)

    # --- changes

    @on(said.Saved)
    def _saved(self, event: said.Saved) -> None:
        self._show_library()
        if len(event.delta.added) == 1:
            self._browse.bookmarks.go_to(*event.delta.added)
        self.say(f"{event.label}. {self._key('undo')} to undo")

    @on(said.NothingToSave)
    def _nothing_to_save(self) -> None:
        self.say("That changes nothing")

    @on(said.TakenBack)
    def _taken_back(self, event: said.TakenBack) -> None:
        self._show_library()
        undone = event.undone
        word = {"undo": "Undone", "redo": "Done again"}[event.which]
        left = f"; {counted(undone.left, 'bookmark')} changed since, and left alone" if undone.left else ""
        self.say(f"{word}: {undone.label}{left}" if undone.label else f"Nothing to {event.which}")

    @on(said.SavedElsewhere)
    def _saved_elsewhere(self, event: said.SavedElsewhere) -> None:
        self.say(f"saved in {event.place}")

    @on(said.SaveFailed)
    def _save_failed(self, event: said.SaveFailed) -> None:
        self.say(event.reason, severity="error")
        self.saving.ask_again(event)

    # --- the host

    @on(said.CopyRequested)
    def _copy_requested(self, event: said.CopyRequested) -> None:
        self._copy(event.text)

    def copy_text(self, text: str) -> None:
        """Copy ``text``, and say what came of it."""
        self._copy(text)

    @work(exclusive=True, group="copy")
    async def _copy(self, text: str) -> None:
        from tagtui.tui.host.clipboard import copy

        report = await copy(text, self._write_to_terminal)
        if report.failed_everywhere and len(text) > _BY_HAND:
            self.say(f"{report.message}; {self._key('export')} exports to a file", severity="error")
        elif report.failed_everywhere:
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

    def say(self, message: str, severity: SeverityLevel = "information") -> None:
        """Show a toast; the TUI's one place where errors become visible.  The text is never read as markup."""
        self.notify(clean(message), severity=severity, markup=False)

    def notify(self, message: str, **how: Any) -> None:
        """Show a toast, in place of the one that says the same, if that is on the screen still."""
        for shown in [shown for shown in self._notifications if shown.message == message]:
            self._unnotify(shown, refresh=False)
        super().notify(message, **how)

    async def action_quit(self) -> None:
        self._grant("quit")

    def action_help_quit(self) -> None:
        self.say(f"{self._key('quit') or 'ctrl+q'} quits tagtui")

    def _key(self, id: str) -> str:
        """Return the first key of an action, ``""`` if it has none."""
        return next(iter(keys_of(BY_ID[id], self._own_keymap)), "")


def run(
    path: Path, owner: str, settings: Settings, theme: str | None, query: str, *, is_read_only: bool = False
) -> None:
    """Browse the library at ``path`` until the person leaves; raises LibraryFileError when it cannot be read."""
    app = TagtuiApp(path, owner, settings, theme=theme or "", query=query, is_read_only=is_read_only)
    app.run()
    if app.failure:
        raise LibraryFileError(app.failure)
    try:
        app.close_library()
    except LibraryFileError as error:
        raise LibraryFileError(
            f"your changes are safe in the journal; the file could not be written: {error}"
        ) from error
