"""The footer: the keys that count where the cursor is."""

from collections.abc import Mapping
from operator import attrgetter
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from tagtui.tui.actions import ACTIONS, ANYWHERE, HINTS, Action, keys_of

_GAP = "  "
_ALWAYS = 3  # keys that stand there even if the place of the cursor has to give way


class _Key(NamedTuple):
    """A key, what it does, and the action that a click on it carries out."""

    key: str
    label: str
    rank: int
    action: str = ""

    @property
    def width(self) -> int:
        return cell_len(self.key) + 1 + cell_len(self.label)


class KeyBar(Widget):
    """One line of keys, as many as fit, the most useful before the others; a click carries one out."""

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
        self._marked = 0

    def show(self, where: str) -> None:
        """Show the keys of pane ``where``, or of what is typed in."""
        if where != self._where:
            self._where = where
            self.refresh()

    def show_place(self, row: int, count: int) -> None:
        """Show which of how many bookmarks the cursor is on."""
        place = f"{row:,}/{count:,}" if count else ""
        if place != self._place:
            self._place = place
            self.refresh()

    def show_marks(self, count: int) -> None:
        """Show how many bookmarks are marked."""
        if count != self._marked:
            self._marked = count
            self.refresh()

    def _keys(self) -> list[_Key]:
        if self._where in HINTS:
            return [self._hint(key, label, rank) for rank, (key, label) in enumerate(HINTS[self._where], 1)]
        with_keys = ((action, keys_of(action, self._keymap)) for action in ACTIONS if action.rank)
        return [
            _Key(keys[0], action.label, action.rank, action.id)
            for action, keys in with_keys
            if keys and action.where in (self._where, ANYWHERE)
        ]

    def _hint(self, key: str, label: str, rank: int) -> _Key:
        action = next((action for action in ACTIONS if action.id == key), None)
        if action is None:
            return _Key(key, label, rank)
        keys = (key for key in keys_of(action, self._keymap) if len(key) > 1)  # the others are typed
        return _Key(next(keys, ""), label, rank, action.id)

    def _fitting(self, room: int) -> list[_Key]:
        """Return the keys that fit ``room`` cells, by their rank, in the order of the registry."""
        keys, chosen = [key for key in self._keys() if key.key], []
        for key in sorted(keys, key=attrgetter("rank")):
            if key.width <= room:
                chosen.append(key)
                room -= key.width + len(_GAP)
        return [key for key in keys if key in chosen]

    def render(self) -> Content:
        width = self.content_size.width
        place = f" {self._place}" if self._place else ""
        if self._marked:
            place = f" {self._marked:,} marked {place}"
        shown = self._fitting(width - len(place))
        if len(shown) < _ALWAYS:
            place, shown = "", self._fitting(width)
        key_style, label_style = self.get_visual_style("keys--key"), self.get_visual_style("keys--label")
        pieces: list[tuple[str, Style]] = []
        for key in shown:
            meta = Style.from_meta({"action": key.action} if key.action else {})
            pieces += [(key.key, key_style + meta), (f" {key.label}", label_style + meta), (_GAP, Style())]
        line = Content.assemble(*pieces[:-1])
        return Content.assemble(line, " " * max(0, width - line.cell_length - len(place)), (place, label_style))

    def on_click(self, event: events.Click) -> None:
        chosen = event.style.meta.get("action")
        for action in ACTIONS:
            if action.id == chosen:
                self.post_message(self.Chosen(action))
