"""The file ``Bookmarks`` of Chrome and the browsers made from it, and ``AccountBookmarks`` beside it.

``roots.{bookmark_bar,other,synced}.children[]``, each an object of ``type`` url or folder, with ``name``, ``url``,
``date_added`` (µs since 1601, as text) and ``meta_info``.  Chromium's writer of it:
https://source.chromium.org/chromium/chromium/src/+/main:components/bookmarks/browser/bookmark_codec.cc
Vivaldi adds a root ``trash``, and ``Description`` and ``Nickname`` to ``meta_info``; Opera keeps roots of its own a
level deeper, in ``custom_root``.  Every other field is kept in ``extra["chrome"]``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tagtui.core.bookmark import Draft
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.errors import ImportFileError
from tagtui.formats.dates import read_added
from tagtui.formats.encoding import to_utf8
from tagtui.formats.folders import inside
from tagtui.formats.json_tree import Tags, leaves, parse, without_deep
from tagtui.formats.registry import Entry, Format, Source
from tagtui.formats.remarks import with_remarks

_BEGINNING = re.compile(rb"\s*+\{")
_ROOTS = re.compile(rb'"roots"\s*+:\s*+\{\s*+"[^"]*+"\s*+:')
_ROOT = re.compile(rb'"(?:bookmark_bar|other|synced)"\s*+:\s*+\{')
_EPOCH = re.compile("-?[0-9]{1,20}")
_FROM_1601_TO_1970 = 11_644_473_600 * 1_000_000  # µs

_READ = frozenset({"id", "type", "name", "url", "date_added", "children"})
_NOTHING: tuple[object, ...] = ("", "0", None, {}, [])  # such as the date_last_used of a bookmark that never was


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; raises ImportFileError where it is cut off or has no roots.

    The folders are tags unless that is not wanted: there are no others.
    """
    decoded = to_utf8(source.content)
    file = parse(decoded, source.name)
    roots = file.get("roots") if isinstance(file, dict) else None
    if not isinstance(roots, dict):
        raise ImportFileError(f"{source.name}: it has no roots; choose the file Bookmarks in the browser's profile")
    foldered = source.folders_as_tags is not False
    return with_remarks(_read(roots, foldered, datetime.now(UTC)), decoded.warnings)


def _recognises(head: bytes) -> bool:
    utf8 = to_utf8(head).utf8
    return bool(_BEGINNING.match(utf8) and _ROOTS.search(utf8) and _ROOT.search(utf8))


FORMAT = Format("chrome-json", "Chrome, Chromium, Brave, Edge, Vivaldi: Bookmarks", _recognises, read, None)


def _read(roots: dict[str, Any], foldered: bool, now: datetime) -> Iterator[Entry]:
    number = 0
    for root, nodes in _folders(roots):
        for node, tags in leaves(nodes, (), _inside):
            if _is_bare(node):
                continue
            number += 1
            where = f"entry {number}"
            if root == "trash":
                yield Skipped(where, "it is in the trash")
            else:
                yield _entry(node, tags if foldered else (), where, now)


def _folders(roots: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield name and children of each root, those of Opera's ``custom_root`` among them; some roots are mere values."""
    for name, root in roots.items():
        inner = {name: root} if isinstance(root, dict) and "children" in root else root
        for inner_name, folder in inner.items() if isinstance(inner, dict) else ():
            children = folder.get("children") if isinstance(folder, dict) else None
            if isinstance(children, list):
                yield inner_name, children


def _inside(tags: Tags, folder: dict[str, Any]) -> Tags:
    return inside(tags, folder.get("name"))


def _is_bare(node: Any) -> bool:
    """Tell whether ``node`` is a folder without children, or a separator, for which Vivaldi takes a bookmark."""
    if not isinstance(node, dict):
        return False
    if node.get("type") in ("folder", "separator"):
        return not node.get("url")
    return node.get("name") == "---" and _description(node) == "separator"


def _description(node: dict[str, Any]) -> str:
    meta = node.get("meta_info")
    return _text(meta.get("Description")) if isinstance(meta, dict) else ""


def _entry(node: Any, tags: Tags, where: str, now: datetime) -> Entry:
    if not isinstance(node, dict):
        return Skipped(where, "it is no JSON object")
    url = _text(node.get("url"))
    if not clean_url(url):
        return Skipped(where, "it has no URL")
    added, warnings = read_added(_since_1970(node.get("date_added")), now)
    kept, warnings_of_kept = without_deep(_others(node))
    return Draft(
        url=url,
        title=_text(node.get("name")),
        annotation=_description(node),
        tags=tags,
        added=added,
        extra={"chrome": kept} if kept else {},
        where=where,
        warnings=warnings + warnings_of_kept,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _since_1970(value: object) -> object:
    """Return ``value`` as µs since 1970, ``""`` where it stands for no date, or as it is where it is no number."""
    text = str(value)
    if not _EPOCH.fullmatch(text):
        return value
    return max(int(text) - _FROM_1601_TO_1970, 0) or ""


def _others(node: dict[str, Any]) -> dict[str, Any]:
    others = {name: value for name, value in node.items() if name not in _READ and value not in _NOTHING}
    meta = others.pop("meta_info", None)
    if isinstance(meta, dict):
        meta = {name: value for name, value in meta.items() if name != "Description" and value not in _NOTHING}
    return others | {"meta_info": meta} if meta else others
