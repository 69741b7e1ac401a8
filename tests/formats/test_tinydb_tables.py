"""TinyDB files of other programs, read."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tagtui.formats import json_entries
from tagtui.formats.registry import by_name
from tests.formats.samples import DAY, accepted, damaged, drafts, entries, quick, sample, skipped

FORMAT = "tinydb"


def document(**fields: object) -> Draft:
    (draft,) = drafts(json.dumps({"_default": {"1": fields}}), FORMAT)
    return draft


def test_the_usual_names_are_found_and_all_else_is_kept() -> None:
    log, japan, hostile, untitled = drafts(sample("tinydb.json"), FORMAT)
    assert (log.url, log.title) == ("https://example.org/log?a=1&b=2", "The Log")
    assert log.annotation == "An append-only sequence.\n\nRead it twice.\n\nWith a pencil."
    assert log.tags == ("kafka", "distributed-systems")
    assert (log.added, log.unread, log.private, log.extra) == (DAY, True, False, {"tinydb": {"rating": 5}})
    assert (japan.url, japan.title) == ("https://example.org/日本", "日本語のテキスト処理 📚")
    assert (japan.tags, japan.added, japan.private, japan.extra) == (("text-processing",), DAY, True, {})
    assert (hostile.url, hostile.title) == ("javascript:alert('[/]')", "[/] \x1b[31mred")
    assert (hostile.tags, hostile.added) == (("a", "b-c"), DAY)
    assert hostile.extra == {"tinydb": {"meta": {"via": ["x", None]}}}
    assert (untitled.url, untitled.title, untitled.added) == ("https://example.org/untitled", "", None)
    assert untitled.warnings == ("its date '5 min' cannot be read; it gets today's",)
    assert untitled.extra == {"tinydb": {"time": "5 min"}}
    assert [draft.where for draft in (log, japan, hostile, untitled)] == [
        "table _default, document 1",
        "table _default, document 2",
        "table _default, document 4",
        "table reading, document 1",
    ]


def test_a_document_without_a_url_is_skipped_with_its_place() -> None:
    assert skipped(sample("tinydb.json"), FORMAT) == [Skipped("table _default, document 3", "it has no URL")]


def test_of_documents_with_the_same_id_and_tables_of_the_same_name_none_is_lost() -> None:
    content = '{"a": {"1": {"url": "x"}, "1": {"url": "y"}}, "a": {"1": {"url": "z"}}}'
    assert [draft.url for draft in drafts(content, FORMAT)] == ["x", "y", "z"]
    assert [draft.url for draft in drafts(content.replace("x", "x\n"), FORMAT)] == ["x\n", "y", "z"]


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"URL": "a", "link": "https://b.org/"}, "a"),
        ({"url": "", "href": "a"}, "a"),
        ({"link": "click here", "website": "https://b.org/"}, "https://b.org/"),
        ({"page": 7, "address": "www.b.org"}, "www.b.org"),
    ],
)
def test_an_address_counts_where_it_looks_like_one(fields: dict[str, object], url: str) -> None:
    assert document(**fields).url == url


def test_the_first_name_that_says_something_counts_and_the_others_stay() -> None:
    draft = document(
        url="u", title="", name="n", headline="h", date="never", created_at=1477929476, updated="2017-01-01"
    )
    assert (draft.title, draft.added, draft.modified) == ("n", DAY, datetime(2017, 1, 1, tzinfo=UTC))
    assert draft.extra == {"tinydb": {"headline": "h", "date": "never"}}


def test_numbers_are_titles_and_tags_and_other_things_are_not() -> None:
    draft = document(url="u", title=1984, tags=["a", 7], labels={"b": True}, note=["c"])
    assert (draft.title, draft.tags, draft.annotation) == ("1984", ("a", "7"), "")
    assert draft.extra == {"tinydb": {"labels": {"b": True}, "note": ["c"]}}


@pytest.mark.parametrize(
    ("fields", "private", "unread"),
    [
        ({"private": True, "toread": "yes"}, True, True),
        ({"private": 0, "read": True}, False, False),
        ({"public": False, "read": 0}, True, True),
        ({"shared": True, "unread": False}, False, False),
        ({}, False, False),
    ],
)
def test_flags_are_read_whichever_way_they_are_put(fields: dict[str, object], private: bool, unread: bool) -> None:
    draft = document(url="u", **fields)
    assert (draft.private, draft.unread, draft.extra) == (private, unread, {})


def test_what_is_no_table_of_documents_is_skipped_with_its_place() -> None:
    content = '{"version": 3, "list": [{"url": "a"}, 5], "_default": {"x": {"url": "b"}, "2": null}}'
    assert [draft.url for draft in drafts(content, FORMAT)] == ["a", "b"]
    assert skipped(content, FORMAT) == [
        Skipped("table version", "it is no table of documents"),
        Skipped("table list, document 2", "it is no JSON object that can be kept"),
        Skipped("table _default, document 2", "it is no JSON object that can be kept"),
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "cut off at byte 0"),
        ("[]", "not a JSON object at byte 0"),
        ('{"_default": {"1": {"url": "a"}, "2": {"url": "b', 'cut off at byte 48, in "_default", "2"'),
        ('{"_default": {"1": {"url": "a"}, 2: {}}}', 'not a JSON object at byte 33, in "_default", entry 2'),
        ('{"_default": {"1" {}}}', 'not a JSON object at byte 18, in "_default", entry 1'),
        ('{"_default": {}} <<<<<<< HEAD', "not a JSON object at byte 17, after entry 1"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_at_the_byte_where_it_breaks(content: str, place: str) -> None:
    with pytest.raises(ImportFileError) as raised:
        entries(content, FORMAT, name="db.json")
    assert str(raised.value) == f"db.json: {place}; export it again, or mend it there"


@pytest.mark.parametrize(
    ("content", "is_tinydb"),
    [
        (b'{"_default": {"1": {"Link": "a"}}}', True),
        (b'{"_default": {}, "a\\"b": {}, "links": {"12": {"title": "a", "url": "b"}}}', True),
        (b'{"_default": {"1": {"name": "the url"}}}', False),
        (b'{"_default": {}}', False),
        (b'{"roots": {"bookmark_bar": {"url": "a"}}}', False),
        (b'{"1": {"url": "a"}}', False),
    ],
)
def test_tables_are_known_by_ids_and_addresses(content: bytes, is_tinydb: bool) -> None:
    assert by_name(FORMAT).recognises(content) is is_tinydb


@pytest.mark.parametrize(("begin", "repeat"), [(b"", b'{"a":'), (b'{"a":{"1":', b"["), (b'{"a":{', b'"1":{"a\n":1},')])
def test_a_large_hostile_file_is_refused_in_linear_time(begin: bytes, repeat: bytes) -> None:
    with pytest.raises(ImportFileError):
        entries(begin + repeat * 4_000, FORMAT)


@quick
@given(damaged(sample("tinydb.json")))
def test_documents_cut_up_at_once_are_those_cut_up_one_by_one(content: bytes) -> None:
    try:
        at_once = entries(content, FORMAT)
    except ImportFileError:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_entries, "_to_tables", msgspec.json.Decoder(int))
        assert entries(content, FORMAT) == at_once


@quick
@given(st.binary() | damaged(sample("tinydb.json")))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        read = accepted(content, FORMAT)
    except ImportFileError:
        return
    json.loads(msgspec.json.encode(read))
