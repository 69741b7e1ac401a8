"""The bookmark, the draft that becomes one, and the rules of tags."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from tagtui.core.text import clean, clean_line
from tagtui.core.url import MAX_URL, clean_url

MAX_TAG = 255  # characters, as on Pinboard
MAX_TITLE = 65_536  # characters
MAX_ANNOTATION = 1_048_576  # characters

_MOST_PLAIN = 65_536  # tags

# White space, commas and the zero-width spaces; the joiners U+200C and U+200D stay, emoji need them.
_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff]")
_NOT_IN_TAGS = re.compile(r"[\s,]+")


class Bookmark(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True, forbid_unknown_fields=True):
    """One saved page.  Field order is the order in the file; times are aware, UTC, whole seconds.

    ``by`` is who saved it, ``""`` for the library's owner.  ``extra`` is what an imported file held beyond these
    fields, by the format's name.  ``gc=False`` is safe (no field can reach back here) and spares the collector
    100,000 objects.
    """

    url: str
    title: str = ""
    annotation: str = ""
    tags: tuple[str, ...] = ()
    added: datetime
    modified: datetime
    by: str = ""
    private: bool = False
    unread: bool = False
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def heading(self) -> str:
        """The title, or the URL of an untitled bookmark."""
        return self.title or self.url


class Draft(msgspec.Struct, frozen=True, gc=False):
    """A bookmark on its way in, before the library has given it what is missing.

    ``where`` names its place in the file it came from (``line 12``, ``entry 3``), for the report; ``warnings`` says
    what was mended on the way.  A struct, as an import makes 100,000 and a frozen dataclass takes eight times as long.
    """

    url: str
    title: str = ""
    annotation: str = ""
    tags: tuple[str, ...] = ()
    added: datetime | None = None
    modified: datetime | None = None
    by: str = ""
    private: bool = False
    unread: bool = False
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    where: str = ""
    warnings: tuple[str, ...] = ()


@lru_cache(maxsize=65_536)
def tag_key(tag: str) -> str:
    """Return the identity of ``tag``: its Unicode casefold in form NFC."""
    if tag.isascii():
        return tag.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", tag).casefold())


def clean_tag(text: str) -> str:
    """Return ``text`` as a tag: cleaned, white space and commas inside it made ``-``; may be ``""``."""
    if text.isprintable() and " " not in text and "," not in text:
        return text
    bare = _ZERO_WIDTH.sub("", clean(text))
    return "-".join(part for part in _NOT_IN_TAGS.split(bare) if part)


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return ``tags`` cleaned, without empty ones and without repeats (by :func:`tag_key`), first seen first."""
    tags = tuple(tags)
    different = {*tags}
    if len(different) == len(tags) and different <= _plain_tags:
        return tags  # nearly always
    unique: dict[str, str] = {}
    for tag in map(clean_tag, tags):
        if tag:
            key = tag_key(tag)
            unique.setdefault(key, tag)
            if key == tag:
                _remember_plain(tag)
    return tuple(unique.values())


_plain_tags: set[str] = set()  # tags that were met, are clean, and are their own keys


def _remember_plain(tag: str) -> None:
    if len(_plain_tags) == _MOST_PLAIN:
        _plain_tags.clear()
    _plain_tags.add(tag)


def split_tags(text: str) -> tuple[str, ...]:
    """Return the tags of a typed or stored list: separated by commas if there is any, else by white space."""
    return clean_tags(text.split(",") if "," in text else text.split())


def parents(key: str) -> Iterator[str]:
    """Yield the tags that ``key`` stands under: ``a`` and ``a/b`` for ``a/b/c``."""
    end = key.find("/", 1)
    while end > 0:
        yield key[:end]
        end = key.find("/", end + 1)


def tidy(bookmark: Bookmark) -> Bookmark:
    """Return ``bookmark`` with its texts cleaned; the very object when there is nothing to clean."""
    title, url = clean_line(bookmark.title), clean_url(bookmark.url)
    annotation, by = clean(bookmark.annotation), clean_line(bookmark.by)
    tags = clean_tags(bookmark.tags)
    if (title, url, annotation, by, tags) == (
        bookmark.title,
        bookmark.url,
        bookmark.annotation,
        bookmark.by,
        bookmark.tags,
    ):
        return bookmark
    return msgspec.structs.replace(bookmark, title=title, url=url, annotation=annotation, by=by, tags=tags)


def over_limits(bookmark: Bookmark | Draft) -> tuple[str, ...]:
    """Return a line for each field longer than tagtui promises to handle well; it is kept all the same."""
    url, title, annotation = len(bookmark.url), len(bookmark.title), len(bookmark.annotation)
    if url + title + annotation <= MAX_URL and len("".join(bookmark.tags)) <= MAX_TAG:
        return ()  # nearly always
    longest_tag = max(map(len, bookmark.tags), default=0)
    sizes = (("URL", url, MAX_URL), ("title", title, MAX_TITLE), ("annotation", annotation, MAX_ANNOTATION))
    return tuple(
        f"{name} of {size:,} characters (the limit is {limit:,}), kept"
        for name, size, limit in (*sizes, ("tag", longest_tag, MAX_TAG))
        if size > limit
    )
