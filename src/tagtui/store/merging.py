"""Merge what was done here with what was done elsewhere, by document and by field.

The three versions of a document are *base*, which both sides began from, *ours* and *theirs*.  What only one side
changed is taken from that side; tags are sets; an edit beats a delete; what both changed in different ways is a
conflict, of which both stay, and the tag ``conflict:FIELD`` says so.  Merging the same change twice changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from tagtui.core.bookmark import Bookmark, split_tags
from tagtui.store.documents import Document
from tagtui.store.journal import DocumentEdit, Key, Net

ABOUT = "library"
BOOKMARKS = "bookmarks"
CONFLICT = "conflict:"


class Documents(Protocol):
    """The documents that a change is merged into."""

    def get(self, key: Key) -> Document | None:
        """Return the document, or ``None``."""

    def find(self, url: str) -> Key | None:
        """Return the key of a bookmark with just this URL, or ``None``."""

    def free_id(self, table: str) -> str:
        """Return an id that no document of ``table`` has, another one at each call."""


def merged(table: str, base: Document | None, ours: Document | None, theirs: Document | None) -> Document | None:
    """Return the document that comes of three versions, each ``None`` where the document is not."""
    if ours == theirs or _is_as(table, theirs, base):
        return ours
    if _is_as(table, ours, base):
        return theirs
    if ours is None or theirs is None:
        return ours or theirs  # an edit beats a delete
    if table == BOOKMARKS:
        result, conflicts = _merged_fields(base or {}, ours, theirs, _DEFAULTS, _JOINED)
        return _told(result, theirs, conflicts) if conflicts else result
    result, conflicts = _merged_fields(base or {}, ours, theirs, {}, {})
    return result | {f"{CONFLICT}{field}": theirs.get(field) for field in conflicts}


def taken_back(table: str, old: Document, new: Document, now: Document) -> Document | None:
    """Return ``now`` without what made ``new`` of ``old``; ``None`` where the same field was changed again since."""
    defaults = _DEFAULTS if table == BOOKMARKS else {}
    joined = {name: _JOINED[name] for name in ("tags", "modified")} if table == BOOKMARKS else {}
    result, conflicts = _merged_fields(new, old, now, defaults, joined)
    return None if conflicts else result


def _is_as(table: str, one: Document | None, other: Document | None) -> bool:
    """Tell whether two documents say the same: a script may write out a default, or a date in another way."""
    if one == other or one is None or other is None or table != BOOKMARKS:
        return one == other
    try:
        left, right = (msgspec.convert(document, Bookmark) for document in (one, other))
    except msgspec.ValidationError:  # more than a bookmark, or other
        return False
    return left == right


def _merged_fields(
    base: Document, ours: Document, theirs: Document, defaults: Document, joined: "Mapping[str, _Join]"
) -> tuple[Document, list[str]]:
    """Return the merged fields, ours where both changed one, and the names of those."""
    result: Document = {}
    conflicts = []
    for field in dict.fromkeys((*theirs, *ours)):
        unset = defaults.get(field, _ABSENT)
        before, mine, other = (document.get(field, unset) for document in (base, ours, theirs))
        value = other if mine == before else mine
        if value == mine and other not in (before, mine):
            both = joined[field](before, mine, other) if field in joined else None
            value = mine if both is None else both
            if both is None:
                conflicts.append(field)
        if value is not _ABSENT and (value != unset or (field in ours and field in theirs)):
            result[field] = value
    return result, conflicts


class _Absent:
    """The value of a field that a document does not have, and whose absence means nothing in particular."""


_ABSENT = _Absent()


# --- fields of bookmarks that both sides changed; None is a conflict

_Join = Callable[[Any, Any, Any], Any]


def _tags(base: Any, ours: Any, theirs: Any) -> Any:
    """Return their tags, without those that we took away, with those that we added."""
    base, ours, theirs = map(_as_tags, (base, ours, theirs))
    kept = [tag for tag in theirs if tag in ours or tag not in base]
    return kept + [tag for tag in ours if tag not in base and tag not in kept]


def _as_tags(value: Any) -> list[Any]:
    """Return stored tags as a list: scripts write text as well."""
    if isinstance(value, str):
        return [*split_tags(value)]
    return value if isinstance(value, list) else []


def _annotation(_base: Any, ours: Any, theirs: Any) -> Any:
    """Return the text that holds the other one."""
    ours, theirs = ("" if text is None else str(text) for text in (ours, theirs))
    return next((one for one, other in ((theirs, ours), (ours, theirs)) if other.strip() in one), None)


def _extra(base: Any, ours: Any, theirs: Any) -> Any:
    """Return what either side made of each entry; what both changed in different ways stays twice."""
    if not all(isinstance(extra, dict) for extra in (base, ours, theirs)):
        return None
    result = {}
    for name in dict.fromkeys((*theirs, *ours)):
        before, mine, other = (extra.get(name, _ABSENT) for extra in (base, ours, theirs))
        result[name] = other if mine == before else mine
        if mine != before and other not in (before, mine) and other is not _ABSENT:
            result[f"{CONFLICT}{name}"] = other
    return {name: value for name, value in result.items() if value is not _ABSENT}


_JOINED: Mapping[str, _Join] = {
    "tags": _tags,
    "annotation": _annotation,
    "private": lambda _, ours, theirs: bool(ours or theirs),
    "unread": lambda _, ours, theirs: bool(ours or theirs),
    "extra": _extra,
    "added": lambda _, ours, theirs: min(str(ours), str(theirs)),  # ISO 8601 in UTC sorts as it is
    "modified": lambda _, ours, theirs: max(str(ours), str(theirs)),
}


_DEFAULTS: Document = {
    "title": "",
    "annotation": "",
    "tags": [],
    "by": "",
    "private": False,
    "unread": False,
    "extra": {},
}  # what an absent field means


def _told(result: Document, theirs: Document, conflicts: Iterable[str]) -> Document:
    """Return ``result`` with both sides of each conflict in it, and a tag for each that a person can pick."""
    tags = [*_as_tags(result.get("tags"))]
    annotation = str(result.get("annotation") or "")
    for field in conflicts:
        theirs_too = str(theirs.get(field) or "")
        if field == "annotation":
            annotation = _below(theirs_too, annotation)
        elif theirs_too:
            annotation = _below(annotation, f"Another {field}: {theirs_too}")
        if f"{CONFLICT}{field}" not in tags:
            tags.append(f"{CONFLICT}{field}")
    return result | {"tags": tags} | ({"annotation": annotation} if annotation else {})


def _below(text: str, paragraph: str) -> str:
    if paragraph in text:
        return text
    return f"{text}\n\n{paragraph}" if text else paragraph


# --- whole changes


def replay(changes: Net, documents: Documents) -> list[DocumentEdit]:
    """Return the edits that make ``changes``, which were made elsewhere, to ``documents``.

    A bookmark is known by its URL, whatever id it has now; a new document whose id is taken gets another one.  What
    is there already is left out, so that a change that came in before, in part or in whole, does not come in twice.
    """
    edits: list[DocumentEdit] = []
    there = _Changing(documents)
    for (table, id), base, ours in _one_by_one(changes):
        key = _place(table, id, base, ours, there)
        theirs = there.get(key)
        if base is None and ours is not None and theirs is not None and not _is_same(table, ours, theirs):
            key = (table, there.free_id(table))
            theirs = None
        after = merged(table, base, ours, theirs)
        if after != theirs:
            edits.append(DocumentEdit(*key, theirs, after))
            there.put(key, after)
    return edits


class _Changing:
    """Documents with what has been made of them so far: one change may take the id or the URL of another."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._made: dict[Key, Document | None] = {}
        self._by_url: dict[str, Key] = {}

    def put(self, key: Key, document: Document | None) -> None:
        self._made[key] = document
        if document is not None and key[0] == BOOKMARKS:
            self._by_url[str(document.get("url", ""))] = key

    def get(self, key: Key) -> Document | None:
        return self._made[key] if key in self._made else self._documents.get(key)

    def find(self, url: str) -> Key | None:
        for key in (self._by_url.get(url), self._documents.find(url)):
            if key is not None and (key not in self._made or (self._made[key] or {}).get("url", "") == url):
                return key
        return None

    def free_id(self, table: str) -> str:
        while (table, id := self._documents.free_id(table)) in self._made:
            pass
        return id


def _one_by_one(changes: Net) -> Iterator[tuple[Key, Document | None, Document | None]]:
    """Yield ``changes``; an id that went from one bookmark to another stands for a delete and an add."""
    for key, (base, ours) in changes.items():
        if base and ours and key[0] == BOOKMARKS and all(base.get(of) != ours.get(of) for of in ("url", "added")):
            yield key, base, None
            yield key, None, ours
        else:
            yield key, base, ours


def _place(table: str, id: str, base: Document | None, ours: Document | None, documents: Documents) -> Key:
    """Return where the document that was at ``id`` is now, or where it belongs."""
    key = table, id
    if table != BOOKMARKS:
        return key
    theirs = documents.get(key)
    urls = [str(document.get("url", "")) for document in (base, ours) if document is not None]
    if theirs is not None and theirs.get("url", "") in urls:
        return key
    moved = next((found for found in map(documents.find, filter(None, urls)) if found is not None), None)
    if moved is not None:
        return moved
    if base is not None and theirs is not None and theirs.get("added") != base.get("added"):
        return table, documents.free_id(table)  # another bookmark has the id; ours was deleted
    return key


def _is_same(table: str, ours: Document, theirs: Document) -> bool:
    """Tell whether two new documents are the same thing, added twice."""
    return ours == theirs or (table == BOOKMARKS and bool(ours.get("url")) and ours.get("url") == theirs.get("url"))
