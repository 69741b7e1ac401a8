"""What the tests of the formats share: their producers' files, damage to them, and bookmarks of every kind."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark, Draft, tidy
from tagtui.core.intake import Skipped, accept
from tagtui.formats.registry import Entry, Source, Writing, by_name, read

OWNER = "jm"
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = datetime(2016, 10, 31, 15, 57, 56, tzinfo=UTC)
DATA = Path(__file__).parent / "data"
NAMES = sorted(path.name for path in DATA.iterdir())

# A slow and shared machine: no example is too slow.
quick = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()


def entries(content: bytes | str, format_name: str, name: str = "bookmarks") -> list[Entry]:
    content = content.encode() if isinstance(content, str) else content
    return list(read(Source(content, name), by_name(format_name)))


def drafts(content: bytes | str, format_name: str) -> list[Draft]:
    return [entry for entry in entries(content, format_name) if isinstance(entry, Draft)]


def skipped(content: bytes | str, format_name: str) -> list[Skipped]:
    return [entry for entry in entries(content, format_name) if isinstance(entry, Skipped)]


def written(bookmarks: Iterable[Bookmark], format_name: str) -> bytes:
    out = BytesIO()
    write = by_name(format_name).write
    assert write is not None
    write(bookmarks, out, Writing(OWNER))
    return out.getvalue()


def accepted(content: bytes, format_name: str) -> list[Bookmark]:
    return [accept(draft, OWNER, NOW) for draft in drafts(content, format_name)]


def bookmark(url: str = "https://example.org/", **fields: Any) -> Bookmark:
    return Bookmark(**{"url": url, "added": DAY, "modified": DAY, **fields})


_pieces = st.sampled_from(
    "& < > \" ' &amp; &copy=2 &#39; <b> </b> <blockquote> </A> <DT> <DD> </DD> <DL><p> <HR> <H3> <script> <!-- --> "
    "<DT><A\tHREF='x'>y</A> [linkding-notes] \\ \\n \\u00e9 \\ud83d , a=b TAGS='x' 日本 Größe 👩‍💻 שלום".split(" ")
)
_texts = st.lists(
    _pieces | st.text(max_size=8) | st.sampled_from([" ", "\n", "\n\n", "\t", "\r\n", "\u2028"]), max_size=8
).map("".join)


def libraries(earliest: datetime) -> st.SearchStrategy[list[Bookmark]]:
    """Return a strategy of bookmarks as a library holds them: clean, no white space around an annotation."""
    moments = st.datetimes(earliest, NOW.replace(tzinfo=None)).map(lambda it: it.replace(microsecond=0, tzinfo=UTC))
    bookmarks = st.builds(
        Bookmark,
        url=_texts.map("https://example.org/".__add__),
        title=_texts,
        annotation=_texts.map(str.strip),
        tags=st.lists(_texts, max_size=5).map(tuple),
        added=moments,
        modified=moments,
        by=st.sampled_from(["", "fogus", "日記"]),
        private=st.booleans(),
        unread=st.booleans(),
    )
    clean = bookmarks.map(tidy).map(lambda it: replace(it, annotation=it.annotation.strip()))
    return st.lists(clean, max_size=4)


_STRANGE = (
    b'"', b"'", b"<", b">", b"&", b"<A ", b"</A>", b"<DT>", b"<DL>", b"</DL>", b"<DD>", b"<H3>", b"<!--", b"-->", b"=",
    b"[", b"]", b"{", b"}", b",", b":", b"\\", b"\\ud800", b"null", b"1e999", b"NaN", b"9" * 30, b"\0", b"\xff",
    b"\xfe", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\r", b"\x1b]52;c;", b"[" * 50,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """``content`` with strange bytes or bytes of its own put in, over others, or at its end."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        other = draw(st.integers(0, len(content)))
        piece = draw(st.binary(max_size=8) | st.sampled_from(_STRANGE) | st.just(content[other : other + 40]))
        end = draw(st.sampled_from([start, start + 1, start + 30, len(content)]))
        content = content[:start] + piece + content[end:]
    return content
