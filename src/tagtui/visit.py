"""A library or an export of somebody's, open to be looked at: nothing is written, here or in the state folder."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from tagtui.clock import utc_now
from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Delta
from tagtui.core.intake import plan_import
from tagtui.core.library import Library
from tagtui.core.text import clean_line
from tagtui.errors import ImportFileError, LibraryFileError
from tagtui.formats.registry import Source, read
from tagtui.session import News
from tagtui.store.reading import is_empty, parse_library, read_file

_Signature = tuple[int, int, int] | None


class Visit:
    """The bookmarks in the file at ``path``, which may be a library or have any format that can be imported.

    Its owner is whom the library names; of an export, ``owner`` or, where that is ``""``, the file's name.  What waits
    in a library's journal is not seen before it is in the file.  Raises LibraryFileError.
    """

    def __init__(self, path: Path, owner: str = "") -> None:
        self.path = path
        self.library = Library({}, clean_line(owner or path.stem))
        self.warnings: tuple[str, ...] = ()
        self._seen: _Signature = None
        self._read()

    def has_news(self) -> bool:
        """Tell whether the file may hold something else than before; costs a call of ``stat``."""
        return self._signature() not in (None, self._seen)

    def refresh(self) -> News:
        """Read the file again if it has changed; raises LibraryFileError, and the library stays as it was."""
        if self._signature() is None:
            raise LibraryFileError(f"{self.path}: it is gone; what was read of it is shown")
        if not self.has_news():
            return News(Delta.of(()))
        before = self.library.bookmarks
        self._read()
        after = self.library.bookmarks
        both = before.keys() & after.keys()
        changed = frozenset(id for id in both if before[id] != after[id])
        delta = Delta(frozenset(after.keys() - both), changed, frozenset(before.keys() - both))
        return News(delta, is_anew=True)

    def _signature(self) -> _Signature:
        try:
            found = self.path.stat()
        except (OSError, ValueError):
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _read(self) -> None:
        self._seen = self._signature()  # also where it cannot be read: it is not tried again before it changes
        content = read_file(self.path)
        if is_empty(content):
            raise LibraryFileError(f"{self.path}: there is nothing to look at; name a library or an export with --file")
        try:
            loaded = parse_library(self.path, content)
        except LibraryFileError as error:
            self._read_export(content, error)
        else:
            self.library = Library(loaded.bookmarks, clean_line(loaded.owner) or self.library.owner)
            self.warnings = loaded.warnings

    def _with_ids_of_before(self, bookmarks: Sequence[Bookmark]) -> Library:
        """Return a library of ``bookmarks`` in which those that were there before have the ids that they had."""
        before = self.library
        free = count(before.next_id)
        known = (before.find(bookmark.url) for bookmark in bookmarks)
        ids = [id if id is not None else next(free) for id in known]
        return Library(dict(zip(ids, bookmarks, strict=True)), before.owner)

    def _read_export(self, content: bytes, refusal: LibraryFileError) -> None:
        library = Library({}, self.library.owner)
        try:
            change, report = plan_import(library, read(Source(content, str(self.path), self.path)), utc_now())
        except ImportFileError as error:
            raise (refusal if content.lstrip()[:1] == b"{" else LibraryFileError(str(error))) from error
        self.library = self._with_ids_of_before([edit.after for edit in change.edits if edit.after is not None])
        left_out = len(report.skipped)
        told = f"{left_out:,} {'entry' if left_out == 1 else 'entries'} left out; tagtui import --dry-run names them"
        self.warnings = (told,) if left_out else ()
