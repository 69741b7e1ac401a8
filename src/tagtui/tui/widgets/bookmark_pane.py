"""The bookmark pane: the bookmarks that the query leaves, in one of three densities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style

from tagtui.core.text import ago, find_folded, fold
from tagtui.core.url import site
from tagtui.tui.actions import bindings
from tagtui.tui.messages import BookmarkReached, MarksChanged, OpenRequested
from tagtui.tui.widgets.cells import ELLIPSIS, Run, crop, crop_runs, highlighted, spread, wrap
from tagtui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from tagtui.core.bookmark import Bookmark
    from tagtui.core.library import Library
    from tagtui.core.view import View

UNREAD, PRIVATE, MARKED = "●", "◆", "✓"
_EXCERPT = 2_000  # characters of an annotation that a row looks at
_MARKS_WIDTH = 2  # cells before the title


class Density(Enum):
    """How much of a bookmark a row shows; the value is its height in lines."""

    LINE = 1
    CARD = 3
    PAGE = 8

    @property
    def next(self) -> Density:
        """The density that the key goes to."""
        densities = list(Density)
        return densities[(densities.index(self) + 1) % len(densities)]


class BookmarkRows(RowList):
    """The rows of the bookmark pane.

    ``wish`` does at once what takes more than this pane, by the id of its action: were it a message, keys typed ahead
    would still be those of this pane.
    """

    BINDINGS = bindings("bookmarks")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"marks--title", "marks--site", "marks--tags", "marks--flag", "marks--text"}
    DEFAULT_CSS = """
    BookmarkRows {
        & .marks--title { color: $text; text-style: bold; }
        & .marks--site { color: $text-secondary; }
        & .marks--tags { color: $text-accent; }
        & .marks--flag { color: $text-warning; text-style: bold; }
        & .marks--text { color: $foreground 80%; }
    }
    """

    def __init__(
        self, clock: Callable[[], datetime], density: Density, wish: Callable[[str], None], *, id: str | None = None
    ) -> None:
        super().__init__(row_height=density.value, id=id)
        self._wish = wish
        self.density = density
        self._clock = clock
        self._library: Library | None = None
        self._view: View | None = None
        self._needles: tuple[str, ...] = ()
        self._reached: int | None = None
        self._marks: dict[int, None] = {}  # ids, in the order in which they were marked
        self._anchor: int | None = None  # the bookmark that a range begins with

    def show_view(self, library: Library, view: View, keep: int | None) -> None:
        """Show ``view`` with the cursor on bookmark ``keep`` or, if that is gone, the nearest; ``None``: on top."""
        cursor = 0 if keep is None else self._nearest(view, keep)
        self._library, self._view = library, view
        self._marks = {id: None for id in self._marks if id in library}
        self._needles = tuple(map(fold, view.query.texts))
        self.show(len(view), cursor)

    def _nearest(self, view: View, keep: int) -> int:
        place = view.ids.place(keep)
        if place is not None or self._view is None or not self.count:
            return place or 0
        before = self._view.ids
        below = (before[row] for row in range(self.cursor, min(self.count, len(before))))
        above = (before[row] for row in range(min(self.cursor, len(before)) - 1, -1, -1))
        for neighbours in (below, above):
            nearest = next((id for id in neighbours if id in view.ids), None)
            if nearest is not None:
                return view.ids.place(nearest) or 0
        return 0

    def set_density(self, density: Density) -> None:
        """Show each bookmark in ``density``."""
        self.density = density
        self.set_row_height(density.value)

    @property
    def id_under_cursor(self) -> int | None:
        """The bookmark under the cursor, or ``None``."""
        return self._view.ids[self.cursor] if self._view is not None and self.count else None

    def go_to(self, id: int) -> None:
        """Put the cursor on bookmark ``id``, if it is listed."""
        place = self._view.ids.place(id) if self._view is not None else None
        if place is not None:
            self.cursor = place

    def cursor_moved(self) -> None:
        # Straight to the screen: by way of every container, it would arrive after the cursor's own paint.
        self.screen.post_message(BookmarkReached(self.id_under_cursor))

    def activated(self, row: int, *, double: bool) -> None:
        if double:
            self.action_open()

    def action_open(self) -> None:
        id = self.id_under_cursor
        bookmark = self._library.bookmarks.get(id) if self._library is not None and id is not None else None
        if bookmark is not None:
            self.post_message(OpenRequested(bookmark.url))

    # --- marks, and what is done to the marked

    @property
    def marked_count(self) -> int:
        """How many bookmarks are marked, listed or not."""
        return len(self._marks)

    @property
    def targets(self) -> dict[int, Bookmark]:
        """The marked bookmarks by id, listed or not; where none is, the one under the cursor."""
        if self._library is None:
            return {}
        ids = [*self._marks] or [id for id in (self.id_under_cursor,) if id is not None]
        return {id: self._library[id] for id in ids if id in self._library}

    @property
    def listed(self) -> Sequence[int]:
        """The ids of all bookmarks that the query leaves, in their order."""
        return self._view.ids if self._view is not None else ()

    def clear_marks(self) -> None:
        """Mark nothing."""
        self._mark({})

    def action_mark(self) -> None:
        id = self.id_under_cursor
        if id is None:
            return
        self._anchor = id
        self._mark(
            {other: None for other in self._marks if other != id} if id in self._marks else {**self._marks, id: None}
        )
        self.action_cursor_down()

    def action_mark_range(self) -> None:
        if self._view is None or self.id_under_cursor is None:
            return
        start = self._view.ids.place(self._anchor) if self._anchor is not None else None
        first, last = sorted((self.cursor if start is None else start, self.cursor))
        self._anchor = self.id_under_cursor
        self._mark(self._marks | dict.fromkeys(self._view.ids[first : last + 1]))

    def action_mark_all(self) -> None:
        if self._view is None:
            return
        listed = dict.fromkeys(self._view.ids)
        all_are_marked = listed.keys() <= self._marks.keys()
        self._mark({id: None for id in self._marks if id not in listed} if all_are_marked else self._marks | listed)

    def _mark(self, marked: dict[int, None]) -> None:
        self._marks = marked
        self.redraw()
        self.post_message(MarksChanged(len(marked)))

    def action_unread(self) -> None:
        self._wish("unread")

    def action_private(self) -> None:
        self._wish("private")

    def action_edit(self) -> None:
        self._wish("edit")

    def action_retag(self) -> None:
        self._wish("retag")

    def action_delete(self) -> None:
        self._wish("delete")

    # --- drawing

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        if not self._marks or self._view is None or width <= _MARKS_WIDTH:
            return self._unmarked(row, width)
        sign = MARKED if self._view.ids[row] in self._marks else ""
        lines = self._unmarked(row, width - _MARKS_WIDTH)
        style = self.look("marks--flag")
        return [[Segment(f"{sign if not at else '':<{_MARKS_WIDTH}}", style), *line] for at, line in enumerate(lines)]

    def _unmarked(self, row: int, width: int) -> list[list[Segment]]:
        if self._library is None or self._view is None:
            return []
        bookmark = self._library.bookmarks.get(self._view.ids[row])
        if bookmark is None:  # another program has deleted it, and the list without it is on its way
            return []
        match self.density:
            case Density.LINE:
                return [self._line(bookmark, width)]
            case Density.CARD:
                return self._card(bookmark, width)
            case Density.PAGE:
                return self._page_of(bookmark, width)

    def _line(self, bookmark: Bookmark, width: int) -> list[Segment]:
        dim, date = self.look("rows--dim"), self._date(bookmark)
        right = [Run(date, dim)] if width >= 50 else []
        if width >= 70:
            right.insert(0, Run(crop(site(bookmark.url), 24) + "  ", self.look("marks--site")))
        return spread(self._title(bookmark), right, width, dim)

    def _card(self, bookmark: Bookmark, width: int) -> list[list[Segment]]:
        return [
            crop_runs(self._title(bookmark), width),
            crop_runs(self._site_and_tags(bookmark), width),
            crop_runs(self._signature(bookmark), width),
        ]

    def _page_of(self, bookmark: Bookmark, width: int) -> list[list[Segment]]:
        from tagtui.core.prose import plain

        style = self.look("marks--text")
        text = plain(bookmark.annotation[:_EXCERPT])
        room = Density.PAGE.value - 4
        inner = max(1, width - _MARKS_WIDTH)
        places = list(wrap(text, inner))[: room + 1] if text else []
        lines = [text[start:end] for start, end in places]
        if len(lines) > room:
            lines = [*lines[: room - 1], crop(lines[room - 1].rstrip() + ELLIPSIS, inner)]
        return [
            crop_runs(self._title(bookmark), width),
            *(crop_runs([Run(" " * _MARKS_WIDTH, style), *self._marked(line, style)], width) for line in lines),
            crop_runs(self._site_and_tags(bookmark), width),
            crop_runs(self._signature(bookmark), width),
        ]

    def _title(self, bookmark: Bookmark) -> list[Run]:
        flag = UNREAD if bookmark.unread else PRIVATE if bookmark.private else " "
        both = PRIVATE if bookmark.unread and bookmark.private else " "
        return [
            Run(flag + both, self.look("marks--flag")),
            *self._marked(bookmark.heading[:_EXCERPT], self.look("marks--title")),
        ]

    def _marked(self, text: str, style: Style) -> Sequence[Run]:
        if not self._needles:
            return [Run(text, style)]
        return highlighted(text, find_folded(text, self._needles), style, self.look("rows--match"))

    def _site_and_tags(self, bookmark: Bookmark) -> list[Run]:
        host, dim = site(bookmark.url), self.look("rows--dim")
        runs = [Run(" " * _MARKS_WIDTH, dim)]
        if host:
            runs += [Run(host, self.look("marks--site")), Run("  ", dim)]
        style = self.look("marks--tags")
        for tag in bookmark.tags[:50]:
            runs += [*self._marked(tag, style), Run("  ", dim)]
        return runs

    def _signature(self, bookmark: Bookmark) -> list[Run]:
        by = bookmark.by or (self._library.owner if self._library else "")
        return [Run(f"{' ' * _MARKS_WIDTH}{self._date(bookmark)} by {by}", self.look("rows--dim"))]

    def _date(self, bookmark: Bookmark) -> str:
        return ago(bookmark.added, self._clock())
