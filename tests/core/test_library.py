"""The library under any sequence of changes, held against :mod:`tests.core.naive`."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Delta, Edit
from tagtui.core.library import Library
from tagtui.core.order import Order, TagOrder
from tagtui.core.query import STATES, AnyOf, Before, By, Day, Is, Not, Query, Since, Site, Tag, Text, parse
from tagtui.core.view import View

from . import naive
from .drawn import OWNER, bookmarks, meeting_queries, moments

orders = st.sampled_from(Order)
positive = (
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
EVERY_KIND_OF_QUERY = [Query(), *(Query((term,)) for term in positive), *(Query((Not(term),)) for term in positive)]


def shown(view: View) -> tuple[object, ...]:
    """Return all that a view shows."""
    names = [view.names[key] for key in view.related(TagOrder.NAME)]
    return list(view.ids), view.counts.copy(), names, view.related(TagOrder.COUNT), len(view), view.total


class ChangingLibrary(RuleBasedStateMachine):
    """Changes of every kind; after each one every kind of question has the naive answer."""

    def __init__(self) -> None:
        super().__init__()
        self.books: dict[int, Bookmark] = {}
        self.library = Library({}, OWNER)
        self.history: list[tuple[Change, dict[int, Bookmark]]] = []
        self.views: list[tuple[View, tuple[object, ...]]] = []

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
        assert delta.added == self.books.keys() - before.keys()
        assert delta.removed == before.keys() - self.books.keys()
        assert delta.changed >= {id for id in self.books.keys() & before.keys() if self.books[id] != before[id]}

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

    @rule(wrong=bookmarks, good=bookmarks)
    def try_a_change_that_does_not_fit(self, wrong: Bookmark, good: Bookmark) -> None:
        next_id = self.library.next_id
        misfit = Edit(next_id + 1, wrong, None)
        with pytest.raises(ValueError, match="not what the change 'a change' expects"):
            self.library.apply(Change("a change", (Edit(next_id, None, good), misfit)))

    @rule(query=meeting_queries, order=orders, look=st.booleans())
    def search(self, query: Query, order: Order, look: bool) -> None:
        view = self.library.search(query, order)
        expected = naive.search(self.books, query, order, OWNER)
        if look:
            assert list(view.ids) == expected
        counts = naive.related(self.books, expected)
        names = naive.names(self.books)
        by_count = sorted(sorted(counts), key=lambda key: -counts[key])
        kept = (expected, counts, [names[key] for key in sorted(counts)], by_count, len(expected), len(self.books))
        self.views = [*self.views[-2:], (view, kept)]

    @rule(count=st.integers(0, 3))
    def fold_some_texts_beforehand(self, count: int) -> None:
        self.library.index.fold_some(count)

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
        assert index.keys == sorted(names)
        everything = naive.related(self.books, list(self.books))
        assert {key: index.count(key) for key in names} == everything

    @invariant()
    def the_same_page_is_found_by_any_of_its_urls(self) -> None:
        for url, other in (("HTTP://NOTexample.com:80/#", "notexample.com"), ("https://example.com/a?fbclid=1", "//example.com/a")):
            ids = [id for id, book in self.books.items() if other in book.url]
            assert self.library.find(url) == min(ids, default=None)
        assert self.library.find("http://nowhere.org") is None

    @invariant()
    def views_taken_earlier_show_what_they_showed(self) -> None:
        for view, kept in self.views:
            assert shown(view) == kept


ChangingLibrary.TestCase.settings = settings(
    max_examples=40, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestChangingLibrary = ChangingLibrary.TestCase
