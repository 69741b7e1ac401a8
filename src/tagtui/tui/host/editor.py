"""The person's own editor, for a text that has outgrown a field."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from tagtui.errors import HostError

_LONGEST_CHARACTER = 4  # bytes, in UTF-8
_USUAL = ("sensible-editor", "editor", "nano", "vi")  # where neither VISUAL nor EDITOR says


def edit_text(text: str, limit: int, env: Mapping[str, str] = os.environ) -> str:
    """Return ``text`` as the person leaves it in ``$VISUAL`` or ``$EDITOR``; blocks, and needs the terminal.

    The text lies in a file of the person's own (0600) in a folder that is gone afterwards.  Raises HostError where
    there is no editor, it ends with another status than 0, or leaves more than ``limit`` characters; what it wrote is
    then given up, or kept in a file that the error names.
    """
    command = _command(env)
    name = Path(command[0]).name
    try:
        with TemporaryDirectory(prefix="tagtui-") as folder:
            file = Path(folder) / "annotation.md"
            file.write_text(text, "utf-8")
            file.chmod(0o600)
            with _terminal_kept():
                status = subprocess.run([*command, str(file)], env=dict(env), check=False).returncode  # noqa: S603  -- no shell
            if status:
                raise HostError(f"{name} ended with status {status}; the annotation is as it was")
            size = file.stat().st_size
            if size > limit * _LONGEST_CHARACTER:
                kept = Path(mkdtemp(prefix="tagtui-")) / file.name
                shutil.move(file, kept)
                raise HostError(f"{size:,} bytes; the limit is {limit:,} characters: they are in {kept}")
            edited = file.read_bytes().decode("utf-8", "replace")
    except (OSError, termios.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise HostError(
            f"{name}: {reason}; the annotation is as it was, and $VISUAL may name another editor"
        ) from error
    return edited if text.endswith("\n") else edited.removesuffix("\n")  # editors end the last line


@contextmanager
def _terminal_kept() -> Iterator[None]:
    """Let neither ctrl+c, which is the editor's, nor the state that the editor leaves the terminal in, be ours."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGQUIT)}
    state = termios.tcgetattr(sys.stdin) if sys.stdin.isatty() else None
    try:
        yield
    finally:
        if state is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, state)
        for number, handler in before.items():
            signal.signal(number, handler)


def _command(env: Mapping[str, str]) -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(env.get(name, ""))
        except ValueError as error:
            raise HostError(f"${name} cannot be read: {error}") from error
        if words:
            return words
    found = next((program for name in _USUAL if (program := shutil.which(name, path=env.get("PATH")))), None)
    if found is None:
        raise HostError("no editor: set $VISUAL or $EDITOR")
    return [found]
