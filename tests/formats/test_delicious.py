"""What del.icio.us exported, in XML and in JSON."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.intake import Skipped, plan_import
from tagtui.core.library import Library
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Source, detect, read
from tests.formats.samples import (
    NAMES,
    NOW,
    OWNER,
    accepted,
    damaged,
    drafts,
    entries,
    quick,
    sample,
    skipped,
)

XML, JSON = "delicious-xml", "delicious-json"
FILES = {"delicious.xml": XML, "delicious_2006.xml": XML, "delicious.json": JSON}


def one(**fields: object) -> str:
    return json.dumps([{"url": "https://example.org/", "created": "1387209476", **fields}])


def detected(content: bytes) -> str | None:
    try:
        return detect(Source(content, "x")).name
    except ImportFileError:
        return None


def test_the_xml_of_its_last_years_separates_tags_by_commas_and_says_private() -> None:
    log, size, japan, single = drafts(sample("delicious.xml"), XML)
    assert log.url == "https://example.org/log/the-log"
    assert log.title == "The Log: what every engineer should know"
    assert log.annotation == "An append-only, totally-ordered sequence"
    assert log.tags == ("kafka", "logs", "distributed-systems")
    assert (log.added, log.modified, log.private) == (datetime(2013, 12, 16, 15, 57, 56, tzinfo=UTC), None, False)
    assert (size.url, size.title) == ("http://example.org/?q=c%2B%2B&lang=en", "<b>Größe</b> & Maß")
    assert (size.tags, size.private, size.unread) == (("c++", ".net"), True, False)
    assert size.extra == {"delicious": {"meta": "aa5c0a31e2cf5be1d1b1e0e1f7c3a9d4"}}
    assert (japan.url, japan.title, japan.tags, japan.extra) == ("https://example.org/日本", "", (), {})
    assert single.tags == ("folksonomy",)
    assert [draft.where for draft in (log, size, japan, single)] == ["line 3", "line 4", "line 5", "line 6"]
    assert not any(draft.warnings for draft in (log, size, japan, single))


def test_the_xml_of_its_first_years_separates_tags_by_blanks_and_says_shared() -> None:
    tagging, secret = drafts(sample("delicious_2006.xml"), XML)
    assert (tagging.title, tagging.annotation) == ("Tagging, explained", '"Folksonomy" & friends')
    assert tagging.tags == ("tagging", "folksonomy", "via:waxpancake")
    assert tagging.added == datetime(2005, 11, 28, 5, 26, 9, tzinfo=UTC)
    assert tagging.extra == {"delicious": {"others": "55"}}
    assert (tagging.private, secret.private) == (False, True)
    assert (secret.annotation, secret.tags) == ("", ())
    assert not tagging.warnings + secret.warnings


def test_the_json_is_read_as_it_was_written() -> None:
    log, size, japan = drafts(sample("delicious.json"), JSON)
    assert log.url == "https://example.org/log/the-log"
    assert log.title == "The Log: what every engineer should know"
    assert log.annotation == (
        "An append-only, totally-ordered sequence of records.\n\nRead it twice — the second time with a pencil."
    )
    assert log.tags == ("kafka", "logs", "distributed-systems")
    assert (log.added, log.private, log.extra) == (datetime(2013, 12, 16, 15, 57, 56, tzinfo=UTC), False, {})
    assert (size.url, size.title) == ("http://example.org/?q=c%2B%2B&lang=en", "<b>Größe</b> & Maß")
    assert (size.private, size.extra) == (True, {"delicious": {"source": "bookmarklet"}})
    assert (japan.url, japan.title, japan.tags) == ("https://example.org/日本", "", ())
    assert [draft.where for draft in (log, size, japan)] == ["entry 1", "entry 2", "entry 3"]
    assert not any(draft.warnings for draft in (log, size, japan))


@pytest.mark.parametrize(
    ("attributes", "private"),
    [
        ('private="yes"', True),
        ('shared="no"', True),
        ('private="no" shared="no"', True),
        ('private="no" shared="yes"', False),
        ("", False),
    ],
)
def test_private_and_not_shared_both_mean_private(attributes: str, private: bool) -> None:
    (draft,) = drafts(f'<posts><post href="a" time="2006-01-01" {attributes}/></posts>', XML)
    assert (draft.private, draft.extra) == (private, {})


@pytest.mark.parametrize(
    ("value", "private"),
    [("1", True), (1, True), (True, True), ("0", False), (0, False), (False, False), (None, False)],
)
def test_private_is_text_a_number_or_a_truth(value: object, private: bool) -> None:
    (draft,) = drafts(one(private=value), JSON)
    assert (draft.private, draft.extra) == (private, {})


@pytest.mark.parametrize("created", ["1387209476", 1387209476, "1387209476000", "2013-12-16T15:57:56Z"])
def test_a_date_is_read_from_text_or_a_number(created: object) -> None:
    assert drafts(one(created=created), JSON)[0].added == datetime(2013, 12, 16, 15, 57, 56, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [([""], ()), ([], ()), (None, ()), ("a b", ("a", "b")), (["a b", "", "A-B", "c"], ("a-b", "c"))],
)
def test_tags_are_an_array_in_which_an_empty_one_is_none(tags: object, expected: tuple[str, ...]) -> None:
    assert drafts(one(tags=tags), JSON)[0].tags == expected


def test_what_cannot_be_kept_is_skipped_with_its_place_and_the_reason() -> None:
    content = '[1, {"url": " "}, {"title": "x"}, {"url": "kept"}]'
    assert skipped(content, JSON) == [
        Skipped("entry 1", "it is no JSON object that can be kept"),
        Skipped("entry 2", "it has no url"),
        Skipped("entry 3", "it has no url"),
    ]
    assert drafts(content, JSON)[0].warnings == ("it has no date; it gets today's",)
    assert skipped('<posts>\n<post tag="x"/></posts>', XML) == [Skipped("line 2", "it has no href")]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_its_files_are_recognised_and_read_in_any_encoding(name: str, codec: str) -> None:
    content = sample(name).decode().encode(codec)
    assert detect(Source(content, name)).name == FILES[name]
    assert drafts(content, FILES[name]) == drafts(sample(name), FILES[name])


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_cut_off_is_refused_with_its_place(name: str) -> None:
    content = sample(name).rstrip()
    content = content[: content.rindex(b"\n") - 20]
    with pytest.raises(ImportFileError, match=rf"^{name}: cut off at (?:line|byte) \d+, (?:in|after) entry \d; export"):
        entries(content, FILES[name], name=name)


@pytest.mark.parametrize(
    "content",
    [
        b'[{"url": "a", "created": "2016-10-31T15:57:56Z", "private": false, "tags": []}]',
        b'[{"url": "a", "title": "b", "tags": []}]',
        b'{"url": "a", "created": "1387209476", "private": "0"}',
        b'["url", "created", "private"]',
    ],
)
def test_the_json_of_others_is_not_taken_for_it(content: bytes) -> None:
    assert detected(content) != JSON


def test_no_other_file_is_taken_for_its_own() -> None:
    assert {name: found for name in NAMES if (found := detected(sample(name))) in (XML, JSON)} == FILES


@pytest.mark.parametrize("name", FILES)
def test_importing_a_file_twice_adds_nothing(name: str) -> None:
    library = Library({}, OWNER)
    source = Source(sample(name), name)
    change, first = plan_import(library, read(source), NOW)
    library.apply(change)
    change, second = plan_import(library, read(source), NOW)
    assert (second.unchanged, change.edits) == (first.added, ())


@quick
@given(st.sampled_from(sorted(FILES.items())), st.data())
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(
    file: tuple[str, str], data: st.DataObject
) -> None:
    name, format_name = file
    content = data.draw(st.binary() | damaged(sample(name)))
    try:
        found = accepted(content, format_name)
    except ImportFileError:
        return
    msgspec.json.encode(found)
