"""What the panes have in common: they draw line by line, scrollbar included.

Textual lays the whole screen out anew, and paints it twice, whenever the size of a scrolled content changes; and a
scrollbar that is a widget cuts every line of the screen into three more strips.  Between them they doubled the time of
a keystroke at 120x40.  So the size of the content is nobody's business here, and the bar is the last cell of a line.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tagtui.tui.widgets.looks import look

_BAR_WIDTH = 2  # cells: a blank one, and the bar
_THUMB = "▐"


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolled column of lines; a subclass draws them, each ``line_width`` cells wide."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--bar"}
    DEFAULT_CSS = """
    LineView {
        overflow: hidden hidden;
        &:focus { background-tint: $foreground 0%; }
        & .lines--bar { color: $scrollbar; }
    }
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.room = Size(0, 0)  # the size of the content, kept: Textual works it out at each call
        self._looks: dict[str, Style] = {}
        self._thumb = range(0)
        self._is_dragged = False

    # --- for the subclass

    def resized(self) -> None:
        """Take note that ``room`` has changed."""

    # --- size and place

    @property
    def allow_vertical_scroll(self) -> bool:
        """Whether wheel and keys may scroll; Textual would ask for a scrollbar of its own making."""
        return self.virtual_size.height > self.room.height

    @property
    def line_width(self) -> int:
        """How many cells of a line the content has."""
        return max(0, self.room.width - _BAR_WIDTH)

    @property
    def top(self) -> int:
        """The line of the content that is the first on the screen."""
        return round(self.scroll_y)

    def set_line_count(self, count: int) -> None:
        """Let the content be ``count`` lines long."""
        self.virtual_size = Size(self.room.width, count)
        self._place_thumb()

    def scroll_to_line(self, line: int) -> None:
        """Scroll, at once, so that ``line`` is the first on the screen, as far as there are lines below.

        Past Textual's watchers, which would paint this in a frame of its own.
        """
        y = max(0, min(line, self.virtual_size.height - self.room.height))
        if y != self.scroll_y:
            self.set_reactive(LineView.scroll_y, float(y))
            self.set_reactive(LineView.scroll_target_y, float(y))
            self._place_thumb()
            self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        self._place_thumb()
        super().watch_scroll_y(old_value, new_value)

    def on_resize(self) -> None:
        self.room = self.size
        self.resized()
        self._place_thumb()
        self.refresh()  # a paint may have come between the new size and this

    def _place_thumb(self) -> None:
        height, total = self.room.height, self.virtual_size.height
        if not 0 < height < total:
            self._thumb = range(0)
            return
        length = max(1, height * height // total)
        start = round(self.top * (height - length) / (total - height))
        self._thumb = range(start, start + length)

    # --- drawing

    def finished(self, line: Sequence[Segment], style: Style) -> list[Segment]:
        """Return ``line`` laid over ``style``, and filled up to ``line_width`` cells."""
        segments = [Segment(text, style + own if own else style) for text, own, _ in line]
        missing = self.line_width - sum(segment.cell_length for segment in segments)
        if missing > 0:
            segments.append(Segment(" " * missing, style))
        return segments

    def with_bar(self, line: Sequence[Segment], y: int) -> Strip:
        """Return a finished ``line`` with the part of the scrollbar that belongs to line ``y`` of the widget."""
        bar = f" {_THUMB}" if y in self._thumb else "  "
        if self.room.width < _BAR_WIDTH:
            bar = bar[: self.room.width]
        return Strip([*line, Segment(bar, self.base_style + self.look("lines--bar"))], self.room.width)

    def look(self, name: str) -> Style:
        """Return what component class ``name`` lays over the style of the widget."""
        if name not in self._looks:
            self._looks[name] = look(self, name)
        return self._looks[name]

    @property
    def base_style(self) -> Style:
        """The style of the widget itself; Textual works it out from all its ancestors at each call."""
        if "" not in self._looks:
            self._looks[""] = self.rich_style
        return self._looks[""]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()

    # --- the mouse on the bar

    def on_mouse_down(self, event: events.MouseDown) -> None:
        place = event.get_content_offset(self)
        if place is not None and self.is_on_bar(place.x):
            self._is_dragged = True
            self.capture_mouse()
            self._drag_to(place.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._is_dragged:
            self._drag_to(event.y - self.gutter.top)

    def on_mouse_up(self) -> None:
        if self._is_dragged:
            self._is_dragged = False
            self.release_mouse()

    def is_on_bar(self, x: int) -> bool:
        """Tell whether column ``x`` of the content is the scrollbar."""
        return x >= self.room.width - 1

    def _drag_to(self, y: int) -> None:
        height = max(1, self.room.height - 1)
        self.scroll_to_line(y * (self.virtual_size.height - self.room.height) // height)
