"""Pocket's HTML, ``ril_export.html``: lists of links, what its export was before it was CSV.

``<li><a href time_added="1477929476" tags="a,b">title</a></li>`` below ``<h1>Unread</h1>`` or
``<h1>Read Archive</h1>``; the title of a page that Pocket could not read is its URL.  Every other attribute is kept in
``extra["pocket"]``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import to_utf8
from tagtui.formats.netscape_links import read_attributes, unescape
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

_NETSCAPE = re.compile(rb"<!doctype\s++netscape-bookmark-file-1", re.IGNORECASE)
_OWN = re.compile(rb"<title>\s*+pocket export\s*+</title>|<li>\s*+<a\s[^<>]*?\stime_added\s*+=", re.IGNORECASE)
_TAG = re.compile(rb"<(?:h1(?:\s[^<>]*+)?>\s*+([^<]*+)|li(?:\s[^<>]*+)?>\s*+<a(?=[\s>]))", re.IGNORECASE)
_LINK_END = re.compile(rb"</a\s*+>", re.IGNORECASE)
# A link without an end, or with a quotation mark that has none, costs no other.
_NEXT = re.compile(rb"<li(?:\s[^<>]*+)?>\s*+<a[\s>]|[\r\n][ \t]*+<(?:h1|/ul)[\s>]", re.IGNORECASE)
_NAME = re.compile("[A-Z][A-Z0-9_.:-]*")


def read(source: Source) -> Iterator[Entry]:
    """Yield the links of ``source``."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded.utf8, datetime.now(UTC)), decoded.warnings)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    return utf8.lstrip().startswith(b"<") and bool(_OWN.search(utf8)) and not _NETSCAPE.search(utf8)


FORMAT = Format("pocket-html", "Pocket HTML", _recognises, read, None)


def _read(content: bytes, now: datetime) -> Iterator[Entry]:
    line_end = b"\n" if b"\n" in content else b"\r"
    line, counted, place = 1, 0, 0
    unread = False
    while tag := _TAG.search(content, place):
        place = tag.end()
        line += content.count(line_end, counted, tag.start())
        counted = tag.start()
        if tag[1] is not None:
            unread = tag[1].strip().lower() == b"unread"
            continue
        following = _NEXT.search(content, place)
        link = content[place : following.start() if following else len(content)]
        attributes, start = read_attributes(link, 0)
        ending = _LINK_END.search(link, start)
        end, after = ending.span() if ending else (len(link), len(link))
        place += after
        yield _entry(attributes, unescape(link[start:end].decode()), unread, f"line {line}", now)


def _entry(attributes: dict[str, str], title: str, unread: bool, where: str, now: datetime) -> Entry:
    url = attributes.pop("HREF", "")
    if not clean_url(url):
        return Skipped(where, "it has no URL")
    tags = clean_tags(attributes.pop("TAGS", "").split(","))
    added, warnings = read_added(attributes.pop("TIME_ADDED", ""), now)
    kept = {name.lower(): text for name, text in attributes.items() if _NAME.fullmatch(name)}
    return Draft(
        url=url,
        title="" if title == url else title,
        tags=tags,
        added=added,
        unread=unread,
        extra={"pocket": kept} if kept else {},
        where=where,
        warnings=warnings,
    )
