"""The Atom feed, written."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings

from tagtui.core.bookmark import Bookmark
from tagtui.errors import ImportFileError
from tagtui.formats import atom
from tagtui.formats.dates import stamp
from tagtui.formats.registry import Source, by_name, by_suffix, read
from tests.formats.samples import bookmark, libraries, quick, written

FORMAT = "atom"
ATOM = {"": "http://www.w3.org/2005/Atom"}
LATER = datetime(2020, 1, 1, tzinfo=UTC)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>urn:uuid:b187f2b3-1e9d-5734-b39f-007e14f21fcb</id>
<title>Bookmarks of jm</title>
<author><name>jm</name></author>
<updated>2020-01-01T00:00:00Z</updated>
<generator>tagtui</generator>
"""


def feed(*bookmarks: Bookmark) -> Any:
    return fromstring(written(bookmarks, FORMAT))


def text(element: Any, path: str) -> str:
    return element.findtext(path, namespaces=ATOM)


def names(element: Any) -> list[str]:
    return [child.tag.partition("}")[2] for child in element]


def test_a_feed_tells_its_date_before_its_entries() -> None:
    full = bookmark(
        "https://example.org/日本?a&b", title='A "title" <b>', annotation="one\n\n\ttwo & three",
        tags=("c++", '"日本"'), by="fogus", modified=LATER, private=True, unread=True,
    )  # fmt: skip
    content = written([bookmark(), full], FORMAT).decode()
    assert content == (
        HEAD
        + """<entry>
<id>urn:uuid:527dda32-a0de-5105-a042-cb475b5f7d11</id>
<title>https://example.org/</title>
<link href="https://example.org/"/>
<published>2016-10-31T15:57:56Z</published>
<updated>2016-10-31T15:57:56Z</updated>
</entry>
<entry>
<id>urn:uuid:c8607826-2fe7-50be-9f10-a973bb7974ca</id>
<title>A "title" &lt;b&gt;</title>
<link href="https://example.org/日本?a&amp;b"/>
<published>2016-10-31T15:57:56Z</published>
<updated>2020-01-01T00:00:00Z</updated>
<category term="c++"/>
<category term="&quot;日本&quot;"/>
<author><name>fogus</name></author>
<content type="text">one

	two &amp; three</content>
</entry>
</feed>
"""
    )


@settings(quick, max_examples=20)
@given(libraries(earliest=datetime(1, 1, 1)))  # noqa: DTZ001
def test_any_bookmarks_make_a_feed_with_all_that_rfc_4287_demands(library: list[Bookmark]) -> None:
    root = feed(*library)
    assert names(root) == ["id", "title", "author", "updated", "generator"] + ["entry"] * len(library)
    assert text(root, "updated") == stamp(
        max((it.modified for it in library), default=datetime(1970, 1, 1, tzinfo=UTC))
    )
    for entry, it in zip(root.iterfind("entry", ATOM), library, strict=True):
        assert names(entry)[:5] == ["id", "title", "link", "published", "updated"]
        assert text(entry, "id").startswith("urn:uuid:")
        assert (text(entry, "published"), text(entry, "updated")) == (stamp(it.added), stamp(it.modified))
        assert [category.get("term") for category in entry.iterfind("category", ATOM)] == list(it.tags)
        assert text(entry, "title") == it.heading
        assert (text(entry, "content") or "") == it.annotation
        assert (text(entry, "author/name") or "") == it.by
        assert not re.search(r'[\s<>"{}|\\^`]', entry.find("link", ATOM).get("href"))


def test_a_feed_without_bookmarks_has_a_date_too() -> None:
    assert written([], FORMAT).decode() == HEAD.replace("2020-01-01", "1970-01-01") + "</feed>\n"


def test_characters_that_xml_forbids_are_left_out() -> None:
    (entry,) = feed(bookmark(title="a\x00\x1b\x08b\ufffe", annotation="c\x0c\ud800\uffff]]>d")).iterfind("entry", ATOM)
    assert (text(entry, "title"), text(entry, "content")) == ("ab", "c]]>d")


def test_what_no_address_may_hold_is_percent_encoded() -> None:
    (entry,) = feed(bookmark("javascript:{alert('é\u2028\\ \"<x>\"')}%20")).iterfind("entry", ATOM)
    assert entry.find("link", ATOM).get("href") == "javascript:%7Balert('é%E2%80%A8%5C%20%22%3Cx%3E%22')%7D%20"


def test_entries_that_wait_on_the_disk_are_those_that_wait_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    library = [bookmark(f"https://example.org/{n}") for n in range(50)]
    in_memory = written(iter(library), FORMAT)
    monkeypatch.setattr(atom, "_IN_MEMORY", 1_000)
    assert written(iter(library), FORMAT) == in_memory


def test_an_entrys_identity_is_that_of_its_url() -> None:
    one, same, other = feed(bookmark("a"), bookmark("a", title="x"), bookmark("b")).iterfind("entry", ATOM)
    assert text(one, "id") == text(same, "id") != text(other, "id")


def test_a_feed_is_written_only() -> None:
    content, feeds = written([bookmark()], FORMAT), by_name(FORMAT)
    with pytest.raises(ImportFileError, match="Atom feed can be written only"):
        read(Source(content, "x.atom"), feeds)
    assert not feeds.recognises(content)
    assert by_suffix("atom") is feeds
