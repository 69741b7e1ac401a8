"""What ``buku --print --json`` gives, and its searches: https://github.com/jarun/buku (``format_json``).

An array of ``{"description", "index", "tags": "a,b c", "title", "uri"}`` or, of a single bookmark, that object alone;
``--format`` leaves fields out.  Tags may hold blanks.  buku knows no dates.  All else is kept in ``extra["buku"]``.
"""

import re
from collections.abc import Iterable, Iterator

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.encoding import Decoded, to_utf8
from tagtui.formats.json_entries import NO_OBJECT, Text, array, fields, first_sign, walk
from tagtui.formats.json_fields import Fields, left, take_text
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks
from tagtui.formats.undated import UNDATED

_PAIR = rb'"(?:description|index|tags|title|uri)"\s*+:\s*+(?:"(?:[^"\\]++|\\.)*+"|[0-9]++|null)\s*+'
_BEGINNING = re.compile(rb"\s*+(?:\[\s*+)?\{\s*+%b(?:,\s*+%b)*+\}" % (_PAIR, _PAIR), re.DOTALL)
_URI = re.compile(rb'"uri"\s*+:')


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; raises ImportFileError where it is cut off, or no such JSON."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded, source.name), (*decoded.warnings, UNDATED))


def _recognises(head: bytes) -> bool:
    beginning = _BEGINNING.match(to_utf8(head).utf8)
    return bool(beginning and _URI.search(beginning[0]))


FORMAT = Format("buku-json", "buku JSON", _recognises, read, None)


def _read(decoded: Decoded, name: str) -> Iterator[Entry]:
    for number, text in enumerate(_bookmarks(decoded, name), start=1):
        known = fields(text)
        where = f"entry {number}"
        yield Skipped(where, NO_OBJECT) if known is None else _entry(known, where)


def _bookmarks(decoded: Decoded, name: str) -> Iterable[Text]:
    if first_sign(decoded) != b"{":
        return array(decoded, name)
    return (text for _, text in walk(decoded, name, lambda _: False))


def _entry(known: Fields, where: str) -> Entry:
    known.pop("index", None)
    url, title, note, tags = (take_text(known, name) for name in ("uri", "title", "description", "tags"))
    return entry(url, title, note, tags, known, where)


def entry(url: str, title: str, note: str, tags: str, others: Fields, where: str) -> Entry:
    """Return the entry of a bookmark of buku's: its tags are separated by commas, and may hold blanks."""
    if not clean_url(url):
        return Skipped(where, "it has no URL")
    extra, warnings = left(others, "buku")
    return Draft(
        url=url,
        title=title,
        annotation=note,
        tags=clean_tags(tags.split(",")),
        extra=extra,
        where=where,
        warnings=warnings,
    )
