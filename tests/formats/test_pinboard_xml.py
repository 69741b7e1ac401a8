"""Pinboard's XML, read and written."""

import json
import re
from datetime import UTC, datetime
from hashlib import md5
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped, plan_import
from tagtui.core.library import Library
from tagtui.errors import ImportFileError
from tagtui.formats import posts_xml
from tagtui.formats.registry import Source, detect, read
from tests.formats.samples import (
    DAY,
    NAMES,
    NOW,
    OWNER,
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

FORMAT = "pinboard-xml"
WRITTEN = {"href", "time", "description", "extended", "tag", "hash", "shared"}  # always
ILL_FORMED = "the file is ill-formed; control characters were left out, and a bare & was read as text"


def one(attributes: str = "") -> str:
    return f'<posts><post href="https://example.org/" time="2016-10-31T15:57:56Z" {attributes}/></posts>'


def error(content: bytes | str) -> str:
    with pytest.raises(ImportFileError) as raised:
        entries(content, FORMAT, name="export.xml")
    message = str(raised.value)
    assert message.startswith("export.xml: ")
    assert "\n" not in message
    return message


def detected(content: bytes) -> str | None:
    try:
        return detect(Source(content, "x")).name
    except ImportFileError:
        return None


def test_an_export_is_read_as_pinboard_wrote_it() -> None:
    log, cpp, japan, bookmarklet = drafts(sample("pinboard.xml"), FORMAT)
    assert log.url == "https://example.org/log/the-log"
    assert log.title == "The Log: what every engineer should know"
    assert log.annotation == (
        "<blockquote>An append-only, totally-ordered sequence of records.</blockquote>\n\n"
        "Read it twice — the second time with a pencil."
    )
    assert log.tags == ("kafka", "logs", "distributed-systems")
    assert (log.added, log.modified, log.private, log.unread) == (DAY, None, False, False)
    assert cpp.url == "http://example.org/?q=c%2B%2B&lang=en"
    assert (cpp.private, cpp.unread, cpp.title, cpp.annotation) == (True, True, "", "")
    assert cpp.tags == ("c++", ".net", "c#", ".private", "via:fogus")
    assert (japan.url, japan.title, japan.tags) == ("https://example.org/日本", "日本語のテキスト処理 📚", ())
    assert bookmarklet.url.startswith("javascript:(function(){location.href='https://pinboard.in/add")
    assert (bookmarklet.title, bookmarklet.private, bookmarklet.extra) == ('"Pin it" <script>', False, {})
    assert [draft.where for draft in (log, cpp, japan, bookmarklet)] == ["line 3", "line 6", "line 7", "line 8"]
    assert not any(draft.warnings for draft in (log, cpp, japan, bookmarklet))


def test_what_tagtui_does_not_know_is_kept_beside_that_of_pinboards_json_and_comes_back() -> None:
    (found,) = accepted(one('meta="m" others="17" hash="h"').encode(), FORMAT)
    assert found.extra == {"pinboard": {"meta": "m", "others": "17"}}
    assert json.loads(written([found], "pinboard-json"))[0].items() >= {"meta": "m", "others": "17"}.items()
    assert accepted(written([found], FORMAT), FORMAT) == [found]


def test_what_cannot_be_an_attribute_is_not_written() -> None:
    kept = {"a b": "1", "x:y": "2", "xmlns": "3", "-": "4", "others": 5, "list": [6], "href": "7", "by": "8", "ok": "9"}
    (post,) = ElementTree.fromstring(written([bookmark(extra={"pinboard": kept})], FORMAT))  # noqa: S314 (our own)
    assert set(post.attrib) == {*WRITTEN, "ok"}
    assert post.get("href") == "https://example.org/"
    assert accepted(written([bookmark(extra={"pinboard": "x"})], FORMAT), FORMAT) == [bookmark()]


def test_a_date_that_is_missing_or_unreadable_is_left_open_with_a_warning() -> None:
    missing, unreadable = drafts('<posts><post href="a"/><post href="b" time="soon"/></posts>', FORMAT)
    assert (missing.added, missing.warnings) == (None, ("it has no date; it gets today's",))
    assert (unreadable.added, unreadable.warnings) == (None, ("its date 'soon' cannot be read; it gets today's",))


def test_a_post_without_an_href_is_skipped_with_its_line() -> None:
    content = '<posts>\n<post/>\n<post href=" " />\r\n<post\n href="kept"></post><other/>\n<post href="&#10;"/></posts>'
    assert skipped(content, FORMAT) == [Skipped(f"line {n}", "it has no href") for n in (2, 3, 6)]
    assert [(draft.url, draft.where) for draft in drafts(content, FORMAT)] == [("kept", "line 4")]


@pytest.mark.parametrize(
    "content", ["<posts/>", "\n<posts user='u'>\n</posts>\n", "<?xml version='1.0'?><posts></posts>"]
)
def test_an_empty_list_holds_nothing(content: str) -> None:
    assert entries(content, FORMAT) == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_raw_line_ends_in_a_note_are_kept_as_they_were_meant(line_end: str) -> None:
    content = one('description="a\nb" tag="c\nd" extended="one\n\n  two\n"').replace("\n", line_end)
    (draft,) = accepted(content.encode(), FORMAT)
    assert (draft.title, draft.tags, draft.annotation) == ("a b", ("c", "d"), "one\n\n  two\n")


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-1", "UTF-16", "x-unknown"])
def test_every_encoding_gives_the_same_whatever_the_declaration_says(codec: str, declared: str) -> None:
    content = f"\n<?xml version='1.0'\n encoding='{declared}' ?>" + one('description="Größe 📚"')
    (draft,) = drafts(content.encode(codec), FORMAT)
    assert (draft.title, draft.where, draft.warnings) == ("Größe 📚", "line 3", ())


def test_windows_1252_is_read_with_a_warning_at_the_first_bookmark_only() -> None:
    post = '<post href="a" time="2016-10-31" description="Größe"/>'
    first, second = drafts(
        f'<?xml version="1.0" encoding="UTF-8"?><posts>{post}{post}</posts>'.encode("cp1252"), FORMAT
    )
    assert (first.title, second.title) == ("Größe", "Größe")
    assert first.warnings == ("the file is not UTF-8; what is not was read as Windows-1252",)
    assert second.warnings == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\x01\x1b\x0bb\x00", "ab"),
        ("\ufffea\uffff", "a"),
        ("a & b", "a & b"),
        ("?a=1&copy=2&amp;b&nbsp;", "?a=1&copy=2&b&nbsp;"),
        ("&", "&"),
        ("&#0;&#x1B;&#xD800;&#xFFFF;&#x110000;&#99999999999999999999999;", None),
        ("&#X41;&#;&#x;&#a;", None),
    ],
)
def test_what_makes_a_file_ill_formed_is_mended_with_a_warning_at_the_first_bookmark(value: str, text: str) -> None:
    first, second = drafts(
        one(f'extended="{value}"').replace("</posts>", '<post href="b" time="2016"/></posts>'), FORMAT
    )
    assert first.annotation == (value if text is None else text)
    assert (first.warnings, second.url) == ((ILL_FORMED,), "b")


def test_references_that_are_well_formed_are_no_fault() -> None:
    value = "&amp;&lt;&gt;&quot;&apos;&#9;&#10;&#0039;&#xe9;&#x1F4DA;&#xFFFD;"
    (draft,) = drafts(one(f'extended="{value}"'), FORMAT)
    assert (draft.annotation, draft.warnings) == ("&<>\"'\t\n'é📚\ufffd", ())


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE posts>",
        '<!DOCTYPE posts SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE posts [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
        '<!DOCTYPE posts [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE posts [<!ATTLIST post extended CDATA "{"x" * 10_000}">]>',
    ],
)
def test_a_file_that_declares_entities_or_defaults_is_refused(doctype: str) -> None:
    content = f"<?xml version='1.0'?>\n{doctype}\n" + one('extended="&c;"')
    assert error(content) == "export.xml: a DOCTYPE, which no export has, at line 2; export it again, or mend it there"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "cut off at line 1"),
        (b"\n\n", "cut off at line 3"),
        (b"<posts>\n<post", "cut off at line 2"),
        (b"<posts>\n<post href='a'/>\n", "cut off at line 3, after entry 1"),
        (b"<posts>\n<post href='a'/>\n<post href='b\n", "cut off at line 3, after entry 1"),
        (b"<posts>\n<post href='a'/>\n</posts", "cut off at line 3, after entry 1"),
        (
            b"<posts><post href='a'/>\n<post href='b' description='a < b'/>",
            "not well-formed XML at line 2, after entry 1",
        ),
        (b"<posts>\n<post href='a' href='b'/></posts>", "not well-formed XML at line 2"),
        (b"<posts><post href='a'>\n</posts>", "not well-formed XML at line 2, after entry 1"),
        (b"<posts><![CDATA[\n]]", "cut off at line 2"),
        (b"<posts></posts>\nand more", "not well-formed XML at line 2"),
        (b"title,url\n", "not well-formed XML at line 1"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not well-formed XML at line 1"),
    ],
)
def test_a_file_that_is_no_whole_xml_is_refused_at_the_line_where_it_breaks(content: bytes, place: str) -> None:
    assert error(content) == f"export.xml: {place}; export it again, or mend it there"


def test_wherever_a_file_is_cut_off_the_error_tells_a_line_of_it() -> None:
    content = sample("pinboard.xml").rstrip()
    for size in range(0, len(content), 7):
        found = re.search(r"cut off at line (\d+)", error(content[:size]))
        assert found
        assert int(found[1]) <= 1 + content.count(b"\n", 0, size)


def test_xml_of_another_kind_is_refused_by_name() -> None:
    message = "export.xml: it holds <rss> and not <posts>; leave --format out, or name another"
    assert error("<rss><channel/></rss>") == message


def test_deep_nesting_is_read_as_any_other() -> None:
    around = "<x>" * 10_000, "</x>" * 10_000
    assert len(drafts(one().replace("<post ", around[0] + "<post ").replace("/>", f"/>{around[1]}"), FORMAT)) == 1
    assert error("<posts>" + around[0]) == "export.xml: cut off at line 1; export it again, or mend it there"


def test_a_tag_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posts_xml, "_CHUNK", 10_000)
    monkeypatch.setattr(posts_xml, "_MOST_BARREN", 100_000)
    content = '<posts>\n<post href="a"/>\n<post extended="' + "x" * 90_000
    assert len(drafts(content + '" href="b"/></posts>', FORMAT)) == 2
    assert error(content + "x" * 90_000) == (
        "export.xml: 100,000 bytes without a tag at line 3, after entry 1; export it again, or mend it there"
    )


@pytest.mark.parametrize("filler", ['<post href="a" time="2016"/>\n', "<x>&</x>", "<!-- - -->", " ", "\x01"])
def test_a_large_file_is_read_in_linear_time(filler: str) -> None:
    content = "<posts>" + filler * 20_000 + "</posts>"
    assert len(entries(content, FORMAT)) == (20_000 if "href" in filler else 0)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<posts/>", FORMAT),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<!-- b --><posts user='u'>", FORMAT),
        (b'\xef\xbb\xbf\n<posts dt="2016-10-31" tag="" user="u">\n<post description="private= &lt;dl&gt;"', FORMAT),
        (b"<?xml version='1.0'?>\n<!DOCTYPE posts [", FORMAT),
        (b'<posts update="2006-05-01T10:20:30Z" user="u">', "delicious-xml"),
        (b'<posts tag="" total="0" user="u"/>', "delicious-xml"),
        (b'<posts user="u"><post href="a" private="no"/>', "delicious-xml"),
    ],
)
def test_a_files_beginning_tells_pinboards_xml_from_its_ancestor(content: bytes, name: str) -> None:
    assert detected(content) == name


@pytest.mark.parametrize(
    "content", [b"<post/>", b"<Posts/>", b"<postscript>", b"the <posts> element", b"<rss/>", b"<!-- "]
)
def test_other_xml_is_none_of_it(content: bytes) -> None:
    assert detected(content) not in (FORMAT, "delicious-xml")


def test_no_other_file_is_taken_for_pinboards() -> None:
    assert [name for name in NAMES if detected(sample(name)) == FORMAT] == ["pinboard.xml"]


def test_importing_a_file_twice_adds_nothing() -> None:
    library = Library({}, OWNER)
    source = Source(sample("pinboard.xml"), "pinboard.xml")
    change, first = plan_import(library, read(source), NOW)
    library.apply(change)
    change, second = plan_import(library, read(source), NOW)
    assert (first.added, second.unchanged, change.edits) == (4, 4, ())


def test_a_bookmark_is_written_in_pinboards_shape_one_a_line() -> None:
    url = "https://example.org/日本?a&b"
    full = bookmark(
        url, title='A "title" <b>', annotation="a\n\tb\ufffe", tags=("c++", "日本"), private=True, unread=True,
        extra={"pinboard": {"meta": "m"}, "netscape": {"ICON": "i"}},
    )  # fmt: skip
    lines = written([full, bookmark()], FORMAT).decode().splitlines()
    assert lines[:2] == ['<?xml version="1.0" encoding="UTF-8" ?>', '<posts user="jm">']
    assert lines[2] == (
        '<post href="https://example.org/日本?a&amp;b" time="2016-10-31T15:57:56Z"'
        ' description="A &quot;title&quot; &lt;b&gt;" extended="a&#10;&#9;b" tag="c++ 日本"'
        f' hash="{md5(url.encode()).hexdigest()}" meta="m" shared="no" toread="yes" />'  # noqa: S324
    )
    assert re.findall(" ([a-z]+)=", lines[3]) == [
        "href", "time", "description", "extended", "tag", "hash", "shared",
    ]  # fmt: skip
    assert lines[4:] == ["</posts>"]


def test_what_pinboard_has_no_attribute_for_is_written_only_where_it_says_something() -> None:
    later = datetime(2020, 1, 1, tzinfo=UTC)
    content = written([bookmark(modified=later, by="fogus")], FORMAT)
    assert b' modified="2020-01-01T00:00:00Z" by="fogus" />' in content
    assert not {"modified", "by"} & set(drafts(written([bookmark()], FORMAT), FORMAT)[0].extra)
    (found,) = drafts(content, FORMAT)
    assert (found.modified, found.by) == (later, "fogus")


def test_no_bookmarks_are_written_as_an_empty_list() -> None:
    assert entries(written([], FORMAT), FORMAT) == []


@quick
@given(libraries(earliest=datetime(1, 1, 1)))  # noqa: DTZ001
def test_what_is_written_is_read_as_it_was(library: list[Bookmark]) -> None:
    content = written(library, FORMAT)
    assert accepted(content, FORMAT) == library
    assert not skipped(content, FORMAT)


@quick
@given(st.binary() | damaged(sample("pinboard.xml")) | damaged(sample("delicious_2006.xml")))
def test_whatever_the_bytes_only_an_import_error_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    try:
        found = accepted(content, FORMAT)
    except ImportFileError:
        return
    assert [it.url for it in accepted(written(found, FORMAT), FORMAT)] == [it.url for it in found]
