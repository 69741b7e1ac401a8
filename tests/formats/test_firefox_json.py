"""Firefox's backup of its bookmarks, plain and compressed."""

import json
from datetime import UTC, datetime
from typing import Any

import lz4.block
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped, accept, plan_import
from tagtui.core.library import Library
from tagtui.errors import ImportFileError
from tagtui.formats.firefox_json import FORMAT, read
from tagtui.formats.folders import UNTOLD
from tagtui.formats.registry import Entry, Source
from tests.formats.samples import DAY, NOW, OWNER, damaged, quick, sample

ADDED = 1477929476_339563  # DAY, and some µs
SEARCH = "it is a search that only Firefox can do (place:)"


def entries(content: bytes | str, folders_as_tags: bool | None = None) -> list[Entry]:
    content = content.encode() if isinstance(content, str) else content
    return list(read(Source(content, "backup.json", None, folders_as_tags)))


def drafts(content: bytes | str, folders_as_tags: bool | None = None) -> list[Draft]:
    return [entry for entry in entries(content, folders_as_tags) if isinstance(entry, Draft)]


def place(**fields: Any) -> dict[str, Any]:
    return {
        "guid": "3j1twdTKWTdd", "title": "n", "index": 0, "dateAdded": ADDED, "lastModified": ADDED, "id": 4,
        "typeCode": 1, "type": "text/x-moz-place", "uri": "https://example.org/", **fields,
    }  # fmt: skip


def folder(title: str, *children: Any, **fields: Any) -> dict[str, Any]:
    return {"title": title, "typeCode": 2, "type": "text/x-moz-place-container", "children": children, **fields}


def backup(*nodes: Any) -> str:
    """Return a file with these in the menu."""
    menu = folder("menu", *nodes, guid="menu________", root="bookmarksMenuFolder")
    return json.dumps(folder("", menu, guid="root________", root="placesRoot"))


def compressed(content: bytes, size: int | None = None) -> bytes:
    """Return ``content`` as Firefox compresses it, perhaps with a lie about its size."""
    size = len(content) if size is None else size
    return b"mozLz40\0" + size.to_bytes(4, "little") + lz4.block.compress(content, store_size=False)


def error(content: bytes | str) -> str:
    with pytest.raises(ImportFileError) as raised:
        entries(content)
    message = str(raised.value)
    assert message.startswith("backup.json: ")
    assert "\n" not in message
    return message.removeprefix("backup.json: ")


def test_a_backup_is_read_as_firefox_wrote_it() -> None:
    search, *found = entries(sample("firefox.json"))
    assert search == Skipped("entry 1", SEARCH)
    drafts = [entry for entry in found if isinstance(entry, Draft)]
    assert [(draft.where, draft.url, draft.title, draft.tags) for draft in drafts] == [
        ("entry 2", "https://support.mozilla.org/products/firefox", "Help and Tutorials", ("start", "getting-started")),
        ("entry 3", "https://example.org/search?q=%s", "Search with a keyword", ()),
        ("entry 4", "https://example.org/%E6%97%A5%E6%9C%AC", "日本語のテキスト処理 📚", ("日本語",)),
        ("entry 5", "https://example.org/soup", "", ()),
        ("entry 6", "https://support.mozilla.org/products/firefox", "Start again", ("start", "getting-started")),
        ("entry 7", "https://example.org/note", "With an old note", ()),
        ("entry 8", "javascript:alert('%22')", "A \x1b]52;c;bQ==\x07 bookmarklet", ()),
    ]
    start, keyword, japan, _, _, note, bookmarklet = drafts
    assert start.added == datetime(2015, 12, 13, 9, 46, 42, tzinfo=UTC)
    assert start.modified == datetime(2015, 12, 13, 9, 46, 43, tzinfo=UTC)
    assert (japan.added, japan.modified, japan.extra) == (DAY, DAY, {})
    assert start.extra == {"firefox": {"iconUri": "fake-favicon-uri:https://support.mozilla.org/products/firefox"}}
    assert keyword.extra == {"firefox": {"charset": "UTF-8", "keyword": "ex", "postData": "a=%s"}}
    assert note.annotation == "First line\nsecond line\n\nA second paragraph with <b>HTML</b>"
    assert note.extra == {"firefox": {"annos": {"bookmarkProperties/loadInSidebar": 1}}}
    assert bookmarklet.extra == {"firefox": {"keyword": "hi"}}
    assert [draft.warnings for draft in drafts if draft.warnings] == [(UNTOLD,)]


def test_folders_are_tags_if_that_is_wanted_or_where_no_bookmark_has_any() -> None:
    inner = folder("Papers, old", place())
    plain = backup(folder("Recipes", place(), inner))
    tagged = backup(folder("Recipes", place(), inner), place(tags="a"))
    assert [draft.tags for draft in drafts(plain)] == [("Recipes",), ("Recipes", "Papers-old")]
    assert [draft.tags for draft in drafts(plain, False)] == [(), ()]
    assert [draft.tags for draft in drafts(tagged)] == [(), (), ("a",)]
    assert [draft.tags for draft in drafts(tagged, True)] == [("Recipes",), ("Recipes", "Papers-old"), ("a",)]


@pytest.mark.parametrize(
    "root",
    [
        {"guid": "toolbar_____"},
        {"guid": "x", "root": "mobileFolder"},
        {"guid": "x", "annos": [{"name": "mobile/bookmarksRoot", "value": 1}]},
    ],
)
def test_a_root_is_no_tag_whatever_its_title(root: dict[str, Any]) -> None:
    assert drafts(backup(folder("Lesezeichen", place(), **root)))[0].tags == ()


def test_a_folder_alone_is_a_tag_even_at_the_top() -> None:
    assert drafts(json.dumps(folder("Recipes", place(), guid="3j1twdTKWTdd")))[0].tags == ("Recipes",)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("machine learning", ("machine-learning",)),
        ("a, b,,A", ("a", "b")),
        ("", ()),
        (None, ()),
        (["a"], ()),
    ],
)
def test_tags_are_separated_by_commas_alone(text: object, tags: tuple[str, ...]) -> None:
    assert drafts(backup(place(tags=text)), False)[0].tags == tags


def test_old_versions_have_only_the_type_and_keep_the_tags_in_a_folder_of_their_own() -> None:
    old = {"type": "text/x-moz-place", "uri": "https://example.org/", "title": "n"}
    elsewhere = {"type": "text/x-moz-place", "uri": "https://example.org/b"}
    of_tags = {"title": "Tags", "root": "tagsFolder", "children": [folder("kafka", old), folder("ops", old, 5)]}
    separator, empty = {"type": "text/x-moz-place-separator"}, {"type": "text/x-moz-place-container", "title": "e"}
    menu = {"title": "Menu", "root": "bookmarksMenuFolder", "children": [separator, folder("f", old), empty, elsewhere]}
    content = json.dumps({"root": "placesRoot", "children": [menu, of_tags]})
    assert [(draft.url, draft.tags) for draft in drafts(content)] == [
        ("https://example.org/", ("kafka", "ops")),
        ("https://example.org/b", ()),
    ]
    assert drafts(content, True)[0].tags == ("kafka", "ops", "f")


def test_a_live_bookmark_is_one_of_its_site() -> None:
    feed, site = {"name": "livemark/feedURI", "value": "f:"}, {"name": "livemark/siteURI", "value": "s:"}
    node = {"title": "Live", "typeCode": 2, "annos": [feed, site]}
    (draft,) = drafts(backup(node))
    assert (draft.url, draft.title) == ("s:", "Live")
    assert draft.extra["firefox"]["annos"] == {"livemark/feedURI": "f:", "livemark/siteURI": "s:"}
    assert drafts(backup({**node, "annos": [feed]}))[0].url == "f:"


@pytest.mark.parametrize("uri", ["place:sort=8", " PLACE:type=6"])
def test_a_search_of_firefoxs_own_is_skipped(uri: str) -> None:
    assert entries(backup(place(uri=uri))) == [Skipped("entry 1", SEARCH)]


def test_an_entry_that_is_no_bookmark_is_skipped_with_its_place_and_the_reason() -> None:
    nodes = (place(), 5, None, {}, place(uri=""), place(uri=5), place(uri=" \x01"), {"typeCode": 3}, place())
    first, *found, last = entries(backup(*nodes))
    assert (first.where, last.where) == ("entry 1", "entry 8")
    assert found[:2] == [Skipped(f"entry {n}", "it is no JSON object") for n in (2, 3)]
    assert found[2:] == [Skipped(f"entry {n}", "it has no URI") for n in (4, 5, 6, 7)]


@pytest.mark.parametrize("value", [0, -1, None, "", "soon", 4e15, 10**30, [], {}])
def test_a_date_that_is_missing_or_unreadable_is_left_open_with_a_warning(value: object) -> None:
    (draft,) = drafts(backup(place(dateAdded=value, lastModified=value)))
    assert (draft.added, draft.modified) == (None, None)
    assert draft.warnings


def test_what_is_no_text_where_text_should_be_is_none() -> None:
    odd = place(title=5, annos=[5, {}, {"name": 5}, {"name": "bookmarkProperties/description", "value": 5}], guid=[])
    (draft,) = drafts(backup(odd, folder("f", annos={}, guid=[], root=None)))
    assert (draft.title, draft.annotation, draft.extra) == ("", "", {})


def test_a_title_cut_off_inside_a_character_costs_no_bookmark() -> None:
    assert drafts(backup(place(title="cut off \ud83d"), place()))[0].title == "cut off "


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cut off at byte 0; copy or export it again, or mend it there"),
        (b"\0\1\2", "not JSON at byte 0; copy or export it again, or mend it there"),
        (b"[]", "it is no backup of Firefox, which has children at its top"),
        (b'{"children": {}}', "it is no backup of Firefox, which has children at its top"),
    ],
)
def test_a_file_that_is_another_is_refused(content: bytes, message: str) -> None:
    assert error(content) == message


def test_a_compressed_backup_is_read_and_recognised_as_a_plain_one() -> None:
    assert entries(sample("firefox.jsonlz4")) == entries(sample("firefox.json"))
    assert FORMAT.recognises(sample("firefox.jsonlz4"))
    assert FORMAT.recognises(compressed(backup(*[place()] * 1_000).encode())[:65_536])
    assert not FORMAT.recognises(compressed(b'{"windows": [{"tabs": []}]}'))


@pytest.mark.parametrize(
    "size", [0, 1, len(sample("firefox.json")) - 1, len(sample("firefox.json")) + 1, 2**31, 2**32 - 1]
)
def test_a_lie_about_the_size_is_refused(size: int) -> None:
    assert error(compressed(sample("firefox.json"), size)) == (
        "what is compressed from byte 12 on is cut off or damaged, "
        f"and does not give the {size:,} bytes that it should; choose another backup"
    )


@pytest.mark.parametrize("size", [8, 10, 12, 13, 400, -1])
def test_a_compressed_backup_that_is_cut_off_is_refused(size: int) -> None:
    assert "cut off or damaged" in error(sample("firefox.jsonlz4")[:size])


def test_what_breaks_in_a_compressed_backup_is_told_by_its_place_in_the_text() -> None:
    assert error(compressed(b'{"children": [?')).startswith("not JSON at byte 14;")


def test_folders_nested_ten_thousand_deep_are_read_and_tell_the_outermost() -> None:
    opening = "".join(f'{{"typeCode":2,"title":"f{n}","children":[' for n in range(10_000))
    content = f'{{"root":"placesRoot","children":[{opening}{json.dumps(place())}{"]}" * 10_000}]}}'
    (draft,) = drafts(content)
    assert draft.tags == tuple(f"f{n}" for n in range(100))


@pytest.mark.parametrize(
    ("head", "is_it"),
    [
        (b'{"guid":"root________","typeCode":2,"type":"text/x-moz-place-container","root"', True),
        (b'\xef\xbb\xbf\n{ "title": "", "type" : "text/x-moz-place-container"', True),
        (b'[{"type":"text/x-moz-place"', False),
        (b'{"type":"text/html"}', False),
        (b"text/x-moz-place", False),
        (b"mozLz40\0", False),
        (b"", False),
    ],
)
def test_it_is_recognised_by_the_type_of_its_items(head: bytes, is_it: bool) -> None:
    assert FORMAT.recognises(head) == is_it


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_is_recognised_and_read_alike(codec: str) -> None:
    content = sample("firefox.json").decode().encode(codec)
    assert FORMAT.recognises(content[:65_536])
    assert entries(content) == entries(sample("firefox.json"))


def test_importing_it_twice_adds_nothing_and_a_page_in_two_folders_is_one() -> None:
    library = Library({}, OWNER)
    change, report = plan_import(library, entries(sample("firefox.json")), NOW)
    library.apply(change)
    assert (report.added, len(report.skipped)) == (6, 1)
    assert not plan_import(library, entries(sample("firefox.json")), NOW)[0].edits


@quick
@given(st.binary() | damaged(sample("firefox.json")) | damaged(sample("firefox.jsonlz4")))
@example(compressed(b""))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        found = drafts(content)
    except ImportFileError:
        return
    msgspec.json.encode([accept(draft, OWNER, NOW) for draft in found])
