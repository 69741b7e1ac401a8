"""How good the help with tags is, and how quick.

Leave-one-out: a bookmark is taken out of the library, its URL, title, annotation and first tag are given, and the tags
suggested are held against its others. The yardstick is to suggest the commonest tags, whatever is given.

The generated libraries are a hard case: nearly half of the tags are drawn from all there are, and a site says nothing
about its pages. The demo library was written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

import pytest

from tagtui.core.bookmark import Bookmark, Draft, tag_key
from tagtui.core.changes import Change, Edit
from tagtui.core.library import Library
from tagtui.core.query import Query
from tagtui.core.suggest import complete, resolve, suggest
from tagtui.store.reading import parse_library
from tests.benchmarks.conftest import ROOT, Files
from tests.benchmarks.corpus import OWNER, SEED
from tests.benchmarks.report import Table, at_most, short

LEFT_OUT = 400
ENOUGH = 10_000  # the generated library of 1,000 has as many tags, most of them once: nothing to learn from
TYPED = ("p", "pr", "net", "er-", "program", "prgramming", "relibality", "kafak", "cafe", "nothing-notcie")


@pytest.fixture(scope="module")
def library_of(files: Files) -> Callable[[int], Library]:
    """The library of a size, ready as it is a moment after the start; each is read once."""
    read: dict[int, Library] = {}

    def library(size: int) -> Library:
        if size not in read:
            read[size] = _read(files.library(size))
        return read[size]

    return library


def test_the_tags_left_out_are_suggested(
    table: Table, library_of: Callable[[int], Library], size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    times, is_better = _hold_against_the_commonest(short(size), library_of(size), capsys)
    assert is_better or size < ENOUGH
    table.work("suggest tags, processor", "ms", at_most(5, "ms")).figures[size] = median(times)
    table.work("… the slowest of twenty", "ms").figures[size] = sorted(times)[-len(times) // 20]


def test_the_tags_left_out_of_the_demo_are_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    _, is_better = _hold_against_the_commonest("demo", _read(ROOT / "src/tagtui/demo/bookmarks.json"), capsys)
    assert is_better


@pytest.mark.parametrize("act", [complete, resolve])
def test_help_while_a_tag_is_typed(
    table: Table, library_of: Callable[[int], Library], size: int, rounds: int, act: Callable[[Library, str], object]
) -> None:
    library = library_of(size)
    library.search(Query())  # as the screen behind the form has done after the last change
    slowest = max(median(_timed(act, library, typed) for _ in range(rounds)) for typed in TYPED)
    table.work(f"{act.__name__} a tag, slowest, processor", "ms", at_most(5, "ms")).figures[size] = slowest


def _hold_against_the_commonest(
    name: str, library: Library, capsys: pytest.CaptureFixture[str]
) -> tuple[list[float], bool]:
    """Print the hit rates; return the seconds of each call, and whether the rates beat the yardstick's."""
    tagged = [id for id, bookmark in sorted(library.bookmarks.items()) if len(bookmark.tags) > 1]
    chosen = Random(SEED).sample(tagged, min(LEFT_OUT, len(tagged)))
    totals = library.index.counts(library.index.names)
    commonest = sorted(totals, key=lambda key: (-totals[key], key))[:20]
    wanted = 0
    hits = {(who, count): 0 for who in ("suggested", "commonest") for count in (5, 10)}
    times: list[float] = []
    for id in chosen:
        with _left_out(library, id) as bookmark:
            draft = Draft(bookmark.url, bookmark.title, bookmark.annotation, bookmark.tags[:1])
            start = process_time()
            found = suggest(library, draft)
            times.append(process_time() - start)
        first, *others = map(tag_key, bookmark.tags)
        answers = {
            "suggested": [tag_key(suggestion.tag) for suggestion in found],
            "commonest": list(islice((key for key in commonest if key != first), 10)),
        }
        wanted += len(others)
        for who, count in hits:
            hits[who, count] += len({*others} & {*answers[who][:count]})
    with capsys.disabled():
        rates = ", ".join(
            f"{hits['suggested', count] / wanted:.1%} in the first {count} ({hits['commonest', count] / wanted:.1%})"
            for count in (5, 10)
        )
        print(f"\nTags left out and suggested, {name} (in brackets: the commonest tags instead): {rates}", end="")
    return times, all(hits["suggested", count] > hits["commonest", count] for count in (5, 10))


@contextmanager
def _left_out(library: Library, id: int) -> Iterator[Bookmark]:
    """Take a bookmark out of the library for a while."""
    change = Change("leave out", (Edit(id, library[id], None),))
    bookmark = library[id]
    library.apply(change)
    try:
        yield bookmark
    finally:
        library.apply(change.inverse())


def _timed(act: Callable[[Library, str], object], library: Library, typed: str) -> float:
    start = process_time()
    act(library, typed)
    return process_time() - start


def _read(path: Path) -> Library:
    library = Library(parse_library(path, path.read_bytes()).bookmarks, OWNER)
    library.prepare()
    return library
