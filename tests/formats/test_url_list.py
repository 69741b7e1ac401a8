"""Plain lists of URLs, read and written."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped
from tagtui.formats.addresses import is_address
from tagtui.formats.registry import by_name
from tests.formats.samples import accepted, bookmark, damaged, drafts, quick, sample, skipped, written
from tests.formats.signs import libraries_of

FORMAT = "urls"


def recognised(content: bytes | str) -> bool:
    return by_name(FORMAT).recognises(content.encode() if isinstance(content, str) else content)


def test_every_line_is_a_url_but_for_blank_ones_and_comments() -> None:
    first, *others = drafts(sample("urls.txt"), FORMAT)
    assert [(it.url, it.where) for it in (first, *others)] == [
        ("https://example.org/log", "line 3"), ("https://example.org/日本?a=1#b", "line 4"),
        ("mailto:jm@example.org", "line 5"), ("javascript:alert(1 + 1)", "line 6"),
    ]  # fmt: skip
    assert first.warnings == ("no bookmark of this file has a date; they all get today's",)
    assert not any(it.warnings or it.title or it.tags or it.extra for it in others)
    assert skipped(sample("urls.txt"), FORMAT) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_is_no_url_is_skipped_with_its_number(end: str) -> None:
    content = end.join(["http://a", "", " # x", "see http://b", "Note: this", "www.example.org", "\x1b[31m" + "x" * 99])
    assert [it.where for it in drafts(content, FORMAT)] == ["line 1"]
    assert skipped(content, FORMAT) == [
        Skipped("line 4", "it is no URL: 'see http://b'"),
        Skipped("line 5", "it is no URL: 'Note: this'"),
        Skipped("line 6", "it is no URL: 'www.example.org'"),
        Skipped("line 7", "it is no URL: '\\x1b[31m" + "x" * 35 + "'"),
    ]


@pytest.mark.parametrize(
    "content",
    ["http://a", "\n# x\n\nHTTPS://a/b c\n mailto:b\nftp://c", "javascript:x\n", "chrome://flags\nabout:blank"],
)
def test_a_file_of_nothing_but_urls_is_recognised(content: str) -> None:
    assert recognised(content)
    assert recognised(content.encode("utf-16"))


@pytest.mark.parametrize(
    "content",
    ["", "\n\n", "# x\n", "http://a\nand more", "see\nhttp://a", "mailto: b", "Note: x", "C:\\x", "- http://a"],
)
def test_any_other_text_is_not_recognised(content: str) -> None:
    assert not recognised(content)


def test_a_line_that_is_cut_off_at_the_end_of_the_head_does_not_count() -> None:
    head = "http://a\n" * 7_281 + "\n\nhttp:"
    assert len(head) == 65_536
    assert recognised(head)
    assert not recognised(head[9:])
    assert recognised(("http://" + "x" * 70_000).encode()[:65_536])


def test_the_urls_are_written_and_nothing_else() -> None:
    assert written([bookmark("http://a", title="t"), bookmark("http://b c")], FORMAT) == b"http://a\nhttp://b c\n"
    assert written([], FORMAT) == b""


@quick
@given(libraries_of(["#", "http://"]))
def test_what_is_written_is_read_as_it_was(library: list[Bookmark]) -> None:
    urls = [it.url for it in library]
    content = written(library, FORMAT)
    assert [it.url for it in accepted(content, FORMAT)] == [url for url in urls if is_address(url)]
    assert len(skipped(content, FORMAT)) == len(urls) - sum(map(is_address, urls))
    assert recognised(content) == (bool(urls) and all(map(is_address, urls)))


@quick
@given(st.binary() | damaged(sample("urls.txt")))
def test_whatever_the_bytes_nothing_is_raised_and_what_is_read_can_be_kept(content: bytes) -> None:
    msgspec.json.encode(accepted(content, FORMAT))


def test_a_scheme_with_nothing_behind_it_but_a_control_character_is_no_url() -> None:
    [entry] = skipped("MAILTO:\x17\n", "urls")
    assert entry.where == "line 1"
