"""Annotations become blocks: nothing is lost, nothing is smuggled in, and nothing takes long."""

import re
import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagtui.core.prose import DEPTH, LIMIT, Block, Face, Kind, Span, parse, plain

STORY = """\
Interesting thread on **exactly-once** delivery; see also http://example.org/wiki/Kafka_(software).

<blockquote>We&#8217;ve built it on idempotent producers &amp; transactions.

It took us *two* years.  Read <a href="https://www.confluent.io/blog/exactly-once?a=1&amp;b=2">the
announcement</a> first.

- no duplicates
- no gaps
</blockquote>

1986. A great year (via jm)
"""


def test_a_bookmarked_story_is_paragraphs_and_a_quotation_of_several_paragraphs():
    blog = "https://www.confluent.io/blog/exactly-once?a=1&b=2"
    wiki = "http://example.org/wiki/Kafka_(software)"
    assert parse(STORY) == (
        Block(
            Kind.PARAGRAPH,
            (
                Span("Interesting thread on "),
                Span("exactly-once", Face.BOLD),
                Span(" delivery; see also "),
                Span(wiki, Face.LINK, wiki),
                Span("."),
            ),
        ),
        Block(Kind.PARAGRAPH, (Span("We’ve built it on idempotent producers & transactions."),), quote=1),
        Block(
            Kind.PARAGRAPH,
            (
                Span("It took us "),
                Span("two", Face.ITALIC),
                Span(" years.  Read "),
                Span("the\nannouncement", Face.LINK, blog),
                Span(" first."),
            ),
            quote=1,
        ),
        Block(Kind.ITEM, (Span("no duplicates"),), quote=1, indent=1, marker="•"),
        Block(Kind.ITEM, (Span("no gaps"),), quote=1, indent=1, marker="•"),
        Block(Kind.ITEM, (Span("A great year (via jm)"),), indent=1, marker="1986."),
    )


def test_the_story_on_one_line_has_the_quotation_and_no_markup():
    assert plain(STORY) == (
        "Interesting thread on exactly-once delivery; see also http://example.org/wiki/Kafka_(software). "
        "We’ve built it on idempotent producers & transactions. It took us two years. "
        "Read the announcement first. • no duplicates • no gaps 1986. A great year (via jm)"
    )


def spans(annotation: str) -> list[tuple[str, Face, str]]:
    """Return the spans of an annotation of one block."""
    (block,) = parse(annotation)
    return [(span.text, span.face, span.href) for span in block.spans]


def texts(annotation: str) -> list[str]:
    """Return each block as a line: its quotations, its lists, its marker and its text."""
    return [
        ">" * block.quote + "  " * block.indent + f"{block.marker} " * bool(block.marker) + text
        for block in parse(annotation)
        for text in ["".join(span.text for span in block.spans)]
    ]


@pytest.mark.parametrize(
    ("typed", "face"),
    [
        ("**x**", Face.BOLD),
        ("<b>x</b>", Face.BOLD),
        ("<STRONG class=y>x</STRONG>", Face.BOLD),
        ("*x*", Face.ITALIC),
        ("_x_", Face.ITALIC),
        ("<em>x</em>", Face.ITALIC),
        ("`x`", Face.CODE),
        ("<code>x</code>", Face.CODE),
        ("~~x~~", Face.STRIKE),
        ("<del>x</del>", Face.STRIKE),
        ("**<i>x</i>**", Face.BOLD | Face.ITALIC),
        ("<b>x", Face.BOLD),
        ("<span style='color: red'>x</span>", Face.PLAIN),
    ],
)
def test_markdown_and_html_give_the_same_faces(typed, face):
    assert spans(typed) == [("x", face, "")]


def test_html_faces_may_overlap():
    assert spans("<b>a<i>b</b>c</i>d") == [
        ("a", Face.BOLD, ""),
        ("b", Face.BOLD | Face.ITALIC, ""),
        ("c", Face.ITALIC, ""),
        ("d", Face.PLAIN, ""),
    ]


def test_a_face_or_a_link_left_open_ends_with_its_paragraph():
    left_open = parse("<b>a\n\n<b>b</b>c\n\n<a href=x:y>d\n\n<a href=x:y>\n\ne")
    assert [block.spans for block in left_open] == [
        (Span("a", Face.BOLD),),
        (Span("b", Face.BOLD), Span("c")),
        (Span("d", Face.LINK, "x:y"),),
        (Span("x:y", Face.LINK, "x:y"),),
        (Span("e"),),
    ]


@pytest.mark.parametrize(
    ("typed", "text", "href"),
    [
        ("[x](http://a.example/b_c_d)", "x", "http://a.example/b_c_d"),
        ("[x](http://a.example 'title')", "x", "http://a.example"),
        ("[x](http://a.example/é)", "x", "http://a.example/é"),
        ("[x](/path)", "x", "/path"),
        ("[x](javascript:alert(1))", "x", "javascript:alert(1)"),
        ("[](http://a.example)", "http://a.example", "http://a.example"),
        ("<a href='http://a.example'>x</a>", "x", "http://a.example"),
        ("<a href=http://a.example/?q=1>x</a>", "x", "http://a.example/?q=1"),
        ("<a title='a > b' href='http://a.example'>x", "x", "http://a.example"),
        ("<a href='http://a.example'></a>", "http://a.example", "http://a.example"),
        ("<a href='http://a.example/?a&amp;b'>x</a>", "x", "http://a.example/?a&b"),
        ("<a href='http://a.example/&#10;&#27;b'>x</a>", "x", "http://a.example/b"),
        ("<a href='http://a.example'>http://b.example</a>", "http://b.example", "http://a.example"),
        ("<http://a.example>", "http://a.example", "http://a.example"),
        ("<mailto:a@b.example>", "mailto:a@b.example", "mailto:a@b.example"),
        ("![x](http://a.example)", "x", "http://a.example"),
        ("![](http://a.example)", "http://a.example", "http://a.example"),
        ("[![x](http://a.example)](http://b.example)", "x", "http://b.example"),
        ("<img alt=x src='http://a.example'>", "x", "http://a.example"),
        ("<img src='http://a.example'/>", "http://a.example", "http://a.example"),
        ("<img src='data:image/png;base64,AAAA'>", "data:image/png;base64", "data:image/png;base64,AAAA"),
        ("<iframe src='http://a.example'></iframe>", "http://a.example", "http://a.example"),
        ("HTTPS://a.example/_x_/*y*", "HTTPS://a.example/_x_/*y", "HTTPS://a.example/_x_/*y"),
    ],
)
def test_a_link_is_its_text_and_carries_its_address(typed, text, href):
    assert spans(typed)[0] == (text, Face.LINK, href)


@pytest.mark.parametrize(
    "typed",
    [
        "(see http://a.example/b_(c)).",
        "**http://a.example/b_(c)**",
        "http://a.example/b_(c), and",
        "_http://a.example/b_(c)_",
    ],
)
def test_a_bare_address_ends_before_the_punctuation_around_it(typed):
    assert "http://a.example/b_(c)" in {span.href for span in parse(typed)[0].spans}


def test_a_link_that_is_opened_inside_a_link_ends_the_first():
    assert spans("<a href=x:1>a<a href=x:2>b</a>c") == [
        ("a", Face.LINK, "x:1"),
        ("b", Face.LINK, "x:2"),
        ("c", Face.PLAIN, ""),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "x < y > z",
        "List<String> and <T> and </T>",
        "git switch <branch>",
        "Option<A>",
        "#hashtag",
        "*",
        "3)",
        "#",
        "```",
        "~~~ python",
        "snake_case_name and 2 * 3 * 4",
        r"C:\temp",
        "f[i](x), a[0](b)",
        "[a]: http://b.example",
        "[x] done, [ ] not done",
        "<!-- not closed",
        "AT&T; R&D &c &unknown;",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a heading\n===",
        "<a-b> <x y=z>",
    ],
)
def test_what_is_no_markup_stays_as_typed(typed):
    assert texts(typed) == [typed]
    assert parse(typed)[0].kind is Kind.PARAGRAPH
    assert texts(f"*a*\n\n{typed}") == ["a", typed]


@pytest.mark.parametrize(
    ("typed", "blocks"),
    [
        ("a\nb\n\n\nc", ["a\nb", "c"]),
        ("    a\n  b  \nc", ["a\nb\nc"]),
        ("a<br>b<br/>\nc<br><br>d", ["a\nb\nc\n\nd"]),
        ("<p>a<p>b</p>c", ["a", "b", "c"]),
        ("<div class=x>a</div>\n<section>b", ["a", "b"]),
        ("> a\n>> b\n\nc", [">a", ">>b", "c"]),
        ("<blockquote>a\n\n> b\n\n</blockquote>c", [">a", ">>b", "c"]),
        ("> <blockquote>a\n\nb</blockquote>", [">>a", "b"]),
        ("</blockquote></ul>a</b>", ["a"]),
        ("- a\n\n  b\n- c\n  1. d\n  2. e", ["  • a", "  b", "  • c", "    1. d", "    2. e"]),
        ("3) a\n4) b", ["  3) a", "  4) b"]),
        ("- - a", ["-", "    • a"]),
        ("- > a", [">  • a"]),
        ("<ul>\n<li>a</li>\n<li>b<p>c\n</ul>\nd", ["  • a", "  • b", "  c", "d"]),
        ("<ol start=3><li>a<ul><li>b</ul><li>c</ol>d", ["  3. a", "    • b", "  4. c", "d"]),
        ("<ol start=x><li>a<li></li><li>b</ol>", ["  1. a", "  3. b"]),
        ("<table><tr><th>a<th>b<tr><td>c</td><td>d</table>e", ["a | b\nc | d", "e"]),
        ("<!-- a\n\nb -->c <!-- d --> e", ["c  e"]),
        ("<blockquote>\n- a\n</blockquote>\nb", [">  • a", "b"]),
        ("<blockquote>\n- a</blockquote>\n\nb", [">  • a", "b"]),
        ("<blockquote>\n- a</blockquote>\n- b\n\nc", [">  • a", ">  • b", "c"]),
        ("<blockquote>\n> a\n</blockquote>\nb", [">>a", "b"]),
        ("<blockquote>\n> a</blockquote>\n\nb", [">>a", "b"]),
        ("<ul><li>a\n\n- b</ul>\n\nc", ["  • a", "    • b", "c"]),
        ("3. <li>a", ["3.", "  1. a"]),
        ("*a*\n\n    b", ["a", "b"]),
        ("a\r\n\r\nb\rc", ["a", "b\nc"]),
        ("*a*\t\nb", ["a\nb"]),
        ("<br>a", ["a"]),
        ("10<sup>6</sup>", ["10^6"]),
        ("a\n---", ["a", ""]),
        ("&#8217;", ["’"]),
        ("<!-- a\n\n> b", ["<!-- a", ">b"]),
        ("- <ul>\n  <li>a</ul>\n  b", ["-", "    • a", "  b"]),
        ("# a #\n<h2>b</h2>c", ["a", "b", "c"]),
        ("a\n---\nb<hr>c", ["a", "", "b", "", "c"]),
        (r"\*a\* &lt;b&gt; &#8217;&#146;&hellip;", ["*a* <b> ’’…"]),
        ("<script>if (a <b> c) { d('&lt;') }</script>", ["if (a <b> c) { d('&lt;') }"]),
        ("<p>&nbsp;</p>\n<b></b>", []),
        (" \n\t\n", []),
        ("", []),
    ],
)
def test_blocks_stand_apart_as_they_were_meant_to(typed, blocks):
    assert texts(typed) == blocks


@pytest.mark.parametrize(
    "typed",
    [
        "```python\n  a *b*\n\n  <b> &lt;\n```",
        "~~~\n  a *b*\n\n  <b> &lt;",
        "<pre>\n  a *b*\n\n  &lt;<i>b</i>&gt; &amp;lt;</pre>",
        "x <pre class=y>  a *b*<br>\n  &lt;b&gt; &amp;lt;</pre>",
    ],
)
def test_code_keeps_its_white_space_and_has_no_markdown(typed):
    (code,) = (block for block in parse(typed) if block.kind is Kind.CODE)
    assert code.spans == (Span("  a *b*\n\n  <b> &lt;", Face.CODE),)


def test_a_fence_that_says_more_than_a_language_says_it():
    assert texts("``` not a language\nx\n```") == ["not a language\nx"]


def test_kinds_are_told_apart():
    kinds = [block.kind for block in parse("# a\n- b\n\n  c\n\n---\n~~~\nd\n~~~\n<h1>e</h1>f")]
    assert kinds == [Kind.HEADING, Kind.ITEM, Kind.PARAGRAPH, Kind.RULE, Kind.CODE, Kind.HEADING, Kind.PARAGRAPH]


@pytest.mark.parametrize("entity", ["&#27;", "&#x9b;", "&#155;", "&#x202e;", "&#x2066;", "&#0;", "&#xd800;", "&#x7f;"])
@pytest.mark.parametrize(
    "form", ["a{}b", "<pre>a{}b</pre>", "<img alt='a{}b'>", "[a](x:{})", "<a href='x:{}'>a</a>", "x://a{}b"]
)
def test_an_entity_smuggles_nothing_in(entity, form):
    assert_clean(form.format(entity))
    assert_clean(f"http://a.example/{entity}/b *c*")


def assert_clean(annotation: str) -> None:
    for block in parse(annotation):
        for span in block.spans:
            assert span.text
            unsafe = {c for c in span.text + span.href + block.marker if unicodedata.category(c) in {"Cc", "Cs"}}
            assert unsafe <= {"\n", "\t"}
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", span.text + span.href)
            assert not set(span.href) & {"\n", "\t"}


MARKUP = st.sampled_from(
    """<a href="http://c.example">|<img alt='d' src='e:f'>""".split("|")
    + """* ** *** _ __ ` `` ``` ~~ ~~~ [ ] ( ) ![ ]( < > </ <b> </b> <i> <a> </a> <blockquote> </blockquote> <p> <ul>
    <li> </ul> <ol> <pre> </pre> <PRE> <script> </script> <br> <hr> <h1> </h1> <table> <td> <tr> <T> <!-- --> <!-> & ;
    # &amp; &lt; &#27; &#x202e; \\ | ! : :// - + = --- > >> 1. 7) 1986. # ## ###### http://a.example/ . , <img>
    https://b.example/c_(d)_ ](http://g.example) [h](i:j) <https://k.example>""".split()
)
SPACE = st.sampled_from(["", "", " ", "  ", "\n", "\n\n", "\n    ", "\t"])
MESS = st.lists(st.one_of(MARKUP, SPACE, st.sampled_from("abé日")), max_size=60).map("".join)


@given(st.one_of(st.text(), MESS))
def test_any_text_has_blocks_of_clean_spans(annotation):
    assert_clean(annotation)


@given(st.one_of(st.text(), MESS))
def test_the_plain_text_is_that_of_the_blocks(annotation):
    shown = " ".join(f"{b.marker} {''.join(s.text for s in b.spans)}" for b in parse(annotation))
    assert plain(annotation).split() == shown.split()


# Words inside of these are not shown, or may be not: a comment, a tag, what may be the address of a link, and what may
# be the language of a fenced block.
HIDDEN = (r"<!--.*?-->", r"<[a-z/][^<]*>", r"\]\((?:.(?!\n[ \t>]*\n))*", r"(?:`{3,}|~{3,})[^\n]*")


def words_not_hidden(annotation: str) -> list[str]:
    places = (re.finditer(f"(?=({pattern}))", annotation, re.DOTALL | re.IGNORECASE) for pattern in HIDDEN)
    hidden = {at for matches in places for match in matches for at in range(*match.span(1))}
    return [word[0] for word in re.finditer(r"w\d+w", annotation) if word.start() not in hidden]


@st.composite
def messes_of_words(draw):
    """Return a mess in which each word is another one, so that their order and number can be seen."""
    pieces = draw(st.lists(st.tuples(SPACE, MARKUP, SPACE), max_size=25))
    return "".join(f"w{number}w{before}{markup}{after}" for number, (before, markup, after) in enumerate(pieces))


@given(messes_of_words())
@example("w0w ](w1w `w2w` </ w3w <!-- w4w")
def test_every_word_that_is_not_in_a_tag_or_an_address_is_shown_and_in_order(annotation):
    shown = iter(re.findall(r"w\d+w", plain(annotation)))
    for word in words_not_hidden(annotation):
        assert word in shown, f"{word} of {annotation!r} is not in {plain(annotation)!r}, or not at its place"


@given(st.one_of(st.text("ab_-+#17.)~=|&;<![]()/:$€ \n\t\u3000\xa0"), MESS))
@example("#")
@example("a\n#")
@example("a\n\u3000\nb\xa0")
@example("+")
@example("3)")
@example("http://a.example/b_c.\n--\n==")
def test_a_paragraph_before_changes_nothing_so_text_without_markup_needs_no_markdown(annotation):
    assert parse(f"*a*\n\n{annotation}")[1:] == parse(annotation)


def filled(unit: str) -> str:
    return (unit * (65_536 // len(unit) + 1))[:65_536]


HOSTILE = {
    unit: filled(unit)
    for unit in [
        *(
            "[",
            "![",
            "*",
            "*a ",
            "a**b",
            "**a *b ",
            "_a_ ",
            "*_",
            "`",
            "`a``b```c",
            "~~a ",
            "\\",
            "&",
            "&amp;",
            "&#x202e;",
        ),
        *(
            "<",
            "</",
            "<!--",
            "<a ",
            "<a b='",
            "<a\n",
            "<b>",
            "<i><b>",
            "</b>",
            "<blockquote>",
            "<blockquote>x",
            "</ul>",
        ),
        *("<ul><li>", "<ol>", "<pre>", "<pre>\n", "<PRE>\n\n", "- <pre>\n", "<script>", "<a href=x>", "<td>", "<x><"),
        *(
            ">",
            "> a\n",
            ">>>>>>>>>> a\n",
            "> - > - a\n",
            "- ",
            "- a\n",
            "- a\n\n",
            "1. ",
            "1.\n",
            "#\n",
            "---\n",
            "```\n",
        ),
        *(
            "](",
            "[a](",
            "[a](<",
            "[a](/ '",
            "![a](/b",
            "[[a](/b)](/c)",
            "[a]: b\n",
            "http://",
            "http://a)",
            "s://",
            "<http://a",
        ),
        *("\n", " ", "a", "a ", "a\n", "é\t", "\x1b[31m", "\u202e", ":", "|-|-\n"),
    ]
} | {
    "rising backticks": "".join("a" + "`" * length for length in range(360)),
    "rising quotations": "".join(">" * depth + " a\n" for depth in range(360)),
    "rising indents": "".join("  " * depth + "- a\n" for depth in range(250)),
    "nested links": "[" * 3_000 + "a" + "](/b)" * 3_000,
    "nested images": "![" * 2_500 + "a" + "](/b)" * 2_500,
    "an endless tag": "<a " + "b=c " * 4_990,
    "an endless entity": "<pre>&#" + "9" * 19_900 + ";</pre> *",
    "an endless address": "http://a" + ")." * 50_000,
    "only blanks": " " * 200_000,
    "only addresses": "http://a.example/(b)) " * 10_000,
    "opened and never closed": "<b>" * 2_400 + "</i>" * 2_400,
    "one line": "*a* [b](c:d) " * 20_000,
    "a hundred thousand lines": "*a*\n" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_time_to_speak_of(name):
    started = time.process_time()
    parse(HOSTILE[name])
    assert time.process_time() - started < 5, "nor do 10¹⁰ steps, which a square of 100,000 would take"


def test_what_nests_too_deeply_is_shown_as_typed():
    depth = 10 * DEPTH
    assert parse(">" * depth + " a")[0].quote < DEPTH
    assert plain(">" * depth + " a").endswith("> a")
    assert plain("- " * depth + "a").replace("•", "-") == "- " * depth + "a"
    assert [block.quote for block in parse("<blockquote>" * depth + "a")] == [DEPTH]


def test_the_part_beyond_the_limit_is_as_typed_and_whole():
    head, tail = "*a*\n" * (LIMIT // 4), "*b* http://c.example\n\n  d"
    *_, last_but_one, last = parse(head + tail)
    assert last_but_one.spans == (Span("*b* "), Span("http://c.example", Face.LINK, "http://c.example"))
    assert last.spans == (Span("d"),)
    assert plain(head + tail) == "a " * (LIMIT // 4) + "*b* http://c.example d"


def test_one_line_beyond_the_limit_is_as_typed():
    line = "*a* " * LIMIT
    assert parse(line) == (Block(Kind.PARAGRAPH, (Span(line.strip()),)),)


def test_markdown_is_not_imported_before_there_is_markup():
    code = (
        "import sys; from tagtui.core.prose import parse, plain; plain('a'); parse('a\\n\\nhttp://b.example'); "
        "assert 'markdown_it' not in sys.modules; plain('*a*'); assert 'markdown_it' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
