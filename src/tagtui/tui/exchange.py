"""Import and export on the screen: choose a file, see what it would do, have it done; slow work is done in threads."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from tagtui.config import home_folder
from tagtui.core.text import counted
from tagtui.errors import TagtuiError
from tagtui.export import write_export, written
from tagtui.formats.registry import Format, Source, writable
from tagtui.importing import read_plan
from tagtui.tui.host.paths import typed_path
from tagtui.tui.screens.path_prompt import PathPrompt
from tagtui.tui.screens.progress import ProgressScreen
from tagtui.tui.screens.review import ReviewScreen, sections
from tagtui.tui.widgets.option_rows import Option

if TYPE_CHECKING:
    from tagtui.importing import Planned
    from tagtui.tui.app import TagtuiApp

_A_FOLDER = "this is a folder: end it with / to look into it"


class Exchange:
    """Imports and exports of ``app``."""

    def __init__(self, app: TagtuiApp) -> None:
        self._app = app
        self._target = ""  # of the last export

    # --- import

    def ask_import(self) -> None:
        """Ask for a file, or one of the browsers found here, and review what it holds."""
        prompt = PathPrompt(
            "Import",
            lambda text: self._import(typed_path(text)),
            refusal=lambda text: _unreadable(typed_path(text)),
            none="Nothing here begins so.",
        )
        self._app.push_screen(prompt)
        self._app.run_worker(self._offer_browsers(prompt), group="import", exclusive=True)

    async def _offer_browsers(self, prompt: PathPrompt) -> None:
        prompt.offer(await asyncio.to_thread(_browser_options))

    def _import(self, path: Path, folders_as_tags: bool | None = None) -> None:
        self._app.run_worker(self._read(path, folders_as_tags), group="import", exclusive=True)

    async def _read(self, path: Path, folders_as_tags: bool | None) -> None:
        app, stop = self._app, Event()
        shown = app.shown
        if shown is None:
            return
        progress = ProgressScreen("Import", stop.set)
        app.push_screen(progress)

        def tell(count: int) -> None:
            app.call_from_thread(progress.show, f"{count:,} entries read")

        def work() -> Planned | None:
            return read_plan(shown.library, Source.at(path, folders_as_tags), tell, stop)

        try:
            planned = await asyncio.to_thread(work)
        except TagtuiError as error:
            progress.dismiss()
            app.say(str(error), severity="error")
            return
        if planned is not None and not stop.is_set():
            progress.dismiss()
            self._review(planned)

    def _review(self, planned: Planned) -> None:
        count = len(planned.change.edits)
        verb = f"import {count:,}" if count else ""
        other = planned.source.folders_as_tags is not True

        def again() -> None:
            if planned.source.path is not None:
                self._import(planned.source.path, folders_as_tags=other)

        self._app.push_screen(
            ReviewScreen(
                "Import",
                _summary(planned),
                sections(planned.change, planned.report),
                verb,
                lambda: self._app.saving.take_in(planned),
                ("folders as tags" if other else "no folders as tags", again),
            )
        )

    # --- export

    def ask_export(self, ids: Sequence[int]) -> None:
        """Ask for a format and a file, and write there the bookmarks with these ``ids``."""
        options = [Option(it.name, it.label, f".{it.suffixes[0]}" if it.suffixes else "") for it in writable()]
        self._app.browse.ask(
            f"Export {counted(len(ids), 'bookmark')} as", options, lambda name: self._ask_target(ids, name)
        )

    def _ask_target(self, ids: Sequence[int], name: str) -> None:
        chosen = next(it for it in writable() if it.name == name)
        suffix = chosen.suffixes[0] if chosen.suffixes else "html" if name == "html-page" else "json"
        proposed = self._target or f"~/bookmarks.{suffix}"
        text = f"{proposed.rpartition('.')[0]}.{suffix}" if "." in proposed.rpartition("/")[2] else proposed
        self._app.push_screen(
            PathPrompt(
                "Export to",
                lambda path: self._export(ids, chosen, path),
                text=text,
                refusal=lambda path: _unwritable(typed_path(path)),
            )
        )

    def _export(self, ids: Sequence[int], chosen: Format, text: str) -> None:
        path = typed_path(text)
        self._target = text

        def answered(answer: str) -> None:
            if answer == "replace":
                self._app.saving.start(self._write(ids, chosen, path))

        if os.path.lexists(path):
            options = (Option("replace", "Replace it"), Option("leave", "Leave it as it is"))
            self._app.browse.ask(f"{path.name} is there already", options, answered)
        else:
            answered("replace")

    async def _write(self, ids: Sequence[int], chosen: Format, path: Path) -> bool:
        shown = self._app.shown
        if shown is None:
            return False
        library = shown.library
        bookmarks = [bookmark for id in ids if (bookmark := library.bookmarks.get(id)) is not None]
        try:
            await asyncio.to_thread(write_export, shown.path, library.owner, path, chosen, bookmarks)
        except TagtuiError as error:
            self._app.say(str(error), severity="error")
            return False
        self._app.say(written(bookmarks, path))
        return True


def _summary(planned: Planned) -> str:
    """Return what an import would do, in two lines."""
    report = planned.report
    return (
        f"{report.added:,} new, {report.updated:,} merged, {report.unchanged:,} as they are, "
        f"{len(report.skipped):,} left out\n{planned.format.label}: {planned.source.name}"
    )


def _browser_options() -> list[Option]:
    from tagtui.formats.browsers import found_profiles

    found = found_profiles(home_folder(), os.environ, sys.platform)
    return [Option(str(it.path), f"{it.browser}, {it.profile}", about=str(it.path)) for it in found]


def _unwritable(path: Path) -> str:
    """Return why nothing can be written to ``path``, ``""`` where it may be."""
    try:
        if path.is_dir():
            return _A_FOLDER
        if os.path.lexists(path) and not path.is_file():
            return "this is not a file of its own: tagtui export writes to pipes and devices"
        return "" if path.parent.is_dir() else "there is no such folder"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)


def _unreadable(path: Path) -> str:
    """Return why there is nothing to read at ``path``, ``""`` where there may be."""
    try:
        if path.is_dir():
            return _A_FOLDER
        return "" if path.is_file() else "there is no such file"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
