"""The rows of a menu: a label, what it is about, and at the right what goes with it."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message

from tagtui.core.text import clean_line, find_folded, fold
from tagtui.tui.widgets.cells import Run, crop, highlighted, spread
from tagtui.tui.widgets.row_list import RowList


class Option(NamedTuple):
    """One row of a menu.  ``value`` is what choosing it gives; ``chosen`` marks the one in force."""

    value: str
    label: str
    note: str = ""
    chosen: bool = False
    about: str = ""


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
        self._label_width = 0  # cells, where the labels stand in a column of their own
        self.listed: list[Option] = []

    def offer(self, options: Sequence[Option]) -> None:
        """List ``options``, with the cursor on the first one in force."""
        self._options, self._needles, self.listed = options, (), list(options)
        self._label_width = max((cell_len(option.label) for option in options if option.about), default=0)
        self._list(next((row for row, option in enumerate(options) if option.chosen), 0))

    def narrow(self, needle: str) -> None:
        """List the options that hold every word of ``needle``: first those of that name, then those that begin so."""
        if tuple(fold(needle).split()) == self._needles:
            return
        self._needles = tuple(fold(needle).split())
        found = [o for o in self._options if all(word in fold(" ".join(_texts(o))) for word in self._needles)]
        self.listed = sorted(found, key=lambda option: _distance(option, fold(needle).strip()))
        self._list(0)

    def _list(self, cursor: int) -> None:
        self.styles.height = max(1, len(self.listed))
        self.show(len(self.listed), cursor)

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        option, dim = self.listed[row], self.look("rows--dim")
        option = option._replace(  # a path may hold anything
            label=clean_line(option.label), note=clean_line(option.note), about=clean_line(option.about)
        )
        left = [Run("✓ " if option.chosen else "  ", Style(bold=True)), *self._marked(option.label, Style())]
        if option.about:
            column = min(self._label_width, width // 2)
            label = crop(option.label, column)
            gap = Run(" " * (column + 2 - cell_len(label)), dim)
            left = [Run(" ", dim), *self._marked(label, Style()), gap, *self._marked(option.about, dim)]
        return [spread(left, [Run(option.note, dim)], width, dim)]

    def _marked(self, text: str, style: Style) -> list[Run]:
        return highlighted(text, find_folded(text, self._needles), style, self.look("rows--match"))

    def activated(self, row: int, *, double: bool) -> None:
        if not double:
            self.post_message(self.Chosen())


def _texts(option: Option) -> tuple[str, str, str, str]:
    return option.value, option.label, option.about, option.note


def _distance(option: Option, needle: str) -> int:
    """Return how far ``needle`` is from being the option's name."""
    names, about = (fold(option.value), fold(option.label)), fold(option.about)
    if needle in names:
        return 0
    if any(name.startswith(needle) for name in (*names, about)):
        return 1
    return 2 if any(needle in name for name in names) else 3
