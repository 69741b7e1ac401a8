"""Pinboard's XML: what ``posts/all`` and the settings page's export give.

``<post>`` elements whose attributes are named as in Pinboard's JSON, but for ``tag``; ``toread`` is left out when no.
tagtui adds ``modified`` where it differs from ``time``, and ``by``.  Every other attribute is kept in
``extra["pinboard"]``, as those of the JSON are.  https://pinboard.in/api
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import md5
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark, Draft, split_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.dates import read_added, read_date, stamp
from tagtui.formats.encoding import to_utf8
from tagtui.formats.flags import is_no, is_yes
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.xml_text import quote

_POSTS = re.compile(rb"\s*+(?:<\?xml\s[^<>]*+>)?(?:\s*+<!--.*?-->)*+\s*+<(?:!DOCTYPE\s++)?posts(?=[\s/>])", re.DOTALL)
_NAME = re.compile("(?!xml)[A-Za-z_][A-Za-z0-9_.-]*", re.IGNORECASE)


def recognises(head: bytes) -> bool:
    """Tell whether ``head`` begins a list of posts, be it Pinboard's or that of del.icio.us."""
    return bool(_POSTS.match(to_utf8(head).utf8))


def read(source: Source) -> Iterator[Entry]:
    """Yield the posts of ``source``; raises ImportFileError where it is cut off, or no XML list of posts."""
    from tagtui.formats.posts_xml import read_posts

    return read_posts(source, _entry)


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``, one a line."""
    out.write(f'<?xml version="1.0" encoding="UTF-8" ?>\n<posts user={quote(writing.owner)}>\n'.encode())
    out.writelines(_line(bookmark).encode() for bookmark in bookmarks)
    out.write(b"</posts>\n")


FORMAT = Format("pinboard-xml", "Pinboard XML", recognises, read, write, ("xml",))


def _entry(attributes: dict[str, str], where: str, now: datetime) -> Entry:
    url = attributes.pop("href", "")
    if not clean_url(url):
        return Skipped(where, "it has no href")
    added, warnings = read_added(attributes.pop("time", ""), now)
    attributes.pop("hash", None)
    return Draft(
        url=url,
        title=attributes.pop("description", ""),
        annotation=attributes.pop("extended", ""),
        tags=split_tags(attributes.pop("tag", "")),
        added=added,
        modified=read_date(attributes.pop("modified", ""), now),
        by=attributes.pop("by", ""),
        private=is_no(attributes.pop("shared", "")),
        unread=is_yes(attributes.pop("toread", "")),
        extra={"pinboard": attributes} if attributes else {},
        where=where,
        warnings=warnings,
    )


def _line(bookmark: Bookmark) -> str:
    kept = bookmark.extra.get("pinboard")
    kept = kept if isinstance(kept, dict) else {}
    attributes = {
        "href": bookmark.url,
        "time": stamp(bookmark.added),
        "description": bookmark.title,
        "extended": bookmark.annotation,
        "tag": " ".join(bookmark.tags),
        "hash": md5(bookmark.url.encode(), usedforsecurity=False).hexdigest(),
        "meta": kept.get("meta"),
        "shared": "no" if bookmark.private else "yes",
        "toread": "yes" if bookmark.unread else None,
        "modified": stamp(bookmark.modified) if bookmark.modified != bookmark.added else None,
        "by": bookmark.by or None,
    }
    attributes |= {name: text for name, text in kept.items() if name not in attributes and _NAME.fullmatch(name)}
    written = " ".join(f"{name}={quote(text)}" for name, text in attributes.items() if isinstance(text, str))
    return f"<post {written} />\n"
