"""tagtui's own library file and its lines of JSON, read and written."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped, accept
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Writing, by_name
from tagtui.store.documents import to_document
from tagtui.store.reading import about, load
from tagtui.store.rendering import render
from tests.formats.samples import (
    DAY,
    NOW,
    OWNER,
    accepted,
    bookmark,
    damaged,
    drafts,
    entries,
    libraries,
    quick,
    sample,
    skipped,
    written,
)

JSON, LINES = "tagtui-json", "tagtui-jsonl"
BOTH = pytest.mark.parametrize("format_name", [JSON, LINES])
EARLIEST = datetime(1, 1, 1)  # noqa: DTZ001

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_extras = st.dictionaries(
    st.sampled_from(["pinboard", "tagtui", "x"]),
    st.dictionaries(st.sampled_from(["meta", "rating", "url", "extra", "id", "日本"]), _values, max_size=4) | _values,
    max_size=3,
)


def one(**fields: object) -> str:
    return json.dumps([{"url": "https://example.org/", "added": "2016-10-31T15:57:56Z", **fields}])


def in_tables(document: dict[str, object], owner: str = "ada") -> str:
    return json.dumps({"library": {"1": about(owner)}, "bookmarks": {"1": document}})


# --- the library file


def test_a_library_is_read_as_it_is() -> None:
    log, japan, untitled, hostile = drafts(sample("tagtui.json"), JSON)
    assert (log.url, log.title) == ("https://example.org/log?a=1&b=2", "The Log")
    assert log.annotation == "An *append-only* sequence.\n\nRead it twice."
    assert log.tags == ("kafka", "c++")
    assert (log.added, log.modified) == (DAY, datetime(2017, 1, 1, tzinfo=UTC))
    assert (log.by, log.private, log.unread, log.extra) == ("ada", False, False, {})
    assert (japan.url, japan.title, japan.tags) == (
        "https://example.org/日本",
        "日本語のテキスト処理 📚",
        ("日本", ".private"),
    )
    assert (japan.by, japan.private, japan.unread) == ("fogus", True, True)
    assert japan.extra == {"pinboard": {"meta": "1f0e8d2c7b6a59483726150f0e9d8c7b"}}
    assert (untitled.title, untitled.extra) == ("", {"tagtui": {"rating": 5}})
    assert (hostile.url, hostile.annotation) == ("javascript:alert('[/]')", "\x1b]52;c;aGk=\x07")
    assert (hostile.added, hostile.modified) == (DAY, DAY)
    assert [draft.where for draft in (log, japan, untitled, hostile)] == [
        f"table bookmarks, document {id}" for id in (1, 2, 7, 9)
    ]
    assert not any(draft.warnings for draft in (log, japan, untitled, hostile))


def test_what_list_prints_is_the_library_whole_in_either_shape() -> None:
    of_array, of_lines = drafts(sample("tagtui-list.json"), JSON), drafts(sample("tagtui.jsonl"), LINES)
    assert [draft.where for draft in of_array] == [f"entry {n}" for n in range(1, 5)]
    assert [draft.where for draft in of_lines] == [f"line {n}" for n in range(1, 5)]
    kept = {draft.url: accept(draft, OWNER, NOW) for draft in drafts(sample("tagtui.json"), JSON)}
    for draft in (*of_array, *of_lines):
        unknown_to_list = {"extra": {}} if "rating" in str(kept[draft.url].extra) else {}
        assert accept(draft, OWNER, NOW) == replace(kept[draft.url], **unknown_to_list)


def test_who_saved_a_bookmark_of_somebody_elses_library_is_its_owner() -> None:
    plain: dict[str, object] = {"url": "a", "added": "2016-10-31T15:57:56Z", "modified": "2016-10-31T15:57:56Z"}
    theirs = accepted(in_tables(plain).encode(), JSON) + accepted(in_tables({**plain, "x": 1}).encode(), JSON)
    assert [it.by for it in theirs] == ["ada", "ada"]
    assert accepted(in_tables({**plain, "by": "fogus"}).encode(), JSON)[0].by == "fogus"
    assert accepted(in_tables(plain, OWNER).encode(), JSON)[0].by == ""
    last = '{"bookmarks": {"1": {"url": "a"}}, "library": {"1": {"owner": "ada"}}}'
    assert drafts(last, JSON)[0].by == "ada"
    assert drafts('{"bookmarks": {"1": {"url": "a"}}}', JSON)[0].by == ""


def test_a_library_is_written_as_the_store_writes_it(tmp_path: Path) -> None:
    library = [
        bookmark("https://example.org/日本", title='A "title"', annotation="a\nb", tags=("c++", "日本"), private=True),
        bookmark(by="fogus", unread=True, modified=NOW, extra={"pinboard": {"meta": "m"}}),
    ]
    content = written(library, JSON)
    documents = {str(id): to_document(it) for id, it in enumerate(library, start=1)}
    assert content == b"".join(render({"library": {"1": about(OWNER)}, "bookmarks": documents}))
    (tmp_path / "library.json").write_bytes(content)
    loaded = load(tmp_path / "library.json")
    assert (loaded.owner, list(loaded.bookmarks.values()), loaded.is_signed) == (OWNER, library, True)


def test_no_bookmarks_are_a_library_without_any() -> None:
    assert written([], JSON) == b"".join(render({"library": {"1": about(OWNER)}, "bookmarks": {}}))
    assert entries(written([], JSON), JSON) == []


def test_a_library_of_a_newer_tagtui_is_refused() -> None:
    with pytest.raises(ImportFileError) as raised:
        entries('{"library": {"1": {"schema": 2}}, "bookmarks": {}}', JSON, name="library.json")
    assert str(raised.value) == (
        "library.json: written by a newer tagtui: its schema is '2', and this one knows 1; upgrade tagtui to read it"
    )


def test_of_documents_with_the_same_id_none_is_lost_and_strange_tables_are_named() -> None:
    content = '{"bookmarks": {"1": {"url": "x"}, "1": {"url": "y"}}, "mine": {"1": {}, "2": {}}, "z": 5}'
    assert [draft.url for draft in drafts(content, JSON)] == ["x", "y"]
    assert skipped(content, JSON) == [
        Skipped("table mine", "it is no table of tagtui's"),
        Skipped("table z", "it is no table of tagtui's"),
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "cut off at byte 0"),
        ("5", "not a JSON object at byte 0"),
        ('[{"url": "a"}, {"url": "b', "cut off at byte 25, in entry 2"),
        ('{"bookmarks": {"1": {"url": "a"}', 'cut off at byte 32, after "bookmarks", "1"'),
    ],
)
def test_a_file_that_is_not_whole_is_refused_at_the_byte_where_it_breaks(content: str, place: str) -> None:
    with pytest.raises(ImportFileError) as raised:
        entries(content, JSON, name="library.json")
    assert str(raised.value) == f"library.json: {place}; export it again, or mend it there"


@pytest.mark.parametrize(
    ("content", "is_tagtui"),
    [
        (b'\n{ "library":{"1":{"owner":"a","schema":1}}}', True),
        (b'{"bookmarks": {"1": {"url": "a", "added": "2016", "modified": "2016"}}}', True),
        (b'[{"id": 1, "url": "a", "title": "", "annotation": "cut', True),
        (b'{"library": {"1": {"title": "a book"}}}', False),
        (b'{"bookmarks": {"1": {"url": "a", "created": "2016"}}}', False),
        (b'[{"url": "a", "description": ""}]', False),
        (b'[{"href": "a", "extended": "\\"url\\": \\"annotation\\":"}]', False),
    ],
)
def test_a_library_is_known_by_its_tables_and_a_list_by_its_names(content: bytes, is_tagtui: bool) -> None:
    assert by_name(JSON).recognises(content) is is_tagtui


# --- documents that are not as tagtui writes them


def test_what_is_not_as_tagtui_writes_it_is_read_all_the_same() -> None:
    (draft,) = drafts(one(title=1984, tags="a b", private="yes", unread=1, by=None, modified=1483228800), JSON)
    assert (draft.title, draft.tags, draft.private, draft.unread, draft.by) == ("1984", ("a", "b"), True, True, "")
    assert (draft.added, draft.modified) == (DAY, datetime(2017, 1, 1, tzinfo=UTC))


def test_what_tagtui_does_not_know_is_kept_beside_what_it_kept_before() -> None:
    (draft,) = drafts(one(id=5, rating=[1], title={"a": 1}, extra={"x": 1, "tagtui": {"rating": 0, "y": 2}}), JSON)
    assert draft.extra == {"x": 1, "tagtui": {"rating": [1], "y": 2, "title": {"a": 1}}}
    assert drafts(one(extra="none"), JSON)[0].extra == {"tagtui": {"extra": "none"}}


def test_the_one_date_there_is_stands_for_the_other() -> None:
    added, modified, neither = drafts(
        '[{"url": "a", "added": "2016-10-31T15:57:56Z"}, {"url": "b", "modified": "2016-10-31"}, {"url": "c"}]', JSON
    )
    assert (added.added, added.modified, added.warnings) == (DAY, None, ())
    assert (modified.added, modified.warnings) == (datetime(2016, 10, 31, tzinfo=UTC), ())
    assert (neither.added, neither.warnings) == (None, ("it has no date; it gets today's",))


def test_what_is_nested_too_deeply_is_left_out_with_a_warning() -> None:
    deep = json.loads("[" * 40 + "]" * 40)
    for extra in ({"x": deep, "y": 1}, {"y": 1, "tagtui": {"z": deep}}):
        (draft,) = drafts(one(modified="2016-10-31T15:57:56Z", extra=extra), JSON)
        assert draft.extra == {"y": 1}
        assert draft.warnings == (f"nested too deeply, left out: {({*extra} - {'y'}).pop()}",)


def test_what_another_format_keeps_at_the_deepest_is_not_too_deep() -> None:
    deepest = "[" * 31 + "]" * 31
    pinboard = f'[{{"href": "https://example.org/", "time": "2016-10-31T15:57:56Z", "x": {deepest}}}]'
    (kept,) = accepted(pinboard.encode(), "pinboard-json")
    for name in (JSON, LINES):
        assert accepted(written([kept], name), name) == [kept]


# --- lines


def test_a_bookmark_is_written_on_a_line_as_list_prints_it() -> None:
    full = bookmark(title='A "title"', annotation="a\nb", tags=("日本",), unread=True, extra={"x": {}})
    first, second = written([full, bookmark(by="fogus")], LINES).decode().splitlines()
    assert first == (
        '{"url":"https://example.org/","title":"A \\"title\\"","annotation":"a\\nb","tags":["日本"],'
        '"added":"2016-10-31T15:57:56Z","modified":"2016-10-31T15:57:56Z","by":"jm","private":false,"unread":true,'
        '"extra":{"x":{}}}'
    )
    assert second == (
        '{"url":"https://example.org/","title":"","annotation":"","tags":[],'
        '"added":"2016-10-31T15:57:56Z","modified":"2016-10-31T15:57:56Z","by":"fogus","private":false,"unread":false,'
        '"extra":{}}'
    )


def test_a_broken_line_is_skipped_and_the_rest_is_read() -> None:
    content = b'\n{"url": "cut\n\n{"url": "a"}\n[1]\n{"url": " "}\n{"url": "b\x01", "x": NaN,}\n{"url": "c\\ud800"} '
    assert [(draft.url, draft.where) for draft in drafts(content, LINES)] == [("a", "line 4"), ("c", "line 8")]
    assert skipped(content, LINES) == [
        Skipped("line 2", "it is no JSON object that can be kept"),
        Skipped("line 5", "it is no JSON object that can be kept"),
        Skipped("line 6", "it has no URL"),
        Skipped("line 7", "it is no JSON object that can be kept"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_may_end_in_any_way_and_be_written_in_any_encoding(end: str, codec: str) -> None:
    content = end.join(['{"url": "日本"}', '{"url": "a\u2028b\x85"}', ""]).encode(codec)
    assert [draft.url for draft in drafts(content, LINES)] == ["日本", "a\u2028b\x85"]


def test_lines_of_which_none_is_an_object_are_refused_and_none_at_all_hold_nothing() -> None:
    with pytest.raises(ImportFileError) as raised:
        entries("\nsome text\nand more", LINES, name="x.jsonl")
    assert str(raised.value) == (
        "x.jsonl: line 2 is no JSON object, nor is any other; name another format with --format"
    )
    assert entries(b"", LINES) == entries(b" \r\n\n", LINES) == []


@pytest.mark.parametrize(
    ("content", "is_lines"),
    [
        (b'{"url":"a","annotation":""}\n{', True),
        (b'\r\n{"id": 1, "url": "a", "annotation": "cut', True),
        (b'{"url": "a"}\n{"annotation": "b"}', False),
        (b'{\n"url": "a", "annotation": "b"}', False),
        (b'[{"url": "a", "annotation": "b"}]', False),
    ],
)
def test_lines_are_known_by_the_first(content: bytes, is_lines: bool) -> None:
    assert by_name(LINES).recognises(content) is is_lines


# --- both


@BOTH
@quick
@given(library=libraries(earliest=EARLIEST), extras=st.lists(_extras, min_size=4, max_size=4))
def test_what_is_written_is_read_as_it_was(
    format_name: str, library: list[Bookmark], extras: list[dict[str, object]]
) -> None:
    library = [replace(it, extra=extra) for it, extra in zip(library, extras, strict=False)]
    content = written(library, format_name)
    assert [replace(it, extra={}) for it in accepted(content, format_name)] == [replace(it, extra={}) for it in library]
    assert [it.extra for it in accepted(content, format_name)] == [it.extra for it in library]
    assert not skipped(content, format_name)


@BOTH
def test_fields_that_tagtui_does_not_know_come_back_beside_its_own(format_name: str) -> None:
    kept = {"tagtui": {"rating": 5, "url": ["not one"]}, "x": {"y": 1}}
    content = written([bookmark(extra=kept)], format_name)
    row = json.loads(content) if format_name == LINES else json.loads(content)["bookmarks"]["1"]
    assert (row["rating"], row["extra"]) == (5, {"tagtui": {"url": ["not one"]}, "x": {"y": 1}})
    assert accepted(content, format_name)[0].extra == kept


@BOTH
def test_a_library_written_by_one_owner_is_somebody_elses_to_another(format_name: str) -> None:
    out = BytesIO()
    write = by_name(format_name).write
    assert write is not None
    write([bookmark(), bookmark(by=OWNER)], out, Writing("ada"))
    assert [it.by for it in accepted(out.getvalue(), format_name)] == ["ada", ""]


@pytest.mark.parametrize(
    ("name", "format_name"), [("tagtui.json", JSON), ("tagtui-list.json", JSON), ("tagtui.jsonl", LINES)]
)
@quick
@given(data=st.data())
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(
    name: str, format_name: str, data: st.DataObject
) -> None:
    content = data.draw(st.binary() | damaged(sample(name)))
    try:
        read = accepted(content, format_name)
    except ImportFileError:
        return
    msgspec.json.encode(read)
    assert [it.url for it in accepted(written(read, format_name), format_name)] == [it.url for it in read]
