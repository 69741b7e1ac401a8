"""Links in Org, read and written."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped
from tagtui.formats.registry import Source, by_name, read
from tests.formats.samples import (
    DAY,
    accepted,
    bookmark,
    damaged,
    drafts,
    entries,
    quick,
    sample,
    skipped,
    written,
)
from tests.formats.signs import libraries_of, texts_of

FORMAT = "org"
SIGNS = [
    "[", "]", "[[", "]]", "][", "\\", "\\\\", "\u200b", "]\u200b", "*", "* ", "** ", ",", ",*", "#+", "#", ":", ":a:",
    "::", ":PROPERTIES:", ":END:", ":TAGS: x", "- ", "[[http://x][y]]", "- [[http://x]]", "_", "@", "%", "+",
]  # fmt: skip


def recognised(content: bytes | str) -> bool:
    return by_name(FORMAT).recognises(content.encode() if isinstance(content, str) else content)


def one(line: str) -> tuple[str, str, str]:
    """Return URL, title and annotation of the only link in ``line``."""
    (draft,) = drafts(line, FORMAT)
    return draft.url, draft.title, draft.annotation


def test_an_outline_is_read_as_buku_and_people_write_it() -> None:
    log, japan, brackets, paper, last = drafts(sample("list.org"), FORMAT)
    assert (log.url, log.title) == ("https://example.org/log", "The Log: what every engineer should know")
    assert (log.tags, log.annotation) == (("kafka", "logs"), "An append-only sequence of records.\n\n* Read it twice")
    assert (japan.url, japan.title, japan.tags) == ("https://example.org/日本", "", ("c++", ".net"))
    assert japan.added == DAY.replace(second=0)
    assert japan.extra == {"org": {"CREATED": "[2016-10-31 Mon 15:57]", "RATING": "5"}}
    assert (brackets.url, brackets.title) == ("https://example.org/a[1]", "Lists [in] brackets")
    assert (brackets.tags, brackets.annotation) == (("machine-learning", "via:fogus"), "TODO")
    assert (paper.title, paper.annotation) == ("A paper", "with a word beside it\nand one below")
    assert last.tags == ()
    assert skipped(sample("list.org"), FORMAT) == [
        Skipped("line 18", "it leads to a place in this file"),
        Skipped("line 19", "it has no URL"),
    ]


def test_links_without_a_date_are_told_of_one_by_one_only_where_others_have_one() -> None:
    log, japan, *others = drafts(sample("list.org"), FORMAT)
    assert (log.warnings, japan.warnings) == (("it has no date; it gets today's",), ())
    assert {draft.warnings for draft in others} == {log.warnings}
    first, second = drafts("* [[a]]\n* [[b]]\n", FORMAT)
    assert first.warnings == ("no bookmark of this file has a date; they all get today's",)
    assert second.warnings == ()


@pytest.mark.parametrize("marker", ["*", "****", "-", "+", "1.", "2)", "  *", "\t- [ ]", "- [X]"])
@pytest.mark.parametrize("link", ["[[u][t]]", "[[u][t]]  ", "*[[u][t]]*"])
def test_a_link_is_in_a_heading_of_any_depth_or_in_an_item(marker: str, link: str) -> None:
    assert one(f"{marker} {link}") == ("u", "t", "")


@pytest.mark.parametrize(
    ("link", "url", "title"),
    [
        ("[[u]]", "u", ""),
        ("[[u v][a [b] c]]", "u v", "a [b] c"),
        ("[[u\\[1\\]][a]]", "u[1]", "a"),
        ("[[u[1]][a]]", "u[1]", "a"),
        ("[[u\\\\][a]]", "u\\", "a"),
        ("[[C:\\a\\\\\\]][a]]", "C:\\a\\]", "a"),
        ("[[u][a]\u200b]]", "u", "a]"),
        ("[[u][a][b]]", "u", "a][b"),
    ],
)
def test_brackets_in_urls_and_titles_are_read_as_org_writes_them(link: str, url: str, title: str) -> None:
    assert one(f"* {link}") == (url, title, "")


@pytest.mark.parametrize(
    "line", ["* [[", "* [[u", "* [[u]", "* [[u][t", "* [[u][t]", "* [u]", "[[u][t]]", "*[[u]]", "- text", "- ] [[u"]
)
def test_what_is_no_whole_link_in_a_heading_or_an_item_is_none(line: str) -> None:
    assert drafts(line, FORMAT) == []


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (":a:b:", ("a", "b")),
        ("   :日本:@work:c#:", ("日本", "@work", "c#")),
        ("\t:a:", ("a",)),
        (" :a b:c:", ("a-b", "c")),
        (" :via::ann:", ("via:ann",)),
        (" ::", ()),
        (" :", ()),
    ],
)
def test_tags_are_at_the_end_of_the_heading(tags: str, found: tuple[str, ...]) -> None:
    (draft,) = drafts(f"* [[u][t]]{tags}\n", FORMAT)
    assert draft.tags == found


def test_what_is_below_a_heading_with_a_link_belongs_to_it_up_to_the_next() -> None:
    content = """* [[a]]
  indented
  - [[b][a link]]
** A heading below it
   and its text
** [[c]] :x:
text
* Other
text that is of no link
- [[d]]
  below

not below
"""
    assert [(it.url, it.annotation) for it in drafts(content, FORMAT)] == [
        ("a", "indented\n- [[b][a link]]\n** A heading below it\n and its text"), ("c", "text"), ("d", "below"),
    ]  # fmt: skip


def test_headings_are_tags_if_that_is_wanted() -> None:
    content = b"* Work :x:\n** [[a]] :t:\n*** [[b]]\n** Deep down\n- [[c]]\n* Bookmarks\n* [[d]]\n"
    found = read(Source(content, "x", folders_as_tags=True), by_name(FORMAT))
    assert [it.tags for it in found if not isinstance(it, Skipped)] == [
        ("t", "Work"), ("Work",), ("Work", "Deep-down"), (),
    ]  # fmt: skip
    assert [it.tags for it in drafts(content, FORMAT)] == [("t",), (), (), ()]


@pytest.mark.parametrize(
    ("drawer", "annotation"),
    [
        (":PROPERTIES:\n:A: 1\n:END:", ""),
        ("  :properties:\n  :a:   1 \n  :b:\n  :end:\n\ntext", "text"),
        (":PROPERTIES:\n:A: 1", ":PROPERTIES:\n:A: 1"),
        (":PROPERTIES:\nno property\n:END:", ":PROPERTIES:\nno property\n:END:"),
        ("\n:PROPERTIES:\n:END:", ":PROPERTIES:\n:END:"),
    ],
)
def test_a_whole_drawer_right_below_the_heading_is_no_text(drawer: str, annotation: str) -> None:
    (draft,) = drafts(f"* [[u]]\n{drawer}\n", FORMAT)
    assert draft.annotation == annotation
    assert draft.extra.get("org", {}).get("A") == (None if annotation.startswith(":") else "1")


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("[2016-10-31 Mon 15:57]", DAY.replace(second=0)),
        ("<2016-10-31 Mo. 15:57>", DAY.replace(second=0)),
        ("[2016-10-31]", datetime(2016, 10, 31, tzinfo=UTC)),
        ("2016-10-31T15:57:56Z", DAY),
        ("[2016-13-31]", None),
        ("soon", None),
    ],
)
def test_a_date_is_as_org_or_others_write_it(date: str, moment: datetime | None) -> None:
    (draft,) = drafts(f"* [[u]]\n:PROPERTIES:\n:CREATED: {date}\n:END:\n", FORMAT)
    assert draft.added == moment
    assert bool(draft.warnings) == (moment is None)


def test_properties_come_back_when_written() -> None:
    (read_,) = accepted(b"* [[u]] :a:\n:PROPERTIES:\n:TAGS: c++ a\n:CREATED: [2016-10-31]\n:ID: 1\n:END:\n", FORMAT)
    assert read_.tags == ("c++", "a")
    assert (
        written([read_], FORMAT)
        .decode()
        .endswith("* [[u]]\n:PROPERTIES:\n:TAGS: c++ a\n:CREATED: [2016-10-31]\n:ID: 1\n:END:\n")
    )
    odd = bookmark(extra={"org": {"END": "x", "A B": "x", "N": 5, "X": "a\nb", "": "x", "tags": "x"}})
    assert written([odd, bookmark(extra={"org": 5})], FORMAT).count(b"PROPERTIES") == 0


@pytest.mark.parametrize(
    "content",
    [
        "* [[http://a][b]]", "#+TITLE: x\n* Links\n- [[http://a]]\n", "** TODO [[http://a]] :t:\ntext\n\nmore\n",
        "#+TITLE: Bookmarks\n",
    ],
)  # fmt: skip
def test_an_outline_of_links_is_recognised(content: str) -> None:
    assert recognised(content)
    assert recognised(content.encode("utf-16"))


@pytest.mark.parametrize(
    "content",
    [
        "", "text", "* Notes\nSome text.\n* More\n- [[http://a]]\n- milk\n", "* Notes\n", "#+TITLE: x\n", "[[http://a]]\n",
        "* [[page]]\n* [[another][page]]\n", "* read [[http://a]]\n", "- [a](http://a)\n", "# Bookmarks\n\n- <http://a>\n",
    ],
)  # fmt: skip
def test_notes_with_links_in_them_are_not_recognised(content: str) -> None:
    assert not recognised(content)


def test_bookmarks_are_written_as_headings_with_their_annotations_below() -> None:
    library = [
        bookmark("https://example.org/a[1]", title="A [b]", tags=("kafka", "@work"), annotation="1\n\n* 2\n,* 3\n#+4"),
        bookmark(tags=("kafka", "c++", "via:ann"), annotation=":PROPERTIES:", unread=True, private=True),
        bookmark("https://example.org/\\", title="]]"),
    ]
    assert (
        written(library, FORMAT).decode()
        == """#+TITLE: Bookmarks

* [[https://example.org/a\\[1\\]][A [b]\u200b]] :kafka:@work:

1

,* 2
,,* 3
,#+4

* [[https://example.org/]]
:PROPERTIES:
:TAGS: kafka c++ via:ann
:END:

:PROPERTIES:

* [[https://example.org/\\\\][]\u200b]\u200b]]
"""
    )
    assert written([], FORMAT) == b"#+TITLE: Bookmarks\n\n"


@quick
@given(libraries_of(SIGNS))
def test_whatever_the_signs_what_is_written_is_read_as_it_was(library: list[Bookmark]) -> None:
    content = written(library, FORMAT)
    assert texts_of(accepted(content, FORMAT)) == texts_of(library)
    assert not skipped(content, FORMAT)
    assert recognised(written([*library, bookmark(), bookmark()], FORMAT))


_REPEATS = {
    "": ["* ", "* a\n", "- ", "\n", "* [[u]]\n", "*", "#+", "  "],
    "* ": ["[", "]", "[[", "][", "]]", "[[a][", "[[a]", "\\[", "\\", "[[\\"],
    "* [[u][": ["]", "]\u200b", "\u200b", "["],
    "* [[u]]": [" :a", ":", "::", " ", " :a:"],
    "* [[u]]\n": ["x\n", "\n", "** a\n", ":PROPERTIES:\n", ",", ",*\n"],
    "* [[u]]\n:PROPERTIES:\n": [":a: b\n", ":a:\n", ":", ":a: "],
    "- [[u]]\n": ["  x\n", "  - [[v]]\n", " \n"],
}


@pytest.mark.parametrize(("begin", "repeat"), [(begin, repeat) for begin in _REPEATS for repeat in _REPEATS[begin]])
def test_time_is_linear_whatever_repeats(begin: str, repeat: str) -> None:
    entries(begin + repeat * (60_000 // len(repeat)), FORMAT)


def test_thousands_of_nested_headings_are_no_recursion_and_a_hundred_of_them_are_tags() -> None:
    content = "".join(f"{'*' * n} {n}\n" for n in range(1, 2_000)) + f"{'*' * 2_000} [[u]]"
    (draft,) = read(Source(content.encode(), "x", folders_as_tags=True), by_name(FORMAT))
    assert not isinstance(draft, Skipped)
    assert draft.tags == tuple(map(str, range(1, 101)))


@quick
@given(st.binary() | damaged(sample("list.org")))
def test_whatever_the_bytes_nothing_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    library = accepted(content, FORMAT)
    msgspec.json.encode(library)
    assert [it.url for it in accepted(written(library, FORMAT), FORMAT)] == [it.url for it in library]
