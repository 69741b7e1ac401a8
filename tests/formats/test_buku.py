"""buku's database and its JSON, read."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Source, by_name, read
from tests.formats.samples import accepted, damaged, drafts, entries, quick, sample, skipped

JSON, SQLITE = "buku-json", "buku-sqlite"
UNDATED = "no bookmark of this file has a date; they all get today's"
SCHEMA = (
    "CREATE TABLE if not exists bookmarks (id integer PRIMARY KEY, URL text NOT NULL UNIQUE, metadata text default '', "
    "tags text default ',', desc text default '', flags integer default 0)"
)


def database(path: Path, *statements: str, rows: Iterable[tuple[object, ...]] = ()) -> Path:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO bookmarks VALUES ({marks})", row)  # noqa: S608
    connection.close()
    return path


def found(path: Path, format_name: str = SQLITE) -> list[Draft]:
    source = Source(path.read_bytes(), path.name, path)
    return [entry for entry in read(source, by_name(format_name)) if isinstance(entry, Draft)]


@pytest.mark.parametrize(("name", "format_name"), [("buku.db", SQLITE), ("buku.json", JSON)])
def test_both_exports_give_what_buku_holds(name: str, format_name: str) -> None:
    log, japan, untitled, hostile = drafts(sample(name), format_name)
    assert (log.url, log.title) == ("https://example.org/log?a=1&b=2", "The Log: what every engineer should know")
    assert log.annotation == "An append-only, totally-ordered sequence of records.\n\nRead it twice."
    assert log.tags == ("distributed-systems", "kafka", "logs")
    assert (japan.url, japan.title) == ("https://example.org/日本", "日本語のテキスト処理 📚")
    assert (japan.tags, japan.annotation) == (("日本", "c++"), "")
    assert (untitled.url, untitled.title, untitled.tags) == ("https://example.org/untitled", "", ())
    assert (hostile.url, hostile.title) == ("javascript:alert('[/]')", "[/] <b>bold</b> \x1b[31mred")
    assert (hostile.annotation, hostile.tags) == ("\x1b]52;c;aGk=\x07 note", ("self-hosting",))
    assert [draft.where for draft in (log, japan, untitled, hostile)] == [f"entry {n}" for n in range(1, 5)]
    assert [draft.warnings for draft in (log, japan, untitled, hostile)] == [(UNDATED,), (), (), ()]
    assert not any(draft.added or draft.modified or draft.private or draft.unread for draft in (log, japan))


def test_the_flag_of_a_title_that_stays_is_kept() -> None:
    assert [draft.extra for draft in drafts(sample("buku.db"), SQLITE)] == [{}, {"buku": {"flags": 1}}, {}, {}]


# --- JSON


def test_a_single_bookmark_is_an_object_of_its_own() -> None:
    (draft,) = drafts('{"index": 7, "uri": "a", "title": null, "tags": "one two,three"}', JSON)
    assert (draft.url, draft.title, draft.tags, draft.extra) == ("a", "", ("one-two", "three"), {})


def test_an_entry_without_a_uri_is_skipped_and_other_fields_are_kept() -> None:
    content = '[{"title": "a"}, [], {"uri": "b", "tags": ["c"], "more": {"d": [1]}}]'
    assert skipped(content, JSON) == [
        Skipped("entry 1", "it has no URL"),
        Skipped("entry 2", "it is no JSON object that can be kept"),
    ]
    assert drafts(content, JSON)[0].extra == {"buku": {"tags": ["c"], "more": {"d": [1]}}}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "cut off at byte 0"),
        ("5", "not a JSON array at byte 0"),
        ('[{"uri": "a"}, {"uri": "b', "cut off at byte 25, in entry 2"),
        ('{"uri": "a"} {"uri": "b"}', "not JSON at byte 13"),
    ],
)
def test_json_that_is_not_whole_is_refused_at_the_byte_where_it_breaks(content: str, place: str) -> None:
    with pytest.raises(ImportFileError) as raised:
        entries(content, JSON, name="buku.json")
    assert str(raised.value) == f"buku.json: {place}; export it again, or mend it there"


@pytest.mark.parametrize(
    ("content", "is_buku"),
    [
        (b'[\n    {\n        "uri": "a"\n    }\n]', True),
        (b'{"tags": "", "title": "\\"uri\\": 5", "uri": "a"}', True),
        (b'[{"title": "a"}]', False),
        (b'{"title": "", "index": 0, "children": [{"uri": "a"}]}', False),
        (b'[{"uri": "a", "guid": "b"}]', False),
    ],
)
def test_its_json_is_known_by_having_these_fields_and_no_others(content: bytes, is_buku: bool) -> None:
    assert by_name(JSON).recognises(content) is is_buku


# --- the database


def test_what_is_not_in_the_file_yet_is_read_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = database(tmp_path / "bookmarks.db", SCHEMA, "PRAGMA journal_mode = wal")
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO bookmarks(URL) VALUES ('https://example.org/')")
    connection.commit()
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert len(before["bookmarks.db-wal"]) > 0
    assert [draft.url for draft in found(path)] == ["https://example.org/"]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    connection.close()


def test_a_database_that_is_being_written_is_read_as_it_was_before(tmp_path: Path) -> None:
    rows = [(n, f"https://example.org/{n}", "old " * 100, ",", "", 0) for n in range(1, 500)]
    path = database(tmp_path / "bookmarks.db", SCHEMA, rows=rows)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_size = 5")  # so that changes reach the file
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("UPDATE bookmarks SET metadata = 'new'")
    assert path.with_name("bookmarks.db-journal").exists()
    assert {draft.title for draft in found(path)} == {"old " * 100}
    connection.close()


def test_the_first_versions_had_fewer_columns_and_later_ones_may_have_more(tmp_path: Path) -> None:
    old = database(
        tmp_path / "old.db",
        "CREATE TABLE bookmarks (id integer PRIMARY KEY, URL text NOT NULL UNIQUE, metadata text, tags text)",
        rows=[(1, "a", None, None)],
    )
    assert [(draft.url, draft.title, draft.tags) for draft in found(old)] == [("a", "", ())]
    new = database(
        tmp_path / "new.db",
        SCHEMA,
        'ALTER TABLE bookmarks ADD COLUMN "the ""parent"""',
        "ALTER TABLE bookmarks ADD COLUMN rank",
        rows=[(1, "a", "t", ",x,", "d", 0, b"\xff", 1.5)],
    )
    assert found(new)[0].extra == {"buku": {'the "parent"': "\ufffd", "rank": "1.5"}}


def test_values_of_other_kinds_than_text_are_read_as_text(tmp_path: Path) -> None:
    rows = [(1, b"https://example.org/\xff", 1984, None, b"note", 0), (2, " ", "no URL", ",", "", 0)]
    path = database(tmp_path / "bookmarks.db", SCHEMA, rows=rows)
    source = Source(path.read_bytes(), "bookmarks.db")
    draft, blank = read(source, by_name(SQLITE))
    assert isinstance(draft, Draft)
    assert (draft.url, draft.title, draft.annotation) == ("https://example.org/\ufffd", "1984", "note")
    assert blank == Skipped("entry 2", "it has no URL")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (a)",
        "CREATE TABLE bookmarks (id, address)",
        "CREATE VIEW bookmarks AS WITH n(URL) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT *, 1 AS metadata FROM n",
    ],
)
def test_a_database_without_bukus_table_is_refused(tmp_path: Path, statement: str) -> None:
    with pytest.raises(ImportFileError) as raised:
        found(database(tmp_path / "other.db", statement))
    assert str(raised.value) == "other.db: there are no bookmarks of buku's in it; name a file that buku made"


def test_a_computed_column_is_not_reckoned(tmp_path: Path) -> None:
    path = database(tmp_path / "bookmarks.db", SCHEMA, rows=[(1, "a", "", ",", "", 0)])
    database(path, "ALTER TABLE bookmarks ADD COLUMN bomb AS (replace(hex(zeroblob(500000000)), '0', 'xx'))")
    assert [draft.url for draft in found(path)] == ["a"]


@pytest.mark.parametrize("content", [b"no database, but of some length" * 100, sample("buku.db")[:5000]])
def test_a_file_that_is_no_whole_database_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(ImportFileError) as raised:
        entries(content, SQLITE, name="bookmarks.db")
    assert str(raised.value).startswith("bookmarks.db: not a whole SQLite database: ")
    assert "\n" not in str(raised.value)


def test_its_database_is_known_by_its_table(tmp_path: Path) -> None:
    assert by_name(SQLITE).recognises(sample("buku.db"))
    other = database(tmp_path / "other.db", "CREATE TABLE bookmarks (id, url, title)")
    assert not by_name(SQLITE).recognises(other.read_bytes())
    assert not by_name(SQLITE).recognises(SCHEMA.encode())


@pytest.mark.parametrize(("name", "format_name"), [("buku.db", SQLITE), ("buku.json", JSON)])
@quick
@given(data=st.data())
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(
    name: str, format_name: str, data: st.DataObject
) -> None:
    content = data.draw(st.binary() | damaged(sample(name)))
    try:
        bookmarks = accepted(content, format_name)
    except ImportFileError:
        return
    json.loads(msgspec.json.encode(bookmarks))
