"""The JSON of del.icio.us.

An array of objects: ``title``, ``tags`` (an array; ``[""]`` is none), ``url``, ``description`` (the annotation),
``created`` (an epoch, as text) and ``private`` (``"1"`` or ``"0"``).  All else is kept in ``extra["delicious"]``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.encoding import Decoded, to_utf8
from tagtui.formats.json_entries import NO_OBJECT, Text, array, fields
from tagtui.formats.json_fields import left, take_added, take_flag, take_tags, take_text
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

_BEGINNING = re.compile(rb"\s*+\[\s*+\{")
# Others have fields of these names too, but with a date in words, or with true and false.
_OWN = (
    re.compile(rb'"url"\s*+:\s*+"'),
    re.compile(rb'"created"\s*+:\s*+"?[0-9]++"?\s*+[,}]'),
    re.compile(rb'"private"\s*+:\s*+"?[01]"?\s*+[,}]'),
)


def read(source: Source) -> Iterator[Entry]:
    """Yield the entries of ``source``; raises ImportFileError where it is cut off, or no JSON array."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded, source.name, datetime.now(UTC)), decoded.warnings)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    return bool(_BEGINNING.match(utf8)) and all(field.search(utf8) for field in _OWN)


FORMAT = Format("delicious-json", "del.icio.us JSON", _recognises, read, None)


def _read(decoded: Decoded, name: str, now: datetime) -> Iterator[Entry]:
    for number, text in enumerate(array(decoded, name), start=1):
        yield _entry(text, f"entry {number}", now)


def _entry(text: Text, where: str, now: datetime) -> Entry:
    known = fields(text)
    if known is None:
        return Skipped(where, NO_OBJECT)
    url = take_text(known, "url")
    if not clean_url(url):
        return Skipped(where, "it has no url")
    title, annotation = take_text(known, "title"), take_text(known, "description")
    tags, private = take_tags(known, "tags"), take_flag(known, "private") is True
    added, warnings = take_added(known, "created", now)
    extra, losses = left(known, "delicious")
    return Draft(
        url=url,
        title=title,
        annotation=annotation,
        tags=tags,
        added=added,
        private=private,
        extra=extra,
        where=where,
        warnings=warnings + losses,
    )
