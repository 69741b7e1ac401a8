"""The form: adding, editing and retagging."""

from pathlib import Path

import pytest

from tagtui.core.bookmark import Bookmark
from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tests.tui.driver import NOW, TITLES, Driver, library, saved

pytestmark = pytest.mark.usefixtures("bare_host")


def bookmarks(path: Path) -> dict[int, Bookmark]:
    return dict(Session(path, "ada").library.bookmarks)


async def test_a_bookmark_is_added_with_completed_tags_and_is_on_top(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("https://www.confluent.io/blog")
        await tui.press("tab")
        await tui.type("Streams")
        await tui.press("tab")
        await tui.type("kaf")
        assert "1 kafka 4" in tui.screen_text()
        await tui.press("tab")
        await tui.type("fresh")
        assert "new" in tui.screen_text()
        await tui.press("ctrl+s")
        assert tui.toasts() == ["Added “Streams”. u to undo"]
        assert tui.bookmarks()[0] == "Streams"
        added = bookmarks(shelf)[9]
        assert (added.url, added.title, added.tags) == ("https://www.confluent.io/blog", "Streams", ("kafka", "fresh"))
        await tui.press("u")
        assert tui.bookmarks() == TITLES
        assert 9 not in bookmarks(shelf)


async def test_suggestions_say_why_and_are_taken_by_their_number(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("https://example.com/kafka-notes")
        assert "1 kafka in the URL" in tui.screen_text()
        await tui.press("tab", "tab", "down", "1")
        await tui.press("ctrl+s")
        assert bookmarks(shelf)[9].tags == ("kafka",)


async def test_a_page_that_is_there_is_announced_and_added_to(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("https://example.org/burrow")
        assert "here since february 2024 (kafka ops tools): saving adds to it" in tui.screen_text()
        await tui.press("tab", "tab")
        await tui.type("lag")
        await tui.press("enter")
        found = bookmarks(shelf)[4]
        assert found.tags == ("kafka", "ops", "tools", "lag")
        assert found.annotation == "Lag without thresholds."
        assert len(bookmarks(shelf)) == 8


async def test_without_a_url_nothing_is_saved_and_the_form_stays(shelf: Path) -> None:
    async with Driver(shelf, size=(80, 24)) as tui:
        await tui.press("a")
        await tui.type("kafka.org")
        await tui.press("ctrl+s")
        assert "no URL yet: it needs a scheme, as in https://…" in tui.screen_text()
        assert len(bookmarks(shelf)) == 8


async def test_what_was_typed_is_there_again_after_leaving(shelf: Path) -> None:
    async with Driver(shelf, size=(80, 24)) as tui:
        await tui.press("a")
        await tui.type("https://later.example/")
        await tui.press("escape")
        assert tui.bookmarks() == TITLES
        await tui.press("a")
        assert "https://later.example/" in tui.screen_text()
        await tui.press("ctrl+s", "a")
        assert "https://later.example/" not in tui.screen_text().split("URL")[1].split("\n")[0]


async def test_every_field_can_be_edited(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("2", "e")
        await tui.type(" (2013)")
        await tui.press("tab")
        await tui.type("+ ")
        await tui.press("tab")
        await tui.type("Read it. ")
        await tui.press("tab", "space", "tab", "space", "ctrl+s")
        found = bookmarks(shelf)[1]
        assert found.title == "Jepsen: Kafka (2013)"
        assert found.tags == ("kafka", "jepsen+")
        assert found.annotation.startswith("Read it. It loses writes")
        assert found.private
        assert found.unread
        assert found.added == bookmarks(shelf)[1].added
        assert found.modified > NOW
        assert tui.toasts() == ["Edited “Jepsen: Kafka (2013)”. u to undo"]


async def test_all_that_are_marked_are_retagged_by_signs(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24), query="#kafka") as tui:
        await tui.press("2", "*", "T")
        assert "Retag 4 bookmarks" in tui.screen_text()
        await tui.type("-ops +que")
        await tui.press("tab", "ctrl+s")
        assert tui.toasts() == ["Retagged 4 bookmarks. u to undo"]
        assert bookmarks(shelf)[2].tags == ("kafka", "monitoring", "queues")


async def test_one_gets_a_whole_new_list(shelf: Path) -> None:
    async with Driver(shelf, size=(40, 12)) as tui:
        await tui.press("2", "T")
        await tui.type("partitions")
        await tui.press("ctrl+s")
        assert bookmarks(shelf)[1].tags == ("kafka", "jepsen", "partitions")


@pytest.mark.parametrize("size", [(120, 40), (40, 12), (1, 1)])
async def test_the_form_opens_at_every_size(shelf: Path, size: tuple[int, int]) -> None:
    async with Driver(shelf, size=size) as tui:
        await tui.press("a")
        if size[0] >= 40:
            shown = tui.screen_text()
            assert all(label in shown for label in ("URL", "Title", "Tags", "private", "unread", "ctrl+s save"))
        await tui.press("escape", "2", "e", "escape", "T", "escape")
        assert not tui.ended


@pytest.mark.parametrize(
    ("url", "tags", "told"),
    [
        ("https://a.org/" + "x" * 100_000, "", "100,014 characters; the limit is 65,535"),
        ("https://a.org/", "y" * 300, "has 300 characters; the limit is 255"),
        ("https://a.org/", " ".join(f"t{number}" for number in range(101)), "101 tags; the limit is 100"),
    ],
)
async def test_what_is_over_the_limits_has_its_line_and_is_not_saved(
    shelf: Path, url: str, tags: str, told: str
) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.paste(url)
        await tui.press("tab")
        await tui.paste(tags)
        await tui.press("ctrl+s")
        assert told in tui.screen_text()
        assert tui.menu_title() == "Add a bookmark"
        assert len(bookmarks(shelf)) == 8


async def test_an_address_that_is_never_opened_is_kept_with_a_word_on_that(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("javascript:alert(1)")
        assert "javascript: is kept, and never opened" in tui.screen_text()
        await tui.press("ctrl+s")
        assert bookmarks(shelf)[9].url == "javascript:alert(1)"


async def test_a_tag_is_spelled_as_the_library_has_it(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("https://a.org/")
        await tui.press("tab", "tab")
        await tui.type("KAFKA Fresh")
        await tui.press("ctrl+s")
        assert bookmarks(shelf)[9].tags == ("kafka", "Fresh")


async def test_a_page_that_may_be_the_same_is_told_and_can_be_opened(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("http://www.example.org/burrow?ref=mail")
        assert "perhaps the one of february 2024 (ctrl+o opens it): " in tui.screen_text()
        await tui.press("ctrl+o")
        assert tui.menu_title() == "Edit"
        assert "Lag without thresholds." in tui.screen_text()
        await tui.press("escape", "a")
        assert "http://www.example.org/burrow?ref=mail" in tui.screen_text(), "what was typed is not lost"


async def test_a_change_that_fails_is_named_whatever_its_title_holds(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LibraryFileError("no room")

    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("https://a.org/")
        await tui.press("tab")
        await tui.type("[/] [b")
        monkeypatch.setattr(Session, "apply", refuse)
        await tui.press("ctrl+s")
        assert "Not saved: Added “[/] [b”" in tui.screen_text()


async def test_what_was_left_in_the_form_of_a_bookmark_is_there_again(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("2", "e")
        await tui.type(" (2013)")
        await tui.press("ctrl+q")
        assert not tui.ended
        assert tui.toasts() == ["this form is not saved yet: ctrl+s saves it, esc leaves it"]
        await tui.press("escape", "down", "e", "escape", "up", "e")
        assert tui.menu_title() == "Edit, as you left it"
        await tui.press("ctrl+s")
        assert bookmarks(shelf)[1].title == "Jepsen: Kafka (2013)"
        await tui.press("e")
        assert tui.menu_title() == "Edit"


async def test_what_could_not_be_saved_is_still_in_the_form(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise LibraryFileError("no room")

    async with Driver(shelf, size=(120, 24)) as tui:
        await tui.press("a")
        await tui.type("https://typed.example/")
        with monkeypatch.context() as patched:
            patched.setattr(Session, "apply", refuse)
            await tui.press("ctrl+s", "escape")
        await tui.press("a")
        assert "https://typed.example/" in tui.screen_text()


async def test_an_edit_leaves_as_it_is_what_is_not_touched(tmp_path: Path) -> None:
    odd = saved(
        "Odd",
        " ".join(["+1", *(f"t{number}" for number in range(120))]),
        "One\u2028two.\x0bThree.",
        url="example.org/no-scheme",
    )
    path = library(tmp_path, odd)
    before = bookmarks(path)[1]
    async with Driver(path, size=(120, 24)) as tui:
        await tui.press("2", "e", "ctrl+s")
        assert bookmarks(path)[1] == before
        await tui.press("e")
        await tui.type("!")
        await tui.press("ctrl+s")
    after = bookmarks(path)[1]
    assert (after.title, after.tags, after.annotation, after.url) == (
        "Odd!",
        before.tags,
        before.annotation,
        before.url,
    )


async def test_tags_with_signs_are_tags_in_the_form_of_a_bookmark(tmp_path: Path) -> None:
    path = library(tmp_path, saved("Signs", "+a -b"))
    async with Driver(path, size=(120, 24)) as tui:
        await tui.press("2", "e", "tab")
        await tui.type(" -foo")
        await tui.press("ctrl+s")
    assert bookmarks(path)[1].tags == ("+a", "-b", "-foo")


async def test_in_a_tiny_terminal_the_field_with_the_focus_is_in_sight(shelf: Path) -> None:
    async with Driver(shelf, size=(20, 6)) as tui:
        await tui.press("2", "e", "tab", "tab")
        await tui.type("Here I am. ")
        assert "Here I am." in tui.screen_text()
