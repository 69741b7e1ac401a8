"""The registry of actions: every one of them, by each of its keys and through the palette."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tagtui.errors import SettingsError
from tagtui.tui.actions import ACTIONS, ANYWHERE, BOOKMARKS, DETAIL, GROUPS, ROWS, TAGS, Action, bindings, keys_of
from tests.tui.driver import SHELF, Driver, library, saved

OPENED = "opened https://example.org/jepsen:-kafka"


@dataclass(frozen=True)
class Trial:
    """What to press before an action, from the top of its own pane, and what is to be seen once it is done."""

    before: tuple[str, ...]
    shows: Callable[[Driver], object]
    expected: object


def on(row: int) -> Trial:
    """The cursor is on ``row`` afterwards, from row 50 of 101."""
    return Trial(("G", "ctrl+u"), lambda tui: int(tui.cursor_title().split()[1]), row)


def at(tui: Driver) -> int:
    return int(tui.cursor_title().removeprefix("Filler "))


def moved(**before: object) -> object: ...


TRIALS: dict[str, Trial] = {
    "pick": Trial((), Driver.picks, ["+ every"]),
    "exclude": Trial(("down",), Driver.picks, ["− kafka"]),
    "alternative": Trial(("enter", "down", "down"), Driver.picks, ["| every", "| ops"]),
    "only": Trial(("enter", "down", "down"), Driver.picks, ["+ ops"]),
    "open": Trial((), lambda tui: tui.toasts()[-1:], [OPENED]),
    "pick_here": Trial(("right", "right"), Driver.picks, ["+ jepsen"]),
    "exclude_here": Trial(("left",), Driver.picks, ["− every"]),
    "next_tag": Trial(("right",), lambda tui: "[jepsen]" in tui.screen_text(), True),
    "previous_tag": Trial(("right",), lambda tui: "[every]" in tui.screen_text(), True),
    "cursor_down": Trial(("pagedown", "pagedown"), at, 39),
    "next_pane": Trial((), Driver.pane, "bookmarks"),
    "previous_pane": Trial((), Driver.pane, "detail"),
    "tags_pane": Trial(("3",), Driver.pane, "tags"),
    "bookmarks_pane": Trial((), Driver.pane, "bookmarks"),
    "detail_pane": Trial((), Driver.pane, "detail"),
}
