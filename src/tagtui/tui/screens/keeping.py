"""The forms, and the changes that come of them; each change is planned on the library as it is then."""

from collections.abc import Callable, Mapping
from datetime import datetime

from tagtui.clock import utc_now
from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit
from tagtui.core.editing import edited
from tagtui.core.editing import retagging as retagged
from tagtui.core.intake import plan_import
from tagtui.core.library import Library
from tagtui.core.text import counted
from tagtui.tui.screens.form import BookmarkForm, Filled

Request = Callable[[Callable[[Library], Change]], None]
Clock = Callable[[], datetime]


def adding(
    library: Library, draft: Filled | None, clock: Clock, request: Request, leave: Callable[[Filled], None]
) -> BookmarkForm:
    """Return the form of a new bookmark, with what was left in it the last time."""

    def save(filled: Filled) -> None:
        label = f"Added “{filled.title or filled.url}”"
        request(lambda now: plan_import(now, [filled.draft()], utc_now(), label)[0])

    return BookmarkForm("Add a bookmark", library, draft or Filled(), clock, save, leave)


def editing(library: Library, id: int, clock: Clock, request: Request) -> BookmarkForm:
    """Return the form of bookmark ``id``."""
    before = library[id]

    def save(filled: Filled) -> None:
        after = edited(
            before,
            utc_now(),
            url=filled.url,
            title=filled.title,
            note=filled.annotation,
            tags=filled.tags,
            private=filled.private,
            unread=filled.unread,
        )
        edits = (Edit(id, before, after),) if after is not before else ()
        request(lambda _: Change(f"Edited “{after.heading}”", edits))

    return BookmarkForm("Edit", library, Filled.of(before), clock, save, edited=id)


def retagging(library: Library, targets: Mapping[int, Bookmark], clock: Clock, request: Request) -> BookmarkForm:
    """Return the form of the tags of ``targets``."""

    def save(filled: Filled) -> None:
        ids = list(targets)
        request(lambda now: retagged({id: now[id] for id in ids if id in now}, filled.tags, utc_now()))

    [*bookmarks] = targets.values()
    alone = len(bookmarks) == 1
    title = "Retag" if alone else f"Retag {counted(len(bookmarks), 'bookmark')}"
    filled = Filled(tags=" ".join([*bookmarks[0].tags, ""])) if alone else Filled()
    return BookmarkForm(title, library, filled, clock, save, tags_only=True)
