"""The view: ids found as far down as somebody looks, and the related tags in their orders."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from tagtui.core.bookmark import Bookmark
from tagtui.core.library import Library
from tagtui.core.order import TagOrder, association
from tagtui.core.query import Query
from tagtui.core.view import Ids, View

DAY = datetime(2016, 10, 31, tzinfo=UTC)


class Counted:
    """An iterator over ``ids`` that tells how many were asked for."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = iter(ids)
        self.asked = 0

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        self.asked += 1
        return next(self.ids)


def test_ids_are_found_only_as_far_down_as_somebody_looks() -> None:
    ordered = Counted(list(range(10_000)))
    ids = Ids(ordered, BitMap(range(0, 10_000, 2)))
    assert (len(ids), ordered.asked) == (5_000, 0)
    assert (500 in ids, 501 in ids, object() in ids, ordered.asked) == (True, False, False, 0)
    assert (ids[3], ordered.asked) == (6, 7)
    assert (ids[:3], ids[1], ids.place(4), ordered.asked) == ([0, 2, 4], 2, 2, 7)
    assert (ids.place(11), ordered.asked) == (None, 7)
    assert (ids.place(10), ordered.asked < 5_000) == (5, True)


@given(st.lists(st.integers(0, 60), unique=True), st.data())
def test_ids_are_the_matched_ones_in_order_whatever_is_asked_first(ordered: list[int], data: st.DataObject) -> None:
    matched = data.draw(st.lists(st.sampled_from(ordered), unique=True)) if ordered else []
    expected = [id for id in ordered if id in matched]
    ids = Ids(iter(ordered), BitMap(matched))
    size = len(expected)
    for ask in data.draw(st.lists(st.sampled_from(["at", "slice", "place", "all"]), max_size=5)):
        if ask == "at" and size:
            at = data.draw(st.integers(-size, size - 1))
            assert ids[at] == expected[at]
        elif ask == "slice":
            part = data.draw(st.slices(size))
            assert ids[part] == expected[part]
        elif ask == "place":
            id = data.draw(st.integers(0, 61))
            assert ids.place(id) == (expected.index(id) if id in expected else None)
        elif ask == "all":
            assert list(ids) == expected
    assert list(ids) == list(ids) == expected
    assert list(reversed(ids)) == expected[::-1]
    assert len(ids) == size
    for outside in (size, -size - 1):
        with pytest.raises(IndexError):
            ids[outside]


def view() -> View:
    tags = ["Kafka ops", "kafka ops", "kafka aws", "kafka ops b", *["aws"] * 3, *["z"] * 9, *["b"] * 2]
    books = {
        id: Bookmark(url="http://a.org", tags=tuple(t.split()), added=DAY, modified=DAY) for id, t in enumerate(tags, 1)
    }
    return Library(books, "jm").search(Query().pick("kafka"))


def test_related_tags_stand_by_count_then_name_or_by_name_or_by_association() -> None:
    kafka = view()
    assert kafka.counts == {"kafka": 4, "ops": 3, "aws": 1, "b": 1}
    assert kafka.related() == kafka.related(TagOrder.COUNT) == ["kafka", "ops", "aws", "b"]
    assert kafka.related(TagOrder.NAME) == ["aws", "b", "kafka", "ops"]
    assert kafka.related(TagOrder.ASSOCIATION) == ["kafka", "ops", "b", "aws"]
    assert association(1, 3, 4, 18) > association(1, 4, 4, 18)
    assert [kafka.names[key] for key in kafka.related()] == ["Kafka", "ops", "aws", "b"]


def test_in_the_whole_library_no_tag_is_unusual_and_the_count_orders_them() -> None:
    book = Bookmark(url="http://a.org", tags=("b", "a"), added=DAY, modified=DAY)
    other = Bookmark(url="http://b.org", tags=("b",), added=DAY, modified=DAY)
    everything = Library({1: book, 2: other}, "jm").search(Query())
    assert everything.related(TagOrder.ASSOCIATION) == ["b", "a"]
    assert everything.tag_order(TagOrder.ASSOCIATION) is TagOrder.COUNT
    assert view().tag_order(TagOrder.ASSOCIATION) is TagOrder.ASSOCIATION


def test_a_few_tags_of_many_stand_by_name_too() -> None:
    book = Bookmark(url="http://a.org", tags=("z", "b", "M", "a"), added=DAY, modified=DAY)
    others = Bookmark(url="http://b.org", tags=tuple(map(str, range(40))), added=DAY, modified=DAY)
    few = Library({1: book, 2: others}, "jm").search(Query().pick("z"))
    assert few.related(TagOrder.NAME) == few.related() == ["a", "b", "m", "z"]


def test_picked_and_excluded_tags_stand_elsewhere() -> None:
    kafka = view()
    assert kafka.related(without=frozenset({"kafka", "aws", "unknown"})) == ["ops", "b"]
    assert kafka.related(TagOrder.NAME, kafka.query.picked) == ["aws", "b", "ops"]


def test_a_tag_on_every_match_cannot_narrow() -> None:
    kafka = view()
    assert (len(kafka), kafka.total) == (4, 18)
    assert not kafka.narrows("kafka")
    assert kafka.narrows("ops")
