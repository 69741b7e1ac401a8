"""The forms of the app: what is in them at first, and the changes that come of them.

A new bookmark and new tags are planned on the library as it is when their turn comes; an edit is merged with what was
changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tagtui.clock import utc_now
from tagtui.config import Settings
from tagtui.core.bookmark import Bookmark, Draft, tag_key
from tagtui.core.changes import Change, Edit
from tagtui.core.editing import edited, retagging
from tagtui.core.intake import plan_import
from tagtui.core.text import counted
from tagtui.tui.screens.filled import Filled
from tagtui.tui.screens.form import BookmarkForm
from tagtui.tui.screens.page_offer import LookUp

if TYPE_CHECKING:
    from tagtui.core.library import Library

Show = Callable[[BookmarkForm], object]


class Request(Protocol):
    """What asks for the change that ``plan`` makes, and calls ``done`` once it is saved."""

    def __call__(self, plan: Callable[[Library], Change], done: Callable[[], object] = ...) -> object: ...


class Forms:
    """The forms, with what was left in that of a new bookmark; ``show`` puts one on the screen."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], show: Show, request: Request) -> None:
        self._settings = settings
        self._clock = clock
        self._show = show
        self._request = request
        self._drafts: dict[int, Filled] = {}  # what was left in a form, by the id of its bookmark; 0: a new one

    @property
    def _look_up(self) -> LookUp | None:
        if not self._settings.new["fetch"]:
            return None
        from tagtui.web.page import page_details

        return page_details

    def add(self, library: Library) -> None:
        """Show the form of a new bookmark, with what was left in it the last time."""
        from tagtui.tui.host.pasting import read_clipboard

        def save(filled: Filled) -> None:
            self._drafts[0] = filled
            label = f"Added “{filled.title or filled.url}”"

            def plan(now: Library) -> Change:
                return Change(label, plan_import(now, [_respelled(now, filled.draft())], utc_now())[0].edits)

            self._request(plan, lambda: self._forget(0))

        new = self._settings.new
        empty = Filled(private=new["private"], unread=new["unread"])
        self._show(
            BookmarkForm(
                "Add a bookmark",
                library,
                self._drafts.get(0, empty),
                self._clock,
                save,
                lambda filled: self._leave(0, filled, empty),
                look_up=self._look_up,
                read_clipboard=read_clipboard,
                open_known=lambda id: self.edit(library, id),
            )
        )

    def _leave(self, id: int, filled: Filled, empty: Filled) -> None:
        """Keep what was left in a form for the next time, if it is more than was there at first."""
        self._drafts.pop(id, None)
        if filled != empty:
            self._drafts[id] = filled

    def _forget(self, id: int) -> None:
        self._drafts.pop(id, None)

    def edit(self, library: Library, id: int) -> None:
        """Show the form of bookmark ``id``; what its page says is offered where it has no title."""
        before = library[id]
        empty = Filled.of(before)

        def save(filled: Filled) -> None:
            self._drafts[id] = filled
            after = edited(
                before,
                utc_now(),
                url=filled.url,
                title=filled.title,
                note=filled.annotation,
                tags=_respelled(library, filled.draft()).tags,
                private=filled.private,
                unread=filled.unread,
            )
            edits = (Edit(id, before, after),) if after is not before else ()
            self._request(lambda _: Change(f"Edited “{after.heading}”", edits), lambda: self._forget(id))

        self._show(
            BookmarkForm(
                "Edit, as you left it" if id in self._drafts else "Edit",
                library,
                self._drafts.get(id, empty),
                self._clock,
                save,
                lambda filled: self._leave(id, filled, empty),
                edited=id,
                look_up=None if before.title else self._look_up,
                open_known=lambda other: self.edit(library, other),
            )
        )

    def retag(self, library: Library, targets: Mapping[int, Bookmark]) -> None:
        """Show the form of the tags of ``targets``."""

        def save(filled: Filled) -> None:
            ids = list(targets)
            self._request(lambda now: retagging({id: now[id] for id in ids if id in now}, filled.tags, utc_now()))

        [*bookmarks] = targets.values()
        alone = len(bookmarks) == 1
        title = "Retag" if alone else f"Retag {counted(len(bookmarks), 'bookmark')}"
        filled = Filled(tags=" ".join([*bookmarks[0].tags, ""])) if alone else Filled()
        self._show(BookmarkForm(title, library, filled, self._clock, save, tags_only=True))


def _respelled(library: Library, draft: Draft) -> Draft:
    """Return ``draft`` with the tags that ``library`` has in the spelling that it has them in."""
    from msgspec.structs import replace

    names = library.index.names
    return replace(draft, tags=tuple(names.get(tag_key(tag), tag) for tag in draft.tags))
