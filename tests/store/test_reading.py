"""Reading library files: lenient with documents, strict with everything that could not be written back."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from tagtui.core.bookmark import Bookmark
from tagtui.errors import LibraryFileError
from tagtui.store.reading import MAX_ID, Loaded, load
from tests.store.sample import LIBRARY, NOW, bookmark, document, write

MTIME = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bookmarks.json"


def loaded(path: Path, *documents: Any, **tables: Any) -> list[Bookmark]:
    write(path, *documents, **tables)
    os.utime(path, (MTIME.timestamp(),) * 2)
    return list(load(path).bookmarks.values())


# --- what is a library


def test_the_documented_file(path: Path) -> None:
    path.write_text(LIBRARY, "utf-8")
    second = bookmark(
        "http://日本.jp/",
        title="日本",
        annotation="One.\n\nTwo.",
        added=datetime(2012, 2, 3, 4, 5, 6, tzinfo=UTC),
        by="fogus",
        private=True,
        unread=True,
    )
    first = bookmark("http://kafka.org/", title="Kafka", tags=("kafka", "ops"))
    assert load(path) == Loaded("jm", {1: first, 2: second}, is_signed=True)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\n", b" \n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf{}", b'{"_default": {}}']
)
def test_nothing_in_the_file_is_an_empty_library(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert load(path) == Loaded("", {})
    assert path.read_bytes() == content


def test_no_file_is_an_empty_library_and_is_not_created(tmp_path: Path) -> None:
    assert load(tmp_path / "none" / "bookmarks.json") == Loaded("", {})
    assert list(tmp_path.iterdir()) == []


def test_an_owner_alone_is_an_empty_library(path: Path) -> None:
    path.write_text('{"library": {"1": {"schema": 1, "owner": "ana"}}}')
    assert load(path) == Loaded("ana", {}, is_signed=True)


def test_a_byte_order_mark_is_accepted(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + LIBRARY.encode())
    assert len(load(path).bookmarks) == 2


def test_line_ends_of_windows_are_accepted(path: Path) -> None:
    path.write_bytes(LIBRARY.replace("\n", "\r\n").encode())
    assert load(path).bookmarks[2].annotation == "One.\n\nTwo."


def test_a_library_that_a_plain_tinydb_script_made(path: Path) -> None:
    with TinyDB(path) as plain:
        plain.table("bookmarks").insert({"url": "http://a.org/", "title": "日本"})
    assert load(path).owner == ""
    assert [found.title for found in load(path).bookmarks.values()] == ["日本"]


@pytest.mark.parametrize(
    "about", [{}, {"2": {"owner": "x"}}, {"1": {}}, {"1": {"owner": 5}}, {"1": None}, {"1": {"schema": 1}}]
)
def test_a_library_that_names_no_owner(path: Path, about: Any) -> None:
    assert len(loaded(path, document(), library=about)) == 1
    assert load(path).owner == ""


# --- lenient documents


def one(path: Path, **fields: Any) -> Bookmark:
    [found] = loaded(path, {"url": "http://a.org/", **fields})
    return found


def test_absent_fields_have_their_defaults_and_an_absent_date_is_that_of_the_file(path: Path) -> None:
    assert one(path) == Bookmark(url="http://a.org/", added=MTIME, modified=MTIME)


def test_one_date_stands_for_the_other(path: Path) -> None:
    assert one(path, added="2016-10-31T15:57:56Z") == bookmark()
    assert one(path, modified="2016-10-31T15:57:56Z") == bookmark()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2016-10-31T15:57:56Z", NOW),
        ("2016-10-31T15:57:56", NOW),
        ("2016-10-31 15:57:56.999999", NOW),
        ("2016-10-31T17:57:56.5+02:00", NOW),
        ("20161031T155756Z", NOW),
        ("2016-10-31", NOW.replace(hour=0, minute=0, second=0)),
        (1477929476, NOW),
        (1477929476.9, NOW),
        ("0001-01-01T00:00:00+09:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-09:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("yesterday", MTIME),
        ("", MTIME),
        (None, MTIME),
        (1e30, MTIME),
        ([2016, 10, 31], MTIME),
    ],
)
def test_dates(path: Path, value: object, moment: datetime) -> None:
    found = one(path, added=value, modified=value)
    assert (found.added, found.modified) == (moment, moment)
    assert found.added.tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("kafka ops", ("kafka", "ops")),
        ("kafka, machine learning", ("kafka", "machine-learning")),
        (["kafka", 5, None, "two words", "Kafka", ""], ("kafka", "5", "two-words")),
        (None, ()),
        ({"kafka": 1}, ()),
        (7, ()),
    ],
)
def test_tags(path: Path, value: object, tags: tuple[str, ...]) -> None:
    assert one(path, tags=value).tags == tags


def test_texts_that_are_none(path: Path) -> None:
    found = one(path, title=None, annotation=False, by=None)
    assert (found.title, found.annotation, found.by) == ("", "", "")
    found = one(path, title=1984, annotation=2.5)
    assert (found.title, found.annotation) == ("1984", "2.5")


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), (1, True), ("yes", True), ("TRUE", True), (0, False), ("no", False), (None, False)],
)
def test_flags(path: Path, value: object, flag: bool) -> None:
    found = one(path, private=value, unread=value)
    assert (found.private, found.unread) == (flag, flag)


def test_an_extra_that_is_no_object_is_left_alone(path: Path) -> None:
    assert one(path, extra=[1]).extra == {}
    assert one(path, extra={"a": [1]}).extra == {"a": [1]}


def test_texts_are_cleaned_for_showing(path: Path) -> None:
    found = one(path, title="a\u001b[31m  b\n", annotation="x\r\n\u202ey", by=" fogus ", added=5, tags=["a\u200b"])
    assert (found.title, found.annotation, found.by, found.tags) == ("a[31m b", "x\ny", "fogus", ("a",))


def test_documents_without_a_url_are_not_shown_and_counted(path: Path) -> None:
    good = document("http://a.org/")
    found = loaded(path, good, {}, document(""), document(" \n"), document("\u0000"), {"url": 5}, {"url": None}, good)
    assert found == [bookmark(), bookmark()]
    assert list(load(path).bookmarks) == [1, 8]
    assert load(path).warnings == ("6 documents without a URL stay in the file and are not shown",)


def test_one_odd_document_does_not_change_how_the_others_are_read(path: Path) -> None:
    good = document("http://b.org/", title="B", tags=["a"])
    assert (
        loaded(path, good, {"url": "http://a.org/", "title": None}, good)[::2]
        == [bookmark("http://b.org/", title="B", tags=("a",))] * 2
    )


# --- no library: one line that names the file, the place and the way out


MEND = "the file is untouched: mend it, restore a copy, or name another with --file"
ELSE = "a TinyDB file of something else: it has"
OTHER = "name another file with --file"
IMPORT = "if it holds bookmarks to take in, use tagtui import FILE; else name another file with --file"
BEFORE = '{"bookmarks": {"1": {"url": "http://日本.jp/",\n "title": '
AT = len(BEFORE.encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BEFORE + "oops}}}", f"not JSON: expecting value at byte {AT} (line 2); {MEND}"),
        ("\ufeff" + BEFORE + "oops}}}", f"not JSON: expecting value at byte {AT + 3} (line 2); {MEND}"),
        (BEFORE + '"Kafk', f"cut off at byte {AT + 5} (line 2); {MEND}"),
        (BEFORE, f"cut off at byte {AT} (line 2); {MEND}"),
        ("{", f"cut off at byte 1 (line 1); {MEND}"),
        (BEFORE + "NaN}}}", f"NaN, which is no JSON number, at byte {AT} (line 2); {MEND}"),
        (
            BEFORE + '"NaN", "x": [-Infinity]}}}',
            f"-Infinity, which is no JSON number, at byte {AT + 13} (line 2); {MEND}",
        ),
        (BEFORE + "1e999}}}", f"1e999, which is no JSON number, at byte {AT} (line 2); {MEND}"),
        (
            BEFORE + '"\\ud83d\\ude00 \\\\ud800 \\ud800"}}}',
            f"half a surrogate pair in the text at byte {AT} (line 2); {MEND}",
        ),
        (
            BEFORE + '"\\udc00 and much more text after it"}}}',
            f"half a surrogate pair in the text at byte {AT} (line 2); {MEND}",
        ),
        (BEFORE + '"a\nb"}}}', f"not JSON: invalid control character at byte {AT + 2} (line 2); {MEND}"),
        (BEFORE + '"\\x"}}}', f"not JSON: invalid \\escape at byte {AT + 1} (line 2); {MEND}"),
        (BEFORE + '"",}}}', None),
        (BEFORE + '""}}} {}', f"not JSON: extra data at byte {AT + 6} (line 2); {MEND}"),
        ("<<<<<<< HEAD\n" + LIBRARY, f"not JSON: expecting value at byte 0 (line 1); {MEND}"),
        (b'{"bookmarks": {"1": {"url": "\xe9"}}}', f"not UTF-8 at byte 29; {MEND}"),
        (b'\xef\xbb\xbf{"bookmarks": {"1": {"url": "\xe9"}}}', f"not UTF-8 at byte 32; {MEND}"),
        (LIBRARY.encode("utf-16"), f"UTF-16 text (byte 0), and a library is JSON in UTF-8; {MEND}"),
        (
            "{".encode("utf-16-le"),
            f"not JSON: expecting property name enclosed in double quotes at byte 1 (line 1); {MEND}",
        ),
        pytest.param(
            "[" * 100_000, f"JSON nested too deep, or with a number too long, at byte 0 (line 1); {IMPORT}", id="deep"
        ),
        ("just some text\n", f"not JSON: expecting value at byte 0 (line 1); {IMPORT}"),
        ("<!DOCTYPE NETSCAPE-Bookmark-file-1>", f"not JSON: expecting value at byte 0 (line 1); {IMPORT}"),
        ("http://a.org/\n", f"not JSON: expecting value at byte 0 (line 1); {IMPORT}"),
        ('[{"href": "http://a.org/"}]', f"a JSON array (byte 0), and a library is a TinyDB file; {IMPORT}"),
        ("5", f"a JSON value (byte 0), and a library is a TinyDB file; {IMPORT}"),
        ("null", f"a JSON value (byte 0), and a library is a TinyDB file; {IMPORT}"),
        (
            '{"_default": {"1": {"url": "http://a.org/"}}}',
            f'{ELSE} the table "_default" and no "bookmarks"; {OTHER}',
        ),
        (
            '{"\\u001b[31m": {"1": {}}, "b": {}, "c": {}, "d": {}}',
            f'{ELSE} the tables "\\u001b[31m", "b", "c", … and no "bookmarks"; {OTHER}',
        ),
        ('{"bookmarks": []}', 'not a TinyDB file: table "bookmarks" is not an object; name another file with --file'),
        (
            '{"bookmarks": {}, "version": 5}',
            'not a TinyDB file: table "version" is not an object; name another file with --file',
        ),
        (
            '{"bookmarks": {"1": {"url": "http://a.org/"}, "x7": 5}}',
            f'table "bookmarks" has the id "x7", not a whole number up to {MAX_ID}; {MEND}',
        ),
        (
            '{"bookmarks": {"1": {"url": "http://a.org/"}, "7": 5}}',
            f'document "7" of table "bookmarks" is not an object; {MEND}',
        ),
        (
            '{"library": {"1": {"schema": 2, "owner": "jm"}}, "bookmarks": {}}',
            'written by a newer tagtui: table "library" says schema 2, and this one knows 1; upgrade tagtui to open it',
        ),
        (
            '{"library": {"1": {"schema": "two"}}, "bookmarks": {"1": {"url": "x", "title": null}}}',
            "written by a newer tagtui: table \"library\" says schema 'two', and this one knows 1; "  # noqa: ISC004
            "upgrade tagtui to open it",
        ),
    ],
)
def test_what_is_no_library_is_refused_in_one_line_and_untouched(path: Path, content: str | bytes, said: str) -> None:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = path.read_bytes(), path.stat()
    with pytest.raises(LibraryFileError) as raised:
        load(path)
    message = str(raised.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    if said:
        assert message == f"{path}: {said}"
    after = path.read_bytes(), path.stat()
    assert before[0] == after[0]
    assert before[1].st_mtime_ns == after[1].st_mtime_ns
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("key", ["01", "-1", "1.0", "", " 1", "1_0", "+1", "²", "٣", "4294967296", "9" * 5000])
@pytest.mark.parametrize("beside", [{}, {"url": "http://b.org/", "title": None}])
def test_ids_that_tinydb_would_not_give_are_refused(path: Path, key: str, beside: dict[str, Any]) -> None:
    path.write_text(json.dumps({"bookmarks": {"1": document(), "2": document() | beside, key: document()}}))
    with pytest.raises(LibraryFileError, match="not a whole number up to 4294967295"):
        load(path)


def test_the_highest_id(path: Path) -> None:
    path.write_text(json.dumps({"bookmarks": {str(MAX_ID): document()}}))
    assert list(load(path).bookmarks) == [MAX_ID]


def test_a_deep_field_is_no_reason_to_crash(path: Path) -> None:
    deep = "[" * 5000 + "]" * 5000
    path.write_text(f'{{"bookmarks": {{"1": {{"url": "http://a.org/", "extra": {{"x": {deep}}}}}}}}}')
    with pytest.raises(LibraryFileError, match="nested too deep"):
        load(path)


def test_a_folder_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    start = time.monotonic()
    for path, kind in (
        (tmp_path, "a folder"),
        (pipe, "not a regular file"),
        (Path("/dev/full"), "not a regular file"),
        (Path("/dev/zero"), "not a regular file"),
    ):
        with pytest.raises(LibraryFileError) as raised:
            load(path)
        assert str(raised.value) == f"{path}: this is {kind}; name a file with --file"
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("file/below", "Not a directory"),
        ("loop", "Too many levels of symbolic links"),
        ("x" * 300, "File name too long"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(LibraryFileError, match=f"cannot be read: {reason}; mend that or name another with --file"):
        load(tmp_path / name)
