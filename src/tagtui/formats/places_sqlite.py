"""Firefox's store itself, ``places.sqlite`` in the folder of a profile.

A row of moz_bookmarks is of type 1 (bookmark; ``fk`` is its place in moz_places), 2 (folder) or 3 (separator).  A tag
is a folder under the root of tags, and a bookmark in it says that its place has the tag: places are tagged, and all
bookmarks of one have its tags.  Dates are in µs.  The schema:
https://searchfox.org/mozilla-central/source/toolkit/components/places/nsPlacesTables.h
What has no field in a bookmark is kept in ``extra["firefox"]``, by the names of Firefox's JSON.

The newest bookmarks are in the log beside the file (``-wal``), and Firefox holds a lock: hence the copy of both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.errors import ImportFileError
from tagtui.formats.dates import read_added, read_date
from tagtui.formats.firefox_json import DESCRIPTION, FEED, FEED_SITE, ROOT_OF_TAGS, ROOTS, SEARCH, is_search, micros
from tagtui.formats.folders import UNTOLD, inside
from tagtui.formats.json_tree import Tags
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks
from tagtui.formats.sqlite_file import MAGIC, columns, opened

if TYPE_CHECKING:
    from sqlite3 import Connection

_BOOKMARK, _FOLDER = 1, 2
_TABLE = b"moz_places"

# Without the indexes: one that is damaged would leave rows out.
_ITEMS = "SELECT id, type, fk, parent, title, {guid} FROM moz_bookmarks NOT INDEXED"
_ENTRIES = """
    SELECT b.id, b.type, b.fk, b.parent, b.title, b.dateAdded, b.lastModified, p.url
    FROM moz_bookmarks b NOT INDEXED LEFT JOIN moz_places p ON p.id = b.fk ORDER BY b.id
"""
_ROOT_FOLDERS = "SELECT root_name, folder_id FROM moz_bookmarks_roots"  # until Firefox 57
_KEYWORDS = "SELECT place_id, keyword, post_data FROM moz_keywords"
_ANNOTATIONS = """
    SELECT a.item_id, n.name, a.content
    FROM moz_items_annos a NOT INDEXED JOIN moz_anno_attributes n ON n.id = a.anno_attribute_id
"""


@dataclass(frozen=True, slots=True)
class _Items:
    """What the rows of a store say together, by their ids and by those of the places."""

    folders: dict[Any, tuple[Any, Any]]  # parent and title of each
    roots: set[Any]
    tags: dict[Any, str]
    tags_of: dict[Any, list[str]]  # by place
    keywords: dict[Any, dict[str, Any]]  # by place
    annotations: dict[Any, dict[str, Any]]  # by row


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; the folders are tags if that is wanted or, unasked, where no place has any.

    Raises ImportFileError where the file is damaged, or no store of Firefox.
    """
    now = datetime.now(UTC)
    with opened(source) as connection:
        names = columns(connection, "moz_bookmarks")
        if not names or not columns(connection, "moz_places"):
            raise ImportFileError(f"{source.name}: it has no bookmarks of Firefox; choose places.sqlite in its profile")
        items = _items(connection, "guid" if "guid" in names else "NULL")
        tags_inside = _tags_inside(items)
        foldered = not items.tags_of if source.folders_as_tags is None else source.folders_as_tags
        remarks = (UNTOLD,) if source.folders_as_tags is None and not foldered and any(tags_inside.values()) else ()
        entries = (
            _entry(row, items, tags_inside.get(row[3], ()) if foldered else (), now)
            for row in connection.execute(_ENTRIES)
            if _is_bookmark(row, items)
        )
        yield from with_remarks(entries, remarks)


def _is_bookmark(row: tuple[Any, ...], items: _Items) -> bool:
    id, kind, _, parent, *_ = row
    return (kind == _BOOKMARK and parent not in items.tags) or FEED in items.annotations.get(id, ())


def _recognises(head: bytes) -> bool:
    return head.startswith(MAGIC) and _TABLE in head


FORMAT = Format("places-sqlite", "Firefox: places.sqlite", _recognises, read, None)


def _items(connection: "Connection", guid: str) -> _Items:
    folders: dict[Any, tuple[Any, Any]] = {}
    members: list[tuple[Any, Any]] = []  # place and folder of each bookmark
    roots, roots_of_tags = _root_folders(connection)
    for id, kind, place, parent, title, name in connection.execute(_ITEMS.format(guid=guid)):
        if kind == _BOOKMARK:
            members.append((place, parent))
        elif kind == _FOLDER:
            folders[id] = parent, title
            if name in ROOTS or not parent:
                roots.add(id)
            if name == ROOT_OF_TAGS:
                roots_of_tags.add(id)
    tags = {id: _text(title) for id, (parent, title) in folders.items() if parent in roots_of_tags}
    tags_of: dict[Any, list[str]] = {}
    for place, parent in members:
        if parent in tags:
            tags_of.setdefault(place, []).append(tags[parent])
    return _Items(folders, roots, tags, tags_of, _keywords(connection), _annotations(connection))


def _root_folders(connection: "Connection") -> tuple[set[Any], set[Any]]:
    """Return the roots, and that of the tags, as versions that gave them no guids of their own have them."""
    if not columns(connection, "moz_bookmarks_roots"):
        return set(), set()
    named = connection.execute(_ROOT_FOLDERS).fetchall()
    return {id for _, id in named}, {id for name, id in named if name == "tags"}


def _keywords(connection: "Connection") -> dict[Any, dict[str, Any]]:
    """Return what is typed in the address bar for a place, and what is sent with it; from Firefox 39 on."""
    if "place_id" not in columns(connection, "moz_keywords"):
        return {}
    found = connection.execute(_KEYWORDS)
    return {
        place: {"keyword": _text(word), "postData": data} if _text(data) else {"keyword": _text(word)}
        for place, word, data in found
    }


def _annotations(connection: "Connection") -> dict[Any, dict[str, Any]]:
    if not columns(connection, "moz_items_annos") or not columns(connection, "moz_anno_attributes"):
        return {}
    found: dict[Any, dict[str, Any]] = {}
    for id, name, content in connection.execute(_ANNOTATIONS):
        if isinstance(content, str | int):
            found.setdefault(id, {})[_text(name)] = content
    return found


def _tags_inside(items: _Items) -> dict[Any, Tags]:
    """Return the tags inside each folder."""
    tags_inside: dict[Any, Tags] = dict.fromkeys(items.roots, ())
    for id in items.folders:
        new: list[Any] = []  # this folder and those around it, as far as they are not known
        while id in items.folders and id not in tags_inside:
            tags_inside[id] = ()  # so that folders around one another come to an end
            new.append(id)
            id = items.folders[id][0]
        tags = tags_inside.get(id, ())
        for folder in reversed(new):
            tags = tags_inside[folder] = inside(tags, items.folders[folder][1])
    return tags_inside


def _entry(row: tuple[Any, ...], items: _Items, folders: Tags, now: datetime) -> Entry:
    id, _, place, _, title, first, last, url = row
    where = f"row {id}"
    annotations = dict(items.annotations.get(id, ()))
    url = _text(url) or _text(annotations.get(FEED_SITE)) or _text(annotations.get(FEED))
    if not clean_url(url):
        return Skipped(where, "it has no URL")
    if is_search(url):
        return Skipped(where, SEARCH)
    added, warnings = read_added(micros(first), now)
    description = _text(annotations.pop(DESCRIPTION, ""))
    kept = items.keywords.get(place, {}) | ({"annos": annotations} if annotations else {})
    return Draft(
        url=url,
        title=_text(title),
        annotation=description,
        tags=clean_tags((*items.tags_of.get(place, ()), *folders)),
        added=added,
        modified=added if last == first else read_date(micros(last), now),
        extra={"firefox": kept} if kept else {},
        where=where,
        warnings=warnings,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
