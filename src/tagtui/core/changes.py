"""A change to the library as a value, and its inverse."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from tagtui.core.bookmark import Bookmark


@dataclass(frozen=True, slots=True)
class Edit:
    """One bookmark before and after; ``before`` is ``None`` for a new one, ``after`` for a deleted one."""

    id: int
    before: Bookmark | None
    after: Bookmark | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a person did, whole or not at all.  ``label`` names it, as in ``Imported 12 bookmarks``."""

    label: str
    edits: tuple[Edit, ...]

    def inverse(self) -> "Change":
        """Return the change that takes this one back."""
        return Change(self.label, tuple(Edit(e.id, e.after, e.before) for e in reversed(self.edits)))


@dataclass(frozen=True, slots=True)
class Delta:
    """What applying a change did: the ids it touched."""

    added: frozenset[int]
    changed: frozenset[int]
    removed: frozenset[int]

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> "Delta":
        """Return the delta of ``edits``; of several to one bookmark, what they come to."""
        before: dict[int, Bookmark | None] = {}
        after: dict[int, Bookmark | None] = {}
        for edit in edits:
            before.setdefault(edit.id, edit.before)
            after[edit.id] = edit.after
        was = {id for id, bookmark in before.items() if bookmark is not None}
        stays = {id for id, bookmark in after.items() if bookmark is not None}
        return cls(frozenset(stays - was), frozenset(was & stays), frozenset(was - stays))


def as_json(change: Change) -> str:
    """Return the bookmarks that ``change`` adds or alters, for a person to keep elsewhere."""
    after = [edit.after for edit in change.edits if edit.after is not None]
    return msgspec.json.format(msgspec.json.encode(after)).decode()
