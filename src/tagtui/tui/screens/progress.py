"""A file is being read: how far that has come, and a way to leave it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static


class ProgressScreen(ModalScreen[None]):
    """Says how far the reading of a file has come; ``cancel`` is called when the person leaves before it is done."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", show=False, priority=True)]
    DEFAULT_CSS = """
    ProgressScreen {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 60;
            max-width: 100%;
            height: auto;
            border: heavy $accent;
            border-title-style: bold;
            background: $surface;
            padding: 0 1;
        }
    }
    """

    def __init__(self, title: str, cancel: Callable[[], None]) -> None:
        super().__init__()
        self._title = title
        self._cancel = cancel

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = self._title
            frame.border_subtitle = "esc stops it"
            yield Static("reading the file…", markup=False)

    def show(self, text: str) -> None:
        """Say how far it has come."""
        if self.is_mounted:
            self.query_one(Static).update(text)

    def action_leave(self) -> None:
        self.dismiss()
        self._cancel()
