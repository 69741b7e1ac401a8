"""Netscape bookmark files of every producer, read and written."""

import re
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark, tag_key
from tagtui.core.intake import Skipped
from tagtui.formats import netscape_links
from tests.formats.samples import (
    DAY,
    NAMES,
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

FORMAT = "netscape"


def read(content: str | bytes) -> list[tuple[str, str, str]]:
    """Return URL, title and annotation of what is read."""
    return [(draft.url, draft.title, draft.annotation) for draft in drafts(content, FORMAT)]


def moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


# What each producer writes


def test_chromes_folders_are_tags_but_for_its_own() -> None:
    bar, nets, perceptron, loose = drafts(sample("chrome.html"), FORMAT)
    assert bar.tags == loose.tags == ()
    assert nets.tags == ("Machine-Learning",)
    assert perceptron.tags == ("Machine-Learning", "Papers-old")
    assert nets.title == "Nets & trees"
    assert bar.extra == {"netscape": {"ICON": "data:image/png;base64,iVBORw0KGgo="}}
    assert (bar.added, bar.modified, loose.added) == (DAY, None, None)
    assert loose.warnings == ("it has no date; it gets today's",)


def test_firefox_has_tags_keywords_and_searches_that_only_it_can_do() -> None:
    start, keyword, live = drafts(sample("firefox.html"), FORMAT)
    assert skipped(sample("firefox.html"), FORMAT) == [
        Skipped("line 12", "it is a search that only Firefox can do (place:)")
    ]
    assert start.tags == ("start", "getting-started")
    assert start.annotation == ""
    assert (start.added, start.modified) == (moment(1450000002), moment(1450000003))
    assert set(start.extra["netscape"]) == {"ICON_URI", "ICON", "LAST_CHARSET"}
    assert keyword.annotation == 'Type "ex" and a word'  # without the HR that follows
    assert keyword.extra == {"netscape": {"SHORTCUTURL": "ex", "POST_DATA": "a=%s"}}
    assert live.tags == keyword.tags == ()  # folders are no tags in a file that has some
    assert live.extra == {"netscape": {"FEEDURL": "https://example.org/feed.xml"}}


def test_safari_has_no_dates_which_is_told_once() -> None:
    apple, bread, soup, later, top = drafts(sample("safari.html"), FORMAT)
    assert apple.warnings == ("no bookmark of this file has a date; they all get today's",)
    assert not any(draft.added or draft.warnings for draft in (bread, soup, later, top))
    assert [draft.tags for draft in (apple, bread, soup, later, top)] == [
        (), ("Recipes",), ("Recipes",), ("Reading-List",), (),
    ]  # fmt: skip


def test_internet_explorer_has_a_mark_and_its_own_line_ends() -> None:
    cafe, links = drafts(sample("internet_explorer.html"), FORMAT)
    assert (cafe.url, cafe.title) == ("http://example.org/café?a=1&copy=2", "Café à Orléans")
    assert cafe.tags == ("Voyages-en-été",)
    assert cafe.extra["netscape"]["LAST_VISIT"] == "1100000002"
    assert (cafe.where, links.where) == ("line 10", "line 12")
    assert cafe.warnings == ()


def test_delicious_leaves_html_as_it_was_typed() -> None:
    tagging, secret, script, after = drafts(sample("delicious.html"), FORMAT)
    assert tagging.annotation == ('"Folksonomy" & friends; see also <a href="http://example.org/elsewhere">this</a>')
    assert tagging.tags == ("tagging", "folksonomy", "via:waxpancake")
    assert (tagging.private, secret.private) == (False, True)
    assert script.title == "When <script> met <style>"
    assert after.title == "After it"


def test_linkdings_notes_follow_its_description() -> None:
    both, notes = drafts(sample("linkding.html"), FORMAT)
    assert both.annotation == "A description.\n\n## Notes\n\n- one\n- two <b>"
    assert notes.annotation == "Nothing else"
    assert both.url == "https://example.org/a?b=1&c=2"
    assert both.tags == ("self-hosting", "linkding:bookmarks.archived")
    assert (both.private, both.unread, notes.private, notes.unread) == (True, False, False, True)
    assert (both.where, notes.where) == ("line 6", "line 11")


def test_shaarlis_notes_have_relative_urls() -> None:
    shaare, note = drafts(sample("shaarli.html"), FORMAT)
    assert shaare.annotation == "First line\nsecond line\n\nA second paragraph with <b>HTML</b>"
    assert shaare.tags == ("shaare", "links")
    assert note.url == "/shaare/aBcDeF"
    assert note.added == datetime(2000, 10, 10, 10, 55, 36, tzinfo=UTC)


def test_raindrops_covers_are_kept() -> None:
    primer, none = drafts(sample("raindrop.html"), FORMAT)
    assert primer.tags == ("typography", "web-design")
    assert (primer.title, primer.annotation) == ("Type — a primer", "Highlights & notes")
    assert primer.extra["netscape"] == {"DATA-COVER": "https://example.org/cover.png", "DATA-IMPORTANT": "true"}
    assert none.tags == ()


def test_pinboards_tag_for_unread_bookmarks_is_dropped() -> None:
    log, cpp, plain = drafts(sample("pinboard.html"), FORMAT)
    assert log.annotation.startswith("<blockquote>An append-only")
    assert log.annotation.endswith("</blockquote>\n\nRead it twice — the second time with a pencil.")
    assert (cpp.title, cpp.tags, cpp.unread, cpp.private) == ("", ("c++", ".net", "c#"), True, True)
    assert (plain.title, plain.annotation) == ("A plain one", "")


# What people and programs have made of the format


@pytest.mark.parametrize(
    "tag",
    [
        '<DT><A HREF="https://a.org/?b=1&amp;c=2" TAGS="x,y">T</A>',
        "<dt><a href='https://a.org/?b=1&c=2' tags='x, y'>T</a></dt>",
        "<DT><A HREF=https://a.org/?b=1&c=2 TAGS=x,y>T</A>",
        '<DT><A\n\tHREF = "https://a.org/?b=1&c=2"\r\n  TAGS\n=\n"x\ny" >T</A >',
        '<DT>\n  <A ID HREF="https://a.org/?b=1&c=2" HREF="second" TAGS="x y" = "odd" />T</A>',
        '<A HREF="https://a.org/?b=1&c=2" TAGS="x,y">T\n',
        '<DT><A HREF="https://a.org/?b=1&#38;c=2" TAGS="&#x78;,y">T\n<DT>',
    ],
)
def test_attributes_are_read_however_they_are_written(tag: str) -> None:
    (draft,) = drafts(f"<DL><p>{tag}</DL>", FORMAT)
    assert (draft.url, draft.title.strip(), draft.tags) == ("https://a.org/?b=1&c=2", "T", ("x", "y"))


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("?a=1&copy=2&lt=3&not;&nope;&#xe9;", "?a=1&copy=2&lt=3¬&nope;é"),
        ("javascript:if(a>b)alert('x')", "javascript:if(a>b)alert('x')"),
        ("javascript:document.write('<dt><b>')", "javascript:document.write('<dt><b>')"),
        ("data:text/html,&lt;DT&gt;&lt;A HREF=&quot;x&quot;&gt;", 'data:text/html,<DT><A HREF="x">'),
        (" https://a.org/a b ", " https://a.org/a b "),
    ],
)
def test_a_url_is_kept_but_for_its_character_references(url: str, meant: str) -> None:
    assert read(f'<DT><A HREF="{url}">x</A><DT><A HREF=b>y</A>') == [(meant, "x", ""), ("b", "y", "")]


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        ("AT&T &amp; R&D", "AT&T & R&D"),
        ("When <script> met <style> and <!-- never --", "When <script> met <style> and <!-- never --"),
        ("The <a> tag, the <dl> tag", "The <a> tag, the <dl> tag"),
        ("<textarea><title>", "<textarea><title>"),
        ("&amp;lt; &quot;&#39;&mdash;&notit;", "&lt; \"'—&notit;"),
        ("", ""),
    ],
)
def test_a_title_is_text_whatever_tags_it_names(title: str, meant: str) -> None:
    assert read(f"<DL><DT><A HREF=a>{title}</A>\n<DD>n\n<DT><A HREF=b>y</A></DL>") == [
        (("a"), meant, "n"),
        ("b", "y", ""),
    ]


@pytest.mark.parametrize(
    ("note", "meant"),
    [
        ("<DD>text", "text"),
        ("<dd>text</dd>", "text"),
        ("</DT><DD CLASS=x>\n text\n\n", "text"),
        ("\n\n  <DD>one\n\ntwo\n\n\n", "one\n\ntwo"),
        ("<DD>one\r\n\r\ntwo\rthree", "one\n\ntwo\nthree"),
        ('<DD>see <a href="c">c</a> <h3>and</h3> <p>it', 'see <a href="c">c</a> <h3>and</h3> <p>it'),
        ("<DD>&lt;blockquote&gt;a &amp;amp; b&lt;/blockquote&gt;", "<blockquote>a &amp; b</blockquote>"),
        ("<DD>above<HR>below", "above<HR>below"),
        ("<DD>above\n<HR>\n<hr class=x>\n", "above"),
        ("<DD><HR>", ""),
        ("<DD>one<DD>two", "one\n\ntwo"),
        ("<DD>x[linkding-notes] y", "x[linkding-notes] y"),
        ("<DD>x[/linkding-notes]", "x[/linkding-notes]"),
        ("<DD><!-- kept -->", "<!-- kept -->"),
    ],
)
def test_an_annotation_goes_to_the_next_structural_tag(note: str, meant: str) -> None:
    after = "<DT><A HREF=b>y</A>"
    assert read(f"<DL><DT><A HREF=a>x</A>{note}{after}</DL>") == [("a", "x", meant), ("b", "y", "")]
    assert read(f"<DL><DT><A HREF=a>x</A>{note}</DL><p>junk")[0] == ("a", "x", meant)
    assert read(f"<DT><A HREF=a>x</A>{note}</body></html>") == [("a", "x", meant)]
    assert read(f"<DT><A HREF=a>x</A>{note}") == [("a", "x", meant)]


def test_a_folders_own_annotation_does_not_stick_to_a_bookmark() -> None:
    content = "<DL><DT><A HREF=a>x</A><DT><H3>F</H3><DD>of the folder<DL><DT><A HREF=b>y</A></DL><DD>stray</DL>"
    assert read(content) == [("a", "x", ""), ("b", "y", "")]
    assert [draft.tags for draft in drafts(content, FORMAT)] == [(), ("F",)]


def test_a_missing_quote_or_bracket_costs_one_bookmark_its_url_and_no_other_anything() -> None:
    good = '<DT><A HREF="b" ADD_DATE="1">y</A>\n'
    for bad in (
        '<DT><A HREF="a>x</A>\n',
        "<DT><A HREF='a>x</A>\n",
        '<DT><A HREF="a"\n',
        "<DT><A HREF=a>x\n",
        "<DT><A\n",
    ):
        assert read(f"<DL>{good}{bad}{good}</DL>")[0] == ("b", "y", "")
        assert read(f"<DL>{good}{bad}{good}</DL>")[-1] == ("b", "y", "")


def test_comments_hide_what_is_in_them_and_an_open_one_hides_nothing() -> None:
    assert read("<!-- <DT><A HREF=a>x</A> --><DT><A HREF=b>y</A><!-- <DT><A HREF=c>z</A>") == [
        ("b", "y", ""), ("c", "z", ""),
    ]  # fmt: skip


def test_folders_end_where_their_list_does_and_an_empty_one_holds_nothing() -> None:
    content = """<DL><DT><H3>One</H3><DL><DT><H3 FOLDED>Two</H3><DL><DT><A HREF=a>a</A></DL><DT><A HREF=b>b</A></DL>
        </DL></DL></DL><DT><H3>Empty</H3><DT><A HREF=c>c</A><DL><DT><A HREF=d>d</A></DL>"""
    assert [draft.tags for draft in drafts(content, FORMAT)] == [("One", "Two"), ("One",), (), ()]


@pytest.mark.parametrize(
    ("folder", "tags"),
    [
        ("<H3>machine learning, deep</H3>", ("machine-learning-deep",)),
        ("<H3>R&amp;D</H3>", ("R&D",)),
        ("<H3>a/b</H3>", ("a/b",)),
        ("<H3> </H3>", ()),
        ("<H3>Other bookmarks</H3>", ()),
        ("<H3 UNFILED_BOOKMARKS_FOLDER='true'>Andere</H3>", ()),
        ("<H3>Art</H3><DL><DT><H3>Favorites</H3>", ("Art", "Favorites")),
        ("<H3>Art</H3><DL><DT><H3>art</H3>", ("Art",)),
    ],
)
def test_a_folders_name_is_a_tag_unless_every_browser_has_that_folder(folder: str, tags: tuple[str, ...]) -> None:
    (draft,) = drafts(f"<DL><DT>{folder}<DL><DT><A HREF=a>a</A></DL></DL>", FORMAT)
    assert draft.tags == tags


@pytest.mark.parametrize("attribute", ["TAGS=x", 'TAGS=""'])
def test_folders_are_no_tags_in_a_file_that_has_any_tags(attribute: str) -> None:
    content = f"<DT><H3>F</H3><DL><DT><A HREF=a>a</A><DT><A HREF=b {attribute} >b</A></DL>"
    first, second = drafts(content, FORMAT)
    assert first.tags == ()
    assert second.tags == (("x",) if attribute == "TAGS=x" else ())


def test_tags_in_a_text_do_not_keep_folders_from_being_tags() -> None:
    (draft,) = drafts("<DT><H3>F</H3><DL><DT><A HREF=a>a</A><DD>the tags = none</DL>", FORMAT)
    assert draft.tags == ("F",)


@pytest.mark.parametrize("yes", ["1", "yes", "TRUE", " true "])
def test_flags_are_set_by_any_yes(yes: str) -> None:
    (draft,) = drafts(f'<DT><A HREF=a PRIVATE="{yes}" TOREAD="{yes}" TAGS="ToRead,x">a</A>', FORMAT)
    assert (draft.private, draft.unread, draft.tags) == (True, True, ("x",))


@pytest.mark.parametrize("attributes", ["", "PRIVATE=0 TOREAD=0", "PRIVATE=no TOREAD=false", 'PRIVATE="" TOREAD'])
def test_flags_are_not_set_by_anything_else(attributes: str) -> None:
    (draft,) = drafts(f"<DT><A HREF=a {attributes} TAGS=toread>a</A>", FORMAT)
    assert (draft.private, draft.unread, draft.tags) == (False, False, ("toread",))


@pytest.mark.parametrize("date", ["1477929476", "1477929476000", "1477929476000000", "31/Oct/2016:18:57:56 +0300"])
def test_dates_come_in_three_units_and_as_in_logs(date: str) -> None:
    (draft,) = drafts(f'<DT><A HREF=a ADD_DATE="{date}" LAST_MODIFIED="{date}">a</A>', FORMAT)
    assert (draft.added, draft.modified, draft.warnings) == (DAY, DAY, ())


@pytest.mark.parametrize("date", ["", "0", "-1", "-62135596800", "0.0"])
def test_a_date_of_zero_or_before_is_none(date: str) -> None:
    (draft,) = drafts(f'<DT><A HREF=a ADD_DATE="{date}" LAST_MODIFIED="{date}">a</A>', FORMAT)
    assert (draft.added, draft.modified, draft.warnings) == (None, None, ("it has no date; it gets today's",))


def test_a_link_without_a_url_is_skipped_with_its_line() -> None:
    content = '<DL>\n<DT><A NAME=x>a</A>\n\n<DT><A HREF=" ">b</A>\r\n<DT><A HREF="&#1;">c</A><DT><A HREF=d>d</A>'
    assert skipped(content, FORMAT) == [Skipped(f"line {line}", "it has no URL") for line in (2, 4, 5)]
    assert [draft.where for draft in drafts(content, FORMAT)] == ["line 5"]


def test_lines_are_counted_by_carriage_returns_where_there_is_nothing_else() -> None:
    assert [draft.where for draft in drafts("<DL>\r<DT><A HREF=a>a</A>\r\r<DT><A HREF=b>b</A>", FORMAT)] == [
        "line 2",
        "line 4",
    ]


@pytest.mark.parametrize("name", ["chrome.html", "shaarli.html", "raindrop.html"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_every_encoding_gives_the_same(name: str, codec: str) -> None:
    content = sample(name)
    assert drafts(content.decode().encode(codec), FORMAT) == drafts(content, FORMAT)


def test_windows_1252_is_read_with_a_warning_at_the_first_bookmark_only() -> None:
    content = sample("internet_explorer.html").decode("utf-8-sig").encode("cp1252")
    cafe, links = drafts(content, FORMAT)
    assert cafe.title == "Café à Orléans"
    assert cafe.warnings == ("the file is not UTF-8; what is not was read as Windows-1252",)
    assert links.warnings == ()


# Hostile files: each of these would take minutes if anything were passed over once for every tag


_REPEATS = {
    "": [
        "<", "<A ", "<A>", "<DL>", "<DT>", "<DD>", "<H3>", "<HR>", "<!--", "<!---->", "<DT ", "<DT> ", "\0", "\n",
        " TAGS=", " TAGS ", "<DL><DT><H3>F</H3>", "<A HREF=\"", "<A HREF='", "<A a=\"<A b='", "</DL>",
    ],
    "<A ": [" ", "=", "/", "a ", "a = ", "a='", 'a="" '],
    "<A a": [" "],
    "<A a=": [" "],
    "<A HREF='": ["<DT>", "<DT ", "&"],
    "<A HREF=\"'<": ["<DT> "],
    "<A TAGS='": ["a,"],
    "<A HREF=a>": ["\n", " ", "</", "&amp", "<DT> "],
    "<A HREF=a>a</A><DD>": ["<HR>", "<HR ", "<HR>x", "</", " \n", "[linkding-notes]"],
}  # fmt: skip


@pytest.mark.parametrize(("begin", "repeat"), [(begin, repeat) for begin in _REPEATS for repeat in _REPEATS[begin]])
def test_time_is_linear_whatever_repeats(begin: str, repeat: str) -> None:
    entries(begin + repeat * (200_000 // len(repeat)), FORMAT)


def test_a_hundred_thousand_nested_folders_are_no_recursion() -> None:
    (draft,) = drafts("".join(f"<DT><H3>{n}</H3><DL>" for n in range(100_000)) + "<DT><A HREF=a>a</A>", FORMAT)
    assert draft.tags == tuple(map(str, range(100)))


def test_a_line_of_many_megabytes_is_a_title_like_any_other() -> None:
    (draft,) = drafts(b'<DT><A HREF="a">' + b"x" * 5_000_000 + b"</A>", FORMAT)
    assert len(draft.title) == 5_000_000


# Writing


def test_a_file_is_written_as_pinboard_would() -> None:
    full = bookmark(
        "https://example.org/?a=1&b=\"2\"", title="A <title>", tags=("c++", "a'b"),
        annotation="one & two\n\n<b>three</b>", modified=moment(1500000000), private=True, unread=True, by="fogus",
        extra={"netscape": {"ICON": "data:\"<&>\"", "HREF": "x", "odd name": "y", "N": 5}, "pinboard": {"meta": "m"}},
    )  # fmt: skip
    assert (
        written([full, bookmark()], FORMAT).decode()
        == """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
<DT><A HREF="https://example.org/?a=1&amp;b=&quot;2&quot;" ADD_DATE="1477929476" LAST_MODIFIED="1500000000" \
PRIVATE="1" TOREAD="1" TAGS="c++,a'b" ICON="data:&quot;&lt;&amp;&gt;&quot;">A &lt;title&gt;</A>
<DD>one &amp; two

&lt;b&gt;three&lt;/b&gt;
<DT><A HREF="https://example.org/" ADD_DATE="1477929476" LAST_MODIFIED="1477929476" \
PRIVATE="0" TOREAD="0" TAGS=""></A>
</DL><p>
"""
    )


def test_attributes_that_tagtui_does_not_know_come_back_when_written() -> None:
    for name in NAMES:
        kept = [draft.extra for draft in drafts(sample(name), FORMAT)]
        assert [again.extra for again in drafts(written(accepted(sample(name), FORMAT), FORMAT), FORMAT)] == kept


@quick
@given(libraries(earliest=datetime(1970, 1, 1, 0, 0, 1)))  # noqa: DTZ001
def test_what_is_written_is_read_as_it_was(library: list[Bookmark]) -> None:
    library = [
        replace(it, by="", tags=tuple(tag for tag in it.tags if tag_key(tag) != "toread" or not it.unread))
        for it in library
    ]
    content = written(library, FORMAT)
    assert accepted(content, FORMAT) == library
    assert not skipped(content, FORMAT)


@settings(quick)
@given(
    libraries(earliest=datetime(1970, 1, 1, 0, 0, 1)).map(lambda it: written(it, FORMAT))  # noqa: DTZ001
    | st.sampled_from([name for name in NAMES if name.endswith(".html")]).map(sample).flatmap(damaged)
)
@example(b'<DT><A HREF="a" X="1" href="b" x="2">t</A><DD> n\r\n<DT><A HREF="c">u</a><dd>m</DL>')
@example(b'<DT><A HREF="a">t</A><DD>n>\n<DD>m<HR>\n<DT><A HREF="c&amp;d">u</a><DD>m<DT')
def test_links_read_at_once_are_those_read_piece_by_piece(content: bytes) -> None:
    at_once = entries(content, FORMAT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(netscape_links, "_PLAIN_LINK", re.compile(b"(?!)"))
        assert entries(content, FORMAT) == at_once


@quick
@given(st.binary() | st.sampled_from([name for name in NAMES if name.endswith(".html")]).map(sample).flatmap(damaged))
def test_whatever_the_bytes_nothing_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    library = accepted(content, FORMAT)
    msgspec.json.encode(library)
    assert [it.url for it in accepted(written(library, FORMAT), FORMAT)] == [it.url for it in library]


def test_a_search_of_firefoxs_is_told_whatever_signs_are_in_its_address() -> None:
    [entry] = skipped('<DL><DT><A HREF="pla\nce:sort=8">Recent</A></DL>', "netscape")
    assert "only Firefox" in entry.reason
