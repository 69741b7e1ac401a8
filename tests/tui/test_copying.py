"""What is copied, in which shape, and into which other library."""

from base64 import b64decode
from pathlib import Path

import pytest

from tagtui.recent import remember
from tagtui.session import Session
from tests.tui.driver import SHELF, Driver, library, saved

pytestmark = pytest.mark.usefixtures("bare_host", "own_state")

BURROW = "https://example.org/burrow"


def copied(tui: Driver) -> str:
    """Return what went to the terminal's clipboard last."""
    sequences = [text for text in tui.written if text.startswith("\x1b]52;c;")]
    return b64decode(sequences[-1][len("\x1b]52;c;") : -1]).decode()


async def chosen(tui: Driver, *words: str) -> None:
    """Choose in the menu that is open what these words narrow it to."""
    for word in words:
        await tui.type(word)
        await tui.press("enter")


async def test_a_bookmark_is_copied_in_the_shape_that_is_chosen(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.to_bookmark("● Burrow")
        await tui.press("Y")
        assert tui.menu_title() == "Copy it as"
        await chosen(tui, "markdown")
        assert copied(tui) == f"[Burrow]({BURROW})"
        await tui.press("Y")
        await chosen(tui, "tags")
        assert copied(tui) == "kafka ops tools"


async def test_all_that_are_marked_or_all_that_are_listed_are_copied(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24), query="#kafka") as tui:
        await tui.press("2", "space", "space", "Y")
        assert tui.menu_title() == "Copy 2 bookmarks as"
        await chosen(tui, "url")
        assert copied(tui).split("\n") == [entry.url for entry in SHELF[:2]]
        await tui.press("Y")
        await chosen(tui, "all 4")
        assert tui.menu_title() == "Copy all 4 as"
        await chosen(tui, "org")
        assert copied(tui).count("\n") == 3
        assert "[[https://example.org/storm-and-kafka][Storm and Kafka]]" in copied(tui)


async def test_a_template_of_the_settings_stands_among_the_shapes(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24), copy={"wiki": "[{url} {title}] ({added:%Y})"}) as tui:
        await tui.press("2", "Y")
        await chosen(tui, "wiki")
        assert copied(tui) == f"[{SHELF[0].url} Jepsen: Kafka] (2024)"


async def test_what_has_no_tags_has_none_to_copy(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, saved("Bare"))) as tui:
        await tui.press("2", "Y")
        await chosen(tui, "tags")
        assert tui.toasts() == ["nothing to copy: no tags"]


async def test_bookmarks_are_copied_into_another_library_after_a_look_at_what_that_changes(
    shelf: Path, tmp_path: Path
) -> None:
    (tmp_path / "grace").mkdir()
    theirs = library(tmp_path / "grace", saved("Burrow", "lag", url=BURROW), owner="grace")
    remember(theirs)
    async with Driver(shelf, size=(120, 30), query="#kafka") as tui:
        await tui.press("2", "*", "c")
        assert tui.menu_title() == "Copy 4 bookmarks into"
        await chosen(tui, "grace")
        assert "3 new, 1 merged, 0 there already" in tui.screen_text()
        assert "Burrow tags: + kafka + ops + tools + via:ada; annotation: + Lag without thresholds." in "\n".join(
            tui.menu()
        )
        await tui.press("enter")
        assert tui.toasts() == [f"Copied 4 bookmarks into {theirs}"]
    found = {it.title: it for it in Session(theirs, "grace").library.bookmarks.values()}
    assert found["Burrow"].tags == ("lag", "kafka", "ops", "tools", "via:ada")
    assert found["Jepsen: Kafka"].tags == ("kafka", "jepsen", "via:ada")
    assert found["Jepsen: Kafka"].by == ""
    assert len(found) == 4
    assert len(Session(shelf, "ada").library) == len(SHELF)


async def test_a_library_that_is_not_among_the_recent_ones_is_named_by_its_path(shelf: Path, tmp_path: Path) -> None:
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("2", "c")
        await chosen(tui, "another")
        assert tui.menu_title() == "Copy into"
        await tui.type(str(tmp_path / "new.json"))
        await tui.press("enter", "enter")
        assert tui.toasts() == [f"Copied 1 bookmark into {tmp_path / 'new.json'}"]
    assert len(Session(tmp_path / "new.json", "x").library) == 1


async def test_leaving_the_review_copies_nothing(shelf: Path, tmp_path: Path) -> None:
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("2", "c")
        await chosen(tui, "another")
        await tui.type(str(tmp_path / "new.json"))
        await tui.press("enter", "escape")
        assert tui.toasts() == []
    assert not (tmp_path / "new.json").exists()


async def test_what_cannot_take_them_is_told_and_left_as_it_is(shelf: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"bookmarks": {')
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("2", "c")
        await chosen(tui, "another")
        await tui.type(str(broken))
        await tui.press("enter")
        assert "broken.json" in tui.errors()[0]
    assert broken.read_text() == '{"bookmarks": {'


async def test_what_no_clipboard_takes_is_offered_as_an_export_if_it_is_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    path = library(tmp_path, *(saved(f"Row {number}", annotation="x" * 2_000) for number in range(40)))
    async with Driver(path, size=(120, 30)) as tui:
        await tui.press("2", "*", "Y")
        await chosen(tui, "as json")
        assert tui.errors()[0].endswith("E exports to a file")
        await tui.press("escape", "Y")
        await chosen(tui, "title")
        assert tui.menu_title() == "Not copied: select it here"
