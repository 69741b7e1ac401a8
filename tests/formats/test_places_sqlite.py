"""Firefox's store, places.sqlite, read while Firefox runs and when it does not."""

import sqlite3
import struct
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped, accept, plan_import
from tagtui.core.library import Library
from tagtui.errors import ImportFileError
from tagtui.formats.places_sqlite import FORMAT, read
from tagtui.formats.registry import Entry, Source
from tests.formats.firefox_store import MENU, MOBILE, SCHEMA, TAGS, TOOLBAR, UNFILED, Store
from tests.formats.samples import DAY, NOW, OWNER, damaged, quick

SEARCH = "it is a search that only Firefox can do (place:)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder / "places.sqlite"


@pytest.fixture
def store(path: Path) -> Store:
    return Store(path)


def entries(path: Path, folders_as_tags: bool | None = None) -> list[Entry]:
    return list(read(Source(path.read_bytes(), path.name, path, folders_as_tags)))


def drafts(path: Path, folders_as_tags: bool | None = None) -> list[Draft]:
    return [entry for entry in entries(path, folders_as_tags) if isinstance(entry, Draft)]


def of(content: bytes) -> list[Entry]:
    """Return the entries of a file that comes by the standard input."""
    return list(read(Source(content, "standard input")))


def error(content: bytes) -> str:
    with pytest.raises(ImportFileError) as raised:
        of(content)
    message = str(raised.value)
    assert message.startswith("standard input: ")
    assert "\n" not in message
    return message


def fill(store: Store) -> None:
    """Put in what a person would have."""
    kafka, papers = store.folder("kafka", TAGS), store.folder("old papers", TAGS)
    recipes = store.folder("Recipes", TOOLBAR)
    soups = store.folder("日本, soups", recipes)
    log, japan, note, search, soup = map(
        store.place,
        (
            "https://example.org/log",
            "https://example.org/%E6%97%A5%E6%9C%AC",
            "https://example.org/note",
            "place:type=6&sort=14&maxResults=10",
            "https://example.org/search?q=%s",
        ),
    )
    store.place("https://example.org/only-visited")
    store.bookmark(search, MENU, title="Recent Tags")
    store.row(3, parent=MENU)
    store.bookmark(log, MENU, title="The <b>Log</b>\x1b]52;c;", lastModified=1600000000_000000)
    store.bookmark(log, kafka, title=None)
    store.bookmark(log, papers, title=None)
    store.bookmark(japan, soups, title="日本語のテキスト処理 📚")
    store.bookmark(log, recipes, title="The log again", dateAdded=1600000000_000000)
    noted = store.bookmark(note, UNFILED, title=None)
    store.annotation(noted, "bookmarkProperties/description", "First line\nsecond line\n\nA second paragraph")
    store.annotation(noted, "bookmarkProperties/loadInSidebar", 1)
    store.bookmark(soup, MOBILE, title="Search", dateAdded=0, lastModified=0)
    store.insert("moz_keywords", {"keyword": "ex", "place_id": soup, "post_data": "a=%s"})


def test_bookmarks_are_read_as_firefox_shows_them(store: Store, path: Path) -> None:
    fill(store)
    store.close()
    search, *found = entries(path)
    assert search == Skipped("row 11", SEARCH)
    assert [(draft.where, draft.url, draft.title, draft.tags) for draft in found if isinstance(draft, Draft)] == [
        ("row 13", "https://example.org/log", "The <b>Log</b>\x1b]52;c;", ("kafka", "old-papers")),
        ("row 16", "https://example.org/%E6%97%A5%E6%9C%AC", "日本語のテキスト処理 📚", ()),
        ("row 17", "https://example.org/log", "The log again", ("kafka", "old-papers")),
        ("row 18", "https://example.org/note", "", ()),
        ("row 19", "https://example.org/search?q=%s", "Search", ()),
    ]
    log, japan, again, note, keyword = drafts(path)
    assert (log.added, log.modified) == (DAY, datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC))
    assert (japan.added, japan.modified, japan.extra) == (DAY, DAY, {})
    assert again.added == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    assert note.annotation == "First line\nsecond line\n\nA second paragraph"
    assert note.extra == {"firefox": {"annos": {"bookmarkProperties/loadInSidebar": "1"}}}
    assert keyword.extra == {"firefox": {"keyword": "ex", "postData": "a=%s"}}
    assert (keyword.added, keyword.warnings) == (None, ("it has no date; it gets today's",))


def test_folders_are_tags_if_that_is_wanted_or_where_no_place_has_any(store: Store, path: Path) -> None:
    place, other = store.place(), store.place("https://example.org/b")
    inner = store.folder("Papers, old", store.folder("Recipes"))
    store.bookmark(place, inner)
    store.commit()
    assert [draft.tags for draft in drafts(path)] == [("Recipes", "Papers-old")]
    assert [draft.tags for draft in drafts(path, False)] == [()]
    store.bookmark(other, store.folder("kafka", TAGS), title=None)
    store.close()
    assert [draft.tags for draft in drafts(path)] == [()]
    assert [draft.tags for draft in drafts(path, True)] == [("Recipes", "Papers-old")]


def test_folders_that_are_around_one_another_or_around_nothing_come_to_an_end(store: Store, path: Path) -> None:
    first = store.folder("first", 8)
    second = store.folder("second", first)
    lost, self = store.folder("lost", 999), store.folder("self", 10)
    assert (first, second, self) == (7, 8, 10)
    for parent in (first, second, lost, self, 999, None):
        store.bookmark(store.place(), parent)
    store.close()
    assert [draft.tags for draft in drafts(path)] == [
        ("second", "first"), ("second",), ("lost",), ("self",), (), (),
    ]  # fmt: skip


def test_folders_nested_ten_thousand_deep_are_read_and_tell_the_outermost(store: Store, path: Path) -> None:
    folder = MENU
    for number in range(10_000):
        folder = store.folder(f"f{number}", folder)
    store.bookmark(store.place(), folder)
    store.close()
    assert drafts(path)[0].tags == tuple(f"f{number}" for number in range(100))


def test_what_is_no_bookmark_is_skipped_and_what_is_no_text_is_none(store: Store, path: Path) -> None:
    for url in ("", None, " \x01", b"\xff", 5.5):
        store.bookmark(store.place(url))
    store.bookmark(999)
    store.bookmark(None)
    store.bookmark(store.place(), title=b"\xff", dateAdded="soon", lastModified=b"")
    store.close()
    *found, last = entries(path)
    assert [entry for entry in found if isinstance(entry, Draft) and entry.url != "5.5"] == []
    assert isinstance(last, Draft)
    assert (last.title, last.added, last.modified) == ("", None, None)
    assert last.warnings == ("its date 'soon' cannot be read; it gets today's",)


def test_a_live_bookmark_is_one_of_its_site(store: Store, path: Path) -> None:
    live = store.folder("Live")
    store.annotation(live, "livemark/feedURI", "https://example.org/feed")
    store.commit()
    assert [(draft.url, draft.title) for draft in drafts(path)] == [("https://example.org/feed", "Live")]
    store.annotation(live, "livemark/siteURI", "https://example.org/")
    store.close()
    (draft,) = drafts(path)
    assert draft.url == "https://example.org/"
    assert draft.extra["firefox"]["annos"]["livemark/feedURI"] == "https://example.org/feed"


def test_old_versions_name_their_roots_in_a_table_and_have_no_guids(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("""
            CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR);
            CREATE TABLE moz_bookmarks (id INTEGER PRIMARY KEY, type INTEGER, fk INTEGER, parent INTEGER,
              title LONGVARCHAR, keyword_id INTEGER, dateAdded INTEGER, lastModified INTEGER);
            CREATE TABLE moz_bookmarks_roots (root_name VARCHAR(16) UNIQUE, folder_id INTEGER);
            CREATE TABLE moz_keywords (id INTEGER PRIMARY KEY AUTOINCREMENT, keyword TEXT UNIQUE);
            INSERT INTO moz_places VALUES (1, 'https://example.org/');
            INSERT INTO moz_bookmarks_roots VALUES ('places', 1), ('menu', 2), ('tags', 3);
            INSERT INTO moz_bookmarks (id, type, fk, parent, title) VALUES
              (1, 2, NULL, 0, ''), (2, 2, NULL, 1, 'Menu'), (3, 2, NULL, 1, 'Tags'), (4, 2, NULL, 3, 'kafka'),
              (5, 1, 1, 4, NULL), (6, 2, NULL, 2, 'Folder'), (7, 1, 1, 6, 'n');
        """)
    (draft,) = drafts(path, True)
    assert (draft.where, draft.tags) == ("row 7", ("kafka", "Folder"))


# While Firefox runs


def state(path: Path) -> dict[str, tuple[int, int]]:
    """Return what lies in the folder of ``path``, with sizes and times."""
    return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in path.parent.iterdir()}


def test_what_is_in_the_log_alone_is_read_and_nothing_is_touched(store: Store, path: Path) -> None:
    store.commit()
    store.bookmark(store.place(), title="newest")
    store.commit()
    before = state(path)
    assert before.keys() == {"places.sqlite", "places.sqlite-wal", "places.sqlite-shm"}
    assert [draft.title for draft in drafts(path)] == ["newest"]
    assert [draft.title for draft in drafts(path)] == ["newest"]
    assert state(path) == before
    assert "newest" not in str(of_or_error(path.read_bytes()))


def of_or_error(content: bytes) -> object:
    try:
        return of(content)
    except ImportFileError as error:
        return error


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "DELETE FROM moz_bookmarks":
    connection.execute(line).fetchall()
print("held", flush=True)
sys.stdin.read()
"""


def look_into(path: Path) -> None:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
        connection.execute("SELECT * FROM moz_bookmarks")


def test_neither_a_lock_nor_a_log_is_waited_for_or_left(store: Store, path: Path) -> None:
    store.bookmark(store.place(), title="kept")
    store.close()
    with Popen([sys.executable, "-c", HOLD, str(path)], stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        before = state(path)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            look_into(path)
        assert [draft.title for draft in drafts(path)] == ["kept"]
        assert state(path) == before
        process.kill()


def test_a_folder_that_cannot_be_written_and_a_path_of_strange_signs_are_no_hindrance(tmp_path: Path) -> None:
    folder = tmp_path / "100% ?mode=rw#é"
    folder.mkdir()
    path = folder / "places ?.sqlite"
    store = Store(path)
    store.bookmark(store.place(), title="kept")
    store.close()
    before = state(path)
    path.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert [draft.title for draft in drafts(path)] == ["kept"]
        assert state(path) == before
    finally:
        folder.chmod(0o755)


def test_the_log_is_found_where_the_file_really_is(store: Store, path: Path, tmp_path: Path) -> None:
    store.bookmark(store.place(), title="newest")
    store.commit()
    link = tmp_path / "link.sqlite"
    link.symlink_to(path)
    assert [draft.title for draft in drafts(link)] == ["newest"]


def test_a_log_that_is_newer_than_what_was_read_of_the_file_comes_with_the_file_as_it_is_now(
    store: Store, path: Path
) -> None:
    store.commit()
    before = path.read_bytes()
    store.bookmark(store.place(), title="in the file")
    store.commit()
    store.connection.execute("COMMIT")
    store.connection.execute("PRAGMA wal_checkpoint(RESTART)")
    store.connection.execute("BEGIN")
    store.bookmark(store.place("https://example.org/b"), title="in the log")
    store.commit()
    assert [entry.title for entry in read(Source(before, path.name, path)) if isinstance(entry, Draft)] == [
        "in the file",
        "in the log",
    ]


def test_a_journal_that_names_another_file_does_not_have_it_deleted(store: Store, path: Path, tmp_path: Path) -> None:
    """SQLite deletes a super-journal once it has rolled back (https://sqlite.org/atomiccommit.html, section 5)."""
    store.bookmark(store.place(), title="kept")
    store.close()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    name, magic = str(victim).encode(), bytes.fromhex("d9d505f920a163d7")
    header = magic + struct.pack(">5I", 0, 0, len(path.read_bytes()) // 32_768, 512, 32_768)
    ending = struct.pack(">I", 0x40000000 // 32_768 + 1) + name + struct.pack(">2I", len(name), sum(name)) + magic
    path.with_name(path.name + "-journal").write_bytes(header.ljust(512, b"\0") + ending)
    assert [draft.title for draft in drafts(path)] == ["kept"]
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("sign", [b"\xff", b"\n", b"\x1b"])
def test_a_damaged_name_is_told_in_one_line(sign: bytes) -> None:
    assert "\x1b" not in error(SMALL.replace(b"moz_places_hostindex", b"moz_places_" + sign + b"ostindex", 1))


# What it is, and what it is not


@pytest.mark.parametrize("auto_vacuum", ["INCREMENTAL", "NONE"])
def test_it_is_recognised_by_the_head_with_all_tables_that_firefox_makes(path: Path, auto_vacuum: str) -> None:
    store = Store(path, auto_vacuum=auto_vacuum)
    fill(store)
    store.commit()
    store.close()
    assert FORMAT.recognises(path.read_bytes()[:65_536])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
    assert FORMAT.recognises(path.read_bytes()[:65_536])


def test_other_files_are_not_recognised() -> None:
    for head in (b"", b"SQLite format 3\0", b"moz_places", SCHEMA.encode()):
        assert not FORMAT.recognises(head)


def test_from_the_standard_input_it_is_read_too(store: Store, path: Path) -> None:
    fill(store)
    store.close()
    assert of(path.read_bytes()) == entries(path)


def test_importing_it_twice_adds_nothing(store: Store, path: Path) -> None:
    fill(store)
    store.close()
    library = Library({}, OWNER)
    change, report = plan_import(library, entries(path), NOW)
    library.apply(change)
    assert (report.added, len(report.skipped)) == (4, 1)
    assert not plan_import(library, entries(path), NOW)[0].edits


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


@pytest.mark.parametrize(
    "table", ["TABLE bookmarks (id)", "TABLE moz_places (id, url)", f"VIEW moz_bookmarks AS {ENDLESS}"]
)
def test_a_database_without_its_tables_is_refused_with_the_way_out(path: Path, table: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE {table}")
    assert error(path.read_bytes()) == (
        "standard input: it has no bookmarks of Firefox; choose places.sqlite in its profile"
    )


def small_store() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "places.sqlite")
        store = Store(path, page_size=512)
        fill(store)
        for number in range(40):
            store.bookmark(store.place(f"https://example.org/{number}"), title="x" * 90)
        store.close()
        return path.read_bytes()


SMALL = small_store()


def test_wherever_it_is_cut_off_that_is_told() -> None:
    for size in range(0, len(SMALL) - 512, 2_048 - 1):
        error(SMALL[:size])


@quick
@given(st.binary() | damaged(SMALL))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        found = of(content)
    except ImportFileError:
        return
    msgspec.json.encode([accept(entry, OWNER, NOW) for entry in found if isinstance(entry, Draft)])


def test_rows_that_would_come_for_ever_are_refused(path: Path) -> None:
    """A tree of pages in which one is below itself."""
    content = bytearray(SMALL)
    page = 512
    with closing(sqlite3.connect(path)) as connection:
        path.write_bytes(SMALL)
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'moz_bookmarks'").fetchone()
    start = (root - 1) * page
    assert content[start] == 5  # an interior page of a table
    content[start + 8 : start + 12] = root.to_bytes(4, "big")  # its rightmost child
    assert "not a whole SQLite database" in error(bytes(content))
