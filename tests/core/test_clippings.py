"""What is copied: each link is one link to that URL with that title, read back by those who read it."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tagtui.core.bookmark import Bookmark, tag_key
from tagtui.core.clippings import SHAPES, html_link, markdown_link, org_link, rst_link, shapes
from tagtui.core.template import Standpoint
from tagtui.core.text import clean_line
from tagtui.core.url import clean_url

from .drawn import bookmarks

DAY = datetime(2016, 10, 31, 15, 57, 56, tzinfo=UTC)
HERE = Standpoint("jm")
BY_NAME = {shape.name: shape for shape in SHAPES}

MARKS = [
    *"[]\\*_`<&>()!~{}@|#:;\"' =+/.$^%-?\u00a0\u2028",
    *"a b Z é &amp; &copy; &#42; <b> ]] [[ __ `` ~~ ]( %20 www.a.org javascript: {{{m}}} @@html:x@@ src_sh{ls}".split(),
]
texts = st.lists(st.sampled_from(MARKS), max_size=8).map("".join)
titles = texts.map(clean_line)
urls = st.tuples(st.sampled_from(["http://a.org/", "https://a.org/?q=", "foo:", ""]), texts).map(
    lambda parts: clean_url("".join(parts)) or "x"
)


def saved(url: str = "http://a.org/", title: str = "A", **fields: Any) -> Bookmark:
    return Bookmark(**{"url": url, "title": title, "added": DAY, "modified": DAY, **fields})


def copied(name: str, *books: Bookmark, standpoint: Standpoint = HERE) -> str:
    return BY_NAME[name].render(books, standpoint)


def as_sent(url: str) -> str:
    """Return ``url`` with its white space as browsers send it."""
    return re.sub(r"\s", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)


A, B = saved(), saved("http://b.org/", "B", tags=("x",))


# --- Markdown


@cache
def markdown() -> MarkdownIt:
    class Literal(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802
            return True

        def normalizeLink(self, url: str) -> str:  # noqa: N802
            return url

    return Literal("commonmark").enable("strikethrough")


def markdown_links(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the text that is shown outside of links, and each link's title and URL."""
    outside, links, inside = "", [], False
    for token in (token for block in markdown().parse(text) for token in block.children or ()):
        if token.type == "link_open":
            links.append(("", str(token.attrs["href"])))
        elif token.type in ("text", "text_special") and inside:
            links[-1] = (links[-1][0] + token.content, links[-1][1])
        elif token.type in ("text", "text_special"):
            outside += token.content
        else:
            assert token.type == "link_close", token
        inside = inside != token.type.startswith("link")
    return outside, links


@given(titles, urls)
@example("a ] [b](c) `d", "http://a.org/Kafka_(software)")
@example("&amp; \\", "http://a.org/?a=1&copy;=2\\")
@example("", "<a b>")
def test_a_title_and_a_url_are_one_link_in_markdown(title: str, url: str) -> None:
    book = saved(url, title)
    text = f"see {markdown_link(book)} there"
    assert markdown_links(text) == ("see  there", [(clean_line(book.heading), as_sent(url))])


@given(st.lists(st.builds(saved, urls, titles), min_size=2, max_size=4))
def test_many_are_a_list_in_markdown(books: list[Bookmark]) -> None:
    _, links = markdown_links(copied("markdown", *books))
    assert links == [(clean_line(book.heading), as_sent(book.url)) for book in books]


@pytest.mark.parametrize(
    ("title", "url", "link"),
    [
        ("AT&T, a > b!", "http://a.org/?a=1&b=2_3", "[AT&T, a > b!](http://a.org/?a=1&b=2_3)"),
        ("snake_case [1]", "http://a.org/", r"[snake\_case \[1\]](http://a.org/)"),
        ("Kafka", "http://a.org/Kafka_(software)", "[Kafka](<http://a.org/Kafka_(software)>)"),
        ("", "http://a.org/", "[http://a.org/](http://a.org/)"),
    ],
)
def test_markdown_stays_readable(title: str, url: str, link: str) -> None:
    assert markdown_link(saved(url, title)) == link


# --- HTML


class Links(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data


@given(titles, urls)
def test_a_title_and_a_url_are_one_link_in_html(title: str, url: str) -> None:
    book = saved(url, title)
    found = Links(html_link(book))
    assert found.tags == [("a", {"href": url})]
    assert found.shown == clean_line(book.heading)


def test_many_are_a_list_in_html() -> None:
    assert copied("html", A) == '<a href="http://a.org/">A</a>'
    assert copied("html", A, B) == (
        '<ul>\n<li><a href="http://a.org/">A</a></li>\n<li><a href="http://b.org/">B</a></li>\n</ul>'
    )


# --- Org

# What Org takes for a link: org-link-bracket-re and org-link-unescape of ol.el, Org 9.3 and later.
ORG_LINK = re.compile(r"\[\[((?:[^\[\]\\]|\\(?:\\\\)*[\[\]]|\\+[^\[\]])+)\](?:\[(.+?)\])?\]")


def org_links(text: str) -> list[tuple[str, str]]:
    def unescaped(link: str) -> str:
        return re.sub(r"(\\+)(?=[\[\]]|\Z)", lambda found: found[1][: len(found[1]) // 2], link)

    return [(title.replace("\u200b", ""), unescaped(url)) for url, title in ORG_LINK.findall(text)]


@given(titles, urls)
@example("a]", "http://a.org/[b]\\]")
@example("", "http://a.org/\\")
@example("[[http://b.org][b]]", "http://a.org/")
def test_a_title_and_a_url_are_one_link_in_org(title: str, url: str) -> None:
    book = saved(url, title)
    text = org_link(book)
    heading = clean_line(book.heading)
    assert org_links(f"see {text} [[b]]") == [("" if book.heading == url else heading, url), ("", "b")]
    assert ORG_LINK.match(text)
    assert ORG_LINK.match(text).end() == len(text)  # type: ignore[union-attr]


def test_org_gets_nothing_to_run_or_to_pass_on() -> None:
    link = org_link(saved(title="{{{m(x)}}} @@html:<b>@@ src_sh{ls} call_f() a@b {x}"))
    shown = "{|{|{m(x)}}} @|@html:<b>@|@ src|_sh{ls} call|_f() a@b {x}".replace("|", "\u200b")
    assert link == f"[[http://a.org/][{shown}]]"


def test_an_untitled_page_is_a_bare_link_in_org() -> None:
    assert copied("org", saved(title="")) == "[[http://a.org/]]"
    assert copied("org", A, B) == "- [[http://a.org/][A]]\n- [[http://b.org/][B]]"


# --- reStructuredText

# A phrase reference with an embedded URI: docutils/parsers/rst/states.py, of docutils 0.19.
RST_END = re.compile(r"(?<![\s\0])`__(?=\s|\Z)")
RST_URI = re.compile(r"(?:[ \n]+|^)<(?!\s)((?:[^<>]|\0[<>])+)(?<![\s\0])>\Z")


def rst_reference(text: str) -> tuple[str, str, str]:
    """Return title and URL of the link that ``text`` begins with, and the rest."""
    nulled = re.sub(r"\\(.)", "\0\\1", text)
    assert nulled[0] == "`"
    assert nulled[1] not in "` "
    end = RST_END.search(nulled, 1)
    assert end
    target = RST_URI.search(nulled[1 : end.start()])
    assert target
    assert not target[1].endswith("_") or target[1].endswith("\0_")  # else the name of another link
    uri = "".join(target[1].split()).replace("\0", "")
    assert not uri.endswith("\\_")  # docutils would take the backslash away
    return nulled[1 : target.start() + 1].replace("\0", ""), uri, nulled[end.end() :]


@given(titles, urls)
@example("a <b>", "http://a.org/b_")
@example("`a` \\", "http://a.org/\\_")
def test_a_title_and_a_url_are_one_link_in_restructuredtext(title: str, url: str) -> None:
    book = saved(url, title)
    sent = re.sub(r"(?<=\\)_\Z", "%5F", as_sent(url))
    assert rst_reference(f"{rst_link(book)} `b`__") == (clean_line(book.heading), sent, " `b`__")


def test_a_link_in_restructuredtext_is_anonymous() -> None:
    assert copied("rst", saved("http://a.org/b_", "A <b>")) == r"`A <b> <http://a.org/b\_>`__"
    assert copied("rst", A, B) == "- `A <http://a.org/>`__\n- `B <http://b.org/>`__"


# --- the rest


def test_urls_and_titles_are_one_a_line() -> None:
    untitled = saved("http://c.org/a b\u2028c", "")
    assert copied("url", A, untitled) == "http://a.org/\nhttp://c.org/a b\u2028c"
    assert copied("title", A, untitled) == "A\nhttp://c.org/a b c"


def test_tags_are_united_in_the_order_they_are_met() -> None:
    assert copied("tags", A) == ""
    assert copied("tags", saved(tags=("Kafka", "ops")), saved(tags=("aws", "KAFKA"))) == "Kafka ops aws"


@given(st.lists(bookmarks, min_size=1, max_size=4))
def test_the_tags_are_all_there_and_each_is_once(books: list[Bookmark]) -> None:
    keys = [tag_key(tag) for tag in copied("tags", *books).split()]
    assert len(keys) == len(set(keys))
    assert set(keys) == {tag_key(tag) for book in books for tag in book.tags}


def test_an_entry_is_what_one_would_put_into_a_mail() -> None:
    book = saved(annotation="\n  One.\n\nTwo.\n", tags=("kafka", "ops"), by="ann")
    assert copied("text", book) == ("A\nhttp://a.org/\n\n  One.\n\nTwo.\n\nTags: kafka, ops\nSaved: 2016-10-31 by ann")
    assert copied("text", saved(title="", annotation=" \n"), B) == (
        "http://a.org/\n\nSaved: 2016-10-31\n\n---\n\nB\nhttp://b.org/\n\nTags: x\nSaved: 2016-10-31"
    )
    tokyo = Standpoint("jm", timezone(timedelta(hours=9)))
    assert copied("text", A, standpoint=tokyo).endswith("Saved: 2016-11-01")


def test_json_holds_every_field() -> None:
    assert json.loads(copied("json", A)) == {
        "url": "http://a.org/",
        "title": "A",
        "annotation": "",
        "tags": [],
        "added": "2016-10-31T15:57:56Z",
        "modified": "2016-10-31T15:57:56Z",
        "by": "jm",
        "private": False,
        "unread": False,
        "extra": {},
    }
    assert [entry["title"] for entry in json.loads(copied("json", A, B))] == ["A", "B"]


@given(bookmarks, st.dictionaries(texts, texts | st.characters(max_codepoint=0x9F)))
def test_json_loses_nothing_and_drives_no_terminal(book: Bookmark, extra: dict[str, str]) -> None:
    book = msgspec.structs.replace(book, extra=extra, by="ann")
    text = copied("json", book)
    assert msgspec.json.decode(text, type=Bookmark) == book
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_of_nothing_nothing_fails(shape: Any) -> None:
    assert isinstance(shape.render((), HERE), str)


# --- a person's own


def test_templates_stand_below_the_others_or_in_the_place_of_their_name() -> None:
    found = shapes({"wiki": "[{url} {title}]", "title": "“{title}”"})
    assert [shape.name for shape in found] == [*BY_NAME, "wiki"]
    own = {shape.name: shape.render((A, B), HERE) for shape in found}
    assert own["wiki"] == "[http://a.org/ A]\n[http://b.org/ B]"
    assert own["title"] == "“A”\n“B”"
    assert shapes({}) == SHAPES


def test_templates_of_several_lines_are_kept_apart() -> None:
    [wiki] = shapes({"wiki": "{title}\n{url}"})[len(SHAPES) :]
    assert wiki.render((A, B), HERE) == "A\nhttp://a.org/\n\nB\nhttp://b.org/"
    [note] = shapes({"note": "{annotation}"})[len(SHAPES) :]
    assert note.render((saved(annotation="one\ntwo"), saved(annotation="three")), HERE) == "one\ntwo\n\nthree"


def test_a_bad_template_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there is no field \{colour\}"):
        shapes({"wiki": "{colour}"})
