"""The lines of an annotation, to type in."""

from textual import events
from textual.content import Content
from textual.widgets import TextArea

from tagtui.core.text import clean


class NoteArea(TextArea):
    """A text area whose cursor does not blink, that lets in nothing which could drive the terminal.

    While it is empty it may offer a text, in grey: see :meth:`offer`.
    """

    def __init__(self, text: str, *, id: str) -> None:
        super().__init__(text, soft_wrap=True, show_line_numbers=False, compact=True, id=id)
        self.cursor_blink = False
        self.offered = ""
        self.offer("")

    def offer(self, text: str) -> None:
        """Show ``text`` while the area is empty; ``""`` says what the area is for."""
        self.offered = text
        self.placeholder = Content(text or "annotation")  # as a text, it would be read as markup

    def take_offer(self) -> bool:
        """Put what is offered into the empty area; tell whether there was anything."""
        if self.text or not self.offered:
            return False
        self.insert(self.offered)
        return True

    def on_paste(self, event: events.Paste) -> None:
        event.text = clean(event.text)  # which the text area, whose turn is next, lets in
