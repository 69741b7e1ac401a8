"""Replace a file by another, whole or not at all.

What is on disk after each step, and who repairs it: (1) a temporary file, ``.NAME.….tmp``, is created beside the file
and written: the file is the old one, and a write an hour or more later removes the litter; (2) the temporary file is
synced; (3) what the caller wants done last is done; (4) it is renamed over the file: a reader sees the old file or the
new one, each whole; (5) the folder is synced: the new file survives a power loss.
"""

import os
import re
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tagtui.errors import LibraryFileError
from tagtui.store.snapshot import Signature, signature_of, sync_file

_LITTER_AGE = 3600  # seconds, far above the time that a write takes


def replace_file(
    path: Path, write: Callable[[BinaryIO], object], before_rename: Callable[[], object] = lambda: None
) -> Signature | None:
    """Let ``write`` fill a file that then replaces the one at ``path``, atomically and synced.

    ``before_rename`` is called when the new file is whole and durable; if it raises, the old one stays as it was.
    Returned is the signature of the new file before the rename, which changes the time of its status, and nothing else.
    A symbolic link is followed; the file keeps its mode and owner, and a new one is for its owner alone.  Raises
    LibraryFileError, and the old file is as it was, when that cannot be done.
    """
    target = Path(os.path.realpath(path))
    try:
        if not target.parent.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
        new = _replace(target, write, before_rename)
    except (OSError, UnicodeEncodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise LibraryFileError(f"{path}: not saved, the file is as it was: {reason}") from error
    try:
        _sync_folder(target.parent)
    except OSError as error:
        raise LibraryFileError(f"{path}: saved, but a power loss may undo it: {error.strerror}") from error
    return new


def _replace(
    target: Path, write: Callable[[BinaryIO], object], before_rename: Callable[[], object]
) -> Signature | None:
    old = target.stat() if target.exists() else None
    if old and not stat.S_ISREG(old.st_mode):
        raise OSError("it is not a regular file")
    if old and not os.access(target, os.W_OK):
        raise PermissionError("it is read-only")
    _remove_litter(target)
    descriptor, name = tempfile.mkstemp(".tmp", f".{target.name}.", target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb", 1 << 20) as file:
            if old:
                _give_rights(descriptor, old)
            write(file)
            file.flush()
            sync_file(descriptor)
            new = signature_of(descriptor)
        before_rename()
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return new


def _give_rights(descriptor: int, old: os.stat_result) -> None:
    new = os.fstat(descriptor)
    with suppress(PermissionError):  # some file systems have no owners or modes: the file then is for us alone
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _remove_litter(target: Path) -> None:
    """Remove what a process that was killed in the middle of a write has left beside ``target``."""
    ours = re.compile(rf"\.{re.escape(target.name)}\.[a-z0-9_]{{8}}\.tmp")
    latest = time.time() - _LITTER_AGE
    with suppress(OSError):  # litter is no reason not to save
        for entry in target.parent.iterdir():
            if ours.fullmatch(entry.name) and entry.lstat().st_mtime < latest:
                entry.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
