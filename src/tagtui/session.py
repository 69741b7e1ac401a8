"""One open library: load it, change it durably, and see what others changed."""

import gc
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Delta
from tagtui.core.library import Library
from tagtui.core.text import clean_line
from tagtui.errors import LibraryFileError
from tagtui.formats.registry import Format, Writing
from tagtui.store.reading import load
from tagtui.store.replacement import replace_file


class Session:
    """A library and the file that it lives in, for command line and TUI alike.

    ``owner`` names whose library a new file is; a file that names its owner keeps it.  ``warnings`` says what a person
    should know of the file.  Raises LibraryFileError for a file that is no library.
    """

    def __init__(self, path: Path, owner: str) -> None:
        self.path = path
        self._owner = clean_line(owner)
        self.warnings: tuple[str, ...] = ()
        self.library = self._load()

    def _load(self) -> Library:
        collecting = gc.isenabled()
        gc.disable()  # a load makes a million objects and no garbage: the collector would only walk them
        try:
            loaded = load(self.path)
            self.warnings = loaded.warnings
            return Library(loaded.bookmarks, clean_line(loaded.owner) or self._owner)
        finally:
            if collecting:
                gc.enable()

    def reload(self) -> None:
        """Read the file again; raises LibraryFileError, and keeps the library in memory, when it cannot be read."""
        self.library = self._load()

    def apply(self, change: Change) -> Delta:
        """Make ``change`` durable, then visible; raises LibraryFileError, and nothing has changed, when that fails.

        A new bookmark gets another id than the change says where the file has that id already; the delta tells.
        """
        return self.library.apply(self.save(change))

    def save(self, change: Change) -> Change:
        """Make ``change`` durable and return it as it was written, for a caller that needs no library afterwards.

        The library in memory stays as it was.  Raises LibraryFileError, and nothing has changed, when that fails.
        """
        from tagtui.store.library_file import write_change  # TinyDB: nobody waits for it who only reads

        return write_change(self.path, self.library.owner, change)


def write_export(session: Session, target: Path, chosen: Format, bookmarks: Iterable[Bookmark]) -> None:
    """Write ``bookmarks`` to ``target`` in the ``chosen`` format: whole or not at all, but for a device or a pipe.

    Raises LibraryFileError, also where ``target`` is the library itself.
    """
    if _same_file(target, session.path):
        raise LibraryFileError(f"{target}: this is the library itself; name another file to export to")

    def write(file: BinaryIO) -> None:
        chosen.write(bookmarks, file, Writing(session.library.owner))

    if not target.exists() or target.is_file():
        replace_file(target, write)
        return
    try:
        with target.open("wb") as file:
            write(file)
    except OSError as error:
        raise LibraryFileError(f"{target}: cannot be written: {error.strerror}") from error


def _same_file(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)


def utc_now() -> datetime:
    """Return the present moment in whole seconds: the one clock of tagtui."""
    return datetime.now(UTC).replace(microsecond=0)
