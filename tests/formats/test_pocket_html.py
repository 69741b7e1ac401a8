"""Pocket's HTML."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.intake import Skipped
from tagtui.formats.registry import Source, by_name, detect
from tests.formats.samples import DAY, accepted, damaged, drafts, entries, quick, sample, skipped

FORMAT = "pocket-html"


def read(content: str | bytes) -> list[tuple[str, str]]:
    """Return URL and title of what is read."""
    return [(draft.url, draft.title) for draft in drafts(content, FORMAT)]


def test_an_export_is_read_as_pocket_wrote_it() -> None:
    bees, untitled, script, log = drafts(sample("ril_export.html"), FORMAT)
    assert (bees.url, bees.title) == ("https://example.org/bees?a=1&b=2", "Bees & why they matter")
    assert (bees.tags, bees.unread, bees.added) == (("long-read", "nature"), True, DAY)
    assert (untitled.url, untitled.title, untitled.tags) == ("https://example.org/untitled", "", ())
    assert (script.title, script.tags) == ("When <script> met <h1> — 日本", ("c++", ".net"))
    assert (log.title, log.unread) == ("The Log", False)
    assert log.added == datetime.fromtimestamp(1477929479, UTC)
    assert [it.where for it in (bees, untitled, script, log)] == ["line 11", "line 12", "line 13", "line 19"]
    assert not any(it.warnings or it.extra for it in (bees, untitled, script, log))


def test_the_shortest_export_is_read() -> None:
    (page,) = drafts(sample("pocket.html"), FORMAT)
    assert (page.url, page.title, page.tags) == ("https://example.org/pocket", "A page", ("a", "b"))


@pytest.mark.parametrize(
    "content",
    [
        "<html><title>Pocket Export</title>",
        "<ul><li><a href='x' time_added='1'>y</a>",
        "<TITLE>\nPocket Export</TITLE><H1>Unread</H1>",
    ],
)
def test_a_file_is_recognised_by_its_title_or_by_an_attribute(content: str) -> None:
    assert detect(Source(content.encode("utf-16"), "x")).name == FORMAT


@pytest.mark.parametrize(
    "content",
    [
        "<ul><li><a href=x>y</a></ul>",
        "<h1>Unread</h1>",
        "",
        "time_added=1",
        "<a href=x time_added=1>",
        "see <li><a href=x time_added=1>",
    ],
)
def test_any_other_list_is_not_recognised(content: str) -> None:
    assert not by_name(FORMAT).recognises(content.encode())


def test_a_netscape_file_is_one_whatever_it_is_called() -> None:
    content = b"<!DOCTYPE NETSCAPE-Bookmark-file-1><title>Pocket Export</title><DL><DT><A HREF=x>y</A></DL>"
    assert detect(Source(content, "x")).name == "netscape"


@pytest.mark.parametrize(
    "link",
    [
        '<li><a href="https://a.org/?b=1&amp;c=2" time_added="1477929476" tags="x,y z">T</a></li>',
        "<LI CLASS=x>\n <A TAGS='x, y z'\n HREF='https://a.org/?b=1&c=2' TIME_ADDED=1477929476>T</A >",
        '<li><a href=https://a.org/?b=1&c=2 time_added=1477929476 tags="x,y&#32;z">T',
    ],
)
def test_attributes_are_read_however_they_are_written(link: str) -> None:
    (draft,) = drafts(f"<h1>Read Archive</h1><ul>{link}</ul>".replace("T</ul>", "T\n</ul>"), FORMAT)
    assert (draft.url, draft.title.strip(), draft.tags) == ("https://a.org/?b=1&c=2", "T", ("x", "y-z"))
    assert (draft.added, draft.unread) == (DAY, False)


def test_other_attributes_are_kept() -> None:
    assert drafts("<li><a href=x time_added=1 Favorite=1 ?=2>y</a>", FORMAT)[0].extra == {"pocket": {"favorite": "1"}}


def test_a_list_is_unread_below_the_heading_that_says_so_wherever_that_stands() -> None:
    content = (
        "<li><a href=a>a</a><h1 id=x> unread </h1><li><a href=b>b</a></li>\n<h1>Read Archive</h1><li><a href=c>c</a>"
    )
    assert [draft.unread for draft in drafts(content, FORMAT)] == [False, True, False]


@pytest.mark.parametrize("bad", ['<li><a href="a>x</a></li>', '<li><a href="a"', "<li><a href=a>x", "<li><a", "<li>"])
def test_a_missing_end_or_quote_costs_no_other_link_anything(bad: str) -> None:
    good = '<li><a href="b" time_added="1" tags="t">y</a></li>'
    assert read(f"<h1>Unread</h1>\n{good}\n{bad}\n{good}\n<h1>Read Archive</h1>\n{good}")[0] == ("b", "y")
    assert read(f"<h1>Unread</h1>\n{good}\n{bad}\n{good}\n<h1>Read Archive</h1>\n{good}")[-2:] == [("b", "y")] * 2


def test_a_link_without_a_url_is_skipped_with_its_line() -> None:
    content = "<ul>\n<li><a time_added=1>x</a>\n\n<li><a href=' '>y</a></ul>"
    assert skipped(content, FORMAT) == [Skipped("line 2", "it has no URL"), Skipped("line 4", "it has no URL")]


def test_a_date_that_is_missing_or_unreadable_is_left_open_with_a_warning() -> None:
    missing, unreadable = drafts("<li><a href=a>x</a><li><a href=b time_added=soon>y</a>", FORMAT)
    assert (missing.added, missing.warnings) == (None, ("it has no date; it gets today's",))
    assert unreadable.warnings == ("its date 'soon' cannot be read; it gets today's",)


@pytest.mark.parametrize(
    "repeat",
    [
        "<li>", "<li> ", "<li ", "<li><a", "<li><a href='", '<li><a href="', "<h1>", "<h1 ", "</a", "</a ", "\n", " ",
        "<", "a=",
    ],
)  # fmt: skip
@pytest.mark.parametrize("begin", ["", "<li><a ", "<li><a href='", "<li><a href=x>"])
def test_time_is_linear_whatever_repeats(begin: str, repeat: str) -> None:
    entries(begin + repeat * (100_000 // len(repeat)), FORMAT)


@quick
@given(st.binary() | st.sampled_from(["pocket.html", "ril_export.html"]).map(sample).flatmap(damaged))
def test_whatever_the_bytes_nothing_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    msgspec.json.encode(accepted(content, FORMAT))
