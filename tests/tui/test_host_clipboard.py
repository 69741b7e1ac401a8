"""The clipboard, by real programs: small scripts on a PATH of their own, and the tmux of this machine."""

import asyncio
import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # it has no type hints
import pytest

from tagtui.tui.host.clipboard import OSC52_LIMIT, CopyReport, Means, copy, osc52

if sys.platform == "win32":
    pytest.skip("the programs are shell scripts", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("error")  # an unclosed pipe or process among them

PATIENCE = 60.0  # seconds: no test waits this long unless it fails
LIMIT = 0.3  # seconds: what the tests of hanging programs wait

# What a program does; the names are files of the host.
TAKE = '/bin/cat > "$TAKEN"'
HANG = 'echo > "$STARTED"; exec /bin/sleep 1000'
WAIT = 'n=0; while [ ! -e "$GO" ] && [ $n -lt 600 ]; do n=$((n+1)); /bin/sleep 0.1; done'


class Host:
    """A desktop of our own: its programs are those that a test installs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.written: list[str] = []  # to the terminal
        self.started, self.go, self.served = folder / "started", folder / "go", folder / "served"
        self.env = {
            "PATH": str(self.bin),
            "TERM": "xterm-256color",
            "TAKEN": str(folder / "taken"),
            "STARTED": str(self.started),
            "GO": str(self.go),
            "SERVED": str(self.served),
        }

    def inside_tmux(self) -> None:
        self.env["TMUX"] = "/nowhere,1,0"

    def with_display(self) -> None:
        self.env["DISPLAY"] = ":99"

    def install(self, name: str, script: str) -> None:
        program = self.bin / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    async def copy(self, text: str, limit: float = PATIENCE) -> CopyReport:
        return await copy(text, self.written.append, self.env, limit)

    @property
    def taken(self) -> str:
        """What a program took from its standard input."""
        return (self.folder / "taken").read_bytes().decode()

    def living(self) -> list[str]:
        """The processes that came of this host, known by their environment."""
        mark = f"GO={self.go}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(process.name)
            except OSError:  # it has ended, or is not ours
                continue
        return found


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.01)


def children() -> set[str]:
    """Our own child processes, zombies among them."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[status.parent.name] = status.read_text().rpartition(")")[2].split()[1]
        except OSError:  # it has ended
            continue
    return {process for process, parent in parents.items() if parent == str(os.getpid())}


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


class TestTheTerminal:
    """OSC 52, which gets no answer."""

    async def test_without_a_display_the_text_is_sent_to_the_terminal(self, host: Host) -> None:
        report = await host.copy("https://kafka.apache.org/")
        assert host.written == [osc52("https://kafka.apache.org/")]
        assert report == CopyReport(done=(Means.TERMINAL,), failed=())
        assert report.message == "sent to the terminal, which gives no answer"
        assert not report.certain
        assert not report.failed_everywhere

    @pytest.mark.parametrize(
        "text",
        ["", "a\nb\n", "🦑 日本 é", "\x1b]52;c;aGFja2Vk\x07", "nul \0 bel \x07 st \x1b\\ c1 \x9c"],
    )
    def test_the_sequence_carries_any_text_and_only_ends_at_its_end(self, text: str) -> None:
        sequence = osc52(text)
        assert sequence.startswith("\x1b]52;c;")
        assert sequence.endswith("\x07")
        payload = sequence[7:-1]
        assert payload.isprintable()
        assert base64.b64decode(payload, validate=True).decode() == text

    async def test_a_lone_surrogate_does_not_hinder_the_copying(self, host: Host) -> None:
        assert (await host.copy("a\ud800b")).done == (Means.TERMINAL,)
        assert host.written == [osc52("a?b")]

    async def test_text_of_the_size_that_terminals_take_is_sent(self, host: Host) -> None:
        report = await host.copy("x" * 74_994)
        assert report.done == (Means.TERMINAL,)
        assert len(host.written[0]) == OSC52_LIMIT

    async def test_longer_text_is_not_sent_and_the_reason_is_told(self, host: Host) -> None:
        report = await host.copy("x" * 74_995)
        assert host.written == []
        assert report.failed_everywhere
        assert "74,995 bytes are more than terminals take" in report.message

    @pytest.mark.parametrize("terminal", ["dumb", "linux"])
    async def test_a_terminal_without_a_clipboard_gets_nothing(self, host: Host, terminal: str) -> None:
        host.env["TERM"] = terminal
        report = await host.copy("text")
        assert host.written == []
        assert report.failed_everywhere
        assert report.message == f"not copied (the terminal: TERM={terminal} has no clipboard)"

    async def test_a_terminal_that_is_gone_is_told_and_not_raised(self, host: Host) -> None:
        def write(_sequence: str) -> None:
            raise BrokenPipeError(32, "Broken pipe")

        report = await copy("text", write, host.env, PATIENCE)
        assert report.failed_everywhere
        assert "Broken pipe" in report.message


class TestTmux:
    async def test_inside_tmux_the_text_lands_in_the_tmux_buffer(self, host: Host) -> None:
        host.inside_tmux()
        host.install("tmux", '[ "$*" = "load-buffer -w -" ] || exit 1; ' + TAKE)
        text = "two\nlines 🦑 \x1b[31m\t\0"
        report = await host.copy(text)
        assert host.taken == text
        assert report.done == (Means.TMUX, Means.TERMINAL)
        assert report.certain
        assert report.message == "copied to the tmux buffer"

    async def test_the_terminal_gets_the_text_inside_tmux_too(self, host: Host) -> None:
        host.inside_tmux()
        host.install("tmux", TAKE)
        await host.copy("text")
        assert host.written == [osc52("text")]

    async def test_a_tmux_too_old_for_the_terminal_outside_still_gets_the_text(self, host: Host) -> None:
        host.inside_tmux()
        usage = "echo 'usage: load-buffer [-b buffer-name] path' >&2; exit 1"
        host.install("tmux", f'[ "$*" = "load-buffer -" ] || {{ {usage}; }}; {TAKE}')
        report = await host.copy("text")
        assert host.taken == "text"
        assert report.certain
        assert report.failed == ()

    async def test_the_complaint_of_tmux_is_the_reason(self, host: Host) -> None:
        host.inside_tmux()
        host.install("tmux", r"printf 'no server \033[31mrunning\nmore\n' >&2; exit 1")
        report = await host.copy("text")
        assert report.failed == ((Means.TMUX, "no server [31mrunning"),)
        assert report.message == (
            "sent to the terminal, which gives no answer; not to the tmux buffer: no server [31mrunning"
        )

    async def test_a_failure_without_a_word_is_told_by_its_status(self, host: Host) -> None:
        host.inside_tmux()
        host.install("tmux", "exit 7")
        assert (await host.copy("text")).failed == ((Means.TMUX, "tmux ended with status 7"),)

    async def test_tmux_that_is_not_on_the_path_is_told(self, host: Host) -> None:
        host.inside_tmux()
        ((means, reason),) = (await host.copy("text")).failed
        assert means is Means.TMUX
        assert "No such file" in reason

    @needs_proc
    async def test_tmux_that_hangs_is_killed_and_leaves_no_zombie(self, host: Host) -> None:
        before = children()
        host.inside_tmux()
        host.install("tmux", HANG)
        report = await host.copy("x" * 1_000_000, LIMIT)  # more than a pipe holds
        assert (Means.TMUX, "no answer within 0.3 s") in report.failed
        assert children() <= before
        await until(lambda: not host.living())

    async def test_huge_text_goes_through_tmux_though_not_through_the_terminal(self, host: Host) -> None:
        host.inside_tmux()
        host.install("tmux", TAKE)
        text = "https://example.org/\n" * 500_000
        report = await host.copy(text)
        assert host.taken == text
        assert host.written == []
        assert report.message == "copied to the tmux buffer"


class TestTheSystemClipboard:
    async def test_with_a_display_the_text_lands_in_the_clipboard(self, host: Host) -> None:
        host.with_display()
        host.install("xclip", '[ "$*" = "-selection c" ] || exit 1; ' + TAKE)
        report = await host.copy("two\nlines 🦑 \x1b[31m\t\0")
        assert host.taken == "two\nlines 🦑 \x1b[31m\t\0"
        assert report.done == (Means.SYSTEM, Means.TERMINAL)
        assert report.certain
        assert report.message == "copied to the clipboard"

    async def test_on_wayland_its_own_program_is_used(self, host: Host) -> None:
        host.env["WAYLAND_DISPLAY"] = "wayland-0"
        host.install("wl-copy", TAKE)
        host.install("wl-paste", "exit 1")
        assert (await host.copy("text")).certain
        assert host.taken == "text"

    async def test_inside_tmux_with_a_display_both_get_the_text(self, host: Host) -> None:
        host.inside_tmux()
        host.with_display()
        host.install("tmux", "/bin/cat > /dev/null")
        host.install("xclip", TAKE)
        report = await host.copy("text")
        assert report.done == (Means.TMUX, Means.SYSTEM, Means.TERMINAL)
        assert report.message == "copied to the tmux buffer and the clipboard"

    async def test_a_display_without_a_program_says_what_to_install(self, host: Host) -> None:
        host.with_display()
        report = await host.copy("text")
        assert not report.certain
        assert "not to the clipboard: install xclip, xsel or wl-clipboard" in report.message

    async def test_a_program_that_fails_is_not_taken_for_success(self, host: Host) -> None:
        host.with_display()
        host.install("xclip", "/bin/cat > /dev/null; exit 1")
        report = await host.copy("text")
        assert not report.certain
        assert "status 1" in report.message

    @pytest.mark.skipif(not shutil.which("xclip"), reason="xclip is not installed here")
    async def test_the_real_xclip_without_its_server_fails_with_its_own_words(
        self, host: Host, capfd: pytest.CaptureFixture[str]
    ) -> None:
        host.env |= {"DISPLAY": ":4711", "PATH": os.environ["PATH"]}
        ((means, reason),) = (await host.copy("text")).failed
        assert means is Means.SYSTEM
        assert "open display" in reason
        assert capfd.readouterr() == ("", "")  # the screen stays clean

    async def test_what_programs_print_does_not_reach_the_screen(
        self, host: Host, capfd: pytest.CaptureFixture[str]
    ) -> None:
        host.inside_tmux()
        host.with_display()
        for name in ("tmux", "xclip"):
            host.install(name, "/bin/cat; echo noise; echo noise >&2; exit 1")
        assert (await host.copy("text")).failed == ((Means.TMUX, "noise"), (Means.SYSTEM, "noise"))
        assert capfd.readouterr() == ("", "")

    async def test_a_program_that_stays_to_serve_the_text_is_left_alive(self, host: Host) -> None:
        host.with_display()
        host.install("xclip", f'{TAKE}; ( {WAIT}; echo > "$SERVED" ) &')
        report = await host.copy("text")
        assert report.done == (Means.SYSTEM, Means.TERMINAL)
        host.go.touch()
        await until(host.served.exists)

    @needs_proc
    async def test_a_program_that_hangs_is_killed_and_leaves_no_zombie(self, host: Host) -> None:
        before = children()
        host.with_display()
        host.install("xclip", HANG)
        report = await host.copy("text", LIMIT)
        assert report.failed == ((Means.SYSTEM, "no answer within 0.3 s"),)
        assert children() <= before
        await until(lambda: not host.living())

    @needs_proc
    async def test_cancelling_kills_all_that_was_started(self, host: Host) -> None:
        before = children()
        host.with_display()
        host.install("xclip", HANG)
        copying = asyncio.create_task(host.copy("text"))
        await until(host.started.exists)
        copying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await copying
        assert children() <= before
        await until(lambda: not host.living())

    async def test_the_loop_runs_on_while_a_program_takes_its_time(self, host: Host) -> None:
        host.with_display()
        host.install("xclip", f'echo > "$STARTED"; {WAIT}; {TAKE}')
        copying = asyncio.create_task(host.copy("text"))
        await until(host.started.exists)
        assert not copying.done()
        host.go.touch()  # only a loop that runs comes here
        assert (await copying).certain

    async def test_where_everything_fails_the_report_says_so_with_each_reason(self, host: Host) -> None:
        host.env["TERM"] = "dumb"
        host.inside_tmux()
        host.with_display()
        report = await host.copy("text")
        assert report.failed_everywhere
        assert [means for means, _ in report.failed] == list(Means)
        assert report.message.startswith("not copied (the tmux buffer: ")


@pytest.fixture
def tmux_pane() -> Iterator[dict[str, str]]:
    """The environment of a pane in a tmux of its own."""
    tmux = shutil.which("tmux")
    if not tmux:
        pytest.skip("tmux is not installed here")
    with tempfile.TemporaryDirectory(prefix="tagtui") as folder:  # a socket's path is short
        outside = {"PATH": os.environ["PATH"], "TMUX_TMPDIR": folder, "TERM": "xterm-256color"}
        server = (tmux, "-L", "test", "-f", "/dev/null")

        def ask(*words: str) -> str:
            return subprocess.run(
                (*server, *words), env=outside, check=True, capture_output=True, text=True
            ).stdout.strip()

        ask("new-session", "-d", "/bin/sleep 1000")
        try:
            tmux_is, pane = ask("display-message", "-p", "#{socket_path},#{pid},0 #{pane_id}").split()
            yield outside | {"TMUX": tmux_is, "TMUX_PANE": pane}
        finally:
            ask("kill-server")


def buffer_of(env: dict[str, str]) -> bytes:
    return subprocess.run(("tmux", "show-buffer"), env=env, check=True, capture_output=True).stdout


class TestTheRealTmux:
    @pytest.mark.parametrize(
        "text",
        ["https://kafka.apache.org/", "a\n\nb 🦑 \x1b[31m", "x" * 10**6],
        ids=["url", "strange", "huge"],
    )
    async def test_its_buffer_yields_the_text(self, tmux_pane: dict[str, str], text: str) -> None:
        report = await copy(text, lambda _: None, tmux_pane, PATIENCE)
        assert buffer_of(tmux_pane) == text.encode()
        assert report.message == "copied to the tmux buffer"

    async def test_it_hands_the_text_on_to_the_terminal_outside(self, tmux_pane: dict[str, str]) -> None:
        outside = {key: value for key, value in tmux_pane.items() if key != "TMUX"}
        with pexpect.spawn("tmux", ["-L", "test", "attach"], env=outside, timeout=PATIENCE) as terminal:
            terminal.expect_exact("[0]")  # the status line: it is attached
            await copy("kafka", lambda _: None, tmux_pane, PATIENCE)
            terminal.expect_exact(base64.b64encode(b"kafka"))
