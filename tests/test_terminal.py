"""The page object shows what a person would see."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks import bare
from tests.terminal import NeverShownError, Terminal

QUERIES = r"\x1b[?2026$p\x1b[>25u\x1b[>4;1m\x1b[?u\x1b[=0;1u\x1b[2 q\x1b]0;a title\x07\x1bP+q54\x1b\\"


def python(code: str, home: Path) -> Terminal:
    """A small program on a screen of 20 by 5."""
    return Terminal([sys.executable, "-c", code], home=home, columns=20, rows=5)


def test_queries_and_titles_draw_nothing(tmp_path: Path) -> None:
    with python(f"print('{QUERIES}shown')", tmp_path) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.lines()[0] == "shown"
        assert b"\x1b[?2026$p" in terminal.raw


def test_a_sequence_that_comes_in_two_halves_draws_nothing(tmp_path: Path) -> None:
    halves = "import time\nfor half in ('a\\x1b[>2', '5ub', '\\x1b]0;ti', 'tle\\x1b', '\\\\c'):"
    with python(f"{halves}\n  print(half, end='', flush=True); time.sleep(.05)", tmp_path) as term:
        term.wait_for("abc")
        assert term.lines()[0] == "abc"


def test_wide_letters_stand_in_their_columns(tmp_path: Path) -> None:
    with python("print('日本x\\u0301y')", tmp_path) as terminal:
        terminal.wait_for("日本")
        assert terminal.lines()[0].endswith("y")
        assert terminal.find("y") == (0, 5)


def test_what_ends_too_early_says_how(tmp_path: Path) -> None:
    with python("raise SystemExit('no such file')", tmp_path) as terminal:
        with pytest.raises(NeverShownError, match="it ended before 'panes' was shown: no such"):
            terminal.wait_for("panes", timeout=5)
        assert terminal.wait_exit() == 1
        assert not terminal.alive


def test_nothing_of_the_persons_environment_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAGTUI_FILE", "mine")
    code = "import os; print('TAGTUI_FILE' in os.environ, os.environ['HOME'] == os.getcwd())"
    with python(code, tmp_path) as terminal:
        terminal.wait_for("False True")


def test_keys_clicks_and_sizes_reach_a_textual_app(tmp_path: Path) -> None:
    command = [sys.executable, str(Path(bare.__file__).resolve())]
    with Terminal(command, home=tmp_path) as terminal:
        terminal.wait_for(bare.READY)
        terminal.settle()
        terminal.send("down", "down")
        assert 0 < terminal.settle() < 2
        assert terminal.cell(*terminal.find("tags 2 ")).bg != terminal.cell(30, 5).bg
        terminal.click(*terminal.find("bookmarks 7"))
        assert terminal.settle()
        terminal.resize(60, 12)
        terminal.wait_for(lambda screen: bare.READY in screen.split("\n")[11])
        with pytest.raises(ValueError, match="no key is called 'return'"):
            terminal.send("return")
        terminal.send("q")
        assert terminal.wait_exit() == 0
