"""Bookmarks as TinyDB documents, and back.

Reading is lenient, since scripts and editors write the file as well; writing touches only the fields that a change
touched, so that keys tagtui does not know, and values it had to clean for showing, stay in the file as they were.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from tagtui.core.bookmark import Bookmark, split_tags, tidy

Document = dict[str, Any]

_FIELDS = Bookmark.__struct_fields__


def to_document(bookmark: Bookmark) -> Document:
    """Return the document of a new bookmark; fields that hold their default are left out."""
    return cast(Document, msgspec.to_builtins(bookmark))


def updated(document: Mapping[str, Any], before: Bookmark, after: Bookmark) -> Document:
    """Return ``document``, which reads as ``before``, with the fields in which ``after`` differs."""
    result, wanted = dict(document), to_document(after)
    for field in _FIELDS:
        if getattr(before, field) == getattr(after, field):
            continue
        if field in wanted:
            result[field] = wanted[field]
        else:
            result.pop(field, None)
    return result


def from_document(document: Mapping[str, Any], undated: datetime) -> Bookmark | None:
    """Return the bookmark in ``document``, or ``None`` where it has no URL; an absent date becomes ``undated``."""
    url = document.get("url")
    if not isinstance(url, str) or not url.strip():
        return None
    added = _moment(document.get("added"), undated)
    extra = document.get("extra")
    return tidy(
        Bookmark(
            url=url,
            title=_text(document.get("title")),
            annotation=_text(document.get("annotation")),
            tags=_tags(document.get("tags")),
            added=added,
            modified=_moment(document.get("modified"), added),
            by=_text(document.get("by")),
            private=document.get("private") is True,
            unread=document.get("unread") is True,
            extra=extra if isinstance(extra, dict) else {},
        )
    )


def _text(value: object) -> str:
    return "" if value is None or value is False else str(value)


def _tags(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return split_tags(value)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _moment(value: object, otherwise: datetime) -> datetime:
    """Return a stored date as an aware moment: ISO 8601 (UTC where it names no zone) or seconds since 1970."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return otherwise
