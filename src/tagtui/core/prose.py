"""An annotation as blocks of styled text: what people type and bookmarklets paste, made readable.

Plain paragraphs, Markdown and HTML come mixed: a quotation opens with ``<blockquote>``, runs over three Markdown
paragraphs and may never close.  So markdown-it reads the Markdown, with rules of our own where its rules would lose
text, and the elements of both drive one builder.

No text is lost: what is not certainly markup stays as typed.  Left out are the tags of HTML, comments, the address and
the title of a link that has a text, and the language of a fenced block.
"""

from __future__ import annotations

import enum
import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from tagtui.core.text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

LIMIT = 20_000  # characters that are read as markup, up to the end of a line; the rest is as typed
DEPTH = 30  # levels of nesting; what nests deeper is as typed


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
        builder.add_markdown(_markdown().parse(text[:end]))
        text = text[end:]
    builder.add_typed(text)
    return tuple(builder.blocks)


def plain(annotation: str) -> str:
    """Return the text of ``annotation`` without its markup, on one line.

    It takes as long as ``parse``, but for text without markup a few microseconds.
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
_ATTRIBUTE = r"""\s++([a-z_:@][\w:.@-]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>`]++))?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE, re.IGNORECASE)
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*+)((?:{_ATTRIBUTE})*+)\s*+/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_ADDRESS = re.compile(r'(?<![^\W_])https?://[^\W_][^\s<>\[\]"`]*+', re.IGNORECASE)
_BRACKETED = re.compile(r"<((?:https?://|mailto:)[^\s<>]++)>", re.IGNORECASE)
_LEADS_SOMEWHERE = re.compile(r"[a-z][a-z0-9+.-]*+:|www\.|[^\s/]*+/", re.IGNORECASE)
_OPENS_VERBATIM = re.compile(r"<(!--|(?:pre|script|style|textarea)\b)", re.IGNORECASE)

_FACES = (
    dict.fromkeys(("b", "strong"), Face.BOLD)
    | dict.fromkeys(("i", "em", "cite", "dfn", "var"), Face.ITALIC)
    | dict.fromkeys(("code", "kbd", "samp", "tt"), Face.CODE)
    | dict.fromkeys(("s", "del", "strike"), Face.STRIKE)
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NESTING = frozenset(("blockquote", "ol", "ul"))
_VERBATIM = frozenset(("pre", "script", "style", "textarea"))
_MEDIA = frozenset(("audio", "embed", "iframe", "img", "source", "video"))
_APART = _HEADINGS.union(
    _NESTING,
    """address article aside body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form
    head header hr li main menu nav option p pre section select summary table tbody tfoot thead title""".split(),
)
_ELEMENTS = _APART.union(
    _VERBATIM,
    _MEDIA,
    _FACES,
    """a abbr acronym area base bdi bdo big br button canvas col colgroup data datalist font frame frameset html input
    ins label legend link map mark meta meter noscript object optgroup output param picture progress q rp rt ruby slot
    small span sub sup svg td template th time tr track u wbr""".split(),
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
            for match in _ADDRESS.finditer(paragraph):
                self._write(paragraph[end : match.start()])
                end = _address_end(match)
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
                    self.add_markdown(_markdown().parseInline(token.content.strip()))
                    self._end_markdown()
                case "fence" if token.content.strip():
                    self._add_code(f"{token.info}\n{token.content}" if " " in token.info.strip() else token.content)
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
                case _ if token.tag in _NESTING and token.nesting > 0:
                    self._enter(token.tag, 0)
                    self._floors.append(len(self._nest))
                case _ if token.tag in _NESTING:
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
                    self._start(token.tag, _attributes(token.content))
                case _ if token.nesting > 0:
                    self._start(token.tag, {})
                case _:
                    self._end(token.tag)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _APART:
            self._end_paragraph()
        if face := _FACES.get(name):
            self._wear(face, 1)
        elif name == "a":
            self._close_link()
            self._open_link(attributes.get("href", ""))
        elif name in _MEDIA:
            self._open_link(attributes.get("src", ""))
            self._write(attributes.get("alt", ""))
            self._close_link()
        elif name == "br" and self._pieces:
            self._append("\n")
        elif name == "tr":
            self._break_line()
        elif name in {"td", "th"} and not self._at_line_start():
            self._write(" | ")
        elif name in _HEADINGS:
            self._kind = Kind.HEADING
        elif name == "pre":
            self._kind = Kind.CODE
        elif name == "hr":
            self._add(Kind.RULE, ())
        elif name in _NESTING and len(self._nest) < DEPTH:
            start = attributes.get("start", "")
            self._enter(name, int(start) - 1 if re.fullmatch("[0-9]{1,9}", start) else 0)
        elif name == "li":
            self._settle()
            self._marker = "•"
            if self._nest and self._nest[-1] == "ol":
                self._numbers[-1] += 1
                self._marker = f"{self._numbers[-1]}."

    def _end(self, name: str) -> None:
        if name in _APART:
            self._end_paragraph()
        if face := _FACES.get(name):
            self._wear(face, -1)
        elif name == "a":
            self._close_link()
        elif name in _NESTING:
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


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): _unescape(value.strip("\"'")) for name, value in _ATTRIBUTES.findall(text)}


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _address_end(match: re.Match[str]) -> int:
    """Return where an address ends: before the punctuation of the sentence that it stands in."""
    punctuation = ".,;:!?'*_~"
    address = match[0].rstrip(punctuation)
    unopened = address.count(")") - address.count("(")
    while unopened > 0 and address.endswith(")"):
        address = address[:-1].rstrip(punctuation)
        unopened -= 1
    return match.start() + len(address)


@cache
def _markdown() -> MarkdownIt:
    """Return the parser.  Its import takes 40 ms, so it waits for the first text with markup."""
    from markdown_it import MarkdownIt

    class Markdown(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802
            return _LEADS_SOMEWHERE.match(url) is not None  # f[i](x) is no link

        def normalizeLink(self, url: str) -> str:  # noqa: N802
            return url

    markdown = Markdown("commonmark", {"maxNesting": DEPTH})
    markdown.enable("strikethrough")
    # Pasted text is indented, ``---`` below a line is a rule, and a reference would take its text away.
    markdown.disable(["autolink", "code", "lheading", "reference"])
    markdown.block.ruler.before("fence", "too_deep", _too_deep)
    markdown.block.ruler.at("html_block", _verbatim_lines, {"alt": ["paragraph", "blockquote"]})
    markdown.block.ruler.before("paragraph", "html_outside", _html_outside, {"alt": ["paragraph", "blockquote"]})
    markdown.inline.ruler.after("text", "address", _address)
    markdown.inline.ruler.at("image", _image)
    markdown.inline.ruler.at("html_inline", _tag)
    markdown.inline.ruler.at("entity", _entity)
    return markdown


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Make a paragraph of what markdown-it would drop for being nested too deeply."""
    from markdown_it.rules_block import paragraph

    return not silent and state.level >= DEPTH - 2 and paragraph(state, start, end, silent)


def _verbatim_lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Keep together a ``<pre>`` or a comment that starts a line, blank lines and all, if it closes."""
    from markdown_it.rules_block import html_block

    opening = _OPENS_VERBATIM.match(state.src, state.bMarks[start] + state.tShift[start])
    if not opening:
        return False
    closing = "-->" if opening[1] == "!--" else f"</{opening[1]}"
    return state.src.find(closing, opening.end()) > 0 and html_block(state, start, end, silent)


def _html_outside(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Let ``</blockquote>`` and the like, below a list or a ``>`` quotation, end what Markdown would continue."""
    outside = state.parentType == "blockquote" or state.sCount[start] < state.blkIndent
    tag = _TAG.match(state.src, state.bMarks[start] + state.tShift[start]) if silent and outside else None
    return tag is not None and tag[2].lower() in _APART


def _tag(state: StateInline, silent: bool) -> bool:
    """Take a tag of HTML, a comment, or an address in angle brackets; ``List<String>`` is none of them."""
    src, pos = state.src, state.pos
    if src[pos] != "<":
        return False
    if src.startswith("<!--", pos):
        end = src.find("-->", pos + 4)
        state.pos = end + 3 if end > 0 else pos
        return end > 0
    if match := _BRACKETED.match(src, pos):
        return _take_link(state, match[1], match.end(), silent)
    match = _TAG.match(src, pos)
    if not match or match[2].lower() not in _ELEMENTS or match[0].lower() == "<a>":
        return False
    kind, name, content, state.pos = "tag", match[2].lower(), match[3], match.end()
    if name in _VERBATIM and not match[1]:
        closes = src.find(f"</{match[2]}", match.end())
        end = src.find(">", closes) if closes > 0 else -1
        if end > 0:
            kind, content, state.pos = "verbatim", src[match.end() : closes], end + 1
            content = _unescape(_TAG.sub(_without_tag, content)) if name == "pre" else content
    if not silent:
        token = state.push(kind, name, 0)
        token.content, token.info = content, match[1]
    return True


def _without_tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    return "\n" if name == "br" else "" if name in _ELEMENTS else match[0]


def _address(state: StateInline, silent: bool) -> bool:
    """Take a bare address, at its colon: markdown-it stops there."""
    src, pos = state.src, state.pos
    if silent or not src.startswith("://", pos):
        return False
    start = pos - 5 if src[pos - 1 : pos] in {"s", "S"} else pos - 4
    match = _ADDRESS.match(src, start, state.posMax) if start >= 0 else None
    if not match:
        return False
    state.pending = state.pending[: start - pos]
    end = _address_end(match)
    return _take_link(state, src[start:end], end, silent)


def _take_link(state: StateInline, href: str, end: int, silent: bool) -> bool:
    if not silent:
        state.push("link_open", "a", 1).attrs = {"href": _unescape(href)}
        state.push("link_close", "a", -1)
    state.pos = end
    return True


def _image(state: StateInline, silent: bool) -> bool:
    """Take an image as a link.  markdown-it's own rule recurses as deep as images nest."""
    from markdown_it.rules_inline import link

    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    if link(state, silent):
        return True
    state.pos -= 1
    return False


def _entity(state: StateInline, silent: bool) -> bool:
    """Take an entity as browsers do: ``&#146;`` is a quotation mark."""
    match = _ENTITY.match(state.src, state.pos)
    if not match or (character := html.unescape(match[0])) == match[0]:
        return False
    if not silent:
        state.push("text", "", 0).content = character
    state.pos = match.end()
    return True
