"""The installed program on a real terminal: bytes go in and bytes come out."""

import json
import os
import re
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.kafka import write_export
from tests.terminal import Terminal
from tests.tui.driver import DEMO, SHELF, library

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

INSTALLED = Path(sys.executable).with_name("tagtui")
TAGTUI = [str(INSTALLED)] if INSTALLED.exists() else [sys.executable, "-m", "tagtui"]
ENTERED, LEFT = b"\x1b[?1049h", b"\x1b[?1049l"  # the alternate screen
COLOURED = re.compile(rb"\x1b\[(?:[0-9]{1,2};)*(?:[34][0-8]|9[0-7]|10[0-7])[;:\d]*m")
PAYLOAD = "\x1b]52;c;aGFja2Vk\x07\x1b[31mred\x9b2J\x90q\x9c\x1b]0;owned\x07"


def started(
    home: Path, *arguments: str, size: tuple[int, int] = (120, 40), environment: Mapping[str, str] | None = None
) -> Terminal:
    columns, rows = size
    return Terminal([*TAGTUI, *arguments], home=home, columns=columns, rows=rows, environment=environment)


def restored(terminal: Terminal) -> str:
    """What was written once the alternate screen was left for good, without the sequences that restore the terminal."""
    assert terminal.raw.count(ENTERED) == terminal.raw.count(LEFT)
    after = terminal.raw.rpartition(LEFT)[2] if LEFT in terminal.raw else terminal.raw
    for mode in (b"1000", b"1003", b"2004"):  # mouse and bracketed paste
        assert terminal.raw.rfind(b"\x1b[?" + mode + b"h") <= terminal.raw.rfind(b"\x1b[?" + mode + b"l")
    assert terminal.raw.rfind(b"\x1b[?25l") < terminal.raw.rfind(b"\x1b[?25h") or b"\x1b[?25l" not in terminal.raw
    return re.sub(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07)", b"", after).decode().replace("\r", "")


def shows(count: int) -> Callable[[str], bool]:
    """Whether a screen, drawn from its first to its last line, shows that so many of the sample library are left."""

    def is_drawn(screen: str) -> bool:
        first, *_, last = screen.split("\n")
        return first.endswith(f" {count} of 129") and re.search(rf" \d+/{count}$", last) is not None

    is_drawn.__name__ = f"{count} of 129"
    return is_drawn


def left(*picked: str, without: str) -> int:
    documents = json.loads(DEMO.read_text("utf-8"))["bookmarks"].values()
    tags = [set(document.get("tags", ())) for document in documents]
    return sum(set(picked) <= own and without not in own for own in tags)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_person_picks_excludes_drops_searches_copies_opens_and_leaves(tmp_path: Path, size: tuple[int, int]) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/part" && mv "{tmp_path}/part" "{tmp_path}/opened"\n')
    browser.chmod(0o755)
    with started(tmp_path, "--demo", size=size, environment={"BROWSER": str(browser)}) as terminal:
        terminal.wait_for("kafka  ")
        terminal.wait_for(" 129")
        for tag, count in (("kafka", 35), ("ops", 19)):
            terminal.send("f")
            terminal.wait_for("part of a tag")
            terminal.type(tag)
            terminal.wait_for(f"▏  {tag} ")
            terminal.send("enter")
            terminal.wait_for(shows(count))
        terminal.click(*terminal.find("  storm "))
        terminal.wait_for(shows(3))
        terminal.send("-")
        terminal.wait_for(shows(16))
        assert "+ kafka ×    + ops ×    − storm ×" in terminal.lines()[0]
        row, column = terminal.find("+ ops ×")
        terminal.click(row, column + len("+ ops "))
        terminal.wait_for(shows(left("kafka", without="storm")))
        terminal.send("/")
        terminal.wait_for("#kafka -#storm")
        terminal.type("bufstream-0.1")
        terminal.wait_for(shows(1))
        terminal.send("enter")
        terminal.wait_for("┏━ 2 Bookmarks")
        urls = [document["url"] for document in json.loads(DEMO.read_text("utf-8"))["bookmarks"].values()]
        [url] = [url for url in urls if "bufstream-0.1" in url]
        terminal.send("y")
        terminal.wait_for("sent to the terminal, which gives no answer")
        assert b"\x1b]52;c;" + b64encode(url.encode()) + b"\x07" in terminal.raw
        terminal.send("enter")
        terminal.wait_for("opened https://jepsen.io/")
        assert (tmp_path / "opened").read_text() == url
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert restored(terminal).strip() == ""
    assert not list(tmp_path.glob("tagtui-demo-*")), "the sample library was a copy and is gone"


def test_an_export_of_pinboard_is_imported_and_browsed_and_without_colours_picks_cursor_and_focus_show(
    tmp_path: Path,
) -> None:
    write_export(tmp_path / "export.json", datetime.now(UTC))
    with started(tmp_path, "import", "export.json", "--file", "b.json", "--owner", "jm") as terminal:
        assert terminal.wait_exit() == 0
        assert "120 added" in terminal.text()
    with started(tmp_path, "--file", "b.json", environment={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("▌  kafka  ")
        terminal.wait_for("┏━ 1 Tags")
        terminal.send("enter")
        terminal.wait_for("44 of 120")
        assert terminal.lines()[0].startswith(" jm   + kafka × ")
        terminal.wait_for("23 days ago by jm")
        terminal.send("2")
        terminal.wait_for("┏━ 2 Bookmarks")
        assert "╭─ 1 Tags" in terminal.text()
        assert "▌" in terminal.text()
        terminal.send("G")
        terminal.wait_for("february 2012")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        assert COLOURED.findall(terminal.raw) == []


def test_a_file_that_is_no_library_is_refused_in_a_line_and_the_terminal_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"bookmarks": nonsense}')
    os.utime(tmp_path / "bad.json", (0, 0))  # nobody can be in the middle of writing it
    with started(tmp_path, "--file", "bad.json") as terminal:
        assert terminal.wait_exit() == 1
        told = restored(terminal)
    assert told.startswith("tagtui: bad.json: not JSON")
    assert "at byte 14" in told
    assert told.count("\n") == 1
    assert (tmp_path / "bad.json").read_text() == '{"bookmarks": nonsense}'


def test_nothing_of_a_stored_escape_sequence_reaches_the_terminal(tmp_path: Path) -> None:
    fields = {"title": PAYLOAD, "annotation": f"{PAYLOAD}\n\n> {PAYLOAD}", "by": PAYLOAD, "tags": [f"a{PAYLOAD}"]}
    hostile = {"url": f"https://a.org/{PAYLOAD}", "added": "2024-01-01T00:00:00Z", **fields}
    path = library(tmp_path, hostile, *SHELF)
    with started(tmp_path, "--file", str(path), size=(100, 30)) as terminal:
        terminal.wait_for("Jepsen: Kafka")
        for key, shown in (
            ("2", "┏━ 2 Bookmarks"),
            ("G", "▌  january 2024 by ]52"),
            ("z", "▌  a.org  a]52"),
            ("z", "▌  ]52;c;aGFja2Vk"),
            ("?", "Help"),
        ):
            terminal.send(key)
            terminal.wait_for(shown)
        terminal.send("q")
        terminal.wait_for(lambda screen: "Help" not in screen)
        terminal.send("f5")
        terminal.wait_for("Read again: 9 bookmarks")
        terminal.send("q")
        assert terminal.wait_exit() == 0
        for part in ("\x1b]52;", "\x1b[31m", "\x9b2J", "\x90q", "\x1b]0;owned"):
            assert part.encode() not in terminal.raw, ascii(part)
            assert part.encode("latin-1") not in terminal.raw, ascii(part)


def test_the_layout_follows_the_terminal_and_outlives_no_size_at_all(tmp_path: Path) -> None:
    with started(tmp_path, "--demo", size=(80, 24)) as terminal:
        terminal.wait_for(" 129")
        for size, is_wide in (((120, 30), True), ((60, 20), False), ((2, 1), False), ((100, 30), True)):
            written = len(terminal.raw)
            terminal.resize(*size)
            if size == (2, 1):
                terminal.wait_for(lambda _, written=written: len(terminal.raw) > written)
            else:
                terminal.wait_for(
                    lambda screen, is_wide=is_wide: ("Annotation" in screen) == is_wide and "129" in screen
                )
            terminal.send("j")
        terminal._process.setwinsize(0, 0)
        terminal.send("j", "k")
        terminal.resize(80, 24)
        terminal.wait_for(lambda screen: "Annotation" in screen and "129" in screen)
        terminal.send("q")
        assert terminal.wait_exit() == 0
