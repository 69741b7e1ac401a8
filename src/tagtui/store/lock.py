"""One writer at a time: an advisory lock that the system takes away when its process dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tagtui.errors import LibraryFileError

TIME_LIMIT = 10.0  # seconds; who holds it needs milliseconds, a fold of 100,000 bookmarks less than a second
_PAUSE = 0.002  # seconds between two tries, doubled up to
_LONGEST_PAUSE = 0.05


@contextmanager
def locked(path: Path, library: Path, time_limit: float = TIME_LIMIT) -> Iterator[None]:
    """Hold the lock at ``path``, which guards ``library``, for the time of the block.

    The lock file is never removed: who waits for a file that another removes would hold a lock that nobody else sees.
    Raises LibraryFileError when it cannot be had within ``time_limit`` seconds.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LibraryFileError(f"{library}: not saved, the file is as it was: {error.strerror}: {path}") from error
    try:
        _wait(descriptor, path, library, time_limit)
        with suppress(OSError):  # for who waits; a full disk is no reason to fail here
            os.pwrite(descriptor, f"{os.getpid():<20}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)  # which lets go of it


def _wait(descriptor: int, path: Path, library: Path, time_limit: float) -> None:
    end = time.monotonic() + time_limit
    pause = _PAUSE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise LibraryFileError(_taken(descriptor, path, library, time_limit)) from None
        except OSError as error:
            raise LibraryFileError(f"{library}: not saved, the file is as it was: {error.strerror}: {path}") from error
        else:
            return
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _taken(descriptor: int, path: Path, library: Path, time_limit: float) -> str:
    pid = ""
    with suppress(OSError):
        pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
    holder = f"process {pid}" if pid.isdigit() else "another process"
    return (
        f"{library}: not saved, the file is as it was: {holder} has held {path} for {time_limit:g} s; end it, then try "
        f"again"
    )
