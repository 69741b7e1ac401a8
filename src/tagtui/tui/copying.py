"""Copying bookmarks, to the clipboard in many shapes, or into another library."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tagtui.clock import utc_now
from tagtui.config import Settings, library_path, owner_name
from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change
from tagtui.core.clippings import shapes
from tagtui.core.harvest import copied
from tagtui.core.intake import Report
from tagtui.core.template import Standpoint
from tagtui.core.text import counted
from tagtui.errors import TagtuiError
from tagtui.recent import recent_libraries, remember
from tagtui.tui.host.paths import typed_path
from tagtui.tui.screens.path_prompt import PathPrompt
from tagtui.tui.screens.review import ReviewScreen, sections
from tagtui.tui.widgets.option_rows import Option

if TYPE_CHECKING:
    from tagtui.session import Session
    from tagtui.tui.app import TagtuiApp

_LISTED, _ELSEWHERE = "\0listed", "\0elsewhere"  # no shape and no path is called so


class Copying:
    """What can be copied of the library that ``app`` shows, and where to."""

    def __init__(self, app: TagtuiApp, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._settings = settings
        self._clock = clock

    # --- to the clipboard

    def ask_shape(self, targets: Mapping[int, Bookmark], listed: Sequence[int]) -> None:
        """Ask how the ``targets`` are to be copied, or all that are ``listed``."""
        more = [Option(_LISTED, f"All {len(listed):,} that are listed…")] if len(listed) > len(targets) else []

        def chosen(name: str) -> None:
            if name == _LISTED:
                self._ask_shape_of(self._listed(listed), f"all {len(listed):,}")
            else:
                self._copy(list(targets.values()), name)

        self._app.browse.ask(f"Copy {_named(targets)} as", [*self._shape_options(), *more], chosen)

    def _ask_shape_of(self, bookmarks: Sequence[Bookmark], named: str) -> None:
        self._app.browse.ask(f"Copy {named} as", self._shape_options(), lambda name: self._copy(bookmarks, name))

    def _shape_options(self) -> list[Option]:
        return [Option(shape.name, shape.label) for shape in shapes(self._settings.copy)]

    def _listed(self, ids: Sequence[int]) -> list[Bookmark]:
        shown = self._app.shown
        return [shown.library[id] for id in ids if id in shown.library] if shown is not None else []

    def _copy(self, bookmarks: Sequence[Bookmark], name: str) -> None:
        self._app.run_worker(self._render(bookmarks, name), group="copy", exclusive=True)

    async def _render(self, bookmarks: Sequence[Bookmark], name: str) -> None:
        shown = self._app.shown
        shape = next(it for it in shapes(self._settings.copy) if it.name == name)
        if shown is None:
            return
        standpoint = Standpoint(shown.library.owner, self._clock().tzinfo or UTC)
        text = await asyncio.to_thread(shape.render, bookmarks, standpoint)
        if text:
            self._app.copy_text(text)
        else:
            self._app.say(f"nothing to copy: no {shape.label.lower()}")

    # --- into another library

    def ask_library(self, targets: Mapping[int, Bookmark]) -> None:
        """Ask which library the ``targets`` are to be copied into."""
        own = library_path(None, self._settings)
        here = os.path.realpath(self._app.path)
        paths = dict.fromkeys(path for path in (own, *recent_libraries()) if os.path.realpath(path) != here)
        options = [Option(str(path), path.name, about=str(path.parent)) for path in paths]
        options.append(Option(_ELSEWHERE, "Another file…", about="its path"))

        def chosen(value: str) -> None:
            if value == _ELSEWHERE:
                self._app.push_screen(PathPrompt("Copy into", lambda text: self._review(targets, typed_path(text))))
            else:
                self._review(targets, Path(value))

        self._app.browse.ask(f"Copy {_named(targets)} into", options, chosen)

    def _review(self, targets: Mapping[int, Bookmark], path: Path) -> None:
        self._app.run_worker(self._show_review(targets, path), group="copy_to", exclusive=True)

    async def _show_review(self, targets: Mapping[int, Bookmark], path: Path) -> None:
        shown = self._app.shown
        if shown is None:
            return
        owner = shown.library.owner
        try:
            change, report = await asyncio.to_thread(self._planned, targets, owner, path)
        except TagtuiError as error:
            self._app.say(str(error), severity="error")
            return
        counts = f"{report.added:,} new, {report.updated:,} merged, {report.unchanged:,} there already"

        def agreed() -> None:
            self._app.saving.start(self._make(targets, owner, path))

        verb = f"copy {len(change.edits):,}" if change.edits else ""
        self._app.push_screen(
            ReviewScreen("Copy into another library", f"{counts}\n{path}", sections(change, report), verb, agreed)
        )

    def _planned(self, targets: Mapping[int, Bookmark], owner: str, path: Path) -> tuple[Change, Report]:
        with self._opened(path) as session:
            session.verify()
            return copied(targets, owner, session.library, utc_now())

    @contextmanager
    def _opened(self, path: Path) -> Iterator[Session]:
        from tagtui.session import Session

        session = Session(path, owner_name(None, self._settings))
        try:
            yield session
        finally:
            session.close()

    async def _make(self, targets: Mapping[int, Bookmark], owner: str, path: Path) -> bool:
        def work() -> Change:
            with self._opened(path) as session:  # planned again: it may have changed while it was looked at
                change, _ = copied(targets, owner, session.library, utc_now())
                session.apply(change)
            remember(path)
            return change

        try:
            change = await asyncio.to_thread(work)
        except TagtuiError as error:
            self._app.say(f"not copied: {error}", severity="error")
            return False
        self._app.say(f"Copied {counted(len(change.edits), 'bookmark')} into {path}")
        return True


def _named(targets: Mapping[int, Bookmark]) -> str:
    return "it" if len(targets) == 1 else counted(len(targets), "bookmark")
