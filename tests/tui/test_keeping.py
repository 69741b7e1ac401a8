"""Marks, and what is done to the marked: toggles, deletes, undo."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tests.tui.driver import TITLES, Driver


def documents(path: Path) -> dict[str, Any]:
    """Return what another session would find: the file with its journal."""
    return {str(id): bookmark for id, bookmark in Session(path, "ada").library.bookmarks.items()}


async def test_a_bookmark_is_deleted_without_a_question_and_comes_back(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.to_bookmark("Bread" if "Bread" in tui.bookmarks() else "◆ Bread")
        await tui.press("d")
        assert tui.toasts() == ["Deleted “Bread”. u to undo"]
        assert "◆ Bread" not in tui.bookmarks()
        assert "7" not in documents(shelf)
        await tui.press("u")
        assert tui.toasts()[-1] == "Undone: Deleted “Bread”"
        assert tui.bookmarks() == TITLES
        assert documents(shelf)["7"].title == "Bread"
        await tui.press("ctrl+r")
        assert tui.toasts()[-1] == "Done again: Deleted “Bread”"
        assert "7" not in documents(shelf)


async def test_marks_are_counted_survive_narrowing_and_go_with_escape(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("2", "space", "space")
        assert [row for row in tui.part("bookmarks") if "✓" in row] == tui.part("bookmarks")[:2]
        assert "2 marked" in "".join(tui.part("keys"))
        await tui.press("slash")
        await tui.type("terminal")
        await tui.press("enter")
        assert "2 marked" in "".join(tui.part("keys"))
        await tui.press("escape")
        assert "marked" not in "".join(tui.part("keys"))
        assert "✓" not in tui.screen_text()


async def test_a_range_and_all_that_are_listed_are_marked(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        await tui.press("2", "space", "j", "v")
        assert "3 marked" in "".join(tui.part("keys"))
        await tui.press("*")
        assert "4 marked" in "".join(tui.part("keys"))
        await tui.press("*")
        assert "marked" not in "".join(tui.part("keys"))


async def test_many_are_deleted_after_one_key_and_come_back_with_one(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        await tui.press("2", "*", "d")
        assert tui.menu_title() == "Delete 4 bookmarks?"
        await tui.press("escape")
        assert len(documents(shelf)) == 8
        await tui.press("d", "enter")
        assert tui.toasts() == ["Deleted 4 bookmarks. u to undo"]
        assert len(documents(shelf)) == 4
        assert "marked" not in "".join(tui.part("keys"))
        await tui.press("u")
        assert len(documents(shelf)) == 8
        assert tui.bookmarks() == TITLES[:4]


async def test_flags_are_toggled_on_all_that_are_marked(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        await tui.press("2", "*", "r")
        assert all(title.startswith("● ") for title in tui.bookmarks())
        assert tui.toasts() == ["Marked 4 bookmarks as unread. u to undo"]
        await tui.press("r")
        assert not any(title.startswith("● ") for title in tui.bookmarks())
        await tui.press("escape", "p")
        assert tui.toasts()[-1] == "Marked “Jepsen: Kafka” as private. u to undo"
        assert documents(shelf)["1"].private


async def test_there_is_nothing_to_undo_at_first(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("u", "ctrl+r")
        assert tui.toasts() == ["Nothing to undo", "Nothing to redo"]


async def test_what_cannot_be_saved_is_told_and_tried_again(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with Driver(shelf) as tui:
        await tui.press("2")
        with monkeypatch.context() as broken:
            broken.setattr(os, "fdatasync", full)
            await tui.press("d")
            assert "No space left on device" in tui.errors()[0]
            assert tui.menu_title() == "Not saved: Deleted “Jepsen: Kafka”"
            assert len(documents(shelf)) == 8
        await tui.press("enter")
        assert tui.toasts()[-1] == "Deleted “Jepsen: Kafka”. u to undo"
        assert len(documents(shelf)) == 7


async def test_what_cannot_be_saved_is_saved_elsewhere(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    async with Driver(shelf) as tui:
        await tui.press("2")
        with monkeypatch.context() as broken:
            broken.setattr(os, "fdatasync", full)
            await tui.press("d")
        await tui.press("down", "enter")
        [copy] = (tmp_path / "home").glob("*.json")
        assert tui.toasts()[-1] == f"saved in {copy}"
        assert len(documents(copy)) == 7
        assert len(documents(shelf)) == 8


async def test_two_screens_on_one_file_see_each_others_changes(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagtui.tui.keeper.LOOK_EVERY", 0.02)
    async with Driver(shelf) as one, Driver(shelf) as two:
        await one.press("2", "d")
        await two.until(lambda: TITLES[0] not in two.bookmarks())
        await two.press("2", "r")
        await one.until(lambda: one.bookmarks()[0].startswith("●"))
        await one.press("u")
        await one.press("u")
        await two.until(lambda: two.bookmarks() == TITLES)
    assert json.loads(shelf.read_bytes())["bookmarks"].keys() == {str(id) for id in range(1, 9)}


async def test_keys_that_are_typed_ahead_go_where_the_keys_before_them_led(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        tui.send("2", "d")
        await tui.settle()
        assert tui.toasts() == ["Deleted “Jepsen: Kafka”. u to undo"]
        tui.send("a", *"duprT")
        await tui.settle()
        assert tui.menu_title() == "Add a bookmark"
        assert len(documents(shelf)) == 7, "nothing was done to the bookmarks behind the form"


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_what_was_asked_for_is_saved_before_tagtui_ends(shelf: Path, key: str) -> None:
    async with Driver(shelf) as tui:
        await tui.press("2")
        tui.send("d", key)
        await tui.until(lambda: tui.ended)
    assert "1" not in documents(shelf)
    async with Driver(shelf) as tui:
        await tui.press("a")
        await tui.type("https://typed.example/")
        tui.send("ctrl+s", key)
        await tui.until(lambda: tui.ended)
    assert any(it.url == "https://typed.example/" for it in documents(shelf).values())


async def test_what_cannot_be_saved_keeps_tagtui_open(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise LibraryFileError("no room")

    monkeypatch.setattr(Session, "apply", refuse)
    async with Driver(shelf) as tui:
        await tui.press("2")
        tui.send("d", "q")
        await tui.until(lambda: tui.menu_title() == "Not saved: Deleted “Jepsen: Kafka”")
        assert not tui.ended
        await tui.press("escape", "q")
        assert tui.ended
