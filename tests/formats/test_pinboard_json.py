"""Pinboard's JSON, read and written."""

import json
import re
from datetime import UTC, datetime
from hashlib import md5

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tagtui.formats import pinboard_json
from tests.formats.samples import (
    DAY,
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

FORMAT = "pinboard-json"


def one(**fields: object) -> str:
    return json.dumps([{"href": "https://example.org/", "time": "2016-10-31T15:57:56Z", **fields}])


def error(content: bytes | str) -> str:
    with pytest.raises(ImportFileError) as raised:
        entries(content, FORMAT, name="export.json")
    message = str(raised.value)
    assert message.startswith("export.json: ")
    assert "\n" not in message
    return message


def test_an_export_is_read_as_pinboard_wrote_it() -> None:
    log, cpp, japan, bookmarklet = drafts(sample("pinboard.json"), FORMAT)
    assert log.url == "https://example.org/log/the-log"
    assert log.title == "The Log: what every engineer should know"
    assert log.annotation == (
        "<blockquote>An append-only, totally-ordered sequence of records.</blockquote>\n\n"
        "Read it twice — the second time with a pencil."
    )
    assert log.tags == ("kafka", "logs", "distributed-systems")
    assert (log.added, log.modified, log.private, log.unread) == (DAY, None, False, False)
    assert (cpp.private, cpp.unread, cpp.title, cpp.annotation) == (True, True, "", "")
    assert cpp.tags == ("c++", ".net", "c#", ".private", "via:fogus")
    assert (japan.url, japan.title, japan.tags) == ("https://example.org/日本", "日本語のテキスト処理 📚", ())
    assert bookmarklet.url.startswith("javascript:(function(){location.href='https://pinboard.in/add")
    assert [draft.where for draft in (log, cpp, japan, bookmarklet)] == ["entry 1", "entry 2", "entry 3", "entry 4"]
    assert not any(draft.warnings for draft in (log, cpp, japan, bookmarklet))


def test_the_signature_is_kept_and_the_hash_is_not() -> None:
    assert drafts(sample("pinboard.json"), FORMAT)[0].extra == {
        "pinboard": {"meta": "1f0e8d2c7b6a59483726150f0e9d8c7b"}
    }
    assert drafts(one(hash="b2f1"), FORMAT)[0].extra == {}


def test_fields_that_tagtui_does_not_know_come_back_when_written() -> None:
    kept = {"meta": "m", "others": 17, "near": {"lists": [1, None, "x"]}, "huge": 10**30}
    (read,) = accepted(one(**kept).encode(), FORMAT)
    assert read.extra == {"pinboard": kept}
    assert json.loads(written([read], FORMAT))[0].items() >= kept.items()


@pytest.mark.parametrize("nothing", [None, False, "", [], 0])
def test_any_empty_value_is_no_text(nothing: object) -> None:
    (draft,) = drafts(one(description=nothing, extended=nothing, tags=nothing, shared=nothing, toread=nothing), FORMAT)
    assert (draft.title, draft.annotation, draft.tags, draft.private, draft.unread) == ("", "", (), False, False)


def test_a_date_that_is_missing_or_unreadable_is_left_open_with_a_warning() -> None:
    (missing,), (unreadable,) = drafts('[{"href": "a"}]', FORMAT), drafts(one(time="soon"), FORMAT)
    assert (missing.added, missing.warnings) == (None, ("it has no date; it gets today's",))
    assert (unreadable.added, unreadable.warnings) == (None, ("its date 'soon' cannot be read; it gets today's",))


def test_an_entry_that_cannot_be_kept_is_skipped_with_its_place_and_the_reason() -> None:
    content = """[1, "a", null, [], {}, {"href": ""}, {"href": " \\u0001 "}, {"href": 5},
        {"href": "a", "tags": {"b": 1}, "by": 1}, {"href": "kept"}, {"href": "a", "x": 1e999}]"""
    *_, kept, last = found = entries(content, FORMAT)
    assert found[:4] == [Skipped(f"entry {n}", "it is no JSON object that can be kept") for n in range(1, 5)]
    assert found[4:7] == [Skipped(f"entry {n}", "it has no href") for n in range(5, 8)]
    assert found[7:9] == [
        Skipped("entry 8", "not text, as it should be: href"),
        Skipped("entry 9", "not text, as it should be: tags, by"),
    ]
    assert not isinstance(kept, Skipped)
    assert last == Skipped("entry 11", "it is no JSON object that can be kept")


def test_an_empty_array_holds_nothing() -> None:
    assert entries(b" [ ]\r\n", FORMAT) == entries(b"\xef\xbb\xbf[]", FORMAT) == []


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_gives_the_same(codec: str) -> None:
    content = '[{"href": "https://example.org/", "time": "2016-10-31T15:57:56Z", "description": "Größe 📚"}]'
    (draft,) = drafts(content.encode(codec), FORMAT)
    assert (draft.title, draft.warnings) == ("Größe 📚", ())


def test_windows_1252_is_read_with_a_warning_at_the_first_bookmark_only() -> None:
    content = '[{}, {"href": "a", "time": "2016", "description": "Größe"}, {"href": "b", "time": "2016-10-31"}]'
    _, first, second = entries(content.encode("cp1252"), FORMAT)
    assert first.title == "Größe"
    assert first.warnings[0] == "the file is not UTF-8; what is not was read as Windows-1252"
    assert second.warnings == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("line\nbreak\ttab", "line\nbreak\ttab"),
        ("\x1b[31m", "\x1b[31m"),  # taken out when the draft is accepted
        ("cut off \\ud83d", "cut off "),
        ("\\udcda\\ud83d x", " x"),
    ],
)
def test_what_strict_json_refuses_in_one_text_costs_no_other_entry(text: str, title: str) -> None:
    content = f'[{{"href": "a", "time": "2016-10-31", "description": "{text}"}}, {{"href": "b", "x": NaN}},]'
    first, second = drafts(content, FORMAT)
    assert first.title == title
    assert (second.url, second.extra) == ("b", {"pinboard": {"x": "NaN"}})


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "cut off at byte 0"),
        (b"  ", "cut off at byte 2"),
        (b"[", "cut off at byte 1, in entry 1"),
        (b'[{"href": "a"},', "cut off at byte 15, in entry 2"),
        (b'[{"href": "a"}', "cut off at byte 14, after entry 1"),
        (b'[{"href": "a"}, {"href": "b', "cut off at byte 27, in entry 2"),
        (b'[{"href": "a"}, {"href" "b"}]', "not a JSON array at byte 24, in entry 2"),
        (b'[{"href": "a"} {"href": "b"}]', "not a JSON array at byte 15, after entry 1"),
        (b'[{"href": "a"}] and more', "not a JSON array at byte 16, after entry 1"),
        (b'{"href": "a"}', "not a JSON array at byte 0"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a JSON array at byte 0"),
        pytest.param(b"[1, " + b"[" * 100_000, "not a JSON array at byte 4, in entry 2", id="deep"),
    ],
)
def test_a_file_that_is_no_whole_json_array_is_refused_at_the_byte_where_it_breaks(content: bytes, place: str) -> None:
    assert error(content) == f"export.json: {place}; export it again, or mend it there"


@pytest.mark.parametrize(
    "content",
    [
        '[{"href": "日本"} ?'.encode(),
        '\ufeff[{"href": "日本"} ?'.encode(),
        '\ufeff[{"href": "日📚"} ?'.encode("utf-16-le"),
        '[{"href": "é“"} ?'.encode("cp1252"),
        '[{"href": "日本'.encode() + b'\xe9"} ?',
    ],
)
def test_the_byte_where_a_file_breaks_is_one_of_the_file_whatever_its_encoding(content: bytes) -> None:
    assert f"not a JSON array at byte {content.index(b'?')}, after entry 1;" in error(content)


def test_wherever_a_file_is_cut_off_the_error_tells_a_byte_of_it() -> None:
    content = sample("pinboard.json")
    for size in range(0, len(content) - 2, 7):
        found = re.search(r"at byte (\d+)", error(content[:size]))
        assert found
        assert size - 6 <= int(found[1]) <= size  # an escape or a word that is cut off breaks where it begins


def test_an_entry_nested_too_deeply_is_skipped() -> None:
    deep, deeper = "[" * 30 + "]" * 30, "[" * 200 + "]" * 200
    first, second = entries(f'[{{"href": "a", "x": {deep}}}, {{"href": "b", "x": {deeper}}}]', FORMAT)
    assert not isinstance(first, Skipped)
    assert second == Skipped("entry 2", "it is nested too deeply")


def test_a_number_too_long_to_be_one_costs_its_entry_only() -> None:
    content = f'[{{"href": "a\n"}}, {{"href": "b", "x": {"9" * 5000}}}, {{"href": "c"}}]'
    assert [draft.url for draft in drafts(content, FORMAT)] == ["a\n", "c"]
    assert skipped(content, FORMAT) == [Skipped("entry 2", "it is no JSON object that can be kept")]


def test_the_last_of_a_key_that_occurs_twice_counts() -> None:
    assert drafts('[{"href": "a", "href": "b"}]', FORMAT)[0].url == "b"


@pytest.mark.parametrize(
    ("begin", "repeat", "times"),
    [
        (b"", b"[", 400_000),
        (b"", b'[{"a":', 400_000),
        (b'[{"href":"', b"x", 4_000_000),
        (b"[", b" ", 4_000_000),
        (b"[", b'"a\n",', 8_000),
    ],
)
def test_a_large_hostile_file_is_refused_in_linear_time(begin: bytes, repeat: bytes, times: int) -> None:
    error(begin + repeat * times)


def test_a_large_file_that_needs_forgiving_is_read_in_linear_time() -> None:
    assert len(drafts(b"[" + b'{"href":"a\n"},' * 8_000 + b"]", FORMAT)) == 8_000


def test_a_bookmark_is_written_in_pinboards_shape_one_a_line() -> None:
    url = "https://example.org/日本"
    full = bookmark(
        url, title='A "title"', annotation="a\nb", tags=("c++", "日本"), private=True, unread=True,
        extra={"pinboard": {"meta": "m"}, "netscape": {"ICON": "i"}},
    )  # fmt: skip
    lines = written([full, bookmark()], FORMAT).decode().splitlines()
    assert lines[0] == "["
    assert lines[1] == (
        '{"href":"https://example.org/日本","description":"A \\"title\\"","extended":"a\\nb","meta":"m",'
        f'"hash":"{md5(url.encode()).hexdigest()}","time":"2016-10-31T15:57:56Z",'  # noqa: S324
        '"shared":"no","toread":"yes","tags":"c++ 日本"},'
    )
    assert list(json.loads(lines[2])) == [
        "href", "description", "extended", "hash", "time", "shared", "toread", "tags",
    ]  # fmt: skip
    assert lines[3:] == ["]"]


def test_what_pinboard_has_no_field_for_is_written_only_where_it_says_something() -> None:
    later = datetime(2020, 1, 1, tzinfo=UTC)
    (row,) = json.loads(written([bookmark(modified=later, by="fogus")], FORMAT))
    assert (row["modified"], row["by"]) == ("2020-01-01T00:00:00Z", "fogus")
    (row,) = json.loads(written([bookmark(extra={"pinboard": {"by": "x", "modified": "y", "href": "z"}})], FORMAT))
    assert row["href"] == "https://example.org/"
    assert not {"modified", "by"} & set(row)


def test_no_bookmarks_are_written_as_an_empty_array() -> None:
    assert written([], FORMAT) == b"[]\n"


@quick
@given(libraries(earliest=datetime(1, 1, 1)))  # noqa: DTZ001
def test_what_is_written_is_read_as_it_was(library: list[Bookmark]) -> None:
    content = written(library, FORMAT)
    assert accepted(content, FORMAT) == library
    assert not skipped(content, FORMAT)


@settings(quick)
@given(libraries(earliest=datetime(1, 1, 1)).map(lambda it: written(it, FORMAT)) | damaged(sample("pinboard.json")))  # noqa: DTZ001
def test_entries_read_at_once_are_those_read_field_by_field(content: bytes) -> None:
    try:
        at_once = entries(content, FORMAT)
    except ImportFileError:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pinboard_json, "_to_row", msgspec.json.Decoder(int))
        assert entries(content, FORMAT) == at_once


@quick
@given(st.binary() | damaged(sample("pinboard.json")))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        read = accepted(content, FORMAT)
    except ImportFileError:
        return
    msgspec.json.encode(read)
    assert [it.url for it in accepted(written(read, FORMAT), FORMAT)] == [it.url for it in read]
