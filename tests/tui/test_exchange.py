"""Import and export on the screen."""

import json
import os
from pathlib import Path

import pytest

from tagtui.session import Session
from tests.tui.driver import SHELF, TITLES, Driver

pytestmark = pytest.mark.usefixtures("bare_host", "own_state")

LATER = "2026-01-01T00:00:00Z"


def pinboard(path: Path, *rows: dict[str, str]) -> Path:
    """Write an export of Pinboard's, in which a row has a date if it does not say otherwise."""
    path.write_text(json.dumps([{"time": "2016-10-31T15:57:56Z"} | row for row in rows]))
    return path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Two new pages, one that the shelf has without these tags, one that it has as it is, and one without a URL."""
    return pinboard(
        tmp_path / "pinboard.json",
        {"href": "https://example.org/new", "description": "[/] New", "tags": "kafka"},
        {"href": "https://example.org/other", "description": "Other"},
        {
            "href": "https://example.org/burrow",
            "description": "Burrow",
            "tags": "lag ops",
            "time": "2026-01-01T00:00:00Z",
        },
        {"href": "https://example.org/bread", "description": "Bread", "time": "2026-01-01T00:00:00Z"},
        {"href": "", "description": "Nowhere"},
    )


async def reviewed(tui: Driver, path: Path | str) -> str:
    """Have ``path`` read, and return what would be done."""
    await tui.press("I")
    await tui.type(str(path))
    await tui.press("enter")
    return "\n".join(tui.page())


async def test_an_import_is_looked_at_first_and_is_one_change(shelf: Path, export: Path) -> None:
    async with Driver(shelf, size=(120, 30)) as tui:
        review = await reviewed(tui, export)
        assert "2 new, 1 merged, 1 as they are, 1 left out" in review
        assert "entry 5  it has no href" in review
        assert "Burrow  tags: + lag" in review
        assert "[/] New  kafka" in review
        await tui.press("enter")
        assert tui.toasts() == ["Imported 3 bookmarks. u to undo"]
        assert len(Session(shelf, "ada").library) == len(SHELF) + 2
        await tui.press("u")
        assert tui.bookmarks() == TITLES
        assert len(Session(shelf, "ada").library) == len(SHELF)


async def test_leaving_the_review_imports_nothing(shelf: Path, export: Path) -> None:
    before = shelf.read_bytes()
    async with Driver(shelf, size=(120, 30)) as tui:
        await reviewed(tui, export)
        await tui.press("escape")
        assert tui.bookmarks() == TITLES
    assert shelf.read_bytes() == before


async def test_the_same_file_again_has_nothing_to_import(shelf: Path, export: Path) -> None:
    async with Driver(shelf, size=(120, 30)) as tui:
        await reviewed(tui, export)
        await tui.press("enter")
        review = await reviewed(tui, export)
        assert "0 new, 0 merged, 4 as they are, 1 left out" in review
        assert "import 0" not in tui.screen_text()
        await tui.press("enter")
        assert len(tui.bookmarks()) == 10


async def test_what_was_changed_while_it_was_looked_at_is_kept(shelf: Path, export: Path) -> None:
    async with Driver(shelf, size=(120, 30)) as tui:
        await reviewed(tui, export)
        session = Session(shelf, "ada")
        from tagtui.clock import utc_now
        from tagtui.core.editing import retagging

        session.apply(retagging({4: session.library[4]}, "+elsewhere", utc_now()))
        await tui.until(lambda: tui.app.shown is not None and "elsewhere" in tui.app.shown.library[4].tags)
        await tui.press("enter")
    assert set(Session(shelf, "ada").library[4].tags) == {"kafka", "ops", "tools", "lag", "elsewhere"}


async def test_many_are_imported_without_holding_the_screen(shelf: Path, tmp_path: Path) -> None:
    rows = [{"href": f"https://example.com/{number}", "description": f"Page {number}"} for number in range(3_000)]
    async with Driver(shelf, size=(120, 30)) as tui:
        assert "3,000 new" in await reviewed(tui, pinboard(tmp_path / "many.json", *rows))
        await tui.press("enter")
        assert tui.header() == "ada 3,008"
        await tui.press("2", "d")
        assert tui.header() == "ada 3,007"
        await tui.press("u", "u")
        assert tui.header() == "ada 8"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\x89PNG\r\n", "not a bookmark file"),
        (b'[{"href": "http://a.org', "cut off at byte"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_and_nothing_changes(
    shelf: Path, tmp_path: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "bad").write_bytes(content)
    async with Driver(shelf, size=(120, 30)) as tui:
        await reviewed(tui, tmp_path / "bad")
        assert reason in tui.errors()[0]
        assert tui.bookmarks() == TITLES


async def test_a_path_is_completed_and_folders_are_looked_into(shelf: Path, tmp_path: Path, export: Path) -> None:
    folder = tmp_path / "Downloads"
    folder.mkdir()
    export.rename(folder / "pinboard_export.json")
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("I")
        await tui.type(f"{tmp_path}/down")
        await tui.press("tab", "tab", "enter")
        assert "2 new" in "\n".join(tui.page())


async def test_a_path_without_a_file_is_refused_and_what_was_typed_stays(shelf: Path, tmp_path: Path) -> None:
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("I", "enter")
        assert "type the path of a file" in tui.screen_text()
        await tui.type(str(tmp_path / "missing.html"))
        await tui.press("enter")
        assert "there is no such file" in tui.screen_text()
        assert "missing.html" in tui.screen_text()


async def test_the_bookmarks_of_a_browser_are_offered(shelf: Path, own_state: Path) -> None:
    profile = own_state / ".config" / "google-chrome" / "Default"
    profile.mkdir(parents=True)
    entry = {"type": "url", "name": "Chrome", "url": "https://chrome.example/", "date_added": "13170000000000000"}
    roots = {"bookmark_bar": {"type": "folder", "name": "Bookmarks bar", "children": [entry]}}
    (profile / "Bookmarks").write_text(json.dumps({"roots": roots, "version": 1}))
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("I")
        assert "Chrome" in tui.screen_text()
        await tui.press("enter")
        assert "1 new" in "\n".join(tui.page())


async def test_what_is_listed_is_exported_in_the_format_that_is_chosen(shelf: Path, tmp_path: Path) -> None:
    async with Driver(shelf, size=(120, 30), query="#kafka") as tui:
        await tui.press("2", "E")
        assert tui.menu_title() == "Export 4 bookmarks as"
        await tui.type("netscape")
        await tui.press("enter")
        await tui.press("ctrl+u")
        await tui.type(str(tmp_path / "out.html"))
        await tui.press("enter")
        assert tui.toasts() == [f"4 bookmarks written to {tmp_path / 'out.html'}"]
        written = (tmp_path / "out.html").read_text()
        assert written.count("<DT>") == 4
        await tui.press("E")
        await tui.type("pinboard json")
        await tui.press("enter")
        assert f"{tmp_path / 'out.json'}" in "\n".join(tui.page()), "beside the last one"


async def test_a_file_that_is_there_is_replaced_only_when_that_is_wanted(shelf: Path, tmp_path: Path) -> None:
    target = tmp_path / "out [b].html"
    target.write_text("mine")
    async with Driver(shelf, size=(120, 30)) as tui:
        for answer, left in (("leave", True), ("replace", False)):
            await tui.press("2", "E")
            await tui.type("netscape")
            await tui.press("enter", "ctrl+u")
            await tui.type(str(target))
            await tui.press("enter")
            assert "is there already" in tui.menu_title()
            await tui.type(answer)
            await tui.press("enter")
            assert (target.read_text() == "mine") is left


async def test_the_library_itself_is_no_target(shelf: Path) -> None:
    before = shelf.read_bytes()
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("2", "E")
        await tui.type("pinboard json")
        await tui.press("enter", "ctrl+u")
        await tui.type(str(shelf))
        await tui.press("enter")
        await tui.type("replace")
        await tui.press("enter")
        assert "this is the library itself" in tui.errors()[0]
    assert shelf.read_bytes() == before


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12), (1, 1)])
async def test_the_screens_of_import_and_export_open_at_every_size(
    shelf: Path, export: Path, size: tuple[int, int]
) -> None:
    async with Driver(shelf, size=size) as tui:
        review = await reviewed(tui, export)
        assert size[0] < 40 or "2 new, 1 merged" in " ".join(review.split())
        await tui.press("escape", "E", "escape")
        assert not tui.ended


async def test_keys_typed_ahead_of_the_import_screen_do_not_reach_the_bookmarks(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "alone.json").write_text("[]")
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("2")
        tui.send("I", "d")
        await tui.settle()
        assert tui.menu_title() == "Import"
        assert len(Session(shelf, "ada").library) == len(SHELF)
        await tui.press("ctrl+u")
        tui.send(*f"{tmp_path}/fol", "tab", *"al", "tab")
        await tui.settle()
        assert "/folder/alone.json" in "\n".join(tui.page())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("missing/out.html", "there is no such folder"),
        ("folder", "this is a folder"),
        ("pipe", "this is not a file of its own"),
        ("x" * 300, "File name too long"),
    ],
)
async def test_where_nothing_can_be_written_is_told(shelf: Path, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("2", "E", "enter", "ctrl+u")
        await tui.type(str(tmp_path / name))
        await tui.press("enter")
        assert told in " ".join(tui.screen_text().split())
        assert not tui.ended


async def test_a_file_with_a_name_that_cannot_be_shown_is_imported(shelf: Path, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    pinboard(folder / "a\nb\x1b[31m ", {"href": "https://example.org/new"})
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("I")
        await tui.type(f"{folder}/")
        await tui.press("tab", "enter")
        assert "1 new" in "\n".join(tui.page())
