"""The view: what a query leaves of the library, ready to be shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

from pyroaring import BitMap

from tagtui.core.index import Index
from tagtui.core.order import Order, TagOrder, association
from tagtui.core.query import Query


class Ids(Sequence[int]):
    """The ids of ``matched`` in the order of ``ordered``, found as far down as somebody looks.

    Going through 100,000 ids takes 6 ms, and a screen shows fifty.
    """

    def __init__(self, ordered: Iterable[int], matched: BitMap) -> None:
        self._matched = matched
        self._size = len(matched)
        self._found: list[int] = []
        self._rest = filter(matched.__contains__, ordered)

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> list[int]: ...
    def __getitem__(self, at: int | slice) -> int | list[int]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(self._size))]
        at = at if at >= 0 else at + self._size
        if not 0 <= at < self._size:
            raise IndexError(at)
        missing = at + 1 - len(self._found)
        if missing > 0:
            self._found.extend(next(self._rest) for _ in range(missing))
        return self._found[at]

    def __contains__(self, id: object) -> bool:
        return isinstance(id, int) and id in self._matched

    def __iter__(self) -> Iterator[int]:
        self._found.extend(self._rest)
        return iter(self._found)

    def place(self, id: int) -> int | None:
        """Return the position of ``id``, or ``None`` when it is not among them."""
        if id not in self._matched:
            return None
        if id in self._found:
            return self._found.index(id)
        at = len(self._found)
        while self[at] != id:
            at += 1
        return at


@dataclass(frozen=True, slots=True)
class View:
    """The answer to a query: the bookmarks' ids in ``order``, and the count of every tag on them, by its key.

    It stays as it is when the library changes; only the association of its tags is reckoned with the library as it is.
    """

    query: Query
    order: Order
    ids: Ids
    counts: dict[str, int]
    total: int  # bookmarks in the whole library
    matched: BitMap = field(repr=False)
    names: Mapping[str, str] = field(repr=False)  # by tag key: how the tag is shown
    keys: Sequence[str] = field(repr=False)  # of all the library's tags, sorted
    index: Index = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def related(self, order: TagOrder = TagOrder.COUNT, without: frozenset[str] = frozenset()) -> list[str]:
        """Return the keys of the tags on the view's bookmarks in ``order``, but for those in ``without``."""
        counts = self.counts
        if 4 * len(counts) < len(self.keys):
            keys = sorted(counts)
        elif len(counts) < len(self.keys):
            keys = [key for key in self.keys if key in counts]
        else:
            keys = list(self.keys)
        for key in without & counts.keys():
            keys.remove(key)
        if order is TagOrder.COUNT:
            keys.sort(key=counts.__getitem__, reverse=True)  # stable: equal counts stay by name
        elif order is TagOrder.ASSOCIATION:
            keys.sort(key=self._association, reverse=True)
        return keys

    def _association(self, key: str) -> float:
        return association(self.counts[key], self.index.count(key), len(self.ids), self.total)

    def narrows(self, key: str) -> bool:
        """Tell whether picking the related tag would leave fewer bookmarks."""
        return self.counts[key] < len(self.ids)
