"""What a change would do, to be looked at before it is made: section by section, with a row for each bookmark."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tagtui.core.changes import Change
from tagtui.core.harvest import gains
from tagtui.core.intake import Report
from tagtui.core.text import clean, clean_line
from tagtui.tui.widgets.cells import Run, crop_runs
from tagtui.tui.widgets.row_list import RowList

_SHOWN = 2_000  # characters of a text that a row looks at


@dataclass(frozen=True, slots=True)
class Section:
    """So many rows below a heading; ``row`` gives the text of one, and a word on it, when it is seen."""

    heading: str
    count: int
    row: Callable[[int], tuple[str, str]]


def sections(change: Change, report: Report) -> tuple[Section, ...]:
    """Return what a person may want to see of a change that adds and merges, before it is made."""
    skipped, warnings = report.skipped, report.warnings
    merged = [(edit.before, edit.after) for edit in change.edits if edit.before is not None and edit.after is not None]
    new = [edit.after for edit in change.edits if edit.before is None and edit.after is not None]
    return (
        Section("Left out", len(skipped), lambda at: (skipped[at].where, skipped[at].reason)),
        Section("Kept, with a remark", len(warnings), lambda at: (warnings[at], "")),
        Section(
            "Merged into what is there", len(merged), lambda at: (merged[at][1].heading, "; ".join(gains(*merged[at])))
        ),
        Section("New", len(new), lambda at: (new[at].heading, " ".join(new[at].tags))),
    )


class ReviewRows(RowList):
    """The rows of sections, each with its heading."""

    def __init__(self, sections: Sequence[Section]) -> None:
        super().__init__()
        self._sections = [section for section in sections if section.count]
        self._starts = [0, *accumulate(section.count + 1 for section in self._sections)]

    def on_mount(self) -> None:
        self.show(self._starts[-1], 0)

    def draw_row(self, row: int, width: int) -> list[list[Segment]]:
        number = bisect_right(self._starts, row) - 1
        section, at = self._sections[number], row - self._starts[number] - 1
        if at < 0:
            return [crop_runs([Run(section.heading, Style(bold=True, underline=True))], width)]
        text, note = section.row(at)
        dim = self.look("rows--dim")
        runs = [Run(f"  {clean_line(text[:_SHOWN])}", Style()), Run(f"  {clean_line(note[:_SHOWN])}", dim)]
        return [crop_runs(runs, width)]


class ReviewScreen(ModalScreen[None]):
    """Shows what would be done, and asks whether it is to be.

    ``then`` is called when the person agrees; ``verb`` is the word for that, ``""`` where there is nothing to do.

    ``again`` is what the key ``f`` does: a word for it, and what is called to have it reviewed in that other way.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "agree", show=False, priority=True),
        Binding("escape,q", "dismiss", show=False, priority=True),
        Binding("f", "again", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ReviewScreen {
        align: center middle;
        background: $background 60%;
        & > Vertical {
            width: 90%;
            max-width: 110;
            height: 90%;
            border: heavy $accent;
            border-title-style: bold;
            background: $surface;
            padding: 0 1;
        }
        & Static { height: auto; text-style: bold; }
    }
    ReviewScreen.-narrow > Vertical { width: 100%; height: 100%; padding: 0; }
    """

    def __init__(
        self,
        title: str,
        summary: str,
        sections: Sequence[Section],
        verb: str,
        then: Callable[[], None],
        again: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._summary = summary
        self._sections = sections
        self._verb = verb
        self._then = then
        self._again = again

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = self._title
            keys = [f"enter {self._verb}"] if self._verb else []
            keys += [f"f {self._again[0]}"] if self._again else []
            frame.border_subtitle = " · ".join([*keys, "esc leave"])
            yield Static(clean(self._summary), markup=False)
            yield ReviewRows(self._sections)

    def action_agree(self) -> None:
        self.dismiss()
        if self._verb:
            self._then()

    def action_again(self) -> None:
        if self._again is not None:
            self.dismiss()
            self._again[1]()
