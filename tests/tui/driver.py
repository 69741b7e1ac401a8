"""The page object: keys and clicks go in, what a person would see comes out.

    async with Driver(library(tmp_path, *SHELF)) as tagtui:
        await tagtui.press("t", "enter")
        assert tagtui.picks() == ["+ kafka"]

What comes out is read off the screen as it was composed, so that a test sees neither more nor less than a person.
Nothing here waits for a time: a key is done when no message is on its way and no worker is at work.
"""

import asyncio
import gc
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual._context import visible_screen_stack
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.events import Callback, Key, Timer
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets._toast import Toast

from tagtui.config import Settings
from tagtui.core.bookmark import Bookmark
from tagtui.tui.app import TagtuiApp
from tagtui.tui.screens.browse import BrowseScreen
from tagtui.tui.widgets.menu import Menu
from tagtui.tui.widgets.row_list import RowList

NOW = datetime(2024, 5, 17, 14, 30, tzinfo=timezone(timedelta(hours=2)))
"""Every test's moment, two hours east of Greenwich."""
DEMO = Path(__file__).parents[2] / "src" / "tagtui" / "demo" / "bookmarks.json"
PATIENCE = 120.0  # seconds: no test waits this long unless it fails

gc.freeze()  # the modules are here to stay: to look through them at each collection takes a quarter of the time
gc.set_threshold(50_000)  # an app is gone in a second, and its garbage with it at the next collection

_CHARACTERS = {_character_to_key(character): character for character in map(chr, range(32, 127))}
_BACKGROUND = {
    "load",
    "save",
    "search",
    "copy",
    "open",
    "copy_to",
    "import",
    "export",
    "clipboard",
    "page",
}  # the groups of workers that end by themselves
_FRAMES = re.compile("┏━ (\\d) ")  # the title in the one heavy frame
_ROW = re.compile(r"([▌▏ ])(.*)")


def saved(title: str, tags: str = "", annotation: str = "", *, url: str = "", **fields: Any) -> Bookmark:
    """Return a bookmark; its URL and its dates are made up where the test gives none."""
    fields.setdefault("added", NOW - timedelta(days=100))
    fields.setdefault("modified", fields["added"])
    url = url or f"https://example.org/{'-'.join(title.lower().split())}"
    return Bookmark(url=url, title=title, tags=tuple(tags.split()), annotation=annotation, **fields)


SHELF = (
    saved("Jepsen: Kafka", "kafka jepsen", "It loses writes when the replicas shrink to one.\n\nExactly what I saw."),
    saved("Running Kafka at scale", "kafka ops monitoring", "Brokers by the hundred, and a bill to match."),
    saved("Storm and Kafka", "kafka ops storm", "Exactly once, or so they say.", by="grace"),
    saved("Burrow", "kafka ops tools", "Lag without thresholds.", unread=True),
    saved("The TTY demystified", "terminal unix", "Sessions, jobs and signals."),
    saved("Unix as IDE", "unix vim terminal"),
    saved("Bread", "recipes", "Flour, water, salt, time: exactly that.", private=True),
    saved("Postgres job queues", "postgres queues ops", "One table, SKIP LOCKED."),
)
"""Eight bookmarks: kafka on four, ops on four, both on three, and storm on one of those."""
TITLES = [f"{'●◆'[entry.private]} {entry.title}" if entry.unread or entry.private else entry.title for entry in SHELF]
"""The shelf as it is listed: newest first, unread and private marked."""


def library(folder: Path, *bookmarks: Bookmark | dict[str, Any], owner: str = "ada") -> Path:
    """Write a library and return its path: the first bookmark has id 1 and is the newest, if its date is made up.

    A dictionary goes into the file as it stands.
    """
    path = folder / "bookmarks.json"
    documents = {str(id): _document(entry, id) for id, entry in enumerate(bookmarks, 1)}
    tables = {"library": {"1": {"schema": 1, "owner": owner}}, "bookmarks": documents}
    path.write_text(json.dumps(tables, ensure_ascii=True), "utf-8")
    return path


def _document(entry: Bookmark | dict[str, Any], id: int) -> dict[str, Any]:
    if isinstance(entry, dict):
        return entry
    made_up = entry.added == NOW - timedelta(days=100)
    earlier = timedelta(days=id if made_up else 0)
    fields = {name: getattr(entry, name) for name in ("url", "title", "annotation", "tags", "by", "private", "unread")}
    dates = {name: f"{getattr(entry, name) - earlier:%Y-%m-%dT%H:%M:%S%z}" for name in ("added", "modified")}
    return {name: value for name, value in (fields | dates).items() if value}


def _parse_each_sheet_once() -> None:
    """Share what was parsed between the apps: the same sheet in the same colours gives the same rules."""
    parse = Stylesheet._parse_rules
    known: dict[object, list[RuleSet]] = {}

    def shared(self: Stylesheet, *sheet: Any, **how: Any) -> list[RuleSet]:
        key = (sheet, *how.items(), frozenset(self._variables.items()))
        if key not in known:
            known[key] = parse(self, *sheet, **how)
        return known[key]

    Stylesheet._parse_rules = shared  # type: ignore[method-assign]


_parse_each_sheet_once()


class Driver:
    """tagtui, with a person before it."""

    def __init__(
        self,
        path: Path = DEMO,
        *,
        size: tuple[int, int] = (120, 20),
        density: str = "line",
        keys: dict[str, str] | None = None,
        theme: str = "",
        query: str = "",
        copy: dict[str, str] | None = None,
        fetches: bool = False,
        is_read_only: bool = False,
        owner: str = "ada",
    ) -> None:
        self.path = path
        new = {"private": False, "unread": False, "fetch": fetches}
        settings = Settings(density=density, keys=keys or {}, copy=copy or {}, new=new)
        self.app = TagtuiApp(
            path, owner, settings, theme=theme, query=query, clock=lambda: NOW, is_read_only=is_read_only
        )
        self.app.NOTIFICATION_TIMEOUT = 3600.0  # a toast stays until the test has read it
        self.written: list[str] = []  # to the terminal, beside what is drawn
        self._size = size
        self._stack = AsyncExitStack()
        self._heard = 0  # messages
        self._is_quiet = self._was_at_rest = False
        self._seen: list[Strip] | None = None  # the screen, once somebody has looked at it
        self._pilot: Pilot[None]
        self._ask_all: Callable[[float], Awaitable[None]]
        self._paint_only_when_looked_at()

    async def __aenter__(self) -> Self:
        await self.open()
        await self.settle()
        return self

    async def open(self) -> None:
        """Start, and wait for nothing."""
        test = self.app.run_test(size=self._size, notifications=True, message_hook=self._hear)
        self._pilot = await self._stack.enter_async_context(test)
        self._ask_all = self._pilot.pause
        self._pilot.pause = self.pause  # type: ignore[method-assign,assignment]  # its own waits for a time
        assert self.app._driver is not None
        self.app._driver.write = self.written.append  # type: ignore[method-assign]  # the headless one writes nothing

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End tagtui, if it has not ended."""
        await self._stack.aclose()

    # --- what goes in

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other: Textual's names, or single characters."""
        for key in keys:
            self.send(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type ``text`` in one go."""
        self.send(*text)
        await self.settle()

    async def leave_all(self) -> None:
        """Leave every menu, page and box."""
        while self.menu_title() or isinstance(self.app.focused, Input):
            await self.press("escape")

    async def to_tag(self, tag: str) -> None:
        """Move to ``tag``, which is in sight of the tag pane."""
        await self.press("t")
        names = [row.split()[1 if row[0] in "+−|·" else 0] for row in self.rows("tags")]
        at = next(number for number, (mark, _) in enumerate(map(_row, self.part("tags"))) if mark != " ")
        await self._walk(names.index(tag) - at)

    async def to_bookmark(self, title: str) -> None:
        """Move to the bookmark called ``title``, which is in sight."""
        await self.press("2")
        titles = self.bookmarks()
        await self._walk(titles.index(title) - titles.index(self.cursor_title()))

    async def _walk(self, rows: int) -> None:
        self.send(*(["down"] * rows if rows > 0 else ["up"] * -rows))
        await self.settle()

    def send(self, *keys: str) -> None:
        """Press keys, and wait for nothing."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            self.app.post_message(Key(name, _CHARACTERS.get(name, key if len(key) == 1 else None)))

    async def paste(self, text: str) -> None:
        """Paste ``text``."""
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def click(self, text: str, *, on: str = "", times: int = 1) -> None:
        """Click the first place where ``text`` stands in the part of the screen that ``on`` names."""
        column, row = self.find(text, on=on)
        await self._pilot.click(offset=(column, row), times=times)
        await self.settle()

    async def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        await self._pilot.resize_terminal(columns, rows)
        await self.settle()

    # --- when it is done

    async def settle(self) -> None:
        """Wait until all that was done has come to the screen."""
        await self.until(self._is_settled)

    async def pause(self) -> None:
        """Wait until no message is on its way, whatever the workers do."""
        await self.until(lambda: self._is_quiet)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds()``; that comes true at some time, or the test fails."""
        end = asyncio.get_running_loop().time() + PATIENCE
        while True:
            self._seen = None
            await self._drain()
            before, was_at_rest = self._heard, self._is_at_rest()
            await self._ask_all(0)  # asks every widget whether it is done, then lays out and draws
            await self._drain()
            self._is_quiet = self._heard == before
            self._was_at_rest = was_at_rest
            if self.app._exception is not None:
                raise AssertionError("tagtui crashed") from self.app._exception
            if self.ended or holds():
                return
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"it did not come to this:\n{self.screen_text()}")
            if self._is_quiet:
                await asyncio.sleep(0.002)

    async def _drain(self) -> None:
        """Let messages go their way as long as there are any."""
        quiet = 0
        while quiet < 5:
            before = self._heard
            await asyncio.sleep(0)
            quiet = quiet + 1 if self._heard == before else 0

    def _paint_only_when_looked_at(self) -> None:
        """Leave out the frames that would go to a terminal; :meth:`strips` paints the one that somebody looks at."""
        compositor = self.browse._compositor

        def unpainted(**how: Any) -> None:
            visible_screen_stack.set(how.get("screen_stack") or [])
            compositor._dirty_regions.clear()

        compositor.render_update = unpainted  # type: ignore[method-assign,assignment]

    def _hear(self, message: Message) -> None:
        if not isinstance(message, Callback | Timer):
            self._heard += 1

    def _is_settled(self) -> bool:
        """Whether nothing was under way all through the last round; what ends in the middle of it may have effects."""
        return self._is_quiet and self._was_at_rest and self._is_at_rest()

    def _is_at_rest(self) -> bool:
        browse = self.browse
        is_at_work = any(worker.group in _BACKGROUND and not worker.is_finished for worker in self.app.workers)
        is_read = not browse.bar.is_open or browse.bar._read.query == browse.library_query
        is_shown = browse._view is not None and browse._view.query == browse.library_query
        is_laid_out = self.app._resize_event is None and not self.app._batch_count
        return not is_at_work and is_read and is_shown and is_laid_out

    # --- what comes out

    @property
    def ended(self) -> bool:
        """Whether tagtui has been left."""
        return self.app._exit

    @property
    def browse(self) -> BrowseScreen:
        """The main screen."""
        return self.app._browse

    def strips(self) -> list[Strip]:
        """The screen, line by line, as it was composed."""
        if self._seen is None:
            self._seen = self.app.screen._compositor.render_strips()
        return self._seen

    def segments(self) -> Iterator[Segment]:
        """The pieces of the screen, with their looks."""
        return (segment for strip in self.strips() for segment in strip)

    def lines(self) -> list[str]:
        """The screen, line by line."""
        return [strip.text.rstrip() for strip in self.strips()]

    def screen_text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines())

    def part(self, name: str) -> list[str]:
        """The lines of a part of the screen, such as header, query, problem, tags, bookmarks, detail and keys."""
        return self._lines_in(self._region(name))

    def _lines_in(self, region: Region) -> list[str]:
        if not region:
            return []
        strips = (strip.crop(region.x, region.right) for strip in self.strips()[region.y : region.bottom])
        return [strip.text.rstrip().removesuffix("▐").rstrip() for strip in strips]  # but for the scrollbar

    def find(self, text: str, *, on: str = "") -> tuple[int, int]:
        """Column and row of the first place where ``text`` stands, in a part of the screen or anywhere."""
        region = self._region(on) if on else self.app.screen.region
        for row in range(region.y, region.bottom):
            line = self.strips()[row].crop(region.x, region.right).text
            if text in line:
                return region.x + cell_len(line[: line.index(text)]), row
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen_text()}")

    def looks(self, text: str, *, on: str = "") -> list[Segment]:
        """The pieces of the first place where ``text`` stands, with their looks."""
        column, row = self.find(text, on=on)
        return list(self.strips()[row].crop(column, column + cell_len(text)))

    def _region(self, name: str) -> Region:
        return self._in_sight(self.browse.query_one(f"#{name}"))

    def _in_sight(self, widget: Widget) -> Region:
        """Where the inside of ``widget`` is to be seen."""
        shown = self.app.screen._compositor.visible_widgets if widget.screen is self.app.screen else {}
        if widget not in shown:
            return Region()
        region, clip = shown[widget]
        return region.shrink(widget.styles.gutter).intersection(clip)

    def panes(self) -> list[str]:
        """The panes that are on the screen."""
        return [name for name in ("tags", "bookmarks", "detail") if self._region(name)]

    def pane(self) -> str:
        """The pane that has the heavy frame; ``""`` for none."""
        heavy = _FRAMES.findall(self.screen_text())
        return ["tags", "bookmarks", "detail"][int(heavy[0]) - 1] if heavy else ""

    def header(self) -> str:
        """The header, with one blank where there are more."""
        return " ".join("".join(self.part("header")).split())

    def rows(self, name: str) -> list[str]:
        """The rows in sight of a list of lines, the blank between name and number narrowed to one."""
        shown = [_row(line)[1] for line in self.part(name)]
        return [" ".join(row.split()) for row in shown if row.strip()]

    def picks(self) -> list[str]:
        """The parts of the query that stand above the tags, such as ``+ kafka`` and ``− storm``."""
        marked = [row for row in self.rows("tags") if re.match("[+−|·] ", row)]
        return [re.sub(r"(?<!^.) =?[\d,]+$", "", row) for row in marked]

    def tags(self) -> list[str]:
        """The related tags in sight, with their counts there: ``ops 19``, and ``=3`` where it is on all."""
        return [row for row in self.rows("tags") if not re.match("[+−|·] ", row)]

    def cursor_tag(self) -> str:
        """The row of the tag pane that the cursor is on."""
        return " ".join(self._under_cursor("tags")[0].split())

    def bookmarks(self) -> list[str]:
        """The titles in sight, with their marks, whatever the density."""
        rows = self.browse.bookmarks
        top = -rows.scroll_offset.y % rows.row_height
        titles = [_title(_row(line)[1]) for line in self.part("bookmarks")[top :: rows.row_height]]
        return titles[: rows.count - (rows.scroll_offset.y + top) // rows.row_height]

    def cursor_title(self) -> str:
        """The title that the cursor is on; fails if it is not in sight."""
        return _title(self._under_cursor("bookmarks")[0])

    def cursor_row(self) -> list[str]:
        """The lines of the bookmark that the cursor is on, as far as they are in sight."""
        return [line.rstrip() for line in self._under_cursor("bookmarks")]

    def _under_cursor(self, name: str) -> list[str]:
        found = [row for mark, row in map(_row, self.part(name)) if mark in "▌▏"]
        assert found, f"the cursor is out of sight:\n{self.screen_text()}"
        return found

    def detail(self) -> list[str]:
        """The lines in sight of the annotation pane, but for the blank ones at its end."""
        return "\n".join(self.part("detail")).rstrip().split("\n")

    def bar(self) -> str | None:
        """What stands in the query bar; ``None`` where it is closed."""
        lines = self.part("query")
        return lines[0] if lines else None

    def toasts(self) -> list[str]:
        """What was said in the corner, the oldest first."""
        return [toast._notification.message for toast in self.app.screen.query(Toast)]

    def errors(self) -> list[str]:
        """Those of the toasts that tell of an error."""
        said = (toast._notification for toast in self.app.screen.query(Toast))
        return [notification.message for notification in said if notification.severity == "error"]

    def menu_title(self) -> str:
        """The title of the menu or page that is open, ``""`` for none."""
        return str(self._menu().border_title) if self._menu() else ""

    def menu(self) -> list[str]:
        """The rows in sight of the menu or page that is open; none if there is none."""
        return [" ".join(row.split()) for _, row in map(_row, self._menu_lines()) if row.strip()]

    def menu_cursor(self) -> str:
        """The row of the menu that the cursor is on; fails if it is not in sight."""
        found = [row for mark, row in map(_row, self._menu_lines()) if mark in "▌▏"]
        assert found, f"the cursor is out of sight:\n{self.screen_text()}"
        return " ".join(found[0].split())

    def _menu(self) -> Widget | None:
        if self.app.screen is not self.browse:
            return self.app.screen.query("Screen > Vertical").first()
        menu = self.browse.query_one(Menu)
        return menu if menu.is_open else None

    def _menu_lines(self) -> list[str]:
        menu = self._menu()
        return self._lines_in(self._in_sight(menu.query_one(RowList))) if menu else []

    def page(self) -> list[str]:
        """The lines of the page of text that is open."""
        page = self._menu()
        return self._lines_in(self._in_sight(page)) if page else []


def _row(line: str) -> tuple[str, str]:
    """Return the cursor's mark and the row behind it."""
    match = _ROW.match(line or " ")
    assert match is not None, f"{line!r} does not begin as a row does"
    return match[1], match[2]


def _title(row: str) -> str:
    """Return the title on the first line of a bookmark's row, without the mark and what stands at the right."""
    return re.split(" {2,}", row.removeprefix("✓").strip())[0]
