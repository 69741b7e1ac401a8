"""linkding's JSON, read."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tests.formats.samples import DAY, accepted, damaged, drafts, entries, quick, sample, skipped

FORMAT = "linkding-json"


def one(**fields: object) -> dict[str, object]:
    return {"url": "https://example.org/", "date_added": "2016-10-31T15:57:56Z", "tag_names": [], **fields}


def page(*bookmarks: object, **fields: object) -> dict[str, Any]:
    return {"count": len(bookmarks), "next": None, "previous": None, **fields, "results": bookmarks}


def test_a_dump_is_read_as_linkding_gave_it() -> None:
    archived, notes, untitled, hostile = drafts(sample("linkding.json"), FORMAT)
    assert (archived.url, archived.title) == ("https://example.org/a?b=1&c=2", "Self-hosting & you")
    assert archived.annotation == "A description.\n\n## Notes\n\n- one\n- two <b>"
    assert archived.tags == ("self-hosting", "linkding:bookmarks.archived")
    assert (archived.private, archived.unread) == (True, False)
    assert archived.added is not None
    assert archived.modified is not None
    assert (archived.added.isoformat(), archived.modified.isoformat()) == (
        "2022-01-01T00:00:00+00:00",
        "2022-01-02T00:00:00+00:00",
    )
    assert (notes.annotation, notes.tags, notes.private, notes.unread) == ("Nothing else", (), False, True)
    assert (untitled.url, untitled.title) == ("https://example.org/日本", "日本語のページ 📚")
    assert (untitled.annotation, untitled.tags) == ("The page's own words", ("日本", "c++"))
    assert untitled.added == untitled.modified
    assert (hostile.title, hostile.tags) == ("[/] <script>alert(1)</script>\x1b[31m", ("via:fogus",))
    assert [draft.where for draft in (archived, notes, untitled, hostile)] == [f"entry {n}" for n in range(1, 5)]
    assert not any(draft.warnings for draft in (archived, notes, untitled, hostile))


def test_the_dump_and_the_bookmark_file_of_one_linkding_give_the_same() -> None:
    of_json, of_html = drafts(sample("linkding.json"), FORMAT)[:2], drafts(sample("linkding.html"), "netscape")
    for ours, theirs in zip(of_json, of_html, strict=True):
        for field in ("url", "title", "annotation", "tags", "added", "modified", "private", "unread"):
            assert getattr(ours, field) == getattr(theirs, field)


def test_what_has_no_field_in_a_bookmark_is_kept() -> None:
    _, _, untitled, hostile = drafts(sample("linkding.json"), FORMAT)
    assert untitled.extra["linkding"] == {
        "id": 3,
        "web_archive_snapshot_url": "https://web.archive.org/web/20220101000000/https://example.org/日本",
        "favicon_url": "https://links.example/static/https_example_org.png",
    }
    assert hostile.extra["linkding"]["website_title"] == "Not asked for"


def test_what_is_not_of_the_kind_it_should_be_is_kept_as_it_is() -> None:
    odd = {
        "title": ["a"],
        "notes": {"b": 1},
        "tag_names": [{"name": "x"}, "y"],
        "unread": "maybe",
        "date_modified": "x",
    }
    (draft,) = drafts(json.dumps([one(**odd, shared=1)]), FORMAT)
    assert (draft.title, draft.annotation, draft.tags, draft.unread, draft.modified) == ("", "", ("y",), False, None)
    assert draft.extra == {"linkding": odd}


@pytest.mark.parametrize(
    "content",
    [
        [one(url="a"), one(url="b")],
        page(one(url="a"), one(url="b")),
        [page(one(url="a")), page(), page(one(url="b"))],
    ],
)
def test_bookmarks_come_alone_in_a_page_or_in_several(content: object) -> None:
    text = json.dumps(content)
    assert [draft.url for draft in drafts(text, FORMAT)] == ["a", "b"]
    forgiven = text.replace('"a"', '"a\n"')
    assert [(draft.url, draft.where) for draft in drafts(forgiven, FORMAT)] == [("a\n", "entry 1"), ("b", "entry 2")]


def test_a_page_that_is_not_the_last_is_told_once() -> None:
    first, second = drafts(json.dumps(page(one(), one(), next="https://links.example/api/bookmarks/?offset=2")), FORMAT)
    assert first.warnings == ("the file is one page of several; ask linkding for all at once with a larger ?limit=",)
    assert second.warnings == ()
    (last,) = drafts(json.dumps(page(one(), previous="https://links.example/api/bookmarks/")), FORMAT)
    assert last.warnings == first.warnings


def test_an_entry_that_cannot_be_kept_is_skipped_with_its_place_and_the_reason() -> None:
    content = (
        '{"results": [1, null, {}, {"url": " \\u0001 "}, {"url": ["a"]}, {"url": "b", "x": 1e999}, {"url": "kept"}]}'
    )
    assert skipped(content, FORMAT) == [
        Skipped("entry 1", "it is no JSON object that can be kept"),
        Skipped("entry 2", "it is no JSON object that can be kept"),
        Skipped("entry 3", "it has no URL"),
        Skipped("entry 4", "it has no URL"),
        Skipped("entry 5", "it has no URL"),
        Skipped("entry 6", "it is no JSON object that can be kept"),
    ]
    assert [draft.url for draft in drafts(content, FORMAT)] == ["kept"]


def test_a_date_that_is_missing_or_unreadable_is_left_open_with_a_warning() -> None:
    missing, unreadable = drafts('[{"url": "a"}, {"url": "b", "date_added": "soon"}]', FORMAT)
    assert (missing.added, missing.warnings) == (None, ("it has no date; it gets today's",))
    assert (unreadable.added, unreadable.warnings) == (None, ("its date 'soon' cannot be read; it gets today's",))


def test_nothing_holds_nothing() -> None:
    assert entries(json.dumps(page()), FORMAT) == entries("[]", FORMAT) == []


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "cut off at byte 0"),
        ('{"count": 1}', "not a JSON array at byte 0"),
        ('{"results": [{"url": "a"}, {"url": "b', 'cut off at byte 37, in "results", entry 2'),
        ('{"results": [{"url": "a"} {"url": "b"}]}', 'not JSON at byte 26, after "results", entry 1'),
        ('[{"results": [{"url" "a"}]}]', 'not JSON at byte 21, in entry 1, "results", entry 1'),
        ('{"results": []} and more', "not JSON at byte 16, after entry 1"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_at_the_byte_where_it_breaks(content: str, place: str) -> None:
    with pytest.raises(ImportFileError) as raised:
        entries(content, FORMAT, name="dump.json")
    assert str(raised.value) == f"dump.json: {place}; export it again, or mend it there"


def test_an_entry_nested_too_deeply_costs_what_is_nested_and_no_other() -> None:
    deep, deeper, deepest = ("[" * levels + "]" * levels for levels in (30, 200, 10_000))
    content = (
        '{{"results": [{{"url": "a", "x": {}}}, {{"url": "b", "x": {}}}, {{"url": "c", "x": {}}}, {{"url": "d"}}]}}'
    )
    first, second, third, fourth = entries(content.format(deep, deeper, deepest), FORMAT)
    assert not isinstance(first, Skipped)
    assert first.extra["linkding"]
    assert not isinstance(second, Skipped)
    assert (second.extra, second.warnings[-1]) == ({}, "nested too deeply, left out: x")
    assert third == Skipped("entry 3", "it is no JSON object that can be kept")
    assert not isinstance(fourth, Skipped)


def test_the_sample_was_saved_on_the_days_it_says() -> None:
    (draft,) = drafts(json.dumps([one()]), FORMAT)
    assert draft.added == DAY


@quick
@given(st.binary() | damaged(sample("linkding.json")))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        read = accepted(content, FORMAT)
    except ImportFileError:
        return
    msgspec.json.encode(read)
