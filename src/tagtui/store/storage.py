"""A TinyDB storage that writes one document a line and replaces the file atomically.

What is on disk after each step of a write, and who repairs it: (1) ``.NAME.tmp`` is created beside the file and written:
the file is the old one, and the litter is overwritten by the next write; (2) the temporary file is synced; (3) it is
renamed over the file: a reader sees the old file or the new one, each whole; (4) the folder is synced: the new file
survives a power loss.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from tagtui.errors import LibraryFileError
from tagtui.store.reading import SCHEMA, decode, read_file

Tables = dict[str, dict[str, Any]]


class LibraryStorage(Storage):
    """``TinyDB(path, storage=LibraryStorage)`` reads and writes a library file; a missing file reads as no tables.

    A file without a ``library`` table is given one for ``owner``, if that is named.
    """

    def __init__(self, path: str | os.PathLike[str], owner: str = "") -> None:
        self.path = Path(path)
        self.owner = owner

    def read(self) -> Tables | None:
        """Return all tables, or ``None`` for a file that is missing or empty; raises LibraryFileError."""
        content = read_file(self.path)
        return None if not content else decode(self.path, content, dict[str, dict[str, Any]])

    def write(self, data: Tables) -> None:
        """Replace the file by one that holds ``data``; raises LibraryFileError and leaves the old one if it fails."""
        if self.owner and "library" not in data:
            data = {"library": {"1": {"schema": SCHEMA, "owner": self.owner}}, **data}
        replace_file(self.path, render(data))


def render(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the text of a library file in pieces: tables in their order, one document a line, as people would write it."""
    encoder = msgspec.json.Encoder()

    def text(value: object) -> bytes:
        return msgspec.json.format(encoder.encode(value), indent=0)

    before_table = b"{"
    for name, documents in tables.items():
        yield before_table + text(name) + b": {"
        before_document = b"\n"
        for id, document in documents.items():
            yield before_document + text(str(id)) + b": " + text(document)
            before_document = b",\n"
        yield b"\n}"
        before_table = b",\n"
    yield b"}\n" if tables else b"{}\n"


def replace_file(path: Path, pieces: Iterator[bytes]) -> None:
    """Write ``pieces`` to the file at ``path`` as one atomic, synced replacement; raises LibraryFileError.

    A symbolic link is followed; the file keeps its mode, and a new one is for its owner alone.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError("it is read-only")
        temporary.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LibraryFileError(f"{path}: not saved, the file is as it was: {reason}") from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
