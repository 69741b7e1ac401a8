"""The header: whose library, what is picked, and how many bookmarks that leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tagtui.core.query import AnyOf, Not, Tag, Term, format_term
from tagtui.tui.messages import TermDropped
from tagtui.tui.widgets.cells import crop

if TYPE_CHECKING:
    from tagtui.core.view import View

_LONGEST_CHIP = 32  # cells
_CLOSE = "×"


class Header(Widget):
    """One line: ``jm  + kafka ×  + ops ×  − storm ×      12 of 47``.  A click on a chip drops it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--owner",
        "header--picked",
        "header--excluded",
        "header--other",
        "header--count",
    }
    DEFAULT_CSS = """
    Header {
        height: 1;
        padding: 0 1;
        background: $panel;
        & .header--owner { text-style: bold; }
        & .header--picked { background: $success-muted; color: $text-success; }
        & .header--excluded { background: $error-muted; color: $text-error; }
        & .header--other { background: $secondary-muted; color: $text-secondary; }
        & .header--count { text-style: bold; }
    }
    Header:ansi {  /* sixteen colours: the muted ones are the colours themselves */
        & .header--picked, & .header--excluded, & .header--other { background: ansi_default; text-style: bold reverse; }
        & .header--picked { color: ansi_green; }
        & .header--excluded { color: ansi_red; }
        & .header--other { color: ansi_cyan; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._owner = ""
        self._view: View | None = None

    def show(self, owner: str, view: View | None) -> None:
        """Show whose library it is and what the query leaves of it; no view: it is being read."""
        self._owner, self._view = owner, view
        self.refresh()

    def render(self) -> Content:
        width = self.content_size.width
        counted = self._count()
        room = width - len(counted) - 1
        pieces: list[tuple[str, Style]] = []
        owner = crop(self._owner or "tagtui", room)
        pieces.append((owner, self.get_visual_style("header--owner")))
        room -= cell_len(owner)
        for piece in self._chips(room):
            pieces.append(piece)
            room -= cell_len(piece[0])
        pieces.append((" " * max(1, room + 1), Style()))
        pieces.append((counted, self.get_visual_style("header--count")))
        return Content.assemble(*pieces)

    def _count(self) -> str:
        if self._view is None:
            return "reading…"
        total = f"{self._view.total:,}"
        return f"{len(self._view):,} of {total}" if self._view.query else total

    def _chips(self, room: int) -> list[tuple[str, Style]]:
        """Return the chips that fit ``room`` cells; where not all do, the last ones, since backspace drops those."""
        terms = self._view.query.terms if self._view is not None else ()
        chips: list[list[tuple[str, Style]]] = []
        for number in range(len(terms) - 1, -1, -1):
            chip = self._chip(terms[number], number)
            size = sum(cell_len(text) for text, _ in chip)
            needed = size + (3 if number else 0)  # room for the ellipsis of those left out
            if needed > room:
                if room >= 3:
                    chips.insert(0, [("  …", Style())])
                break
            chips.insert(0, chip)
            room -= size
        return [piece for chip in chips for piece in chip]

    def _chip(self, term: Term, number: int) -> list[tuple[str, Style]]:
        inner = term.term if isinstance(term, Not) else term
        if isinstance(inner, Tag):
            text = ("− " if isinstance(term, Not) else "+ ") + inner.name + "*" * inner.prefix
        elif isinstance(inner, AnyOf) and not isinstance(term, Not):
            text = "+ " + " | ".join(tag.name + "*" * tag.prefix for tag in inner.tags)
        else:
            text = format_term(term)
        kind = "excluded" if isinstance(term, Not) else "picked" if isinstance(inner, Tag | AnyOf) else "other"
        is_reverse = self.get_component_styles(f"header--{kind}").text_style.reverse  # which get_visual_style drops
        style = self.get_visual_style(f"header--{kind}") + Style(reverse=is_reverse) + Style.from_meta({"chip": number})
        return [("  ", Style()), (f" {crop(text, _LONGEST_CHIP)} {_CLOSE} ", style)]

    def on_click(self, event: events.Click) -> None:
        number = event.style.meta.get("chip")
        if number is not None and self._view is not None and number < len(self._view.query.terms):
            self.post_message(TermDropped(self._view.query.terms[number]))
