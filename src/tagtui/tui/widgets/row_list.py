"""A virtual list: rows of one height, drawn when they are seen, however many there are.

Textual's own lists measure every row when they are filled (100,000 rows take seconds); this one keeps a number, and a
cache of the strips on the screen.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.reactive import reactive
from textual.strip import Strip

from tagtui.tui.actions import bindings
from tagtui.tui.widgets.cells import wrap
from tagtui.tui.widgets.line_view import LineView

_CACHED_ROWS = 1_000
_GUTTER = " ▏▌"  # before a row, before the cursor's row, and there while the list has the focus: never colour alone


class RowList(LineView):
    """Rows ``0`` to ``count - 1``, a cursor, and the keys that move it; a subclass draws the rows."""

    BINDINGS = bindings("rows")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--cursor-elsewhere", "rows--dim", "rows--match"}
    DEFAULT_CSS = """
    RowList {
        & .rows--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & .rows--cursor-elsewhere { background: $block-cursor-blurred-background; }
        & .rows--dim { color: $text-muted; }
        & .rows--match { color: $text-warning; text-style: bold underline; }
    }
    """

    cursor = reactive(0, repaint=False)

    def __init__(self, *, row_height: int = 1, id: str | None = None) -> None:
        super().__init__(id=id)
        self.row_height = row_height
        self.count = 0
        self.vacant: Sequence[str] = ()  # what an empty list says, line by line
        self._drawn: dict[tuple[int, int], list[list[Segment]]] = {}  # by row and state

    # --- for the subclass

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        """Return the lines of ``row``, each at most ``width`` cells wide; missing ones are blank."""
        raise NotImplementedError

    def activated(self, row: int, *, double: bool) -> None:
        """Do what a click on ``row`` means, beyond moving the cursor to it."""

    def cursor_moved(self) -> None:
        """Take note that the cursor stands on another row, or that the row under it is another one now."""

    # --- content

    def show(self, count: int, cursor: int, top: int | None = None) -> None:
        """Show ``count`` rows with the cursor on row ``cursor``, which is in sight then.

        Line ``top`` is to be the first on the screen; where none is given, the cursor stays where it stood there.
        """
        stood_at = self.cursor * self.row_height - self.top
        self.count = count
        self._drawn.clear()
        self._set_virtual_size()
        moved = max(0, min(cursor, count - 1))
        self.set_reactive(RowList.cursor, moved)
        self._reveal(moved * self.row_height - stood_at if top is None else top)
        self.refresh()
        self.cursor_moved()

    def set_row_height(self, height: int) -> None:
        """Show rows of ``height`` lines, with the cursor's row in sight."""
        self.row_height = max(height, 1)
        self.redraw()
        self._set_virtual_size()
        self._reveal(self.top)

    def redraw(self) -> None:
        """Draw everything anew, since what the rows show has changed."""
        self._drawn.clear()
        self.refresh()

    def _set_virtual_size(self) -> None:
        self.set_line_count(self.count * self.row_height)

    def _reveal(self, wanted: int) -> None:
        """Scroll to line ``wanted``, or to the nearest from which the cursor's row is in sight."""
        height = max(self.room.height, self.row_height)
        top = self.cursor * self.row_height
        y = min(max(wanted, top + self.row_height - height), top)
        y = max(0, min(y, self.count * self.row_height - height))
        self.scroll_to_line(y)

    # --- drawing

    def render_line(self, y: int) -> Strip:
        if not self.count:
            return self._vacant_line(y, self.room.width)
        row, line = divmod(y + self.top, self.row_height)
        if row >= self.count:
            return Strip.blank(self.room.width, self.base_style)
        state = 0 if row != self.cursor else 2 if self.has_focus else 1
        lines = self._drawn.get((row, state))
        if lines is None:
            if len(self._drawn) > _CACHED_ROWS:
                self._drawn.clear()
            lines = self._drawn[row, state] = self._draw(row, state)
        return self.with_bar(lines[line], y)

    def _draw(self, row: int, state: int) -> list[list[Segment]]:
        style = self.base_style
        if state:
            name = "rows--cursor" if state == 2 else "rows--cursor-elsewhere"
            style += self.get_component_rich_style(name)
        gutter = Segment(_GUTTER[state][: self.line_width])
        lines = self.draw_row(row, max(0, self.line_width - 1))
        lines += [[]] * (self.row_height - len(lines))
        if state == 2:  # the cursor's colours replace the row's own: on its ground they could not be read
            colours = Style(color=style.color, bgcolor=style.bgcolor)
            lines = [[Segment(text, own + colours if own else colours) for text, own, _ in line] for line in lines]
        return [self.finished([gutter, *line], style) for line in lines[: self.row_height]]

    def _vacant_line(self, y: int, width: int) -> Strip:
        inner = width - 2
        lines = [text[a:b] for text in self.vacant for a, b in wrap(text, inner)] if inner > 0 else []
        if len(lines) > self.room.height:
            lines = [line for line in lines if line]
        top = max(0, (self.room.height - len(lines)) // 3)
        text = lines[y - top] if 0 <= y - top < len(lines) else ""
        style = self.base_style + self.look("rows--dim")
        return Strip([Segment(" " + text, style)]).adjust_cell_length(width, style)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn.clear()

    # --- the cursor

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self, before: int, now: int) -> None:
        for row in (before, now):
            self.refresh_lines(row * self.row_height, self.row_height)
        self._reveal(self.top)
        self.cursor_moved()

    def on_focus(self) -> None:
        self.refresh_lines(self.cursor * self.row_height, self.row_height)

    def on_blur(self) -> None:
        self.refresh_lines(self.cursor * self.row_height, self.row_height)

    def resized(self) -> None:
        self._drawn.clear()
        self._set_virtual_size()
        self._reveal(self.top)

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or self.is_on_bar(place.x):
            return
        row = (place.y + self.top) // self.row_height
        if row < self.count:
            self.cursor = row
            self.activated(row, double=event.chain > 1)

    def _page(self) -> int:
        return max(1, self.room.height // self.row_height)

    def action_cursor_down(self) -> None:
        self.cursor += 1

    def action_cursor_up(self) -> None:
        self.cursor -= 1

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = self.count - 1

    def action_half_page_down(self) -> None:
        self.cursor += max(1, self._page() // 2)

    def action_half_page_up(self) -> None:
        self.cursor -= max(1, self._page() // 2)

    def action_page_down(self) -> None:
        self.cursor += self._page()

    def action_page_up(self) -> None:
        self.cursor -= self._page()
