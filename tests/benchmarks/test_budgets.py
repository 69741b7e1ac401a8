"""The budgets of the design, measured on a real terminal and printed as one table.

    python -m pytest tests/benchmarks -q -s
    python -m pytest tests/benchmarks -q -s --sizes 1000,100000 --rounds 9 -k picking

Nothing here fails for being slow: the table says ok or OVER. Each thing is measured in turns with
its yardstick, a bare Textual app, and medians are compared: the machine may be as noisy as it likes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest

from tests.benchmarks import subject
from tests.benchmarks.conftest import Files
from tests.benchmarks.process import CommandFailedError, memory, run
from tests.benchmarks.report import Table, Work, at_most, steady, times_bare
from tests.benchmarks.terminal import NeverShownError, Terminal

UNMEASURABLE = (NeverShownError, CommandFailedError, OSError)
QUIET = 0.5
"""Seconds without a byte after which a screen is settled: a slow one pauses between its frames."""

SOON = 0.3
"""The same where nothing is measured."""

MANY = 100_000


class NoEffectError(NeverShownError):
    """A key was pressed, and the screen did not say what it should."""


class Screens:
    """The bare app, and tagtui on a library of each size: all running, measured in turns."""

    def __init__(self, home: Path, files: Files, sizes: list[int], stack: ExitStack) -> None:
        self.bare = stack.enter_context(subject.open_bare(_made(home / "bare")))
        self.bare.wait_for(subject.shows_bare)
        self.browsing: dict[int, Terminal] = {}
        self.missing: dict[int, str] = {}
        for size in sizes:
            library = files.library(size)
            try:
                terminal = stack.enter_context(subject.open_tagtui(library, _made(home / f"home-{size}")))
                terminal.wait_for(subject.shows_rows(library, size))
                terminal.settle(quiet=0.5)
                self.browsing[size] = terminal
            except UNMEASURABLE as error:
                self.missing[size] = _reason(error)

    def measure(self, work: Work, rounds: int, stroke: Callable[[Terminal], float]) -> None:
        """Fill in a line with the medians of `rounds` strokes; `bare` is the bare cursor key."""
        work.missing |= self.missing
        taken: dict[int, list[float]] = {size: [] for size in self.browsing}
        bare: list[float] = []
        for _ in range(rounds):
            for size, terminal in self.browsing.items():
                self.bare.send("down")
                bare.append(self.bare.settle(quiet=SOON))
                if size in work.missing:
                    continue
                try:
                    taken[size].append(stroke(terminal))
                except UNMEASURABLE as error:
                    work.missing[size] = _reason(error)
        work.figures |= {size: median(times) for size, times in taken.items() if size not in work.missing}
        work.bare = median(bare) if bare else None


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory, files: Files, sizes: list[int]) -> Iterator[Screens]:
    """All screens, open and quiet."""
    with ExitStack() as stack:
        yield Screens(tmp_path_factory.mktemp("screens"), files, sizes, stack)


def test_the_first_frame_and_the_rows_after_it(
    table: Table, home: Path, files: Files, sizes: list[int], rounds: int
) -> None:
    frame = table.work("first frame with panes", "s", times_bare(1.25))
    rows = table.work("rows, after the frame", "s", at_most(0.15, "s", at=10_000), at_most(0.8, "s", at=MANY))
    libraries = {size: files.library(size) for size in sizes}
    frames: dict[int, list[float]] = {size: [] for size in sizes}
    waits: dict[int, list[float]] = {size: [] for size in sizes}
    bare: list[float] = []
    for turn in range(rounds + 1):  # the first turn warms the caches
        for size, library in libraries.items():
            with subject.open_bare(home) as terminal:
                bare.append(terminal.wait_for(subject.shows_bare))
            if size in rows.missing:
                continue
            try:
                with subject.open_tagtui(library, home) as terminal:
                    frames[size].append(terminal.wait_for(subject.shows_panes))
                    shown = terminal.wait_for(subject.shows_rows(library, size))
                    waits[size].append(max(0.0, shown - frames[size][-1]))
            except UNMEASURABLE as error:
                _miss(rows, size, error)
        if not turn:
            for times in (*frames.values(), *waits.values(), bare):
                times.clear()
    for size in sizes:
        if frames[size]:
            frame.figures[size] = median(frames[size])
        else:
            frame.missing[size] = rows.missing[size]
        if waits[size] and size not in rows.missing:
            rows.figures[size] = median(waits[size])
    frame.bare = median(bare)
    _skip_if_missing(frame, rows)


def test_picking_a_tag(table: Table, screens: Screens, rounds: int) -> None:
    def stroke(terminal: Terminal) -> float:
        _rest(terminal)
        return _pick_first(terminal)

    _measure_key(table, screens, rounds, "pick a tag", stroke)


def test_picking_a_second_tag(table: Table, screens: Screens, rounds: int) -> None:
    def stroke(terminal: Terminal) -> float:
        _rest(terminal)
        _pick_first(terminal)
        return _pick_next(terminal)

    _measure_key(table, screens, rounds, "pick another", stroke)


def test_excluding_a_tag(table: Table, screens: Screens, rounds: int) -> None:
    def stroke(terminal: Terminal) -> float:
        _rest(terminal)
        return _narrowing(terminal, "-")

    _measure_key(table, screens, rounds, "exclude a tag", stroke)


def test_dropping_the_last_pick(table: Table, screens: Screens, rounds: int) -> None:
    def stroke(terminal: Terminal) -> float:
        _rest(terminal)
        _pick_first(terminal)
        return _widening(terminal, "backspace")

    _measure_key(table, screens, rounds, "drop the pick", stroke)


def test_clearing_all_picks(table: Table, screens: Screens, rounds: int) -> None:
    def stroke(terminal: Terminal) -> float:
        _rest(terminal)
        _pick_first(terminal)
        _pick_next(terminal)
        return _widening(terminal, "0")

    _measure_key(table, screens, rounds, "clear two picks", stroke)


def test_sorting_for_the_first_time(table: Table, screens: Screens) -> None:
    _measure_key(table, screens, 1, "sort by site, the first time", _by("site"))


def test_sorting(table: Table, screens: Screens, rounds: int) -> None:
    def stroke(terminal: Terminal) -> float:
        _by("title")(terminal)
        return _by("oldest")(terminal)

    _measure_key(table, screens, rounds, "sort", stroke)


def test_a_keystroke_in_the_query_bar(table: Table, screens: Screens, rounds: int) -> None:
    def stroke(terminal: Terminal) -> float:
        _rest(terminal)
        for key in ("/", "n"):
            terminal.send(key)
            terminal.settle_text(quiet=QUIET)
        before = subject.narrowed(terminal.text())
        terminal.send("o")
        taken = terminal.settle_text(quiet=QUIET)
        if subject.narrowed(terminal.text()) in ("", before):
            raise NoEffectError("typing in the query bar narrowed nothing")
        return taken

    work = table.work("a keystroke in /", "ms", times_bare(3))
    screens.measure(work, rounds, stroke)
    _skip_if_missing(work)


def test_memory_of_the_browser(table: Table, home: Path, files: Files, size: int) -> None:
    shown = table.work("memory, rows shown", "MB", at_most(300, "MB"))
    searched = table.work("memory, after a search", "MB", at_most(300, "MB"))
    highest = table.work("memory, at the highest", "MB")
    library = files.library(size)
    try:
        with subject.open_tagtui(library, home) as terminal:
            terminal.wait_for(subject.shows_rows(library, size))
            terminal.settle(quiet=0.5)
            shown.figures[size] = memory(terminal.pid)[0]
            terminal.send("/")
            terminal.settle_text()
            terminal.type("note")
            terminal.settle_text(quiet=QUIET)
            searched.figures[size], highest.figures[size] = memory(terminal.pid)
    except UNMEASURABLE as error:
        for work in (shown, searched, highest):
            _miss(work, size, error)
    _skip_if_missing(shown, searched, highest)


@pytest.mark.parametrize(("kind", "seconds"), [("pinboard", 4.0), ("netscape", 6.0)])
def test_importing(table: Table, home: Path, files: Files, size: int, kind: str, seconds: float) -> None:
    source: Path = getattr(files, kind)(size)
    time = table.work(f"import {kind}", "s", at_most(seconds, "s", at=MANY))
    peak = table.work(f"import {kind}, peak", "× file", at_most(6, "× file", at=MANY))
    new = home / "new.json"
    try:
        outcome = run([*subject.tagtui(), "--file", str(new), "import", str(source)], home=home)
        listed = run([*subject.tagtui(), "--file", str(new), "list", "--urls"], home=home)
        if len(listed.out.splitlines()) != size:
            raise NoEffectError(f"{len(listed.out.splitlines())} of {size} bookmarks arrived")
        time.figures[size] = outcome.seconds
        peak.figures[size] = outcome.peak / source.stat().st_size
    except UNMEASURABLE as error:
        _miss(time, size, error)
        _miss(peak, size, error)
    _skip_if_missing(time, peak)


def test_the_version(table: Table, home: Path, sizes: list[int], rounds: int) -> None:
    work = table.work("tagtui --version (bare: python -c pass)", "ms", times_bare(5))
    ours, bare = [], []
    try:
        run([*subject.tagtui(), "--version"], home=home)
        for _ in range(2 * rounds):
            bare.append(run([sys.executable, "-c", "pass"], home=home).seconds)
            ours.append(run([*subject.tagtui(), "--version"], home=home).seconds)
        work.figures[sizes[-1]], work.bare = median(ours), median(bare)
    except UNMEASURABLE as error:
        _miss(work, sizes[-1], error)
    _skip_if_missing(work)


def test_listing_twenty_of_a_tag(table: Table, home: Path, files: Files, size: int, rounds: int) -> None:
    work = table.work("list -t python --limit 20", "s", at_most(1, "s", at=MANY))
    command = [*subject.tagtui(), "--file", str(files.library(size)), "list", "-t", "python"]
    try:
        outcomes = [run([*command, "--limit", "20"], home=home) for _ in range(rounds)]
        if "python" not in outcomes[0].out:
            raise NoEffectError("list printed no bookmark of the tag")
        work.figures[size] = median(outcome.seconds for outcome in outcomes)
    except UNMEASURABLE as error:
        _miss(work, size, error)
    _skip_if_missing(work)


def _measure_key(
    table: Table,
    screens: Screens,
    rounds: int,
    name: str,
    stroke: Callable[[Terminal], float],
) -> None:
    work = table.work(name, "ms", times_bare(2), steady(1.5))
    screens.measure(work, rounds, stroke)
    _skip_if_missing(work)


def _by(order: str) -> Callable[[Terminal], float]:
    """Sorts: chooses an order of bookmarks from the menu, by a part of its name."""

    def stroke(terminal: Terminal) -> float:
        _rest(terminal)
        before = terminal.text()
        terminal.send("s")
        terminal.settle_text(quiet=SOON)
        terminal.type(order)
        terminal.settle_text(quiet=SOON)
        taken = _key(terminal, "enter")
        if terminal.text() == before:
            raise NoEffectError(f"sorting by {order} changed nothing on the screen")
        return taken

    return stroke


def _rest(terminal: Terminal) -> None:
    """Back to nothing picked, the cursor on the first tag."""
    for key in ("escape", "0", "1", "home"):
        terminal.send(key)
        terminal.settle_text(quiet=SOON, patience=SOON)
    if subject.narrowed(terminal.text()):
        raise NoEffectError(f"0 leaves picks: {subject.narrowed(terminal.text())}")


def _key(terminal: Terminal, key: str) -> float:
    """Press a key; the time to the settled screen."""
    terminal.send(key)
    taken = terminal.settle(quiet=QUIET)
    if not taken:
        raise NoEffectError(f"{key} changed nothing on the screen")
    return taken


def _pick_first(terminal: Terminal) -> float:
    return _narrowing(terminal, "enter")


def _pick_next(terminal: Terminal) -> float:
    """Pick the tag below the picked one."""
    terminal.send("down")
    terminal.settle(quiet=SOON)
    return _narrowing(terminal, "enter")


def _narrowing(terminal: Terminal, key: str) -> float:
    before = subject.narrowed(terminal.text())
    taken = _key(terminal, key)
    if subject.narrowed(terminal.text()) in ("", before):
        raise NoEffectError(f"{key} narrowed nothing")
    return taken


def _widening(terminal: Terminal, key: str) -> float:
    taken = _key(terminal, key)
    if subject.narrowed(terminal.text()):
        raise NoEffectError(f"{key} left something picked")
    return taken


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _miss(work: Work, size: int, error: BaseException) -> None:
    work.missing[size] = _reason(error)


def _reason(error: BaseException) -> str:
    return str(error).split("\n", 1)[0] or type(error).__name__


def _skip_if_missing(*works: Work) -> None:
    missing = {reason for work in works for reason in work.missing.values()}
    if missing:
        pytest.skip("; ".join(sorted(missing)))
