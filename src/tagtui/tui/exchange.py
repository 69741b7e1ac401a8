"""Import and export on the screen: choose a file, see what would be done, and have it done; the loop is never held."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from tagtui.clock import utc_now
from tagtui.core.changes import Change
from tagtui.core.harvest import preview
from tagtui.core.intake import Report, plan_import
from tagtui.core.text import counted
from tagtui.errors import ImportFileError, TagtuiError
from tagtui.export import write_export
from tagtui.formats.registry import Entry, Format, Source, detect, read, writable
from tagtui.tui.host.paths import typed_path
from tagtui.tui.screens.path_prompt import PathPrompt
from tagtui.tui.screens.progress import ProgressScreen
from tagtui.tui.screens.review import ReviewScreen, Section
from tagtui.tui.widgets.option_rows import Option

if TYPE_CHECKING:
    from tagtui.core.library import Library
    from tagtui.tui.app import TagtuiApp

_STEP = 500  # entries between two looks at whether to go on


class _LeftError(Exception):
    """The person does not want it any more."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An import that was read and not made yet: of a file, as a change to the ``library`` that it was planned on."""

    source: Source
    format: Format
    library: Library
    version: int  # of the library then
    change: Change
    report: Report

    def on(self, library: Library) -> Change:
        """Return the change for ``library`` as it is now; reads the file again if that is not as it was."""
        if library is self.library and library.version == self.version:
            return self.change
        return plan_import(library, read(self.source, self.format), utc_now())[0]

    @property
    def summary(self) -> str:
        """What would be done, in two lines."""
        report = self.report
        return (
            f"{report.added:,} new, {report.updated:,} merged, {report.unchanged:,} as they are, "
            f"{len(report.skipped):,} left out\n{self.format.label}: {self.source.name}"
        )

    def sections(self) -> Sequence[Section]:
        """Return what a person may want to see before it is done."""
        skipped, warnings = self.report.skipped, self.report.warnings
        merged = [edit for edit in self.change.edits if edit.before is not None and edit.after is not None]
        new = [edit.after for edit in self.change.edits if edit.before is None and edit.after is not None]

        def merged_row(at: int) -> tuple[str, str]:
            [arrival] = preview(Change("", (merged[at],)))
            return arrival.bookmark.heading, "; ".join(arrival.gains)

        return (
            Section("Left out", len(skipped), lambda at: (skipped[at].where, skipped[at].reason)),
            Section("Kept, with a remark", len(warnings), lambda at: (warnings[at], "")),
            Section("Merged into what is there", len(merged), merged_row),
            Section("New", len(new), lambda at: (new[at].heading, " ".join(new[at].tags))),
        )


def read_plan(library: Library, source: Source, tell: Callable[[int], object], stop: Event) -> Planned | None:
    """Return what importing ``source`` would change, or ``None`` once ``stop`` is set; blocks.

    ``tell`` is called now and then with the number of entries read.  Raises ImportFileError.
    """
    found, version = detect(source), library.version

    def watched() -> Iterator[Entry]:
        for number, entry in enumerate(read(source, found), 1):
            if number % _STEP == 0:
                if stop.is_set():
                    raise _LeftError
                tell(number)
            yield entry

    try:
        change, report = plan_import(library, watched(), utc_now())
    except _LeftError:
        return None
    return Planned(source, found, library, version, change, report)


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
            source = Source(_content(path), str(path), path, folders_as_tags)
            return read_plan(shown.library, source, tell, stop)

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
                planned.summary,
                planned.sections(),
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
        suffix = chosen.suffixes[0] if chosen.suffixes else {"html-page": "html"}.get(name, "json")
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
                self._app.run_worker(self._write(ids, chosen, path), group="export")

        if os.path.lexists(path):
            options = (Option("replace", "Replace it"), Option("leave", "Leave it as it is"))
            self._app.browse.ask(f"{path.name} is there already", options, answered)
        else:
            answered("replace")

    async def _write(self, ids: Sequence[int], chosen: Format, path: Path) -> None:
        shown = self._app.shown
        if shown is None:
            return
        library = shown.library
        bookmarks = (bookmark for id in ids if (bookmark := library.bookmarks.get(id)) is not None)
        try:
            await asyncio.to_thread(write_export, shown.path, library.owner, path, chosen, bookmarks)
        except TagtuiError as error:
            self._app.say(str(error), severity="error")
        else:
            self._app.say(f"{counted(len(ids), 'bookmark')} written to {path}")


def _browser_options() -> list[Option]:
    from tagtui.formats.browsers import found_profiles

    found = found_profiles(Path.home(), os.environ, sys.platform)
    return [Option(str(it.path), f"{it.browser}, {it.profile}", about=str(it.path)) for it in found]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise ImportFileError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _unwritable(path: Path) -> str:
    """Return why nothing can be written to ``path``, ``""`` where it may be."""
    try:
        if path.is_dir():
            return "this is a folder: end it with / to look into it"
        if os.path.lexists(path) and not path.is_file():
            return "this is not a file of its own: tagtui export writes to pipes and devices"
        return "" if path.parent.is_dir() else "there is no such folder"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)


def _unreadable(path: Path) -> str:
    """Return why there is nothing to read at ``path``, ``""`` where there may be."""
    try:
        if path.is_dir():
            return "this is a folder: end it with / to look into it"
        return "" if path.is_file() else "there is no such file"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
