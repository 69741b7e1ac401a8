"""The storage under TinyDB."""

import json
from pathlib import Path

import pytest
from tinydb import Query, TinyDB
from tinydb.operations import increment

from tagtui.errors import LibraryFileError
from tagtui.store.storage import LibraryDB, LibraryStorage
from tests.store.sample import LIBRARY, document, is_alone

pytestmark = pytest.mark.usefixtures("impatient")


def test_tinydb_inserts_updates_removes_and_finds_through_it(library: Path) -> None:
    with TinyDB(library, storage=LibraryStorage) as db:
        table, where = db.table("bookmarks"), Query()
        assert table.insert(document("http://new.org/", visits=1)) == 3
        assert table.insert_multiple([document("http://b.org/"), document("http://c.org/")]) == [4, 5]
        assert table.update({"title": "B"}, where.url == "http://b.org/") == [4]
        assert table.update(increment("visits"), doc_ids=[3]) == [3]
        assert table.upsert(document("http://c.org/", title="C"), where.url == "http://c.org/") == [5]
        assert table.upsert(document("http://d.org/"), where.url == "http://d.org/") == [6]
        assert table.remove(doc_ids=[1]) == [1]
        assert table.get(doc_id=3) == document("http://new.org/", visits=2)
        assert table.get(where.title == "日本") is not None
        assert len(table) == 5
        assert table.search(where.title.exists() & (where.title != "日本")) == [
            document("http://b.org/", title="B"),
            document("http://c.org/", title="C"),
        ]
    with TinyDB(library, encoding="utf-8") as plain:
        assert [row.doc_id for row in plain.table("bookmarks").all()] == [2, 3, 4, 5, 6]
        assert plain.table("library").all() == [{"schema": 1, "owner": "jm"}]


def test_it_writes_one_document_a_line(library: Path) -> None:
    before = library.read_text("utf-8").splitlines()
    with TinyDB(library, storage=LibraryStorage) as db:
        db.table("bookmarks").insert({"url": "http://c.org/", "tags": ["a", "b"], "nested": {"x": [1, {}]}})
        db.table("other").insert({"text": "a\nb"})
    after = library.read_text("utf-8").splitlines()
    assert after == [
        *before[:5],
        before[5] + ",",
        '"3": {"url": "http://c.org/", "tags": ["a", "b"], "nested": {"x": [1, {}]}}',
        "},",
        '"other": {',
        '"1": {"text": "a\\nb"}',
        "}}",
    ]


def test_whole_tables_can_be_dropped(library: Path) -> None:
    with TinyDB(library, storage=LibraryStorage) as db:
        db.drop_table("library")
        assert db.tables() == {"bookmarks"}
        db.drop_tables()
    assert json.loads(library.read_text()) == {}


def test_a_missing_file_reads_as_empty_and_is_not_created(tmp_path: Path) -> None:
    with TinyDB(tmp_path / "none.json", storage=LibraryStorage) as db:
        assert db.table("bookmarks").all() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("owner", "tables"), [("", {"bookmarks"}), ("jm", {"library", "bookmarks"})])
def test_a_new_file_is_signed_if_its_owner_is_named(tmp_path: Path, owner: str, tables: set[str]) -> None:
    with LibraryDB(tmp_path / "new.json", owner) as db:
        db.table("bookmarks").insert({"url": "http://a.org/"})
    with TinyDB(tmp_path / "new.json") as plain:
        assert plain.tables() == tables


def test_a_file_that_is_no_json_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text('{"bookmarks": {')
    with TinyDB(path, storage=LibraryStorage) as db, pytest.raises(LibraryFileError, match="cut off at byte 15"):
        db.table("bookmarks").insert({})
    assert path.read_text() == '{"bookmarks": {'


def test_what_json_cannot_hold_is_refused_and_the_file_untouched(library: Path) -> None:
    with TinyDB(library, storage=LibraryStorage) as db:
        with pytest.raises(LibraryFileError, match="surrogates not allowed"):
            db.table("bookmarks").insert({"title": "\ud800"})
        with pytest.raises(TypeError):
            db.table("bookmarks").insert({"title": object()})
    assert library.read_text("utf-8") == LIBRARY
    assert is_alone(library)
