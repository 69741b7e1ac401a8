"""A line to type in."""

from textual.widgets import Input

from tagtui.core.text import clean


class LineInput(Input):
    """An input whose cursor does not blink: over SSH, every blink is a packet."""

    def __init__(self, *, placeholder: str, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Let nothing in, be it pasted, that could drive the terminal."""
        return clean(value).replace("\n", " ").replace("\t", " ")
