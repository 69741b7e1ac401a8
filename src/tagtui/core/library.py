"""The library: all bookmarks, their index, and the one place where they change."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from types import MappingProxyType
from typing import Any

from pyroaring import BitMap

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Delta
from tagtui.core.index import Index
from tagtui.core.order import ASCENDING, Order
from tagtui.core.query import Query
from tagtui.core.text import fold
from tagtui.core.url import comparison_key
from tagtui.core.view import Ids, View

_UPHEAVAL, _UPHEAVAL_PART = 2_000, 16  # so many edits, and that part of the library: then indexing anew is cheaper
_BULK = 100  # from so many edits on, moving them all at once, when an order is needed, is cheaper than moving each
_BY_TEXT = frozenset({Order.TITLE, Order.URL, Order.SITE})  # the orders by title and URL


class Library:
    """Bookmarks by id, with the owner's name.  Only :meth:`apply` changes it.

    Several threads may search and change it: they wait for each other.
    """

    def __init__(self, bookmarks: dict[int, Bookmark], owner: str) -> None:
        self.owner = owner
        self._bookmarks = bookmarks
        self._index: Index | None = None  # who only adds to a library never searches it
        self._orders: dict[Order, list[int]] = {}
        self._lent: set[Order] = set()  # those that a view goes through
        self._moved: dict[Order, set[int]] = {}  # the ids whose places in a stored order are to be found anew
        self._same_page: dict[str, list[int]] | None = None
        self._version = 0  # how many changes were made
        self._in_use = RLock()

    def __len__(self) -> int:
        return len(self._bookmarks)

    def __contains__(self, id: object) -> bool:
        return id in self._bookmarks

    def __getitem__(self, id: int) -> Bookmark:
        return self._bookmarks[id]

    @property
    def bookmarks(self) -> Mapping[int, Bookmark]:
        """All bookmarks by id, in the order of the file."""
        return MappingProxyType(self._bookmarks)

    @property
    def index(self) -> Index:
        """The index of the bookmarks; the first time it takes 250 ms at 100,000."""
        return self._index or self._make_index()

    def _make_index(self) -> Index:
        with self._in_use:
            if self._index is None:
                self._index = Index(self._bookmarks, self.owner)
            return self._index

    @property
    def next_id(self) -> int:
        """The id that the next new bookmark gets: one more than the highest, as TinyDB counts."""
        if not self._bookmarks:
            return 1
        return 1 + (max(self._bookmarks) if self._index is None else self._index.everything.max())

    @property
    def version(self) -> int:
        """A number that every change makes a higher one."""
        return self._version

    def find(self, url: str) -> int | None:
        """Return the id of the bookmark of the same page (by :func:`comparison_key`), or ``None``."""
        return self.find_key(comparison_key(url))

    def find_key(self, key: str) -> int | None:
        """Return the id of the bookmark whose URL has this comparison key, the lowest of several, or ``None``."""
        with self._in_use:
            if self._same_page is None:
                self._same_page = _by_page(self._bookmarks.items())
            ids = self._same_page.get(key)
            return min(ids) if ids else None

    def duplicates(self) -> list[list[int]]:
        """Return the ids of each page that several bookmarks are of, by :func:`comparison_key`."""
        with self._in_use:
            self.find_key("")
            return [sorted(ids) for ids in (self._same_page or {}).values() if len(ids) > 1]

    def apply(self, change: Change) -> Delta:
        """Make ``change``, whole, and return what it touched.

        Raises ValueError, and changes nothing, if a bookmark is not what the change says that it was.
        """
        with self._in_use:
            self._check(change)
            self._version += 1
            if len(change.edits) > max(_UPHEAVAL, len(self) // _UPHEAVAL_PART):
                self._take_all(change)
                return Delta.of(change.edits)
            if len(change.edits) > _BULK:
                for order in self._orders:
                    self._moved.setdefault(order, set())
            for order in self._lent.intersection(self._orders):
                self._orders[order] = self._orders[order].copy()  # a view may not be through with it
            self._lent.clear()
            for edit in change.edits:
                self._replace(edit.id, edit.before, edit.after)
        return Delta.of(change.edits)

    def _check(self, change: Change) -> None:
        expected: dict[int, Bookmark | None] = {}
        for edit in change.edits:
            if expected.get(edit.id, self._bookmarks.get(edit.id)) != edit.before:
                raise ValueError(f"bookmark {edit.id} is not what the change {change.label!r} expects")
            expected[edit.id] = edit.after

    def _take_all(self, change: Change) -> None:
        """Make a change of so many bookmarks that all that is derived from them is made anew, once it is asked for."""
        for edit in change.edits:
            if edit.after is None:
                self._bookmarks.pop(edit.id, None)
            else:
                self._bookmarks[edit.id] = edit.after
        self._orders.clear()
        self._lent.clear()
        self._moved.clear()
        self._same_page = None
        self._index = self._index and self._index.anew({edit.id for edit in change.edits})

    def _replace(self, id: int, before: Bookmark | None, after: Bookmark | None) -> None:
        orders = [order for order in self._orders if _moves(order, before, after)]
        for order in orders:
            if order in self._moved:
                self._moved[order].add(id)
            elif before is not None:
                self._orders[order].pop(self._place(order, id))
        if before is not None and self._same_page is not None:
            self._same_page[comparison_key(before.url)].remove(id)
        if after is None:
            self._bookmarks.pop(id, None)
        else:
            self._bookmarks[id] = after  # where it stood, if it was there
            for order in orders:
                if order not in self._moved:
                    self._orders[order].insert(self._place(order, id), id)
            if self._same_page is not None:
                self._same_page.setdefault(comparison_key(after.url), []).append(id)
        if self._index is not None:
            self._index.replace(id, before, after)

    def search(self, query: Query, order: Order = Order.RELEVANCE) -> View:
        """Return what ``query`` leaves, in ``order``.  Pure; at 100,000 bookmarks 1 to 10 ms, with text 20 to 40."""
        if query.texts:
            self.index.fold_all()  # which may take long after a start, and keeps nobody waiting
        with self._in_use:
            return self._search(query, order)

    def _search(self, query: Query, order: Order) -> View:
        matched = self.index.everything
        for term in query.terms:
            matched = self.index.select(term, matched)
        if matched is self.index.everything:
            matched = matched.copy()  # the index changes its own
        return View(
            query,
            order,
            Ids(self._in_order(query, order, matched), matched),
            self.index.related(matched),
            len(self),
            matched,
            *self.index.lend(),
            self.index,
        )

    def _in_order(self, query: Query, order: Order, matched: BitMap) -> Iterable[int]:
        if order is Order.MODIFIED:
            return reversed(self._lend(Order.MODIFIED))
        if order not in (Order.ADDED, Order.RELEVANCE):
            return self._lend(order)
        newest_first = reversed(self._lend(Order.OLDEST))
        if order is Order.ADDED or not query.texts:
            return newest_first
        return self._by_relevance(filter(matched.__contains__, newest_first), tuple(map(fold, query.texts)))

    def _lend(self, order: Order) -> list[int]:
        """Return all ids in a stored order, which stays as it is, whatever is changed."""
        self._lent.add(order)
        return self._ascending(order)

    def _by_relevance(self, ids: Iterable[int], needles: Sequence[str]) -> Iterator[int]:
        """Yield ``ids`` by :meth:`Index.field_rank`, the best ones as soon as they are met."""
        later: dict[int, list[int]] = {}
        for id in ids:
            rank = self.index.field_rank(id, needles)
            if rank:
                later.setdefault(rank, []).append(id)
            else:
                yield id
        for rank in sorted(later):
            yield from later[rank]

    @contextmanager
    def unchanged(self) -> Iterator[Index]:
        """Lend the index, and let nobody change the library meanwhile."""
        with self._in_use:
            yield self.index

    def newest(self, count: int) -> list[int]:
        """Return the ids of the ``count`` bookmarks added last, the newest first."""
        with self._in_use:
            return self._ascending(Order.OLDEST)[: -count - 1 : -1]

    def prepare(self) -> None:
        """Work out every order and the sites, so that the first use of one takes no longer than the second."""
        for order in ASCENDING:
            with self._in_use:
                self._ascending(order)
        with self._in_use:
            self.index.sites()
        while self._same_page is None:
            self._prepare_pages()

    def _prepare_pages(self) -> None:
        """Work out which bookmarks are of the same page; nobody waits, and a change meanwhile makes it vain."""
        version = self._version
        pages = _by_page(list(self._bookmarks.items()))
        with self._in_use:
            if self._version == version:
                self._same_page = pages

    def _ascending(self, order: Order) -> list[int]:
        """Return all ids in a stored order; equal ones stand by id."""
        moved = self._moved.pop(order, None)
        if order not in self._orders:
            key, books = ASCENDING[order], self._bookmarks
            self._orders[order] = sorted(sorted(books), key=lambda id: key(books[id]))
        elif moved:
            self._move(order, moved)
        return self._orders[order]

    def _move(self, order: Order, moved: set[int]) -> None:
        """Put ``moved``, ids that stood or belong elsewhere in a stored order, where they belong."""
        key, books = ASCENDING[order], self._bookmarks
        self._orders[order] = rest = [id for id in self._orders[order] if id not in moved]
        there = sorted(sorted(moved & books.keys()), key=lambda id: key(books[id]))
        ids: list[int] = []
        start = 0
        for id in there:
            end = self._place(order, id, start)
            ids += rest[start:end]
            ids.append(id)
            start = end
        self._orders[order] = ids + rest[start:]

    def _place(self, order: Order, id: int, start: int = 0) -> int:
        """Return where ``id``, a bookmark of the library, stands or belongs in a stored order, from ``start`` on."""
        key, books = ASCENDING[order], self._bookmarks

        def whole_key(other: int) -> tuple[Any, int]:
            return key(books[other]), other

        return bisect_left(self._orders[order], whole_key(id), start, key=whole_key)


def _moves(order: Order, before: Bookmark | None, after: Bookmark | None) -> bool:
    """Tell whether what makes ``after`` of ``before`` gives it another place in a stored order."""
    if before is None or after is None:
        return True
    if order in _BY_TEXT and before.title == after.title and before.url == after.url:
        return False  # before a text is folded in vain
    key = ASCENDING[order]
    return bool(key(before) != key(after))


def _by_page(bookmarks: Iterable[tuple[int, Bookmark]]) -> dict[str, list[int]]:
    """Return the ids of the bookmarks of each page, by its comparison key."""
    pages: dict[str, list[int]] = {}
    for id, bookmark in bookmarks:
        pages.setdefault(comparison_key(bookmark.url), []).append(id)
    return pages
