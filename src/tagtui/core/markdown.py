"""Markdown with pasted HTML in it, read by markdown-it with rules of our own where its rules would lose text.

HTML is read inline, so that Markdown works inside of ``<blockquote>``; only ``<pre>``, scripts and comments that close
are verbatim.  A tag becomes a token of type ``tag`` (``info`` is ``/`` for a closing one, ``content`` its attributes),
a verbatim element one of type ``verbatim``.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

DEPTH = 30  # levels of nesting; what nests deeper is as typed

_ATTRIBUTE = r"""\s++([a-z_:@][\w:.@-]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>`]++))?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE, re.IGNORECASE)
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*+)((?:{_ATTRIBUTE})*+)\s*+/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
ADDRESS = re.compile(r'(?<![^\W_])https?://[^\W_][^\s<>\[\]"`]*+', re.IGNORECASE)
_BRACKETED = re.compile(r"<((?:https?://|mailto:)[^\s<>]++)>", re.IGNORECASE)
_LEADS_SOMEWHERE = re.compile(r"[a-z][a-z0-9+.-]*+:|www\.|[^\s/]*+/", re.IGNORECASE)
_OPENS_VERBATIM = re.compile(r"<(!--|(?:pre|script|style|textarea)\b)", re.IGNORECASE)

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
NESTING = frozenset(("blockquote", "ol", "ul"))
_VERBATIM = frozenset(("pre", "script", "style", "textarea"))
MEDIA = frozenset(("audio", "embed", "iframe", "img", "source", "video"))
APART = HEADINGS.union(
    NESTING,
    """address article aside body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form
    head header hr li main menu nav option p pre section select summary table tbody tfoot thead title""".split(),
)
_ELEMENTS = APART.union(
    _VERBATIM,
    MEDIA,
    """b cite code del dfn em i kbd s samp strike strong tt var""".split(),
    """a abbr acronym area base bdi bdo big br button canvas col colgroup data datalist font frame frameset html input
    ins label legend link map mark meta meter noscript object optgroup output param picture progress q rp rt ruby slot
    small span sub sup svg td template th time tr track u wbr""".split(),
)


def attributes(text: str) -> dict[str, str]:
    return {name.lower(): _unescape(value.strip("\"'")) for name, value in _ATTRIBUTES.findall(text)}


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def address_end(match: re.Match[str]) -> int:
    """Return where an address ends: before the punctuation of the sentence that it stands in."""
    address = match[0]
    end = len(address)
    unopened = address.count(")") - address.count("(")
    while (last := address[end - 1]) in ".,;:!?'*_~" or (last == ")" and unopened > 0):
        unopened -= last == ")"
        end -= 1
    return match.start() + end


@cache
def parser() -> MarkdownIt:
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
    return tag is not None and tag[2].lower() in APART


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
    match = ADDRESS.match(src, start, state.posMax) if start >= 0 else None
    if not match:
        return False
    state.pending = state.pending[: start - pos]
    end = address_end(match)
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
