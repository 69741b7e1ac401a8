"""What a page says of itself: its title, description, site and canonical address.

Only the tags that tell are looked for, by a scanner like that of HTML's tokenizer.  A parser that builds the tree as
the standard says takes quadratic time (lexbor: over 20 s for 512 KB of ``<div>``); browsers limit the depth instead.
Here the time is linear whatever the page holds: searches go forward only, and none runs twice over the same text.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from urllib.parse import unquote, urljoin, urlsplit

from tagtui.core.text import clean_line
from tagtui.core.url import MAX_URL, clean_url, scheme

MAX_TITLE = 500  # characters
MAX_DESCRIPTION = 5_000

_APART = frozenset({"svg", "math", "template"})  # a title in these is not the page's
_VERBATIM = frozenset("title script style textarea xmp iframe noembed noframes".split())
_TELLING = frozenset({"meta", "link", "base"})
_METAS = frozenset({"description", "og:title", "og:description", "og:site_name"})

_REST = r"""(?:[^=>]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>"""
_PIECE = re.compile(
    rf"""(?:[^<]*+<(?:(?![a-z/!?])|/?(?!(?:{"|".join(_APART | _VERBATIM | _TELLING)})[\s/>])[a-z]{_REST})){{0,256}}+
    [^<]*+<(?: (?P<comment>!--)
      | (?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?P<attributes>{_REST})
      | [!?/][^>]*+>
      | (?P<cut>[a-z!?/])  # the page ends within this tag
      | )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""The next tag that matters, or one of the next: a single match holds up all threads, so it is kept short."""

_ATTRIBUTE = re.compile(
    r"""([^\s/>="'][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+""",
    re.ASCII,
)
_REFERENCE = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}))(;|(?![=A-Za-z0-9]))")
_LONGEST_REFERENCE = 34  # characters

_VERBATIM_ENDS = {name: re.compile(rf"</{name}(?=[\s/>]|\Z)", re.IGNORECASE | re.ASCII) for name in _VERBATIM}


@dataclass(frozen=True, slots=True)
class PageDetails:
    """What a page says of itself, each in one line of clean text, ``""`` for what it does not say.

    ``url`` is where the redirects ended, ``canonical`` the address that the page prefers if that is another one,
    http or https; it may be of another site.
    """

    url: str
    title: str = ""
    description: str = ""
    canonical: str = ""
    site: str = ""


def read_details(text: str, url: str) -> PageDetails:
    """Return the details of the page ``text`` that came from ``url``.

    The first of each kind that says something counts, and what is for search engines goes before what is for cards
    (Open Graph, https://ogp.me).
    """
    said: dict[str, str] = {}
    for key, value in _said(text):
        said.setdefault(key, value)
    return PageDetails(
        url=url,
        title=_line(said.get("title") or said.get("og:title", ""), MAX_TITLE),
        description=_line(said.get("description") or said.get("og:description", ""), MAX_DESCRIPTION),
        canonical=_canonical(said.get("canonical", ""), said.get("base", ""), url),
        site=_line(said.get("og:site_name", ""), MAX_TITLE),
    )


def _said(text: str) -> Iterator[tuple[str, str]]:
    """Yield what the page says, each with the name that it goes by, in order; nothing that is blank."""
    for name, content in _tags(text):
        if name == "title":
            keys, value = [name], content
        else:
            attributes = _attributes(content)
            keys = _keys(name, attributes)
            value = attributes.get("content" if name == "meta" else "href", "")
        if keys and _line(value, MAX_TITLE):
            yield from ((key, value) for key in keys)


def _keys(name: str, attributes: dict[str, str]) -> list[str]:
    if name == "meta":
        named = (attributes.get(attribute, "").strip().lower() for attribute in ("name", "property"))
        return [key for key in named if key in _METAS]
    if name == "link":
        return ["canonical"] if "canonical" in attributes.get("rel", "").lower().split() else []
    return [name]


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each tag that tells, with its attributes, or of a title with its text; both as written."""
    place = apart = 0
    while (piece := _PIECE.match(text, place)) and not piece["cut"]:
        place = piece.end()
        if piece["comment"]:
            end = text.find("-->", place - 2)  # <!--> is one too
            if end < 0:
                return
            place = end + 3
        name = (piece["name"] or "").lower()
        if piece["end"]:
            apart -= name in _APART and apart > 0
        elif name in _APART:
            apart += not piece["attributes"].endswith("/>")
        elif apart:
            continue
        elif name in _VERBATIM:
            ending = _VERBATIM_ENDS[name].search(text, place)
            start, place = place, ending.start() if ending else len(text)
            if name == "title":
                yield name, text[start:place]
        elif name in _TELLING:
            yield name, piece["attributes"].removesuffix(">")


def _attributes(text: str) -> dict[str, str]:
    """Return the attributes by name, in lower case; the first of a name counts."""
    attributes: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(text):
        attributes.setdefault(name.lower(), "".join(values))
    return attributes


def _line(text: str, most: int) -> str:
    shortened = clean_line(text)[: most * _LONGEST_REFERENCE]  # enough, should it be nothing but references
    return clean_line(_unescape(shortened))[:most].rstrip()


def _unescape(text: str) -> str:
    """Return ``text`` with its character references resolved, as in an attribute: ``?a=1&copy=2`` stays.

    :func:`html.unescape` would not only change that, but fails on a number of 5,000 digits.
    """
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    name, ending = reference.groups()
    return html5.get(name + ending, reference[0]) if name else html.unescape(reference[0])


def _canonical(href: str, base: str, url: str) -> str:
    """Return the address ``href``, relative to ``base``; ``""`` if it is no other than ``url``, or not for the web."""
    if not href or max(len(href), len(base)) > MAX_URL:
        return ""
    try:
        canonical = urljoin(urljoin(url, clean_url(_unescape(base))), clean_url(_unescape(href)))
        is_other = _normal(canonical) != _normal(url)
    except ValueError:  # http://[
        return ""
    return canonical if is_other and scheme(canonical) in ("http", "https") else ""


def _normal(url: str) -> tuple[str, str, str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower(), unquote(parts.path) or "/", parts.query
