"""Take drafts into the library: what is new, what is merged, what is left out, as one change and one report."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tagtui.core.bookmark import Bookmark, Draft, clean_tags, over_limits, tag_key
from tagtui.core.changes import Change, Edit
from tagtui.core.library import Library
from tagtui.core.text import clean, clean_line, counted
from tagtui.core.url import clean_url, comparison_key


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry of a file that cannot be kept: its place there, and the reason."""

    where: str
    reason: str


@dataclass(slots=True)
class Report:
    """What became of each entry of an import; the counts and ``skipped`` add up to the entries read."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan_import(library: Library, entries: Iterable[Draft | Skipped], now: datetime) -> tuple[Change, Report]:
    """Return the change that takes ``entries`` into ``library``, and the report of it; nothing is changed yet.

    An entry whose page is in the library already (or was met earlier in ``entries``) is merged into it, see
    :func:`merge`; importing the same file twice therefore adds nothing.
    """
    report = Report()
    planned: dict[int, Bookmark] = {}
    new_pages: dict[str, int] = {}
    next_id = library.next_id
    for entry in entries:
        if isinstance(entry, Skipped):
            report.skipped.append(entry)
            continue
        incoming = accept(entry, library.owner, now)
        if not incoming.url:
            report.skipped.append(Skipped(entry.where, "it has no URL"))
            continue
        limits = over_limits(incoming)
        if entry.warnings or limits:
            report.warnings += [f"{entry.where}: {line}" for line in (*entry.warnings, *limits)]
        key = comparison_key(incoming.url)
        id = new_pages.get(key)
        if id is None:
            id = library.find_key(key)
        if id is None:
            planned[next_id] = incoming
            new_pages[key] = next_id
            next_id += 1
            report.added += 1
            continue
        existing = planned.get(id) or library[id]
        merged = merge(existing, incoming, now)
        if merged is existing:
            report.unchanged += 1
        else:
            planned[id] = merged
            report.updated += 1
    there = library.bookmarks
    edits = tuple([Edit(id, there.get(id), after) for id, after in planned.items()])
    return Change(f"Imported {counted(len(edits), 'bookmark')}", edits), report


def accept(draft: Draft, owner: str, now: datetime) -> Bookmark:
    """Return the bookmark that ``draft`` becomes in a library of ``owner``: cleaned, with ``now`` for absent dates."""
    added = _in_seconds(draft.added or now)
    return Bookmark(  # tidy from the first: making it twice would cost as much as cleaning it
        url=clean_url(draft.url),
        title=clean_line(draft.title),
        annotation=clean(draft.annotation),
        tags=clean_tags(draft.tags),
        added=added,
        modified=_in_seconds(draft.modified) if draft.modified else added,
        by=clean_line(draft.by) if draft.by and draft.by != owner else "",
        private=draft.private,
        unread=draft.unread,
        extra=draft.extra,
    )


def _in_seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0) if moment.microsecond else moment


def merge(existing: Bookmark, incoming: Bookmark, now: datetime) -> Bookmark:
    """Return ``existing`` with what ``incoming``, the same page, adds to it; the very object when that is nothing.

    Tags are united in first-seen order, the earliest ``added`` is kept, empty fields are filled, and an annotation that
    the existing one does not hold yet is appended below it.  The flags stay as the person last set them.
    """
    if _is_known(incoming, existing):
        return existing
    tags = existing.tags
    if not {tag_key(tag) for tag in incoming.tags} <= {tag_key(tag) for tag in tags}:
        tags = clean_tags((*tags, *incoming.tags))
    annotation = existing.annotation
    if incoming.annotation.strip() not in annotation:
        annotation = f"{annotation}\n\n{incoming.annotation}" if annotation.strip() else incoming.annotation
    merged = msgspec.structs.replace(
        existing,
        title=existing.title or incoming.title,
        annotation=annotation,
        tags=tags,
        added=min(existing.added, incoming.added),
        extra={**incoming.extra, **existing.extra},
    )
    return existing if merged == existing else msgspec.structs.replace(merged, modified=now)


def _is_known(incoming: Bookmark, existing: Bookmark) -> bool:
    """Tell whether ``existing`` has all of ``incoming`` just so, as when a file is taken in again."""
    return (
        incoming.tags == existing.tags
        and incoming.annotation == existing.annotation
        and incoming.title in ("", existing.title)
        and incoming.added >= existing.added
        and incoming.extra == existing.extra
    )
