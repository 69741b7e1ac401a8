"""What the form takes from the clipboard and from the page itself: real programs and a real server."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tagtui.core.bookmark import Bookmark
from tagtui.session import Session
from tests.tui.driver import Driver
from tests.web.server import Server, answer, redirect, serving

pytestmark = pytest.mark.usefixtures("bare_host", "own_state")

PAGE = (
    "<title>Exactly once</title><meta property=og:site_name content=Log>"
    '<meta name=description content="What it [/] means.">'
)


@pytest.fixture
async def web() -> AsyncIterator[Server]:
    async with serving() as server:
        server.pages["/page"] = answer(PAGE)
        yield server


def saved_as(path: Path, url: str) -> Bookmark:
    library = Session(path, "ada").library
    id = library.find(url)
    assert id is not None
    return library[id]


async def test_what_the_page_says_is_offered_in_grey_and_taken_by_tab_and_arrow(shelf: Path, web: Server) -> None:
    async with Driver(shelf, size=(120, 30), fetches=True) as tui:
        await tui.press("a")
        await tui.type(web.url("/page"))
        assert not web.requests, "nobody is asked while the address is typed"
        await tui.press("tab")
        assert "Exactly once" in tui.screen_text()
        assert "What it [/] means." in tui.screen_text()
        assert "on Log; grey is not saved: tab takes it" in tui.screen_text()
        await tui.press("tab", "tab", "tab", "right", "ctrl+s")
    found = saved_as(shelf, web.url("/page"))
    assert (found.title, found.annotation) == ("Exactly once", "What it [/] means.")
    assert len(web.requests) == 1


async def test_what_was_typed_stays_and_what_was_not_taken_is_not_saved(shelf: Path, web: Server) -> None:
    async with Driver(shelf, size=(120, 30), fetches=True) as tui:
        await tui.press("a")
        await tui.type(web.url("/page"))
        await tui.press("tab")
        await tui.type("Mine")
        await tui.press("tab", "ctrl+s")
    found = saved_as(shelf, web.url("/page"))
    assert (found.title, found.annotation) == ("Mine", "")


async def test_the_pages_own_address_is_offered_and_not_applied(shelf: Path, web: Server) -> None:
    web.pages["/moved"] = redirect("/page")
    async with Driver(shelf, size=(120, 30), fetches=True) as tui:
        for keys, kept in ((["ctrl+s"], "/moved"), (["ctrl+t", "ctrl+s"], "/page")):
            await tui.press("a")
            await tui.type(web.url("/moved?again" if kept == "/page" else "/moved"))
            web.pages["/moved?again"] = redirect("/page")
            await tui.press("tab")
            assert f"its own address: {web.url('/page')} (ctrl+t takes it)" in tui.screen_text()
            await tui.press(*keys)
            assert saved_as(shelf, web.url(kept)).url == web.url(kept)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (answer("no", status="404 Not Found"), "404"),
        (answer(b"%PDF-1.7", "Content-Type: application/pdf"), "PDF"),
        (redirect("file:///etc/passwd"), "file:"),
        (redirect("http://10.0.0.1/"), "private"),
        (b"garbage\r\n\r\n", "no details"),
    ],
)
async def test_a_bad_page_has_its_line_and_the_bookmark_can_be_saved(
    shelf: Path, web: Server, page: bytes, told: str
) -> None:
    web.pages["/bad"] = page
    async with Driver(shelf, size=(120, 30), fetches=True) as tui:
        await tui.press("a")
        await tui.type(web.url("/bad"))
        await tui.press("tab")
        assert "no details: " in tui.screen_text()
        assert told in tui.screen_text()
        await tui.press("ctrl+s")
    assert saved_as(shelf, web.url("/bad")).title == ""


async def test_leaving_the_form_leaves_a_page_that_never_answers(shelf: Path, web: Server) -> None:
    async def never(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await _reader.read()  # until the client goes

    web.pages["/never"] = never
    async with Driver(shelf, size=(120, 30), fetches=True) as tui:
        await tui.press("a")
        tui.send(*web.url("/never"), "tab")
        async with asyncio.timeout(10):
            await web.connected.wait()
        await tui.until(lambda: "looking at the page…" in tui.screen_text())
        await tui.press("escape")
        async with asyncio.timeout(10):
            await web.deserted.wait()


async def test_a_url_and_its_quotation_are_pasted_at_once(shelf: Path, web: Server) -> None:
    async with Driver(shelf, size=(120, 30), fetches=True) as tui:
        await tui.press("a")
        await tui.paste(f"{web.url('/page')}\n> Exactly once\n> is hard.\x1b[31m")
        assert "> is hard." in tui.screen_text()
        await tui.press("ctrl+s")
    assert saved_as(shelf, web.url("/page")).annotation == "> Exactly once\n> is hard.[31m"


@pytest.fixture
def clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file: what is on the clipboard of the desktop, by a program called xclip."""
    content, program = tmp_path / "clipboard", tmp_path / "bin" / "xclip"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncase "$*" in *-o*) cat "{content}";; *) cat > "{content}";; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return content


@pytest.mark.parametrize(
    ("copied", "filled"),
    [
        ("https://kafka.apache.org/\n", True),
        ("https://kafka.apache.org/\n\n> Logs.", True),
        ("two https://a.org/ https://b.org/", False),
        ("javascript:alert(1)", False),
        ("", False),
        ("x" * 100_000, False),
    ],
)
async def test_the_url_on_the_clipboard_is_filled_in(shelf: Path, clipboard: Path, copied: str, filled: bool) -> None:
    clipboard.write_text(copied)
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("a")
        assert ("https://kafka.apache.org/" in tui.screen_text()) is filled
        assert ("> Logs." in tui.screen_text()) is ("Logs" in copied)
        await tui.press("escape")


async def test_a_clipboard_that_does_not_answer_holds_nobody_up(shelf: Path, clipboard: Path) -> None:
    (clipboard.parent / "bin" / "xclip").write_text("#!/bin/sh\nexec sleep 60\n")
    async with Driver(shelf, size=(120, 30)) as tui:
        tui.send("a")
        await tui.pause()
        tui.send(*"https://typed.example/", "ctrl+s")
        await tui.settle()
    assert saved_as(shelf, "https://typed.example/")


async def test_what_came_from_the_clipboard_alone_is_no_draft(shelf: Path, clipboard: Path) -> None:
    clipboard.write_text("https://one.example/")
    async with Driver(shelf, size=(120, 30)) as tui:
        await tui.press("a", "escape")
        clipboard.write_text("https://two.example/")
        await tui.press("a")
        assert "https://two.example/" in tui.screen_text()
