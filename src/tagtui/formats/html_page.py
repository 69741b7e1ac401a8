"""A page to show to others: one HTML file that a browser narrows by tags and words, from a disk and without a network.

The bookmarks stand in it as JSON, in a block that is data to a browser, one a line; their tags are numbers in a table
after them.  The folder ``page`` holds what shows them.  The page's Content-Security-Policy allows its own script and
style by their hashes, and nothing else: https://www.w3.org/TR/CSP3/
"""

import html
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from string import Template
from typing import BinaryIO

import msgspec

from tagtui.core.bookmark import Bookmark, parents, tag_key
from tagtui.formats.dates import stamp
from tagtui.formats.registry import Format, Writing, unrecognised

# Without these no text can end the block, or begin a comment in it, whatever it holds:
# https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
_ESCAPES = tuple((sign.encode(), rb"\u%04x" % ord(sign)) for sign in "<>&\u2028\u2029")


class _Row(msgspec.Struct, omit_defaults=True, kw_only=True, gc=False):
    """A bookmark as the page's script reads it; what the page does not show is left out."""

    url: str
    title: str = ""
    annotation: str = ""
    tags: list[int] = []  # numbers of the table
    added: str
    by: str = ""
    private: bool = False
    unread: bool = False


class _Tags:
    """The table of tags: a number for each, in the order of their first use, by which the bookmarks name them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []

    def numbers(self, tags: Iterable[str]) -> list[int]:
        return [self._number(tag) for tag in tags]

    def _number(self, tag: str) -> int:
        key = tag_key(tag)
        if key not in self._numbers:
            self._numbers[key] = len(self._names)
            self._names.append(tag)
        return self._numbers[key]

    def rows(self) -> Iterator[dict[str, str | list[int]]]:
        """Yield the name of each tag, and the numbers of those that it is found under, as ``a/b`` is under ``a``."""
        for key, name in zip(self._numbers, self._names, strict=True):
            under = [self._numbers[parent] for parent in parents(key) if parent in self._numbers]
            yield {"name": name, "under": under} if under else {"name": name}


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, writing: Writing) -> None:
    """Write ``bookmarks`` to ``out`` as a page, in their order; private ones are in it like the others, and marked."""
    before, after = _page(writing.owner)
    tags = _Tags()
    out.write(before)
    out.write(b'{"owner":' + _embedded(writing.owner) + b',"bookmarks":')
    _write_array((_row(bookmark, tags) for bookmark in bookmarks), out)
    out.write(b',"tags":')
    _write_array(tags.rows(), out)
    out.write(b"}" + after)


FORMAT = Format("html-page", "HTML page that narrows by tags", unrecognised, None, write)


def _page(owner: str) -> tuple[bytes, bytes]:
    """Return what stands before the page's data, and after it."""
    from importlib.resources import files

    folder = files(__package__) / "page"
    page, style, script = ((folder / name).read_text("utf-8") for name in ("page.html", "page.css", "page.js"))
    values = {
        "owner": html.escape(owner),
        "style": style,
        "style_hash": _hash(style),
        "script": script,
        "script_hash": _hash(script),
    }
    before, _, after = page.partition("$data")
    return Template(before).substitute(values).encode(), Template(after).substitute(values).encode()


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def _row(bookmark: Bookmark, tags: _Tags) -> _Row:
    return _Row(
        url=bookmark.url,
        title=bookmark.title,
        annotation=bookmark.annotation,
        tags=tags.numbers(bookmark.tags),
        added=stamp(bookmark.added),
        by=bookmark.by,
        private=bookmark.private,
        unread=bookmark.unread,
    )


def _write_array(rows: Iterable[object], out: BinaryIO) -> None:
    opening = b"[\n"
    for row in rows:
        out.write(opening + _embedded(row))
        opening = b",\n"
    out.write(b"[]" if opening == b"[\n" else b"\n]")


def _embedded(value: object) -> bytes:
    """Return ``value`` as JSON that may stand in a page; the signs in question are in its texts only."""
    encoded = msgspec.json.encode(value)
    for sign, escape in _ESCAPES:
        encoded = encoded.replace(sign, escape)
    return encoded
