"""What panes and keeper tell: what the person meant, and what came of it; never what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from tagtui.core.query import Query, Term

if TYPE_CHECKING:
    from tagtui.core.changes import Change, Delta
    from tagtui.core.library import Library
    from tagtui.core.view import View
    from tagtui.session import News, Session, Undone
    from tagtui.visit import Visit


@dataclass
class TagPicked(Message):
    """Pick this tag, or drop it where it stands in the query."""

    tag: str


@dataclass
class TagExcluded(Message):
    """Leave out the bookmarks that have this tag."""

    tag: str


@dataclass
class TagAlternative(Message):
    """Let it be this tag or the last picked one."""

    tag: str


@dataclass
class TagOnly(Message):
    """Pick this tag and drop everything else."""

    tag: str


@dataclass
class TermDropped(Message):
    """Drop this part of the query."""

    term: Term


@dataclass
class BookmarkReached(Message):
    """The cursor stands on this bookmark, or on none."""

    id: int | None

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, BookmarkReached)


@dataclass
class MarksChanged(Message):
    """So many bookmarks are marked now."""

    count: int

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, MarksChanged)


@dataclass
class OpenRequested(Message):
    """Open this URL in the browser."""

    url: str


@dataclass
class QueryTyped(Message):
    """The text of the query bar has changed, and this is what can be read of it."""

    query: Query

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, QueryTyped)


@dataclass
class QueryBarClosed(Message):
    """The person is done with the query bar; ``query`` is what it comes to."""

    query: Query


@dataclass
class ViewFound(Message):
    """A search in the background has its answer."""

    view: View


@dataclass
class LibraryLoaded(Message):
    """The library is in memory."""

    session: Session | Visit


@dataclass
class LibraryFailed(Message):
    """The library's file could not be read, or something with it not be done; ``reason`` is the line to show."""

    reason: str


@dataclass
class LibraryGone(Message):
    """The library file was deleted or emptied; ``reason`` is the line to show."""

    reason: str


@dataclass
class OthersChanged(Message):
    """Other programs have changed the library, and this is what came of it; ``was_asked`` for by the person."""

    news: News
    was_asked: bool = False


@dataclass
class Saved(Message):
    """A change is durable, and in the library."""

    label: str
    delta: Delta


@dataclass
class NothingToSave(Message):
    """A change was asked for that changes nothing."""


@dataclass
class SaveFailed(Message):
    """A change could not be made durable, and is not in the library."""

    reason: str
    change: Change
    plan: Callable[[Library], Change]


@dataclass
class SavedElsewhere(Message):
    """A change stands, with the whole library, in another file."""

    place: str


@dataclass
class TakenBack(Message):
    """Undo or redo is done; ``undone`` says of what."""

    which: str
    undone: Undone


@dataclass
class CopyRequested(Message):
    """Copy this text."""

    text: str


@dataclass
class ReloadRequested(Message):
    """Read the library file again."""
