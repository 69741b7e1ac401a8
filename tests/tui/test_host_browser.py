"""The browser, by real programs: small scripts on a PATH of their own."""

import asyncio
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tagtui.errors import HostError
from tagtui.tui.host import browser
from tagtui.tui.host.browser import open_url
from tests.tui.test_host_clipboard import LIMIT, PATIENCE, WAIT, Host, children, needs_proc, until

pytestmark = pytest.mark.filterwarnings("error")  # a process left to the collector among them

URL = "https://kafka.apache.org/"
OPEN = 'printf "%s\\n" "${0##*/}" "$@" > "$TAKEN"'  # tell who was asked to open what


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(browser, "MOMENT", PATIENCE)  # a failure may be slow on a busy machine
    host = Host(tmp_path)
    host.with_display()
    return host


async def opened(host: Host, url: str = URL, limit: float = PATIENCE) -> list[str]:
    """Open ``url`` and return the program that took it, with its arguments."""
    await open_url(url, host.env, limit)
    return host.taken.splitlines()


async def complaint(host: Host, url: str = URL) -> str:
    """Fail to open ``url`` and return what the person is told."""
    with pytest.raises(HostError) as raised:
        await open_url(url, host.env, PATIENCE)
    return str(raised.value)


def streams(process: str) -> list[str]:
    """Where the standard streams of ``process`` lead."""
    return [str(Path(f"/proc/{process}/fd/{number}").readlink()) for number in range(3)]


class TestRefusing:
    @pytest.mark.parametrize(
        ("url", "scheme"),
        [
            ("javascript:alert(1)", "javascript:"),
            ("JavaScript:alert(1)", "javascript:"),
            ("  javascript:alert(1)", "javascript:"),
            ("java\tscript:alert(1)", "javascript:"),
            ("\x01javascript:alert(1)", "javascript:"),
            ("file:///etc/passwd", "file:"),
            ("FILE:///etc/passwd", "file:"),
            ("data:text/html,<script>", "data:"),
            ("vbscript:x", "vbscript:"),
            ("x-man-page:ls", "x-man-page:"),
        ],
    )
    async def test_an_unsafe_scheme_is_refused_by_name(self, host: Host, url: str, scheme: str) -> None:
        host.install("xdg-open", OPEN)
        said = await complaint(host, url)
        assert said == f"refused to open {scheme} addresses (only ftp, http, https, mailto); copy it with y"
        assert not (host.folder / "taken").exists()

    @pytest.mark.parametrize("url", ["", "example.org", "--help", "-https://example.org", "/etc/passwd", "://"])
    async def test_what_has_no_scheme_is_refused(self, host: Host, url: str) -> None:
        host.install("xdg-open", OPEN)
        assert "refused to open an address without a scheme" in await complaint(host, url)
        assert not (host.folder / "taken").exists()

    async def test_an_endless_scheme_does_not_fill_the_screen(self, host: Host) -> None:
        assert len(await complaint(host, "x" * 10_000 + ":")) < 150


class TestTheDesktop:
    @pytest.mark.parametrize(
        "url",
        [URL, "http://x", "HTTPS://X/", "ftp://x/y", "mailto:a@b.org", "https://x/?a=1&b=$(touch%20x);'\"`ls`#é日本"],
    )
    async def test_the_url_reaches_the_program_as_one_argument(self, host: Host, url: str) -> None:
        host.install("xdg-open", OPEN)
        assert await opened(host, url) == ["xdg-open", url]

    async def test_blanks_and_line_breaks_around_and_in_the_url_are_dropped(self, host: Host) -> None:
        host.install("xdg-open", OPEN)
        assert await opened(host, "  https://x/\0a\nb\t ") == ["xdg-open", "https://x/ab"]

    async def test_windows_browser_is_asked_first_under_wsl(self, host: Host) -> None:
        host.install("xdg-open", OPEN)
        host.install("wslview", OPEN)
        assert await opened(host) == ["wslview", URL]

    async def test_macos_is_asked_by_open(self, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        del host.env["DISPLAY"]
        host.install("open", OPEN)
        assert await opened(host) == ["open", URL]

    async def test_a_failure_is_told_with_the_way_out(self, host: Host) -> None:
        host.install("xdg-open", "exit 3")
        assert await complaint(host) == "no browser: xdg-open ended with status 3; copy it with y"

    async def test_a_program_that_cannot_be_run_is_told(self, host: Host) -> None:
        (host.bin / "xdg-open").write_bytes(b"\x7fELF nonsense")
        (host.bin / "xdg-open").chmod(0o755)
        assert "xdg-open: Exec format error" in await complaint(host)

    async def test_a_desktop_without_any_program_says_what_to_install(self, host: Host) -> None:
        assert await complaint(host) == "no browser: install xdg-utils; copy it with y"

    async def test_without_a_display_it_says_so_and_leaves_xdg_open_alone(self, host: Host) -> None:
        del host.env["DISPLAY"]
        host.install("xdg-open", OPEN)  # it would try lynx and w3m
        assert await complaint(host) == (
            "no browser: there is no display here (over SSH, set $BROWSER); copy it with y"
        )
        assert not (host.folder / "taken").exists()

    async def test_on_a_phone_no_display_is_needed(self, host: Host) -> None:
        del host.env["DISPLAY"]
        host.install("termux-open-url", OPEN)
        assert await opened(host) == ["termux-open-url", URL]


class TestTheVariable:
    """``$BROWSER``."""

    async def test_it_goes_before_the_desktop(self, host: Host) -> None:
        host.env["BROWSER"] = "firefox"
        host.install("firefox", OPEN)
        host.install("xdg-open", OPEN)
        assert await opened(host) == ["firefox", URL]

    async def test_it_is_used_without_a_display(self, host: Host) -> None:
        del host.env["DISPLAY"]
        host.env["BROWSER"] = str(host.bin / "remote-helper")
        host.install("remote-helper", OPEN)
        assert await opened(host) == ["remote-helper", URL]

    @pytest.mark.parametrize(
        ("variable", "arguments"),
        [
            ("firefox --new-window", ["--new-window", URL]),
            ("firefox --url=%s --quiet", [f"--url={URL}", "--quiet"]),
            ("firefox -P 'my profile' %s &", ["-P", "my profile", URL]),
        ],
    )
    async def test_its_arguments_are_kept(self, host: Host, variable: str, arguments: list[str]) -> None:
        host.env["BROWSER"] = variable
        host.install("firefox", OPEN)
        assert await opened(host) == ["firefox", *arguments]

    async def test_its_programs_are_tried_in_turn(self, host: Host) -> None:
        host.env["BROWSER"] = "absent:: & :broken:'unclosed:third"
        host.install("broken", "exit 1")
        host.install("third", OPEN)
        host.install("fourth", OPEN)
        assert await opened(host) == ["third", URL]

    async def test_the_desktop_helps_out_where_they_all_fail(self, host: Host) -> None:
        host.env["BROWSER"] = "absent:broken"
        host.install("broken", "exit 1")
        host.install("xdg-open", OPEN)
        assert await opened(host) == ["xdg-open", URL]

    async def test_each_failure_is_told(self, host: Host) -> None:
        host.env["BROWSER"] = "absent:broken"
        host.install("broken", "exit 1")
        assert await complaint(host) == (
            "no browser: absent is not installed; broken ended with status 1; copy it with y"
        )

    async def test_a_text_mode_browser_is_passed_over(self, host: Host) -> None:
        host.env["BROWSER"] = "w3m"
        host.install("w3m", OPEN)
        assert "w3m needs the terminal for itself" in await complaint(host)
        assert not (host.folder / "taken").exists()


class TestTheProcess:
    @needs_proc
    async def test_a_browser_that_runs_on_is_left_alone_and_reaped_at_its_end(self, host: Host) -> None:
        before = children()
        host.install("xdg-open", f'{WAIT}; echo > "$SERVED"')
        await open_url(URL, host.env, LIMIT)
        assert len(children() - before) == 1
        host.go.touch()
        await until(host.served.exists)
        await until(lambda: children() <= before)

    @needs_proc
    async def test_it_has_a_session_of_its_own_and_none_of_our_streams(self, host: Host) -> None:
        before = children()
        host.install("xdg-open", WAIT)
        await open_url(URL, host.env, LIMIT)
        (process,) = children() - before
        assert os.getsid(int(process)) == int(process)
        assert streams(process) == ["/dev/null"] * 3
        host.go.touch()
        await until(lambda: children() <= before)

    async def test_the_loop_runs_on_while_a_program_makes_up_its_mind(self, host: Host) -> None:
        host.install("xdg-open", f'echo > "$STARTED"; {WAIT}; exit 4')
        opening = asyncio.create_task(open_url(URL, host.env, PATIENCE))
        await until(host.started.exists)
        assert not opening.done()
        host.go.touch()  # only a loop that runs comes here
        with pytest.raises(HostError, match="status 4"):
            await opening

    async def test_giving_up_waiting_does_not_end_the_browser(self, host: Host) -> None:
        host.install("xdg-open", f'echo > "$STARTED"; {WAIT}; echo > "$SERVED"')
        opening = asyncio.create_task(open_url(URL, host.env, PATIENCE))
        await until(host.started.exists)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        host.go.touch()
        await until(host.served.exists)

    def test_leaving_tagtui_while_the_browser_runs_says_nothing_on_the_terminal(self, host: Host) -> None:
        host.install("xdg-open", f'{WAIT}; echo > "$SERVED"')
        script = (
            "import asyncio; from tagtui.tui.host.browser import open_url;"
            f"asyncio.run(open_url({URL!r}, {host.env!r}, {LIMIT}))"
        )
        left = subprocess.run(
            (sys.executable, "-W", "error", "-c", script),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (left.returncode, left.stdout, left.stderr) == (0, "", "")
        assert not host.served.exists()  # nobody waited for the browser
        host.go.touch()

    def test_a_browser_that_ends_after_the_loop_troubles_nobody(self, host: Host) -> None:
        host.install("xdg-open", WAIT)
        asyncio.run(open_url(URL, host.env, LIMIT))
        host.go.touch()
        for thread in threading.enumerate():
            if thread.name.startswith("browser"):
                thread.join(PATIENCE)
