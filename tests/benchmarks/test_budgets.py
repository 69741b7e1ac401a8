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
from tests.terminal import NeverShownError, Terminal

UNMEASURABLE = (NeverShownError, CommandFailedError, OSError)
QUIET = 0.5
"""Seconds without a byte after which a screen is settled: a slow one pauses between its frames."""

SOON = 0.3
"""The same where nothing is measured."""

PATIENCE = 10.0
"""Seconds after which a key that should do something has done nothing."""

MANY = 100_000


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
        pairs: dict[int, list[tuple[float, float]]] = {size: [] for size in self.browsing}
        for _ in range(rounds):
            for size, terminal in self.browsing.items():
                if size in work.missing:
                    continue
                try:
                    pairs[size].append((stroke(terminal), self._cursor_key()))
                except UNMEASURABLE as error:
                    work.missing[size] = _reason(error)
        for size in self.browsing.keys() - work.missing.keys():
            work.compare(size, pairs[size])

    def _cursor_key(self) -> float:
        """The bare app's cursor, once down and once up: the mean of both times to a settled screen."""
        times = []
        for key in ("down", "up"):
            self.bare.send(key)
            times.append(self.bare.settle(patience=PATIENCE))
        if not all(times):
            raise NeverShownError("the bare app does not answer its cursor keys")
        return sum(times) / 2


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
    frames: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
    waits: dict[int, list[float]] = {size: [] for size in sizes}
    for turn in range(rounds + 1):
        for size, library in libraries.items():
            try:
                framed, bare, waited = _start(library, size, home)
            except UNMEASURABLE as error:
                frame.missing[size] = rows.missing[size] = _reason(error)
                continue
            if turn:  # the first warms the caches
                frames[size].append((framed, bare))
                waits[size].append(waited)
    for size in sizes:
        if size not in rows.missing:
            frame.compare(size, frames[size])
            rows.figures[size] = median(waits[size])
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
            terminal.settle_text(quiet=QUIET, patience=PATIENCE)
        before = subject.narrowed(terminal.text())
        terminal.send("o")
        taken = terminal.settle_text(quiet=QUIET, patience=PATIENCE)
        if subject.narrowed(terminal.text()) not in ("", before):
            return taken
        found = terminal.wait_for(_narrowed_from(before), timeout=PATIENCE)
        return max(found, terminal.settle_text(quiet=QUIET, patience=QUIET))

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
            terminal.settle_text(quiet=QUIET, patience=PATIENCE)
            searched.figures[size], highest.figures[size] = memory(terminal.pid)
    except UNMEASURABLE as error:
        for work in (shown, searched, highest):
            _miss(work, size, error)
    _skip_if_missing(shown, searched, highest)


@pytest.mark.parametrize(("kind", "seconds"), [("pinboard", 4.0), ("netscape", 6.0)])
def test_importing(table: Table, home: Path, files: Files, size: int, kind: str, seconds: float) -> None:
    source: Path = getattr(files, kind)(size)
    time = table.work(f"import {kind}", "s", at_most(seconds, "s", at=MANY))
    cpu = table.work(f"import {kind}, processor", "s")
    peak = table.work(f"import {kind}, peak", "× file", at_most(6, "× file", at=MANY))
    new = home / "new.json"
    try:
        outcome = run([*subject.tagtui(), "--file", str(new), "import", str(source)], home=home)
        listed = run([*subject.tagtui(), "--file", str(new), "list", "--urls"], home=home)
        if len(listed.out.splitlines()) != size:
            raise CommandFailedError(f"{len(listed.out.splitlines())} of {size} bookmarks arrived")
        time.figures[size], cpu.figures[size] = outcome.seconds, outcome.cpu
        peak.figures[size] = outcome.peak / source.stat().st_size
    except UNMEASURABLE as error:
        for work in (time, cpu, peak):
            _miss(work, size, error)
    _skip_if_missing(time, cpu, peak)


def test_the_version(table: Table, home: Path, sizes: list[int], rounds: int) -> None:
    work = table.work("tagtui --version (bare: python -c pass)", "ms", times_bare(5))
    commands = [*subject.tagtui(), "--version"], [sys.executable, "-c", "pass"]
    try:
        turns = [[run(command, home=home).seconds for command in commands] for _ in range(2 * rounds + 1)]
        work.compare(sizes[-1], [(ours, bare) for ours, bare in turns[1:]])
    except UNMEASURABLE as error:
        _miss(work, sizes[-1], error)
    _skip_if_missing(work)


def test_listing_twenty_of_a_tag(table: Table, home: Path, files: Files, size: int, rounds: int) -> None:
    work = table.work("list -t python --limit 20", "s", at_most(1, "s", at=MANY))
    command = [*subject.tagtui(), "--file", str(files.library(size)), "list", "-t", "python"]
    try:
        outcomes = [run([*command, "--limit", "20"], home=home) for _ in range(rounds)]
        if "python" not in outcomes[0].out:
            raise CommandFailedError("list printed no bookmark of the tag")
        work.figures[size] = median(outcome.seconds for outcome in outcomes)
    except UNMEASURABLE as error:
        _miss(work, size, error)
    _skip_if_missing(work)


def _start(library: Path, size: int, home: Path) -> tuple[float, float, float]:
    """Start both: tagtui's first frame, the bare app's, and tagtui's first rows after its frame."""
    with subject.open_bare(home) as terminal:
        bare = terminal.wait_for(subject.shows_bare)
    with subject.open_tagtui(library, home) as terminal:
        framed = terminal.wait_for(subject.shows_panes)
        shown = terminal.wait_for(subject.shows_rows(library, size))
        return framed, bare, max(0.0, shown - framed)


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
        before = terminal.lines()
        terminal.send("s")
        terminal.settle_text(quiet=SOON)
        terminal.type(order)
        terminal.settle_text(quiet=SOON)

        def another_order(screen: str) -> bool:
            return subject.shows_panes(screen) and screen.split("\n") != before

        return _until(terminal, "enter", another_order)

    return stroke


def _rest(terminal: Terminal) -> None:
    """Back to nothing picked, the cursor on the first tag."""
    terminal.send("escape")
    terminal.settle_text(quiet=SOON, patience=SOON)
    if subject.narrowed(terminal.text()):
        terminal.send("0")
        terminal.wait_for(subject.shows_everything)
    for key in ("1", "home"):
        terminal.send(key)
        terminal.settle(patience=SOON)


def _until(terminal: Terminal, key: str, shown: Callable[[str], bool]) -> float:
    """Press a key that has `shown` come true; the time to the settled screen."""
    terminal.send(key)
    terminal.settle(quiet=QUIET, patience=PATIENCE)
    if not shown(terminal.text()):
        terminal.wait_for(shown, timeout=PATIENCE)
        terminal.settle(quiet=QUIET, patience=QUIET)
    return terminal.latest


def _narrowed_from(before: str) -> Callable[[str], bool]:
    """Whether the header counts matches, others than before."""

    def it_narrowed_further(screen: str) -> bool:
        return subject.narrowed(screen) not in ("", before)

    return it_narrowed_further


def _pick_first(terminal: Terminal) -> float:
    return _narrowing(terminal, "enter")


def _pick_next(terminal: Terminal) -> float:
    """Pick the tag below the picked one."""
    terminal.send("down")
    terminal.settle(quiet=SOON)
    return _narrowing(terminal, "enter")


def _narrowing(terminal: Terminal, key: str) -> float:
    return _until(terminal, key, _narrowed_from(subject.narrowed(terminal.text())))


def _widening(terminal: Terminal, key: str) -> float:
    return _until(terminal, key, subject.shows_everything)


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
