"""The rules of merging, one by one, and those that hold for whatever is merged."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagtui.store.journal import Net
from tagtui.store.merging import merged, replay
from tagtui.store.tables import RawTables
from tests.store.sample import document

Fields = dict[str, Any]
PATH = Path("bookmarks.json")
URL = "http://a.org/"


def of(**fields: Any) -> Fields:
    return document(URL, **fields)


def merge(base: Fields | None, ours: Fields | None, theirs: Fields | None) -> Fields | None:
    return merged("bookmarks", base, ours, theirs)


# --- what one side did


def test_what_only_one_side_changed_is_taken_from_that_side() -> None:
    base, mine, other = of(title="A"), of(title="B"), of(title="A", unread=True, rating=5)
    assert merge(base, mine, base) == mine
    assert merge(base, base, other) == other
    assert merge(base, mine, other) == of(title="B", unread=True, rating=5)


def test_an_edit_beats_a_delete_and_a_delete_takes_what_nobody_edited() -> None:
    base, edited = of(title="A"), of(title="B")
    assert merge(base, None, edited) == merge(base, edited, None) == edited
    assert merge(base, None, base) is merge(base, base, None) is merge(base, None, None) is None


def test_what_one_side_added_is_there() -> None:
    assert merge(None, of(), None) == merge(None, None, of()) == merge(None, of(), of()) == of()


def test_a_field_that_went_away_is_at_its_default() -> None:
    assert merge(of(title="A", unread=True), of(title="A"), of(title="B", unread=True)) == of(title="B")
    assert merge(of(rating=5, title="A"), of(title="A"), of(rating=5)) == of()


def test_a_default_that_is_written_out_and_a_date_in_another_form_are_no_edits() -> None:
    written = of(title="", tags=[], unread=False) | {"added": "2016-10-31T15:57:56+00:00"}
    assert merge(of(), None, written) is None
    assert merge(written, of(title="A"), of()) == of(title="A")
    assert merge(of(rating=5), None, of(rating=6)) == of(rating=6)


# --- what both sides did


def test_tags_are_sets() -> None:
    result = merge(of(tags=["a", "b", "c"]), of(tags=["a", "c", "mine"]), of(tags=["c", "b", "theirs", "a"]))
    assert result == of(tags=["c", "theirs", "a", "mine"])


def test_a_tag_that_both_added_stands_once_and_all_tags_taken_away_leave_none() -> None:
    assert merge(of(), of(tags=["a", "x"]), of(tags=["x", "b"])) == of(tags=["x", "b", "a"])
    assert merge(of(tags=["a", "b"]), of(tags=["a"]), of(tags=["b"])) == of(tags=[])


def test_tags_that_a_script_wrote_as_a_text_are_tags() -> None:
    assert merge(of(tags="a b"), of(tags=["b", "mine"]), of(tags="a b theirs")) == of(tags=["b", "theirs", "mine"])
    assert merge(of(), of(tags="a b", title="A"), of(title="B"))["tags"] == ["a", "b", "conflict:title"]


def test_a_text_that_holds_the_other_is_taken_and_flags_are_joined() -> None:
    assert merge(of(annotation="A"), of(annotation="A\n\nB"), of(annotation="B")) == of(annotation="A\n\nB")
    assert merge(of(), of(private=True, annotation="x"), of(private=True, unread=True)) == of(
        private=True, unread=True, annotation="x"
    )


def test_the_first_time_added_and_the_last_time_modified_stand() -> None:
    base, early, late = ({"url": URL, "added": at, "modified": at} for at in ("2015", "2014", "2016"))
    assert merge(base, early, late) == {"url": URL, "added": "2014", "modified": "2016"}


def test_extra_holds_what_either_side_knows() -> None:
    mine, other = of(extra={"x": 1, "both": "mine"}), of(extra={"y": 2, "both": "theirs"})
    assert merge(of(), mine, other) == of(extra={"x": 1, "y": 2, "both": "mine", "conflict:both": "theirs"})


@pytest.mark.parametrize("field", ["title", "by", "url"])
def test_a_conflict_keeps_both_sides_and_says_so_in_a_tag(field: str) -> None:
    result = merge(of(tags=["t"]), of(tags=["t"]) | {field: "Ours"}, of(tags=["t"]) | {field: "Theirs"})
    assert result == of(tags=["t", f"conflict:{field}"], annotation=f"Another {field}: Theirs") | {field: "Ours"}


def test_two_annotations_stand_one_below_the_other() -> None:
    result = merge(of(annotation="A"), of(annotation="Ours"), of(annotation="Theirs"))
    assert result == of(annotation="Theirs\n\nOurs", tags=["conflict:annotation"])


def test_a_conflict_in_another_table_keeps_theirs_beside_ours() -> None:
    assert merged("notes", {"text": "a"}, {"text": "b"}, {"text": "c"}) == {"text": "b", "conflict:text": "c"}
    assert merged("notes", {"tags": [1]}, {"tags": [2]}, {"tags": [1], "x": 1}) == {"tags": [2], "x": 1}


# --- what holds for whatever is merged

TAGS = st.lists(st.sampled_from("abcd"), unique=True, max_size=4)
VALUES = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x", "y"]) | TAGS
WELL_FORMED = st.fixed_dictionaries(
    {"url": st.just(URL), "added": st.just("2016"), "modified": st.sampled_from(["2016", "2017", "2018"])},
    optional={
        "title": st.sampled_from(["A", "B", "C"]),
        "annotation": st.sampled_from(["x", "y", "x\n\ny"]),
        "tags": TAGS,
        "unread": st.booleans(),
        "extra": st.dictionaries(st.sampled_from("pq"), st.integers(0, 2)),
        "rating": st.integers(0, 2),
    },
)
MALFORMED = st.dictionaries(st.sampled_from(["url", "title", "annotation", "tags", "unread", "extra", "added"]), VALUES)
DOCUMENTS = st.none() | WELL_FORMED | MALFORMED
TABLES = st.sampled_from(["bookmarks", "notes"])


@given(table=TABLES, base=DOCUMENTS, other=DOCUMENTS)
@settings(deadline=None)
def test_what_one_side_left_alone_is_as_the_other_has_it(table: str, base: Fields | None, other: Fields | None) -> None:
    assert merged(table, base, other, base) == other
    assert merged(table, base, base, other) == other
    assert merged(table, base, other, other) == other


@given(base=st.none() | WELL_FORMED, ours=WELL_FORMED, theirs=WELL_FORMED)
@settings(max_examples=40, deadline=None)
def test_merging_twice_changes_nothing(base: Fields | None, ours: Fields, theirs: Fields) -> None:
    once = merge(base, ours, theirs)
    assert merge(base, ours, once) == once


@given(table=TABLES, base=DOCUMENTS, ours=MALFORMED, theirs=MALFORMED)
@settings(max_examples=40, deadline=None)
def test_merging_what_is_no_bookmark_comes_to_rest(
    table: str, base: Fields | None, ours: Fields, theirs: Fields
) -> None:
    twice = merged(table, base, ours, merged(table, base, ours, theirs))
    assert merged(table, base, ours, twice) == twice


@given(base=WELL_FORMED, ours=WELL_FORMED, theirs=WELL_FORMED)
@settings(max_examples=40, deadline=None)
def test_it_does_not_matter_for_tags_and_flags_who_merges_whom(base: Fields, ours: Fields, theirs: Fields) -> None:
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one is not None
    assert other is not None
    assert set(one.get("tags", [])) == set(other.get("tags", []))
    assert one.get("unread", False) == other.get("unread", False)
    assert one["modified"] == other["modified"]


@given(base=WELL_FORMED, ours=WELL_FORMED, theirs=WELL_FORMED)
@settings(max_examples=40, deadline=None)
def test_nothing_that_either_side_wrote_is_lost(base: Fields, ours: Fields, theirs: Fields) -> None:
    result = merge(base, ours, theirs)
    assert result is not None
    everything = f"{result}"
    for side in (ours, theirs):
        if side.get("title", "") != base.get("title", ""):
            assert side.get("title", "") in everything
        if side.get("annotation", "") not in base.get("annotation", ""):
            assert side["annotation"] in result["annotation"]
        assert {*side.get("tags", [])} - {*base.get("tags", [])} <= {*result.get("tags", [])}


@given(base=DOCUMENTS, ours=DOCUMENTS, theirs=DOCUMENTS)
@settings(max_examples=40, deadline=None)
def test_nothing_is_changed_in_what_is_merged(base: Fields | None, ours: Fields | None, theirs: Fields | None) -> None:
    before = repr((base, ours, theirs))
    merge(base, ours, theirs)
    assert repr((base, ours, theirs)) == before


# --- whole changes


def tables(**documents: Fields) -> RawTables:
    """Return tables with these bookmarks, by the ids ``_1``, ``_2``, …."""
    found = RawTables(PATH, b"")
    for id, fields in documents.items():
        found.put(("bookmarks", id.removeprefix("_")), fields)
    return found


def replayed(changes: Net, there: RawTables) -> dict[str, Fields]:
    """Make the changes, twice, and return the bookmarks then."""
    for _ in range(2):
        for edit in replay(changes, there):
            there.put(edit.key, edit.new)
    return {id: there.get(("bookmarks", id)) or {} for id in there.tables.get("bookmarks", {})}


A, B, C = (document(f"http://{name}.org/", added=f"2016-01-0{n}T00:00:00Z") for n, name in enumerate("abc", 1))


def test_a_new_bookmark_whose_id_is_taken_gets_another_one_and_comes_in_once() -> None:
    assert replayed({("bookmarks", "1"): (None, A)}, tables(_1=B)) == {"1": B, "2": A}


def test_the_same_page_added_on_both_sides_is_one_bookmark() -> None:
    mine, other = A | {"tags": ["mine"]}, A | {"tags": ["theirs"]}
    assert replayed({("bookmarks", "1"): (None, mine)}, tables(_1=B, _2=other)) == {
        "1": B,
        "2": A | {"tags": ["theirs", "mine"]},
    }


def test_a_bookmark_is_known_by_its_url_whatever_id_it_has_now() -> None:
    assert replayed({("bookmarks", "1"): (A, A | {"title": "T"})}, tables(_1=B, _5=A)) == {
        "1": B,
        "5": A | {"title": "T"},
    }
    assert replayed({("bookmarks", "1"): (A, None)}, tables(_1=B, _5=A)) == {"1": B}


def test_an_edit_of_what_they_deleted_brings_it_back_even_where_its_id_is_taken() -> None:
    edited = A | {"title": "T"}
    assert replayed({("bookmarks", "1"): (A, edited)}, tables()) == {"1": edited}
    assert replayed({("bookmarks", "1"): (A, edited)}, tables(_1=B)) == {"1": B, "2": edited}


def test_a_bookmark_that_comes_back_never_takes_the_id_of_another_that_is_new() -> None:
    edited = A | {"title": "T"}
    changes: Net = {("bookmarks", "2"): (None, B), ("bookmarks", "1"): (A, edited)}
    assert replayed(changes, tables(_1=C)) == {"1": C, "2": B, "3": edited}
    assert replayed(dict(reversed(changes.items())), tables(_1=C)) == {"1": C, "2": edited, "3": B}


def test_an_id_that_went_from_one_bookmark_to_another_stands_for_a_delete_and_an_add() -> None:
    changes: Net = {("bookmarks", "1"): (A, B)}
    assert replayed(changes, tables(_1=A)) == {"1": B}
    assert replayed(changes, tables(_1=A | {"title": "T"})) == {"1": A | {"title": "T"}, "2": B}
    assert replayed(changes, tables(_1=C, _2=A)) == {"1": C, "3": B}


def test_a_url_that_was_changed_is_the_same_bookmark_still() -> None:
    moved = A | {"url": "http://new.org/"}
    assert replayed({("bookmarks", "1"): (A, moved)}, tables(_1=A | {"title": "T"})) == {"1": moved | {"title": "T"}}
    assert replayed({("bookmarks", "1"): (A, A | {"title": "T"})}, tables(_1=moved)) == {"1": moved | {"title": "T"}}


def test_what_nobody_can_read_is_no_hindrance_to_finding_another() -> None:
    odd = b'{"bookmarks": {"7": {"url": "http://odd.org/", "n": 1e999}, "8": {"url": "http://a.org/"}}}'
    there = RawTables(PATH, odd)
    assert there.find("http://a.org/") == ("bookmarks", "8")
    assert there.find("http://odd.org/") == ("bookmarks", "7")
