"""The CSV of Raindrop.io, Pocket and Instapaper."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Source, by_name, detect, read
from tests.formats.samples import DAY, accepted, damaged, drafts, entries, quick, sample, skipped

RAINDROP, POCKET, INSTAPAPER = "raindrop-csv", "pocket-csv", "instapaper-csv"
FILES = {
    "raindrop.csv": RAINDROP,
    "pocket.csv": POCKET,
    "pocket_cursor.csv": POCKET,
    "instapaper.csv": INSTAPAPER,
    "instapaper_folders.csv": INSTAPAPER,
}


def foldered(content: bytes | str, format_name: str, wanted: bool | None) -> list[Draft]:
    content = content.encode() if isinstance(content, str) else content
    found = read(Source(content, "x", folders_as_tags=wanted), by_name(format_name))
    return [entry for entry in found if isinstance(entry, Draft)]


def moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


# Raindrop.io


def test_a_backup_of_raindrop_is_read() -> None:
    bees, log, japan, hostile = drafts(sample("raindrop.csv"), RAINDROP)
    assert (bees.url, bees.title, bees.tags) == ("https://example.org/bees", "Bees: a fast, robust queue", ())
    assert bees.added == datetime(2024, 9, 3, 20, 6, 53, tzinfo=UTC)
    assert bees.extra == {"raindrop": {"id": "847056864", "cover": "https://example.org/bees.png"}}
    assert (log.title, log.added) == ('The "Log": what every engineer should know', DAY)
    assert log.tags == ("kafka", "machine-learning")  # and no folder, as the file has tags
    assert log.extra["raindrop"] == {
        "id": "845649598", "folder": "Reading / Distributed systems", "favorite": "true",
    }  # fmt: skip
    assert (japan.url, japan.title, japan.annotation, japan.tags) == (
        "https://example.org/日本", "", "", ("日本", "c++"),
    )  # fmt: skip
    assert (hostile.title, hostile.annotation) == ('=HYPERLINK("https://evil.example")', "<script>alert(1)</script>")
    assert [draft.where for draft in (bees, log, japan, hostile)] == ["line 2", "line 3", "line 8", "line 9"]
    assert not any(it.warnings or it.private or it.unread for it in (bees, log, japan, hostile))


def test_note_description_and_highlights_are_paragraphs_in_that_order() -> None:
    bees, log, *_ = drafts(sample("raindrop.csv"), RAINDROP)
    assert bees.annotation == "A fast, robust queue &nbsp; backed by Redis\n\n> A fast, robust queue"
    assert log.annotation == (
        "Read it twice.\n\nThe second time with a pencil.\n\nAn append-only sequence of records\n\n"
        "> An append-only,\n> totally-ordered sequence\n\n> Tables and logs are dual"
    )


@pytest.mark.parametrize(
    ("folder", "tags"),
    [
        ("A / B c", ("A", "B-c")),
        ("A/B", ("A", "B")),
        ("A/B / C", ("A/B", "C")),
        ("A / a", ("A",)),
        ("Unsorted", ()),
        ("", ()),
    ],
)
def test_raindrops_folders_are_tags_if_wanted_or_where_no_row_has_tags(folder: str, tags: tuple[str, ...]) -> None:
    content = "url,title,note,excerpt,folder,tags,created\nhttp://a,,,,{},{},2016-10-31\n"
    (untagged,) = foldered(content.format(folder, " "), RAINDROP, None)
    (wanted,) = foldered(content.format(folder, "x"), RAINDROP, True)
    (unasked,) = foldered(content.format(folder, "x"), RAINDROP, None)
    (unwanted,) = foldered(content.format(folder, ""), RAINDROP, False)
    assert (untagged.tags, wanted.tags, unasked.tags, unwanted.tags) == (tags, ("x", *tags), ("x",), ())


def test_the_export_of_one_collection_has_no_folders() -> None:
    content = "id,title,note,excerpt,url,tags,created,cover,highlights,favorite\n1,t,,,http://a,x,2016-10-31,,,\n"
    (draft,) = drafts(content, RAINDROP)
    assert (draft.url, draft.tags, draft.extra) == ("http://a", ("x",), {"raindrop": {"id": "1"}})


# Pocket


def test_an_export_of_pocket_is_read() -> None:
    bees, untitled, japan, log = drafts(sample("pocket.csv"), POCKET)
    assert (bees.title, bees.tags, bees.unread) == ("Bees, and why they matter", ("long-read", "nature"), True)
    assert (untitled.url, untitled.title, untitled.unread) == ("https://example.org/untitled", "", False)
    assert (japan.url, japan.title, japan.tags) == ("https://example.org/日本?a=1&b=2", "日本語の記事", ("日本",))
    assert (log.title, log.tags) == ('The "Log"', ("kafka", "c++", ".net"))
    assert [it.added for it in (bees, untitled, japan, log)] == [moment(1477929476 + n) for n in range(4)]
    assert not any(it.warnings or it.extra for it in (bees, untitled, japan, log))


def test_pockets_older_column_is_kept_where_it_says_something() -> None:
    bees, log = drafts(sample("pocket_cursor.csv"), POCKET)
    assert (bees.extra, bees.tags, bees.unread) == ({}, ("nature",), True)
    assert (log.extra, log.tags, log.unread) == ({"pocket": {"cursor": "c-17"}}, (), False)


def test_a_state_that_pocket_did_not_have_is_kept_and_commas_separate_tags_too() -> None:
    (draft,) = drafts('url,time_added,tags,status\nhttp://a,1477929476,"a, b|c",Deleted\n', POCKET)
    assert (draft.tags, draft.unread, draft.extra) == (("a", "b", "c"), False, {"pocket": {"status": "Deleted"}})


# Instapaper


def test_an_export_of_instapaper_is_read() -> None:
    bees, log, letter, japan = drafts(sample("instapaper.csv"), INSTAPAPER)
    assert (bees.title, bees.tags, bees.unread, bees.extra) == ("Bees, and why they matter", (), True, {})
    assert log.annotation == "An append-only sequence of records.\nTables and logs are dual."
    assert (log.tags, log.unread) == (("kafka", "product-management"), False)
    assert log.extra == {"instapaper": {"folder": "Archive"}}
    assert (letter.url, letter.title) == ("instapaper://private-content/1234567", "A newsletter — Größe")
    assert (letter.tags, letter.extra) == ((), {"instapaper": {"folder": "Starred"}})
    assert (japan.title, japan.tags, japan.extra) == ("", ("日本",), {"instapaper": {"folder": "Reading list"}})
    assert [it.added for it in (bees, log, letter, japan)] == [moment(1477929476 + n) for n in range(4)]
    assert [it.where for it in (bees, log, letter, japan)] == ["line 2", "line 3", "line 5", "line 6"]


def test_an_older_export_of_instapaper_has_folders_and_no_dates() -> None:
    bees, log, soup = drafts(sample("instapaper_folders.csv"), INSTAPAPER)
    assert (bees.tags, bees.unread, log.tags, log.unread, soup.tags) == ((), True, ("Distributed-systems",), False, ())
    assert bees.warnings == ("no bookmark of this file has a date; they all get today's",)
    assert (log.warnings, soup.warnings, log.added) == ((), (), None)


def test_instapapers_folders_are_tags_if_wanted_and_never_its_states() -> None:
    content = sample("instapaper.csv")
    assert [draft.tags[-1:] for draft in foldered(content, INSTAPAPER, True)] == [
        (), ("product-management",), (), ("Reading-list",),
    ]  # fmt: skip
    assert [draft.tags for draft in foldered(sample("instapaper_folders.csv"), INSTAPAPER, False)] == [()] * 3


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ('"[""a b"", ""c""]"', ("a-b", "c")),
        ("[]", ()),
        ("", ()),
        ('"a, b"', ("a", "b")),
        ("[1]", ("[1]",)),
        ('"[""a"', ('["a',)),
        ("[" * 10_000, ("[" * 10_000,)),
    ],
)
def test_instapapers_tags_are_a_json_array_or_else_a_list_of_words(cell: str, tags: tuple[str, ...]) -> None:
    assert drafts(f"URL,Title,Selection,Folder,Tags\nhttp://a,,,,{cell}\n", INSTAPAPER)[0].tags == tags


# All of them


@pytest.mark.parametrize(("name", "format_name"), FILES.items())
def test_a_header_tells_the_service_in_any_order_and_case(name: str, format_name: str) -> None:
    content = sample(name).decode()
    names = content.splitlines()[0].split(",")
    assert detect(Source(",".join(reversed(names)).upper().encode(), name)).name == format_name
    assert detect(Source(content.encode("utf-16"), name)).name == format_name


@pytest.mark.parametrize("format_name", [RAINDROP, POCKET, INSTAPAPER])
def test_a_row_without_a_url_is_skipped_and_one_without_a_date_gets_todays(format_name: str) -> None:
    header = "url,title,note,excerpt,tags,created,time_added,timestamp,status,selection,folder"
    content = f"{header}\n,t,,,,,,,,,\nhttp://a,t\nhttp://b,t,,,,soon,soon,soon\n"
    assert skipped(content, format_name) == [Skipped("line 2", "it has no URL")]
    missing, unreadable = drafts(content, format_name)
    assert (missing.added, missing.warnings) == (None, ("it has no date; it gets today's",))
    assert unreadable.warnings == ("its date 'soon' cannot be read; it gets today's",)


@pytest.mark.parametrize("format_name", [RAINDROP, POCKET, INSTAPAPER])
@pytest.mark.parametrize("content", [b"", b"title,note\nx,y\n", b"\x89PNG\r\n\x1a\n\0\0", b'url,"title\nhttp://a,b\n'])
def test_a_file_that_is_no_such_table_is_refused(format_name: str, content: bytes) -> None:
    with pytest.raises(ImportFileError, match=r"^bookmarks: .*line 1"):
        entries(content, format_name)


@quick
@given(st.sampled_from(sorted(FILES)).flatmap(lambda name: st.tuples(st.just(FILES[name]), damaged(sample(name)))))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(it: tuple[str, bytes]) -> None:
    try:
        library = accepted(it[1], it[0])
    except ImportFileError:
        return
    msgspec.json.encode(library)
