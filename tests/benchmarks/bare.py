"""The yardstick: the least Textual app with three lists. Budgets are multiples of what it costs.

python tests/benchmarks/bare.py
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import OptionList, Static

READY = "bare footer"
"""On screen once the frame is."""

ROWS = 200


class BareApp(App[None]):
    """Three option lists side by side, a line above, a line below; `q` quits."""

    CSS = "OptionList { width: 1fr; height: 1fr; border: round $primary; } Static { height: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [("q", "quit", "Quit")]

    def compose(self) -> ComposeResult:
        yield Static("bare header")
        with Horizontal():
            for name in ("tags", "bookmarks", "annotation"):
                yield OptionList(*(f"{name} {row}" for row in range(ROWS)))
        yield Static(READY)


if __name__ == "__main__":
    BareApp().run()
