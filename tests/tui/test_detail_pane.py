"""The annotation pane: one bookmark whole, its tags to be picked and its links to be followed."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tagtui.tui.host.clipboard import osc52
from tests.tui.conftest import Browser
from tests.tui.driver import SHELF, Driver, library, saved

QUOTED = """<blockquote>The log is the <b>record</b> of what happened.

It is append-only.</blockquote>

My words, with *stress*.

> Markdown quotes too,
> on two lines.

- first
- second

See [the paper](https://paper.org/log) and [this](javascript:alert(1)).
"""


def words(tui: Driver) -> str:
    return " ".join(" ".join(tui.detail()).split())


async def test_a_bookmark_is_shown_whole(tmp_path: Path) -> None:
    book = saved(
        "Kafka: the definitive guide",
        "kafka books",
        "Read the third chapter.",
        url="https://www.oreilly.com/kafka?page=1",
        added=datetime(2024, 5, 16, 22, 45, tzinfo=UTC),
        modified=datetime(2024, 5, 17, 1, 0, tzinfo=UTC),
        by="grace",
        private=True,
        unread=True,
    )
    plain = saved("Plain", added=datetime(2016, 10, 31, 23, 30, tzinfo=UTC))
    async with Driver(library(tmp_path, book, plain), size=(200, 20)) as tui:
        assert tui.detail()[:2] == ["Kafka: the definitive guide", "https://www.oreilly.com/kafka?page=1"]
        assert tui.detail()[-3:] == ["kafka  books", "", "Read the third chapter."]
        facts = "oreilly.com · 13 hours ago by grace · 2024-05-17 00:45 · changed 2024-05-17 · private · unread"
        assert facts in words(tui), "exact times are those of the person's clock"
        await tui.press("2", "j")
        assert tui.detail()[2:] == ["example.org · october 2016 by ada · 2016-11-01 01:30"]


async def test_quotations_of_html_and_of_markdown_stand_behind_a_bar(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, saved("Log", "", QUOTED)), size=(200, 30)) as tui:
        assert tui.detail()[4:] == [
            "▌ The log is the record of what happened.",
            "▌",
            "▌ It is append-only.",
            "",
            "My words, with stress.",
            "",
            "▌ Markdown quotes too,",
            "▌ on two lines.",
            "",
            "• first",
            "• second",
            "",
            "See the paper and this.",
        ]
        [bold], [stress] = tui.looks("record", on="detail"), tui.looks("stress", on="detail")
        assert bold.style is not None
        assert bold.style.bold
        assert stress.style is not None
        assert stress.style.italic
        await tui.resize(60, 30)
        await tui.press("3")
        assert all(line.startswith("▌") for line in tui.detail()[4:7])


async def test_its_tags_are_marked_with_the_arrows_and_picked_or_excluded(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF)) as tui:
        await tui.press("3", "right")
        assert "[kafka]" in words(tui)
        await tui.press("right")
        assert "[jepsen]" in words(tui)
        assert "[kafka]" not in words(tui)
        await tui.press("right", "enter")
        assert tui.header() == "ada + kafka × 4 of 8"
        assert tui.pane() == "detail"
        await tui.press("space")
        assert tui.header() == "ada 8"
        await tui.press("left", "-")
        assert tui.header() == "ada − jepsen × 7 of 8"
        assert tui.detail()[0] == "Running Kafka at scale"
        assert "[" not in words(tui), "another bookmark, no tag marked"


async def test_the_mark_on_a_tag_goes_with_the_focus_and_comes_back_with_it(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF)) as tui:
        await tui.press("3", "enter")
        assert "[kafka]" in words(tui), "the first press of enter marks a tag, the second one picks it"
        assert tui.header() == "ada 8"
        await tui.press("tab")
        assert "[kafka]" not in words(tui)
        await tui.press("3")
        assert "[kafka]" in words(tui)


async def test_a_click_on_a_tag_picks_it_and_again_drops_it(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF)) as tui:
        await tui.to_bookmark("Running Kafka at scale")
        await tui.click("monitoring", on="detail")
        assert tui.header() == "ada + monitoring × 1 of 8"
        [picked], [other] = tui.looks("monitoring", on="detail"), tui.looks("ops", on="detail")
        assert picked.style is not None
        assert other.style is not None
        assert (picked.style.bold, other.style.bold) == (True, None), "to be seen without colours"
        await tui.click("monitoring", on="detail")
        assert tui.header() == "ada 8"


async def test_links_open_in_the_browser_if_their_scheme_is_harmless(tmp_path: Path, browser: Browser) -> None:
    url = "https://a.org/b c?d=%s&e"
    async with Driver(library(tmp_path, saved("Log", "", QUOTED, url=url)), size=(140, 30)) as tui:
        await tui.click("https://a.org", on="detail")
        assert browser.opened() == url
        assert tui.toasts() == [f"opened {url}"]
        await tui.click("the paper", on="detail")
        assert browser.opened() == "https://paper.org/log"
        await tui.click("this.", on="detail")
        assert not browser.opened()
        assert "refused to open javascript:" in tui.errors()[0]


async def test_a_bookmark_that_must_not_be_opened_says_so(tmp_path: Path, browser: Browser) -> None:
    odd = {"javascript:alert(1)": "javascript", "file:///etc/passwd": "file", "no scheme": "schemeless"}
    async with Driver(library(tmp_path, *(saved(kind, "", url=url) for url, kind in odd.items()))) as tui:
        await tui.press("2")
        for url, kind in odd.items():
            assert f"a {kind} link: it can be copied, not opened" in words(tui)
            tui.app.clear_notifications()
            for ask in (partial(tui.press, "enter"), partial(tui.press, "o"), partial(tui.click, url, on="detail")):
                await ask()
                assert "refused to open" in "".join(tui.errors())
                tui.app.clear_notifications()
            assert not browser.opened()
            await tui.press("y", "2", "j")
            assert osc52(url) in tui.written


async def test_a_long_annotation_scrolls(tmp_path: Path) -> None:
    paragraphs = "\n\n".join(f"Paragraph {number}." for number in range(1, 101))
    async with Driver(library(tmp_path, saved("Long", "", paragraphs), saved("Next", "", paragraphs))) as tui:
        await tui.press("3")
        top = tui.part("detail")
        for key, lines in (("j", 1), ("down", 1), ("ctrl+d", len(top) // 2), ("pagedown", len(top))):
            shown = tui.part("detail")
            await tui.press(key)
            assert tui.part("detail")[:-lines] == shown[lines:], key
        await tui.press("k", "up", "ctrl+u", "pageup")
        assert tui.part("detail") == top
        await tui.press("G")
        assert tui.detail()[-1] == "Paragraph 100."
        await tui.press("G", "end", "home")
        assert tui.part("detail") == top
        await tui.press("end", "2", "j")
        assert tui.detail()[0] == "Next", "another bookmark is shown from its beginning"


async def test_the_cursor_of_the_list_and_the_annotation_go_together(tmp_path: Path) -> None:
    async with Driver(library(tmp_path, *SHELF), size=(100, 30)) as tui:
        await tui.press("2")
        for book in SHELF:
            assert tui.detail()[0] == book.title
            await tui.press("j")
