"""A TinyDB file of somebody else's: tables of documents by id, those with an address being bookmarks.

https://tinydb.readthedocs.io  Nobody says what the fields of such documents are called, so the usual names are looked
for, whatever their case.  What is in none of them is kept in ``extra["tinydb"]``.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url, scheme
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import Decoded, to_utf8
from tagtui.formats.json_entries import NO_OBJECT, Text, fields, tables
from tagtui.formats.json_fields import Fields, left, take_date, take_flag, take_tags, take_text
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

# What a field may be called, in the order in which the names are looked for.
_NAMES = {
    "url": "url uri href",
    "address": "link address page website site location",  # a URL, or where a friend lives
    "title": "title name heading headline",
    "note": "annotation description desc summary notes note comments comment",
    "tags": "tags keywords labels topics categories",
    "tag": "tag category",  # of which text without a comma is one, blanks or not
    "added": "added added_at date_added dateadded created created_at createdat date_created date saved saved_at "
    "timestamp datetime time",
    "modified": "modified modified_at date_modified last_modified updated updated_at updatedat",
    "private": "private",
    "public": "public shared",
    "unread": "unread toread to_read read_later",
    "read": "read",
}

_TABLE = re.compile(
    rb"""\s*+\{
    (?:\s*+"(?:[^"\\]++|\\.)*+"\s*+:\s*+\{\s*+\}\s*+,)*+  # empty tables, as TinyDB made one before version 4
    \s*+"(?:[^"\\]++|\\.)*+"\s*+:\s*+\{\s*+"[0-9]++"\s*+:\s*+\{""",
    re.VERBOSE | re.DOTALL,
)
_ADDRESSED = re.compile(
    rb'"(?:%s)"\s*+:' % "|".join(f"{_NAMES['url']} {_NAMES['address']}".split()).encode(), re.IGNORECASE
)
_SERIALIZED = re.compile(r"\{\w++\}:")  # before a date, by the package tinydb-serialization: {TinyDate}:


def read(source: Source) -> Iterator[Entry]:
    """Yield the documents of ``source``; raises ImportFileError where it is cut off, or no such JSON."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded, source.name, datetime.now(UTC)), decoded.warnings)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    return bool(_TABLE.match(utf8) and _ADDRESSED.search(utf8))


FORMAT = Format("tinydb", "TinyDB file", _recognises, read, None)


def _read(decoded: Decoded, name: str, now: datetime) -> Iterator[Entry]:
    for table, id, text in tables(decoded, name):
        if id:
            yield _entry(text, f"table {table[:40]}, document {id[:40]}", now)
        else:
            yield Skipped(f"table {table[:40]}", "it is no table of documents")


def _entry(text: Text, where: str, now: datetime) -> Entry:
    document = fields(text)
    if document is None:
        return Skipped(where, NO_OBJECT)
    named = _named(tuple(document))

    def texts(kind: str) -> Iterator[str]:
        return filter(None, (take_text(document, name) for name in named[kind]))

    def flag(kind: str) -> bool | None:
        answers = [take_flag(document, name) for name in named[kind]]
        return next((answer for answer in answers if answer is not None), None)

    url = next(texts("url"), "") or _address(document, named["address"])
    if not clean_url(url):
        return Skipped(where, "it has no URL")
    title = next(texts("title"), "")
    annotation = "\n\n".join(texts("note"))
    tags = [tag for name in named["tags"] for tag in take_tags(document, name)]
    tags += [tag for name in named["tag"] for tag in _one_tag(document, name)]
    added, warnings = _added(document, named["added"], now)
    modified = next(filter(None, (_date(document, name, now) for name in named["modified"])), None)
    private = flag("private") or flag("public") is False
    unread = flag("unread") or flag("read") is False
    extra, losses = left(document, "tinydb")
    return Draft(
        url=url,
        title=title,
        annotation=annotation,
        tags=clean_tags(tags),
        added=added,
        modified=modified,
        private=private,
        unread=unread,
        extra=extra,
        where=where,
        warnings=warnings + losses,
    )


@lru_cache(maxsize=64)  # the documents of a file have few sets of names between them
def _named(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return which of the fields called ``names`` may be what, by the keys of ``_NAMES``."""
    spelled = {name.casefold(): name for name in names}
    return {kind: tuple(spelled[it] for it in usual.split() if it in spelled) for kind, usual in _NAMES.items()}


def _address(document: Fields, names: tuple[str, ...]) -> str:
    """Take the first text that looks like a URL out of ``document``."""
    for name in names:
        text = document[name]
        if isinstance(text, str) and (scheme(text) or text.startswith("www.")) and len(text.split()) == 1:
            del document[name]
            return text
    return ""


def _one_tag(document: Fields, name: str) -> Iterable[str]:
    if isinstance(document[name], str):
        return str(document.pop(name)).split(",")
    return take_tags(document, name)


def _added(document: Fields, names: tuple[str, ...], now: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    value = document[names[0]] if names else None
    moment = next(filter(None, (_date(document, name, now) for name in names)), None)
    return (moment, ()) if moment else (None, read_added(value, now)[1])


def _date(document: Fields, name: str, now: datetime) -> datetime | None:
    value = document[name]
    if isinstance(value, str) and (mark := _SERIALIZED.match(value)):
        document[name] = value[mark.end() :]
    return take_date(document, name, now)
