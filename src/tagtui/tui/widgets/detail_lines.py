"""Lay a bookmark out as lines of styled text, for the annotation pane."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tagtui.core.bookmark import Bookmark, tag_key
from tagtui.core.prose import Block, Face, Kind, parse
from tagtui.core.text import ago, find_folded, in_zone
from tagtui.core.url import may_open, scheme, site
from tagtui.tui.widgets.cells import Run, wrap, wrap_runs

Looks = Mapping[str, Style]  # by name: those of DetailPane.LOOKS

_BAR = "▌ "
_FACES = ((Face.BOLD, Style(bold=True)), (Face.ITALIC, Style(italic=True)), (Face.STRIKE, Style(strike=True)))
_TAB = "    "


@dataclass(frozen=True, slots=True)
class Detail:
    """A laid out bookmark: its lines, and the line numbers of its matches and of its tags, in order."""

    lines: tuple[list[Segment], ...]
    matches: tuple[int, ...]
    tags: tuple[int, ...]


def lay_out(
    bookmark: Bookmark,
    *,
    owner: str,
    now: datetime,
    width: int,
    looks: Looks,
    picked: frozenset[str],
    needles: tuple[str, ...],
    tag_at: int = -1,
    match_at: int = -1,
) -> Detail:
    """Return ``bookmark`` as lines of at most ``width`` cells.

    ``picked`` are the keys of tags that stand out, ``needles`` folded texts whose matches do; ``tag_at`` and
    ``match_at`` are the tag and the match of the annotation that the cursor is on, -1 for none.  Exact dates are in the
    time zone of ``now``.
    """
    page = _Page(width, looks, needles, match_at)
    page.add(page.marked([Run(bookmark.heading, looks["title"])]))
    page.add(page.marked([Run(bookmark.url, looks["url"] + Style(meta={"href": bookmark.url}))]))
    if not may_open(bookmark.url):
        page.add([Run(f"a {scheme(bookmark.url) or 'schemeless'} link: it can be copied, not opened", looks["flag"])])
    page.add(_facts(bookmark, owner, now, looks))
    tag_lines = page.add_tags(bookmark.tags, picked, tag_at)
    if bookmark.annotation.strip():
        page.add([])
        for block in parse(bookmark.annotation):
            page.add_block(block)
    return Detail(tuple(page.lines), tuple(page.matches), tag_lines)


def _facts(bookmark: Bookmark, owner: str, now: datetime, looks: Looks) -> list[Run]:
    dim = looks["dim"]
    added = in_zone(bookmark.added, now.tzinfo)
    facts = [f"{ago(bookmark.added, now)} by {bookmark.by or owner}", f"{added:%Y-%m-%d %H:%M}"]
    if bookmark.modified != bookmark.added:
        facts.append(f"changed {in_zone(bookmark.modified, now.tzinfo):%Y-%m-%d}")
    host = site(bookmark.url)
    runs = [Run(" · ".join([host, *facts] if host else facts), dim)]
    for name in ("private", "unread"):
        if getattr(bookmark, name):
            runs += [Run(" · ", dim), Run(name, looks["flag"])]
    return runs


class _Page:
    """Lines as they pile up."""

    def __init__(self, width: int, looks: Looks, needles: tuple[str, ...], match_at: int) -> None:
        self.width = width
        self.looks = looks
        self.needles = needles
        self.match_at = match_at
        self.lines: list[list[Segment]] = []
        self.matches: list[int] = []
        self._last: Block | None = None

    def add(self, runs: Sequence[Run], prefix: Sequence[Run] = (), hanging: Sequence[Run] | None = None) -> None:
        """Add ``runs``, wrapped; ``prefix`` stands before the first line and ``hanging`` before the others."""
        later = prefix if hanging is None else hanging
        inner = max(1, self.width - sum(cell_len(run.text) for run in prefix))
        for number, line in enumerate(wrap_runs(runs, inner)):
            start = later if number else prefix
            self.lines.append([Segment(run.text, run.style) for run in (*start, *line)])

    def marked(self, runs: Sequence[Run]) -> list[Run]:
        """Return ``runs`` in which the matches stand out."""
        places = find_folded("".join(run.text for run in runs), self.needles)
        return list(_overlaid(runs, places, [self.looks["match"]] * len(places)))

    def add_tags(self, tags: Sequence[str], picked: frozenset[str], tag_at: int) -> tuple[int, ...]:
        """Add the tags, as many on a line as fit; return the line of each."""
        line: list[Segment] = []
        places, left = [], self.width
        for number, tag in enumerate(tags):
            shown = tag[: self.width]
            size = cell_len(shown) + 2
            if line and size > left:
                self.lines.append(line)
                line, left = [], self.width
            name = "cursor" if number == tag_at else "picked" if tag_key(tag) in picked else "tag"
            text = f"[{shown}]" if number == tag_at else shown  # never colour alone
            line += [Segment(text, self.looks[name] + Style(meta={"tag": tag})), Segment("  " if text == shown else "")]
            places.append(len(self.lines))
            left -= size
        if line:
            self.lines.append(line)
        return tuple(places)

    def add_block(self, block: Block) -> None:
        """Add a block of the annotation, with a blank line before it but between the items of a list."""
        before, self._last = self._last, block
        bars = [Run(_BAR, self.looks["bar"])] * min(block.quote, max(0, self.width // 4))
        is_next_item = before is not None and block.marker and before.indent and before.quote == block.quote
        if before is not None and not is_next_item:
            self.lines.append([Segment(run.text, run.style) for run in bars[: min(block.quote, before.quote)]])
        indent = "  " * max(0, min(block.indent - 1, self.width // 8))
        marker = f"{block.marker} " if block.marker else "  " if block.indent else ""
        base = self._base(block)
        if block.kind is Kind.RULE:
            self.add([Run("─" * max(1, self.width - 2 * len(bars)), self.looks["dim"])], bars)
            return
        runs = [Run(span.text.replace("\t", _TAB), self._style(span.face, span.href, base)) for span in block.spans]
        prefix = [*bars, Run(indent + marker, self.looks["dim"])]
        hanging = [*bars, Run(" " * cell_len(indent + marker), base)]
        self._add_with_matches(runs, prefix, hanging)

    def _base(self, block: Block) -> Style:
        base = self.looks["quote"] if block.quote else Style()
        if block.kind is Kind.HEADING:
            return base + self.looks["heading"]
        return base + self.looks["code"] if block.kind is Kind.CODE else base

    def _style(self, face: Face, href: str, base: Style) -> Style:
        for flag, style in _FACES:
            if flag in face:
                base += style
        if Face.CODE in face:
            base += self.looks["code"]
        if href:
            base += self.looks["link"] + Style(meta={"href": href})
        return base

    def _add_with_matches(self, runs: Sequence[Run], prefix: Sequence[Run], hanging: Sequence[Run]) -> None:
        text = "".join(run.text for run in runs)
        places = find_folded(text, self.needles)
        first_line, first_match = len(self.lines), len(self.matches)
        looks = [
            self.looks["here" if first_match + number == self.match_at else "match"] for number in range(len(places))
        ]
        self.add(list(_overlaid(runs, places, looks)), prefix, hanging)
        if places:
            inner = max(1, self.width - sum(cell_len(run.text) for run in prefix))
            ends = [end for _, end in wrap(text, inner)]
            line = 0
            for start, _ in places:
                while line < len(ends) - 1 and ends[line] <= start:
                    line += 1
                self.matches.append(first_line + line)


def _overlaid(runs: Sequence[Run], places: Sequence[tuple[int, int]], styles: Sequence[Style]) -> Iterator[Run]:
    """Yield ``runs`` with ``styles[i]`` laid over ``places[i]``; the places are in order and apart."""
    at, number = 0, 0
    for text, style in runs:
        start, end = at, at + len(text)
        while at < end:
            while number < len(places) and places[number][1] <= at:
                number += 1
            if number == len(places) or places[number][0] >= end:
                yield Run(text[at - start :], style)
                break
            place_start, place_end = places[number]
            if place_start > at:
                yield Run(text[at - start : place_start - start], style)
                at = place_start
            stop = min(place_end, end)
            yield Run(text[at - start : stop - start], style + styles[number])
            at = stop
        at = end
