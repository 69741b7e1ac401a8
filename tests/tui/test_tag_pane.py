"""The tag pane: what is picked, what is left, and the filter box."""

from functools import partial
from pathlib import Path

from tests.tui.driver import TITLES, Driver, library, saved

BY_COUNT = ["kafka 4", "ops 4", "terminal 2", "unix 2", "jepsen 1", "monitoring 1", "postgres 1", "queues 1"]


async def test_picking_a_tag_leaves_what_has_it_and_picking_it_again_drops_it(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        assert tui.rows("tags") == [*BY_COUNT, "recipes 1", "storm 1", "tools 1", "vim 1"], "by count, then by name"
        assert "12 by count" in tui.screen_text()
        for pick in (partial(tui.press, "enter"), partial(tui.press, "space"), partial(tui.click, "ops", on="tags")):
            tag, others = ("kafka", "ops 3") if pick.args[0] != "ops" else ("ops", "kafka 3")
            await pick()
            assert tui.header() == f"ada + {tag} × 4 of 8"
            assert tui.rows("tags")[:2] == [f"+ {tag} 4", others]
            assert tui.cursor_tag() == f"+ {tag} 4"
            assert TITLES[3] in tui.bookmarks()
            assert TITLES[4] not in tui.bookmarks()
            await pick()
            assert tui.header() == "ada 8"
            assert tui.tags()[:8] == BY_COUNT
            assert tui.cursor_tag() == f"{tag} 4"


async def test_related_tags_are_counted_in_what_is_left_and_the_picked_ones_are_not_among_them(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        for tag in ("kafka", "ops"):
            await tui.to_tag(tag)
            await tui.press("enter")
        await tui.to_tag("storm")
        await tui.press("-")
        assert tui.header() == "ada + kafka × + ops × − storm × 2 of 8"
        assert tui.rows("tags") == ["+ kafka 2", "+ ops 2", "− storm", "monitoring 1", "tools 1"]
        assert tui.bookmarks() == [TITLES[1], TITLES[3]]
        await tui.to_tag("monitoring")
        await tui.press("=")
        assert tui.header() == "ada + monitoring × 1 of 8", "only this one drops everything else"
        assert tui.cursor_tag() == "+ monitoring 1"


async def test_a_tag_on_every_match_says_so_and_is_dimmed(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.to_tag("terminal")
        await tui.press("enter")
        assert tui.tags() == ["unix =2", "vim 1"]
        [all_have], [one_has] = tui.looks("unix", on="tags"), tui.looks("vim", on="tags")
        assert all_have.style is not None
        assert one_has.style is not None
        assert all_have.style.color != one_has.style.color


async def test_a_tag_is_excluded_and_let_in_again_and_an_excluded_one_can_be_picked(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("-")
        assert tui.picks() == ["− kafka"]
        assert tui.header() == "ada − kafka × 4 of 8"
        assert tui.bookmarks() == TITLES[4:]
        await tui.press("-")
        assert tui.picks() == ["− kafka"], "to exclude twice is to exclude"
        await tui.press("enter")
        assert tui.header() == "ada 8"
        await tui.press("enter", "-")
        assert tui.header() == "ada − kafka × 4 of 8"
        await tui.press("=")
        assert tui.header() == "ada + kafka × 4 of 8"


async def test_an_alternative_joins_the_last_picked_tag(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.to_tag("recipes")
        await tui.press("enter")
        assert tui.tags() == []
        await tui.click("×", on="header")
        await tui.to_tag("vim")
        await tui.press("|")
        assert tui.header() == "ada + vim × 1 of 8", "where nothing is picked, the first alternative is a pick"
        await tui.press("0")
        await tui.to_tag("ops")
        await tui.press("enter")
        await tui.to_tag("storm")
        await tui.press("|")
        assert tui.header() == "ada + ops | storm × 4 of 8"
        assert tui.picks() == ["| ops", "| storm"]
        await tui.press("-", "backspace")
        await tui.to_tag("queues")
        await tui.press("-")
        await tui.to_tag("storm")
        await tui.press("|")
        assert tui.header().startswith("ada + ops | storm × − queues ×"), "what is excluded is no pick"
        await tui.press("backspace", "backspace")
        assert tui.header() == "ada + ops × 4 of 8", "the last alternative alone is dropped"
        await tui.to_tag("storm")
        await tui.press("|")
        await tui.press("enter")
        assert tui.header() == "ada + ops × 4 of 8", "the alternative under the cursor is dropped, the other one stays"


async def test_backspace_drops_the_last_part_and_zero_all_of_it(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka #ops -#storm lag") as tui:
        assert tui.header() == "ada + kafka × + ops × − storm × lag × 1 of 8"
        expected = ["+ kafka × + ops × − storm × 2 of 8", "+ kafka × + ops × 3 of 8", "+ kafka × 4 of 8", "8", "8"]
        for left in expected:
            await tui.press("backspace")
            assert tui.header() == f"ada {left}"
        await tui.press("enter", "2", "0")
        assert tui.header() == "ada 8"


async def test_escape_goes_out_one_step_at_a_time(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka #ops") as tui:
        await tui.press("3", "s")
        assert tui.menu()
        await tui.press("escape")
        assert (tui.menu(), tui.pane()) == ([], "detail")
        await tui.press("escape")
        assert tui.pane() == "bookmarks"
        await tui.press("f", "x", "escape")
        assert (tui.pane(), tui.picks()) == ("tags", ["+ kafka", "+ ops"])
        await tui.press("escape")
        assert tui.picks() == ["+ kafka"]
        await tui.press("escape", "escape", "escape")
        assert tui.header() == "ada 8"
        assert not tui.ended


async def test_a_pick_is_dropped_out_of_the_middle(shelf: Path) -> None:
    async with Driver(shelf, query="#kafka #ops -#storm lag") as tui:
        await tui.press("g", "down", "enter")
        assert tui.picks() == ["+ kafka", "− storm", "· lag"]
        await tui.click("× ", on="header")
        assert tui.picks() == ["− storm", "· lag"]
        await tui.click("lag", on="tags")
        assert tui.picks() == ["− storm"]
        await tui.click("− storm", on="header")
        assert tui.header() == "ada 8"


async def test_where_the_chips_do_not_fit_the_last_ones_are_shown(tmp_path: Path) -> None:
    tags = [f"rather-long-{number}" for number in range(5)]
    path = library(tmp_path, saved("One", " ".join(tags)))
    async with Driver(path, size=(80, 20), query=" ".join(f"#{tag}" for tag in tags)) as tui:
        assert tui.header() == "ada … + rather-long-2 × + rather-long-3 × + rather-long-4 × 1 of 1"
        await tui.click("×", on="header")
        assert tui.picks() == [f"+ {tag}" for tag in tags if tag != "rather-long-2"]


async def test_the_cursor_stays_on_its_tag_wherever_that_comes_to_stand(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.to_tag("storm")
        await tui.click("kafka", on="tags")
        await tui.to_tag("storm")
        await tui.click("× ", on="header")
        assert tui.cursor_tag() == "storm 1"
        await tui.press("enter")
        assert tui.cursor_tag() == "+ storm 1"
        await tui.press("0")
        assert tui.cursor_tag() == "storm 1"


async def test_after_another_query_or_order_the_first_related_tags_are_in_sight(tmp_path: Path) -> None:
    tags = [f"t{number:02}" for number in range(60)]
    books = (saved(f"Book {number}", " ".join(["all", *tags[: 60 - number]])) for number in range(40))
    async with Driver(library(tmp_path, *books), size=(120, 20)) as tui:
        for keys, picks, cursor in (
            (["enter"], ["+ t59"], "+ t59 1"),
            (["/", *"book"], ["· book"], "all =40"),
            (["s", *"tags: by name", "enter"], [], "all =40"),
            (["-"], ["− t59"], "− t59"),
        ):
            await tui.press("t", "G")
            assert tui.cursor_tag() == "t59 1"
            await tui.press(*keys)
            assert tui.picks() == picks
            assert tui.cursor_tag() == cursor, keys
            await tui.press("escape")
        await tui.press("t", "g", "j", "/", *"book")
        assert tui.cursor_tag() == "t00 =40", "what is in sight there keeps the cursor"


async def test_the_filter_stands_in_the_frame_of_its_pane(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("f")
        assert len({tui.find(title)[1] for title in ("1 Tags", "2 Bookmarks", "3 Annotation")}) == 1
        assert tui.find("part of a tag")[1] == tui.find("1 Tags")[1] + 1
        assert tui.pane() == "tags", "whose frame is the heavy one"


async def test_a_part_of_a_name_filters_the_tags_and_enter_picks_the_first_or_the_one_under_the_cursor(
    shelf: Path,
) -> None:
    async with Driver(shelf) as tui:
        await tui.press("2", "f")
        await tui.type("or")
        assert tui.rows("tags") == ["monitoring 1", "storm 1"]
        assert "2 by count" in tui.screen_text()
        [hit] = tui.looks("or", on="tags")
        assert hit.style is not None
        assert hit.style.underline
        assert tui.bookmarks() == TITLES, "the filter is for the tags alone"
        await tui.type("m")
        await tui.press("enter")
        assert tui.header() == "ada + storm × 1 of 8"
        assert "part of a tag" not in tui.screen_text()
        assert tui.pane() == "tags"
        await tui.press("0", "g", "f")
        await tui.type("or")
        assert tui.cursor_tag() == "monitoring 1"
        await tui.press("down")
        assert tui.cursor_tag() == "storm 1"
        await tui.press("enter")
        assert tui.picks() == ["+ storm"]


async def test_escape_or_zero_leaves_the_filter_and_all_tags_are_back(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("f")
        await tui.type("nosuch")
        assert " ".join(tui.rows("tags")) == "No tag holds “nosuch”; esc shows all."
        await tui.press("enter")
        assert tui.header() == "ada 8", "where nothing is listed, enter picks nothing"
        await tui.press("f")
        await tui.type("tool")
        await tui.press("escape")
        assert tui.tags()[:8] == BY_COUNT
        assert tui.pane() == "tags"
        await tui.to_tag("kafka")
        await tui.press("enter", "f", "o", "tab")
        assert (tui.pane(), tui.rows("tags")) == ("bookmarks", ["ops 3", "monitoring 1", "storm 1", "tools 1"])
        await tui.press("0")
        assert tui.header() == "ada 8"
        assert tui.tags()[:8] == BY_COUNT


async def test_a_tag_includes_those_under_it_and_neither_case_nor_accents_count(tmp_path: Path) -> None:
    books = (saved("Shell", "lang/sh Docs"), saved("Rust", "lang/rust docs Café"), saved("Lang", "lang"), saved("None"))
    async with Driver(library(tmp_path, *books)) as tui:
        assert "docs 2" in [row.lower() for row in tui.tags()]
        await tui.to_tag("lang")
        await tui.press("enter")
        assert tui.header() == "ada + lang × 3 of 4"
        assert tui.bookmarks() == ["Shell", "Rust", "Lang"]
        await tui.press("f")
        await tui.type("CAFE")
        assert tui.tags() == ["Café 1"]
