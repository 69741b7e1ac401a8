"""One open library: load it, change it durably, and see what others changed."""

import gc
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Delta
from tagtui.core.library import Library
from tagtui.errors import LibraryFileError
from tagtui.formats.registry import Format, Writing
from tagtui.store.library_file import write_change
from tagtui.store.reading import Loaded, load
from tagtui.store.storage import replace_file


class Session:
    """A library and the file that it lives in, for command line and TUI alike.

    ``owner`` names whose library a new file is; a file that names its owner keeps it.
    """

    def __init__(self, path: Path, owner: str) -> None:
        self.path = path
        self._owner = owner
        self.warnings: tuple[str, ...] = ()
        self.library = self._load()

    def _load(self) -> Library:
        collecting = gc.isenabled()
        gc.disable()  # a load makes a million objects and no garbage: the collector would only walk them
        try:
            loaded: Loaded = load(self.path)
            self.warnings = loaded.warnings
            return Library(loaded.bookmarks, loaded.owner or self._owner)
        finally:
            if collecting:
                gc.enable()

    def reload(self) -> None:
        """Read the file again; raises LibraryFileError, and keeps the library in memory, when it cannot be read."""
        self.library = self._load()

    def apply(self, change: Change) -> Delta:
        """Make ``change`` durable, then visible; raises LibraryFileError, and nothing has changed, when that fails."""
        write_change(self.path, self.library.owner, change)
        return self.library.apply(change)


def write_export(session: Session, target: Path, format: Format, bookmarks: Iterable[Bookmark]) -> None:
    """Write ``bookmarks`` to ``target``, whole or not at all; raises LibraryFileError, also where that is the library."""
    if target.exists() and session.path.exists() and target.samefile(session.path):
        raise LibraryFileError(f"{target}: this is the library itself; name another file to export to")
    with tempfile.SpooledTemporaryFile(max_size=64 * 1024 * 1024) as file:
        format.write(bookmarks, file, Writing(session.library.owner))
        file.seek(0)
        replace_file(target, iter(partial(file.read, 1 << 20), b""))


def utc_now() -> datetime:
    """Return the present moment in whole seconds: the one clock of tagtui."""
    return datetime.now(UTC).replace(microsecond=0)
