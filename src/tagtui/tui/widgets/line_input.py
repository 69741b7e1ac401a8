"""A line to type in."""

from textual.widgets import Input


class LineInput(Input):
    """An input whose cursor does not blink: over SSH, every blink is a packet."""

    def __init__(self, *, placeholder: str, id: str | None = None) -> None:
        super().__init__(placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False
