"""Other people's libraries and exports: to look at, and to copy from."""

from pathlib import Path

import pytest

from tagtui.session import Session
from tests.formats.samples import DATA
from tests.tui.driver import SHELF, TITLES, Driver, library

pytestmark = pytest.mark.usefixtures("bare_host", "own_state")


@pytest.mark.parametrize("key", ["a", "e", "T", "d", "r", "p", "u", "ctrl+r", "I"])
async def test_nothing_changes_and_the_way_out_is_told(tmp_path: Path, key: str) -> None:
    path = library(tmp_path, *SHELF, owner="grace")
    before = path.read_bytes()
    async with Driver(path, is_read_only=True) as tui:
        assert tui.header() == "grace (read-only) 8"
        await tui.press("2", key)
        assert tui.toasts() == ["this is open to be read only; c copies bookmarks to your library"]
        assert tui.bookmarks() == TITLES
    assert path.read_bytes() == before


async def test_bookmarks_are_harvested_from_an_export(tmp_path: Path) -> None:
    async with Driver(DATA / "pinboard.json", is_read_only=True, owner="jm", size=(120, 30)) as tui:
        assert tui.header().startswith("jm (read-only)")
        title = tui.cursor_title()
        await tui.press("2", "c")
        await tui.type("another")
        await tui.press("enter")
        await tui.type(str(tmp_path / "mine.json"))
        await tui.press("enter", "enter")
        assert tui.toasts() == [f"Copied 1 bookmark into {tmp_path / 'mine.json'}"]
    [found] = Session(tmp_path / "mine.json", "ada").library.bookmarks.values()
    assert found.heading in title or title in found.heading
    assert found.tags[-1] == "via:jm"


async def test_what_its_owner_writes_meanwhile_shows(tmp_path: Path) -> None:
    path = library(tmp_path, *SHELF[:2])
    async with Driver(path, is_read_only=True) as tui:
        library(tmp_path, *SHELF)
        await tui.press("f5")
        assert tui.bookmarks() == TITLES
