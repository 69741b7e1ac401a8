"""A line to type in."""

from textual import events
from textual.message import Message
from textual.widgets import Input

from tagtui.core.text import clean

_MOST = 200_000  # characters, above every limit of a field; each key takes the time to draw them all


class LineInput(Input):
    """An input whose cursor does not blink: over SSH, every blink is a packet."""

    class Pasted(Message):
        """This was pasted; the line has let in what stands in the first line of it."""

        def __init__(self, line: "LineInput", text: str) -> None:
            self.line = line
            self.text = text
            super().__init__()

    def __init__(self, *, placeholder: str, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def on_paste(self, event: events.Paste) -> None:
        self.post_message(self.Pasted(self, event.text))

    def validate_value(self, value: str) -> str:
        """Let nothing in, be it pasted, that could drive the terminal."""
        return clean(value[:_MOST]).replace("\n", " ").replace("\t", " ")
