"""Text in cells: what is cropped fits, what is wrapped is all there, and neither takes long."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tagtui.core.text import clean, find_folded, fold
from tagtui.tui.widgets import cells
from tagtui.tui.widgets.cells import Run, crop, crop_runs, highlighted, spread, wrap, wrap_runs

PIECES = [
    *"ab cd  ",
    "é",
    "e\u0301",
    "日本",
    "ｶﾅ",
    "한글",
    "שלום",
    "مرحبا",
    "👩‍👩‍👧",
    "👍🏽",
    "❤️",
    "🇩🇪",
    "क्षि",
    "ไทย",
    "\u200d",
    "\u0301",
    "\u00ad",
    "\u3000",
    "ﬁ",
    "ß",
    "…",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60).map(clean)
LINES = TEXTS.map(lambda text: text.replace("\n", " ").replace("\t", " "))
RUNS = st.lists(LINES.map(lambda text: Run(text, Style())), max_size=5)
WIDTHS = st.integers(-3, 90)
ROOMS = st.integers(1, 90)
quick = settings(max_examples=30, deadline=None)

HEARTS = "❤️" * 30  # one cell by its first character, two with the selector after it


@quick
@given(LINES, WIDTHS)
@example(HEARTS, 11)
@example("日" * 10, 1)
@example("e" + "\u0301" * 200, 1)
def test_what_is_cropped_fits_and_shows_that_something_is_missing(text: str, width: int) -> None:
    cropped = crop(text, width)
    assert cell_len(cropped) <= max(width, 0)
    if cropped != text and width > 0 and not cropped.endswith("…"):
        assert text.startswith(cropped)
        assert len(cropped) > 7 * width, "only a heap of marks is cut off in silence"


@quick
@given(LINES, st.integers(1, 90))
def test_what_fits_is_left_as_it_is(text: str, width: int) -> None:
    if cell_len(text) <= width and len(text) <= 8 * width:
        assert crop(text, width) == text


@quick
@given(TEXTS, ROOMS)
@example("a " * 50, 3)
@example("日本 日本", 1)
@example("\n\n x", 5)
def test_wrapping_leaves_out_nothing_but_the_blanks_and_breaks_between_lines(text: str, width: int) -> None:
    places = list(wrap(text, width))
    assert places[0][0] == 0
    assert places[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(places):
        assert text[end:start] in ("", " ", "\n")
    assert all(start <= end for start, end in places)
    assert all("\n" not in text[start:end] for start, end in places)


@quick
@given(LINES, ROOMS)
@example(HEARTS, 10)
@example("日本語", 1)
@example("👩‍👩‍👧" * 9, 7)
def test_a_wrapped_line_fits_where_there_is_room_for_a_character(text: str, width: int) -> None:
    for start, end in wrap(text, width):
        assert cell_len(text[start:end]) <= max(width, 2), ascii(text[start:end])


@quick
@given(st.lists(st.sampled_from(["word", "a", "日本", "long-long-word"]), max_size=20), st.integers(20, 60))
def test_lines_are_broken_at_blanks_where_there_are_any(words: list[str], width: int) -> None:
    lines = [" ".join(words)[start:end] for start, end in wrap(" ".join(words), width)]
    assert [word for line in lines for word in line.split()] == words
    for line, following in pairwise(lines):
        assert cell_len(f"{line} {following.split()[0]}") > width, "no line is broken before it has to be"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("https://github.com/danluu/post-mortems", ["https://github.com/danluu/post-", "mortems"]),
        ("https://a.org/search?query=something-long", ["https://a.org/search?query=somet", "hing-long"]),
        ("https://a.org/search?some=thing&more=of-it", ["https://a.org/search?some=thing&", "more=of-it"]),
        ("a-b " + "x" * 40, ["a-b", "x" * 32, "x" * 8]),
    ],
)
def test_a_word_longer_than_a_line_is_broken_behind_a_joint_near_its_end(text: str, lines: list[str]) -> None:
    assert [text[start:end] for start, end in wrap(text, 32)] == lines


@pytest.mark.parametrize("text", ["x" * 65_536, "word " * 13_107, "日本 " * 21_845, "e\u0301" * 32_768, "\n" * 65_536])
def test_wrapping_looks_at_each_character_a_few_times_at_most(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0

    def counted(character: str) -> int:
        nonlocal looked_at
        looked_at += 1
        return original(character)

    original = cells.get_character_cell_size
    monkeypatch.setattr(cells, "get_character_cell_size", counted)
    lines = sum(1 for _ in wrap(text, 40))
    assert lines <= len(text) + 1
    assert looked_at <= 3 * len(text)
    assert looked_at or text.isascii(), "it has been counted"


def test_a_megabyte_is_wrapped_whole() -> None:
    for text in ("x" * 1_048_576, "日本語 the words " * 74_898):
        assert sum(end - start for start, end in wrap(text, 60)) >= len(text) - text.count(" ")


@quick
@given(RUNS, WIDTHS)
def test_runs_are_cropped_to_the_width_together(runs: list[Run], width: int) -> None:
    segments = crop_runs(runs, width)
    assert sum(segment.cell_length for segment in segments) <= max(width, 0)
    assert all(segment.text for segment in segments)


@quick
@given(RUNS, RUNS, WIDTHS)
def test_a_spread_line_is_just_as_wide_as_asked(left: list[Run], right: list[Run], width: int) -> None:
    segments = spread(left, right, width, Style())
    assert sum(segment.cell_length for segment in segments) == max(width, 0)


@quick
@given(RUNS, ROOMS)
def test_wrapped_runs_are_the_wrapped_text(runs: list[Run], width: int) -> None:
    text = "".join(run.text for run in runs)
    lines = ["".join(run.text for run in line) for line in wrap_runs(runs, width)]
    assert lines == [text[start:end] for start, end in wrap(text, width)]


@quick
@given(st.lists(st.sampled_from("a b é e\u0301 日 ❤️ ⚠️ 👍🏽".split())).map("".join), st.sampled_from("abe日❤⚠👍"))
@example("I ❤️ Unix", "❤")
def test_highlighting_changes_no_letter_and_no_width(text: str, needle: str) -> None:
    runs = highlighted(text, find_folded(text, (fold(needle),)), Style(), Style(bold=True))
    assert "".join(run.text for run in runs) == text
    assert sum(cell_len(run.text) for run in runs) == cell_len(text)
