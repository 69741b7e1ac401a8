"""Open a bookmark in the browser, which lives on its own from then on.

The browser gets ``/dev/null`` for its three streams and a session of its own: it writes nothing
onto the screen, and neither ctrl+c nor closing the terminal ends it.  For the same reason a
text-mode browser cannot be used: without a terminal, lynx fails, and w3m prints the page into the
void and calls that success.  Those are passed over by name.
"""

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

from tagtui.core.url import OPENABLE, clean_url, may_open, scheme
from tagtui.errors import HostError
from tagtui.tui.host.desktop import has_display

MOMENT = 1.0
"""Seconds in which a program fails if it cannot open anything; one still running is left alone."""

_TEXT_MODE = frozenset({"browsh", "elinks", "links", "links2", "lynx", "w3m", "www-browser"})
_WAY_OUT = "copy it with y"


async def open_url(
    url: str,
    env: Mapping[str, str] = os.environ,
    timeout: float = 5.0,  # noqa: ASYNC109 - what is late is left running, not an error
) -> None:
    """Open ``url`` in the browser; return once one has taken it, or runs without having failed.

    Tried in turn: the programs of ``$BROWSER`` (divided by colons, with ``%s`` for the URL, as
    Python's ``webbrowser`` reads it), then those of the desktop, each for at most `MOMENT` and all
    together for ``timeout`` seconds.  There is no shell.  The URL cannot be taken for an option, as
    it begins with one of four schemes.

    Raises `HostError`, with the way out, where the scheme is refused or no program could open it.
    """
    url = clean_url(url)
    if not may_open(url):
        named = f"{scheme(url)[:40]}: addresses" if scheme(url) else "an address without a scheme"
        raise HostError(f"refused to open {named} (only {', '.join(sorted(OPENABLE))}); {_WAY_OUT}")
    loop = asyncio.get_running_loop()
    limit = loop.time() + timeout
    complaints = []
    for command in _commands(url, env):
        complaint = await _start(command, env, min(MOMENT, limit - loop.time()))
        if not complaint:
            return
        complaints.append(complaint)
    if not has_display(env):
        complaints.append("there is no display here (over SSH, set $BROWSER)")
    raise HostError(f"no browser: {'; '.join(complaints) or 'install xdg-utils'}; {_WAY_OUT}")


def _commands(url: str, env: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield what to run for ``url``, in order."""
    for entry in env.get("BROWSER", "").split(os.pathsep):
        try:
            words = shlex.split(entry)
        except ValueError:  # an unclosed quote
            words = [entry]
        if not words:
            continue
        command = [word.replace("%s", url) for word in words if word != "&"]
        yield command if "%s" in entry else [*command, url]
    for name in _desktop_programs(env):
        if shutil.which(name, path=env.get("PATH")):
            yield [name, url]


def _desktop_programs(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the programs that know the person's browser."""
    if sys.platform == "darwin":
        return ("open",)  # on Linux this is another program
    if has_display(env):
        return ("wslview", "termux-open-url", "xdg-open")
    return ("wslview", "termux-open-url")  # xdg-open would try the text-mode browsers


async def _start(command: list[str], env: Mapping[str, str], seconds: float) -> str:
    """Run ``command`` and return why it failed within ``seconds``, or ``""`` if it did not."""
    name = Path(command[0]).name
    if name in _TEXT_MODE:
        return f"{name} needs the terminal for itself"
    program = shutil.which(command[0], path=env.get("PATH"))
    if not program:
        return f"{name} is not installed"
    try:
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - no shell; starting does not wait
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(env),
            start_new_session=True,
        )
    except OSError as error:
        return f"{name}: {error.strerror}"
    status = await _status(process, seconds)
    return f"{name} ended with status {status}" if status else ""


async def _status(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Return the exit status, or ``None`` after ``seconds`` without one.

    A thread of its own waits for the process, for hours perhaps, so that its end leaves no zombie;
    asyncio's own processes complain when the loop ends before they do.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def wait() -> None:
        process.wait()
        with suppress(RuntimeError):  # the loop is closed: nobody asks any more
            loop.call_soon_threadsafe(ended.set)

    Thread(target=wait, name=f"browser {process.pid}", daemon=True).start()
    with suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), seconds)
    return process.returncode
