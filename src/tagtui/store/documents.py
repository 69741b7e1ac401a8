"""Bookmarks as TinyDB documents, and back.

Reading is lenient, since scripts and editors write the file as well; writing touches only the fields that a change
touched, so that keys tagtui does not know, and values it had to clean for showing, stay in the file as they were.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from tagtui.core.bookmark import Bookmark, split_tags, tidy

Document = dict[str, Any]

_to_bookmark = msgspec.json.Decoder(Bookmark)
_FIELDS = Bookmark.__struct_fields__
_YES = frozenset({"1", "yes", "true", "on"})


def to_document(bookmark: Bookmark) -> Document:
    """Return the document of a new bookmark; fields that hold their default are left out."""
    return msgspec.json.decode(msgspec.json.encode(bookmark), type=Document)


def updated(document: Mapping[str, Any], before: Bookmark, after: Bookmark) -> Document:
    """Return ``document``, which reads as ``before``, with the fields in which ``after`` differs.

    The fields that tagtui knows come first, in their order; the others follow as they stood.
    """
    wanted = to_document(after)
    changed = {field for field in _FIELDS if getattr(before, field) != getattr(after, field)}
    kept = {name: value for name, value in document.items() if name not in changed}
    merged = kept | {field: wanted[field] for field in changed if field in wanted}
    return {field: merged[field] for field in _FIELDS if field in merged} | merged


def from_document(document: Mapping[str, Any], undated: datetime) -> Bookmark:
    """Return the bookmark in ``document`` as it stands, not cleaned; its URL is ``""`` where there is none.

    A date that is absent or unreadable is the other one's, or ``undated``.
    """
    url, extra = document.get("url"), document.get("extra")
    added, modified = _moment(document.get("added")), _moment(document.get("modified"))
    return Bookmark(
        url=url if isinstance(url, str) else "",
        title=_text(document.get("title")),
        annotation=_text(document.get("annotation")),
        tags=_tags(document.get("tags")),
        added=added or modified or undated,
        modified=modified or added or undated,
        by=_text(document.get("by")),
        private=_flag(document.get("private")),
        unread=_flag(document.get("unread")),
        extra=extra if isinstance(extra, dict) else {},
    )


def read_document(document: Document, undated: datetime) -> tuple[Bookmark, bool]:
    """Return the bookmark in ``document``, tidy, and whether it says just what the document does.

    Its URL is ``""`` where the document has none.
    """
    text = msgspec.json.encode(document)
    try:
        bookmark, _ = read_bookmark(_to_bookmark.decode(text))
    except msgspec.ValidationError:
        return tidy(from_document(document, undated)), False
    is_whole = msgspec.json.encode(bookmark) == text or to_document(bookmark) == document
    return bookmark, is_whole and bool(bookmark.url)


def read_bookmark(bookmark: Bookmark) -> tuple[Bookmark, bool]:
    """Return ``bookmark``, tidy and with dates in UTC and whole seconds, and whether it was so, and has a URL."""
    added, modified = in_utc(bookmark.added), in_utc(bookmark.modified)
    found = bookmark
    if added is not bookmark.added or modified is not bookmark.modified:
        found = msgspec.structs.replace(bookmark, added=added, modified=modified)
    found = tidy(found)
    return found, found is bookmark and bool(found.url)


def in_utc(moment: datetime) -> datetime:
    """Return ``moment`` in UTC and whole seconds; one without a zone is taken for UTC."""
    if moment.tzinfo is UTC and not moment.microsecond:
        return moment
    moment = moment.replace(microsecond=0)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # the first or the last day of the calendar
        return moment.replace(tzinfo=UTC)


def _text(value: object) -> str:
    return "" if value is None or value is False else str(value)


def _flag(value: object) -> bool:
    return value is True or str(value).lower() in _YES


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return split_tags(value)
    return tuple(str(tag) for tag in value if tag is not None) if isinstance(value, list) else ()


def _moment(value: object) -> datetime | None:
    """Return the moment that a stored value names, ISO 8601 or seconds since 1970, or ``None``."""
    try:
        if isinstance(value, str):
            return in_utc(datetime.fromisoformat(value))
        if isinstance(value, int | float):
            return in_utc(datetime.fromtimestamp(value, UTC))
    except (ValueError, OverflowError, OSError):
        pass
    return None
