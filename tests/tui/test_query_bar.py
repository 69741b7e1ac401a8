"""The query bar: the query as text, and the list that follows it at every keystroke."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tagtui.core.library import Library
from tagtui.core.query import Query, format_query
from tagtui.core.view import View
from tagtui.tui.screens import browse as browse_module
from tests.tui.driver import SHELF, TITLES, Driver, library, saved

MATCHES = "One exactly here.\n\n" + "A line between.\n\n" * 60 + "Two exactly, and exactly three."


async def test_the_list_follows_what_is_typed_and_enter_keeps_it(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("/")
        assert tui.bar() == "words, #tag, -#tag, (#a or #b), site:, by:, since:, before:, is:unread"
        await tui.type("EXÁCTLY")
        assert tui.header() == "ada EXÁCTLY × 3 of 8"
        assert tui.bookmarks() == ["Jepsen: Kafka", "Storm and Kafka", "◆ Bread"]
        await tui.type(" -#storm")
        assert tui.bookmarks() == ["Jepsen: Kafka", "◆ Bread"]
        assert tui.picks() == ["· EXÁCTLY", "− storm"]
        await tui.press("enter")
        assert tui.bar() is None
        assert tui.pane() == "bookmarks"
        assert tui.header() == "ada EXÁCTLY × − storm × 2 of 8"


async def test_escape_brings_back_the_query_that_was_there(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        await tui.to_bookmark("● Burrow")
        await tui.press("/")
        assert tui.bar() == "#kafka"
        await tui.type("#ops scale")
        assert tui.bookmarks() == ["Running Kafka at scale"]
        await tui.press("escape")
        assert tui.bar() is None
        assert tui.header() == "ada + kafka × 4 of 8"
        assert tui.bookmarks() == TITLES[:4]


async def test_deleting_text_gives_back_what_it_took_away(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka") as tui:
        await tui.press("/")
        await tui.type("lag")
        assert tui.header() == "ada + kafka × lag × 1 of 8"
        for _ in "lag":
            await tui.press("backspace")
        assert tui.header() == "ada + kafka × 4 of 8"
        await tui.press("escape", "0", "/")
        await tui.type("lag")
        assert tui.header() == "ada lag × 1 of 8"
        for _ in "lag":
            await tui.press("backspace")
        assert tui.header() == "ada 8"
        await tui.press("enter")
        assert tui.header() == "ada 8"


async def test_the_first_result_is_under_the_cursor_and_its_matches_stand_out(shelf: Path) -> None:
    async with Driver(shelf, density="page") as tui:
        await tui.press("2", "G", "/")
        await tui.type("time")
        assert tui.cursor_title() == "◆ Bread"
        for part in ("bookmarks", "detail"):
            [hit] = tui.looks("time", on=part)
            assert hit.style is not None
            assert hit.style.reverse or hit.style.underline, part


async def test_a_half_typed_tag_does_not_blank_the_list(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("/")
        for text, count in (("#kafka", 4), (" -#storm", 3), (" (#tools or #monitoring)", 2)):
            for letter in text:
                assert tui.bookmarks(), tui.bar()
                await tui.type(letter)
            assert len(tui.bookmarks()) == count


async def test_what_cannot_be_used_is_marked_and_named(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        for text, unused, reason, count in (
            ("#kafka #nosuch #ops", "#nosuch", "no bookmark has #nosuch", 3),
            ('#kafka "no end', '"no end', "this quotation is not closed", 0),
            ("#kafka since:20x6", "since:20x6", "not a date: write 2016, 2016-10 or 2016-10-31", 4),
            ("#kafka is:new", "is:new", "is: knows unread, private, untagged, public, read", 4),
            ("(#kafka or #unix", "(", "this parenthesis is not closed", 6),
        ):
            await tui.press("/")
            await tui.type(text)
            assert tui.part("problem") == [reason if unused in reason else f"{reason}; not used: {unused}"]
            assert all(piece.style and piece.style.reverse for piece in tui.looks(unused, on="query"))
            assert len(tui.bookmarks()) == count
            await tui.press("escape", "/")
            assert tui.part("problem") == [], "what is mended is not named any more"
            await tui.press("escape")


async def test_on_a_narrow_screen_the_reason_why_something_is_not_used_is_whole(shelf: Path) -> None:
    async with Driver(shelf, size=(40, 12)) as tui:
        await tui.press("/")
        await tui.type("since:20x")
        told = ["not a date: write 2016, 2016-10 or", "2016-10-31; not used: since:20x"]
        assert tui.part("problem") == told


async def test_picks_are_shown_as_text_and_what_is_typed_as_picks(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        for tag, key in (("kafka", "enter"), ("ops", "enter"), ("storm", "-"), ("monitoring", "|")):
            await tui.to_tag(tag)
            await tui.press(key)
        await tui.press("/")
        assert tui.bar() == "#kafka (#ops or #monitoring) -#storm"
        await tui.press("end", *["backspace"] * len("-#storm "))
        assert tui.picks() == ["+ kafka", "| ops", "| monitoring"]
        await tui.click("× ", on="header")
        assert tui.bar() == "(#ops or #monitoring)", "a pick that is dropped meanwhile goes out of the text"
        await tui.click("kafka", on="tags")
        assert tui.bar() == "(#ops or #monitoring) #kafka"
        await tui.press("escape")
        assert tui.picks() == ["+ kafka", "| ops", "| monitoring", "− storm"]


async def test_n_goes_from_match_to_match_in_the_annotation(tmp_path: Path) -> None:
    path = library(tmp_path, saved("Long", "kafka", MATCHES), saved("Other", "kafka", "Nothing of the sort: exact."))
    async with Driver(path, query="exactly", size=(80, 24)) as tui:
        assert "3 matches: n N" in tui.screen_text()
        assert "Two exactly" not in tui.screen_text()
        for key, place in (("n", 1), ("n", 2), ("n", 3), ("n", 1), ("N", 3), ("N", 2)):
            await tui.press(key)
            assert f"match {place} of 3" in tui.screen_text()
            shown = "One exactly here" if place == 1 else "Two exactly, and exactly three"
            assert shown in "\n".join(tui.detail())
        await tui.press("backspace", "n", "t", "enter", "n")
        assert tui.toasts() == ["Nothing is searched; / searches"], "what stands there still is not said twice"
        await tui.press("/")
        await tui.type("kafka")
        await tui.press("enter", "N")
        assert tui.toasts()[-1] == "Only in the tags: kafka"
        await tui.press("/")
        await tui.type("long example")
        await tui.press("enter", "n")
        assert tui.toasts()[-1] == "Only in the title, tags and URL: kafka long example"


async def test_a_new_search_begins_before_its_first_match_and_the_match_one_is_at_shows_without_colours(
    tmp_path: Path,
) -> None:
    async with Driver(library(tmp_path, saved("Two", "", "First here, then here.")), query="here") as tui:
        await tui.press("N")
        assert "match 2 of 2" in tui.screen_text()
        await tui.press("n")
        first, second = (tui.looks(text, on="detail")[0].style for text in ("here,", "here."))
        assert first is not None
        assert second is not None
        marks = [(look.bold, look.underline, look.italic, look.reverse) for look in (first, second)]
        assert marks[0] != marks[1]
        await tui.press("0", "/")
        await tui.type("then")
        assert "1 match: n" in tui.screen_text()


async def test_what_is_pasted_or_typed_faster_than_the_screen_can_follow_all_counts(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("/")
        tui.send(*"#unix vim", "enter")
        await tui.settle()
        assert tui.header() == "ada + unix × vim × 1 of 8"
        assert tui.bar() is None
        await tui.press("0", "/")
        await tui.paste("#kafka lag\nsecond line")
        assert tui.header().startswith("ada + kafka × lag")
        assert tui.header().endswith("1 of 8")


# --- a library so large that text is searched in the background


@contextmanager
def held_back(monkeypatch: pytest.MonkeyPatch, *texts: str) -> Iterator[Callable[[], None]]:
    """Hold the answers to queries that read ``texts`` back until the function given is called."""
    go, search = threading.Event(), Library.search

    def slow(self: Library, query: Query, *more: Any, **named: Any) -> View:
        view = search(self, query, *more, **named)
        if format_query(query) in texts:
            go.wait()
        return view

    monkeypatch.setattr(Library, "search", slow)
    try:
        yield go.set
    finally:
        go.set()


async def test_a_large_library_is_searched_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = (
        {"url": f"https://a.org/{n}", "title": f"Page {n}", "tags": ["all"], "added": "2020-01-01T00:00:00Z"}
        for n in range(2_001)
    )
    monkeypatch.setattr(browse_module, "_BACKGROUND_ABOVE", 2_000)
    async with Driver(library(tmp_path, *books)) as tui:
        assert tui.header() == "ada 2,001"
        with held_back(monkeypatch, "200") as go:
            await tui.press("/")
            tui.send(*"200")
            await tui.until(lambda: any(worker.group == "search" for worker in tui.app.workers))
            assert tui.header() == "ada 2,001", "the screen is not held up"
            go()
            await tui.settle()
        assert tui.header() == "ada 200 × 3 of 2,001"
        assert sorted(tui.bookmarks()) == ["Page 1200", "Page 200", "Page 2000"]
        await tui.press("escape")
        assert tui.header() == "ada 2,001"


async def test_an_answer_that_comes_too_late_is_not_shown(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse_module, "_BACKGROUND_ABOVE", 5)
    async with Driver(shelf) as tui:
        with held_back(monkeypatch, "exactly") as go:
            await tui.press("/")
            tui.send(*"exactly")
            await tui.until(lambda: any(worker.group == "search" for worker in tui.app.workers))
            tui.send(*" flour")
            await tui.until(lambda: tui.header() == "ada exactly × flour × 1 of 8")
            go()
            await tui.settle()
            assert tui.header() == "ada exactly × flour × 1 of 8"
            assert tui.bookmarks() == ["◆ Bread"]


async def test_while_a_search_runs_in_the_library_before_it_is_read_again_keys_do_no_harm(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse_module, "_BACKGROUND_ABOVE", 5)
    async with Driver(shelf, query="a") as tui:
        assert tui.header() == "ada a × 8 of 8"
        library(tmp_path, *SHELF[:6])
        with held_back(monkeypatch, "a") as go:
            await tui.press("2", "G")
            tui.send("f5")
            await tui.until(lambda: tui.toasts() == ["Read again: 6 bookmarks"])
            tui.send("k", "j", "y", "n", "G", "z", "3", "right")
            await tui.pause()
            go()
            await tui.settle()
        assert tui.header() == "ada a × 6 of 6"


async def test_an_answer_from_the_library_as_it_was_is_not_shown(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse_module, "_BACKGROUND_ABOVE", 5)
    async with Driver(shelf, query="a") as tui:
        before = tui.browse._view
        assert before is not None
        library(tmp_path, *SHELF[:6])
        await tui.press("f5")
        tui.browse.post_message(browse_module.said.ViewFound(before))
        await tui.settle()
        await tui.press("2", "G", "g")
        assert tui.header() == "ada a × 6 of 6"
