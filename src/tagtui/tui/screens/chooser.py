"""A menu above the panes: type to narrow it, enter to choose.  The palette and the menus of order and theme."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tagtui.tui.widgets.option_rows import Option, OptionRows


class Chooser(ModalScreen[str | None]):
    """Gives the value of the option that was chosen, or ``None``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", show=False),
        Binding("down,ctrl+n", "move('cursor_down')", "down", show=False, priority=True),
        Binding("up,ctrl+p", "move('cursor_up')", "up", show=False, priority=True),
        Binding("pagedown", "move('page_down')", "page down", show=False, priority=True),
        Binding("pageup", "move('page_up')", "page up", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Chooser {
        align: center top;
        background: $background 60%;
        & #menu {
            width: 68;
            max-width: 100%;
            height: auto;
            max-height: 80%;
            margin-top: 2;
            border: round $accent;
            border-title-style: bold;
            background: $surface;
        }
        & Input { border: none; height: 1; padding: 0 1; background: $boost; }
        & OptionRows { height: auto; max-height: 24; min-height: 3; background: $surface; }
    }
    Chooser.-short #menu { margin-top: 0; max-height: 100%; }
    """

    def __init__(self, title: str, options: Sequence[Option]) -> None:
        super().__init__()
        self._title = title
        self._options = options

    def compose(self) -> ComposeResult:
        with Vertical(id="menu") as menu:
            menu.border_title = self._title
            yield Input(placeholder="type to narrow", compact=True)
            rows = OptionRows(self._options)
            rows.can_focus = False
            yield rows

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        if event.value or self.query_one(OptionRows).count != len(self._options):
            self.query_one(OptionRows).narrow(event.value)

    @on(Input.Submitted)
    @on(OptionRows.Chosen)
    def _choose(self) -> None:
        rows = self.query_one(OptionRows)
        self.dismiss(rows.listed[rows.cursor].value if rows.count else None)

    async def action_move(self, action: str) -> None:
        await self.query_one(OptionRows).run_action(action)
