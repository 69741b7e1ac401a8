"""Copying bookmarks into another library: whose they are then, what is merged, and that nothing becomes public."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark, tag_key
from tagtui.core.changes import Change
from tagtui.core.harvest import copied, gains
from tagtui.core.intake import Report
from tagtui.core.library import Library

from .drawn import bookmarks

THEN, NOW = datetime(2015, 5, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)


def saved(url: str = "http://a.org/", **fields: Any) -> Bookmark:
    return Bookmark(**{"url": url, "added": THEN, "modified": THEN, **fields})


def library(*books: Bookmark, owner: str = "ann") -> Library:
    return Library(dict(enumerate(books, 1)), owner)


def copy(theirs: Library, *books: Bookmark, owner: str = "jm", now: datetime = NOW) -> Report:
    change, report = copied(dict(enumerate(books, 7)), owner, theirs, now)
    theirs.apply(change)
    return report


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.skipped)


FULL = saved(
    title="A",
    annotation="One.\n\nTwo.",
    tags=("Kafka", "via:hn"),
    by="bob",
    private=True,
    unread=True,
    extra={"pinboard": {"meta": "x"}},
)


# --- whose it is then


def test_a_copy_of_somebody_elses_is_a_new_find_of_the_owner() -> None:
    theirs = library()
    change, report = copied({7: FULL}, "jm", theirs, NOW)
    assert change.label == "Copied 1 bookmark from jm"
    assert counts(report) == (1, 0, 0, 0)
    assert len(theirs) == 0  # nothing has happened yet
    theirs.apply(change)
    assert theirs[1] == saved(
        title="A",
        annotation="One.\n\nTwo.",
        tags=("Kafka", "via:hn", "via:jm"),
        added=NOW,
        modified=NOW,
        private=True,
        unread=True,
        extra={"pinboard": {"meta": "x"}},
    )


@pytest.mark.parametrize("owner", ["ann", "Ann", ""])
def test_a_copy_between_ones_own_libraries_stays_what_it_is(owner: str) -> None:
    theirs = library()
    copy(theirs, FULL, owner=owner)
    assert theirs[1] == FULL


def test_an_owner_is_made_a_tag() -> None:
    theirs = library()
    copy(theirs, saved(), owner="Jo, the First")
    assert theirs[1].tags == ("via:Jo-the-First",)


def test_several_are_counted_in_the_label() -> None:
    theirs = library(saved())
    change, _ = copied({1: saved(), 2: saved("http://b.org"), 3: saved("http://c.org")}, "jm", theirs, NOW)
    assert change.label == "Copied 2 bookmarks from jm"
    assert [edit.id for edit in change.edits] == [2, 3]


# --- a page that is there already


def test_a_page_that_is_there_gains_what_it_has_not() -> None:
    theirs = library(saved("http://A.org", tags=("kafka", "ops"), annotation="Mine."))
    assert counts(copy(theirs, FULL)) == (0, 1, 0, 0)
    assert (theirs[1].title, theirs[1].annotation) == ("A", "Mine.\n\nOne.\n\nTwo.")
    assert theirs[1].tags == ("kafka", "ops", "via:hn", "via:jm")
    assert (theirs[1].added, theirs[1].modified, theirs[1].by) == (THEN, NOW, "")


def test_a_page_that_gains_nothing_is_not_said_to_come_from_anybody() -> None:
    mine = saved(title="Mine", tags=("kafka",))
    theirs = library(mine)
    assert counts(copy(theirs, saved(tags=("KAFKA",)))) == (0, 0, 1, 0)
    assert theirs[1] is mine


def test_two_bookmarks_of_one_page_become_one() -> None:
    theirs = library()
    copy(theirs, saved(tags=("a",)), saved("http://a.org", tags=("b",)))
    assert [theirs[id].tags for id in theirs.bookmarks] == [("a", "via:jm", "b")]


@given(st.lists(bookmarks, max_size=4), st.lists(bookmarks, max_size=6), st.sampled_from(["ann", "jm"]))
def test_copying_twice_changes_nothing_more_and_loses_nothing(
    there: list[Bookmark], books: list[Bookmark], owner: str
) -> None:
    theirs = library(*there)
    report = copy(theirs, *books, owner=owner)
    assert sum(counts(report)) == len(books)
    for book in books:
        kept = theirs[theirs.find(book.url) or 0]
        assert {*map(tag_key, book.tags)} <= {*map(tag_key, kept.tags)}
        assert book.annotation in kept.annotation
    again, report = copied(dict(enumerate(books)), owner, theirs, NOW + timedelta(days=1))
    assert (again.edits, counts(report)) == ((), (0, 0, len(books), 0))


# --- nothing becomes public


def test_a_page_is_private_if_one_bookmark_of_it_is() -> None:
    theirs = library()
    copy(theirs, saved(annotation="for all"), saved("http://a.org", annotation="for me", private=True))
    assert theirs[1].private


def test_a_private_one_that_goes_into_a_public_one_is_told() -> None:
    theirs = library(saved(), saved("http://b.org", private=True), saved("http://c.org"))
    secret = {"private": True, "annotation": "secret"}
    report = copy(theirs, saved(title="A", **secret), saved("http://b.org", **secret), saved("http://d.org", **secret))
    assert report.warnings == ["A: private here, but public there, and stays so"]
    assert not theirs[1].private
    assert copy(theirs, saved("http://c.org", private=True)).warnings == []  # it brings nothing


# --- what a merge brings


def told(change: Change) -> list[tuple[str, ...]]:
    """Return what each bookmark gains, ``()`` for a new one."""
    return [tuple(gains(it.before, it.after)) if it.before and it.after else () for it in change.edits]


def test_what_is_gained_is_told() -> None:
    there = saved(tags=("kafka",), annotation="Mine.", extra={"netscape": {}})
    theirs = library(there, saved("http://same.org"))
    new, same = saved("http://new.org"), saved("http://same.org")
    change, _ = copied({1: new, 2: same, 3: FULL}, "jm", theirs, NOW)
    merged = ("tags: + via:hn + via:jm", "title: A", "annotation: + One. Two.", "kept besides: pinboard")
    assert told(change) == [(), merged]


def test_between_ones_own_libraries_the_earlier_date_is_told() -> None:
    theirs = library(saved(added=NOW), owner="jm")
    change, _ = copied({1: saved()}, "jm", theirs, NOW)
    assert told(change) == [("added: 2015-05-01, which is earlier",)]


@pytest.mark.parametrize(
    ("annotation", "line"),
    [
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 60 + "…"),
        ("\n\n one\n\ttwo ", "one two"),
        ("one" + " " * 200 + "two", "one…"),
    ],
)
def test_a_long_annotation_is_told_by_its_beginning(annotation: str, line: str) -> None:
    change, _ = copied({1: saved(annotation=annotation)}, "ann", library(saved()), NOW)
    assert told(change) == [(f"annotation: + {line}",)]


@given(st.lists(bookmarks, max_size=4), st.lists(bookmarks, max_size=6), st.sampled_from(["ann", "jm"]))
def test_every_merge_has_a_reason(there: list[Bookmark], books: list[Bookmark], owner: str) -> None:
    change, report = copied(dict(enumerate(books)), owner, library(*there), NOW)
    assert sum(not found for found in told(change)) == report.added
