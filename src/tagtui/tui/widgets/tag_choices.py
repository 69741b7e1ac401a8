"""A line of tags to choose from, each with its number and why it is there."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

_GAP = "  "
_MOST = 9  # as many as there are digits


class Choice(NamedTuple):
    """A tag, and a word on it: a count, or a reason."""

    tag: str
    note: str


class TagChoices(Widget, can_focus=True):
    """As many tags as fit; a digit or a click takes one, enter the first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take(1)", show=False),
        *(Binding(f"{number}", f"take({number})", show=False) for number in range(1, _MOST + 1)),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--tag", "choices--note"}
    DEFAULT_CSS = """
    TagChoices {
        height: 1;
        & .choices--tag { color: $text-accent; }
        & .choices--note { color: $text-muted; }
        &:focus { background: $boost; text-style: bold; }
    }
    """

    class Chosen(Message):
        """A tag was taken."""

        def __init__(self, tag: str) -> None:
            self.tag = tag
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._remark = ""

    def offer(self, choices: Sequence[Choice], remark: str = "") -> None:
        """Show ``choices``, behind a ``remark`` on what was typed."""
        self._choices, self._remark = choices[:_MOST], remark
        self.refresh()

    def tag_at(self, number: int) -> str:
        """Return the tag with this number, from 1 on, ``""`` if there is none."""
        return self._choices[number - 1].tag if 0 < number <= len(self._choices) else ""

    def render(self) -> Content:
        tag_style, note_style = self.get_visual_style("choices--tag"), self.get_visual_style("choices--note")
        pieces: list[tuple[str, Style]] = [(f"{self._remark}{_GAP}", note_style)] if self._remark else []
        room = self.content_size.width - sum(cell_len(text) for text, _ in pieces)
        for number, choice in enumerate(self._choices, 1):
            note = f" {choice.note}" if choice.note else ""
            room -= cell_len(f"{number} {choice.tag}{note}{_GAP}")
            if room < -len(_GAP):
                break
            meta = Style.from_meta({"tag": choice.tag})
            pieces += [(f"{number} ", note_style + meta), (choice.tag, tag_style + meta), (note, note_style + meta)]
            pieces.append((_GAP, Style()))
        return Content.assemble(*pieces)

    def action_take(self, number: int) -> None:
        if tag := self.tag_at(number):
            self.post_message(self.Chosen(tag))

    def on_click(self, event: events.Click) -> None:
        tag = event.style.meta.get("tag")
        if isinstance(tag, str):
            self.post_message(self.Chosen(tag))
