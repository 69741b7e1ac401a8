"""The index: which bookmarks have a tag, a state, a site or a text, as Roaring bitmaps.

A bitmap of ids per tag makes any intersection, and the count of every other tag inside it, a matter of milliseconds at
100,000 bookmarks and 20,000 tags (Lemire, Ssi-Yan-Kai, Kaser: "Consistently faster and smaller compressed bitmaps with
Roaring", 2016).  An update costs the tags of the bookmark touched.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from itertools import chain, islice
from threading import Lock

from pyroaring import BitMap

from tagtui.core.bookmark import Bookmark, parents, tag_key
from tagtui.core.query import AnyOf, Before, By, Is, Not, Positive, Since, Site, Tag, Term, Text
from tagtui.core.text import fold
from tagtui.core.url import site

# Counting the tags bookmark by bookmark costs three times as much a bookmark as asking a tag's bitmap costs a tag.
# tests/benchmarks measures where the two cross.
_HELD_TEXTS = 16
_BITMAPS_ABOVE = 0.3  # bookmarks to count per tag of the library


class Index:
    """Bitmaps over the ids of ``bookmarks``, which stays the caller's: tell the index of each change to it."""

    def __init__(self, bookmarks: Mapping[int, Bookmark], owner: str) -> None:
        self._bookmarks = bookmarks
        self._whose = owner
        self._owner = fold(owner)
        self.everything = BitMap(bookmarks)
        self.names: dict[str, str] = {}  # by tag key: the casing first seen, which is that of the lowest id
        self._tagged: dict[str, BitMap] = {}
        self._under: dict[str, set[str]] = {}  # by tag key: the keys of the tags under it
        self._sorted_keys: list[str] = []
        self._is_lent = False
        self._totals: dict[str, int] | None = None  # by tag key: how many bookmarks have it; None: not counted yet
        self._private, self._unread, self._untagged = BitMap(), BitMap(), BitMap()
        self._by: dict[str, BitMap] = {}
        self._texts: dict[int, str] = {}
        self._unfolded: list[int] = list(bookmarks)[::-1]  # ids whose text is not folded yet
        self._held: dict[str, BitMap] = {}  # by folded text: who holds it, for the last few searched
        self._folding = Lock()  # a search or a change may come while another thread folds ahead
        self._sites: dict[str, BitMap] | None = None
        self._build()

    def _build(self) -> None:
        spelled: dict[str, list[int]] = {}
        private, unread, untagged = [], [], []
        for id, bookmark in self._bookmarks.items():
            for tag in bookmark.tags:
                try:
                    spelled[tag].append(id)
                except KeyError:
                    spelled[tag] = [id]
            if not bookmark.tags:
                untagged.append(id)
            if bookmark.private:
                private.append(id)
            if bookmark.unread:
                unread.append(id)
            if bookmark.by:
                self._by.setdefault(fold(bookmark.by), BitMap()).add(id)
        for tag, ids in spelled.items():
            key = tag_key(tag)
            if key in self._tagged:
                if min(ids) < self._tagged[key].min():
                    self.names[key] = tag
                self._tagged[key].update(ids)
            else:
                self._tagged[key] = BitMap(ids)
                self.names[key] = tag
                if "/" in key:
                    self._add_to_parents(key)
        self._sorted_keys = sorted(self._tagged)
        self._private, self._unread = BitMap(private), BitMap(unread)
        self._untagged = BitMap(untagged)

    # --- changes

    def lend(self) -> tuple[dict[str, str], list[str]]:
        """Return the names of all tags by key, and the keys, sorted, for a view to hold: they stay as they are."""
        self._is_lent = True
        return self.names, self._sorted_keys

    def _own_names(self) -> None:
        """Go on with copies of what is lent, before it is changed."""
        if self._is_lent:
            self.names, self._sorted_keys = self.names.copy(), self._sorted_keys.copy()
            self._is_lent = False

    def replace(self, id: int, before: Bookmark | None, after: Bookmark | None) -> None:
        """Take in that bookmark ``id`` was ``before`` and is ``after``; ``None`` means that it is not there."""
        self._totals = None
        self._held.clear()
        kept = {*before.tags}.intersection(after.tags) if before is not None and after is not None else frozenset()
        if before is not None:
            self._remove(id, before, kept)
        if after is not None:
            self._add(id, after, kept)
        if self._sites is not None and (before is None or after is None or before.url != after.url):
            if before is not None:
                _discard(self._sites, site(before.url), id)
            if after is not None:
                self._sites.setdefault(site(after.url), BitMap()).add(id)

    def anew(self, touched: Collection[int]) -> "Index":
        """Return an index of the bookmarks as they are now, of which those with the ids ``touched`` were changed.

        After a change of 50,000 it takes a tenth of the time that to replace them one by one does.
        """
        other = Index(self._bookmarks, self._whose)
        with self._folding:
            other._texts = {id: t for id, t in self._texts.items() if id in self._bookmarks and id not in touched}
        other._unfolded = [id for id in other._unfolded if id not in other._texts]
        return other

    def _add(self, id: int, bookmark: Bookmark, kept: Set[str]) -> None:
        self.everything.add(id)
        for tag in bookmark.tags:
            if tag in kept:
                continue
            key = tag_key(tag)
            if key not in self._tagged:
                self._own_names()
                self._tagged[key] = BitMap()
                insort(self._sorted_keys, key)
                self._add_to_parents(key)
            self._tagged[key].add(id)
            if self._tagged[key].min() == id:
                self._own_names()
                self.names[key] = tag
        for flag, bitmap in self._flags(bookmark):
            if flag:
                bitmap.add(id)
        if bookmark.by:
            self._by.setdefault(fold(bookmark.by), BitMap()).add(id)
        text = _searchable(bookmark)
        with self._folding:
            self._texts[id] = text

    def _remove(self, id: int, bookmark: Bookmark, kept: Set[str]) -> None:
        self.everything.discard(id)
        for tag in bookmark.tags:
            if tag in kept:
                continue
            key = tag_key(tag)
            ids = self._tagged.get(key)
            if ids is None:
                continue
            ids.discard(id)
            if not ids:
                self._forget(key)
            elif ids.min() > id:
                self._own_names()
                self.names[key] = next(tag for tag in self._bookmarks[ids.min()].tags if tag_key(tag) == key)
        for _, bitmap in self._flags(bookmark):
            bitmap.discard(id)
        if bookmark.by:
            _discard(self._by, fold(bookmark.by), id)
        with self._folding:
            self._texts.pop(id, None)

    def _flags(self, bookmark: Bookmark) -> tuple[tuple[bool, BitMap], ...]:
        return (
            (bookmark.private, self._private),
            (bookmark.unread, self._unread),
            (not bookmark.tags, self._untagged),
        )

    def _add_to_parents(self, key: str) -> None:
        for parent in parents(key):
            self._under.setdefault(parent, set()).add(key)

    def _forget(self, key: str) -> None:
        self._own_names()
        del self._tagged[key], self.names[key]
        self._sorted_keys.pop(bisect_left(self._sorted_keys, key))
        for parent in parents(key):
            self._under[parent].discard(key)
            if not self._under[parent]:
                del self._under[parent]

    # --- questions

    def tagged(self, tag: Tag) -> BitMap:
        """Return the ids of the bookmarks that ``tag`` matches; not to be changed."""
        key = tag_key(tag.name)
        if tag.prefix:
            start = bisect_left(self._sorted_keys, key)
            found = []
            for candidate in islice(self._sorted_keys, start, None):
                if not candidate.startswith(key):
                    break
                found.append(self._tagged[candidate])
            return BitMap.union(*found) if found else BitMap()
        own = self._tagged.get(key)
        under = self._under.get(key)
        if under is None:
            return own if own is not None else BitMap()
        return BitMap.union(*filter(None, (own, *(self._tagged[child] for child in under))))

    def select(self, term: Term, within: BitMap) -> BitMap:
        """Return the ids of ``within`` that ``term`` matches."""
        if isinstance(term, Not):
            return within - self._positive(term.term, within)
        return self._positive(term, within)

    def _positive(self, term: Positive, within: BitMap) -> BitMap:
        match term:
            case Tag():
                return within & self.tagged(term)
            case AnyOf(tags):
                return within & BitMap.union(*map(self.tagged, tags))
            case Text(text):
                return self._holding(fold(text), within)
            case Site(host):
                return within & self._on_site(host.lower().removeprefix("www."))
            case By(name):
                return within & self._saved_by(fold(name))
            case Since(day):
                start, books = day.start, self._bookmarks
                return BitMap([id for id in within if books[id].added >= start])
            case Before(day):
                start, books = day.start, self._bookmarks
                return BitMap([id for id in within if books[id].added < start])
            case Is(state):
                return self._in_state(state, within)

    def _saved_by(self, name: str) -> BitMap:
        if name != self._owner:
            return self._by.get(name, BitMap())
        others = [ids for other, ids in self._by.items() if other != name]
        return self.everything.difference(*others) if others else self.everything

    def _in_state(self, state: str, within: BitMap) -> BitMap:
        match state:
            case "private":
                return within & self._private
            case "public":
                return within - self._private
            case "unread":
                return within & self._unread
            case "read":
                return within - self._unread
            case _:
                return within & self._untagged

    def _on_site(self, host: str) -> BitMap:
        tail = "." + host
        found = [ids for name, ids in self.sites().items() if name == host or name.endswith(tail)]
        return BitMap.union(*found) if found else BitMap()

    def sites(self) -> Mapping[str, BitMap]:
        """Return the ids of the bookmarks of each :func:`site`; not to be changed."""
        if self._sites is None:
            grouped: dict[str, list[int]] = {}
            for id, bookmark in self._bookmarks.items():
                grouped.setdefault(site(bookmark.url), []).append(id)
            self._sites = {name: BitMap(ids) for name, ids in grouped.items()}
        return self._sites

    def _holding(self, needle: str, within: BitMap) -> BitMap:
        self.fold_all()
        texts = self._texts
        if needle in self._held:
            return self._held[needle] & within
        # What holds "kafka" holds "kafk": while a person types, only the matches of the shorter text are looked at.
        shorter = [ids for text, ids in self._held.items() if text in needle]
        pool = min(shorter, key=len, default=self.everything)
        if 2 * len(within) < len(pool):
            return BitMap([id for id in within if needle in texts[id]])
        if pool is self.everything:
            found = BitMap([id for id, text in texts.items() if needle in text])
        else:
            found = BitMap([id for id in pool if needle in texts[id]])
        if len(self._held) == _HELD_TEXTS:
            del self._held[next(iter(self._held))]
        self._held[needle] = found
        return found & within

    def fold_some(self, count: int) -> bool:
        """Fold the texts of up to ``count`` more bookmarks, so that a first search need not; tell if any are left."""
        with self._folding:
            for _ in range(min(count, len(self._unfolded))):
                unfolded = self._unfolded.pop()
                bookmark = self._bookmarks.get(unfolded)
                if bookmark is not None and unfolded not in self._texts:
                    self._texts[unfolded] = _searchable(bookmark)
            return bool(self._unfolded)

    def fold_all(self) -> None:
        """Fold what is not folded yet, a hundred texts at a time: another thread's change waits for no more."""
        while self.fold_some(100):
            pass

    def field_rank(self, id: int, needles: Iterable[str]) -> int:
        """Return how far down the best place of each folded needle is: title 0, tags 1, URL 2, annotation 3, summed."""
        text = self._texts.get(id, "")
        return sum(text.count("\0", 0, text.find(needle)) for needle in needles)

    def related(self, matched: BitMap) -> dict[str, int]:
        """Return, by tag key, how many of the ``matched`` bookmarks have each tag that any of them has.

        A tag that stands above others (``a`` over ``a/b``) counts what picking it would give.
        """
        few = _BITMAPS_ABOVE * len(self._tagged)
        if len(matched) <= few:
            counts = self._related_by_bookmarks(matched)
        elif len(self.everything) - len(matched) <= few:
            counts = self._related_by_the_rest(matched)
        else:
            counts = self._related_by_bitmaps(matched)
        return self._with_tags_under(counts, matched)

    def _with_tags_under(self, counts: dict[str, int], matched: BitMap) -> dict[str, int]:
        for parent in self._under.keys() & counts.keys():
            counts[parent] = self.tagged(Tag(parent)).intersection_cardinality(matched)
        return counts

    def _related_by_bitmaps(self, matched: BitMap) -> dict[str, int]:
        return {key: count for key, ids in self._tagged.items() if (count := ids.intersection_cardinality(matched))}

    def _related_by_bookmarks(self, matched: BitMap) -> dict[str, int]:
        books = self._bookmarks
        spelled = Counter(chain.from_iterable([books[id].tags for id in matched]))
        counts: dict[str, int] = {}
        for tag, count in spelled.items():
            key = tag_key(tag)
            counts[key] = counts.get(key, 0) + count
        return counts

    def _related_by_the_rest(self, matched: BitMap) -> dict[str, int]:
        """Count where nearly everything matches: all there is, less what the few others have."""
        if self._totals is None:
            self._totals = {key: len(ids) for key, ids in self._tagged.items()}
        counts = self._totals.copy()
        for key, count in self._related_by_bookmarks(self.everything - matched).items():
            counts[key] -= count
            if not counts[key]:
                del counts[key]
        return counts

    def miscounted(self) -> list[str]:
        """Return the keys of tags whose bitmap is not what the bookmarks say: none, unless there is a fault in here."""
        found: dict[str, set[int]] = {key: set() for key in self._tagged}
        for id, bookmark in self._bookmarks.items():
            for tag in bookmark.tags:
                found.setdefault(tag_key(tag), set()).add(id)
        return [key for key, ids in found.items() if ids != set(self._tagged.get(key, ()))]

    def count(self, key: str) -> int:
        """Return how many bookmarks of the whole library picking the tag would give."""
        return len(self.tagged(Tag(key)))

    def counts(self, keys: Collection[str]) -> dict[str, int]:
        """Return :meth:`count` of each of the ``keys``, all of them tags, in a fifth of the time."""
        own = self._totals or {key: len(self._tagged[key]) for key in keys}
        return {key: self.count(key) if key in self._under else own[key] for key in keys}


def _discard(groups: dict[str, BitMap], name: str, id: int) -> None:
    if name in groups:
        groups[name].discard(id)
        if not groups[name]:
            del groups[name]


def _searchable(bookmark: Bookmark) -> str:
    """Return the folded text of a bookmark, its fields in order of weight and kept apart by NUL, which none holds."""
    return fold("\0".join((bookmark.title, " ".join(bookmark.tags), bookmark.url, bookmark.annotation)))
