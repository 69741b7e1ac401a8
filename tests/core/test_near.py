"""URLs that may be of the same page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.near import near_keys
from tagtui.core.url import comparison_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://www.example.org/a/", "http://example.org/a"),
        ("https://example.org/a?ref=hn&x=1", "https://example.org/a?x=1"),
        ("https://example.org/a?source=feed#part", "http://www.example.org/a#part"),
    ],
)
def test_what_differs_only_in_how_it_was_reached_is_near(one: str, other: str) -> None:
    assert comparison_key(other) in near_keys(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/b"),
        ("https://example.org/a", "https://m.example.org/a"),
        ("https://example.org/a?page=1", "https://example.org/a?page=2"),
        ("ftp://example.org/a", "https://example.org/a"),
        ("mailto:ada@example.org", "https://ada@example.org"),
    ],
)
def test_other_pages_are_not(one: str, other: str) -> None:
    assert comparison_key(other) not in near_keys(one)


@given(st.text() | st.text().map("https://www.example.org/".__add__))
def test_a_url_is_not_near_itself(url: str) -> None:
    keys = near_keys(url)
    assert comparison_key(url) not in keys
    assert len(keys) == len({*keys}) <= 7
