"""The menu above the panes: type to narrow it, enter to choose.  The palette, and the menus of order and theme.

It is a widget and no screen of its own: to put a screen on another and take it off costs Textual several layouts.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from tagtui.core.text import clean_line
from tagtui.tui.widgets.line_input import LineInput
from tagtui.tui.widgets.option_rows import Option, OptionRows

_AROUND = 4  # lines: the frame's two, the input, and the footer below


class Menu(Vertical):
    """An input over a list of options; hidden but while a choice is to be made."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("down,ctrl+n,tab", "move('cursor_down')", show=False),
        Binding("up,ctrl+p,shift+tab", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]
    DEFAULT_CSS = """
    Menu {
        layer: menu;
        display: none;
        width: 68;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        margin-top: 3;
        border: heavy $accent;
        border-title-style: bold;
        background: $surface;
        &.-open { display: block; }
        & Input { border: none; height: 1; padding: 0 1; background: $boost; }
        & OptionRows { background: $surface; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._then: Callable[[str], None] = lambda _: None
        self._back_to: Widget | None = None

    def compose(self) -> ComposeResult:
        yield LineInput(placeholder="type to narrow")
        yield OptionRows(can_focus=False)

    @property
    def is_open(self) -> bool:
        """Whether the menu is on the screen."""
        return self.has_class("-open")

    def open(self, title: str, options: Sequence[Option], then: Callable[[str], None]) -> None:
        """Offer ``options``; ``then`` is called with the value of the one that is chosen, if one is."""
        if not self.is_open:
            self._back_to = self.screen.focused
        self._then = then
        self.border_title = Content(clean_line(title))  # a text would be read as markup, and it may name a bookmark
        self.query_one(Input).value = ""
        self.fit(self.screen.size.height)
        self.query_one(OptionRows).offer(options)
        self.add_class("-open")
        self.screen.set_focus(self.query_one(Input))  # at once, unlike focus(): one menu may open another

    def fit(self, height: int) -> None:
        """Let the options, where there are many, fill a screen of ``height`` lines but for the last."""
        self.query_one(OptionRows).styles.max_height = max(1, height - self.styles.margin.top - _AROUND)

    def action_close(self) -> None:
        """Hide the menu; the focus goes back to where it was."""
        if self.is_open:
            self.remove_class("-open")
            if self._back_to is not None:
                self.screen.set_focus(self._back_to)

    async def action_move(self, action: str) -> None:
        await self.query_one(OptionRows).run_action(action)

    def on_descendant_blur(self) -> None:
        went_elsewhere = self.screen.focused is not self.query_one(Input)
        if went_elsewhere and self.app.app_focus:  # and did not merely leave the terminal's window
            self._back_to = None
            self.action_close()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.query_one(OptionRows).narrow(event.value)

    @on(Input.Submitted)
    @on(OptionRows.Chosen)
    def _choose(self) -> None:
        rows = self.query_one(OptionRows)
        if not rows.count:
            return  # it says so
        self.action_close()
        self._then(rows.listed[rows.cursor].value)
