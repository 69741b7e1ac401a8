"""Changes to bookmarks, as a person says them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from tagtui.core.bookmark import Bookmark, clean_tags, split_tags, tag_key, tidy
from tagtui.core.changes import Change, Edit
from tagtui.core.text import counted

_SHOWN = 40  # characters of a title, in the name of a change


def edited(
    bookmark: Bookmark,
    now: datetime,
    *,
    url: str | None = None,
    title: str | None = None,
    note: str | None = None,
    tags: str | tuple[str, ...] | None = None,
    private: bool | None = None,
    unread: bool | None = None,
) -> Bookmark:
    """Return ``bookmark`` with the given fields, changed ``now``; the very object where that changes nothing.

    ``tags`` are all of them, or a text that :func:`retagged` takes.
    """
    given: dict[str, Any] = {
        "url": url,
        "title": title,
        "annotation": note,
        "tags": retagged(bookmark.tags, tags) if isinstance(tags, str) else tags,
        "private": private,
        "unread": unread,
    }
    changed = tidy(
        msgspec.structs.replace(bookmark, **{name: value for name, value in given.items() if value is not None})
    )
    return bookmark if changed == bookmark else msgspec.structs.replace(changed, modified=now)


def retagged(tags: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return ``tags`` after ``text``: a whole new list, or tags to add and to take away by a sign before them.

    ``+kafka -storm`` adds one and takes one away; ``kafka storm`` are all the tags there are then, and so is what
    ``kafka storm +ops`` comes to.  A tag that begins with a sign, and is among ``tags``, is itself.
    """
    named = split_tags(text)
    own = {tag_key(tag) for tag in tags}
    signed = [tag for tag in named if has_sign(tag) and tag_key(tag) not in own]
    listed = [tag for tag in named if tag not in signed]
    gone = {tag_key(tag[1:]) for tag in signed if tag[0] == "-"}
    kept = [tag for tag in (listed if listed or not signed else tags) if tag_key(tag) not in gone]
    return clean_tags([*kept, *(tag[1:] for tag in signed if tag[0] == "+")])


def has_sign(tag: str) -> bool:
    """Tell whether ``tag`` begins with the sign of one that is to be added, or taken away."""
    return len(tag) > 1 and tag[0] in "+-"


def deletion(bookmarks: Mapping[int, Bookmark]) -> Change:
    """Return the change that deletes ``bookmarks``."""
    edits = tuple(Edit(id, bookmark, None) for id, bookmark in bookmarks.items())
    return Change(f"Deleted {_named(bookmarks)}", edits)


def toggle(bookmarks: Mapping[int, Bookmark], flag: Literal["unread", "private"], now: datetime) -> Change:
    """Return the change that sets a flag on all ``bookmarks`` or, where all have it, takes it from all."""
    is_set = not all(getattr(bookmark, flag) for bookmark in bookmarks.values())
    word = {"unread": ("read", "unread"), "private": ("public", "private")}[flag][is_set]
    fields: dict[str, Any] = {flag: is_set}
    return _change(f"Marked {_named(bookmarks)} as {word}", bookmarks, lambda old: edited(old, now, **fields))


def retagging(bookmarks: Mapping[int, Bookmark], text: str, now: datetime) -> Change:
    """Return the change that gives ``bookmarks`` the tags that :func:`retagged` makes of ``text``."""
    return _change(f"Retagged {_named(bookmarks)}", bookmarks, lambda old: edited(old, now, tags=text))


def _change(label: str, bookmarks: Mapping[int, Bookmark], become: Callable[[Bookmark], Bookmark]) -> Change:
    """Return the change of those ``bookmarks`` that become something else."""
    after = ((id, old, become(old)) for id, old in bookmarks.items())
    return Change(label, tuple(Edit(id, old, new) for id, old, new in after if new is not old))


def _named(bookmarks: Mapping[int, Bookmark]) -> str:
    """Return how a label names ``bookmarks``: a single one by its title."""
    if len(bookmarks) == 1:
        [heading] = (bookmark.heading for bookmark in bookmarks.values())
        return f"“{heading[:_SHOWN]}…”" if len(heading) > _SHOWN else f"“{heading}”"
    return counted(len(bookmarks), "bookmark")
