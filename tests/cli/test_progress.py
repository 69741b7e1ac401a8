"""The progress bar: on a terminal, for work over a second, and nowhere else."""

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagtui.cli import progress
from tagtui.cli.progress import with_progress
from tests.cli.conftest import Cli
from tests.cli.kafka import Row


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that goes on by ``step`` seconds at each look."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def shown(monkeypatch: pytest.MonkeyPatch, step: float, length: int | None, stream: io.StringIO) -> str:
    """Return what stderr gets while 100 items pass, each ``step`` seconds."""
    monkeypatch.setattr(progress, "monotonic", Clock(step))
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(with_progress(iter(range(100)), "Reading", length)) == list(range(100))
    return stream.getvalue()


def test_work_over_a_second_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = shown(monkeypatch, 0.02, 100, Terminal())
    assert "Reading" in bar
    passed = [int(place) for place in re.findall(r"(\d+)/100", bar)]
    assert passed == list(range(passed[0], 101))
    assert 45 < passed[0] < 55  # it was not there from the start


def test_work_of_unknown_length_shows_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Reading" in shown(monkeypatch, 0.02, None, Terminal())


@pytest.mark.parametrize("length", [None, 100])
def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch, length: int | None) -> None:
    assert shown(monkeypatch, 0.005, length, Terminal()) == ""


@pytest.mark.parametrize("length", [None, 100])
def test_nothing_is_shown_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch, length: int | None) -> None:
    assert shown(monkeypatch, 10, length, io.StringIO()) == ""


def test_what_interrupts_the_work_goes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())

    def failing() -> Iterator[int]:
        yield 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(with_progress(failing(), "Reading"))


IMPATIENT = """
import sys
import tagtui.cli.progress as progress
from tagtui.cli import main
progress.PATIENCE = float(sys.argv.pop(1))
main()
"""


def on_a_terminal(patience: float, *args: str) -> tuple[str, str]:
    """Run ``tagtui …`` with stderr on a terminal, and return what it prints there and on stdout."""
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", IMPATIENT, str(patience), *args],
            stdout=subprocess.PIPE,
            stderr=theirs,
            timeout=60,
            check=True,
        )
        os.write(theirs, b"end")
        screen = b""
        while not screen.endswith(b"end"):
            screen += os.read(ours, 65_536)
    finally:
        os.close(ours)
        os.close(theirs)
    return screen.decode().removesuffix("end"), done.stdout.decode()


def test_an_import_and_an_export_on_a_real_terminal(tagtui: Cli, rows: list[Row], tmp_path: Path) -> None:
    assert on_a_terminal(60, "import", "export.json", "--dry-run")[0] == ""
    screen, out = on_a_terminal(0, "import", "export.json")
    assert "Reading" in screen
    assert out == f"{len(rows)} added, 0 updated, 0 unchanged, 0 skipped\n"
    screen, out = on_a_terminal(0, "export", "-")
    assert "Writing" in screen
    assert f"{len(rows)}/{len(rows)}" in screen
    assert out.startswith("[")
    assert tagtui.library.exists()
    assert on_a_terminal(60, "export", "out.json")[0].startswith(f"{len(rows)} bookmarks, ")
    assert (tmp_path / "out.json").exists()
