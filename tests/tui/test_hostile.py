"""Hostile text: it is shown as it is, without what would drive the terminal, and it never leaves its place."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.tui.driver import DEMO, SHELF, Driver, library, saved

MARKUP = "[/] [bold]x[/bold] [link=file:///etc/passwd]y[/link] [@click=app.bell]z[/] $x {b} %s"
CLICK = "[@click=bell]x[/]"
ESCAPES = (
    "\x1b]52;c;aGFja2Vk\x07|\x1b]0;title\x1b\\|\x1b[31mred\x1b[0m|\x1b[2J|\x9b31m|\x90q\x9c|\x00|\x08|\x7f|\x85"
    "|\u202edevil\u202c|\u2066isolated\u2069|\u200bzero"
)
LONG = "long" * 5_000
STRANGE = {
    "long": LONG,
    "long words": "long words " * 2_000,
    "right to left": "خط عربي שלום " * 20,
    "wide": "日本語の文章" * 30,
    "marks": "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d" * 200,
    "heaps of marks": "e" + "\u0301" * 3_000 + " x",
    "joined": "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈 🇩🇪🇫🇷 " * 20,
    "selectors": "❤️ ⚠️ ✔️ ☎️ " * 30,
    "halves": "ｶﾅ한글ไทยक्षि" * 20,
    "fills": "\u3000\u00a0\u00ad\u2028\u2029\ufeff" * 40,
}


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def driving(tui: Driver) -> set[str]:
    """The characters on the screen that could drive a terminal or reorder a line."""
    shown = set("".join(segment.text for segment in tui.segments()))
    return {character for character in shown if unicodedata.category(character) == "Cc" or character in BIDI}


def replace(path: Path, tables: dict[str, Any]) -> None:
    path.write_text(json.dumps(tables))


def misplaced(tui: Driver) -> list[str]:
    """The lines of the screen that are wider or narrower than the screen."""
    return [strip.text for strip in tui.strips() if cell_len(strip.text) != tui.app.size.width]


@pytest.mark.usefixtures("browser")
async def test_what_looks_like_markup_is_shown_as_it_stands(tmp_path: Path) -> None:
    book = saved(MARKUP, CLICK, MARKUP, url=f"https://a.org/{CLICK}", by="[/]")
    async with Driver(library(tmp_path, book, owner="[red]ada"), size=(240, 30), density="page") as tui:
        assert tui.header() == "[red]ada 1"
        assert [line.strip() for line in tui.cursor_row()[:4]] == [
            MARKUP,
            MARKUP,
            f"a.org  {CLICK}",
            "february 2024 by [/]",
        ]
        assert MARKUP in " ".join(tui.detail())
        assert tui.tags() == [f"{CLICK} =1"]
        await tui.press("enter")
        assert tui.header() == f"[red]ada + {CLICK} × 1 of 1"
        await tui.press("2", "enter")
        assert tui.toasts() == [f"opened https://a.org/{CLICK}"]
        assert CLICK in "".join(line.strip("▌ ") for line in tui.lines()[-8:])
        await tui.press("/")
        await tui.type(" [/] [b]nosuch")
        assert f"#{CLICK} [/] [b]nosuch" in " ".join(tui.part("bookmarks"))
        await tui.press("enter", "n")
        assert tui.toasts()[-1].endswith("[/] [b]nosuch")
        await tui.press("f")
        await tui.type("[/b]")
        assert "No tag holds “[/b]”" in " ".join(tui.part("tags"))


async def test_no_control_character_of_a_bookmark_reaches_the_screen(tmp_path: Path) -> None:
    book = saved(ESCAPES, "", f"{ESCAPES}\n\n> {ESCAPES}\n\n[{ESCAPES}](http://x/{ESCAPES})", by=ESCAPES, private=True)
    raw = {"url": f"https://a.org/{ESCAPES}", "title": ESCAPES, "tags": [ESCAPES, f"a{ESCAPES}"], "annotation": ESCAPES}
    async with Driver(library(tmp_path, book, raw), density="page") as tui:
        for keys in ("2 j", "z", "z", "3 right right", "1 enter", "enter", "? escape", "/ escape"):
            await tui.press(*keys.split())
            assert driving(tui) == set(), keys
            assert "]52;c;aGFja2Vk|" in tui.screen_text(), "it is shown as the text that is left"


async def test_no_control_character_of_the_owners_name_reaches_the_screen(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF, owner=f"ada{ESCAPES}"), density="card") as tui:
        assert driving(tui) == set()
        assert tui.header().startswith("ada")


async def test_no_control_character_of_a_refused_file_reaches_the_screen(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        for number, tables in enumerate(
            ({ESCAPES: {"1": {}}}, {"bookmarks": {ESCAPES: {}}}, {"bookmarks": {"1": 7}}), 1
        ):
            replace(shelf, tables)
            await tui.press("f5")
            assert len(tui.errors()) == number
            assert driving(tui) == set()


async def test_no_control_character_of_what_is_pasted_reaches_the_screen(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("/")
        await tui.paste(f"kafka {ESCAPES}")
        assert driving(tui) == set()
        await tui.press("enter")
        assert driving(tui) == set()
        assert tui.header().startswith("ada kafka ×")
        await tui.press("0", "f")
        await tui.paste(ESCAPES)
        assert driving(tui) == set()


async def test_the_longest_and_strangest_texts_stay_in_their_places(tmp_path: Path) -> None:
    books = [
        saved(f"{name}: {text}", "x", text, url=f"https://a.org/{text}", by=text[:20]) for name, text in STRANGE.items()
    ]
    path = library(tmp_path, *books, {"url": LONG, "tags": ["日" * 255, LONG, *(f"tag{n}" for n in range(1_000))]})
    async with Driver(path) as tui:
        for columns in (120, 81, 38):  # on one line, on three, with the annotation
            await tui.resize(columns, 20)
            await tui.press("2", "g")
            for _ in books:
                assert misplaced(tui) == []
                await tui.press("j")
            await tui.press("1")
            assert misplaced(tui) == []
            await tui.press("z")
        await tui.press("2", "g", "3")
        assert misplaced(tui) == []
        await tui.press("G")
        assert misplaced(tui) == []


async def test_a_searched_character_that_is_part_of_a_wider_one_moves_nothing(tmp_path: Path) -> None:
    book = saved("I ❤️ Unix", "❤️ unix", "❤️ or ⚠️ and ☎️.")
    async with Driver(library(tmp_path, book), density="page", query="❤") as tui:
        assert tui.header().endswith("1 of 1")
        assert misplaced(tui) == []


async def test_a_selected_text_in_the_sample_library_is_whole_whatever_its_script() -> None:
    async with Driver(DEMO, query="#geo:jp", size=(200, 30)) as tui:
        assert tui.cursor_title() == "地理院地図 / GSI Maps｜国土地理院"
        assert "日本" in " ".join(tui.tags())
        assert misplaced(tui) == []
