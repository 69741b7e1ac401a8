"""Copy text by every means the host has, without holding the screen up; tell what came of it.

Three means, at once: the terminal itself (OSC 52, the only one that reaches over SSH; it gets no
answer), tmux's buffer (tmux drops an application's OSC 52 unless told otherwise, and
``load-buffer -w`` hands the text on to the terminal outside), and the desktop's clipboard
(pyperclip, where there is a display).
"""

import asyncio
import os
import signal
import sys
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile

from tagtui.core.text import clean_line
from tagtui.tui.host.desktop import has_display

OSC52_LIMIT = 100_000
"""Characters of a whole sequence: what hterm takes (libapps, ``osc52.sh``), 74,994 bytes of text.

Other terminals take more or less; too long a sequence is dropped without a word, or cut off.
"""

_MUTE_TERMINALS = frozenset({"dumb", "linux"})  # these print the sequence, or ignore it
_REASON = 100  # characters of a program's complaint that a toast has room for


class Means(StrEnum):
    """A way to copy; the value is its name."""

    TMUX = "tmux buffer"
    SYSTEM = "system clipboard"
    TERMINAL = "terminal (OSC 52)"


_PLACES = {
    Means.TMUX: "the tmux buffer",
    Means.SYSTEM: "the clipboard",
    Means.TERMINAL: "the terminal",
}


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What came of one copying; means that the host does not have are in neither part."""

    done: tuple[Means, ...]
    """The means that took the text; the terminal is here once the sequence is written."""
    failed: tuple[tuple[Means, str], ...]
    """The means that were there and did not work, each with the reason in a few words."""

    @property
    def certain(self) -> bool:
        """Whether a means that answers has the text; the terminal never answers."""
        return any(means is not Means.TERMINAL for means in self.done)

    @property
    def failed_everywhere(self) -> bool:
        """Whether the text is nowhere: show it, to be selected by hand."""
        return not self.done

    @property
    def message(self) -> str:
        """One line for a toast."""
        if self.failed_everywhere:
            reasons = "; ".join(f"{_PLACES[means]}: {why}" for means, why in self.failed)
            return f"not copied ({reasons or 'nothing here can'})"
        if not self.certain:
            said = "sent to the terminal, which gives no answer"
        else:
            confirmed = [_PLACES[means] for means in self.done if means is not Means.TERMINAL]
            said = f"copied to {' and '.join(confirmed)}"
        missed = [
            f"; not to {_PLACES[means]}: {why}"
            for means, why in self.failed
            if means is not Means.TERMINAL  # nobody misses it once another has the text
        ]
        return said + "".join(missed)


def osc52(text: str) -> str:
    """Return the sequence that asks the terminal to put ``text`` on its clipboard.

    ``OSC 52 ; c ; base64 BEL``, where ``c`` is the clipboard (xterm control sequences, "Operating
    System Commands", Ps = 52, "Manipulate Selection Data").  Base64 leaves nothing of ``text``
    that could end the sequence.
    """
    return f"\x1b]52;c;{b64encode(_encoded(text)).decode()}\x07"


async def copy(
    text: str,
    write: Callable[[str], None],
    env: Mapping[str, str] = os.environ,
    timeout: float = 2.0,  # noqa: ASYNC109 - what is late is a line of the report, no error
) -> CopyReport:
    """Copy ``text`` by all means at once, within ``timeout`` seconds; a failing one never raises.

    ``write`` hands characters to the terminal as they are.  Programs are looked for, and run, in
    ``env``; on cancellation, and past the time limit, they are killed with all that they started.
    """
    sent = _send(text, write, env)
    attempts: dict[Means, Awaitable[str]] = {}
    if env.get("TMUX"):
        attempts[Means.TMUX] = _within(timeout, _load_tmux_buffer(_encoded(text), env))
    if has_display(env):
        attempts[Means.SYSTEM] = _within(timeout, _run(pyperclip_command("copy"), _encoded(text), env))
    answers = await asyncio.gather(*attempts.values())
    outcomes = [*zip(attempts, answers, strict=True), (Means.TERMINAL, sent)]
    return CopyReport(
        done=tuple(means for means, reason in outcomes if not reason),
        failed=tuple((means, reason) for means, reason in outcomes if reason),
    )


# Each of the following returns why it failed, or "".


def _send(text: str, write: Callable[[str], None], env: Mapping[str, str]) -> str:
    terminal = env.get("TERM", "")
    if terminal in _MUTE_TERMINALS:
        return f"TERM={terminal} has no clipboard"
    sequence = osc52(text)
    if len(sequence) > OSC52_LIMIT:
        return f"{len(_encoded(text)):,} bytes are more than terminals take"
    try:
        write(sequence)
    except OSError as error:
        return _in_a_line(str(error))
    return ""


async def _load_tmux_buffer(data: bytes, env: Mapping[str, str]) -> str:
    """``-w`` came with tmux 3.2 (2021); without it the buffer is set all the same."""
    if not await _run(("tmux", "load-buffer", "-w", "-"), data, env):
        return ""
    return await _run(("tmux", "load-buffer", "-"), data, env)


def pyperclip_command(what: str) -> tuple[str, ...]:
    """Return the command that does ``what``, copy or paste, with the system clipboard."""
    program = str(Path(__file__).with_name("system_clipboard.py"))
    return (sys.executable, "-I", "-S", program, what, *sys.path)


async def _run(command: tuple[str, ...], data: bytes, env: Mapping[str, str]) -> str:
    """Run ``command`` with ``data`` on its standard input, in a session of its own.

    The session lets the clipboard's owner (xclip stays, to serve the text) outlive the terminal,
    and is killed as one if it is late.  Complaints go to a file, as that owner would hold a pipe.
    """
    try:
        with TemporaryFile() as complaints:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=complaints,
                env=dict(env),
                start_new_session=True,
            )
            try:
                await process.communicate(data)
            finally:
                if process.returncode is None:
                    kill_all(process)
                    await process.wait()
            if process.returncode == 0:
                return ""
            complaints.seek(0)
            said = complaints.read(4096).decode(errors="replace").strip().partition("\n")[0]
    except OSError as error:
        return _in_a_line(f"{command[0]}: {error.strerror}")
    return _in_a_line(said) or f"{command[0]} ended with status {process.returncode}"


def kill_all(process: asyncio.subprocess.Process) -> None:
    """Kill ``process``, which leads a session of its own, with all that it started."""
    with suppress(ProcessLookupError, PermissionError):  # macOS refuses where all have ended
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


async def _within(seconds: float, attempt: Awaitable[str]) -> str:
    try:
        async with asyncio.timeout(seconds):
            return await attempt
    except TimeoutError:
        return f"no answer within {seconds:g} s"


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")  # a lone surrogate has no UTF-8


def _in_a_line(reason: str) -> str:
    return clean_line(reason)[:_REASON]
