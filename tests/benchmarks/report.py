"""The table of the budgets: what was measured, against what was promised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

Unit = Literal["ms", "s", "MB", "× file"]

_SCALE: Mapping[Unit, float] = {"ms": 1e-3, "s": 1.0, "MB": 1e6, "× file": 1.0}


@dataclass(slots=True)
class Work:
    """One line: a figure for each size of library, in seconds, bytes or times the file.

    `bare` is what the bare app (or another yardstick) took in the same run; `ratios` says, for each
    size, how many times its yardstick a figure was, turn by turn.
    """

    name: str
    unit: Unit
    budgets: Sequence[Budget] = ()
    figures: dict[int, float] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)
    bare: float | None = None
    ratios: dict[int, float] = field(default_factory=dict)
    _yardsticks: list[float] = field(default_factory=list)

    def compare(self, size: int, pairs: Sequence[tuple[float, float]]) -> None:
        """Fill in a size from turns of (figure, yardstick): the medians of both and of their ratios."""
        self.figures[size] = median(figure for figure, _ in pairs)
        self.ratios[size] = median(figure / yardstick for figure, yardstick in pairs)
        self._yardsticks += [yardstick for _, yardstick in pairs]
        self.bare = median(self._yardsticks)

    @property
    def ratio(self) -> float | None:
        """How many times the yardstick it took, at the worst size."""
        return max(self.ratios.values(), default=None)

    @property
    def verdict(self) -> str:
        """`ok` if all budgets hold, `OVER` if one does not, `?` if it was not measured."""
        held = [budget.holds(self) for budget in self.budgets]
        if False in held:
            return "OVER"
        return "?" if None in held or self.missing else "ok" if held else ""


@dataclass(frozen=True, slots=True)
class Budget:
    """A promise about a piece of work; `holds` is None where it cannot be told."""

    text: str
    holds: Callable[[Work], bool | None]


def times_bare(limit: float) -> Budget:
    """At every size at most `limit` times the yardstick."""

    def holds(work: Work) -> bool | None:
        return work.ratio <= limit if work.ratio is not None else None

    return Budget(f"≤ {limit:g} × bare", holds)


def at_most(limit: float, unit: Unit, *, at: int | None = None) -> Budget:
    """At most `limit` units: at one size of library, or at every size."""

    def holds(work: Work) -> bool | None:
        figures = [value for size, value in work.figures.items() if at in (None, size)]
        return max(figures) <= limit * _SCALE[unit] if figures else None

    return Budget(f"≤ {limit:g} {unit}" + (f" at {short(at)}" if at else ""), holds)


def steady(limit: float) -> Budget:
    """The largest library takes at most `limit` times what the smallest takes."""

    def holds(work: Work) -> bool | None:
        if len(work.figures) < 2:
            return None
        return work.figures[max(work.figures)] <= limit * work.figures[min(work.figures)]

    return Budget(f"largest ≤ {limit:g} × smallest", holds)


class Table:
    """All work that was measured, in the order it was."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = sizes
        self.works: list[Work] = []

    def work(self, name: str, unit: Unit, *budgets: Budget) -> Work:
        """The line of that name, a new one the first time."""
        known = next((work for work in self.works if work.name == name), None)
        if known is None:
            known = Work(name, unit, budgets)
            self.works.append(known)
        return known

    def lines(self) -> list[str]:
        """The table as text, the reasons for what is missing below it."""
        head = ["work", *map(short, self.sizes), "bare", "worst", "budget", ""]
        notes: list[str] = []
        rows = [head, *(self._row(work, notes) for work in self.works)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        last = len(self.sizes) + 2
        text = [
            "  ".join(
                cell.rjust(width) if 0 < column <= last else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        text.insert(1, "-" * max(map(len, text)))
        return [*text, *(f"({number}) {note}" for number, note in enumerate(notes, start=1))]

    def _row(self, work: Work, notes: list[str]) -> list[str]:
        cells = [_cell(work, size, notes) for size in self.sizes]
        bare = "" if work.bare is None else amount(work.bare, work.unit)
        ratio = "" if work.ratio is None else f"{work.ratio:.2f} ×"
        budget = ", ".join(budget.text for budget in work.budgets)
        return [work.name, *cells, bare, ratio, budget, work.verdict]


def short(size: int) -> str:
    """`100k` for 100,000."""
    return f"{size // 1_000}k" if size % 1_000 == 0 else str(size)


def amount(value: float, unit: Unit) -> str:
    """A figure with its unit, three digits or so."""
    scaled = value / _SCALE[unit]
    return f"{scaled:.0f} {unit}" if scaled >= 100 else f"{scaled:.3g} {unit}"


def _cell(work: Work, size: int, notes: list[str]) -> str:
    if size in work.figures:
        return amount(work.figures[size], work.unit)
    if size not in work.missing:
        return ""
    reason = work.missing[size]
    if reason not in notes:
        notes.append(reason)
    return f"not measured ({notes.index(reason) + 1})"
