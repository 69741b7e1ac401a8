"""What every format that is both written and read gives back of a library."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark, tidy
from tagtui.core.intake import plan_import
from tagtui.core.library import Library
from tagtui.core.url import comparison_key
from tagtui.formats.registry import Source, by_name, detect, read, writable
from tests.formats.samples import DAY, NOW, OWNER, accepted, bookmark, libraries, quick, skipped, written

_TEXTS = ("url", "title", "annotation", "tags")
_ALL = (*_TEXTS, "added", "modified", "by", "private", "unread")
_DAWN = datetime(1, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Holds:
    """What a format holds: fields, the name in ``extra`` under which it keeps its own, and dates since when."""

    fields: tuple[str, ...]
    family: str = ""
    since: datetime = _DAWN


HELD = {
    "tagtui-json": Holds(_ALL, "tagtui"),
    "tagtui-jsonl": Holds(_ALL, "tagtui"),
    "pinboard-json": Holds(_ALL, "pinboard"),
    "pinboard-xml": Holds(_ALL, "pinboard"),
    "netscape": Holds(tuple(name for name in _ALL if name != "by"), "netscape", _EPOCH),  # what is before means no date
    "csv": Holds(_ALL, "csv"),
    "org": Holds(_TEXTS, "org"),
    "markdown": Holds(_TEXTS),
    "urls": Holds(("url",)),
}
BOTH_WAYS = {it.name for it in writable() if it.read}
NAMES = [name for name in HELD if name in BOTH_WAYS]
each = pytest.mark.parametrize("name", NAMES)
each_of_all = pytest.mark.parametrize("name", [name for name in NAMES if {*_ALL} <= {*HELD[name].fields, "by"}])
each_with_a_family = pytest.mark.parametrize("name", [name for name in NAMES if HELD[name].family])

LINES = (
    "& < > \" ' &amp; &lt; &#39; &nbsp; &copy=1 ` ~ \\ / | * _ # @ % ! = + - ; : , . ? ^ $ ( ) [ ] { }",
    "<blockquote cite='a'>“Q” &amp; <a href=\"x\">l</a></blockquote><br><script>alert(1)</script><!-- x -->",
    "Größe, naïve, 日本の本棚, שלום עולם, e\u0301 é ﬁ, 👩‍💻🏳️‍🌈", "</A></DT><DD>x", "</post></posts>\"/>", "]]>",
    "--><!--", "<DT><A HREF='x' TAGS='y'>z</A>", "<H3>x</H3><DL><p>", "</script>", "[x](y) [[x][y]] ![z](t)", "][",
    "]]", "<http://x>", "* heading :tag:", "- [ ] task", "- [x](http://y)", "1. [x](y)", "# heading", "#+TITLE: x",
    ":PROPERTIES:", ":END:", ",* comma", "=1+1", "'=1+1", "''", "+1", "-1", "@x", '""', "'", '"', '","', "a,b;c|d",
    "\\n \\t \\u00e9 \\\\", "\\",
    "%20%0A", "toread", "null", "0", "a\u00a0b", "a\u2028b", "https://example.org/", "x" * 5_000, "<!-- TAGS: a,b -->",
    "[linkding-notes]x", "{x}", "[", "]", "[x", "x]", "(", ")", "{", "`", "*", "_", "<", ">", "&", "=", "|",
)  # fmt: skip
PARAGRAPHS = (
    "The first.\n\nThe second,\nof two lines.\n\n\n\nThe last, after three blank lines.",
    "- one\n  - two\n\n    code()\n\n> quoted\n\n1. [x](y)\n\t tab\tinside",
    "<p>a &amp; b</p>\n\n<blockquote>\n  c\n</blockquote>",
    "* a\n** b\n#+b\n,* c\n:END:\n\n* [[https://example.org/][x]] :a:",
    "- [x](https://example.org/)\n\n- [y](https://example.org/y) <!-- TAGS: a -->\n\\- z",
    "a\n \n\t\nb\n  c  \nd",
    "https://example.org/a\nhttps://example.org/b",
    "<DT><A HREF='x'>y</A>\n<DD>z\n</DL><p>",
    "| a | b |\n|---|---|\n| =1 | 'x' |",
    "~~~\ncode\n~~~\n\n***\n\n---",
    *("x\n" + line + "\ny" for line in LINES),
)
TAGS = (
    "a/b", "c++", "c#", ".net", "@work", "100%", "日本", "Größe", "snake_case", "via:ann", "ann:", ":", "a&b", "<b>",
    "a;b", "a|b", "'", '"', "-x", "--", "=1", "[x]", "👩‍💻", "x" * 255,
)  # fmt: skip


def hard_texts() -> list[Bookmark]:
    """Return bookmarks of what is hard for one format or another: as a title, as an annotation, in a URL, as a tag."""
    url = "https://example.org/"
    found = [
        *(bookmark(title=line, annotation=line) for line in LINES),
        *(bookmark(annotation=text, tags=("a",)) for text in PARAGRAPHS),
        *(bookmark(f"{url}{line}") for line in LINES if "\u2028" not in line),
        *(bookmark(tags=(tag, "b")) for tag in TAGS),
        bookmark(title="All of them", tags=TAGS),
        *(bookmark(it) for it in ("javascript:'a'", "mailto:a@example.org", "about:blank", "http://[")),
    ]
    return [tidy(replace(it, annotation=it.annotation.strip())) for it in found]


def held(name: str, library: list[Bookmark]) -> list[dict[str, Any]]:
    """Return what the format called ``name`` must give back of each bookmark."""
    return [{field: getattr(it, field) for field in HELD[name].fields} for it in library]


def assert_comes_back(name: str, library: list[Bookmark]) -> None:
    content = written(library, name)
    assert skipped(content, name) == []
    found = accepted(content, name)
    lost = [pair for pair in zip(held(name, library), held(name, found), strict=True) if pair[0] != pair[1]]
    assert lost == []
    assert [it.by for it in found] == [it.by if "by" in HELD[name].fields else "" for it in library]


def test_the_table_has_every_format_that_is_written_and_read() -> None:
    assert sorted(BOTH_WAYS - HELD.keys()) == []


@each
def test_hard_texts_come_back(name: str) -> None:
    assert_comes_back(name, hard_texts())


@each
def test_flags_and_dates_come_back(name: str) -> None:
    days = (HELD[name].since, DAY - timedelta(seconds=1), datetime(2020, 2, 29, 23, 59, 59, tzinfo=UTC), NOW)
    flags, people = (True, False), ("", "fogus", "日記", "a b", "<b>", "=1")
    library = [
        bookmark("https://example.org/", added=added, modified=modified, private=private, unread=unread, by=by)
        for added, modified, private, unread, by in product(days, days, flags, flags, people)
    ]
    assert_comes_back(name, library)


@each
@settings(quick, max_examples=15)
@given(libraries(earliest=_EPOCH.replace(tzinfo=None)))
def test_any_library_comes_back(name: str, library: list[Bookmark]) -> None:
    assert_comes_back(name, library)


@each_of_all
@settings(quick, max_examples=8)
@given(libraries(earliest=_EPOCH.replace(tzinfo=None)))
def test_what_was_read_is_written_as_the_same_bytes(name: str, library: list[Bookmark]) -> None:
    content = written([replace(it, by="") for it in library], name)
    assert written(accepted(content, name), name) == content


@each_with_a_family
def test_what_only_the_format_knows_comes_back(name: str) -> None:
    kept = {"RATING": "5 & <6> \"7\" 'é'", "SHORTCUTURL": "=x"}
    library = [bookmark(extra={HELD[name].family: kept}), bookmark("https://example.org/2")]
    assert [it.extra for it in accepted(written(library, name), name)] == [it.extra for it in library]


@each
@settings(quick, max_examples=8)
@given(libraries(earliest=_EPOCH.replace(tzinfo=None)))
def test_a_library_that_takes_in_its_own_export_stays_as_it_is(name: str, bookmarks: list[Bookmark]) -> None:
    once = {comparison_key(it.url): it for it in (*bookmarks, bookmark())}
    library = Library(dict(enumerate(once.values(), 1)), OWNER)
    source = Source(written(library.bookmarks.values(), name), "export")
    change, report = plan_import(library, read(source, by_name(name)), NOW)
    assert (change.edits, report.skipped, report.unchanged) == ((), [], len(once))


@each
def test_an_export_is_known_for_what_it_is(name: str) -> None:
    assert detect(Source(written(hard_texts(), name), "export")).name == name
