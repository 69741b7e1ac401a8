"""Taking drafts in: what is new, what is merged, what is left out, and that a second time adds nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark, Draft, tidy
from tagtui.core.intake import Report, Skipped, accept, merge, plan_import
from tagtui.core.library import Library

from .drawn import OWNER, bookmarks, moments, tag_names

NOW = datetime(2020, 1, 1, tzinfo=UTC)
odd = st.text(st.sampled_from("aB é\t\n\r\x1b\x85\xa0\u200b\u2028\u202e,"), max_size=6)
EARLY, LATE = datetime(2010, 5, 1, tzinfo=UTC), datetime(2015, 5, 1, tzinfo=UTC)


def saved(url: str = "http://a.org/", **fields: Any) -> Bookmark:
    return Bookmark(**{"url": url, "added": LATE, "modified": LATE, **fields})


def library(*books: Bookmark) -> Library:
    return Library(dict(enumerate(books, 1)), OWNER)


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.skipped)


def take_in(books: Library, *entries: Draft | Skipped, now: datetime = NOW) -> Report:
    change, report = plan_import(books, entries, now)
    books.apply(change)
    return report


# --- the plan


def test_each_entry_is_added_updated_unchanged_or_skipped() -> None:
    books = library(saved(tags=("kafka",)), saved("http://b.org"))
    change, report = plan_import(
        books,
        [
            Draft("http://c.org", title="new"),
            Draft("HTTP://A.org#", tags=("ops",)),
            Draft("http://A.org", tags=("aws",)),
            Draft("http://b.org/", added=LATE),
            Draft("http://c.org/?utm_source=x", title="again"),
            Draft("http://c.org", annotation="more"),
            Skipped("line 6", "not a bookmark"),
            Draft("", where="line 7"),
            Draft(" \x00\n", where="line 8"),
        ],
        NOW,
    )
    assert counts(report) == (1, 3, 2, 3)
    assert report.skipped == [
        Skipped("line 6", "not a bookmark"),
        Skipped("line 7", "it has no URL"),
        Skipped("line 8", "it has no URL"),
    ]
    assert change.label == "Imported 2 bookmarks"
    assert [(edit.id, edit.before) for edit in change.edits] == [(3, None), (1, books[1])]
    assert len(books) == 2  # nothing has happened yet
    books.apply(change)
    assert (books[3].title, books[3].annotation) == ("new", "more")
    assert books[1].tags == ("kafka", "ops", "aws")
    assert books[1].url == "http://a.org/"


def test_an_import_of_nothing_is_a_change_of_nothing() -> None:
    change, report = plan_import(library(), [], NOW)
    assert (change.edits, counts(report)) == ((), (0, 0, 0, 0))


def test_the_change_is_named_by_the_bookmarks_that_it_touches() -> None:
    change, _ = plan_import(library(), [Draft("http://a.org")], NOW)
    assert change.label == "Imported 1 bookmark"


def test_what_is_over_the_limits_or_was_mended_is_kept_with_a_warning() -> None:
    books = library()
    report = take_in(
        books,
        Draft("http://a.org", tags=("x" * 300,), where="line 1"),
        Draft("http://b.org", title="t" * 70_000, where="line 2", warnings=("its date is not readable: now",)),
    )
    assert report.warnings == [
        "line 1: tag of 300 characters (the limit is 255), kept",
        "line 2: its date is not readable: now",
        "line 2: title of 70,000 characters (the limit is 65,536), kept",
    ]
    assert counts(report) == (2, 0, 0, 0)
    assert (len(books[1].tags[0]), len(books[2].title)) == (300, 70_000)


def test_a_bookmark_with_the_id_zero_is_found_too() -> None:
    books = Library({0: saved()}, OWNER)
    assert counts(take_in(books, Draft("http://a.org", added=LATE))) == (0, 0, 1, 0)


# --- what a draft becomes


def test_a_draft_becomes_a_clean_bookmark_of_the_owners() -> None:
    draft = Draft(
        " http://a.org/\x1b ",
        title="one\ntwo",
        annotation="kept\r\nas is\x07",
        tags=("a b", "A-B"),
        added=EARLY.replace(microsecond=999),
        by=OWNER,
        private=True,
        unread=True,
        extra={"pinboard": {"meta": "x"}},
    )
    assert accept(draft, OWNER, NOW) == Bookmark(
        url="http://a.org/",
        title="one two",
        annotation="kept\nas is",
        tags=("a-b",),
        added=EARLY,
        modified=EARLY,
        private=True,
        unread=True,
        extra={"pinboard": {"meta": "x"}},
    )
    assert accept(Draft("http://a.org", by="ann"), OWNER, NOW).by == "ann"


@given(st.builds(Draft, url=odd, title=odd, annotation=odd, by=odd, tags=st.lists(odd, max_size=3).map(tuple)))
def test_what_a_draft_becomes_is_tidy(draft: Draft) -> None:
    accepted = accept(draft, OWNER, NOW)
    assert tidy(accepted) is accepted


def test_absent_dates_are_now() -> None:
    undated = accept(Draft("http://a.org"), OWNER, NOW)
    assert (undated.added, undated.modified) == (NOW, NOW)
    dated = accept(Draft("http://a.org", added=EARLY, modified=LATE), OWNER, NOW)
    assert (dated.added, dated.modified) == (EARLY, LATE)


# --- merging


def test_a_merge_adds_and_never_takes_away() -> None:
    old = saved(tags=("Kafka", "ops"), annotation="first", added=LATE, private=True, extra={"a": 1, "b": 2})
    new = saved(
        "http://A.org",
        title="Title",
        tags=("aws", "KAFKA"),
        annotation="second",
        added=EARLY,
        unread=True,
        extra={"b": 3, "c": 4},
    )
    assert merge(old, new, NOW) == Bookmark(
        url="http://a.org/",
        title="Title",
        annotation="first\n\nsecond",
        tags=("Kafka", "ops", "aws"),
        added=EARLY,
        modified=NOW,
        private=True,
        extra={"a": 1, "b": 2, "c": 4},
    )


@pytest.mark.parametrize(
    ("old", "new", "merged"),
    [
        ("", "new", "new"),
        (" \n", "new", "new"),
        ("old", "", "old"),
        ("old", " \n", "old"),
        ("same", "same\n", "same"),
        ("one\n\ntwo", "two", "one\n\ntwo"),
        ("one", "one and more", "one\n\none and more"),
    ],
)
def test_a_differing_annotation_is_appended_once(old: str, new: str, merged: str) -> None:
    result = merge(saved(annotation=old), saved(annotation=new), NOW)
    assert result.annotation == merged
    assert merge(result, saved(annotation=new), NOW) is result


def test_a_merge_of_nothing_new_is_the_very_object() -> None:
    old = saved(title="kept", tags=("a", "b"), annotation="x", added=EARLY)
    assert merge(old, saved("HTTP://A.org", title="other", tags=("B",), annotation="x", private=True), NOW) is old


drafts = st.builds(
    Draft,
    url=bookmarks.map(lambda bookmark: bookmark.url)
    | st.sampled_from(["", " ", "http://notexample.com/\x00", "x", "X\u202e"]),
    title=st.sampled_from(["", " ", "one", "two\n"]),
    annotation=st.sampled_from(["", " ", "one", "two\r\n", "one two", "\x00"]),
    tags=st.lists(tag_names | st.sampled_from([" a b", ",", "\x00"]), max_size=3).map(tuple),
    added=st.none() | moments,
    modified=st.none() | moments,
    by=st.sampled_from(["", OWNER, "ann"]),
    extra=st.sampled_from([{}, {"x": 1}, {"x": 2, "y": [1]}]),
)


@given(st.lists(bookmarks, max_size=4), st.lists(drafts, max_size=8))
@settings(max_examples=30)
def test_importing_the_same_file_twice_adds_nothing(books: list[Bookmark], entries: list[Draft]) -> None:
    shelf = library(*books)
    report = take_in(shelf, *entries)
    assert sum(counts(report)) == len(entries)
    assert len(shelf) == len(books) + report.added
    after = dict(shelf.bookmarks)
    change, again = plan_import(shelf, entries, NOW + timedelta(days=1))
    assert change.edits == ()
    assert counts(again) == (0, 0, len(entries) - len(report.skipped), len(report.skipped))
    for id, book in enumerate(books, 1):
        assert set(book.tags) <= set(after[id].tags)
        assert book.annotation in after[id].annotation
        assert (book.url, book.private, book.unread, book.by) == tuple(
            getattr(after[id], name) for name in ("url", "private", "unread", "by")
        )
