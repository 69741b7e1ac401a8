"""Copying bookmarks into another library, as Pinboard's "copy to mine" does, and what that would change there."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark, Draft, clean_tag, tag_key
from tagtui.core.changes import Change
from tagtui.core.intake import Report, accept, merge, plan_import
from tagtui.core.library import Library
from tagtui.core.text import counted
from tagtui.core.url import comparison_key

_SHOWN = 60  # characters of a text, in a line about it


def copied(bookmarks: Mapping[int, Bookmark], owner: str, theirs: Library, now: datetime) -> tuple[Change, Report]:
    """Return the change that copies ``bookmarks`` out of a library of ``owner`` into ``theirs``, and its report.

    To somebody else a copy is a new find: it is added ``now``, by them, and tagged ``via:owner``.  Between two
    libraries of one owner it stays what it is, with its dates and who saved it.  Private and unread stay either way:
    nothing becomes public by being copied.

    A page that ``theirs`` has already is merged, see :func:`tagtui.core.intake.merge`; it gets the tag only if it gains
    something else.  The report warns of what was private and goes into a public bookmark.
    """
    via = _via(owner, theirs.owner)
    drafts = _one_privacy([_as_it_is(bookmark) for bookmark in bookmarks.values()])
    if via:
        drafts = [_found(draft, via, theirs, now) for draft in drafts]
    change, report = plan_import(theirs, drafts, now)
    report.warnings += _published(bookmarks, theirs, change)
    return Change(f"Copied {counted(len(change.edits), 'bookmark')} from {owner}", change.edits), report


# --- the copy


def _via(owner: str, other: str) -> str:
    """Return the tag that says where a copy comes from, ``""`` for one's own."""
    name, theirs = clean_tag(owner), clean_tag(other)
    return f"via:{name}" if name and tag_key(name) != tag_key(theirs) else ""


def _as_it_is(bookmark: Bookmark) -> Draft:
    return Draft(
        url=bookmark.url,
        title=bookmark.title,
        annotation=bookmark.annotation,
        tags=bookmark.tags,
        added=bookmark.added,
        modified=bookmark.modified,
        by=bookmark.by,
        private=bookmark.private,
        unread=bookmark.unread,
        extra=bookmark.extra,
        where=_beginning(bookmark.heading),
    )


def _found(draft: Draft, via: str, theirs: Library, now: datetime) -> Draft:
    """Return ``draft`` as what their owner finds now, tagged ``via`` unless they know all of it."""
    draft = replace(draft, added=now, modified=now, by="")
    id = theirs.find(draft.url)
    if id is not None and merge(theirs[id], accept(draft, theirs.owner, now), now) is theirs[id]:
        return draft
    return replace(draft, tags=(*draft.tags, via))


def _one_privacy(drafts: list[Draft]) -> list[Draft]:
    """Return ``drafts`` with those of one page, which become one bookmark, private if one of them is."""
    private = {comparison_key(draft.url) for draft in drafts if draft.private}
    return [replace(draft, private=comparison_key(draft.url) in private) for draft in drafts] if private else drafts


def _published(bookmarks: Mapping[int, Bookmark], theirs: Library, change: Change) -> Iterator[str]:
    """Yield a line for each private bookmark of which something goes into a public one."""
    public = {edit.id for edit in change.edits if edit.before is not None and not edit.before.private}
    for bookmark in bookmarks.values():
        if bookmark.private and theirs.find(bookmark.url) in public:
            yield f"{_beginning(bookmark.heading)}: private here, but public there, and stays so"


# --- what it changes there


def gains(before: Bookmark, after: Bookmark) -> Iterator[str]:
    """Yield in short lines what a bookmark gets that is merged with another of its page."""
    had = {tag_key(tag) for tag in before.tags}
    if tags := [tag for tag in after.tags if tag_key(tag) not in had]:
        yield f"tags: + {' + '.join(tags)}"
    if after.title != before.title:
        yield f"title: {_beginning(after.title)}"
    if after.annotation != before.annotation:
        yield f"annotation: + {_beginning(after.annotation.removeprefix(before.annotation))}"
    if after.added < before.added:
        yield f"added: {after.added:%Y-%m-%d}, which is earlier"
    if names := after.extra.keys() - before.extra.keys():
        yield f"kept besides: {', '.join(sorted(names))}"


def _beginning(text: str) -> str:
    text = text.strip()
    line = " ".join(text[: 2 * _SHOWN].split())
    return line if len(line) <= _SHOWN and len(text) <= 2 * _SHOWN else f"{line[:_SHOWN]}…"
