"""The file Bookmarks of Chrome and its kin."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped, accept, plan_import
from tagtui.core.library import Library
from tagtui.errors import ImportFileError
from tagtui.formats.chrome_json import FORMAT, read
from tagtui.formats.registry import Entry, Source
from tests.formats.samples import DAY, NOW, OWNER, damaged, quick, sample

ADDED = "13122403076339563"  # DAY, and some µs


def entries(content: bytes | str, folders_as_tags: bool | None = None) -> list[Entry]:
    content = content.encode() if isinstance(content, str) else content
    return list(read(Source(content, "Bookmarks", None, folders_as_tags)))


def drafts(content: bytes | str, folders_as_tags: bool | None = None) -> list[Draft]:
    return [entry for entry in entries(content, folders_as_tags) if isinstance(entry, Draft)]


def url(**fields: Any) -> dict[str, Any]:
    return {"type": "url", "name": "n", "url": "https://example.org/", "date_added": ADDED, **fields}


def bar(*nodes: Any, **roots: Any) -> str:
    """Return a file with these bookmarks on the bar, and these roots beside it."""
    return json.dumps({"roots": {"bookmark_bar": {"type": "folder", "name": "Bar", "children": nodes}, **roots}})


def error(content: bytes | str) -> str:
    with pytest.raises(ImportFileError) as raised:
        entries(content)
    message = str(raised.value)
    assert message.startswith("Bookmarks: ")
    assert "\n" not in message
    return message


def test_chromes_file_is_read_with_folders_as_tags_but_for_its_own() -> None:
    found = drafts(sample("chrome.json"))
    assert [(draft.where, draft.title, draft.tags) for draft in found] == [
        ("entry 1", "On the bar", ()),
        ("entry 2", "Nets & trees: <script>alert(1)</script>", ("Machine-Learning",)),
        ("entry 3", "The perceptron", ("Machine-Learning", "Papers-old")),
        ("entry 4", "日本語のテキスト処理 \u2028 x", ("Machine-Learning", "日本語-📚")),
        ("entry 5", "+ Read later", ()),
        ("entry 6", "", ()),
        ("entry 7", "Version", ()),
        ("entry 8", "On the bar", ()),
        ("entry 9", "On the phone", ()),
    ]
    assert [draft.url for draft in found[:4]] == [
        "https://example.org/bar",
        "https://example.org/nets?a=1&b=2",
        "https://example.org/perceptron",
        "https://example.org/%E6%97%A5%E6%9C%AC",
    ]
    assert found[4].url.startswith("javascript:(function(){location.href='https://example.org/add?u='")
    assert found[6].url == "chrome://version/"
    bar, perceptron, version, phone = found[0], found[2], found[6], found[8]
    assert (bar.added, bar.modified) == (DAY, None)
    assert perceptron.added == datetime(2017, 7, 14, 2, 40, 1, tzinfo=UTC)
    assert (version.added, version.warnings) == (None, ("it has no date; it gets today's",))
    assert not any(draft.warnings for draft in found if draft is not version)
    assert bar.extra == {
        "chrome": {"date_last_used": "13344473600993908", "guid": "0c5c7fd0-a6a3-4450-a513-270e269e0d37"}
    }
    assert perceptron.extra == {"chrome": {"guid": "36f675cc-81e7-4ef5-a8e2-5d940ed90475"}}
    assert phone.extra["chrome"]["sync_transaction_version"] == "12"


def test_the_bookmark_of_two_folders_becomes_one_with_the_earlier_date() -> None:
    library = Library({}, OWNER)
    change, report = plan_import(library, entries(sample("chrome.json")), NOW)
    library.apply(change)
    assert (report.added, len(library.bookmarks)) == (8, 8)
    (bar,) = (bookmark for bookmark in library.bookmarks.values() if bookmark.title == "On the bar")
    assert bar.added == DAY


def test_vivaldis_descriptions_are_annotations_and_its_separators_and_trash_are_none() -> None:
    dial, plain, *gone = entries(sample("vivaldi.json"))
    assert isinstance(dial, Draft)
    assert isinstance(plain, Draft)
    assert dial.annotation == "First line\n\nA second paragraph with <b>HTML</b>"
    assert dial.tags == ("Speed-Dial",)
    assert dial.extra["chrome"]["meta_info"] == {"Nickname": "vd", "Thumbnail": "chrome://vivaldi-data/local-image/1"}
    assert (plain.title, plain.tags, plain.annotation) == ("Plain", (), "")
    assert gone == [Skipped("entry 3", "it is in the trash"), Skipped("entry 4", "it is in the trash")]


def test_operas_own_roots_are_found_a_level_deeper() -> None:
    inner = {
        "speedDial": {"name": "Speed Dial", "children": [url(name="dial")]},
        "trash": {"name": "Trash", "children": [url()]},
        "userRoot": {"name": "userRoot", "children": [{"name": "Mine", "children": [url(name="mine")]}]},
        "sync": "1",
    }
    first, dial, gone, mine = entries(bar(url(), custom_root=inner))
    assert not isinstance(first, Skipped)
    assert isinstance(dial, Draft)
    assert isinstance(mine, Draft)
    assert (dial.title, dial.tags, mine.title, mine.tags) == ("dial", (), "mine", ("Mine",))
    assert gone == Skipped("entry 3", "it is in the trash")


@pytest.mark.parametrize("root", ["1", None, 5, [], {}, {"name": "x"}, {"children": None}, {"children": {}}, [url()]])
def test_a_root_that_is_no_folder_is_passed_over(root: object) -> None:
    assert [draft.title for draft in drafts(bar(url(), sync_transaction_version="1", other=root))] == ["n"]


def test_folders_are_no_tags_if_that_is_not_wanted() -> None:
    content = bar({"name": "Folder", "type": "folder", "children": [url()]})
    assert drafts(content, True)[0].tags == drafts(content, None)[0].tags == ("Folder",)
    assert drafts(content, False)[0].tags == ()


@pytest.mark.parametrize(
    ("value", "added"),
    [
        (ADDED, DAY),
        (int(ADDED), DAY),
        ("12591158400000000", datetime(2000, 1, 1, tzinfo=UTC)),
        ("0", None), (0, None), ("", None), (None, None), ("11644473600000000", None), ("5", None),
        ("soon", None), ("-1", None), ("9" * 20, None), ("9" * 5000, None), (1e300, None), ([], None), ("²", None),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_a_date_counts_micros_from_1601_or_is_none(value: object, added: datetime | None) -> None:
    (draft,) = drafts(bar(url(date_added=value)))
    assert draft.added == added
    assert bool(draft.warnings) == (added is None)


def test_an_entry_that_is_no_bookmark_is_skipped_with_its_place_and_the_reason() -> None:
    empty = {"type": "folder", "name": "empty"}
    found = entries(bar(url(), empty, 5, None, [], {}, url(url=""), url(url=5), url(url=" \x01"), url()))
    assert [entry.where for entry in found] == [f"entry {n}" for n in range(1, 10)]
    assert found[1:4] == [Skipped(f"entry {n}", "it is no JSON object") for n in (2, 3, 4)]
    assert found[4:8] == [Skipped(f"entry {n}", "it has no URL") for n in (5, 6, 7, 8)]


def test_what_is_no_text_where_text_should_be_is_none() -> None:
    (draft,) = drafts(bar(url(name=5, meta_info={"Description": 5, "a": {"b": ""}}, guid=None)))
    assert (draft.title, draft.annotation, draft.extra) == ("", "", {"chrome": {"meta_info": {"a": {"b": ""}}}})
    assert drafts(bar(url(meta_info="{}")))[0].extra == {"chrome": {"meta_info": "{}"}}


def test_a_field_nested_too_deeply_is_left_out_with_a_warning() -> None:
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    (draft,) = drafts(bar(url(x=deep, guid="g")))
    assert (draft.extra, draft.warnings) == ({"chrome": {"guid": "g"}}, ("nested too deeply, left out: x",))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cut off at byte 0; copy or export it again, or mend it there"),
        (b"\x89PNG\r\n", "not JSON at byte 0; copy or export it again, or mend it there"),
        (b"[]", "it has no roots; choose the file Bookmarks in the browser's profile"),
        (b'{"roots": []}', "it has no roots; choose the file Bookmarks in the browser's profile"),
    ],
)
def test_a_file_that_is_another_is_refused_with_the_way_out(content: bytes, message: str) -> None:
    assert error(content) == f"Bookmarks: {message}"


def test_wherever_the_file_is_cut_off_the_error_tells_a_byte_of_it() -> None:
    content = sample("chrome.json")
    for size in range(0, len(content) - 2, 97):
        byte = int(error(content[:size]).partition(" at byte ")[2].partition(";")[0])
        assert size - 6 <= byte <= size  # an escape that is cut off breaks where it begins


def test_folders_nested_ten_thousand_deep_are_read_and_tell_the_outermost() -> None:
    opening = "".join(f'{{"type":"folder","name":"f{n}","children":[' for n in range(10_000))
    content = f'{{"roots":{{"bookmark_bar":{{"children":[{opening}{json.dumps(url())}{"]}" * 10_000}]}}}}}}'
    (draft,) = drafts(content)
    assert draft.tags == tuple(f"f{n}" for n in range(100))


@pytest.mark.parametrize(
    ("head", "is_it"),
    [
        (b'{"roots": {"bookmark_bar": {"children": []}}}', True),
        (b'\xef\xbb\xbf\n{ "version": 1, "roots" : { "synced": {', True),
        (b'{"roots": {"sync": "1", "other": {', True),
        (b'{"roots": {}}', False),
        (b'{"roots": {"a": {}}, "b": 1}', False),
        (b'[{"roots": {"bookmark_bar": {}}}]', False),
        (b'{"title": "\\"roots\\": {\\"bookmark_bar\\": {"}', False),
        (b'"roots": {"bookmark_bar": {', False),
        (b"", False),
    ],
)
def test_it_is_recognised_by_its_roots(head: bytes, is_it: bool) -> None:
    assert FORMAT.recognises(head) == is_it


@pytest.mark.parametrize("name", ["chrome.json", "vivaldi.json"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_is_recognised_and_read_alike(name: str, codec: str) -> None:
    content = sample(name).decode().encode(codec)
    assert FORMAT.recognises(content[:65_536])
    assert entries(content) == entries(sample(name))


@pytest.mark.parametrize("name", ["chrome.json", "vivaldi.json"])
def test_importing_a_file_twice_adds_nothing(name: str) -> None:
    library = Library({}, OWNER)
    library.apply(plan_import(library, entries(sample(name)), NOW)[0])
    assert not plan_import(library, entries(sample(name)), NOW)[0].edits


@quick
@given(st.binary() | st.sampled_from(["chrome.json", "vivaldi.json"]).map(sample).flatmap(damaged))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        found = drafts(content)
    except ImportFileError:
        return
    msgspec.json.encode([accept(draft, OWNER, NOW) for draft in found])
