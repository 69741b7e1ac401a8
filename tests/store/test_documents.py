"""Bookmarks as documents, and back, for any bookmark."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.store.documents import from_document, to_document, updated
from tests.store.sample import NOW, bookmark, document

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
bookmarks = st.builds(
    Bookmark,
    url=texts,
    title=texts,
    annotation=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    added=moments,
    modified=moments,
    by=texts,
    private=st.booleans(),
    unread=st.booleans(),
    extra=st.dictionaries(texts, values, max_size=2),
)
documents = st.dictionaries(st.sampled_from(Bookmark.__struct_fields__) | texts, values, max_size=10)


@given(bookmarks)
def test_a_bookmark_comes_back_from_its_document(saved: Bookmark) -> None:
    assert from_document(to_document(saved), datetime.now(UTC)) == saved


@given(documents)
def test_any_object_can_be_read_as_a_bookmark(found: dict[str, Any]) -> None:
    read = from_document(found, NOW)
    assert msgspec.convert(msgspec.to_builtins(read), Bookmark) == read  # every field has its type
    assert read.added.tzinfo is UTC


@given(documents, bookmarks)
def test_a_change_writes_what_differs_and_nothing_else(found: dict[str, Any], after: Bookmark) -> None:
    before = from_document(found, NOW)
    result = updated(found, before, after)
    same = {name for name in Bookmark.__struct_fields__ if getattr(before, name) == getattr(after, name)}
    others = set(found) - set(Bookmark.__struct_fields__)
    assert {name: result.get(name, "absent") for name in same | others} == {
        name: found.get(name, "absent") for name in same | others
    }
    reread = from_document(result, NOW)
    assert all(getattr(reread, name) == getattr(after, name) for name in Bookmark.__struct_fields__ if name not in same)


def test_fields_stand_in_the_order_of_the_file_and_unknown_ones_after_them() -> None:
    found = {"rating": 5, "modified": "2016-10-31T15:57:56Z", "url": "http://a.org/", "note": ""}
    result = updated(found, bookmark(), bookmark(title="A", unread=True))
    assert list(result) == ["url", "title", "modified", "unread", "rating", "note"]


def test_nothing_changed_is_the_same_document() -> None:
    assert updated(document(title="A"), bookmark(title="A"), bookmark(title="A")) == document(title="A")
