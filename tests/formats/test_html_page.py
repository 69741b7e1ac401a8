"""The HTML page: what stands in it, and what a browser makes of that."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark, tag_key
from tagtui.core.library import Library
from tagtui.core.query import Not, Query, Tag, Text
from tagtui.errors import ImportFileError
from tagtui.formats.dates import stamp
from tagtui.formats.registry import Source, by_name, by_suffix, detect, read
from tests.core import drawn
from tests.formats.chromium import PROGRAM, Chromium, browser
from tests.formats.samples import OWNER, bookmark, libraries, quick, written

FORMAT = "html-page"
HOSTILE = (
    "</script><img src=x onerror=\"document.title='PWNED'\">",
    "<!--<script>",
    "]]></SCRIPT ><svg onload=alert(1)>",
    "'\"><script>alert(1)</script>",
    "\u2028\u2029 &lt;b&gt; \\u003cb\\u003e ${alert(1)}",
)
KAFKA = [
    bookmark("https://kafka.apache.org/", title="Apache Kafka", tags=("kafka", "streams", "ops"), annotation="A log"),
    bookmark("https://storm.apache.org/", title="Storm, or Kafka?", tags=("Kafka", "storm", "streams")),
    bookmark(
        "https://www.example.org/e", title="Überblick", annotation="exactly once\n\nand no more", tags=("papers",)
    ),
    bookmark("https://example.org/straße", tags=("ops/on-call", "ops"), private=True, unread=True, by="fogus"),
]


# What stands in the page


class _Elements(HTMLParser):
    """The elements of a page, and where text is not data, the text between them."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.names: list[str] = []
        self.title = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        if self.names[-1:] == ["title"]:
            self.title += data


def block(content: bytes, opening: str) -> bytes:
    """Return what stands between the ``opening`` tag and the next closing one of its name, as a browser sees it."""
    name = re.escape(opening.split()[0])
    found = re.search(f"<{re.escape(opening)}>(.*?)</{name}[\\s/>]".encode(), content, re.DOTALL | re.IGNORECASE)
    assert found
    return found[1]


def embedded(content: bytes) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(block(content, 'script type="application/json" class="data"'))
    return data


def test_the_bookmarks_stand_in_the_page_as_data_one_a_line() -> None:
    content = written(KAFKA, FORMAT)
    data = embedded(content)
    assert data["owner"] == "jm"
    assert [tag["name"] for tag in data["tags"]] == ["kafka", "streams", "ops", "storm", "papers", "ops/on-call"]
    assert data["tags"][-1] == {"name": "ops/on-call", "under": [2]}
    assert data["bookmarks"][1]["tags"] == [0, 3, 1]
    assert data["bookmarks"][3] == {
        "url": "https://example.org/straße", "tags": [5, 2], "added": "2016-10-31T15:57:56Z", "by": "fogus",
        "private": True, "unread": True,
    }  # fmt: skip
    assert b'\n{"url":"https://storm.apache.org/"' in content


def test_a_page_of_no_bookmarks_is_whole() -> None:
    assert embedded(written([], FORMAT)) == {"owner": "jm", "bookmarks": [], "tags": []}


@settings(quick, max_examples=20)
@given(libraries(earliest=datetime(1, 1, 1)))  # noqa: DTZ001
def test_whatever_the_texts_the_page_has_the_same_elements_and_holds_them_as_they_are(library: list[Bookmark]) -> None:
    content = written(library, FORMAT)
    assert _Elements(content).names == _Elements(written([], FORMAT)).names
    data = embedded(content)
    names = [tag["name"] for tag in data["tags"]]
    for row, it in zip(data["bookmarks"], library, strict=True):
        assert row["url"] == it.url
        assert (row.get("title", ""), row.get("annotation", ""), row.get("by", "")) == (it.title, it.annotation, it.by)
        assert [tag_key(names[number]) for number in row.get("tags", ())] == [tag_key(tag) for tag in it.tags]
        assert (row["added"], row.get("private", False)) == (stamp(it.added), it.private)


def test_no_sign_in_the_data_can_end_its_block() -> None:
    library = [bookmark(title=text, annotation=text, by=text, tags=(text,)) for text in HOSTILE]
    data = block(written(library, FORMAT), 'script type="application/json" class="data"').decode()
    assert not set("<>&\u2028\u2029") & set(data)
    assert [it["title"] for it in json.loads(data)["bookmarks"]] == list(HOSTILE)


def test_the_owners_name_is_text() -> None:
    from io import BytesIO

    from tagtui.formats.registry import Writing

    out, write = BytesIO(), by_name(FORMAT).write
    assert write
    write([], out, Writing("</title><script>$data &amp;"))
    elements = _Elements(out.getvalue())
    assert elements.title.strip() == "</title><script>$data &amp;"
    assert elements.names == _Elements(written([], FORMAT)).names
    assert embedded(out.getvalue())["owner"] == "</title><script>$data &amp;"


def test_only_the_pages_own_script_and_style_may_run_and_nothing_may_be_fetched() -> None:
    content = written(KAFKA, FORMAT)
    policy = re.search(rb'http-equiv="Content-Security-Policy" content="([^"]*)"', content)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy[1].decode().split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": hashed(block(content, 'script type="module"')),
        "style-src": hashed(block(content, "style")),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert not re.search(rb"\son\w+=|\sstyle=|\ssrc=|@import|url\(|://", content.partition(b'<script type="app')[0])


def hashed(text: bytes) -> str:
    return f"'sha256-{b64encode(sha256(text).digest()).decode()}'"


def test_the_page_is_written_only_and_only_when_it_is_asked_for() -> None:
    content = written(KAFKA, FORMAT)
    with pytest.raises(ImportFileError, match="not a bookmark file that tagtui knows"):
        detect(Source(content, "page.html"))
    with pytest.raises(ImportFileError, match="can be written only"):
        read(Source(content, "page.html"), by_name(FORMAT))
    html = by_suffix("html")
    assert html is None or html.name != FORMAT


# What a browser makes of it


class Page:
    """The page as a person sees it."""

    def __init__(self, chromium: Chromium, folder: Path) -> None:
        self.chromium = chromium
        self._path = folder / "bookmarks.html"

    def open(self, bookmarks: list[Bookmark], address: str = "") -> None:
        self._path.write_bytes(written(bookmarks, FORMAT))
        self.chromium.open(self._path.as_uri() + address)

    def go(self, address: str) -> None:
        """Change what the address says, and wait until the page has followed."""
        self.chromium.evaluate(
            f"new Promise((done) => {{ const before = location.hash; location.hash = {json.dumps(address)};"
            " if (location.hash === before) done();"
            " else addEventListener('hashchange', () => setTimeout(done), {once: true}); })"
        )

    def wait_for(self, address: str) -> None:
        """Wait until the page shows what ``address`` says."""
        self.chromium.wait_for(f"location.hash === {json.dumps(address)}")
        self.chromium.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def type(self, text: str) -> None:
        """Type where the focus is, and wait until the page has followed."""
        self.chromium.call("Input.insertText", text=text)
        self.chromium.wait_for(f"decodeURIComponent(location.hash).endsWith({json.dumps('?' + self.typed)})")

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.chromium.evaluate(
            f"[...document.querySelectorAll({json.dumps(selector)})].map((it) => it.textContent)"
        )
        return found

    @property
    def titles(self) -> list[str]:
        return self.texts(".bookmarks h3")

    @property
    def related(self) -> dict[str, str]:
        return dict(zip(self.texts(".related .tag"), self.texts(".related .number"), strict=True))

    @property
    def chips(self) -> list[str]:
        return self.texts(".chips a:not(.clear)")

    @property
    def count(self) -> str:
        return self.texts(".count")[0]

    @property
    def hash(self) -> str:
        return str(self.chromium.evaluate("location.hash"))

    @property
    def typed(self) -> str:
        return str(self.chromium.evaluate("document.querySelector('.text').value"))

    @property
    def focus(self) -> str:
        """The class and the text of what has the focus."""
        return str(self.chromium.evaluate("(({className, textContent}) => `${className} ${textContent}`)"
                                          "(document.activeElement)")).strip()  # fmt: skip


def related(tag: str) -> str:
    """Return the script that gives a related tag's row."""
    return (
        f"[...document.querySelectorAll('.related li')].find((it) => it.firstChild.textContent === {json.dumps(tag)})"
    )


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    if not PROGRAM:
        pytest.skip("no Chromium is installed (on Debian: apt-get install chromium)")
    with browser(tmp_path_factory.mktemp("profile")) as chromium:
        yield chromium


@pytest.fixture(scope="module")
def page(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(chromium, tmp_path_factory.mktemp("page"))


@pytest.fixture(autouse=True)
def _undisturbed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test does with a page: it fetches nothing, and neither a fault nor the policy is complained of."""
    yield
    if "page" in request.fixturenames:
        chromium: Chromium = request.getfixturevalue("chromium")
        assert not chromium.complaints
        assert {url.partition(":")[0] for url in chromium.requests} <= {"file", "about"}


def test_a_page_shows_every_bookmark_with_all_there_is_of_it(page: Page) -> None:
    page.open(KAFKA)
    assert page.titles == ["Apache Kafka", "Storm, or Kafka?", "Überblick", "https://example.org/straße"]
    assert page.texts(".bookmarks > li:nth-child(3) p") == ["exactly once", "and no more"]
    assert page.texts(".bookmarks > li:nth-child(3) .about > *") == ["papers", "example.org", "31 october 2016"]
    assert page.texts(".bookmarks > li:nth-child(4) .about > *") == [
        "ops/on-callops", "example.org", "31 october 2016", "by fogus", "● unread", "◆ private",
    ]  # fmt: skip
    assert page.related == {"kafka": "2", "ops": "2", "streams": "2", "ops/on-call": "1", "papers": "1", "storm": "1"}
    assert page.count == "4 bookmarks"


def test_a_picked_tag_narrows_and_the_related_tags_follow_and_the_back_button_goes_back(page: Page) -> None:
    page.open(KAFKA)
    page.chromium.click(related("kafka") + ".firstChild")
    page.chromium.wait_for("document.title === 'jm + kafka'")
    assert page.titles == ["Apache Kafka", "Storm, or Kafka?"]
    assert page.related == {"streams": "=2", "ops": "1", "storm": "1"}
    assert (page.count, page.hash, page.chips) == ("2 of 4", "#kafka", ["+ kafka ×"])
    page.chromium.click(related("ops") + ".firstChild")
    page.chromium.wait_for("document.title === 'jm + kafka + ops'")
    page.chromium.click("document.querySelector('.chips a')")
    page.wait_for("#ops")
    assert page.titles == ["Apache Kafka", "https://example.org/straße"]
    page.chromium.evaluate("history.back()")
    page.chromium.wait_for("document.title === 'jm + kafka + ops'")
    assert page.titles == ["Apache Kafka"]


def test_a_tag_is_left_out_by_its_minus_and_by_a_click_with_shift(page: Page) -> None:
    page.open(KAFKA)
    page.chromium.click(related("storm") + ".lastChild")
    page.wait_for("#-storm")
    page.chromium.shift_click(related("ops") + ".firstChild")
    page.wait_for("#-storm,-ops")
    assert page.titles == ["Überblick"]  # what is under ops is out too
    assert (page.count, page.chips) == ("1 of 4", ["− storm ×", "− ops ×"])
    page.chromium.click("document.querySelector('.clear')")
    page.chromium.wait_for("document.querySelector('.count').textContent === '4 bookmarks'")


def test_a_tag_of_a_bookmark_is_picked_and_dropped_there(page: Page) -> None:
    page.open(KAFKA, "#streams")
    page.chromium.click("document.querySelectorAll('.bookmarks .tag')[0]")
    page.wait_for("#streams,kafka")
    page.chromium.click("document.querySelectorAll('.bookmarks .picked')[0]")
    page.wait_for("#streams")


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("KAFKA", ["Apache Kafka", "Storm, or Kafka?"]),
        ("kafka  storm,", ["Storm, or Kafka?"]),
        ("uberblick", ["Überblick"]),
        ("STRASSE", ["https://example.org/straße"]),
        ("exactly-once", []),
        ('"once and"', []),
        ('more "exactly once"', ["Überblick"]),
        ('"a log', ["Apache Kafka"]),
        ("on-call", ["https://example.org/straße"]),
        ("   ", ["Apache Kafka", "Storm, or Kafka?", "Überblick", "https://example.org/straße"]),
    ],
)
def test_words_narrow_by_all_texts_without_case_and_accents(page: Page, typed: str, titles: list[str]) -> None:
    page.open(KAFKA, "#?" + quote(typed))
    assert (page.titles, page.typed) == (titles, typed)
    assert page.texts(".none:not([hidden])") == ([] if titles else ["Nothing is left; drop a tag or a word."])


def test_the_keys_type_words_and_take_them_away(page: Page) -> None:
    page.open(KAFKA, "#kafka")
    page.chromium.press("/", "/")
    assert (page.focus, page.typed) == ("text", "")
    page.type("sto")
    page.type("rm/")
    page.chromium.press("Backspace")
    assert (page.hash, page.titles) == ("#kafka,?storm%2F", [])
    page.chromium.press("Escape")
    assert (page.hash, page.typed, page.count) == ("#kafka", "", "2 of 4")
    page.chromium.press("Escape")
    page.wait_for("")
    assert page.count == "4 bookmarks"


def test_what_was_typed_is_one_step_back(page: Page) -> None:
    page.open(KAFKA, "#kafka")
    page.chromium.press("/", "/")
    page.type("st")
    page.type("orm")
    page.chromium.evaluate("history.back()")
    page.chromium.wait_for("document.querySelector('.text').value === ''")
    assert (page.hash, page.count) == ("#kafka", "2 of 4")


def test_a_tag_picked_by_the_keyboard_leaves_the_focus_in_its_place(page: Page) -> None:
    page.open(KAFKA)
    page.chromium.evaluate(f"({related('ops')}).firstChild.focus()")
    page.chromium.press("Enter", "\r")
    page.wait_for("#ops")
    assert list(page.related) == ["kafka", "ops/on-call", "streams"]
    assert page.focus == "tag ops/on-call"


def test_a_tag_that_no_bookmark_has_leaves_nothing_and_can_be_dropped(page: Page) -> None:
    page.open(KAFKA, "#kafka,nobody,-none")
    assert (page.count, page.chips) == ("0 of 4", ["+ kafka ×", "+ nobody ×", "− none ×"])
    page.chromium.click("document.querySelectorAll('.chips a')[1]")
    page.wait_for("#kafka,-none")
    assert page.count == "2 of 4"


@pytest.mark.parametrize("address", ["#%", "#%ff,-%E0%A4,?%", "#,,,", "#-,?", "#?a,?b,-a,a", "#constructor,__proto__"])
def test_an_address_that_somebody_wrote_is_no_error(page: Page, address: str) -> None:
    page.open(KAFKA, address)
    assert page.count.endswith((" of 4", "4 bookmarks"))


def test_tags_of_any_signs_are_picked_by_their_links(page: Page) -> None:
    tags = (
        "-dash",
        "?q",
        "100%",
        "%2D",
        "日本",
        "a#b",
        "'",
        '"',
        "<i>",
        "&amp;",
        "a+b",
        "related",
        "text",
        "top",
        "--",
    )
    page.open([bookmark(tags=tags), bookmark("https://example.org/2")])
    for tag in tags:
        page.chromium.evaluate(f"{related(tag)}.firstChild.click()")
        page.chromium.wait_for("document.querySelector('.count').textContent === '1 of 2'")
        assert page.chips == [f"+ {tag} ×"]
        page.go("")


def test_hostile_texts_are_shown_and_do_nothing(page: Page) -> None:
    urls = ("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "JaVaScRiPt:alert(1)", "file:///etc")
    texts = {"tags": ("<b>x</b>",), "by": HOSTILE[0]}
    page.open([bookmark(url, title=it, annotation=it, **texts) for url in urls for it in HOSTILE], "#?alert")
    page.go("#" + quote("<b>x</b>"))
    assert page.titles == list(HOSTILE) * 4
    assert page.texts(".note") == list(HOSTILE) * 4
    assert page.chips == ["+ <b>x</b> ×"]
    assert page.texts("main :is(img, svg, script, b, i, h3 a)") == []
    assert page.chromium.evaluate("document.title") == "jm + <b>x</b>"


def test_only_what_may_be_opened_is_a_link_and_tells_its_true_site(page: Page) -> None:
    urls = [
        "https://www.example.org/a", "HTTP://user@example.org/", "ftp://example.org/", "mailto:a@example.org",
        "https://evil.example\\@example.org/", "https://example.org@evil.example/", "//example.org/", "/note/a", "x",
        "vbscript:x", "https://[", "java\u00a0script:alert(1)",
    ]  # fmt: skip
    page.open([bookmark(url) for url in urls])
    assert page.texts(".bookmarks h3 a") == [*urls[:6], "https://["]
    assert page.texts(".bookmarks .about > span") == ["example.org"] * 3 + ["evil.example"] * 2
    rels = page.chromium.evaluate("[...document.querySelectorAll('h3 a')].map((it) => it.rel)")
    assert set(rels) == {"noopener noreferrer"}


def test_a_long_list_comes_in_slices_as_it_is_scrolled(page: Page) -> None:
    page.open([bookmark(f"https://example.org/{n}", tags=(f"tag{n}",)) for n in range(250)])
    assert (len(page.titles), page.count, len(page.related)) == (100, "250 bookmarks", 100)
    page.chromium.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.chromium.wait_for("document.querySelectorAll('.bookmarks h3').length >= 200")
    page.chromium.click("document.querySelector('.more-tags')")
    page.chromium.click("document.querySelector('.more-tags')")
    assert len(page.related) == 250
    assert page.texts(".more-tags:not([hidden])") == []


def test_related_tags_are_sorted_by_count_or_by_name(page: Page) -> None:
    page.open([bookmark(tags=("b", "É", "z")), bookmark("https://example.org/2", tags=("z", "f"))])
    assert list(page.related) == ["z", "b", "É", "f"]
    page.chromium.click("document.querySelector('.order')")
    assert list(page.related) == ["b", "É", "f", "z"]


def written_out(tag: str) -> str:
    return quote(tag).replace("-", "%2D")


@settings(quick, max_examples=10)
@given(st.lists(drawn.bookmarks, min_size=1, max_size=12), st.data())
def test_a_page_finds_and_counts_what_tagtui_does(
    page: Page, drawn_bookmarks: list[Bookmark], data: st.DataObject
) -> None:
    bookmarks = {id: replace(it, title=f"{id} {it.title}".strip()) for id, it in enumerate(drawn_bookmarks, 1)}
    library = Library(bookmarks, OWNER)
    names = sorted(library.index.names.values())
    page.open(list(bookmarks.values()))
    for _ in range(5):
        tags = data.draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if names else []
        picks = data.draw(st.integers(0, len(tags)))
        words = data.draw(st.lists(st.sampled_from(["kafka", "ea", "STRASSE", "Über", "b", "example"]), max_size=2))
        picked, out = tags[:picks], tags[picks:]
        view = library.search(Query((*map(Tag, picked), *(Not(Tag(tag)) for tag in out), *map(Text, words))))
        parts = [*map(written_out, picked), *("-" + written_out(tag) for tag in out), "?" + quote(" ".join(words))]
        page.go("#" + ",".join(parts))
        assert page.titles == [bookmarks[id].title for id in sorted(view.ids)]
        shown = view.related(without=frozenset(map(tag_key, tags)))
        assert {tag: int(count.strip("=")) for tag, count in page.related.items()} == {
            view.names[key]: view.counts[key] for key in shown
        }
