"""What the clipboard gets of bookmarks: links in the languages that people write in, or the whole entry.

Each link is one link, to that URL and with that title, whatever they hold.  A single bookmark is a line to paste into a
sentence, several are a list.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec

from tagtui.core.bookmark import Bookmark, clean_tags
from tagtui.core.template import Standpoint, Template, local_day, parse_template
from tagtui.core.text import clean_line

_Render = Callable[[Sequence[Bookmark], Standpoint], str]

# CommonMark 0.31: backslash escapes (2.4), emphasis, links, code, HTML, and GFM's strikethrough; an entity is decoded.
_MARKDOWN = re.compile(r"[\\`*_\[\]<~]|&(?=#?\w+;)")
_NOT_IN_MARKDOWN_TARGET = re.compile(r"\s")
_MARKDOWN_TARGET = re.compile(r"[\\<>]|&(?=#?\w+;)")
# Org's own rule for the link: brackets, and the backslashes before them and at the end (manual, "Link Format").
_ORG_TARGET = re.compile(r"(?<!\\)(\\*+)([\[\]]|\Z)")
# There is no escaping in the description of a link.  As org-link-make-string does, a zero width space parts what would
# end it; and what an export would run or pass on: {{{macro}}}, @@html:…@@, src_sh{…}, call_name().
_ORG_TITLE = re.compile(r"(?<=\])(?=\]|\Z)|(?<=\{)(?=\{)|(?<=@)(?=@)|(?<=\bsrc)(?=_)|(?<=\bcall)(?=_)")
_ZERO_WIDTH_SPACE = "\u200b"
# docutils (parsers/rst/states.py, phrase_ref): white space in a target is dropped, a last underscore makes it an alias,
# and a backslash before that is always taken for its escape.
_RST_TITLE = re.compile(r"[\\`]")
_NOT_IN_RST_TARGET = re.compile(r"\s|(?<=\\)_\Z")
_RST_TARGET = re.compile(r"[\\`<>]|_\Z")
# DEL and C1 drive terminals, bidi controls reorder a line; JSON's encoder escapes only C0.
_NOT_IN_JSON = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to write bookmarks down.

    ``name`` stands for it in the settings, ``label`` in a menu.  ``render`` takes one bookmark or many; it returns
    ``""`` where they have nothing to copy, such as no tags.
    """

    name: str
    label: str
    render: _Render


def shapes(templates: Mapping[str, str]) -> tuple[Shape, ...]:
    """Return the shapes there are, then those of a person's ``templates`` by name; raises ValueError for a bad one.

    A template that has the name of a shape stands in its place.
    """
    own = {name: _from_template(name, parse_template(text)) for name, text in templates.items()}
    return tuple(({shape.name: shape for shape in SHAPES} | own).values())


# --- one bookmark or many


def _lines(write: Callable[[Bookmark], str]) -> _Render:
    return lambda bookmarks, _: "\n".join(map(write, bookmarks))


def _items(write: Callable[[Bookmark], str]) -> _Render:
    """Return what writes a single link as it is, several as a list in Markdown, Org and reStructuredText alike."""

    def render(bookmarks: Sequence[Bookmark], _: Standpoint) -> str:
        mark = "- " if len(bookmarks) > 1 else ""
        return "\n".join(mark + write(bookmark) for bookmark in bookmarks)

    return render


def _from_template(name: str, template: Template) -> Shape:
    def render(bookmarks: Sequence[Bookmark], standpoint: Standpoint) -> str:
        filled = [template.fill(bookmark, standpoint) for bookmark in bookmarks]
        return ("\n\n" if any("\n" in text for text in filled) else "\n").join(filled)

    return Shape(name, clean_line(name), render)


# --- links


def markdown_link(bookmark: Bookmark) -> str:
    """Return ``[title](url)``, the URL in angle brackets where it holds parentheses."""
    url = _escaped(_MARKDOWN_TARGET, _percent_encoded(_NOT_IN_MARKDOWN_TARGET, bookmark.url))
    target = f"<{url}>" if any(sign in url for sign in "()<>") else url
    return f"[{_escaped(_MARKDOWN, _title(bookmark))}]({target})"


def org_link(bookmark: Bookmark) -> str:
    """Return ``[[url][title]]``, or ``[[url]]`` where the title says no more."""
    target = _ORG_TARGET.sub(_org_escaped, bookmark.url)
    if bookmark.heading == bookmark.url:
        return f"[[{target}]]"
    return f"[[{target}][{_ORG_TITLE.sub(_ZERO_WIDTH_SPACE, _title(bookmark))}]]"


def _org_escaped(match: re.Match[str]) -> str:
    backslashes, bracket = match.groups()
    return backslashes * 2 + (f"\\{bracket}" if bracket else "")


def html_link(bookmark: Bookmark) -> str:
    """Return ``<a href="url">title</a>``."""
    return f'<a href="{html.escape(bookmark.url)}">{html.escape(_title(bookmark), quote=False)}</a>'


def rst_link(bookmark: Bookmark) -> str:
    """Return an anonymous hyperlink of reStructuredText, `` `title <url>`__ ``: titles may repeat in a document."""
    url = _escaped(_RST_TARGET, _percent_encoded(_NOT_IN_RST_TARGET, bookmark.url))
    return f"`{_escaped(_RST_TITLE, _title(bookmark))} <{url}>`__"


def _title(bookmark: Bookmark) -> str:
    """Return the title on one line: the URL that stands in for it may hold a line separator (U+2028)."""
    return clean_line(bookmark.heading)


def _escaped(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(r"\\\g<0>", text)


def _percent_encoded(pattern: re.Pattern[str], url: str) -> str:
    """Return ``url`` with what ``pattern`` finds as browsers send it, where no escaping keeps it in a link's target."""
    return pattern.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)


def _html_links(bookmarks: Sequence[Bookmark], _: Standpoint) -> str:
    if len(bookmarks) == 1:
        return html_link(bookmarks[0])
    return "\n".join(("<ul>", *(f"<li>{html_link(bookmark)}</li>" for bookmark in bookmarks), "</ul>"))


# --- the rest of an entry


def _tags(bookmarks: Sequence[Bookmark], _: Standpoint) -> str:
    return " ".join(clean_tags(chain.from_iterable(bookmark.tags for bookmark in bookmarks)))


def _entries(bookmarks: Sequence[Bookmark], standpoint: Standpoint) -> str:
    return "\n\n---\n\n".join(_entry(bookmark, standpoint) for bookmark in bookmarks)


def _entry(bookmark: Bookmark, standpoint: Standpoint) -> str:
    """Return ``bookmark`` as one would put it into a mail."""
    by = f" by {bookmark.by}" if bookmark.by else ""
    facts = [f"Saved: {local_day(bookmark.added, standpoint)}{by}"]
    if bookmark.tags:
        facts.insert(0, f"Tags: {', '.join(bookmark.tags)}")
    page = [bookmark.title, bookmark.url] if bookmark.title else [bookmark.url]
    return "\n\n".join(filter(str.strip, ("\n".join(page), bookmark.annotation.strip("\n"), "\n".join(facts))))


def _json(bookmarks: Sequence[Bookmark], standpoint: Standpoint) -> str:
    plain = [as_plain(bookmark, standpoint.owner) for bookmark in bookmarks]
    text = msgspec.json.format(msgspec.json.encode(plain[0] if len(plain) == 1 else plain), indent=2).decode()
    return _NOT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_plain(bookmark: Bookmark, owner: str) -> dict[str, Any]:
    """Return every field of ``bookmark``, whatever its value, as ``tagtui list --json`` names them."""
    return {**msgspec.structs.asdict(bookmark), "by": bookmark.by or owner}


SHAPES: tuple[Shape, ...] = (
    Shape("url", "URL", _lines(lambda bookmark: bookmark.url)),
    Shape("title", "Title", _lines(_title)),
    Shape("markdown", "Link in Markdown", _items(markdown_link)),
    Shape("org", "Link in Org", _items(org_link)),
    Shape("html", "Link in HTML", _html_links),
    Shape("rst", "Link in reStructuredText", _items(rst_link)),
    Shape("tags", "Tags", _tags),
    Shape("text", "Whole entry, as text", _entries),
    Shape("json", "Whole entry, as JSON", _json),
)
"""The shapes that are always there, in the order of the menu."""
