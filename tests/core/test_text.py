"""Every string that a person sees or searches: cleaned, folded and dated."""

import sys
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagtui.core.text import ago, clean, clean_line, find_folded, fold, in_zone

HOSTILE = "\0\a\b\t\n\v\f\r\x1b\x1c\x7f\x80\x85\x9b\x9f\u200e\u202a\u202e\u2066\u2069\u2028\u200b\u200d\ud800\udfff"
# Characters whose folding changes their number, their order or their script's look.
SHIFTY = "ßẞﬁﬃŉİıſΣσςΐᾳ\u0345\u0301\u0308é\u05b0\u05bc\u064e\u0651각ᄀ½™\uff9e\u0f73ǅÅΩ´ "

BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

any_text = st.text(st.sampled_from(HOSTILE + "  a"), max_size=20) | st.text(st.characters(categories=None))
shifty_text = st.text(st.sampled_from(SHIFTY + "aAeEfisS"), max_size=20) | st.text()


def may_stay(character: str) -> bool:
    """Tell by Unicode's own tables, not by our ranges, whether a character is harmless."""
    return character in "\n\t" or (
        unicodedata.category(character) not in ("Cc", "Cs") and unicodedata.bidirectional(character) not in BIDI
    )


# --- clean


@given(any_text)
def test_cleaning_takes_out_exactly_what_could_drive_a_terminal_or_reorder_a_line(text: str) -> None:
    one_kind_of_line_end = text.replace("\r\n", "\n").replace("\r", "\n")
    assert clean(text) == "".join(filter(may_stay, one_kind_of_line_end))
    assert clean(clean(text)) == clean(text)


def test_of_all_characters_there_are_the_harmless_ones_stay() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1))).replace("\r", "")
    assert clean(everything) == "".join(filter(may_stay, everything))


def test_a_stored_escape_sequence_is_disarmed_and_its_letters_stay() -> None:
    assert clean("a\x1b]52;c;bGV0\x07b\x9b31mc") == "a]52;c;bGV0b31mc"
    assert clean("user\u202egnp.exe\u202c") == "usergnp.exe"
    assert clean("one\r\ntwo\rthree\n\tfour") == "one\ntwo\nthree\n\tfour"


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" ")))
@example("two  blanks")
def test_printable_text_is_left_alone(text: str) -> None:
    assert clean(text) is text
    assert clean_line(text) == " ".join(text.split())


@given(any_text)
def test_a_cleaned_line_is_one_line_with_single_blanks(text: str) -> None:
    line = clean_line(text)
    assert all(map(may_stay, line))
    assert line == " ".join(line.split())
    assert clean_line(line) == line


# --- fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Kafka", "kafka"),
        ("ÉCOLE Ångström", "ecole angstrom"),
        ("E\u0301cole", "ecole"),
        ("Straße STRASSE", "strasse strasse"),
        ("ﬁnd ﬀ", "find ff"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Ёлка", "елка"),
        ("İstanbul", "istanbul"),
        ("ｆｕｌｌ", "full"),
        ("日本", "日本"),
        ("हिन्दी", "हिन्दी"),  # vowel signs are letters, not accents
        ("a\tb\nc\u00a0d\u2003e\u2028f\u2029g\u3000h\u1680i", "a b c d e f g h i"),
    ],
)
def test_folding_takes_away_case_accents_and_kinds_of_white_space(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(shifty_text)
@example("ᾳ\u05b0\u0301")
def test_folding_twice_is_folding_once_and_does_not_ask_how_accents_are_stored(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text)) == folded
    if "\u0345" not in unicodedata.normalize("NFD", text):  # the one accent whose case is a letter
        assert fold(text.casefold()) == folded


# --- find_folded


@pytest.mark.parametrize(
    ("text", "needles", "found"),
    [
        ("Kafka at kafka", ("kafka",), ["Kafka", "kafka"]),
        ("nothing here", ("kafka",), []),
        ("no needle", ("",), []),
        ("Die Straße dort", ("strasse",), ["Straße"]),
        ("Die Straße dort", ("sse",), ["ße"]),
        ("aßb", ("s",), ["ß"]),  # one place, though it folds to two of them
        ("ﬁnd the ﬁ", ("fi", "ind"), ["ﬁ", "ﬁ"]),
        ("cafe\u0301s", ("cafe",), ["cafe\u0301"]),  # an accent goes with its letter
        ("cafés", ("fes",), ["fés"]),
        ("a stream of streams", ("stream", "streams"), ["stream", "streams"]),
        ("one two", ("two", "one"), ["one", "two"]),
        ("c++ (x)", ("c++", "(x)"), ["c++", "(x)"]),
        ("xﬃx", ("xf", "fi"), ["xﬃ"]),
    ],
)
def test_found_places_are_those_a_reader_would_mark(text: str, needles: tuple[str, ...], found: list[str]) -> None:
    assert [text[start:end] for start, end in find_folded(text, needles)] == found


@given(shifty_text, shifty_text, st.data())
@settings(max_examples=40)
def test_every_place_found_folds_to_a_needle_and_none_is_missed(text: str, other: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    needles = (fold(text[start : start + 2]), fold(other[:2]))
    places = find_folded(text, needles)
    for place_start, place_end in places:
        assert any(needle and needle in fold(text[place_start:place_end]) for needle in needles)
    bounds = [bound for place in places for bound in place]
    assert bounds == sorted(bounds)
    assert all(start < end for start, end in places)
    assert bool(places) == any(needle and needle in fold(text) for needle in needles)


# --- ago

NOW = datetime(2016, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "label"),
    [
        ({"seconds": 0}, "just now"),
        ({"seconds": 59.9}, "just now"),
        ({"seconds": 60}, "1 minute ago"),
        ({"minutes": 5, "seconds": 59}, "5 minutes ago"),
        ({"minutes": 59, "seconds": 59}, "59 minutes ago"),
        ({"hours": 1}, "1 hour ago"),
        ({"hours": 3, "minutes": 59}, "3 hours ago"),
        ({"hours": 23, "minutes": 59}, "23 hours ago"),
        ({"days": 1}, "yesterday"),
        ({"days": 1, "hours": 23}, "yesterday"),
        ({"days": 2}, "2 days ago"),
        ({"days": 23}, "23 days ago"),
        ({"days": 30, "hours": 23}, "30 days ago"),
        ({"days": 31}, "october 2016"),
        ({"days": 366}, "november 2015"),
        ({"seconds": -1}, "just now"),
        ({"days": -1}, "just now"),
        ({"days": -2}, "december 2016"),
    ],
)
def test_a_moment_is_labelled_as_on_pinboards_page(passed: dict[str, float], label: str) -> None:
    assert ago(NOW - timedelta(**passed), NOW) == label


def test_the_month_is_that_of_utc() -> None:
    east = timezone(timedelta(hours=9))
    assert ago(datetime(2015, 5, 1, 3, tzinfo=east), NOW) == "april 2015"


def test_the_first_and_the_last_moment_of_the_calendar_have_a_place_in_every_zone() -> None:
    for moment in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)):
        for hours in (-12, 0, 14):
            assert abs(in_zone(moment, timezone(timedelta(hours=hours))) - moment) == timedelta(0)
