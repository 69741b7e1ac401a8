"""The annotation pane: one bookmark whole, wrapped to the pane, its tags ready to be picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.strip import Strip

from tagtui.core.query import Query
from tagtui.core.text import find_folded, fold
from tagtui.tui.actions import bindings
from tagtui.tui.messages import OpenRequested, TagExcluded, TagPicked
from tagtui.tui.widgets.line_view import LineView

if TYPE_CHECKING:
    from tagtui.core.bookmark import Bookmark
    from tagtui.tui.widgets.detail_lines import Detail


_HIDDEN_WIDTH = 40  # cells, while the pane is not on the screen: its matches are counted all the same
LOOKS = "title url dim flag tag picked cursor heading quote bar code link match here".split()


class DetailPane(LineView):
    """Title, URL, dates, flags, tags and annotation of the bookmark under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("detail"), *bindings("rows")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"detail--{name}" for name in LOOKS}
    DEFAULT_CSS = """
    DetailPane {
        & .detail--title { text-style: bold; }
        & .detail--url { color: $text-secondary; }
        & .detail--dim { color: $text-muted; }
        & .detail--flag { color: $text-warning; text-style: bold; }
        & .detail--tag { color: $text-accent; }
        & .detail--picked { color: $text-success; text-style: bold; }
        & .detail--cursor { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
        & .detail--heading { text-style: bold underline; }
        & .detail--quote { color: $text-muted; }
        & .detail--bar { color: $secondary; }
        & .detail--code { color: $text-warning; }
        & .detail--link { color: $text-secondary; text-style: underline; }
        & .detail--match { color: $text-warning; text-style: bold reverse; }
        & .detail--here { color: $text-success; text-style: bold reverse underline; }
    }
    """

    def __init__(self, clock: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._bookmark: Bookmark | None = None
        self._owner = ""
        self._query = Query()
        self._tag_at = -1  # the marked tag; -1: none
        self._match_at = -1
        self._detail: Detail | None = None

    def show(self, bookmark: Bookmark | None, owner: str, query: Query) -> None:
        """Show ``bookmark``, or nothing; what the query picked and searched stands out."""
        if (bookmark, owner, query) == (self._bookmark, self._owner, self._query):
            return
        if query.texts != self._query.texts:
            self._match_at = -1
        if bookmark is not self._bookmark:
            self._tag_at = self._match_at = -1
            self.scroll_to_line(0)
        self._bookmark, self._owner, self._query = bookmark, owner, query
        self._lay_out()

    @property
    def bookmark(self) -> Bookmark | None:
        """The bookmark on show."""
        return self._bookmark

    @property
    def match_count(self) -> int:
        """How many matches of the query's texts stand in the annotation."""
        return len(self._matches)

    @property
    def _lines(self) -> Sequence[list[Segment]]:
        return self._detail.lines if self._detail else ()

    @property
    def _matches(self) -> Sequence[int]:
        return self._detail.matches if self._detail else ()

    def _lay_out(self) -> None:
        width = self.line_width or _HIDDEN_WIDTH
        if self._bookmark is None:
            self._detail = None
        else:
            from tagtui.tui.widgets.detail_lines import lay_out

            self._detail = lay_out(
                self._bookmark,
                owner=self._owner,
                now=self._clock(),
                width=width,
                looks=self._all_looks(),
                picked=self._query.picked,
                needles=tuple(map(fold, self._query.texts)),
                tag_at=self._tag_at if self.has_focus else -1,
                match_at=self._match_at,
            )
        self.set_line_count(len(self._lines))
        self.refresh()

    def _all_looks(self) -> dict[str, Style]:
        looks = {name: self.look(f"detail--{name}") for name in LOOKS}
        looks["cursor"] = self.get_component_rich_style("detail--cursor")  # with its ground
        return looks

    def render_line(self, y: int) -> Strip:
        line = y + self.top
        if line >= len(self._lines):
            return Strip.blank(self.room.width, self.base_style)
        return self.with_bar(self.finished(self._lines[line], self.base_style), y)

    def resized(self) -> None:
        self._lay_out()
        if 0 <= self._match_at < len(self._matches):
            self._reveal(self._matches[self._match_at])

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._lay_out()

    def redraw(self) -> None:
        """Draw everything anew, since the theme or the time has changed."""
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        meta = event.style.meta
        if "tag" in meta:
            self.post_message(TagPicked(meta["tag"]))
        elif "href" in meta:
            self.post_message(OpenRequested(meta["href"]))

    # --- the marked tag

    def _tag(self) -> str:
        tags = self._bookmark.tags if self._bookmark else ()
        return tags[self._tag_at] if 0 <= self._tag_at < len(tags) else ""

    def _mark_tag(self, step: int) -> None:
        tags = self._bookmark.tags if self._bookmark else ()
        if not tags:
            return
        self._tag_at = (self._tag_at + step) % len(tags) if self._tag_at >= 0 else (0 if step > 0 else len(tags) - 1)
        self._lay_out()
        self._reveal(self._detail.tags[self._tag_at] if self._detail else 0)

    def action_next_tag(self) -> None:
        self._mark_tag(1)

    def action_previous_tag(self) -> None:
        self._mark_tag(-1)

    def action_pick_here(self) -> None:
        if self._tag():
            self.post_message(TagPicked(self._tag()))
        elif self._bookmark is not None and self._bookmark.tags:
            self._mark_tag(1)

    def action_exclude_here(self) -> None:
        if self._tag():
            self.post_message(TagExcluded(self._tag()))

    # --- matches

    def go_to_match(self, step: int) -> None:
        """Scroll to the next (``step`` 1) or previous (-1) match and mark it; after the last comes the first."""
        if not self._matches:
            return
        at = self._match_at + step if self._match_at >= 0 else (0 if step > 0 else -1)
        self._match_at = at % len(self._matches)
        self._lay_out()
        self._reveal(self._matches[self._match_at])
        self.show_match_count()

    def show_match_count(self) -> None:
        """Say in the frame how many matches there are, and which one is marked."""
        count, at = self.match_count, self._match_at + 1
        unmarked = "1 match: n" if count == 1 else f"{count:,} matches: n N"
        told = "" if not count else f"match {at:,} of {count:,}" if at else unmarked
        if told != self.border_subtitle:  # setting it paints the whole pane
            self.border_subtitle = told

    def why_no_match(self) -> str:
        """Return why there is no match to go to: nothing is searched, or it stands elsewhere or nowhere."""
        searched = " ".join(self._query.texts)
        if not searched:
            return "Nothing is searched; / searches"
        if self._bookmark is None:
            return f"No match: {searched}"
        parts = {"title": self._bookmark.heading, "tags": " ".join(self._bookmark.tags), "URL": self._bookmark.url}
        needles = tuple(map(fold, self._query.texts))
        places = [name for name, text in parts.items() if find_folded(text, needles)]
        if not places:
            return f"No match in this annotation: {searched}"
        return f"Only in the {' and '.join(filter(None, (', '.join(places[:-1]), places[-1])))}: {searched}"

    def _reveal(self, line: int) -> None:
        height = self.room.height
        if not self.top <= line < self.top + height:
            self.scroll_to_line(max(0, line - height // 3))

    # --- moving

    def _scroll_by(self, lines: int) -> None:
        self.scroll_to_line(self.top + lines)

    def _page(self) -> int:
        return max(1, self.room.height)

    def action_cursor_down(self) -> None:
        self._scroll_by(1)

    def action_cursor_up(self) -> None:
        self._scroll_by(-1)

    def action_first(self) -> None:
        self._scroll_by(-len(self._lines))

    def action_last(self) -> None:
        self._scroll_by(len(self._lines))

    def action_half_page_down(self) -> None:
        self._scroll_by(self._page() // 2)

    def action_half_page_up(self) -> None:
        self._scroll_by(-(self._page() // 2))

    def action_page_down(self) -> None:
        self._scroll_by(self._page())

    def action_page_up(self) -> None:
        self._scroll_by(-self._page())
