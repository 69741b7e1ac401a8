"""An annotation as blocks of styled text: what people type and bookmarklets paste, made readable.

Plain paragraphs, Markdown and HTML come mixed: a quotation opens with ``<blockquote>``, runs over three Markdown
paragraphs and may never close.  So the elements of both (see :mod:`tagtui.core.markdown`) drive one builder.

No text is lost: what is not certainly markup stays as typed.  Left out are the tags of HTML, comments, the address and
the title of a link that has a text, and the language of a fenced block.
"""

from __future__ import annotations

import enum
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from tagtui.core.markdown import ADDRESS, APART, DEPTH, HEADINGS, MEDIA, NESTING, address_end, attributes, parser
from tagtui.core.text import clean

if TYPE_CHECKING:
    from markdown_it.token import Token

LIMIT = 20_000  # characters that are read as markup, up to the end of a line; the rest is as typed


class Face(enum.Flag):
    """How a piece of text looks; faces add up."""

    PLAIN = 0
    BOLD = enum.auto()
    ITALIC = enum.auto()
    CODE = enum.auto()
    LINK = enum.auto()
    STRIKE = enum.auto()


class Kind(enum.Enum):
    """What a block is."""

    PARAGRAPH = enum.auto()
    HEADING = enum.auto()
    CODE = enum.auto()
    ITEM = enum.auto()
    RULE = enum.auto()


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look.  ``href`` is where a link leads, unchecked; ``""`` for nowhere."""

    text: str
    face: Face = Face.PLAIN
    href: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    r"""A paragraph or the like, in ``quote`` quotations and ``indent`` lists.

    ``"\n"`` in its text is a line break; blanks at the start of a line count in ``Kind.CODE`` only.  The first block of
    a list item has a ``marker``, ``"•"`` or ``"3."``; if it is a paragraph, its kind is ``Kind.ITEM``.
    """

    kind: Kind
    spans: tuple[Span, ...]
    quote: int = 0
    indent: int = 0
    marker: str = ""


def parse(annotation: str) -> tuple[Block, ...]:
    """Return the blocks of ``annotation``, whatever it holds; the part beyond ``LIMIT`` as typed."""
    text = clean(annotation)
    end = len(text) if len(text) <= LIMIT else text.rfind("\n", 0, LIMIT) + 1
    builder = _Builder()
    if _MARKUP.search(text, 0, end):
        builder.add_markdown(parser().parse(text[:end]))
        text = text[end:]
    builder.add_typed(text)
    return tuple(builder.blocks)


def plain(annotation: str) -> str:
    """Return the text of ``annotation`` without its markup, on one line.

    It takes as long as ``parse``, but for text without markup some ten microseconds.
    """
    text = clean(annotation)
    if _MARKUP.search(text):
        text = " ".join(f"{block.marker} {''.join(span.text for span in block.spans)}" for block in parse(text))
    return " ".join(text.split())


# Whatever may be markup: a text without a match is the same with and without markdown-it.
_MARKUP = re.compile(
    r"""[*`\\] | (?<!\w)_ | ~~ | \]\( | <(?:[a-z/]|!--) | &[a-z\#]
    | ^[ \t]*+ (?: > | \#{1,6}(?:\s|$) | [-+][-\s] | \d{1,9}[.)]\s )""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_FACES = (
    dict.fromkeys(("b", "strong"), Face.BOLD)
    | dict.fromkeys(("i", "em", "cite", "dfn", "var"), Face.ITALIC)
    | dict.fromkeys(("code", "kbd", "samp", "tt"), Face.CODE)
    | dict.fromkeys(("s", "del", "strike"), Face.STRIKE)
)


class _Builder:
    """Makes blocks of elements that open and close in whatever order they do."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._nest: list[str] = []  # the quotations and lists around here
        self._numbers: list[int] = []  # of the last item in each of them
        self._floors = [0]  # heights of the nest that Markdown reached: HTML ends nothing below the last
        self._marker = self._typed = ""  # of the list item that has no block yet, shown and as typed
        self._kind = Kind.PARAGRAPH
        self._pieces: list[tuple[str, Face, str]] = []  # of the paragraph at hand: text, face, href
        self._written = 0  # pieces so far that show
        self._worn: Counter[Face] = Counter()
        self._face = Face.PLAIN
        self._links: list[tuple[str, int]] = []  # those around here: href, pieces written before

    def add_typed(self, text: str) -> None:
        """Add the paragraphs of ``text``, in which nothing but an address means anything."""
        self._leave(0)
        lines = "\n".join(line.strip(" \t") for line in text.split("\n"))
        for paragraph in lines.split("\n\n"):
            paragraph = "\n".join(filter(None, map(str.strip, paragraph.split("\n"))))
            end = 0
            for match in ADDRESS.finditer(paragraph):
                self._write(paragraph[end : match.start()])
                end = address_end(match)
                self._open_link(paragraph[match.start() : end])
                self._close_link()
            self._write(paragraph[end:])
            self._end_paragraph()

    def add_markdown(self, tokens: Iterable[Token]) -> None:
        """Add the blocks that markdown-it found."""
        for token in tokens:
            match token.type:
                case "inline":
                    self._add_inline(token.children or ())
                case "html_block":
                    self.add_markdown(parser().parseInline(token.content.strip()))
                    self._end_markdown()
                case "fence" if token.content.strip():
                    told = token.info.strip()  # a language, if it is one word
                    self._add_code(f"{told}\n{token.content}" if " " in told else token.content)
                case "fence":
                    self._write(token.markup + token.info)
                    self._end_paragraph()
                case "list_item_open":
                    self._typed = token.info + token.markup
                    self._marker = self._typed if token.info else "•"
                case "heading_close" if not self._pieces:
                    self._kind = Kind.PARAGRAPH
                    self._write(token.markup)
                    self._end_markdown()
                case _ if token.tag in NESTING and token.nesting > 0:
                    self._enter(token.tag, 0)
                    self._floors.append(len(self._nest))
                case _ if token.tag in NESTING:
                    self._leave(self._floors.pop() - 1)
                case _ if token.nesting < 0:
                    self._end_markdown()
                    self._settle()
                case _:
                    self._start(token.tag, {})

    def _add_inline(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            match token.type:
                case "text":
                    self._write(token.content)
                case "softbreak" | "hardbreak":
                    self._break_line()
                case "code_inline":
                    self._start("code", {})
                    self._write(token.content)
                    self._end("code")
                case "verbatim":
                    self._add_code(token.content)
                case "link_open":
                    self._open_link(str(token.attrs["href"]))
                case "tag" if not token.info:
                    self._start(token.tag, attributes(token.content))
                case _ if token.nesting > 0:
                    self._start(token.tag, {})
                case _:
                    self._end(token.tag)

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name in APART:
            self._end_paragraph()
        if face := _FACES.get(name):
            self._wear(face, 1)
        elif name == "a":
            self._close_link()
            self._open_link(given.get("href", ""))
        elif name in MEDIA:
            self._open_link(given.get("src", ""))
            self._write(given.get("alt", ""))
            self._close_link()
        elif name == "br" and self._pieces:
            self._append("\n")
        elif name == "sup":
            self._write("^")  # 10<sup>6</sup> is not 106
        elif name == "tr":
            self._break_line()
        elif name in {"td", "th"} and not self._at_line_start():
            self._write(" | ")
        elif name in HEADINGS:
            self._kind = Kind.HEADING
        elif name == "pre":
            self._kind = Kind.CODE
        elif name == "hr":
            self._add(Kind.RULE, ())
        elif name in NESTING and len(self._nest) < DEPTH:
            start = given.get("start", "")
            self._enter(name, int(start) - 1 if re.fullmatch("[0-9]{1,9}", start) else 0)
        elif name == "li":
            self._settle()
            self._marker = "•"
            if self._nest and self._nest[-1] == "ol":
                self._numbers[-1] += 1
                self._marker = f"{self._numbers[-1]}."

    def _end(self, name: str) -> None:
        if name in APART:
            self._end_paragraph()
        if face := _FACES.get(name):
            self._wear(face, -1)
        elif name == "a":
            self._close_link()
        elif name in NESTING:
            heights = [at for at, around in enumerate(self._nest) if around == name and at + 1 not in self._floors]
            if heights and heights[-1] >= self._floors[-1]:
                self._leave(heights[-1])
            elif heights:  # it began outside of the list or quotation of Markdown here, and ends with that
                self._floors = [min(floor, heights[-1] + 1) for floor in self._floors]

    def _wear(self, face: Face, step: int) -> None:
        self._worn[face] = max(0, self._worn[face] + step)
        self._face = self._face | face if self._worn[face] else self._face & ~face

    def _open_link(self, href: str) -> None:
        self._links.append((re.sub(r"[\t\n]", "", clean(href)).strip(), self._written))

    def _close_link(self) -> None:
        if self._links:
            href, before = self._links[-1]
            if before == self._written:  # it has no text: show the address
                self._write(href.partition(",")[0] if href.startswith("data:") else href)
            self._links.pop()

    def _at_line_start(self) -> bool:
        return not self._pieces or self._pieces[-1][0].endswith("\n")

    def _break_line(self) -> None:
        if not self._at_line_start():
            text, face, href = self._pieces[-1]
            self._pieces[-1] = text.rstrip(), face, href
            self._append("\n")

    def _write(self, text: str) -> None:
        text = clean(text)  # an entity may have been a control character
        if self._at_line_start():
            text = text.lstrip()
        if text:
            self._append(text)

    def _append(self, text: str) -> None:
        href = next((href for href, _ in self._links if href), "") if self._links else ""
        self._pieces.append((text, self._face | Face.LINK if href else self._face, href))
        self._written += not text.isspace()

    def _add_code(self, text: str) -> None:
        self._end_paragraph()
        if text := clean(text).strip("\n").rstrip():
            self._add(Kind.CODE, (Span(text, Face.CODE),))

    def _end_markdown(self) -> None:
        """End a paragraph and the links and faces that HTML left open in it."""
        while self._links:
            self._close_link()
        self._worn.clear()
        self._face = Face.PLAIN
        self._end_paragraph()

    def _end_paragraph(self) -> None:
        pieces, self._pieces = self._pieces, []
        kind, self._kind = self._kind, Kind.PARAGRAPH
        while pieces:
            text, face, href = pieces.pop()
            if text := text.rstrip():
                pieces.append((text, face, href))
                break
        if pieces:
            looks = groupby(pieces, key=itemgetter(1, 2))
            spans = (Span("".join(text for text, *_ in run), *look) for look, run in looks)
            self._add(kind, tuple(span for span in spans if span.text))

    def _enter(self, name: str, number: int) -> None:
        self._end_paragraph()
        if name != "blockquote":
            self._settle()
        self._nest.append(name)
        self._numbers.append(number)

    def _leave(self, height: int) -> None:
        self._end_paragraph()
        del self._nest[height:], self._numbers[height:]

    def _settle(self) -> None:
        """Show the marker of an item that has nothing in it as what it is: text."""
        if self._typed:
            quote, indent = self._place()
            self.blocks.append(Block(Kind.PARAGRAPH, (Span(self._typed),), quote, indent - 1))
        self._marker = self._typed = ""

    def _add(self, kind: Kind, spans: tuple[Span, ...]) -> None:
        if kind is Kind.PARAGRAPH and self._marker:
            kind = Kind.ITEM
        self.blocks.append(Block(kind, spans, *self._place(), self._marker))
        self._marker = self._typed = ""

    def _place(self) -> tuple[int, int]:
        """Return how many quotations and how many lists there are around here."""
        quote = self._nest.count("blockquote")
        return quote, len(self._nest) - quote
