"""Keeping, by the installed program on real terminals: a link is copied, added, seen elsewhere, and taken back."""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.kafka import write_export
from tests.tui.driver import SHELF, library
from tests.tui.test_end_to_end import started
from tests.web.page import page

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)


def program(path: Path, text: str) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def desktop(folder: Path) -> dict[str, str]:
    """The environment of a desktop with a clipboard, which is a file called ``clipboard``."""
    clipboard = folder / "clipboard"
    program(folder / "bin" / "xclip", f'case "$*" in *-o*) cat "{clipboard}";; *) cat > "{clipboard}";; esac')
    return {"DISPLAY": ":99", "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:/usr/bin:/bin"}


def documents(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))["bookmarks"]
    return found


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_copied_link_is_added_in_seconds_shows_in_another_tagtui_and_is_taken_back_everywhere(
    tmp_path: Path,
) -> None:
    path = library(tmp_path, *SHELF)
    environment = desktop(tmp_path)
    with (
        page("Streams, end to end") as url,
        started(tmp_path, "--file", str(path), environment=environment) as one,
        started(tmp_path, "--file", str(path), environment=environment) as other,
    ):
        (tmp_path / "clipboard").write_text(url)
        for terminal in (one, other):
            terminal.wait_for("Jepsen: Kafka")
            terminal.wait_for("1/8")
        one.send("a")
        one.wait_for(url)  # off the clipboard
        one.wait_for("refused: it leads to a private address")  # which nobody typed, so nobody asks it
        one.type("Streams, end to end")
        one.send("tab")
        one.type("kaf")
        one.wait_for("1 kafka 4")
        one.send("tab")
        one.type("mon")
        one.wait_for("1 monitoring 1")
        one.send("tab", "ctrl+s")
        one.wait_for("Added “Streams, end to end”. u to undo")
        one.wait_for("1/9")
        listed = [line for line in one.lines() if "Streams, end to end" in line or "Jepsen: Kafka" in line]
        assert "Streams" in listed[0], "it is on top"
        other.wait_for("Streams, end to end")
        wait_until(lambda: "9" in documents(path))  # in the file itself: once nothing has happened for some seconds
        assert (documents(path)["9"]["url"], documents(path)["9"]["tags"]) == (url, ["kafka", "monitoring"])
        one.send("u")
        one.wait_for("Undone: Added “Streams, end to end”")
        other.wait_for(lambda screen: "Streams, end to end" not in screen and "1/8" in screen)
        for terminal in (one, other):
            terminal.send("q")
            assert terminal.wait_exit() == 0
    assert len(documents(path)) == len(SHELF)


def test_an_annotation_is_written_in_the_persons_editor(tmp_path: Path) -> None:
    path = library(tmp_path, *SHELF)
    editor = program(tmp_path / "bin" / "editor", 'printf "\\n\\nFrom the editor.\\n" >> "$1"')
    with started(tmp_path, "--file", str(path), environment={"VISUAL": editor}) as terminal:
        terminal.wait_for("1/8")
        terminal.send("2")
        terminal.wait_for("┏━ 2 Bookmarks")
        terminal.send("e")
        terminal.wait_for("ctrl+e editor")
        terminal.send("tab", "tab", "ctrl+e")
        terminal.wait_for("From the editor.")
        terminal.send("ctrl+s")
        terminal.wait_for("Edited “Jepsen: Kafka”")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    annotation = documents(path)["1"]["annotation"]
    assert annotation == f"{SHELF[0].annotation}\n\nFrom the editor."


def test_an_editor_that_fails_leaves_what_was_typed(tmp_path: Path) -> None:
    path = library(tmp_path, *SHELF)
    editor = program(tmp_path / "bin" / "editor", 'echo lost > "$1"; exit 1')
    with started(tmp_path, "--file", str(path), environment={"EDITOR": editor}) as terminal:
        terminal.wait_for("1/8")
        terminal.send("2")
        terminal.wait_for("┏━ 2 Bookmarks")
        terminal.send("e")
        terminal.wait_for("ctrl+e editor")
        terminal.send("tab", "tab")
        terminal.type("Typed. ")
        terminal.send("ctrl+e")
        terminal.wait_for("editor ended with status 1; the annotation is as it was")
        terminal.wait_for("Typed. It loses writes")
        terminal.send("escape")
        terminal.wait_for(lambda screen: "ctrl+e editor" not in screen)
        terminal.send("q")
        assert terminal.wait_exit() == 0
    assert "lost" not in path.read_text("utf-8")


def test_somebodys_export_is_looked_at_and_left_as_it_is(tmp_path: Path) -> None:
    export = tmp_path / "pinboard.json"
    write_export(export, datetime.now(UTC))
    before = export.read_bytes()
    with started(tmp_path, "browse", "--read-only", "--file", str(export), "--owner", "jm", "-t", "kafka") as terminal:
        terminal.wait_for("jm (read-only)")
        terminal.wait_for("44 of 120")
        terminal.send("2", "d")
        terminal.wait_for("this is open to be read only")
        terminal.send("q")
        assert terminal.wait_exit() == 0
    assert export.read_bytes() == before
    assert [it.name for it in tmp_path.iterdir()] == ["pinboard.json"]
