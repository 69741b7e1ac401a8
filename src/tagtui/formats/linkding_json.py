"""linkding's bookmarks, as its REST API gives them: https://linkding.link/api/

``{"count", "next", "previous", "results": [bookmark, …]}``, several such pages in an array, or the bookmarks alone.  A
bookmark has ``url``, ``title``, ``description``, ``notes``, ``tag_names``, ``unread``, ``shared``, ``is_archived``,
``date_added`` and ``date_modified``; until September 2024 (linkding's pull request 843) also the page's own words, in
``website_title`` and ``website_description``, which stood for an empty title and description.  All else is kept in
``extra["linkding"]``.

What is not shared is private, and archived is a tag, as in linkding's own bookmark file (its ``exporter.py``), so that
both exports give the same bookmarks.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain

import msgspec

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.encoding import Decoded, to_utf8
from tagtui.formats.json_entries import NO_OBJECT, Path, Text, array, fields, first_sign, walk
from tagtui.formats.json_fields import left, take_added, take_date, take_flag, take_tags, take_text
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

_PAGE = re.compile(rb'\s*+(?:\[\s*+)?\{\s*+"count"\s*+:[^\[\]{}]*?"results"\s*+:\s*+\[\s*+(\])?')
_RESULTS = re.compile(rb'"results"\s*+:\s*+\[')
_MORE = re.compile(rb'\s*+\{[^\[\]{}]*?"(?:next|previous)"\s*+:\s*+"')
_BOOKMARKS = re.compile(rb"\s*+\[\s*+\{")
_NAMES = re.compile(rb'"(?:url|tag_names|is_archived)"\s*+:')
_ARCHIVED = "linkding:bookmarks.archived"


class _Page(msgspec.Struct):
    results: list[msgspec.Raw]


_to_page = msgspec.json.Decoder(_Page)
_to_pages = msgspec.json.Decoder(list[_Page])


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; raises ImportFileError where it is cut off, or no such JSON."""
    decoded = to_utf8(source.content)
    remarks = decoded.warnings
    if _MORE.match(decoded.utf8):
        remarks += ("the file is one page of several; ask linkding for all at once with a larger ?limit=",)
    return with_remarks(_read(decoded, source.name, datetime.now(UTC)), remarks)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    page = _PAGE.match(utf8)
    if page and page[1]:
        return True  # an empty one
    return bool((page or _BOOKMARKS.match(utf8)) and len({*_NAMES.findall(utf8)}) > 1)


FORMAT = Format("linkding-json", "linkding JSON", _recognises, read, None)


def _read(decoded: Decoded, name: str, now: datetime) -> Iterator[Entry]:
    for number, text in enumerate(_bookmarks(decoded, name), start=1):
        yield _entry(text, f"entry {number}", now)


def _bookmarks(decoded: Decoded, name: str) -> Iterable[Text]:
    if not _RESULTS.search(decoded.utf8):
        return array(decoded, name)
    try:
        is_page = first_sign(decoded) == b"{"
        pages = [_to_page.decode(decoded.utf8)] if is_page else _to_pages.decode(decoded.utf8)
    except (msgspec.DecodeError, RecursionError):
        found = walk(decoded, name, _is_around_results)
        return (text for path, text in found if "results" in path and isinstance(path[-1], int))
    return chain.from_iterable(page.results for page in pages)


def _is_around_results(path: Path) -> bool:
    return path[-1:] in ((), ("results",)) or (len(path) == 1 and isinstance(path[0], int))


def _entry(text: Text, where: str, now: datetime) -> Entry:
    known = fields(text)
    if known is None:
        return Skipped(where, NO_OBJECT)
    url = take_text(known, "url")
    if not clean_url(url):
        return Skipped(where, "it has no URL")
    title = take_text(known, "title") or take_text(known, "website_title")
    description = take_text(known, "description") or take_text(known, "website_description")
    notes = take_text(known, "notes")
    tags = take_tags(known, "tag_names")
    if take_flag(known, "is_archived"):
        tags = (*tags, _ARCHIVED)
    private, unread = take_flag(known, "shared") is False, take_flag(known, "unread") is True
    added, warnings = take_added(known, "date_added", now)
    modified = take_date(known, "date_modified", now)
    extra, losses = left(known, "linkding")
    return Draft(
        url=url,
        title=title,
        annotation="\n\n".join(filter(None, (description, notes))),
        tags=tags,
        added=added,
        modified=modified,
        private=private,
        unread=unread,
        extra=extra,
        where=where,
        warnings=warnings + losses,
    )
