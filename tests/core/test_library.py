"""The library under any sequence of changes, held against :mod:`tests.core.naive`."""

from datetime import UTC, datetime, timedelta
from threading import Thread, current_thread
from typing import Any, cast
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tagtui.core import index
from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Delta, Edit
from tagtui.core.library import Library
from tagtui.core.order import ASCENDING, Order, TagOrder
from tagtui.core.query import STATES, AnyOf, Before, By, Day, Is, Not, Positive, Query, Since, Site, Tag, Text, parse
from tagtui.core.view import View

from . import naive
from .drawn import OWNER, bookmarks, meeting_queries

orders = st.sampled_from(Order)
positive: tuple[Positive, ...] = (
    *map(Tag, ["a", "A/B", "ab", "é", "日本", ".private", "nowhere"]),
    *(Tag(name, prefix=True) for name in ("queue", "A", "queue*")),
    AnyOf((Tag("A/b"), Tag("queue", prefix=True))),
    *map(Text, ["kafka", "EA", "strasse"]),
    *map(Site, ["Example.com", "www.example.com", "com"]),
    *map(By, ["ann", OWNER, "nobody"]),
    Since(Day(2015, 3)),
    Before(Day(2015, 3, 1)),
    *map(Is, STATES),
)
EVERY_KIND_OF_QUERY = [
    Query(),
    *(Query((term,)) for term in positive),
    *(Query((Not(term),)) for term in positive),
    *(Query((Not(Tag("a")), term)) for term in positive),
]


def shown(view: View) -> tuple[object, ...]:
    """Return all that a view shows."""
    names = [view.names[key] for key in view.related(TagOrder.NAME)]
    return list(view.ids), view.counts.copy(), names, view.related(TagOrder.COUNT), len(view), view.total


class ChangingLibrary(RuleBasedStateMachine):
    """Changes of every kind; after each one every kind of question has the naive answer."""

    def __init__(self) -> None:
        super().__init__()
        self.books: dict[int, Bookmark]
        self.library: Library
        self.history: list[tuple[Change, dict[int, Bookmark]]] = []
        self.fresh_view: tuple[View, tuple[object, ...]] | None = None  # not looked at before the next change
        self.views: list[tuple[View, tuple[object, ...]]] = []

    @initialize(books=st.dictionaries(st.integers(1, 9), bookmarks, max_size=5))
    def load(self, books: dict[int, Bookmark]) -> None:
        self.books = books
        self.library = Library(books.copy(), OWNER)

    def apply(self, *edits: Edit) -> None:
        change = Change("a change", edits)
        self.history.append((change, self.books.copy()))
        delta = self.library.apply(change)
        for edit in edits:
            if edit.after is None:
                del self.books[edit.id]
            else:
                self.books[edit.id] = edit.after
        before = self.history[-1][1]
        self.grow_old()
        assert delta.added == self.books.keys() - before.keys()
        assert delta.removed == before.keys() - self.books.keys()
        assert delta.changed >= {id for id in self.books.keys() & before.keys() if self.books[id] != before[id]}

    def grow_old(self) -> None:
        if self.fresh_view is not None:
            self.views = [*self.views[-2:], self.fresh_view]
            self.fresh_view = None

    @rule(bookmark=bookmarks)
    def add(self, bookmark: Bookmark) -> None:
        self.apply(Edit(self.library.next_id, None, bookmark))

    @precondition(lambda self: self.books)
    @rule(data=st.data(), after=bookmarks | st.none())
    def edit_or_delete(self, data: st.DataObject, after: Bookmark | None) -> None:
        id = data.draw(st.sampled_from(sorted(self.books)))
        self.apply(Edit(id, self.books[id], after))

    @rule(data=st.data())
    def change_many_at_once(self, data: st.DataObject) -> None:
        ids = data.draw(st.lists(st.integers(1, 12), unique=True, min_size=2))
        wanted = [(id, self.books.get(id), data.draw(bookmarks | st.none())) for id in ids]
        self.apply(*(Edit(id, before, after) for id, before, after in wanted if before or after))

    @precondition(lambda self: self.history)
    @rule()
    def undo(self) -> None:
        change, before = self.history.pop()
        self.library.apply(change.inverse())
        self.books = before
        self.grow_old()

    @rule(wrong=bookmarks, good=bookmarks)
    def try_a_change_that_does_not_fit(self, wrong: Bookmark, good: Bookmark) -> None:
        next_id = self.library.next_id
        misfit = Edit(next_id + 1, wrong, None)
        with pytest.raises(ValueError, match="not what the change 'a change' expects"):
            self.library.apply(Change("a change", (Edit(next_id, None, good), misfit)))

    @rule(query=meeting_queries | st.just(Query()), order=orders, look=st.integers(0, 9))
    def search(self, query: Query, order: Order, look: int) -> None:
        view = self.library.search(query, order)
        expected = naive.search(self.books, query, order, OWNER)
        assert view.ids[:look] == expected[:look]
        counts = naive.related(self.books, expected)
        names = naive.names(self.books)
        by_count = sorted(sorted(counts), key=lambda key: -counts[key])
        kept = (expected, counts, [names[key] for key in sorted(counts)], by_count, len(expected), len(self.books))
        self.fresh_view = (view, kept)

    @invariant()
    def every_question_has_the_naive_answer(self) -> None:
        assert dict(self.library.bookmarks) == self.books
        assert len(self.library) == len(self.books)
        for query in EVERY_KIND_OF_QUERY:
            view = self.library.search(query, Order.OLDEST)
            ids = naive.search(self.books, query, Order.OLDEST, OWNER)
            assert list(view.ids) == ids, query
            assert view.counts == naive.related(self.books, ids), query
        for order in Order:
            ids = naive.search(self.books, Query(), order, OWNER)
            assert list(self.library.search(Query(), order).ids) == ids, order

    @invariant()
    def both_ways_of_counting_agree(self) -> None:
        index = self.library.index
        for query in EVERY_KIND_OF_QUERY[:8]:
            matched = self.library.search(query).matched
            assert index._related_by_bitmaps(matched) == index._related_by_bookmarks(matched)

    @invariant()
    def tags_are_known_by_the_casing_first_seen(self) -> None:
        names = naive.names(self.books)
        index = self.library.index
        assert index.names == names
        assert index.lend()[1] == sorted(names)
        everything = naive.related(self.books, list(self.books))
        assert {key: index.count(key) for key in names} == everything

    @invariant()
    def the_same_page_is_found_by_any_of_its_urls(self) -> None:
        for url, other in (
            ("HTTP://NOTexample.com:80/#", "notexample.com"),
            ("https://example.com/a?fbclid=1", "//example.com/a"),
        ):
            ids = [id for id, book in self.books.items() if other in book.url]
            assert self.library.find(url) == min(ids, default=None)
        assert self.library.find("http://nowhere.org") is None

    @invariant()
    def views_taken_earlier_show_what_they_showed(self) -> None:
        for view, kept in self.views:
            assert shown(view) == kept


ChangingLibrary.TestCase.settings = settings(max_examples=12, stateful_step_count=12)
TestChangingLibrary = ChangingLibrary.TestCase


class UpheavedLibrary(ChangingLibrary):
    """The same where every change is of so many bookmarks that all is indexed anew."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = patch("tagtui.core.library._UPHEAVAL", 0)
        self.patched.start()

    def teardown(self) -> None:
        self.patched.stop()


UpheavedLibrary.TestCase.settings = settings(max_examples=6, stateful_step_count=12)
TestUpheavedLibrary = UpheavedLibrary.TestCase


class MovedLibrary(ChangingLibrary):
    """The same where every change is of so many bookmarks that their places are found when they are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = patch("tagtui.core.library._BULK", 0)
        self.patched.start()

    def teardown(self) -> None:
        self.patched.stop()


MovedLibrary.TestCase.settings = settings(max_examples=6, stateful_step_count=12)
TestMovedLibrary = MovedLibrary.TestCase


# --- one by one


@given(st.dictionaries(st.integers(1, 9), bookmarks, max_size=8), meeting_queries, orders)
@settings(max_examples=30)
def test_a_library_that_was_loaded_answers_as_one_that_grew(
    books: dict[int, Bookmark], query: Query, order: Order
) -> None:
    loaded = Library(dict(books), OWNER).search(query, order)
    expected = naive.search(books, query, order, OWNER)
    assert list(loaded.ids) == expected
    assert loaded.counts == naive.related(books, expected)
    assert loaded.names == naive.names(books)


def bookmark(url: str = "http://a.org", title: str = "", tags: str = "", days: int = 0, **fields: Any) -> Bookmark:
    day = datetime(2016, 10, 31, tzinfo=UTC) + timedelta(days=days)
    return Bookmark(url=url, title=title, tags=tuple(tags.split()), added=day, modified=day, **fields)


def library(*books: Bookmark) -> Library:
    return Library(dict(enumerate(books, 1)), OWNER)


def found(library: Library, text: str, order: Order = Order.RELEVANCE) -> list[int]:
    return list(library.search(parse(text).query, order).ids)


def test_the_best_place_of_a_word_comes_first_and_the_newest_of_equals() -> None:
    books = library(
        bookmark(annotation="On Kafka", title="d", days=9),
        bookmark(url="http://kafka.org", annotation="kafka", days=8),
        bookmark(tags="kafka-streams", url="http://kafka.org", days=7),
        bookmark(title="old kafka", days=1),
        bookmark(title="new KAFKA", days=2),
        bookmark(title="none", days=3),
    )
    assert found(books, "kafka") == [5, 4, 3, 2, 1]
    assert found(books, "kafka o") == [4, 5, 3, 2, 1]  # ranks are summed: 0 + 0, 0 + 2, 1 + 2, 2 + 2, 3 + 2
    assert found(books, "kafka", Order.ADDED) == [1, 2, 3, 5, 4]
    assert found(books, "-kafka") == [6]


def test_a_word_is_sought_within_one_field() -> None:
    books = library(bookmark(title="one", tags="two three", annotation="four\nfive"))
    assert found(books, '"one two"') == found(books, '"three http"') == []
    assert found(books, '"two three"') == found(books, '"FOUR five"') == [1]


def test_what_the_owner_saved_is_found_by_the_owners_name() -> None:
    books = library(bookmark(), bookmark(by="ann"), bookmark(by="JM"), bookmark(by="Ann"))
    assert found(books, "by:jm") == [3, 1]
    assert found(books, "by:ANN") == found(books, "-by:Jm") == [4, 2]


def test_a_tag_written_anew_is_shown_anew_and_undo_brings_the_old_casing_back() -> None:
    books = library(bookmark(tags="kafka"), bookmark(tags="kafka ops"), bookmark(tags="KAFKA"))
    anew = Change("anew", tuple(Edit(id, books[id], bookmark(tags="Kafka")) for id in (1, 2)))
    books.apply(anew)
    assert books.index.names == {"kafka": "Kafka"}
    books.apply(anew.inverse())
    assert books.index.names == {"kafka": "kafka", "ops": "ops"}
    books.apply(Change("gone", (Edit(1, books[1], None), Edit(2, books[2], None))))
    assert books.index.names == {"kafka": "KAFKA"}


def test_an_edited_bookmark_keeps_its_place_in_the_file() -> None:
    books = library(bookmark(), bookmark(), bookmark())
    books.apply(Change("edited", (Edit(2, books[2], bookmark(title="new")),)))
    assert list(books.bookmarks) == [1, 2, 3]


def test_several_edits_to_one_bookmark_count_as_what_they_come_to() -> None:
    first, second = bookmark(title="first"), bookmark(title="second", tags="a")
    books = library(first)
    books.search(Query(), Order.TITLE)
    change = Change(
        "twice", (Edit(1, first, second), Edit(1, second, None), Edit(2, None, first), Edit(2, first, second))
    )
    assert books.apply(change) == Delta(frozenset({2}), frozenset(), frozenset({1}))
    assert found(books, "#a", Order.TITLE) == [2]
    books.apply(change.inverse())
    assert dict(books.bookmarks) == {1: first}
    with pytest.raises(ValueError, match="bookmark 1 is not what"):
        books.apply(Change("forked", (Edit(1, first, second), Edit(1, first, None))))
    assert dict(books.bookmarks) == {1: first}


def test_changes_need_not_wait_until_every_text_is_folded() -> None:
    books = library(*(bookmark(title=title) for title in ("one", "two", "three", "four")))
    assert books.index.fold_some(1)
    edits = Edit(1, books[1], bookmark(title="four")), Edit(2, books[2], None), Edit(3, books[3], bookmark(title="six"))
    books.apply(Change("early", edits))
    assert found(books, "four") == [4, 1]
    assert found(books, "one") == found(books, "two") == found(books, "three") == []


def test_a_view_stays_as_it_was_when_all_it_shows_is_deleted() -> None:
    books = library(bookmark(tags="A x"), bookmark(tags="a y"), bookmark(tags="z"))
    part, whole = books.search(parse("#a").query), books.search(Query())
    books.apply(Change("gone", tuple(Edit(id, books[id], None) for id in (1, 2, 3))))
    assert (part.ids[:], whole.ids[:]) == ([2, 1], [3, 2, 1])
    assert part.related(TagOrder.NAME) == ["a", "x", "y"]
    assert whole.related(TagOrder.NAME) == sorted(whole.names) == ["a", "x", "y", "z"]
    assert part.related() == ["a", "x", "y"]
    assert part.names["a"] == "A"


@pytest.mark.parametrize("after", [bookmark(title="new"), None])
def test_a_change_while_another_thread_folds_that_very_text_is_not_lost(
    after: Bookmark | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = library(bookmark(title="old"))
    change = Thread(target=books.apply, args=[Change("meanwhile", (Edit(1, books[1], after),))])
    as_it_is = index._searchable

    def slowly(book: Bookmark) -> str:
        if current_thread() is not change:
            change.start()
            change.join(0.05)
        return as_it_is(book)

    monkeypatch.setattr(index, "_searchable", slowly)
    books.index.fold_some(1)
    change.join()
    assert found(books, "old") == []
    assert found(books, "new") == [1] * (after is not None)


def test_a_change_while_another_thread_sorts_stands_in_the_order_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    books = library(bookmark(title="b"), bookmark(title="c"))
    change = Thread(target=books.apply, args=[Change("meanwhile", (Edit(3, None, bookmark(title="a")),))])
    as_it_is = ASCENDING[Order.TITLE]

    def slowly(book: Bookmark) -> object:
        if change.ident is None:
            change.start()
            change.join(0.05)
        return as_it_is(book)

    monkeypatch.setitem(cast(dict[Order, object], ASCENDING), Order.TITLE, slowly)
    assert found(books, "", Order.TITLE) == [1, 2]
    change.join()
    assert found(books, "", Order.TITLE) == [3, 1, 2]


@pytest.mark.parametrize("order", Order)
def test_a_change_of_hundreds_is_as_one_of_few(order: Order) -> None:
    books = library(*(bookmark(f"http://{n % 7}.org/{n}", f"t{n % 11}", f"x{n % 3} y", days=n % 5) for n in range(700)))
    early = books.search(Query(), order)
    first = early.ids[0]
    before = naive.search(books.bookmarks, Query(), order, OWNER)
    books.apply(Change("many", tuple(Edit(id, books[id], bookmark(tags="new")) for id in range(1, 602))))
    assert found(books, "#new") == list(range(601, 0, -1))
    assert found(books, "", order) == naive.search(books.bookmarks, Query(), order, OWNER)
    assert list(early.ids) == before
    assert early.ids[0] == first
    assert early.counts["y"] == 700


def test_the_next_id_is_one_more_than_the_highest() -> None:
    assert Library({}, OWNER).next_id == 1
    assert Library({7: bookmark(), 3: bookmark()}, OWNER).next_id == 8
