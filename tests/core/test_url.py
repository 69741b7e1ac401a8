"""What is read out of a URL: when two are the same page, whose site it is, and whether it may be opened."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagtui.core import url
from tagtui.core.url import clean_url, comparison_key, may_open, site

any_text = st.text(st.characters(categories=None), max_size=40)
url_pieces = st.sampled_from(
    [*"/?#&=@:. aBéİΣ\n\u00a0", *"http:// HTTPS:// // :80 :443 [::1] www. utm_a=1 UTM_B fbclid=x gclid mc_cid".split()]
)
url_like = st.builds(
    lambda start, pieces: start + "".join(pieces),
    st.sampled_from(["http://", "HTTPS://", "ftp://", "//", "x ://", ""]),
    st.lists(url_pieces, max_size=8),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com", "HTTP://EXAMPLE.com/"),
        ("http://example.com/a/", "http://example.com/a"),
        ("http://example.com/a//", "http://example.com/a/"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/", "https://example.com"),
        ("ftp://example.com:21/x", "ftp://example.com/x"),
        ("http://example.com/#", "http://example.com"),
        ("http://example.com/a/?q=1", "http://example.com/a?q=1"),
        ("http://example.com/?utm_source=x&utm_Medium=y", "http://example.com/"),
        ("http://example.com/?a=1&FBCLID=x&b=2", "http://example.com/?a=1&b=2"),
        ("http://example.com/?gclid=x&mc_cid=y&mc_eid=z#top", "http://example.com/#top"),
        ("http://Me@Example.com/", "http://Me@example.com"),
        ("  http://example.com/\n", "http://example.com/"),
        ("http://[::1]:80/", "http://[::1]"),
        ("http://example.com/a b", "http://example.com/a%20b"),
    ],
)
def test_these_are_the_same_page(one: str, other: str) -> None:
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com/", "https://example.com/"),  # these two only ever give a hint
        ("http://example.com/", "http://www.example.com/"),
        ("http://example.com/A", "http://example.com/a"),
        ("http://Me@example.com/", "http://me@example.com/"),
        ("http://example.com/#a", "http://example.com/"),
        ("http://example.com/#a", "http://example.com/#A"),
        ("http://example.com/?a=1&b=2", "http://example.com/?b=2&a=1"),
        ("http://example.com/?q=", "http://example.com/"),
        ("http://example.com/?autumn_x=1", "http://example.com/"),
        ("http://example.com:8080/", "http://example.com/"),
        ("http://example.com:443/", "http://example.com/"),
        ("javascript:alert(1)/", "javascript:alert(1)"),
        ("file:///a/", "file:///a"),
    ],
)
def test_these_are_different_pages(one: str, other: str) -> None:
    assert comparison_key(one) != comparison_key(other)


def test_a_key_looks_like_a_url() -> None:
    assert comparison_key("HTTP://Me@A.org:80/B/?utm_x=1&c=/#") == "http://Me@a.org/B?c=/"
    assert comparison_key("//A.org/#d") == "//a.org#d"
    assert comparison_key(" MAILTO:Ann@A.org ") == "MAILTO:Ann@A.org"


@given(any_text | url_like)
@settings(max_examples=40)
@example("http://a.org//")
def test_the_short_way_to_a_key_leads_to_the_same(text: str) -> None:
    short = comparison_key(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(url, "_PLAIN", re.compile("(?!)"))
        assert comparison_key(text) == short


@given(any_text | url_like)
@settings(max_examples=40)
@example("http://a.org:80:80/")
def test_any_text_has_a_key_which_is_its_own_key(text: str) -> None:
    key = comparison_key(text)
    assert comparison_key(key) == key
    assert comparison_key(f" {text}\n") == key


@given(any_text)
def test_a_cleaned_url_is_one_printable_word_or_has_only_inner_blanks(text: str) -> None:
    url = clean_url(text)
    assert not set(url) & {*map(chr, range(32)), *map(chr, range(127, 160)), "\u202e", "\ud800"}
    assert url == url.strip() == clean_url(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.com/a", "example.com"),
        ("http://me:secret@docs.example.com:8080/?q=http://other.org", "docs.example.com"),
        ("http://[2001:DB8::1]:8080/", "[2001:db8::1]"),
        ("http://[", "["),
        ("http://wwwx.org", "wwwx.org"),
        ("//example.com/a", ""),
        ("mailto:ann@example.com?body=http://example.com", ""),
        ("javascript:location='http://example.com'", ""),
        ("file:///etc/hosts", ""),
        ("", ""),
    ],
)
def test_the_site_is_the_host_without_user_port_and_www(url: str, host: str) -> None:
    assert site(url) == host


@given(any_text | url_like)
def test_any_text_has_a_site_without_a_path_and_may_be_asked_about(text: str) -> None:
    assert not set(site(text)) & set("/?#@")
    assert may_open(text) in (True, False)


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("http://example.com", True),
        ("HttpS://example.com", True),
        ("  https://example.com", True),
        ("ftp://example.com", True),
        ("mailto:ann@example.com", True),
        ("javascript:alert(1)", False),
        ("  JavaScript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("file:///etc/passwd", False),
        ("vbscript:x", False),
        ("example.com", False),
        ("example.com/http:", False),
        ("//example.com", False),
        ("--help", False),
        ("", False),
    ],
)
def test_only_pages_and_mail_are_handed_to_the_desktop(url: str, opens: bool) -> None:
    assert may_open(url) is opens
