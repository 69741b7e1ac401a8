"""Which bookmarks have a tag, and what stands beside it; the library's tests hold every question to brute force."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.core.index import Index
from tagtui.core.query import Tag

from . import naive
from .drawn import OWNER, bookmarks

DAY = datetime(2016, 10, 31, tzinfo=UTC)


def index(*tags: str) -> Index:
    """Return an index of bookmarks 1, 2, … with these tags."""
    books = {
        id: Bookmark(url="http://a.org", tags=tuple(t.split()), added=DAY, modified=DAY) for id, t in enumerate(tags, 1)
    }
    return Index(books, OWNER)


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        (Tag("a"), [1, 2, 3]),
        (Tag("A/B"), [2, 3]),
        (Tag("a/b/c"), [3]),
        (Tag("a", prefix=True), [1, 2, 3, 4]),
        (Tag("a/", prefix=True), [2, 3]),
        (Tag("a*"), []),
        (Tag("queue*"), [6]),
        (Tag("queue", prefix=True), [5, 6]),
        (Tag("QUEUE*", prefix=True), [6]),
        (Tag("nowhere"), []),
        (Tag("nowhere", prefix=True), []),
    ],
)
def test_a_tag_finds_itself_and_those_under_it_and_a_prefix_all_that_begin_so(tag: Tag, found: list[int]) -> None:
    assert list(index("a", "A/b", "a/b/c", "ab", "queues", "queue*").tagged(tag)) == found


def test_a_tag_counts_what_picking_it_gives_and_is_listed_where_a_bookmark_carries_it() -> None:
    tags = index("a x", "a/b x", "A/B/c")
    assert tags.related(tags.everything) == {"a": 3, "a/b": 2, "a/b/c": 1, "x": 2}
    assert tags.related(tags.tagged(Tag("a/b"))) == {"a/b": 2, "a/b/c": 1, "x": 1}
    assert [tags.count(key) for key in tags.lend()[1]] == [3, 2, 1, 2]


@given(st.dictionaries(st.integers(1, 60), bookmarks, max_size=10), st.data())
@settings(max_examples=40)
def test_all_ways_of_counting_give_what_counting_by_hand_gives(books: dict[int, Bookmark], data: st.DataObject) -> None:
    tags = Index(books, OWNER)
    ids = data.draw(st.lists(st.sampled_from(sorted(books)), unique=True)) if books else []
    matched = tags.everything & type(tags.everything)(ids)
    by_hand = naive.related(books, ids)
    for count in (tags._related_by_bitmaps, tags._related_by_bookmarks, tags._related_by_the_rest):
        assert tags._with_tags_under(count(matched), matched) == by_hand
    assert tags.related(matched) == by_hand


def test_texts_can_be_folded_a_few_at_a_time() -> None:
    tags = index("a", "b", "c")
    assert [tags.fold_some(2), tags.fold_some(2), tags.fold_some(2)] == [True, False, False]
