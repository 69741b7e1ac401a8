"""Fit text into terminal cells: a cell holds one Latin letter, and a Chinese character takes two."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size, set_cell_size
from rich.segment import Segment
from rich.style import Style

ELLIPSIS = "…"
_JOINTS = "/-?&"  # behind which a URL may be broken
_EMOJI_STYLE = "\ufe0f"  # makes an emoji, two cells wide, of the sign before it
_CHARACTERS_A_CELL = 8  # a letter with seven combining marks; what goes beyond is an attack on the eye


class Run(NamedTuple):
    """Text in one style."""

    text: str
    style: Style


def crop(text: str, width: int) -> str:
    """Return ``text`` cut to at most ``width`` cells, with an ellipsis where something is missing."""
    if width <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= width else text[: width - 1] + ELLIPSIS
    looked_at = text[: _CHARACTERS_A_CELL * (width + 1)]
    if cell_len(looked_at) <= width:
        return looked_at
    return set_cell_size(looked_at, width - 1).rstrip() + ELLIPSIS


def crop_runs(runs: Sequence[Run], width: int) -> list[Segment]:
    """Return ``runs`` as segments of at most ``width`` cells together."""
    segments, left = [], width
    for run in runs:
        text = crop(run.text, left)
        if text:
            segments.append(Segment(text, run.style))
            left -= cell_len(text)
        if left <= 0:
            break
    return segments


def spread(left: Sequence[Run], right: Sequence[Run], width: int, blank: Style) -> list[Segment]:
    """Return a line with ``left`` at its left and ``right`` at its right end; ``left`` is cropped first."""
    right_segments = crop_runs(right, width)
    right_width = sum(segment.cell_length for segment in right_segments)
    left_segments = crop_runs(left, width - right_width - 1)
    gap = width - right_width - sum(segment.cell_length for segment in left_segments)
    return [*left_segments, Segment(" " * max(gap, 0), blank), *right_segments]


def wrap(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the places ``(start, end)`` of the lines of ``text`` at ``width`` cells, broken at blanks if there are any.

    The blank at which a line is broken belongs to neither line.  A word longer than a line, such as a URL, is broken
    behind a joint if the last third of the line has one.  Linear in the length of the text.
    """
    width = max(width, 1)
    start = 0
    for paragraph in text.split("\n"):
        yield from _wrap_paragraph(paragraph, start, width)
        start += len(paragraph) + 1


def _wrap_paragraph(text: str, offset: int, width: int) -> Iterator[tuple[int, int]]:
    start, size = 0, len(text)
    is_ascii = text.isascii()
    while True:
        end = start + width if is_ascii else _fitting(text, start, width)
        if end >= size:
            yield offset + start, offset + size
            return
        blank = text.rfind(" ", start, end + 1)
        if blank > start:
            yield offset + start, offset + blank
            start = blank + 1
        else:
            joint = max(text.rfind(sign, end - (end - start) // 3, end) for sign in _JOINTS) + 1
            end = joint or end
            yield offset + start, offset + end
            start = end


def _fitting(text: str, start: int, width: int) -> int:
    """Return the end of the longest slice from ``start`` that fits ``width`` cells; at least one character."""
    end, left = start, width
    limit = min(len(text), start + _CHARACTERS_A_CELL * width)
    while end < limit:
        left -= 1 if text[end] == _EMOJI_STYLE else get_character_cell_size(text[end])
        if left < 0:
            break
        end += 1
    return max(end, start + 1)


def wrap_runs(runs: Sequence[Run], width: int) -> Iterator[list[Run]]:
    """Yield the lines of styled text at ``width`` cells; see :func:`wrap`."""
    text = "".join(run.text for run in runs)
    bounds, at = [], 0
    for run in runs:
        bounds.append((at, at + len(run.text), run.style))
        at += len(run.text)
    first = 0
    for start, end in wrap(text, width):
        while first < len(bounds) and bounds[first][1] <= start:
            first += 1
        line = []
        for run_start, run_end, style in bounds[first:]:
            if run_start >= end:
                break
            line.append(Run(text[max(run_start, start) : min(run_end, end)], style))
        yield line


def highlighted(text: str, places: Sequence[tuple[int, int]], plain: Style, marked: Style) -> list[Run]:
    """Return ``text`` as runs in which ``places`` stand out."""
    runs, at = [], 0
    for start, end in places:
        runs += [Run(text[at:start], plain), Run(text[start:end], plain + marked)]
        at = end
    return [run for run in (*runs, Run(text[at:], plain)) if run.text]
