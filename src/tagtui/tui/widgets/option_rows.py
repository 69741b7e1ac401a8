"""The rows of a menu: a label, and at the right what goes with it."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.message import Message

from tagtui.core.text import find_folded, fold
from tagtui.tui.widgets.cells import Run, highlighted, spread
from tagtui.tui.widgets.row_list import RowList


class Option(NamedTuple):
    """One row of a menu.  ``value`` is what choosing it gives; ``chosen`` marks the one in force."""

    value: str
    label: str
    note: str = ""
    chosen: bool = False


class OptionRows(RowList):
    """Options that hold every word of a needle."""

    class Chosen(Message):
        """An option was clicked."""

    def __init__(self, *, can_focus: bool) -> None:
        super().__init__()
        self.can_focus = can_focus
        self.vacant = ("Nothing of that name.",)
        self._options: Sequence[Option] = ()
        self._needles: tuple[str, ...] = ()
        self.listed: list[Option] = []

    def offer(self, options: Sequence[Option]) -> None:
        """List ``options``, with the cursor on the first one in force."""
        self._options, self._needles, self.listed = options, (), list(options)
        self.styles.height = len(options)
        self.show(len(options), next((row for row, option in enumerate(options) if option.chosen), 0))

    def narrow(self, needle: str) -> None:
        """List the options that hold every word of ``needle``, those that begin with it first."""
        if tuple(fold(needle).split()) == self._needles:
            return
        self._needles = tuple(fold(needle).split())
        found = [o for o in self._options if all(word in fold(f"{o.label} {o.note}") for word in self._needles)]
        self.listed = sorted(found, key=lambda option: not fold(option.label).startswith(fold(needle)))
        self.show(len(self.listed), 0)

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        option = self.listed[row]
        mark = Run("✓ " if option.chosen else "  ", Style(bold=True))
        label = highlighted(option.label, find_folded(option.label, self._needles), Style(), self.look("rows--match"))
        return [spread([mark, *label], [Run(option.note, self.look("rows--dim"))], width, Style())]

    def activated(self, row: int, *, double: bool) -> None:
        if not double:
            self.post_message(self.Chosen())
