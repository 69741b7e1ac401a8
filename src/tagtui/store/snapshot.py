"""The snapshot, which is the library file itself: what tells one content of it from another, and how it is made sure.

A *signature* is what ``stat`` tells of a file: while it is the same, so is the content.  A *digest* is the SHA-256 of
the content, and the name of the journal that goes with it.
"""

import fcntl
import hashlib
import os
from pathlib import Path

Signature = tuple[int, int, int, int]

_FULL_SYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)  # macOS: fsync leaves it in the drive's cache


def signature_of(file: Path | int) -> Signature | None:
    """Return inode, size, time of change of content and of status of ``file``; ``None`` if it is not there."""
    try:
        found = os.fstat(file) if isinstance(file, int) else file.stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def digest_of(content: bytes) -> str:
    """Return the name that the journal of a snapshot with this content has."""
    return hashlib.sha256(content).hexdigest()


def sync_data(descriptor: int) -> None:
    """Make durable what was written to ``descriptor``, and its size; raises OSError."""
    if _FULL_SYNC is not None:
        fcntl.fcntl(descriptor, _FULL_SYNC)
    else:
        getattr(os, "fdatasync", os.fsync)(descriptor)


def sync_file(descriptor: int) -> None:
    """Make durable what was written to ``descriptor``, and all that ``stat`` tells of it; raises OSError."""
    if _FULL_SYNC is not None:
        fcntl.fcntl(descriptor, _FULL_SYNC)
    else:
        os.fsync(descriptor)


def write_all(descriptor: int, content: bytes) -> None:
    """Write the whole of ``content``; raises OSError."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
