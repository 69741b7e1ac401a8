"""What was copied elsewhere, as the beginning of a bookmark."""

import pytest

from tagtui.core.pasted import read_pasted


@pytest.mark.parametrize(
    ("text", "url", "quotation"),
    [
        ("https://a.org/", "https://a.org/", ""),
        ("  <http://a.org/b?c=(d)>\n", "http://a.org/b?c=(d)", ""),
        ("https://a.org/\n\n> One.\r\n> Two.\n", "https://a.org/", "> One.\n> Two."),
        ("A title\nhttps://a.org/", "https://a.org/", "A title"),
        ("HTTPS://A.org/\x1b[31m", "HTTPS://A.org/[31m", ""),
        ("https://a.org/\nsee https://b.org/ too", "https://a.org/", "see https://b.org/ too"),
    ],
)
def test_a_url_in_the_first_or_the_last_line_comes_with_the_others(text: str, url: str, quotation: str) -> None:
    assert read_pasted(text) == (url, quotation)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "prose",
        "see https://a.org/",
        "https://a.org/\nhttps://b.org/",
        "a\nhttps://a.org/\nb",
        "javascript:alert(1)",
    ],
)
def test_anything_else_is_not_a_bookmark(text: str) -> None:
    assert read_pasted(text) is None


def test_a_book_on_the_clipboard_takes_no_time() -> None:
    assert read_pasted("x " * 10_000_000) is None
    assert read_pasted("https://a.org/" + "x" * 100_000) is None, "rather than a part of it"
