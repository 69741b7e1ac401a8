"""Lists of links in Markdown, read and written."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped
from tagtui.formats.registry import Source, by_name, read
from tests.formats.samples import (
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

FORMAT = "markdown"
SIGNS = [
    "[", "]", "](", "][", "(", ")", "\\", "\\\\", "<", ">", "&amp;", "&", "#", "-->", "--", "<!-- TAGS: a -->", "`",
    "*", "_", "!", "![", '"', "'", "- ", "+ ", "1. ", "1) ", "\\- ", "1\\. ", "[x](http://y)", "<http://y>", "http://y",
]  # fmt: skip


def recognised(content: bytes | str) -> bool:
    return by_name(FORMAT).recognises(content.encode() if isinstance(content, str) else content)


def one(line: str) -> tuple[str, str, str]:
    """Return URL, title and annotation of the only item in ``line``."""
    (draft,) = drafts(line, FORMAT)
    return draft.url, draft.title, draft.annotation


def test_a_list_is_read_as_buku_and_people_write_it() -> None:
    log, japan, brackets, to_do, bold, inner, bare, badged = drafts(sample("list.md"), FORMAT)
    assert (log.url, log.title) == ("https://example.org/log", "The Log: what every engineer should know")
    assert (log.tags, log.annotation) == (
        ("kafka", "distributed-systems"), "An append-only sequence of records.\n\n> Read it twice.",
    )  # fmt: skip
    assert (japan.url, japan.title, japan.tags) == ("https://example.org/日本", "", ("c++", ".net"))
    assert (brackets.url, brackets.title) == ("https://example.org/a_(b)", "Lists [in] brackets")
    assert brackets.annotation == "what is *beside* it"
    assert (to_do.url, to_do.title) == ("https://example.org/a b", "To do")
    assert (bold.url, bold.title, bold.annotation) == ("https://example.org/bold", "Bold", "and the rest")
    assert (inner.url, bare.url, bare.annotation) == ("https://example.org/inside", "https://example.org/bare", "")
    assert (badged.url, badged.title) == ("https://example.org/badged", "A badge")
    assert skipped(sample("list.md"), FORMAT) == [
        Skipped("line 18", "it leads to a place in this file"),
        Skipped("line 19", "it has no URL"),
    ]


def test_a_list_has_no_dates_which_is_told_once() -> None:
    first, *others = drafts(sample("list.md"), FORMAT)
    assert first.warnings == ("no bookmark of this file has a date; they all get today's",)
    assert not any(draft.added or draft.warnings for draft in others)


@pytest.mark.parametrize("marker", ["-", "*", "+", "1.", "23)", "- [ ]", "* [x]", "\t-", "   +  "])
@pytest.mark.parametrize(
    "link", ["[t](http://a)", "[t]( <http://a> )", "[t](http://a 'b')", '**[t](http://a "b \\" c")**']
)
def test_an_item_begins_with_any_marker(marker: str, link: str) -> None:
    assert one(f"{marker} {link}") == ("http://a", "t", "")


@pytest.mark.parametrize(
    ("item", "url", "title"),
    [
        ("[a [b] c](u)", "u", "a [b] c"),
        ("[a \\[b](u)", "u", "a [b"),
        ("[a [b](u)", "u", "a [b"),
        ("[a](u_(v)_(w(x)))", "u_(v)_(w(x))", "a"),
        ("[a](u_\\(v)", "u_(v", "a"),
        ("[a](<u_(v>)", "u_(v", "a"),
        ("[a](<u\\>v w>)", "u>v w", "a"),
        ("[a](u v)", "u v", "a"),
        ("[a](u 'b)' )", "u", "a"),
        ("[R&amp;D \\&amp; &copy=2](u?a=1&copy=2&amp;b)", "u?a=1&copy=2&b", "R&D &amp; &copy=2"),
        ("[\\*a\\* _b_](u)", "u", "*a* _b_"),
        ("[](u)", "u", ""),
        ("[![b](c)](u)", "u", "b"),
        ("[![b](c) d](u)", "u", "b d"),
        ("<mailto:a@b.org>", "mailto:a@b.org", ""),
        ("https://a.org/(b).", "https://a.org/(b)", ""),
        ("https://a.org/b", "https://a.org/b", ""),
    ],
)
def test_titles_with_brackets_and_urls_with_parentheses_are_read_whole(item: str, url: str, title: str) -> None:
    assert one(f"- {item}") == (url, title, "")


@pytest.mark.parametrize(
    ("item", "annotation"),
    [
        ("[a](u) - what it is", "what it is"),
        ("[a](u): *what* it is", "*what* it is"),
        ("[a](u) [b](v), [c](w)", "[b](v), [c](w)"),
        ("**[a](u)** — what it is", "what it is"),
        ("2016: [a](u)", "2016:"),
        ("see [a](u) for it", "see for it"),
        ("[a](u) <!-- a comment -->", "<!-- a comment -->"),
        ("[a](u) - <!-- TAGS: x --> below", "below"),
        ("![i](j) [a](u)", "![i](j)"),
        ("[a](u).", ""),
    ],
)
def test_the_rest_of_the_line_is_the_annotation(item: str, annotation: str) -> None:
    assert one(f"- {item}") == ("u", "a", annotation)


def test_indented_lines_below_an_item_are_its_annotation() -> None:
    content = """- [a](u) - beside
    below

        code
    - no link
- [b](v)
\t> quoted
  lazy
not of the list
  - [c](w)

    # no heading
"""
    assert [(it.url, it.annotation) for it in drafts(content, FORMAT)] == [
        ("u", "beside\nbelow\n\n    code\n- no link"), ("v", "> quoted\nlazy"), ("w", "# no heading"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("comment", "tags"),
    [
        ("<!-- TAGS: a,b c -->", ("a", "b-c")),
        ("<!--tags:a-->", ("a",)),
        ("<!-- TAGS: a&amp;b,--&gt;,&lt; -->", ("a&b", "-->", "<")),
        ("<!-- TAGS: -->", ()),
        ("<!-- TAGS: a", ()),
    ],
)
def test_tags_are_in_a_comment_behind_the_link(comment: str, tags: tuple[str, ...]) -> None:
    assert drafts(f"- [t](u) {comment}", FORMAT)[0].tags == tags


def test_headings_are_tags_if_that_is_wanted() -> None:
    content = b"""# Bookmarks
- [a](u)
## C# & co #
- [b](v) <!-- TAGS: x -->
### Deep *down* ###
- [c](w)
##
- [d](y)
# Other
- [e](z)
"""
    wanted = [
        it.tags
        for it in read(Source(content, "x", folders_as_tags=True), by_name(FORMAT))
        if not isinstance(it, Skipped)
    ]
    assert wanted == [(), ("x", "C#-&-co"), ("C#-&-co", "Deep-*down*"), (), ("Other",)]
    assert [it.tags for it in drafts(content, FORMAT)] == [(), ("x",), (), (), ()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_item_is_where_its_line_is_whatever_ends_lines(end: str) -> None:
    content = end.join(
        ["", "text", "- [a](u)", "", "  note", "- nothing", "***", "- [b]()", "* * *", "- [c](v\x0b\u2028)"]
    )
    assert [it.where for it in drafts(content, FORMAT)] == ["line 3", "line 10"]
    assert skipped(content, FORMAT) == [Skipped("line 6", "it has no URL"), Skipped("line 8", "it has no URL")]


@pytest.mark.parametrize(
    "content",
    [
        "- [a](http://a)", "* <http://a>\n", "1. http://a", "# Links\n\n- [a](http://a)\n  of it\n\nSome words.\n- http://b\n",
        "# Bookmarks\n", "# Bookmarks\r\n\r\n", "* [ ] [a](mailto:b)",
    ],
)  # fmt: skip
def test_a_list_of_links_is_recognised(content: str) -> None:
    assert recognised(content)
    assert recognised(content.encode("utf-16"))


@pytest.mark.parametrize(
    "content",
    [
        "", "text", "# A program\n\nIt does this:\n\n- [that](http://a)\n", "- milk\n- bread\n", "# Heading\n", "http://a\n",
        "- [Install](#install)\n- [Use](docs/use.md)\n", "[a](http://a)\n", "- fixed [a](http://a)\n- fixed [b](http://b)\n",
        "# Bookmarks\n\nSome words.\n",
    ],
)  # fmt: skip
def test_prose_with_links_in_it_is_not_recognised(content: str) -> None:
    assert not recognised(content)


def test_bookmarks_are_written_as_items_with_their_annotations_inside() -> None:
    library = [
        bookmark(
            "https://example.org/a?b=1&c", title="A [b] `c`", tags=("c++", "-->"), annotation="1\n\n  2\n- [x](y)"
        ),
        bookmark("https://example.org/a_(b)", title="R&amp;D", unread=True, private=True),
        bookmark("https://example.org/?a=1&copy;=2"),
        bookmark("https://example.org/a b", annotation="- milk\n1. http://x\n\\- http://x"),
    ]
    assert (
        written(library, FORMAT).decode()
        == """# Bookmarks

- [A \\[b\\] \\`c\\`](https://example.org/a?b=1&c) <!-- TAGS: c++,--&gt; -->

  1

    2
  \\- [x](y)
- [R\\&amp;D](<https://example.org/a_(b)>)
- <https://example.org/?a=1&copy;=2>
- [](<https://example.org/a b>)

  - milk
  1\\. http://x
  \\\\- http://x
"""
    )
    assert written([], FORMAT) == b"# Bookmarks\n\n"


@quick
@given(libraries_of(SIGNS))
def test_whatever_the_signs_what_is_written_is_read_as_it_was(library: list[Bookmark]) -> None:
    content = written(library, FORMAT)
    assert texts_of(accepted(content, FORMAT)) == texts_of(library)
    assert not skipped(content, FORMAT)
    assert recognised(written([*library, bookmark(), bookmark()], FORMAT))


_REPEATS = {
    "": ["- ", "- [a](b)\n", "- a\n", "\n", "# a\n", "* * ", "  "],
    "- ": ["[", "]", "](", "![", "![](", "\\", "<", "<a:", "http://", "*", "<!-- tags:"],
    "- [": ["[", "]", "\\[", "![a](b)", "&amp;"],
    "- [a](": ["(", ")(", " ", ' "', " 'a", "\\", "<"],
    "- [a](<": ["\\>", "<", " "],
    "- [a](u) ": ["<!-- TAGS:", "-->", "*", "http://a "],
    "- [a](u)\n": ["  x\n", " \n", "  - [b](v)\n", "  \\- http://a\n"],
}


@pytest.mark.parametrize(("begin", "repeat"), [(begin, repeat) for begin in _REPEATS for repeat in _REPEATS[begin]])
def test_time_is_linear_whatever_repeats(begin: str, repeat: str) -> None:
    entries(begin + repeat * (60_000 // len(repeat)), FORMAT)


@quick
@given(st.binary() | damaged(sample("list.md")))
def test_whatever_the_bytes_nothing_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    library = accepted(content, FORMAT)
    msgspec.json.encode(library)
    assert [it.url for it in accepted(written(library, FORMAT), FORMAT)] == [it.url for it in library]


def test_a_link_into_the_file_itself_is_told_whatever_signs_are_in_it() -> None:
    [entry] = skipped("- [x](\x10#there)\n", "markdown")
    assert entry.reason == "it leads to a place in this file"
