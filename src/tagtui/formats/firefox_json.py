"""Firefox's backup of its bookmarks: JSON, or the same compressed (``.jsonlz4``, as in the folder bookmarkbackups).

A tree of objects: ``typeCode`` 1 (bookmark), 2 (folder) or 3 (separator), and ``type``, which older versions have
alone; ``uri``, ``title``, ``tags`` separated by commas, ``dateAdded`` and ``lastModified`` in µs, ``children``.  Their
writer: PlacesUtils.promiseBookmarksTree in
https://searchfox.org/mozilla-central/source/toolkit/components/places/PlacesUtils.sys.mjs
A description is an annotation of the item (until Firefox 61).  Every other field is kept in ``extra["firefox"]``.

Compressed, it is ``mozLz40\\0``, the size of the text (four bytes, little-endian), and one LZ4 block.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from tagtui.core.bookmark import Draft, clean_tags
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.errors import ImportFileError
from tagtui.formats.dates import read_added, read_date
from tagtui.formats.encoding import to_utf8
from tagtui.formats.folders import UNTOLD, inside
from tagtui.formats.json_tree import Tags, leaves, parse, without_deep
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

ROOT_OF_TAGS = "tags________"  # guid
ROOTS = frozenset(("root________", "menu________", "toolbar_____", ROOT_OF_TAGS, "unfiled_____", "mobile______"))
# Names of annotations: a note of the person's, and what a live bookmark is, a folder that is filled from a feed.
DESCRIPTION, FEED, FEED_SITE = "bookmarkProperties/description", "livemark/feedURI", "livemark/siteURI"
SEARCH = "it is a search that only Firefox can do (place:)"

_MAGIC = b"mozLz40\0"
_HEAD = len(_MAGIC) + 4  # bytes
_MOST_BY_BYTE = 255  # bytes that a byte of an LZ4 block can stand for
_LARGEST = 1 << 30  # bytes of text; two million bookmarks

_TYPE = re.compile(rb'\s*+\{.*?"type"\s*+:\s*+"text/x-moz-place', re.DOTALL)
_PLAIN_TYPE = b"text/x-moz"  # in the first bytes of the block, as nothing that it could repeat is before it
_BARE = (2, 3, "text/x-moz-place-container", "text/x-moz-place-separator")  # folders (without children), separators
_MOBILE = "mobile/bookmarksRoot"  # annotation of a root with a guid of its own

_READ = frozenset(
    "annos children dateAdded guid id index lastModified parent parentGuid root tags title type typeCode uri".split()
)


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; the folders are tags if that is wanted or, unasked, where no bookmark has any.

    Raises ImportFileError where the file is cut off, is no tree, or does not decompress to the size that it claims.
    """
    content = source.content
    decoded = to_utf8(_decompress(content, source.name) if content.startswith(_MAGIC) else content)
    tree = parse(decoded, source.name)
    if not isinstance(tree, dict) or not isinstance(tree.get("children"), list):
        raise ImportFileError(f"{source.name}: it is no backup of Firefox, which has children at its top")
    return with_remarks(_read(tree, source.folders_as_tags, datetime.now(UTC)), decoded.warnings)


def is_search(url: str) -> bool:
    """Tell whether ``url`` is no page, but a search of Firefox's own store."""
    return url.lstrip()[:6].lower() == "place:"


def micros(value: object) -> object:
    """Return ``value``, µs since 1970, but ``""`` for the zero and the negative numbers that stand for no date."""
    return "" if isinstance(value, int | float) and value <= 0 else value


def _recognises(head: bytes) -> bool:
    if head.startswith(_MAGIC):
        return _PLAIN_TYPE in head
    return bool(_TYPE.match(to_utf8(head).utf8))


FORMAT = Format("firefox-json", "Firefox: bookmarks backup", _recognises, read, None)


def _decompress(content: bytes, name: str) -> bytes:
    import lz4.block  # type: ignore[import-untyped]  # it has no types

    size = int.from_bytes(content[len(_MAGIC) : _HEAD], "little")
    most = min((len(content) - _HEAD) * _MOST_BY_BYTE, _LARGEST)
    try:
        text: bytes = lz4.block.decompress(memoryview(content)[_HEAD:], uncompressed_size=size) if size <= most else b""
    except lz4.block.LZ4BlockError:
        text = b""
    if len(text) != size or not text:
        raise ImportFileError(
            f"{name}: what is compressed from byte {_HEAD} on is cut off or damaged, "
            f"and does not give the {size:,} bytes that it should; choose another backup"
        )
    return text


def _read(tree: dict[str, Any], folders_as_tags: bool | None, now: datetime) -> Iterator[Entry]:
    around = _inside((), tree)
    nodes = [node for node in tree["children"] if not _is_root_of_tags(node)]
    tagged = _tags_by_uri(filter(_is_root_of_tags, tree["children"]))
    foldered = folders_as_tags
    if foldered is None:
        foldered = not tagged and not any(clean_tags(_own_tags(node)) for node, _ in leaves(nodes, around, _inside))
    is_unasked = folders_as_tags is None and not foldered
    are_untold = is_unasked and any(folders for _, folders in leaves(nodes, around, _inside))
    kept = ((node, folders) for node, folders in leaves(nodes, around, _inside) if not _is_bare(node))
    entries = (
        _entry(node, folders if foldered else (), tagged, f"entry {number}", now)
        for number, (node, folders) in enumerate(kept, 1)
    )
    yield from with_remarks(entries, (UNTOLD,) if are_untold else ())


def _inside(tags: Tags, folder: dict[str, Any]) -> Tags:
    is_root = folder.get("root") or _text(folder.get("guid")) in ROOTS or _MOBILE in dict(_annotations(folder))
    return tags if is_root else inside(tags, folder.get("title"))


def _is_root_of_tags(node: Any) -> bool:
    """Tell whether ``node`` is the folder in which versions before 2013 kept the tags."""
    return isinstance(node, dict) and (node.get("root") == "tagsFolder" or node.get("guid") == ROOT_OF_TAGS)


def _tags_by_uri(roots: Iterable[Any]) -> dict[str, list[str]]:
    """Return the tags of each URI, those being the folders around it."""
    tagged: dict[str, list[str]] = {}
    for node, tags in leaves(roots, (), lambda _around, folder: (_text(folder.get("title")),)):
        if isinstance(node, dict):
            tagged.setdefault(_text(node.get("uri")), []).extend(tags)
    return tagged


def _is_bare(node: Any) -> bool:
    if not isinstance(node, dict) or node.get("typeCode", node.get("type")) not in _BARE:
        return False
    return not node.get("uri") and FEED not in dict(_annotations(node))


def _own_tags(node: Any) -> list[str]:
    tags = _text(node.get("tags")) if isinstance(node, dict) else ""
    return tags.split(",") if tags else []


def _entry(node: Any, folders: Tags, tagged: dict[str, list[str]], where: str, now: datetime) -> Entry:
    if not isinstance(node, dict):
        return Skipped(where, "it is no JSON object")
    annotations = dict(_annotations(node))
    uri = _text(node.get("uri")) or _text(annotations.get(FEED_SITE)) or _text(annotations.get(FEED))
    if not clean_url(uri):
        return Skipped(where, "it has no URI")
    if is_search(uri):
        return Skipped(where, SEARCH)
    first, last = micros(node.get("dateAdded")), micros(node.get("lastModified"))
    added, warnings = read_added(first, now)
    description = _text(annotations.pop(DESCRIPTION, ""))
    others = {name: value for name, value in node.items() if name not in _READ and value not in ("", None)}
    kept, warnings_of_kept = without_deep(others | {"annos": annotations} if annotations else others)
    return Draft(
        url=uri,
        title=_text(node.get("title")),
        annotation=description,
        tags=clean_tags((*_own_tags(node), *tagged.get(uri, ()), *folders)),
        added=added,
        modified=added if last == first else read_date(last, now),
        extra={"firefox": kept} if kept else {},
        where=where,
        warnings=warnings + warnings_of_kept,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _annotations(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield name and value of what Firefox or an extension of it has noted about ``node``."""
    annotations = node.get("annos")
    for annotation in annotations if isinstance(annotations, list) else ():
        if isinstance(annotation, dict) and isinstance(annotation.get("name"), str):
            yield annotation["name"], annotation.get("value")
