"""What the screens lean on, without a screen: changes made durable, and searches.

Measured by pytest-benchmark, printed in the same table as the budgets.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from tinydb import TinyDB

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit
from tagtui.core.library import Library
from tagtui.core.query import Query, parse
from tagtui.session import Session
from tagtui.store.storage import LibraryDB
from tests.benchmarks.conftest import Files
from tests.benchmarks.corpus import OWNER
from tests.benchmarks.report import Table, at_most, steady
from tests.terminal import clean_environment

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SCREENFUL = 50
MANY = 1_000
QUERIES = {
    "a tag": Query().pick("programming"),
    "two tags": Query().pick("programming").pick("python"),
    "all but a tag": Query().exclude("programming"),
    "text": parse("nothing notice").query,
}


@pytest.fixture(scope="module")
def sessions(files: Files) -> Iterator[Callable[[int], Session]]:
    """An open session on a copy of a library, by size; its companion files are in a folder apart."""
    opened: dict[int, Session] = {}
    with TemporaryDirectory(prefix="tagtui-sessions-") as folder:

        def session(size: int) -> Session:
            if size not in opened:
                copy = Path(shutil.copy(files.library(size), Path(folder, f"{size}.json")))
                opened[size] = Session(copy, OWNER)
            return opened[size]

        with patch.dict(os.environ, clean_environment(Path(folder))):
            yield session


@pytest.mark.parametrize("act", ["add", "edit", "delete", "undo"])
def test_a_durable_change(
    benchmark: BenchmarkFixture,
    table: Table,
    sessions: Callable[[int], Session],
    size: int,
    rounds: int,
    act: str,
) -> None:
    session = sessions(size)

    def before() -> tuple[tuple[Change], dict[str, Any]]:
        *earlier, change = _life(session.library.next_id, act)
        for step in earlier:
            session.apply(step)
        return (change,), {}

    pedantic: Any = benchmark.pedantic  # it has no types
    pedantic(session.apply, setup=before, rounds=max(3, rounds // 2))
    work = table.work(f"{act} one, durable, in process", "ms", at_most(10, "ms"), steady(1.5))
    work.figures[size] = _median(benchmark)


@pytest.mark.parametrize("kind", ["TinyDB's own storage", "tagtui's table"])
def test_an_insert_by_tinydb(
    benchmark: BenchmarkFixture, table: Table, files: Files, tmp_path: Path, size: int, rounds: int, kind: str
) -> None:
    """What the same costs by TinyDB's API, with the storage that it brings along and with ours."""
    copy = Path(shutil.copy(files.library(size), tmp_path))
    opened = TinyDB(copy, encoding="utf-8") if kind.startswith("TinyDB") else LibraryDB(copy)
    with opened as db:
        bookmarks = db.table("bookmarks")
        document = {"url": "https://example.org/", "added": "2026-07-01T00:00:00Z", "modified": "2026-07-01T00:00:00Z"}
        bookmarks.insert(document)
        pedantic: Any = benchmark.pedantic  # it has no types
        pedantic(bookmarks.insert, args=(document,), rounds=3 if kind.startswith("TinyDB") else rounds)
    table.work(f"insert one, {kind}", "ms").figures[size] = _median(benchmark)


@pytest.mark.parametrize("name", QUERIES)
def test_a_search(
    benchmark: BenchmarkFixture,
    table: Table,
    sessions: Callable[[int], Session],
    size: int,
    rounds: int,
    name: str,
) -> None:
    library = sessions(size).library

    def a_screenful() -> int:
        view = library.search(QUERIES[name])
        return len(view.ids[:SCREENFUL]) + len(view.related()[:SCREENFUL])

    assert a_screenful()
    pedantic: Any = benchmark.pedantic  # it has no types
    pedantic(a_screenful, rounds=3 * rounds)
    work = table.work(f"search {name}, in process", "ms")
    work.figures[size] = _median(benchmark)


@pytest.mark.parametrize("act", ["retag", "delete"])
@pytest.mark.parametrize("step", ["durable", "undone, durable", "the next search"])
def test_a_change_of_a_thousand(
    benchmark: BenchmarkFixture,
    table: Table,
    sessions: Callable[[int], Session],
    size: int,
    rounds: int,
    act: str,
    step: str,
) -> None:
    session = sessions(size)
    library = session.library
    library.index.fold_all()
    library.prepare()
    change = _of_many(library, act)
    is_made = False

    def turn() -> None:
        nonlocal is_made
        if is_made:
            session.undo()
        else:
            session.apply(change)
        is_made = not is_made

    def a_search() -> int:
        view = library.search(QUERIES["a tag"])
        return len(view.ids[:SCREENFUL]) + len(view.related()[:SCREENFUL])

    def before() -> tuple[tuple[()], dict[str, Any]]:
        if is_made:
            turn()
        session.apply(_life(library.next_id, "add")[0])
        session.fold()  # as the screen does when nothing happens: the journal is empty then
        if step != "durable":
            turn()
        return (), {}

    pedantic: Any = benchmark.pedantic  # it has no types
    pedantic(a_search if step == "the next search" else turn, setup=before, rounds=max(3, rounds // 2))
    if is_made:
        turn()
    budgets = () if step == "the next search" else (at_most(150, "ms"),)
    work = table.work(f"{act} {MANY:,}, {step}, in process", "ms", *budgets)
    work.figures[size] = _median(benchmark)


def _of_many(library: Library, act: str) -> Change:
    """A change of a thousand bookmarks from all over the library."""
    books = library.bookmarks
    some = list(books.items())[:: max(1, len(books) // MANY)][:MANY]
    if act == "delete":
        return Change(act, tuple(Edit(id, bookmark, None) for id, bookmark in some))
    tagged = [msgspec.structs.replace(it, tags=(*it.tags, "a-new-tag"), modified=NOW) for _, it in some]
    return Change(act, tuple(Edit(id, before, after) for (id, before), after in zip(some, tagged, strict=True)))


def _life(id: int, act: str) -> list[Change]:
    """A bookmark's life up to and with the act."""
    bookmark = Bookmark(url=f"https://example.org/{id}", title="New", tags=("new",), added=NOW, modified=NOW)
    edited = msgspec.structs.replace(bookmark, title="Edited", tags=("new", "edited"))
    delete = Change("delete", (Edit(id, edited, None),))
    life = {
        "add": Change("add", (Edit(id, None, bookmark),)),
        "edit": Change("edit", (Edit(id, bookmark, edited),)),
        "delete": delete,
        "undo": delete.inverse(),
    }
    return list(life.values())[: list(life).index(act) + 1]


def _median(benchmark: BenchmarkFixture) -> float:
    stats: Any = benchmark.stats
    return float(stats.stats.median)
