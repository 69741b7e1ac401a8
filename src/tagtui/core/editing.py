"""Changes to one bookmark, as a person says them."""

from datetime import datetime
from typing import Any

import msgspec

from tagtui.core.bookmark import Bookmark, clean_tags, split_tags, tag_key, tidy


def edited(
    bookmark: Bookmark,
    now: datetime,
    *,
    url: str | None = None,
    title: str | None = None,
    note: str | None = None,
    tags: str | None = None,
    private: bool | None = None,
    unread: bool | None = None,
) -> Bookmark:
    """Return ``bookmark`` with the given fields, changed ``now``; the very object where that changes nothing.

    ``tags`` is what :func:`retagged` takes.
    """
    given: dict[str, Any] = {
        "url": url,
        "title": title,
        "annotation": note,
        "tags": None if tags is None else retagged(bookmark.tags, tags),
        "private": private,
        "unread": unread,
    }
    changed = tidy(
        msgspec.structs.replace(bookmark, **{name: value for name, value in given.items() if value is not None})
    )
    return bookmark if changed == bookmark else msgspec.structs.replace(changed, modified=now)


def retagged(tags: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return ``tags`` after ``text``: a whole new list, or, with a sign before every one, tags to add and take away.

    ``+kafka -storm`` adds one and takes one away; ``kafka storm`` are all the tags there are then.
    """
    named = split_tags(text)
    if not named or not all(tag[0] in "+-" and len(tag) > 1 for tag in named):
        return named
    gone = {tag_key(tag[1:]) for tag in named if tag[0] == "-"}
    kept = [tag for tag in tags if tag_key(tag) not in gone]
    return clean_tags([*kept, *(tag[1:] for tag in named if tag[0] == "+")])
