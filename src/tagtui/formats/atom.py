"""An Atom feed of bookmarks, for readers of feeds: RFC 4287, https://www.rfc-editor.org/rfc/rfc4287

The same bookmarks give the same feed: it is as old as the bookmark changed last, and the identities of feed and entries
are name-based UUIDs (RFC 4122, section 4.3) of the owner and of the URLs.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import BinaryIO
from uuid import NAMESPACE_URL, uuid5

from tagtui.core.bookmark import Bookmark
from tagtui.formats.dates import stamp
from tagtui.formats.registry import Format, Writing, unrecognised
from tagtui.formats.xml_text import escape, quote

_IN_MEMORY = 1 << 24  # bytes of entries
_EMPTY = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without entries, which needs a date too
_NOT_IN_IRI = re.compile(r'[\s"<>\\^`{|}]')


def write(bookmarks: Iterable[Bookmark], out: BinaryIO, writing: Writing) -> None:
    """Write ``bookmarks`` to ``out``.

    What is told of a feed stands before its entries (section 4.1.1), even its date, which is known only after them:
    they wait in a temporary file, or in memory while they are few.
    """
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    latest: datetime | None = None
    with SpooledTemporaryFile(_IN_MEMORY) as entries:
        for bookmark in bookmarks:
            latest = max(latest or bookmark.modified, bookmark.modified)
            entries.write(_entry(bookmark).encode())
        out.write(_head(writing.owner, latest or _EMPTY).encode())
        entries.seek(0)
        copyfileobj(entries, out)
    out.write(b"</feed>\n")


FORMAT = Format("atom", "Atom feed", unrecognised, None, write, ("atom",))


def _head(owner: str, updated: datetime) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{_identity(f"tagtui:{owner}")}</id>
<title>Bookmarks of {escape(owner)}</title>
<author><name>{escape(owner)}</name></author>
<updated>{stamp(updated)}</updated>
<generator>tagtui</generator>
"""


def _entry(bookmark: Bookmark) -> str:
    lines = [
        f"<id>{_identity(bookmark.url)}</id>",
        f"<title>{escape(bookmark.heading)}</title>",
        f"<link href={quote(_iri(bookmark.url))}/>",
        f"<published>{stamp(bookmark.added)}</published>",
        f"<updated>{stamp(bookmark.modified)}</updated>",
        *(f"<category term={quote(tag)}/>" for tag in bookmark.tags),
    ]
    if bookmark.by:
        lines.append(f"<author><name>{escape(bookmark.by)}</name></author>")
    if bookmark.annotation:
        lines.append(f'<content type="text">{escape(bookmark.annotation)}</content>')
    return "<entry>\n{}\n</entry>\n".format("\n".join(lines))


def _identity(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn


def _iri(url: str) -> str:
    """Return ``url`` with its white space, and what RFC 3987 forbids anywhere, percent-encoded, as browsers do."""
    return _NOT_IN_IRI.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)
