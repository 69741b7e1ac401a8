"""Read the clipboard, without holding the screen up.

Only means that answer are asked: the desktop's clipboard, and inside tmux its latest buffer.  Terminals answer the
question of OSC 52 seldom and late, and some ask the person first.
"""

import asyncio
import os
from collections.abc import Mapping

from tagtui.tui.host.clipboard import kill_all, pyperclip_command
from tagtui.tui.host.desktop import has_display

MOST = 65_536
"""Bytes of what is on the clipboard that are read."""


async def read_clipboard(
    env: Mapping[str, str] = os.environ,
    timeout: float = 1.0,  # noqa: ASYNC109 - what is late is as good as nothing
) -> str:
    """Return the text on the clipboard, ``""`` where there is none, nobody answers, or it takes ``timeout`` seconds."""
    commands = [pyperclip_command("paste")] if has_display(env) else []
    if env.get("TMUX"):
        commands.append(("tmux", "show-buffer"))
    try:
        async with asyncio.timeout(timeout):
            for command in commands:
                if text := await _output(command, env):
                    return text
    except TimeoutError:
        pass
    return ""


async def _output(command: tuple[str, ...], env: Mapping[str, str]) -> str:
    """Return what ``command`` prints, ``""`` if it fails; with a cancellation it is killed."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(env),
            start_new_session=True,
        )
    except OSError:
        return ""
    try:
        assert process.stdout is not None  # noqa: S101  -- it was asked for
        printed = bytearray()
        while len(printed) < MOST and (piece := await process.stdout.read(MOST - len(printed))):
            printed += piece
        if len(printed) < MOST and await process.wait():
            return ""
    finally:
        if process.returncode is None:
            kill_all(process)
            await process.wait()
    return printed.decode("utf-8", "replace")
