"""The two programs that are measured: how to start them, and how to know their screens."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import msgspec

from tests.benchmarks import bare
from tests.terminal import Terminal

COLUMNS, ROWS = 120, 40

_NARROWED = re.compile(r"[\d,]+ of [\d,]+")
_EDGE = 50


def tagtui() -> list[str]:
    """The command line that starts tagtui: the script beside this Python, else the module."""
    script = Path(sys.executable).with_name("tagtui")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tagtui"]


def open_bare(home: Path) -> Terminal:
    """The bare app, starting."""
    command = [sys.executable, str(Path(bare.__file__).resolve())]
    return Terminal(command, home=home, columns=COLUMNS, rows=ROWS)


def open_tagtui(library: Path, home: Path) -> Terminal:
    """tagtui on a library, starting."""
    command = [*tagtui(), "--file", str(library)]
    return Terminal(command, home=home, columns=COLUMNS, rows=ROWS)


def shows_bare(screen: str) -> bool:
    """Whether the bare app's frame stands: its last line, and rows in all three lists."""
    return bare.READY in screen and "annotation 1" in screen


def shows_panes(screen: str) -> bool:
    """Whether tagtui's three panes stand, with rows in them or without."""
    return all(name in screen for name in ("Tags", "Bookmarks", "Annotation"))


def shows_rows(library: Path, size: int) -> Callable[[str], bool]:
    """Tells whether a screen shows bookmarks of a library, and its size in the header.

    Looks for titles out of the beginning and the end of the file: whichever way it is sorted.
    """
    titles = _edge_titles(library)

    def rows_of_the_library(screen: str) -> bool:
        return f"{size:,}" in screen and any(title in screen for title in titles)

    return rows_of_the_library


def narrowed(screen: str) -> str:
    """The header's `12 of 47`, or nothing when nothing is picked."""
    found = _NARROWED.search(screen.partition("\n")[0])
    return found[0] if found else ""


def shows_everything(screen: str) -> bool:
    """Whether nothing is picked."""
    return not narrowed(screen)


def _edge_titles(library: Path) -> set[str]:
    """The first 20 characters of the titles of the first and last bookmarks in a file."""
    with library.open("rb") as file:
        first = list(islice(file, 4, 4 + _EDGE))
        file.seek(max(file.tell(), library.stat().st_size - _EDGE * 1_000))
        last = file.readlines()[1:-1]
    documents = [line.partition(b": ")[2].rstrip(b",\n") for line in (*first, *last[-_EDGE:])]
    titles = (msgspec.json.decode(text)["title"][:20].strip() for text in documents)
    return {title for title in titles if len(title) > 8}
