"""``LibraryDB`` beside a default TinyDB: the same calls give the same answers and the same documents."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import Query, TinyDB, where
from tinydb.operations import add, delete, increment
from tinydb.operations import set as put
from tinydb.table import Document, Table

from tagtui.store.storage import LibraryDB
from tests.store.sample import document

# --- the same random calls on both

NAMES = st.sampled_from(["bookmarks", "notes", "_default"])
IDS = st.integers(0, 9)
VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "日本", 1.0, 0.5, 2**70])
FIELDS = st.dictionaries(
    st.sampled_from("abc"),
    VALUES | st.lists(VALUES, max_size=2) | st.dictionaries(st.text(max_size=2), VALUES, max_size=2),
)
DOCUMENTS = FIELDS | st.builds(Document, FIELDS, IDS)
CONDITIONS = st.sampled_from(
    [
        where("a") == 1,
        where("a").exists(),
        (where("b") != "a") & ~(where("c") == None),  # noqa: E711  -- a query, not a comparison
        Query().fragment({"a": "日本"}),
        Query().noop(),
        where("b").test(lambda value: isinstance(value, list)),
        where("zzz") == 1,
    ]
)
CHANGES = st.sampled_from(
    [put("a", [1, {"x": "y"}]), delete("a"), increment("b"), add("c", [2]), dict.clear, dict.popitem]
)
CALLS = st.one_of(
    st.tuples(st.just("insert"), DOCUMENTS),
    # Not with and without ids at once: TinyDB 4.9 takes a later id for the next one then, and refuses it.
    st.tuples(st.just("insert_multiple"), st.lists(FIELDS, max_size=3) | st.lists(DOCUMENTS, max_size=1)),
    st.tuples(st.just("update"), FIELDS | CHANGES, CONDITIONS | st.none()),
    st.tuples(st.just("update"), FIELDS | CHANGES, st.none(), st.lists(IDS, max_size=3)),
    st.tuples(st.just("update_multiple"), st.lists(st.tuples(FIELDS | CHANGES, CONDITIONS), max_size=2)),
    st.tuples(st.just("upsert"), DOCUMENTS, CONDITIONS | st.none()),
    st.tuples(st.just("remove"), CONDITIONS | st.none()),
    st.tuples(st.just("remove"), st.none(), st.lists(IDS, max_size=3)),
    st.tuples(st.just("get"), CONDITIONS | st.none()),
    st.tuples(st.just("get"), st.none(), IDS),
    st.tuples(st.just("get"), st.none(), st.none(), st.lists(IDS, max_size=3)),
    st.tuples(st.just("search"), CONDITIONS),
    st.tuples(st.just("count"), CONDITIONS),
    st.tuples(st.just("contains"), CONDITIONS),
    st.tuples(st.just("contains"), st.none(), IDS),
    st.tuples(st.just("all")),
    st.tuples(st.just("__len__")),
    st.tuples(st.just("truncate")),
    st.tuples(st.just("drop_table")),
    st.tuples(st.just("tables")),
    st.tuples(st.just("reopen")),
)


def answer(db: TinyDB, name: str, call: tuple[Any, ...]) -> str:
    """Return what a call gives, or what it raises, as text: to Python 1 and 1.0 are equal."""
    method, *arguments = call
    try:
        if method == "drop_table":
            return repr(db.drop_table(name))
        if method == "tables":
            return repr(sorted(db.tables()))
        found = getattr(db.table(name), method)(*arguments)
    except Exception as error:  # noqa: BLE001  -- whatever it is, it is to be the same
        return type(error).__name__
    ids = [one.doc_id for one in found] if isinstance(found, list) and found and isinstance(found[0], Document) else ()
    return f"{found!r} {ids} {getattr(found, 'doc_id', '')}"


@given(calls=st.lists(st.tuples(NAMES, CALLS), max_size=25))
@settings(max_examples=40, deadline=None)
def test_the_same_calls_give_the_same_answers_and_leave_the_same_documents(
    calls: list[tuple[str, tuple[Any, ...]]],
) -> None:
    with TemporaryDirectory() as folder:
        ours, plain = Path(folder) / "ours.json", Path(folder) / "plain.json"
        for path in (ours, plain):
            path.write_text('{"bookmarks": {"3": {"a": 1}}}')
        here, there = LibraryDB(ours), TinyDB(plain)
        for name, call in calls:
            if call == ("reopen",):
                here.close()
                there.close()
                here, there = LibraryDB(ours), TinyDB(plain)
                continue
            assert answer(here, name, call) == answer(there, name, call), call
        here.close()
        there.close()
        assert as_text(ours) == as_text(plain)


def as_text(path: Path) -> str:
    """Return the tables, whose order nobody promises, as text: to Python 1 and 1.0 are equal."""
    tables = json.loads(path.read_text("utf-8"))
    return repr({name: dict(sorted(tables[name].items())) for name in sorted(tables)})


# --- two handles


@contextmanager
def two(path: Path) -> Iterator[tuple[Table, Table]]:
    """Open the bookmarks of the library at ``path`` twice."""
    with LibraryDB(path) as one, LibraryDB(path) as other:
        yield one.table("bookmarks"), other.table("bookmarks")


def test_two_handles_see_each_others_changes_at_once(library: Path) -> None:
    with two(library) as (one, other):
        url = where("url") == "http://a.org/"
        assert (len(one), one.search(url), other.search(url)) == (2, [], [])
        id = one.insert(document())
        assert other.get(doc_id=id) == document()
        assert other.search(url) == [document()]
        assert other.update({"title": "A"}, url) == [id]
        assert one.search(url) == [document(title="A")]
        assert other.insert(document("http://b.org/")) == id + 1
        assert one.insert(document("http://c.org/")) == id + 2
        assert one.remove(doc_ids=[id]) == [id]
        assert (other.contains(url), other.count(url), len(other)) == (False, 0, 4)
        other.truncate()
        assert (one.all(), len(one)) == ([], 0)


def test_two_handles_see_each_others_changes_across_folds_and_tables(library: Path) -> None:
    one, other = LibraryDB(library), LibraryDB(library)
    one.table("notes").insert({"text": "mine"})
    assert other.tables() == {"library", "bookmarks", "notes"}
    one.close()
    assert other.table("notes").all() == [{"text": "mine"}]
    other.drop_table("notes")
    other.close()
    with LibraryDB(library) as again:
        assert again.tables() == {"library", "bookmarks"}


def test_a_plain_handle_that_was_opened_before_a_fold_writes_and_nothing_is_lost(library: Path) -> None:
    plain, db = TinyDB(library, encoding="utf-8"), LibraryDB(library)
    ours = db.table("bookmarks").insert(document("http://ours.org/"))
    db.storage._ledger.fold()  # type: ignore[attr-defined]  # what an idle TUI does
    theirs = plain.table("bookmarks").insert(document("http://theirs.org/"))
    assert ours == theirs == 3, "it cannot see ours"
    found = db.table("bookmarks")
    assert found.get(doc_id=3) == document("http://ours.org/")
    assert found.get(where("url") == "http://theirs.org/") == document("http://theirs.org/")
    assert len({row.doc_id for row in found}) == len(found) == 4
    plain.close()
    db.close()


# --- what is given out, and what is taken in


def test_what_is_given_out_may_be_changed_without_harm(library: Path) -> None:
    with LibraryDB(library) as db:
        table = db.table("bookmarks")
        url = where("url") == "http://kafka.org/"
        before = json.dumps(table.all())
        ways: list[Callable[[], Any]] = [
            lambda: table.get(doc_id=1),
            lambda: table.get(url),
            lambda: table.get(doc_ids=[1])[0],
            lambda: table.search(url)[0],
            lambda: table.search(url)[0],  # from the cache
            lambda: table.all()[0],
            lambda: next(iter(table)),
        ]
        for way in ways:
            found = way()
            found["tags"].append("spoilt")
            found.clear()
            assert json.dumps(table.all()) == before
    assert json.loads(library.read_text("utf-8"))["bookmarks"]["1"]["tags"] == ["kafka", "ops"]


def test_what_was_taken_in_may_be_changed_without_harm(library: Path) -> None:
    mine: dict[str, Any] = document(tags=["a"])
    with LibraryDB(library) as db:
        id = db.table("bookmarks").insert(mine)
        mine["tags"].append("b")
        assert db.table("bookmarks").get(doc_id=id) == document(tags=["a"])
        fields = {"extra": {"x": []}}
        db.table("bookmarks").update(fields, doc_ids=[id])
        fields["extra"]["x"].append(1)
        assert db.table("bookmarks").get(doc_id=id) == document(tags=["a"], extra={"x": []})


NOT_JSON = {
    "an object": object(),
    "a set": {1},
    "bytes": b"a",
    "a date": datetime(2016, 10, 31, tzinfo=UTC),
    "NaN": float("nan"),
    "infinity": float("inf"),
    "a key that is no text": {(1, 2): 3},
}


@pytest.mark.parametrize("name", NOT_JSON)
def test_what_json_cannot_hold_is_a_type_error_and_changes_nothing(library: Path, name: str) -> None:
    before = library.read_bytes()
    value = {"x": [NOT_JSON[name]]}
    with LibraryDB(library) as db:
        table = db.table("bookmarks")
        documents = table.all()
        for change in (
            lambda: table.insert(value),
            lambda: table.insert_multiple([{"fine": 1}, value]),
            lambda: table.update(value, doc_ids=[1]),
            lambda: table.update(put("deep", value)),
            lambda: table.upsert(value, where("url") == "http://kafka.org/"),
            lambda: table.upsert(value, where("url") == "none"),
        ):
            with pytest.raises(TypeError):
                change()
            assert table.all() == documents
    assert library.read_bytes() == before
