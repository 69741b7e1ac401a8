"""A plain list: one URL a line.  Blank lines, and those that begin with ``#``, are nothing; any other is reported."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark, Draft
from tagtui.core.intake import Skipped
from tagtui.core.url import clean_url
from tagtui.formats.addresses import is_address
from tagtui.formats.encoding import to_utf8
from tagtui.formats.lines import lines
from tagtui.formats.registry import Entry, Format, Source, Writing
from tagtui.formats.remarks import with_remarks
from tagtui.formats.undated import UNDATED

_HEAD = 65_536  # bytes that a format is recognised by; the last line in as many may be cut off
_SHOWN = 40  # characters of a line, in a report of it


def read(source: Source) -> Iterator[Entry]:
    """Yield the URLs of ``source``."""
    decoded = to_utf8(source.content)
    return with_remarks(_read(decoded.utf8), (*decoded.warnings, UNDATED))


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, _writing: Writing) -> None:
    """Write the URLs of ``bookmarks`` to ``out``, and nothing else of them."""
    out.writelines(f"{bookmark.url}\n".encode() for bookmark in bookmarks)


def _recognises(head: bytes) -> bool:
    texts = [text for _, text in _texts(to_utf8(head).utf8)]
    whole = texts[:-1] if len(head) == _HEAD and len(texts) > 1 else texts
    return bool(whole) and all(map(is_address, whole))


FORMAT = Format("urls", "URLs, one a line", _recognises, read, write, ("txt", "urls"))


def _read(content: bytes) -> Iterator[Entry]:
    for number, text in _texts(content):
        where, url = f"line {number}", clean_url(text)
        yield Draft(url, where=where) if is_address(url) else Skipped(where, f"it is no URL: {text[:_SHOWN]!r}")


def _texts(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the lines of ``content`` that are not to be left out, with their numbers."""
    for number, line in enumerate(lines(content), 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, text
