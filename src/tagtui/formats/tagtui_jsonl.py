"""Bookmarks one a line, each a JSON object, as ``tagtui list --jsonl`` prints them: https://jsonlines.org

The fields are those of :mod:`tagtui.formats.tagtui_json`, all of them, whatever they hold; ``id`` is not read, and not
written.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, BinaryIO

import msgspec

from tagtui.core.bookmark import Bookmark
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tagtui.formats.encoding import Decoded, to_utf8
from tagtui.formats.json_entries import NO_OBJECT
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks
from tagtui.formats.tagtui_json import apart, entry

_FIRST = re.compile(rb"\s*+(\{[^\r\n]++)")
_NAMES = re.compile(rb'"(url|annotation)"\s*+:')


def read(source: Source) -> Iterator[Entry]:
    """Yield the bookmarks of ``source``; raises ImportFileError where no line holds one."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded, source.name, datetime.now(UTC)), decoded.warnings)


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``, one a line."""
    out.writelines(msgspec.json.encode(_row(bookmark, writing.owner)) + b"\n" for bookmark in bookmarks)


def _recognises(head: bytes) -> bool:
    first = _FIRST.match(to_utf8(head).utf8)
    return bool(first and len({*_NAMES.findall(first[1])}) == 2)


FORMAT = Format("tagtui-jsonl", "tagtui JSON lines", _recognises, read, write, ("jsonl", "ndjson"))


def _read(decoded: Decoded, name: str, now: datetime) -> Iterator[Entry]:
    before: list[Skipped] | None = []  # the first object: where there is none, this is a file of another kind
    for number, line in _lines(decoded.utf8):
        found = entry(line, f"line {number}", "", now)
        if before is not None:
            if isinstance(found, Skipped) and found.reason == NO_OBJECT:
                before.append(found)
                continue
            yield from before
            before = None
        yield found
    if before:
        raise ImportFileError(
            f"{name}: {before[0].where} is no JSON object, nor is any other; name another format with --format"
        )


def _lines(utf8: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that hold anything, with their numbers from 1."""
    for number, line in enumerate(BytesIO(utf8 if b"\n" in utf8 else utf8.replace(b"\r", b"\n")), start=1):
        if line := line.strip():
            yield number, line


def _row(bookmark: Bookmark, owner: str) -> dict[str, Any]:
    own, others = apart(bookmark)
    return {
        "url": own.url,
        "title": own.title,
        "annotation": own.annotation,
        "tags": own.tags,
        "added": own.added,
        "modified": own.modified,
        "by": own.by or owner,
        "private": own.private,
        "unread": own.unread,
        "extra": own.extra,
        **others,
    }
