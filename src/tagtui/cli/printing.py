"""What the verbs print: for people on a terminal, and for programs as JSON.

JSON is UTF-8 whatever the locale (RFC 8259, section 8.1), and holds no control character in the raw: the fields that
tagtui does not know are kept as they came.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tagtui.core.bookmark import Bookmark
    from tagtui.core.intake import Report
    from tagtui.core.library import Library

# DEL and C1 drive terminals, bidi controls reorder a line; JSON's encoder escapes only C0
_NOT_IN_JSON = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def say(text: str) -> None:
    """Print ``text`` on stderr, cleaned, as one line."""
    from tagtui.core.text import clean

    click.echo(clean(text).replace("\n", " "), err=True)


def print_bookmarks(library: "Library", ids: Iterable[int], shape: str | None) -> None:
    """Print bookmarks as ``json`` (one array), ``jsonl`` (an object a line), ``urls``, or cards for people."""
    match shape:
        case "json":
            print_json([as_json(library, id) for id in ids])
        case "jsonl":
            _print_bytes(_encoded(as_json(library, id)) + b"\n" for id in ids)
        case "urls":
            _print_lines(library[id].url for id in ids)
        case _:
            _print_lines(line for id in ids for line in _card(id, library[id]))


def print_tags(counted: Sequence[tuple[str, int]]) -> None:
    """Print tags with their counts before them, aligned."""
    width = max((len(f"{count:,}") for _, count in counted), default=0)
    _print_lines(f"{count:>{width},}  {tag}" for tag, count in counted)


def print_report(report: "Report", done: str) -> None:
    """Print what became of an import's entries; ``done`` is the word for those that are new."""
    for entry in report.skipped:
        say(f"skipped: {entry.where}: {entry.reason}")
    counts = f"{report.added:,} {done}, {report.updated:,} updated, {report.unchanged:,} unchanged"
    click.echo(f"{counts}, {len(report.skipped):,} skipped")


def print_report_as_json(report: "Report") -> None:
    """Print ``{"added", "updated", "unchanged", "skipped": [{"where", "reason"}]}``."""
    skipped = [{"where": entry.where, "reason": entry.reason} for entry in report.skipped]
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    print_json({**counts, "skipped": skipped})


def print_json(value: object) -> None:
    """Print ``value`` as indented JSON."""
    import msgspec

    _print_bytes([msgspec.json.format(_encoded(value), indent=2), b"\n"])


def _encoded(value: object) -> bytes:
    import msgspec

    text = msgspec.json.encode(value).decode()
    return _NOT_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def as_json(library: "Library", id: int) -> dict[str, Any]:
    """Return the shape of a bookmark in ``--json``: every field, whatever its value."""
    bookmark = library[id]
    return {
        "id": id,
        "url": bookmark.url,
        "title": bookmark.title,
        "annotation": bookmark.annotation,
        "tags": bookmark.tags,
        "added": bookmark.added,
        "modified": bookmark.modified,
        "by": bookmark.by or library.owner,
        "private": bookmark.private,
        "unread": bookmark.unread,
        "extra": bookmark.extra,
    }


def _card(id: int, bookmark: "Bookmark") -> Iterator[str]:
    """Yield a bookmark as people read it: title, URL, then date and tags, without the annotation."""
    yield f"{id:>6}  {bookmark.heading}"
    if bookmark.title:
        yield f"        {bookmark.url}"
    marks = [name for name in ("private", "unread") if getattr(bookmark, name)]
    yield "  ".join(filter(None, (f"        {bookmark.added:%Y-%m-%d}", *marks, " ".join(bookmark.tags))))


def _print_lines(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)  # click.echo would flush each


def _print_bytes(pieces: Iterable[bytes]) -> None:
    sys.stdout.buffer.writelines(pieces)
