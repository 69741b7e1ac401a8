"""The XML of del.icio.us, which ``posts/all`` gave from 2003 to 2017.

Pinboard's descends from it and differs in little.  Only here are there ``update`` or ``total`` at ``<posts>`` and
``private`` beside ``shared``; tags are separated by blanks or, in the last years, by commas, and ``system:unfiled``
stands for none.  A list with none of these three attributes is taken for Pinboard's, which for all else is read alike.
Every other attribute is kept in ``extra["delicious"]``.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from tagtui.core.bookmark import Draft, split_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats import pinboard_xml
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import to_utf8
from tagtui.formats.flags import is_no, is_yes
from tagtui.formats.registry import Entry, Format, Source

_OWN = re.compile(rb"<posts(?=\s)[^<>]*?\s(?:update|total)\s*+=|<post(?=\s)[^<>]*?\sprivate\s*+=")
_UNTAGGED = "system:unfiled"


def read(source: Source) -> Iterator[Entry]:
    """Yield the posts of ``source``; raises ImportFileError where it is cut off, or no XML list of posts."""
    from tagtui.formats.posts_xml import read_posts

    return read_posts(source, _entry)


def _recognises(head: bytes) -> bool:
    return pinboard_xml.recognises(head) and bool(_OWN.search(to_utf8(head).utf8))


FORMAT = Format("delicious-xml", "del.icio.us XML", _recognises, read, None)


def _entry(attributes: dict[str, str], where: str, now: datetime) -> Entry:
    url = attributes.pop("href", "")
    if not clean_url(url):
        return Skipped(where, "it has no href")
    added, warnings = read_added(attributes.pop("time", ""), now)
    attributes.pop("hash", None)
    private, shared = attributes.pop("private", ""), attributes.pop("shared", "")
    return Draft(
        url=url,
        title=attributes.pop("description", ""),
        annotation=attributes.pop("extended", ""),
        tags=tuple(tag for tag in split_tags(attributes.pop("tag", "")) if tag != _UNTAGGED),
        added=added,
        private=is_yes(private) or is_no(shared),
        extra={"delicious": attributes} if attributes else {},
        where=where,
        warnings=warnings,
    )
