"""The three panes side by side, and which of them has the keys; in narrow terminals only that one is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.reactive import reactive
from textual.widget import Widget

from tagtui.tui.actions import BOOKMARKS, DETAIL, TAGS
from tagtui.tui.widgets.bookmark_pane import BookmarkRows, Density
from tagtui.tui.widgets.detail_pane import DetailPane
from tagtui.tui.widgets.tag_pane import TagPane

_ORDER = (TAGS, BOOKMARKS, DETAIL)


class Panes(Horizontal):
    """Tags, bookmarks and annotation; ``wish`` is for :class:`BookmarkRows`."""

    pane: reactive[str] = reactive(TAGS, init=False, repaint=False)

    def __init__(
        self, clock: Callable[[], datetime], density: Density, wish: Callable[[str], None], *, id: str | None = None
    ) -> None:
        super().__init__(id=id, classes=f"-pane-{TAGS}")
        self.tags = TagPane(id="tag-pane")
        self.bookmarks = BookmarkRows(clock, density, wish, id="bookmarks")
        self.detail = DetailPane(clock, id="detail")
        for title, widget in zip(("1 Tags", "2 Bookmarks", "3 Annotation"), self._framed, strict=True):
            widget.border_title = title

    def compose(self) -> ComposeResult:
        yield self.tags
        with Container(id="reading"):
            yield self.bookmarks
            yield self.detail

    @property
    def _framed(self) -> tuple[Widget, ...]:
        return (self.tags, self.bookmarks, self.detail)

    def widget(self, pane: str) -> Widget:
        """Return what has the focus in ``pane``."""
        widgets: dict[str, Widget] = {TAGS: self.tags.rows, BOOKMARKS: self.bookmarks, DETAIL: self.detail}
        return widgets[pane]

    def go_to(self, pane: str) -> None:
        """Give the keys to ``pane``."""
        self.pane = pane
        self.screen.set_focus(self.widget(pane))  # at once, unlike focus(): the next key may be typed already

    def step(self, step: int) -> None:
        """Give the keys to the pane so many further on."""
        self.go_to(_ORDER[(_ORDER.index(self.pane) + step) % len(_ORDER)])

    def follow_focus(self) -> None:
        """Take note of the pane that has the focus, if one has."""
        self.pane = next((pane for pane in _ORDER if self.widget(pane).has_focus), self.pane)

    def watch_pane(self, before: str, now: str) -> None:
        self.remove_class(f"-pane-{before}", update=False)
        self.add_class(f"-pane-{now}", update=self.screen.has_class("-narrow"))  # to style the panes anew takes a frame
