"""The registry of actions: every one of them, by each of its keys and through the palette."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tagtui.config import settings_path
from tagtui.errors import SettingsError
from tagtui.tui.actions import ACTIONS, ANYWHERE, BOOKMARKS, DETAIL, GROUPS, ROWS, TAGS, Action
from tests.tui.driver import SHELF, Driver, library, saved

pytestmark = pytest.mark.usefixtures("browser")

START = {TAGS: ("1", "g"), DETAIL: ("2", "G", "g", "3")}
"""What to press to stand at the top of a pane, the bookmarks where nothing else is said."""


def row(tui: Driver) -> int:
    return int(tui.cursor_title().removeprefix("Row "))


def marked(tui: Driver) -> int:
    found = re.search(r"(\d+) marked", tui.part("keys")[0])
    return int(found[1]) if found else 0


def page(tui: Driver) -> int:
    return len(tui.part("bookmarks"))


class Trial(NamedTuple):
    """What to press before an action, from the top of its pane, and what is to be seen once it is done, not before."""

    before: str
    seen: Callable[[Driver], bool]


TRIALS = {
    "pick": Trial("", lambda tui: tui.picks() == ["+ every"]),
    "exclude": Trial("down", lambda tui: tui.picks() == ["− alpha"]),
    "alternative": Trial("enter down", lambda tui: tui.picks() == ["| every", "| alpha"]),
    "only": Trial("enter down", lambda tui: tui.picks() == ["+ alpha"]),
    "open": Trial("", lambda tui: tui.toasts() == ["opened https://example.org/row-1"]),
    "add": Trial("", lambda tui: tui.menu_title() == "Add a bookmark"),
    "copy_as": Trial("2", lambda tui: tui.menu_title() == "Copy it as"),
    "copy_to": Trial("2", lambda tui: tui.menu_title() == "Copy it into"),
    "import": Trial("", lambda tui: tui.menu_title() == "Import"),
    "export": Trial("", lambda tui: tui.menu_title() == "Export 100 bookmarks as"),
    "edit": Trial("", lambda tui: tui.menu_title() == "Edit"),
    "retag": Trial("", lambda tui: tui.menu_title() == "Retag"),
    "mark": Trial("", lambda tui: marked(tui) == 1),
    "mark_range": Trial("space j", lambda tui: marked(tui) == 3),
    "mark_all": Trial("", lambda tui: marked(tui) == 100),
    "unread": Trial("", lambda tui: any("as read." in said or "as unread." in said for said in tui.toasts())),
    "private": Trial("", lambda tui: any("as private." in said or "as public." in said for said in tui.toasts())),
    "delete": Trial("G", lambda tui: any(said.startswith("Deleted “Row") for said in tui.toasts())),
    "undo": Trial("r", lambda tui: any(said.startswith("Undone: Marked") for said in tui.toasts())),
    "redo": Trial("r u", lambda tui: any(said.startswith("Done again: Marked") for said in tui.toasts())),
    "pick_here": Trial("right right", lambda tui: tui.picks() == ["+ beta"]),
    "exclude_here": Trial("left", lambda tui: tui.picks() == ["− every"]),
    "next_tag": Trial("right", lambda tui: "[beta]" in tui.screen_text()),
    "previous_tag": Trial("right", lambda tui: "[every]" in tui.screen_text()),
    "cursor_down": Trial("j", lambda tui: row(tui) == 3),
    "cursor_up": Trial("j j", lambda tui: row(tui) == 2),
    "first": Trial("G", lambda tui: row(tui) == 1),
    "last": Trial("", lambda tui: row(tui) == 100),
    "half_page_down": Trial("", lambda tui: row(tui) == 1 + page(tui) // 2),
    "half_page_up": Trial("G", lambda tui: row(tui) == 100 - page(tui) // 2),
    "page_down": Trial("", lambda tui: row(tui) == 1 + page(tui)),
    "page_up": Trial("G", lambda tui: row(tui) == 100 - page(tui)),
    "next_pane": Trial("", lambda tui: tui.pane() == "detail"),
    "previous_pane": Trial("", lambda tui: tui.pane() == "tags"),
    "tags_pane": Trial("", lambda tui: tui.pane() == "tags"),
    "bookmarks_pane": Trial("3", lambda tui: tui.pane() == "bookmarks"),
    "detail_pane": Trial("", lambda tui: tui.pane() == "detail"),
    "drop_last": Trial("1 g enter down enter 2", lambda tui: tui.picks() == ["+ every"]),
    "step_out": Trial("1 g enter down enter 2", lambda tui: tui.picks() == ["+ every"]),
    "clear": Trial("1 g enter down enter 2", lambda tui: tui.picks() == []),
    "filter_tags": Trial("", lambda tui: "part of a tag" in tui.screen_text()),
    "search": Trial("", lambda tui: tui.bar() is not None),
    "copy_url": Trial("", lambda tui: any(text.startswith("\x1b]52;") for text in tui.written)),
    "open_url": Trial("", lambda tui: tui.toasts() == ["opened https://example.org/row-1"]),
    "next_match": Trial("G g / m a t c h enter", lambda tui: "match 1 of 3" in tui.screen_text()),
    "previous_match": Trial("G g / m a t c h enter", lambda tui: "match 3 of 3" in tui.screen_text()),
    "sort": Trial("", lambda tui: tui.menu_title() == "Sort"),
    "density": Trial("", lambda tui: len(tui.cursor_row()) == 3),
    "palette": Trial("", lambda tui: tui.menu_title() == "What to do"),
    "help": Trial("", lambda tui: tui.menu_title() == "Help"),
    "theme": Trial("", lambda tui: tui.menu_title() == "Theme"),
    "reload": Trial("", lambda tui: tui.toasts() == ["Read again: 100 bookmarks"]),
    "quit": Trial("", lambda tui: tui.ended),
}


PALETTE_TOO = {"theme", "sort", "help", "add", "clear", "next_pane", "first", "undo"}
"""Of the many actions of all panes, those that are tried from the palette as well: it treats them all alike."""


@pytest.fixture
def hundred(tmp_path: Path) -> Path:
    first = saved("Row 1", "alpha beta every", "A match, a match and a match.")
    rest = (saved(f"Row {number}", "every") for number in range(3, 101))
    return library(tmp_path, first, saved("Row 2", "alpha every"), *rest)


async def start(tui: Driver, action: Action) -> None:
    """Go to where the trial of ``action`` begins, whatever the one before it left behind."""
    await tui.leave_all()
    await tui.press("0", *START.get(action.where, ("2", "g")))
    if marked(tui):
        await tui.press("escape")
    while tui.browse.bookmarks.row_height != 1:
        await tui.press("z")
    await tui.press(*TRIALS[action.id].before.split())
    tui.app.clear_notifications()
    tui.written.clear()
    await tui.settle()
    assert not TRIALS[action.id].seen(tui), f"{action.id}: this is so beforehand:\n{tui.screen_text()}"


async def choose(tui: Driver, action: Action) -> None:
    """Carry ``action`` out by the palette."""
    await tui.press("ctrl+p")
    await tui.paste(action.help)
    assert tui.menu_cursor().startswith(f"{action.label} {action.help[:25]}"), tui.screen_text()
    await tui.press("enter")


def test_every_action_has_a_trial() -> None:
    assert sorted(TRIALS) == sorted(action.id for action in ACTIONS)


@pytest.mark.parametrize("where", GROUPS)
async def test_each_action_does_what_it_says_by_each_of_its_keys_and_from_the_palette(
    hundred: Path, where: str
) -> None:
    async with Driver(hundred, size=(120, 16)) as tui:
        for action in ACTIONS:
            if action.where != where or action.id == "quit":
                continue
            for key in filter(None, action.keys.split(",")):
                await start(tui, action)
                await tui.press(key)
                assert TRIALS[action.id].seen(tui), f"{action.id} by {key}:\n{tui.screen_text()}"
            if action.where not in (ROWS, ANYWHERE) or action.id in PALETTE_TOO:
                await start(tui, action)
                await choose(tui, action)
                assert TRIALS[action.id].seen(tui), f"{action.id} from the palette:\n{tui.screen_text()}"


@pytest.mark.parametrize("how", ["q", "palette"])
async def test_tagtui_is_left_by_its_key_and_from_the_palette(shelf: Path, how: str) -> None:
    async with Driver(shelf, size=(60, 20)) as tui:
        if how == "palette":
            await choose(tui, next(action for action in ACTIONS if action.id == "quit"))
        else:
            await tui.press(how)
        assert tui.ended
        assert tui.app.return_code == 0


@pytest.mark.parametrize("keys", [{}, {"quit": "Q"}], ids=["q", "Q"])
async def test_ctrl_c_does_not_quit_but_says_what_does(shelf: Path, keys: dict[str, str]) -> None:
    async with Driver(shelf, size=(60, 20), keys=keys) as tui:
        await tui.press("ctrl+c")
        assert tui.toasts() == [f"{keys.get('quit', 'q')} quits tagtui"]
        assert not tui.ended


def test_no_action_has_anothers_name_and_no_key_counts_twice_in_a_pane() -> None:
    assert Counter(action.id for action in ACTIONS).most_common(1)[0][1] == 1
    for pane in (TAGS, BOOKMARKS, DETAIL):
        reaching = (action for action in ACTIONS if action.where in (pane, ROWS, ANYWHERE))
        keys = Counter(key for action in reaching for key in action.keys.split(",") if key)
        assert [key for key, times in keys.items() if times > 1] == []
    assert all(action.where in GROUPS and action.help and action.label for action in ACTIONS)


async def test_the_settings_give_an_action_other_keys_which_footer_help_and_palette_show(tmp_path: Path) -> None:
    keys = {"pick": "x", "exclude": "ctrl+x, X", "next_pane": "→", "next_tag": "L", "help": "f1", "quit": "Q"}
    async with Driver(library(tmp_path, *SHELF), keys=keys) as tui:
        assert tui.part("keys")[0].startswith("x pick  ctrl+x exclude  | or")
        await tui.press("enter", "space", "-")
        assert tui.picks() == []
        await tui.press("x")
        assert tui.picks() == ["+ kafka"]
        await tui.press("X")
        assert tui.picks() == ["− kafka"]
        await tui.press("x", "ctrl+x", "right", "q", "?")
        assert (tui.picks(), tui.pane(), tui.menu_title()) == (["− kafka"], "bookmarks", "")
        await tui.press("f1")
        await tui.resize(120, 110)
        assert tui.menu()[1] == "enter Open the page in the browser"
        assert "x Pick the tag; again: drop it" in tui.menu()
        await tui.press("escape", "ctrl+p")
        await tui.type("leave out")
        assert tui.menu()[0].startswith("exclude Leave out the bookmarks")
        assert tui.menu()[0].endswith(" ctrl+x X")
        await tui.press("escape", "Q")
        assert tui.ended


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"nosuch": "x"}, 'there is no action "nosuch"; those known are add, alternative'),
        ({"pick": "j"}, '"j" would be both pick and cursor_down'),
        ({"sort": "enter"}, '"enter" would be both pick and sort'),
        ({"exclude": "x", "only": "x"}, '"x" would be both exclude and only'),
        ({"help": "slash"}, '"/" would be both search and help'),
        ({"help": "/"}, '"/" would be both search and help'),
        ({"sort": "|"}, '"|" would be both alternative and sort; give one of them another key, or "" for none'),
        ({"sort": "pgdn"}, '"PgDn" would be both page_down and sort'),
        ({"sort": ";", "density": "x, ;"}, '";" would be both sort and density'),
        ({"sort": "F6", "density": "f6"}, '"F6" would be both sort and density'),
        ({"pick": "x,,y"}, "is not the name of a key"),
        ({"pick": "two words"}, '"two words", given for pick, is not the name of a key'),
        ({"pick": "ctrl+"}, '"ctrl+", given for pick, is not the name of a key'),
        ({"pick": "entr"}, '"entr", given for pick, is not the name of a key'),
    ],
)
def test_keys_that_cannot_be_are_refused_with_the_reason(keys: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Driver(keys=keys)
    assert reason in str(refused.value)
    assert str(refused.value).startswith(f"{settings_path()}: [keys]: ")
    assert "\n" not in str(refused.value)


def test_two_actions_can_change_their_keys_and_one_key_can_serve_two_panes() -> None:
    Driver(keys={"sort": "z", "density": "s"})
    Driver(keys={"exclude": "x", "open": "x", "next_tag": "x"})


async def test_an_action_can_do_without_a_key_and_the_name_of_a_key_may_be_written_in_any_case(shelf: Path) -> None:
    keys = {"pick": "", "exclude": "F6, Ctrl+X", "open": "ENTER", "sort": "PGDN", "page_down": "", "quit": " "}
    async with Driver(shelf, keys=keys) as tui:
        await tui.press("enter", "space", "q")
        assert (tui.picks(), tui.ended) == ([], False)
        assert tui.part("keys")[0].startswith("F6 exclude  | or")
        await tui.press("f6", "ctrl+c")
        assert tui.picks() == ["− kafka"]
        assert tui.toasts() == ["ctrl+q quits tagtui"]
        await tui.press("pagedown")
        assert tui.menu_title() == "Sort"
        await tui.press("escape", "?")
        assert "palette Pick the tag; again: drop it" in tui.menu()


async def test_every_character_that_can_be_typed_can_be_a_key(tmp_path: Path) -> None:
    keys = dict(zip(("sort", "density", "help", "drop_last", "palette", "search"), ";]<!é¶", strict=True))
    async with Driver(library(tmp_path, *SHELF), keys=keys) as tui:
        await tui.press(";")
        assert tui.menu_title() == "Sort"
        await tui.press("escape", "é")
        assert tui.menu_title() == "What to do"


async def test_a_key_that_textual_keeps_for_itself_is_refused_or_does_what_was_asked(tmp_path: Path) -> None:
    try:
        driver = Driver(library(tmp_path, *SHELF), size=(60, 20), keys={"help": "ctrl+q"})
    except SettingsError:
        return
    async with driver as tui:
        await tui.press("ctrl+q")
        assert tui.menu_title() == "Help"


async def test_the_footer_shows_the_keys_of_the_pane_and_a_click_carries_one_out(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF)) as tui:
        assert tui.part("keys")[0].startswith("enter pick  - exclude  | or  tab pane  f filter  / search")
        assert "  ctrl+p palette  ? help  q quit" in tui.part("keys")[0]
        await tui.click("exclude", on="keys")
        assert tui.picks() == ["− kafka"]
        await tui.press("2")
        assert tui.part("keys")[0].startswith("enter open  space mark  d delete  tab pane")
        await tui.click("y copy", on="keys")
        assert tui.toasts() == ["sent to the terminal, which gives no answer"]
        await tui.click("search", on="keys")
        assert tui.bar() == "-#kafka"
        await tui.press("escape", "3")
        assert tui.part("keys")[0].startswith("enter pick tag  → next tag  tab pane")
        await tui.click("pick tag", on="keys")
        await tui.click("pick tag", on="keys")
        assert tui.picks() == ["− kafka", "+ terminal"]
        await tui.resize(20, 20)
        assert tui.part("keys")[0].startswith("enter pick tag"), "as many as fit"


async def test_where_not_all_keys_fit_the_footer_keeps_those_that_lead_to_the_others(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF), size=(80, 24)) as tui:
        footers = {"1": "enter pick  ", "2": "enter open  ", "3": "enter pick tag  "}
        for columns in (80, 40):
            await tui.resize(columns, 24)
            for pane, enter in footers.items():
                await tui.press(pane)
                footer = tui.part("keys")[0]
                assert footer.startswith(enter)
                assert "  tab pane  " in footer
                assert ("? help" in footer, "q quit" in footer) == (True, columns == 80)


async def test_while_something_is_typed_the_footer_shows_what_keys_do_there(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF), size=(80, 24), keys={"step_out": "x, escape"}) as tui:
        for key, footer in (
            ("/", "enter done  esc cancel  ctrl+p palette"),
            ("f", "enter pick  esc cancel  ↓ ↑ move  tab keep it"),
            ("s", "enter choose  esc close  ↓ ↑ move"),
        ):
            await tui.press(key)
            assert tui.part("keys")[0].startswith(footer)
            assert "copy URL" not in tui.part("keys")[0]
            await tui.press("escape")
            assert "? help" in tui.part("keys")[0]


async def test_an_action_of_another_pane_can_be_carried_out_from_the_palette(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF)) as tui:
        await tui.to_tag("storm")
        await tui.press("2")
        await choose(tui, next(action for action in ACTIONS if action.id == "only"))
        assert tui.picks() == ["+ storm"]
        assert tui.pane() == "bookmarks"
