"""What other programs do to the library, as it happens."""

import json
from pathlib import Path

import pytest
from tinydb import TinyDB

from tagtui.session import Session
from tagtui.tui import keeper
from tests.store.sample import bookmark, change
from tests.tui.driver import TITLES, Driver


@pytest.fixture(autouse=True)
def _watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for changes all the time, and not twice a second."""
    monkeypatch.setattr(keeper, "LOOK_EVERY", 0.02)


async def test_another_sessions_changes_come_in_and_cursor_and_picks_stay(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        await tui.to_bookmark("● Burrow")
        other = Session(shelf, "ada")
        other.apply(change((9, None, bookmark("http://new.org/", title="New", tags=("kafka", "fresh")))))
        await tui.until(lambda: "fresh 1" in tui.tags())
        assert tui.header() == "ada + kafka × 5 of 9"
        assert tui.cursor_title() == "● Burrow"
        assert tui.toasts() == ["From elsewhere: 1 added"]

        other.apply(change((4, other.library[4], None)))
        await tui.until(lambda: "4 of 8" in tui.header())
        assert "● Burrow" not in tui.bookmarks()
        assert tui.toasts()[-1] == "From elsewhere: 1 removed"


async def test_a_plain_tinydb_script_is_seen(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        with TinyDB(shelf, encoding="utf-8") as plain:
            plain.table("bookmarks").update({"title": "Sourdough"}, doc_ids=[7])
        await tui.until(lambda: "◆ Sourdough" in tui.bookmarks())
        assert tui.toasts() == ["From elsewhere: 1 changed"]


async def test_a_sync_tool_that_puts_another_file_in_its_place_is_seen(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        tables = json.loads(shelf.read_bytes())
        del tables["bookmarks"]["1"]
        replacement = shelf.with_name("incoming")
        replacement.write_text(json.dumps(tables))
        replacement.replace(shelf)
        await tui.until(lambda: tui.bookmarks() == TITLES[1:])


async def test_when_nothing_happens_the_journal_goes_into_the_file(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "FOLD_AFTER", 0.05)
    async with Driver(shelf) as tui:
        Session(shelf, "ada").apply(change((9, None, bookmark("http://new.org/"))))
        await tui.until(lambda: "http://new.org/" in shelf.read_text())
        assert "http://new.org/" in tui.screen_text()


async def test_a_file_that_vanishes_can_be_written_again(shelf: Path) -> None:
    before = json.loads(shelf.read_bytes())
    async with Driver(shelf) as tui:
        shelf.unlink()
        await tui.until(lambda: tui.menu_title() != "")
        assert tui.menu_title() == "The file is gone: write it again?"
        assert "deleted or emptied by another program" in tui.errors()[0]
        await tui.press("down", "enter")
        await tui.until(shelf.exists)
        assert json.loads(shelf.read_bytes()) == before
        assert tui.bookmarks() == TITLES


async def test_what_nobody_waits_for_is_not_asked_in_the_place_of_a_menu(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("2", "Y")
        shelf.unlink()
        await tui.until(lambda: tui.errors() != [])
        await tui.pause()
        assert tui.menu_title() == "Copy it as"
        await tui.press("escape")
        await tui.until(lambda: tui.menu_title() == "The file is gone: write it again?")


async def test_a_file_that_vanishes_and_comes_back_is_taken_up_again(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        away = shelf.rename(shelf.with_name("away"))
        await tui.until(lambda: tui.menu_title() != "")
        await tui.press("escape")
        away.rename(shelf)
        Session(shelf, "ada").apply(change((9, None, bookmark("http://new.org/", title="New"))))
        await tui.until(lambda: "New" in tui.screen_text())


async def test_a_library_that_cannot_be_rewritten_is_shown_and_the_reason_told(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text('{"bookmarks": {"1": {"url": "http://a.org/", "title": "A", "title": "B"}}}')
    async with Driver(path) as tui:
        await tui.until(lambda: bool(tui.errors()))
        assert 'the key "title" stands twice' in tui.errors()[0]
        assert tui.bookmarks() == ["B"]
