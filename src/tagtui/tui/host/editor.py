"""The person's own editor, for a text that has outgrown a field."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tagtui.errors import HostError

_USUAL = ("sensible-editor", "editor", "nano", "vi")  # where neither VISUAL nor EDITOR says


def edit_text(text: str, env: Mapping[str, str] = os.environ) -> str:
    """Return ``text`` as the person leaves it in ``$VISUAL`` or ``$EDITOR``; blocks, and needs the terminal.

    The text lies in a file of the person's own (0600) in a folder that is gone afterwards.  Raises HostError where
    there is no editor, or it ends with another status than 0: what it wrote is given up then.
    """
    command = _command(env)
    with TemporaryDirectory(prefix="tagtui-") as folder:
        file = Path(folder) / "annotation.md"
        file.write_text(text, "utf-8")
        file.chmod(0o600)
        try:
            status = subprocess.run([*command, str(file)], env=dict(env), check=False).returncode  # noqa: S603  -- no shell
        except OSError as error:
            raise HostError(f"{command[0]}: {error.strerror}; set $VISUAL or $EDITOR") from error
        if status:
            raise HostError(f"{Path(command[0]).name} ended with status {status}; the annotation is as it was")
        try:
            edited = file.read_bytes().decode("utf-8", "replace")
        except OSError as error:
            raise HostError(f"{Path(command[0]).name} left no file: {error.strerror}") from error
    return edited if text.endswith("\n") else edited.removesuffix("\n")  # editors end the last line


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
