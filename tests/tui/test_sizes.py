"""Any size of the terminal: what is shown where, and nothing that crashes."""

from pathlib import Path

import pytest

from tests.tui.driver import DEMO, SHELF, Driver, library

SIZES = [(1, 1), (40, 12), (80, 24), (120, 40), (200, 60)]

STEPS = "1 enter ctrl+p, escape ?, escape / k, escape f o, escape s, escape 2 z z G, 3 right enter".split(", ")


def is_whole(tui: Driver) -> bool:
    """Whether the screen is drawn to its edges and no further."""
    columns, rows = tui.app.size
    return [strip.cell_length for strip in tui.strips()] == [columns] * rows


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_everything_opens_at_every_size(size: tuple[int, int]) -> None:
    async with Driver(DEMO, size=size, density="card") as tui:
        assert is_whole(tui)
        for keys in STEPS:
            await tui.press(*keys.split())
            assert is_whole(tui), keys
        assert not tui.ended


async def test_from_120_columns_the_panes_stand_side_by_side_from_80_the_annotation_below(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF), size=(120, 24)) as tui:
        for columns in (120, 119, 80):
            await tui.resize(columns, 24)
            assert tui.panes() == ["tags", "bookmarks", "detail"]
            (_, bookmarks), (_, detail) = tui.find("2 Bookmarks"), tui.find("3 Annotation")
            assert (detail > bookmarks) == (columns < 120)
            assert "https://example.org/jepsen:-kafka" in "".join(tui.detail())


async def test_under_80_columns_there_is_one_pane_at_a_time(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF), size=(79, 24)) as tui:
        assert tui.panes() == ["bookmarks"], "one comes to read"
        for key, pane in (("tab", "detail"), ("l", "tags"), ("h", "detail"), ("1", "tags"), ("2", "bookmarks")):
            await tui.press(key)
            assert tui.panes() == [pane]
            assert tui.pane() == pane
        await tui.press("f")
        await tui.type("storm")
        await tui.press("enter")
        assert tui.panes() == ["tags"]
        assert tui.header() == "ada + storm × 1 of 8"
        await tui.press("2")
        assert tui.bookmarks() == ["Storm and Kafka"]


async def test_pane_and_cursor_stay_while_the_terminal_changes_its_size(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF, *SHELF), size=(160, 20), density="card") as tui:
        await tui.to_bookmark("● Burrow")
        await tui.press("3")
        for size in ((100, 24), (60, 20), (20, 6), (1, 1), (60, 16), (100, 16), (160, 20)):
            await tui.resize(*size)
            assert is_whole(tui)
            if size[0] >= 60:
                assert tui.pane() == "detail"
                assert tui.detail()[0] == "Burrow"
        assert tui.panes() == ["tags", "bookmarks", "detail"]
        for rows in (40, 12, 8, 20):
            await tui.resize(160, rows)
            assert tui.cursor_title() == "● Burrow", "it is still in sight"


async def test_a_low_terminal_has_no_frames_and_keeps_header_and_footer(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF), size=(100, 10)) as tui:
        assert not set("┏╭") & set(tui.screen_text())
        assert tui.header() == "ada 8"
        assert tui.part("keys")[0].startswith("enter pick")
        assert len(tui.tags()) == 8


async def test_what_is_done_in_the_annotation_pane_while_it_is_hidden_is_done_all_the_same(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF), size=(60, 20), query="exactly") as tui:
        await tui.press("2", "n")
        assert tui.toasts() == [], "there is a match, though it is not in sight"
        for words in ("mark the next tag", "mark the next tag", "marked tag again"):
            await tui.press("ctrl+p")
            await tui.type(words)
            await tui.press("enter")
        assert tui.header() == "ada exactly × + jepsen × 1 of 8"
        await tui.press("3")
        assert tui.detail()[0] == "Jepsen: Kafka"
        assert "match 1 of 1" in tui.screen_text()
