"""The bookmark pane: three densities, two orders, and a cursor that never leaves the screen."""

from datetime import timedelta
from pathlib import Path

import pytest

from tagtui.core.bookmark import Bookmark
from tagtui.tui.host.clipboard import osc52
from tests.tui.conftest import Browser
from tests.tui.driver import NOW, SHELF, Driver, library, saved

LONG = "The first sentence of a long annotation stands in the list. " * 20


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return library(tmp_path, *(saved(f"Page {number}", "every") for number in range(1, 201)))


async def test_on_one_line_stand_marks_title_site_and_date(tmp_path: Path) -> None:
    book = saved("Burrow", "kafka", url="https://www.github.com:443/x", added=NOW - timedelta(days=3), unread=True)
    async with Driver(library(tmp_path, book, SHELF[6]), size=(200, 20)) as tui:
        assert tui.cursor_row()[0].split() == ["●", "Burrow", "github.com", "3", "days", "ago"]
        assert tui.bookmarks() == ["● Burrow", "◆ Bread"]
        await tui.resize(120, 20)
        assert tui.cursor_row()[0].split() == ["●", "Burrow"]


async def test_a_card_is_title_then_site_and_tags_then_date_and_who_saved_it(tmp_path: Path) -> None:
    book = saved("Storm", "kafka storm", added=NOW - timedelta(hours=5), by="grace", private=True, unread=True)
    untitled = saved("", url="https://a.org/x", added=NOW - timedelta(days=400))
    async with Driver(library(tmp_path, book, untitled), density="card") as tui:
        assert tui.cursor_row() == ["●◆Storm", "  example.org  kafka  storm", "  5 hours ago by grace"]
        await tui.press("2", "j")
        assert tui.cursor_row() == ["  https://a.org/x", "  a.org", "  april 2023 by ada"]


async def test_a_page_shows_how_the_annotation_begins(tmp_path: Path) -> None:
    short = saved("Short", "kafka", "<blockquote>Quoted.</blockquote>\n\n**Mine** too.")
    async with Driver(library(tmp_path, saved("Long", "kafka", LONG), short), density="page") as tui:
        lines = tui.cursor_row()
        assert len(lines) == 8
        assert lines[0].strip() == "Long"
        excerpt = " ".join(line.strip() for line in lines[1:5])
        assert excerpt.endswith("…"), "there is more than fits"
        assert LONG.startswith(excerpt.removesuffix("…")), "and it stands right behind the text"
        assert [line.strip() for line in lines[5:7]] == ["example.org  kafka", "february 2024 by ada"]
        await tui.press("2", "j")
        assert [line.strip() for line in tui.cursor_row()[:3]] == ["Short", "Quoted. Mine too.", "example.org  kafka"]


async def test_the_densities_follow_each_other_and_the_cursor_stays_in_sight(many: Path) -> None:
    async with Driver(many) as tui:
        in_sight = len(tui.bookmarks())
        await tui.press("2", "G")
        for fewer in (3, 8, 1):
            assert tui.cursor_title() == "Page 200"
            await tui.press("pageup", "k", "z")
            assert len(tui.bookmarks()) - in_sight // fewer in (0, 1), "one more may be cut off at the edge"
            assert len(tui.cursor_row()) == fewer
            await tui.press("G")
        await tui.press("g")
        assert tui.cursor_title() == "Page 1"


async def test_the_keys_of_moving_move_and_so_does_a_click(many: Path) -> None:
    async with Driver(many) as tui:
        await tui.press("2")
        page = len(tui.bookmarks())
        at = 1
        for key, rows in {
            "j": 1,
            "down": 1,
            "ctrl+d": page // 2,
            "pagedown": page,
            "k": -1,
            "up": -1,
            "ctrl+u": -(page // 2),
            "pageup": -page,
            "G": 199,
            "g": -199,
            "end": 199,
            "home": -199,
        }.items():
            await tui.press(key)
            at += rows
            assert tui.cursor_title() == f"Page {at}", key
            assert tui.part("keys")[0].endswith(f" {at}/200")
        await tui.press("k", "pageup", "ctrl+u")
        assert tui.cursor_title() == "Page 1"
        await tui.press("G", "j", "pagedown")
        assert tui.cursor_title() == "Page 200"
        await tui.press("g", "t")
        await tui.click("Page 7 ", on="bookmarks")
        assert tui.cursor_title() == "Page 7", "the row that was clicked"
        assert tui.pane() == "bookmarks"
        assert tui.detail()[0] == "Page 7"


async def test_the_cursor_keeps_its_line_on_the_screen_when_the_list_narrows(tmp_path: Path) -> None:
    books = (saved(f"Page {number}", "odd" if number % 2 else "even") for number in range(1, 201))
    async with Driver(library(tmp_path, *books)) as tui:
        await tui.press("2", *["pagedown"] * 3)
        _, line = tui.find("▌")
        title = tui.cursor_title()
        await tui.to_tag("odd" if int(title.split()[1]) % 2 else "even")
        await tui.press("enter")
        assert tui.cursor_title() == title
        assert tui.find("▏")[1] == line


async def test_the_order_is_chosen_from_a_menu_and_the_cursor_stays(tmp_path: Path) -> None:
    def book(title: str, url: str, added: int, changed: int) -> Bookmark:
        return saved(title, url=url, added=NOW - timedelta(days=added), modified=NOW - timedelta(days=changed))

    books = (
        book("a", "https://z.org/1", 30, 8),
        book("b", "https://b.net/2", 10, 9),
        book("c", "http://www.x.org/3", 20, 7),
    )
    orders = {"oldest": "acb", "changed": "cab", "title": "abc", "URL": "cba", "site": "bca", "newest": "bca"}
    async with Driver(library(tmp_path, *books), size=(80, 20)) as tui:
        await tui.to_bookmark("a")
        for order, titles in orders.items():
            await tui.press("s")
            await tui.type(f"bookmarks {order}")
            await tui.press("enter")
            assert tui.bookmarks() == list(titles), order
            assert tui.cursor_title() == "a"
            assert tui.pane() == "bookmarks"


async def test_the_tags_are_ordered_by_count_by_name_or_by_what_is_unusual_here(tmp_path: Path) -> None:
    topic = (saved(f"Topic {number}", "topic web zeta" + " often" * (number > 1)) for number in range(1, 5))
    others = (saved(f"Other {number}", "web") for number in range(1, 20))
    async with Driver(library(tmp_path, *topic, *others), query="#topic") as tui:
        await tui.to_tag("often")
        for order, tags in (
            ("by name", ["often 3", "web =4", "zeta =4"]),
            ("by association", ["zeta =4", "often 3", "web =4"]),
            ("by count", ["web =4", "zeta =4", "often 3"]),
        ):
            await tui.press("s")
            await tui.type(f"tags {order}")
            await tui.press("enter")
            assert tui.tags() == tags
            assert f"3 {order}" in tui.screen_text()
            assert tui.cursor_tag() == "often 3"
            assert tui.pane() == "tags"
        assert tui.header() == "ada + topic × 4 of 23"
        await tui.press("s")
        await tui.type("unusually")
        await tui.press("enter", "0")
        assert tui.tags() == ["web =23", "topic 4", "zeta 4", "often 3"]
        assert "4 by count" in tui.screen_text(), "in the whole library nothing is unusual"


@pytest.mark.usefixtures("bare_host")
async def test_y_hands_the_url_to_the_terminal_and_says_what_was_done(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        for pane in "123":
            tui.written.clear()
            await tui.press(pane, "y")
            assert osc52("https://example.org/jepsen:-kafka") in tui.written
        assert tui.toasts() == ["sent to the terminal, which gives no answer"]


@pytest.mark.usefixtures("bare_host")
async def test_where_nothing_can_copy_the_url_is_shown_to_be_selected(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    async with Driver(shelf) as tui:
        await tui.press("y")
        assert tui.menu_title() == "Not copied: select it here"
        assert "https://example.org/jepsen:-kafka" in tui.page()[0]
        assert tui.toasts() == ["not copied (the terminal: TERM=dumb has no clipboard)"]
        assert not any("52;c" in text for text in tui.written)
        await tui.press("escape")
        assert (tui.menu_title(), tui.pane()) == ("", "tags")


async def test_a_bookmark_is_opened_by_enter_by_o_and_by_a_double_click(shelf: Path, browser: Browser) -> None:
    async with Driver(shelf) as tui:
        await tui.press("o")
        assert browser.opened() == "https://example.org/jepsen:-kafka"
        await tui.press("2", "j", "enter")
        assert browser.opened() == "https://example.org/running-kafka-at-scale"
        await tui.click("Storm and Kafka", on="bookmarks", times=2)
        assert browser.opened() == "https://example.org/storm-and-kafka"


@pytest.mark.usefixtures("bare_host")
async def test_where_there_is_no_browser_an_error_says_so_and_what_else_to_do(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "no-such-browser")
    async with Driver(shelf) as tui:
        await tui.press("o")
        assert tui.errors()[0].startswith("no browser: no-such-browser is not installed")
        assert tui.errors()[0].endswith("copy it with y")
