"""The main screen as a whole: from the library to the panes, the cursor, and what is said when there is nothing."""

import json
import threading
from datetime import UTC
from pathlib import Path

import pytest
from click.testing import CliRunner

from tagtui.cli import cli
from tagtui.session import Session
from tagtui.tui.actions import ACTIONS, ANYWHERE, BOOKMARKS, DETAIL, ROWS, TAGS
from tests.cli.kafka import DAYS_AGO, KAFKA, write_export
from tests.tui.driver import DEMO, NOW, SHELF, TITLES, Driver, library, saved


def tagged(*wanted: str, without: str = "") -> list[list[str]]:
    """Return the tags of the sample library's bookmarks that have these, reckoned by hand."""
    documents = json.loads(DEMO.read_text("utf-8"))["bookmarks"].values()
    all_tags = ([tag.lower() for tag in document.get("tags", ())] for document in documents)
    return [tags for tags in all_tags if set(wanted) <= set(tags) and without not in tags]


def cut_off(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


async def test_two_picks_and_one_excluded_tag_leave_sixteen_of_the_sample_library() -> None:
    async with Driver(query="#kafka #ops -#storm") as tui:
        left = tagged("kafka", "ops", without="storm")
        assert tui.header() == f"ada + kafka × + ops × − storm × {len(left)} of 129"
        assert len(left) == 16
        assert tui.rows("tags")[:3] == ["+ kafka 16", "+ ops 16", "− storm"]
        counts = {tag: sum(tag in tags for tags in left) for tags in left for tag in tags}
        for row in tui.tags():
            tag, _, count = row.rpartition(" ")
            assert int(count) == counts[tag.lower()], tag
        await tui.press("backspace")
        assert tui.header() == f"ada + kafka × + ops × {len(tagged('kafka', 'ops'))} of 129"
        await tui.press("0")
        assert tui.header() == "ada 129"


async def test_an_export_of_pinboard_is_imported_and_shown_as_on_pinboards_page(tmp_path: Path) -> None:
    rows = write_export(tmp_path / "export.json", NOW.astimezone(UTC))
    path = tmp_path / "bookmarks.json"
    arguments = ["--file", str(path), "import", "--owner", "jm", str(tmp_path / "export.json")]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    async with Driver(path, size=(160, 50), density="card") as tui:
        assert tui.header() == f"jm {len(rows)}"
        await tui.to_tag("kafka")
        await tui.press("enter")
        assert tui.header() == f"jm + kafka × {KAFKA} of {len(rows)}"
        assert tui.picks() == ["+ kafka"]
        assert tui.rows("tags")[0] == f"+ kafka {KAFKA}"
        assert tui.cursor_row()[-1].strip() == f"{DAYS_AGO} days ago by jm"
        assert f"{DAYS_AGO} days ago by jm" in " ".join(tui.detail())
        await tui.press("2", "G")
        assert tui.part("keys")[0].endswith(f" {KAFKA}/{KAFKA}")
        assert tui.cursor_row()[-1].strip() == "february 2012 by jm"
        assert "february 2012 by jm" in " ".join(tui.detail())


async def test_the_three_panes_and_the_footer_stand_in_their_places(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        assert tui.panes() == ["tags", "bookmarks", "detail"]
        assert tui.pane() == "tags"
        assert tui.bookmarks() == TITLES
        assert tui.cursor_title() == "Jepsen: Kafka"
        assert tui.detail()[0] == "Jepsen: Kafka"
        assert tui.part("keys")[0].startswith("enter pick  - exclude  | or  tab pane")
        assert tui.part("keys")[0].endswith(" 1/8")


async def test_the_cursor_stays_on_its_bookmark_while_the_list_narrows_and_widens(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.to_bookmark("● Burrow")
        await tui.to_tag("ops")
        for key in ("enter", "=", "backspace", "enter", "0"):
            await tui.press(key)
            assert tui.cursor_title() == "● Burrow"
            assert tui.detail()[0] == "Burrow"
        await tui.press("/")
        await tui.type("#kafka -#storm")
        await tui.press("enter")
        assert tui.cursor_title() == "● Burrow"


async def test_where_its_bookmark_is_gone_the_cursor_goes_to_the_nearest(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.to_bookmark("Storm and Kafka")
        await tui.to_tag("storm")
        await tui.press("-")
        assert tui.cursor_title() == "● Burrow", "the one below"
        await tui.press("0")
        await tui.to_bookmark("Postgres job queues")
        await tui.to_tag("kafka")
        await tui.press("enter")
        assert tui.cursor_title() == "● Burrow", "the one above, where there is none below"
        assert tui.detail()[0] == "Burrow"


async def test_dropping_a_searched_word_leaves_the_cursor_on_its_bookmark(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka exactly") as tui:
        await tui.to_bookmark("Storm and Kafka")
        await tui.press("backspace")
        assert tui.header() == "ada + kafka × 4 of 8"
        assert tui.cursor_title() == "Storm and Kafka"


async def test_while_the_library_is_read_the_screen_says_so_and_takes_every_key(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_read = threading.Event()
    monkeypatch.setattr("tagtui.session.Session", lambda *given: is_read.wait() and Session(*given))
    tui = Driver(shelf, query="#kafka")
    await tui.open()
    try:
        await tui.pause()
        assert tui.header() == "tagtui reading…"
        assert "Reading the library…" in tui.screen_text()
        for key in "y o j G z n enter 2 enter 3 right enter - backspace s".split():
            tui.send(key)
            await tui.pause()
        assert tui.menu_title() == "Sort"
        for key in ("escape", "1"):
            tui.send(key)
            await tui.pause()
        is_read.set()
        await tui.settle()
        assert tui.header() == "ada 8", "what was pressed in the meantime counts"
        assert tui.pane() == "tags"
    finally:
        is_read.set()
        await tui.close()


async def test_an_empty_library_says_how_to_fill_it_and_no_key_does_harm(tmp_path: Path) -> None:
    path = tmp_path / "none" / "bookmarks.json"
    async with Driver(path, density="page") as tui:
        text = " ".join(tui.screen_text().split())
        assert tui.header() == "ada 0"
        assert "2 shows how to bring bookmarks" in " ".join(tui.rows("tags"))
        assert "No bookmarks yet" in text
        assert f"tagtui --file {path} import FILE" in " ".join(tui.browse.bookmarks.vacant)
        assert "tagtui --demo" in text
        await tui.press("2")
        for size in ((40, 12), (120, 20)):
            await tui.resize(*size)
            assert "tagtui --demo" in tui.screen_text()
        for pane in (TAGS, BOOKMARKS, DETAIL, ANYWHERE):
            for action in ACTIONS:
                if action.where in (pane, ROWS if pane != ANYWHERE else "") and action.id != "quit":
                    await tui.press({TAGS: "1", BOOKMARKS: "2"}.get(pane, "3"), *action.keys.split(",")[:1])
                    await tui.leave_all()
        assert tui.header() == "ada 0"
        assert not path.parent.exists(), "looking writes nothing"


async def test_where_nothing_matches_the_list_says_why_and_what_to_press(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka #unix nosuch") as tui:
        text = " ".join(" ".join(tui.part("bookmarks")).split())
        assert text.startswith("No bookmark has all of this: #kafka #unix nosuch")
        assert "backspace drops the last part, 0 all of it, / edits it." in text
        assert tui.header().endswith("0 of 8")
        assert tui.detail() == [""]
        await tui.press("2", "down", "enter", "y", "3", "right", "backspace", "backspace")
        assert tui.cursor_title() == "Jepsen: Kafka"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"_default": {"1": {"url": "https://a.org"}}}', "_default"),
        (b'{"library": {"1": {"schema": 99}}, "bookmarks": {}}', "a newer tagtui"),
    ],
)
async def test_a_file_that_cannot_be_read_ends_the_app_with_the_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_bytes(content)
    async with Driver(path, size=(40, 12)) as tui:
        assert tui.ended
        assert tui.app.return_code == 1
        assert reason in tui.app.failure
        assert str(path) in tui.app.failure
    assert path.read_bytes() == content


async def test_reading_again_shows_what_changed_and_keeps_picks_and_cursor(shelf: Path, tmp_path: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        await tui.to_bookmark("● Burrow")
        newest = saved("Kafka 4.0", "kafka release", added=NOW, modified=NOW)
        library(tmp_path, newest, *SHELF[1:])
        await tui.press("f5")
        assert tui.toasts() == ["Read again: 8 bookmarks"]
        assert tui.header() == "ada + kafka × 4 of 8"
        assert tui.bookmarks() == ["Kafka 4.0", *TITLES[1:4]]
        assert tui.cursor_title() == "● Burrow"
        assert "release 1" in tui.tags()
        assert "jepsen 1" not in tui.tags()


async def test_a_file_that_cannot_be_read_again_is_an_error_and_the_library_stays(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        cut_off(shelf, 100)
        await tui.press("f5")
        assert "at byte 100" in tui.errors()[0]
        assert tui.header() == "ada + kafka × 4 of 8"
        await tui.press("j", "y", "0")
        assert tui.bookmarks() == TITLES
        library(shelf.parent, *SHELF)
        await tui.press("f5")
        assert tui.toasts()[-1] == "Read again: 8 bookmarks"


async def test_a_file_that_was_emptied_does_not_count_as_all_bookmarks_deleted(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        cut_off(shelf, 0)
        await tui.press("f5")
        assert "deleted or emptied by another program" in tui.errors()[0]
        await tui.press("escape")
        assert tui.bookmarks() == TITLES


async def test_documents_that_are_no_bookmarks_are_told_of(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, SHELF[0], {"title": "no URL"}), size=(80, 20)) as tui:
        assert tui.toasts() == ["1 documents without a URL stay in the file and are not shown"]
        assert tui.header() == "ada 1"
