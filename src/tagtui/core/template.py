"""A person's own words around a bookmark: a template such as ``[{url} {title}]``.

The braces are those of Python's format strings and nothing else is: a field is a plain name, so that a template can ask
for nothing but what a bookmark says of itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from string import Formatter

from tagtui.core.bookmark import Bookmark
from tagtui.core.text import clean, in_zone
from tagtui.core.url import site

_DIRECTIVE = re.compile("%-?[aAbBdeFGHIjmMpSTuVyYzZ]|%%")  # what Linux and macOS agree on


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a bookmark is told of from: the owner of its library, and the time zone of the dates."""

    owner: str
    zone: tzinfo = UTC


_Read = Callable[[Bookmark, Standpoint], str]

_TEXTS: Mapping[str, _Read] = {
    "url": lambda bookmark, _: bookmark.url,
    "title": lambda bookmark, _: bookmark.heading,
    "annotation": lambda bookmark, _: bookmark.annotation,
    "by": lambda bookmark, standpoint: bookmark.by or standpoint.owner,
    "site": lambda bookmark, _: site(bookmark.url),
}
_DATES: Mapping[str, Callable[[Bookmark], datetime]] = {
    "added": lambda bookmark: bookmark.added,
    "modified": lambda bookmark: bookmark.modified,
}
FIELDS = (*_TEXTS, "tags", *_DATES)


@dataclass(frozen=True, slots=True)
class Template:
    """What stands around the fields, and how each of them is read; made by :func:`parse_template`."""

    pieces: tuple[str | _Read, ...]

    def fill(self, bookmark: Bookmark, standpoint: Standpoint) -> str:
        """Return the text for ``bookmark``."""
        return "".join(piece if isinstance(piece, str) else piece(bookmark, standpoint) for piece in self.pieces)


def parse_template(text: str) -> Template:
    """Return the template that ``text`` writes; raises ValueError, with the reason, where it is none.

    ``{title}`` is the URL of an untitled bookmark; ``{added}`` and ``{modified}`` take a date format after a colon, as
    in ``{added:%d %B %Y}``, else they are ``2016-10-31``; ``{tags}`` takes what stands between the tags, as in
    ``{tags:, }``, else a blank.  ``{{`` and ``}}`` are the braces themselves.
    """
    text = clean(text).strip("\n")
    if not text.strip():
        raise ValueError("the template is empty")
    try:
        parsed = list(Formatter().parse(text))
    except ValueError:
        raise ValueError("a brace has no counterpart; {{ and }} are the braces themselves") from None
    pieces: list[str | _Read] = []
    for literal, name, manner, conversion in parsed:
        if literal:
            pieces.append(literal)
        if name is not None:
            pieces.append(_field(name, manner or "", conversion))
    return Template(tuple(pieces))


def local_day(moment: datetime, standpoint: Standpoint, manner: str = "%Y-%m-%d") -> str:
    """Return the date, or what else of it ``manner`` asks for, in the time zone of ``standpoint``."""
    return in_zone(moment, standpoint.zone).strftime(manner)


def _field(name: str, manner: str, conversion: str | None) -> _Read:
    if name not in FIELDS:
        raise ValueError(f"there is no field {{{name}}}; those known are {', '.join(FIELDS)}")
    if conversion is not None:
        raise ValueError(f"{{{name}!{conversion}}} is to be {{{name}}}")
    if name == "tags":
        return _tags(manner)
    if name in _DATES:
        return _date(name, manner)
    if manner:
        raise ValueError(f"{{{name}:{manner}}} is to be {{{name}}}: only dates and tags take more")
    return _TEXTS[name]


def _tags(between: str) -> _Read:
    if "{" in between:
        raise ValueError("between the tags no other field can stand")
    return lambda bookmark, _: (between or " ").join(bookmark.tags)


def _date(name: str, manner: str) -> _Read:
    rest = _DIRECTIVE.sub("", manner)
    if "%" in rest or "{" in rest or (manner and rest == manner):
        raise ValueError(f"{{{name}:{manner}}} has no date format, such as %Y-%m-%d or %d %B %Y, after the colon")
    read = _DATES[name]
    return lambda bookmark, standpoint: local_day(read(bookmark), standpoint, manner or "%Y-%m-%d")
