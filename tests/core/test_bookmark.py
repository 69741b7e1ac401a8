"""The rules of tags, and the limits of a bookmark."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagtui.core.bookmark import Bookmark, clean_tag, clean_tags, over_limits, parents, split_tags, tag_key, tidy

DAY = datetime(2016, 10, 31, tzinfo=UTC)
any_text = st.text(st.characters(categories=None) | st.sampled_from(" ,\t\n\u200b\u200d\ufeff\u00a0-"), max_size=20)


@pytest.mark.parametrize(
    "tag",
    "c++ .net c# 日本 @work 100% snake_case a/b via:ann -x #x ** (a) \"q\" 'n' \\ or é e\u0301 👩‍💻 🏳️‍🌈".split(),
)
def test_ordinary_tags_stay_as_they_are(tag: str) -> None:
    assert clean_tag(tag) == tag
    assert split_tags(f" {tag}  other ") == (tag, "other")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("machine learning", "machine-learning"),
        ("a,b", "a-b"),
        ("  a ,\n b\u00a0c ", "a-b-c"),
        ("ka\u200bf\ufeffka\u2060", "kafka"),
        ("\x1b[31mred\u202e", "[31mred"),
        (" ,\u200b\x00", ""),
    ],
)
def test_what_a_tag_cannot_hold_is_taken_out(text: str, tag: str) -> None:
    assert clean_tag(text) == tag


@given(any_text)
def test_a_tag_has_no_white_space_and_no_comma(text: str) -> None:
    tag = clean_tag(text)
    assert not any(
        c.isspace() or c in ",\u200b\u2060\ufeff\u202e" or unicodedata.category(c) in ("Cc", "Cs") for c in tag
    )
    assert clean_tag(tag) == tag


@given(st.lists(any_text, max_size=6))
def test_cleaned_tags_are_each_there_once_as_first_written(texts: list[str]) -> None:
    tags = clean_tags(texts)
    assert len(set(map(tag_key, tags))) == len(tags)
    assert clean_tags(tags) == tags
    for text in filter(None, map(clean_tag, texts)):
        first = next(other for other in map(clean_tag, texts) if tag_key(other) == tag_key(text))
        assert first in tags


@given(st.lists(st.sampled_from(["a", "A", "b", "a,b", "a b", "", " ", "-", "ſ", "s", "\x7f"]) | any_text, max_size=4))
def test_looking_at_tags_together_gives_what_looking_at_each_does(texts: list[str]) -> None:
    each: dict[str, str] = {}
    for tag in filter(None, map(clean_tag, texts)):
        each.setdefault(tag_key(tag), tag)
    assert clean_tags(texts) == tuple(each.values())


def test_a_typed_list_is_split_at_commas_if_there_is_any_else_at_white_space() -> None:
    assert split_tags("Kafka ops\tkafka") == ("Kafka", "ops")
    assert split_tags("machine learning, ops,,") == ("machine-learning", "ops")
    assert split_tags("") == ()


@given(any_text)
def test_a_tags_identity_asks_neither_case_nor_how_accents_are_stored(text: str) -> None:
    key = tag_key(text)
    assert key == tag_key(key) == tag_key(text.casefold())
    assert key == tag_key(unicodedata.normalize("NFD", text)) == tag_key(unicodedata.normalize("NFC", text))
    assert unicodedata.is_normalized("NFC", key)


def test_accents_make_another_tag_and_case_does_not() -> None:
    assert tag_key("Straße") == tag_key("STRASSE")
    assert tag_key("É") == tag_key("e\u0301")
    assert tag_key("ᾳ\u0301") == tag_key("α\u0301\u0345") == tag_key("ΆΙ")
    assert tag_key("J\u030c") == tag_key("ǰ") == "ǰ"
    assert tag_key("é") != tag_key("e")


def test_a_tag_stands_under_each_of_its_beginnings() -> None:
    assert list(parents("a/b/c")) == ["a", "a/b"]
    assert list(parents("/a/b")) == ["/a"]
    assert list(parents("a")) == list(parents("/a")) == []


def test_tidying_cleans_every_text_and_gives_back_the_very_object_when_there_is_nothing_to_do() -> None:
    ragged = Bookmark(
        url=" http://a.org/\x00b ",
        title="one\n two\x1b",
        annotation="kept\r\n\tas is\x07",
        tags=("a b", "A-B", ""),
        added=DAY,
        modified=DAY,
        by=" ann ",
    )
    tidied = tidy(ragged)
    assert (tidied.url, tidied.title, tidied.annotation) == ("http://a.org/b", "one two", "kept\n\tas is")
    assert (tidied.tags, tidied.by) == (("a-b",), "ann")
    assert tidy(tidied) is tidied


def test_the_heading_of_an_untitled_bookmark_is_its_url() -> None:
    untitled = Bookmark(url="http://a.org", added=DAY, modified=DAY)
    assert untitled.heading == "http://a.org"


def test_what_is_over_the_limits_is_named_with_its_size() -> None:
    big = Bookmark(
        url="u" * 65_536, title="t" * 65_537, annotation="n" * 1_048_577, tags=("x" * 256,), added=DAY, modified=DAY
    )
    assert [line.split(" of ")[0] for line in over_limits(big)] == ["URL", "title", "annotation", "tag"]
    assert "256 characters (the limit is 255), kept" in over_limits(big)[3]
    fits = Bookmark(
        url="u" * 65_535, title="t" * 65_536, annotation="n" * 1_048_576, tags=("x" * 255,), added=DAY, modified=DAY
    )
    assert over_limits(fits) == ()
