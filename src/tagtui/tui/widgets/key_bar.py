"""The footer: the keys that count where the cursor is."""

from collections.abc import Mapping
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from tagtui.tui.actions import ACTIONS, ANYWHERE, Action, keys_of


class KeyBar(Widget):
    """One line of keys, the most useful first, as many as fit; a click carries one out."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keys--key", "keys--label"}
    DEFAULT_CSS = """
    KeyBar {
        height: 1;
        padding: 0 1;
        background: $panel;
        & .keys--key { color: $text-accent; text-style: bold; }
        & .keys--label { color: $text-muted; }
    }
    """

    class Chosen(Message):
        """A key of the footer was clicked."""

        def __init__(self, action: Action) -> None:
            self.action = action
            super().__init__()

    def __init__(self, keymap: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keymap = keymap
        self._where = ANYWHERE
        self._place = ""

    def show(self, where: str) -> None:
        """Show the keys of pane ``where``."""
        if where != self._where:
            self._where = where
            self.refresh()

    def show_place(self, row: int, count: int) -> None:
        """Show which of how many bookmarks the cursor is on."""
        place = f"{row:,}/{count:,}" if count else ""
        if place != self._place:
            self._place = place
            self.refresh()

    def _actions(self) -> list[Action]:
        shown = [action for action in ACTIONS if action.rank and action.where in (self._where, ANYWHERE)]
        return sorted(shown, key=lambda action: action.rank)

    def render(self) -> Content:
        width = self.content_size.width
        place = self._place if len(self._place) < width else ""
        room = width - len(place) - 1
        pieces: list[tuple[str, Style]] = []
        key_style, label_style = self.get_visual_style("keys--key"), self.get_visual_style("keys--label")
        for action in self._actions():
            keys = keys_of(action, self._keymap)
            if not keys:
                continue
            needed = cell_len(keys[0]) + cell_len(action.label) + 1
            if needed > room:
                break
            meta = Style.from_meta({"action": action.id})
            pieces += [(keys[0], key_style + meta), (f" {action.label}", label_style + meta), ("   ", Style())]
            room -= needed + 3
        shown = Content.assemble(*pieces[:-1])
        return Content.assemble(shown, " " * max(0, width - shown.cell_length - len(place)), (place, label_style))

    def on_click(self, event: events.Click) -> None:
        chosen = event.style.meta.get("action")
        for action in ACTIONS:
            if action.id == chosen:
                self.post_message(self.Chosen(action))
