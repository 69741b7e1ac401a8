"""CSV: tagtui's own, read and written, and that of others, read."""

import csv
from datetime import UTC, datetime
from io import StringIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Source, by_name, read
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
from tests.formats.signs import libraries_of

FORMAT = "csv"
NAMES = "url,title,annotation,tags,added,modified,by,private,unread"


def recognised(content: bytes | str) -> bool:
    return by_name(FORMAT).recognises(content.encode() if isinstance(content, str) else content)


def error(content: bytes | str) -> str:
    with pytest.raises(ImportFileError) as raised:
        entries(content, FORMAT, name="links.csv")
    message = str(raised.value)
    assert message.startswith("links.csv: ")
    assert "\n" not in message
    return message


def urls(content: bytes | str) -> list[str]:
    return [draft.url for draft in drafts(content, FORMAT)]


# tagtui's own


def test_tagtuis_own_file_is_read() -> None:
    log, japan, total = accepted(sample("bookmarks.csv"), FORMAT)
    assert log == bookmark(
        "https://example.org/log", title="The Log", annotation='An append-only sequence.\n\n"Read it twice"',
        tags=("kafka", "distributed-systems"), modified=datetime(2017, 1, 1, tzinfo=UTC), by="fogus", private=True,
        extra={"csv": {"rating": "5"}},
    )  # fmt: skip
    assert (japan.url, japan.title, japan.tags, japan.unread, japan.extra) == (
        "https://example.org/日本", "", (), True, {},
    )  # fmt: skip
    assert (total.title, total.annotation, total.tags) == ("=SUM(A1:A9)", "@here", ("-x",))
    assert total.extra == {"csv": {"rating": "+1"}}
    assert [draft.where for draft in drafts(sample("bookmarks.csv"), FORMAT)] == ["line 2", "line 5", "line 6"]
    assert not any(draft.warnings for draft in drafts(sample("bookmarks.csv"), FORMAT))


def test_a_bookmark_is_written_as_a_row() -> None:
    full = bookmark(
        title='A "title"', annotation="a\n\nb", tags=("c++", "日本"), by="fogus", private=True, unread=True,
        extra={"csv": {"Rating": "5"}, "netscape": {"ICON": "i"}},
    )  # fmt: skip
    assert written([full, bookmark()], FORMAT).decode() == (
        f"{NAMES},Rating\r\n"
        'https://example.org/,"A ""title""","a\n\nb","c++,日本",2016-10-31T15:57:56Z,2016-10-31T15:57:56Z,fogus,yes,'
        "yes,5\r\nhttps://example.org/,,,,2016-10-31T15:57:56Z,2016-10-31T15:57:56Z,,no,no,\r\n"
    )
    assert written([], FORMAT).decode() == f"{NAMES}\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t1", "\n=1", " =1", "＝1", "'=1", "''@x", "' -1"])
def test_no_cell_is_a_formula_to_a_spreadsheet_and_each_comes_back_as_it_was(text: str) -> None:
    tag = text.strip(" \t\n") if text != "\t1" else "=1"
    library = [bookmark(text, title=text, annotation=text, tags=(tag,), by=text, extra={"csv": {text: text}})]
    header, row = csv.reader(StringIO(written(library, FORMAT).decode(), newline=""))
    assert {header[-1][0], row[0][0], row[1][0], row[2][0], row[3][0], row[6][0], row[-1][0]} == {"'"}
    (draft,) = drafts(written(library, FORMAT), FORMAT)
    assert (draft.url, draft.title, draft.annotation, draft.by) == (text, text, text, text)
    assert draft.extra["csv"] == {text.strip(): text} or text != text.strip()


@pytest.mark.parametrize("text", ["'", "'quoted'", "it's", "1=1", "a@b", "' and"])
def test_an_apostrophe_that_was_in_a_cell_stays(text: str) -> None:
    (draft,) = drafts(written([bookmark(title=text)], FORMAT), FORMAT)
    assert draft.title == text
    assert f",{text},".encode() in written([bookmark(title=text)], FORMAT)


def test_the_apostrophe_of_another_programs_cell_is_its_own() -> None:
    assert drafts("url,title\nhttp://a,'=x\n", FORMAT)[0].title == "'=x"


def test_other_columns_come_back_when_written_each_in_its_own() -> None:
    content = "link,Rating,link,,Rating,folder\nhttp://a,1,b,x,2,F/G\nhttp://c,,,,3,\n"
    library = accepted(content.encode(), FORMAT)
    assert [it.extra for it in library] == [
        {"csv": {"Rating": "1", "link 3": "b", "column 4": "x", "Rating 5": "2", "folder": "F/G"}},
        {"csv": {"Rating 5": "3"}},
    ]
    assert [it.extra for it in accepted(written(library, FORMAT), FORMAT)] == [it.extra for it in library]


def test_a_table_is_no_wider_than_a_hundred_columns_beside_its_own() -> None:
    library = [bookmark(extra={"csv": {str(n): "x"}}) for n in range(300)]
    assert len(written(library, FORMAT).partition(b"\r\n")[0].split(b",")) == 109
    odd = [bookmark(extra={"csv": 5}), bookmark(extra={"csv": {"n": 5}})]
    assert written(odd, FORMAT).startswith(f"{NAMES}\r\n".encode())


@quick
@given(libraries(earliest=datetime(1, 1, 1)) | libraries_of(["=", "+", "-", "@", "'", '"', ",", ";", "|", "＝", '","']))  # noqa: DTZ001
def test_what_is_written_is_read_as_it_was(library: list[Bookmark]) -> None:
    content = written(library, FORMAT)
    assert accepted(content, FORMAT) == library
    assert not skipped(content, FORMAT)


# Others


def test_a_spreadsheets_columns_are_found_by_their_names() -> None:
    first, second = accepted(sample("spreadsheet.csv"), FORMAT)
    assert (first.url, first.title, first.tags) == ("https://example.org/größe", "Größe & Maß", ("maß", "größe"))
    assert first.annotation == "Zwei\nZeilen; und ein Strichpunkt"
    assert (first.added, first.extra) == (datetime(2016, 10, 31, tzinfo=UTC), {"csv": {"Project": "Haus"}})
    assert second.url == "www.example.org/ohne-schema"
    assert drafts(sample("spreadsheet.csv"), FORMAT)[1].warnings == (
        "its date '31.10.2016' cannot be read; it gets today's",
    )
    assert skipped(sample("spreadsheet.csv"), FORMAT) == [
        Skipped("line 5", "it has no URL"),
        Skipped("line 6", "it has no URL, but 'Hauptstraße 12'"),
    ]


@pytest.mark.parametrize("name", ["url", "URL", "Uri", " link ", "HREF", '"address"'])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_column_of_urls_is_enough_whatever_is_around_it(name: str, delimiter: str, end: str) -> None:
    content = end.join([delimiter.join(["Name", name, "Labels", "Notes"]), delimiter.join(["n", "http://a", "t", "x"])])
    assert recognised(content)
    (draft,) = drafts(content, FORMAT)
    assert (draft.url, draft.title, draft.tags, draft.annotation) == ("http://a", "n", ("t",), "x")


@pytest.mark.parametrize(
    ("name", "cell", "tags"),
    [
        ("tags", "a b", ("a", "b")),
        ("labels", '"a, b c"', ("a", "b-c")),
        ("keywords", "a|b c", ("a", "b-c")),
        ("Tags", "a; b", ("a", "b")),
        ("tags", "", ()),
    ],
)
def test_tags_are_separated_by_what_there_is(name: str, cell: str, tags: tuple[str, ...]) -> None:
    assert drafts(f"url,{name}\nhttp://a,{cell}\n", FORMAT)[0].tags == tags


@pytest.mark.parametrize("name", ["added", "created", "Date", "time_added", "timestamp"])
@pytest.mark.parametrize("date", ["2016-10-31T15:57:56Z", "2016-10-31 15:57:56", "1477929476", "1477929476000"])
def test_dates_go_by_several_names_and_are_written_in_several_ways(name: str, date: str) -> None:
    (draft,) = drafts(f"url,{name}\nhttp://a,{date}\n", FORMAT)
    assert (draft.added, draft.warnings) == (DAY, ())


def test_a_file_without_a_column_of_dates_is_told_of_once() -> None:
    first, second = drafts("url\nhttp://a\nhttp://b\n", FORMAT)
    assert first.warnings == ("no bookmark of this file has a date; they all get today's",)
    assert second.warnings == ()


@pytest.mark.parametrize(
    ("header", "wanted", "tags"),
    [
        ("url,folder", None, ("A", "B-c")),
        ("url,folder", False, ()),
        ("url,folder,tags", None, ("x",)),
        ("url,folder,tags", True, ("x", "A", "B-c")),
    ],
)
def test_folders_are_tags_if_wanted_or_in_a_file_without_tags(
    header: str, wanted: bool | None, tags: tuple[str, ...]
) -> None:
    source = Source(f"{header}\nhttp://a,A / B c,x\n".encode(), "x", folders_as_tags=wanted)
    (draft,) = read(source, by_name(FORMAT))
    assert not isinstance(draft, Skipped)
    assert draft.tags == tags
    assert draft.extra["csv"]["folder"] == "A / B c"


# What has become of CSV


def test_a_quoted_cell_goes_over_lines_and_a_row_is_where_it_begins() -> None:
    content = 'url,note\n\nhttp://a,"1\n\n2"\n\r\n   \nhttp://b,"x\r\ny"\n,"z\n"\nhttp://c,\n'
    assert [(draft.url, draft.annotation, draft.where) for draft in drafts(content, FORMAT)] == [
        ("http://a", "1\n\n2", "line 3"), ("http://b", "x\r\ny", "line 8"), ("http://c", "", "line 12"),
    ]  # fmt: skip
    assert skipped(content, FORMAT) == [Skipped("line 10", "it has no URL")]


def test_rows_are_shorter_and_longer_than_the_header() -> None:
    short, long, empty = drafts("url,title,tags\nhttp://a\nhttp://b,t,x,y,,z\nhttp://c,t,x,,,\n", FORMAT)
    assert (short.title, short.tags, short.warnings[1:]) == ("", (), ())
    assert (long.title, long.extra) == ("t", {"csv": {"further cells": "y,,z"}})
    assert long.warnings == ("it has more cells than the header has names",)
    assert (empty.extra, empty.warnings) == ({}, ())


def test_blanks_after_the_delimiters_of_the_header_are_no_part_of_cells() -> None:
    (draft,) = drafts('url, title, note\nhttp://a, "t, u", "x\ny"\n', FORMAT)
    assert (draft.title, draft.annotation) == ("t, u", "x\ny")
    assert drafts('url,title,x\nhttp://a, "t, u"\n', FORMAT)[0].title == ' "t'


@pytest.mark.parametrize(
    ("cell", "title"), [('"a" b', "a b"), ('"a" "b"', 'a "b"'), ('a"b', 'a"b'), ('a ""b""', 'a ""b""'), ('""', "")]
)
def test_quotation_marks_that_are_not_as_they_should_be_cost_no_other_row(cell: str, title: str) -> None:
    odd, good = drafts(f"title,url\n{cell},http://a\nt,http://b\n", FORMAT)
    assert (odd.title, odd.url, good.url) == (title, "http://a", "http://b")
    is_odd = "its quotation marks are not as CSV has them" in odd.warnings
    assert is_odd == cell.startswith('"a')


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('url,title\nhttp://a,"t\nhttp://b,u\n', 2),
        ('url,title\nhttp://a,"t', 2),
        ('url,title\nhttp://a,t\nhttp://b,"1\n2","u\nhttp://c,v\n', 3),
        ('url,title\nhttp://a,"t\nhttp://b,"u"\n', 2),
        ('"url,title\nhttp://a,t\n', 1),
        ('url,"title\nhttp://a,t\n', 1),
    ],
)
def test_a_quotation_mark_that_takes_rows_into_its_cell_is_told_of_with_the_line(content: str, line: int) -> None:
    assert error(content) == (
        f"links.csv: in the row that begins in line {line}, a quotation mark opens a cell that is not closed before "
        "the next rows; close it there, or export the file again"
    )


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"", 1), (b" \n\n", 1), (b"\n\ntitle,note\na,b\n", 3), (b"\x89PNG\r\n\x1a\n\0\0", 1), (b"{}", 1), (bytes(99), 1)],
)
def test_a_file_whose_header_names_no_url_is_refused(content: bytes, line: int) -> None:
    assert error(content) == (
        f"links.csv: line {line} names no column of URLs (url, uri, link, href, address); "
        "name the columns there, or another --format"
    )
    assert not recognised(content)


def test_a_header_of_thousands_of_columns_is_refused() -> None:
    assert error("url" + ",x" * 1_000) == "links.csv: line 1 names more than 1,000 columns; leave some out"


def test_zero_bytes_are_left_out() -> None:
    assert urls(b"u\0rl,title\nhttp://\0a,\0\n") == ["http://a"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_gives_the_same(codec: str) -> None:
    content = "url,title\nhttp://a,Größe\n".encode(codec)
    assert recognised(content)
    assert [draft.title for draft in drafts(content, FORMAT)] == ["Größe"]


@pytest.mark.parametrize(
    "content",
    [
        "url", "url,title\n", "url,title\na,b\n", "title,note\nhttp://a,b\n", "Link: http://a\n",
        "address,name\nRoad 1,Ann\n", '{"url": "http://a"}', "see\nurl,title\nhttp://a,b\n", 'url,title\na,"cut',
    ],
)  # fmt: skip
def test_a_file_without_a_url_below_such_a_name_is_not_recognised(content: str) -> None:
    assert not recognised(content)


def test_a_file_is_recognised_by_its_own_header_or_by_a_url_in_its_first_rows() -> None:
    assert recognised(NAMES)
    assert recognised("title;" + NAMES.upper().replace(",", ";"))
    assert recognised("title,url\na,\nb,mailto:b\n")
    assert recognised("url\nhttp://a/" + "x" * 70_000)
    assert recognised('url,title\nhttp://a,"cut off')


# Large files


@pytest.mark.parametrize("repeat", ["x", ",", '"', '""', ' "', "\n", "\r", '"\n', "x\n", '","', "\0"])
@pytest.mark.parametrize("begin", ["", "url,", "url,title\n", "url,title\nhttp://a,", 'url,title\nhttp://a,"'])
def test_time_is_linear_whatever_repeats(begin: str, repeat: str) -> None:
    try:
        entries(begin + repeat * (60_000 // len(repeat)), FORMAT)
    except ImportFileError:
        return


def test_a_cell_of_megabytes_is_a_cell_like_any_other() -> None:
    plain, quoted = drafts(b"url,title\na," + b"x" * 2_000_000 + b'\nb,"' + b"x\n" * 1_000_000 + b'"\n', FORMAT)
    assert (len(plain.title), len(quoted.title)) == (2_000_000, 2_000_000)


@quick
@given(st.binary() | st.sampled_from(["bookmarks.csv", "spreadsheet.csv"]).map(sample).flatmap(damaged))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        library = accepted(content, FORMAT)
    except ImportFileError:
        return
    msgspec.json.encode(library)
    again = accepted(written(library, FORMAT), FORMAT)
    assert [replace(it, extra={}) for it in again] == [replace(it, extra={}) for it in library]
