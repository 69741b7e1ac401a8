"""Formats are found by name, or by what a file holds."""

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.intake import plan_import
from tagtui.core.library import Library
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Source, by_name, detect, formats, read, readable, writable
from tests.formats.samples import NAMES, NOW, OWNER, bookmark, damaged, quick, sample, written


def detected(content: bytes) -> str | None:
    try:
        return detect(Source(content, "x.txt")).name
    except ImportFileError:
        return None


BY_PRODUCER = {
    "tagtui-json": "tagtui.json tagtui-list.json",
    "tagtui-jsonl": "tagtui.jsonl",
    "linkding-json": "linkding.json",
    "chrome-json": "chrome.json vivaldi.json",
    "firefox-json": "firefox.json firefox.jsonlz4",
    "pinboard-json": "pinboard.json",
    "buku-json": "buku.json",
    "buku-sqlite": "buku.db",
    "delicious-json": "delicious.json",
    "tinydb": "tinydb.json",
    "delicious-xml": "delicious.xml delicious_2006.xml",
    "pinboard-xml": "pinboard.xml",
    "netscape": "chrome.html delicious.html firefox.html internet_explorer.html linkding.html pinboard.html "
    "raindrop.html safari.html shaarli.html",
    "pocket-html": "pocket.html ril_export.html",
    "raindrop-csv": "raindrop.csv",
    "pocket-csv": "pocket.csv pocket_cursor.csv",
    "instapaper-csv": "instapaper.csv instapaper_folders.csv",
    "csv": "bookmarks.csv spreadsheet.csv",
    "org": "list.org",
    "markdown": "list.md",
    "urls": "urls.txt",
}
EXPECTED = {name: expected for expected, names in BY_PRODUCER.items() for name in names.split()}
BINARY = {"buku.db", "firefox.jsonlz4"}


def test_every_reader_has_a_producers_file() -> None:
    assert EXPECTED.keys() == {*NAMES}
    built_in_its_test = {"places-sqlite"}
    assert {it.name for it in readable()} == {*EXPECTED.values(), *built_in_its_test}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("codec", ["as it is", "utf-8", "utf-8-sig", "utf-16"])
def test_a_producers_file_is_recognised_in_any_encoding(name: str, codec: str) -> None:
    content = sample(name)
    if codec != "as it is" and name not in BINARY:
        content = content.decode("utf-8-sig").encode(codec)
    assert detected(content) == EXPECTED[name]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"[]", "pinboard-json"),
        (b"\xef\xbb\xbf \r\n[\n]\n", "pinboard-json"),
        (b'[ {"description": "x", "href" : "a"}]', "pinboard-json"),
        ('[{"href": "é"}]'.encode("cp1252"), "pinboard-json"),
        (b'[{"href": "a", "extended": "<DT><A HREF=x>"}]', "pinboard-json"),
        (b'[{"href": "cut', "pinboard-json"),
        (b"<!doctype netscape-bookmark-file-1>", "netscape"),
        (b"\n<!-- x -->\n<!DOCTYPE\nNETSCAPE-Bookmark-file-1>", "netscape"),
        (b"<html><dl><dt><a href=x>y</a></dl>", "netscape"),
        (b"<DT><A HREF=x>y</A>", "netscape"),
        (b"<DT> <H3 FOLDED>y</H3>", "netscape"),
    ],
)
def test_a_files_content_tells_its_format(content: bytes, name: str) -> None:
    assert detected(content) == name


@pytest.mark.parametrize(
    "content",
    [
        b"[1, 2]", b'{"href": "a"}', b'[{"url": "a"}]', b'{"roots": {}}', b"[[]", b"{}", b"null",
        b"Some prose, with a link: https://example.org/\n", b"# A heading\n\nSee [this](https://example.org/).\n",
        b"name,age\nada,36\n", b"<?xml version='1.0'?><opml/>", b"<html><p><a href=x>", b"\x89PNG\r\n\x1a\n",
        b"SQLite format 3\0", b"\xff\xfe\0", bytes(70_000), random.Random(1).randbytes(70_000),
    ],
)  # fmt: skip
def test_what_no_format_fits_is_refused_with_the_way_out(content: bytes) -> None:
    with pytest.raises(ImportFileError) as refusal:
        detect(Source(content, "x.txt"))
    assert str(refusal.value) == (
        "x.txt: not a bookmark file that tagtui knows; if it is one, name its format with --format "
        "(tagtui formats lists them)"
    )


@pytest.mark.parametrize("content", [b"", b" \n "])
def test_an_empty_file_is_told_to_be_empty(content: bytes) -> None:
    with pytest.raises(ImportFileError, match=r"^x\.txt: it is empty; export it again$"):
        detect(Source(content, "x.txt"))


def test_a_head_that_ends_inside_a_character_is_recognised() -> None:
    content = '[{"href":"' + "é" * 70_000 + '"}]'
    assert detected(content.encode()) == detected((" " + content).encode()) == "pinboard-json"


def test_a_format_is_found_by_its_name_and_an_unknown_one_is_told() -> None:
    assert [by_name(it.name) for it in formats()] == list(formats())
    with pytest.raises(ImportFileError, match=r"there is no format 'word'; those known are tagtui-json, "):
        by_name("word")


@pytest.mark.parametrize("name", NAMES)
def test_importing_a_file_twice_adds_nothing_the_second_time(name: str) -> None:
    library = Library({}, OWNER)
    source = Source(sample(name), name)
    change, first = plan_import(library, read(source), NOW)
    library.apply(change)
    change, second = plan_import(library, read(source), NOW)
    assert not change.edits
    kept = first.added + first.updated + first.unchanged  # a page may stand in several folders
    assert (second.unchanged, len(second.skipped)) == (kept, len(first.skipped))


@pytest.mark.parametrize("name", [it.name for it in writable()])
def test_a_writer_gives_the_same_bytes_each_time_and_takes_an_iterator(name: str) -> None:
    library = [bookmark(f"https://example.org/{n}", extra={"netscape": {"B": "1", "A": "2"}}) for n in range(3)]
    assert written(iter(library), name) == written(library, name)


@quick
@given(st.binary() | st.sampled_from(NAMES).map(sample).flatmap(damaged))
def test_whatever_the_bytes_detecting_and_reading_raise_import_errors_only(content: bytes) -> None:
    source = Source(content, "x")
    for candidate in readable():
        with suppress(ImportFileError):
            list(read(source, candidate))
    detected(content)
