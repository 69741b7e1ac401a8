"""A change and its inverse."""

from datetime import UTC, datetime

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Delta, Edit

DAY = datetime(2016, 10, 31, tzinfo=UTC)
OLD, NEW = (Bookmark(url=f"http://{name}.org", added=DAY, modified=DAY) for name in ("old", "new"))


def test_the_inverse_goes_back_the_way_it_came() -> None:
    change = Change("all sorts", (Edit(1, None, OLD), Edit(2, OLD, NEW), Edit(3, OLD, None), Edit(2, NEW, OLD)))
    back = change.inverse()
    assert back.label == "all sorts"
    assert back.edits == (Edit(2, OLD, NEW), Edit(3, None, OLD), Edit(2, NEW, OLD), Edit(1, OLD, None))
    assert back.inverse() == change


def test_a_delta_tells_added_changed_and_removed_apart() -> None:
    edits = (Edit(1, None, OLD), Edit(2, OLD, NEW), Edit(3, OLD, None), Edit(4, None, OLD), Edit(4, OLD, None))
    assert Delta.of(edits) == Delta(frozenset({1}), frozenset({2}), frozenset({3}))
    assert Delta.of(()) == Delta(frozenset(), frozenset(), frozenset())
