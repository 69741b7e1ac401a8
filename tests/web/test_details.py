"""What a page says of itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.web.details import MAX_DESCRIPTION, MAX_TITLE, PageDetails, read_details
from tests.formats.samples import quick

URL = "https://a.org/x/page?q=1"


def read(text: str) -> PageDetails:
    return read_details(text, URL)


def test_a_page_tells_its_title_description_site_and_canonical_address() -> None:
    page = """<!doctype html><html lang=en><head><meta charset=utf-8>
    <title>
      Kafka,   Samza
      &amp; the Unix Philosophy
    </title>
    <meta name="description" content="Distributed &quot;data&quot;.
    Second line.">
    <meta property="og:title" content="A card"><meta property="og:description" content="A card's">
    <meta property="og:site_name" content="Confluent">
    <link rel="stylesheet" href="/s.css"><link rel="Canonical" href="../blog/kafka?a=1&amp;b=2"></head><body>…"""
    assert read(page) == PageDetails(
        url=URL,
        title="Kafka, Samza & the Unix Philosophy",
        description='Distributed "data". Second line.',
        canonical="https://a.org/blog/kafka?a=1&b=2",
        site="Confluent",
    )


def test_a_card_serves_where_the_page_says_nothing() -> None:
    page = """<title> </title><meta name=description content=" "><meta property="og:title" content="Card"/>
    <META CONTENT='What &#39;it&#x27;s about' PROPERTY=OG:Description>"""
    assert read(page) == PageDetails(url=URL, title="Card", description="What 'it's about")


def test_a_page_that_says_nothing_has_empty_details() -> None:
    assert read("") == read("<p>Hello") == read("Hello <3 a < b <") == PageDetails(url=URL)


@pytest.mark.parametrize(
    "page",
    [
        "<title>this</title>",
        "<p>no head</p><TITLE lang=en>this</TITLE ><title>that</title>",
        "<svg viewBox='0 0 1 1'><title>Logo</title><g><svg/></g></svg><title>this</title>",
        "<head><title>this</title></head><svg><title>Logo</title></svg>",
        "<template><title>that</title></template><title>this</title>",
        "<!-- <title>that</title> --><title>this</title>",
        "<!--><title>this</title>-->",
        "<script>document.write('<title>that</title>')</script><title>this</title>",
        "<style>/*<title>that</title>*/</style><title>this</title>",
        "<textarea><title>that</title></textarea><title>this</title>",
        "<p data-html='<title>that</title>' data-x=\"<title>that</title>\"><title>this</title>",
        "<p don't ask>it's</p><title>this</title>",
        "<a href=x?a=b'c>it's</a><title>this</title>",
        "<title></title><title>&nbsp;\n</title><title>this</title>",
        "<titles>that</titles><title>this",
        "<!doctype html [<!x]><?xml ?></ ><title>this</title",
    ],
)
def test_the_title_is_that_of_the_page(page: str) -> None:
    assert read(page).title == "this"


def test_a_title_holds_no_markup_and_its_references_are_read_once() -> None:
    assert read("<title>&lt;b&gt; &amp;lt; <b>[/]</b> &copy; &copy 2016 &#146;&nosuch; &</title>").title == (
        "<b> &lt; <b>[/]</b> © © 2016 ’&nosuch; &"
    )


def test_what_could_drive_a_terminal_is_left_out() -> None:
    details = read(
        "<title>a\x1b]52;c;eA==\x07&#27;[31m&#x202e;b\u2066</title><meta name=description content='\x9b2J&#7;c'>"
    )
    assert details.title == "a]52;c;eA==[31mb"
    assert details.description == "2Jc"


def test_long_texts_are_cut() -> None:
    page = f"<title>{'&nbsp; ' * 1000}{'&amp;' * 9000}</title><meta name=description content='{'x ' * 90_000}'>"
    details = read(page)
    assert details.title == "&" * MAX_TITLE
    assert len(details.description) == MAX_DESCRIPTION - 1  # the last would be a blank


def test_a_reference_of_five_thousand_digits_is_text() -> None:
    assert read(f"<title>&#{'9' * 5000};</title>").title.startswith("&#999")


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("/y", "https://a.org/y"),
        ("//b.org/y", "https://b.org/y"),
        ("?p=1&copy=2&notify=3", "https://a.org/x/page?p=1&copy=2&notify=3"),
        ("HTTP://B.org", "HTTP://B.org"),
        (" https://b.org/\n größe ", "https://b.org/ größe"),
        ("", ""),
        ("#top", ""),
        (URL, ""),
        ("HTTPS://A.org/x/p%61ge?q=1#part", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://[", ""),
        ("/" + "y" * 70_000, ""),
    ],
)
def test_the_canonical_address_is_another_one_of_the_web(link: str, canonical: str) -> None:
    assert read(f'<link rel="alternate canonical" href="{link}">').canonical == canonical


def test_the_canonical_address_is_relative_to_the_base_of_the_page() -> None:
    assert read("<base href=/b/><base href=/c/><link rel=canonical href=y>").canonical == "https://a.org/b/y"


def test_the_root_of_a_site_is_the_same_with_and_without_a_slash() -> None:
    assert read_details("<link rel=canonical href=http://a.org/>", "http://A.org").canonical == ""


@pytest.mark.parametrize("piece", '<div> <b> <svg> <title> <meta <a=" <!-- <!--> <script> < & <a/ <?'.split())
def test_half_a_megabyte_of_anything_is_read_in_linear_time(piece: str) -> None:
    read(piece * (512 * 1024 // len(piece)))  # in quadratic time, this would not end


_PIECES = st.sampled_from(
    """<title> </title> <svg> </svg> <meta name=description content= " ' > < = & &amp; <!-- --> <script> </script
    <link rel=canonical href= <base href= http://[ / # x""".split(" ")
)


@quick
@given(st.lists(_PIECES | st.text(max_size=5), max_size=30).map("".join))
def test_any_text_has_details_of_clean_lines(text: str) -> None:
    details = read(text)
    assert all("\n" not in line and "\x1b" not in line for line in (details.title, details.description, details.site))
    assert details.canonical == "" or details.canonical.lower().startswith("http")
