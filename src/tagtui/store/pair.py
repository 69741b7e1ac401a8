"""A library file and its journal on the disk, whatever was read of them: who may write, and the steps of all writers.

What is on disk after each step, and who repairs it:

- the rest of a damaged journal is set aside (:meth:`Pair.set_rest_aside`) before a write cuts it off: until the copy
  was renamed into its place, the rest stands where it stood, and the next writer sets it aside under the same name.
- what another program did is appended (:meth:`Pair.append`) to the journal of the content that it belongs with now: the
  journal is created, with its header, if there is none; one line is appended, and synced.  Until the sync the old state
  or the new one holds, and where the change came from is still there to be merged once more.
- a name in a folder is durable when the folder was synced after it came; who made it may have died, or failed, before.
  So whoever appends to a journal that was found, and whoever removes one (:meth:`Pair.sync_library`), syncs anew.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock

from tagtui.errors import LibraryFileError
from tagtui.store import journal as journals
from tagtui.store.duplicates import refuse_duplicate_keys
from tagtui.store.journal import Journal, Transaction, read_journal
from tagtui.store.lock import locked
from tagtui.store.replacement import replace_file
from tagtui.store.snapshot import Signature, digest_of, signature_of, sync_data
from tagtui.store.state import StateFolder, sync_folder
from tagtui.store.tables import RawTables


class LibraryGoneError(LibraryFileError):
    """The library file was deleted or emptied while it was open."""


class MovedError(LibraryFileError):
    """The library was changed between a look at it and a write to it."""


class InMotionError(Exception):
    """The pair changed while it was read."""


class Pair:
    """The library at ``path`` with its journal, which lies in ``state``.

    ``in_use`` is for the threads of this process, which wait for each other.
    """

    def __init__(self, path: Path, state: StateFolder) -> None:
        self.path = path
        self.state = state
        self.notices: list[str] = []  # what a person should know
        self.in_use = RLock()
        self._writers = 0

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer for the time of the block; raises LibraryFileError when that cannot be had."""
        with self.in_use, ExitStack() as stack:
            if not self._writers:
                self.state.create()
                stack.enter_context(locked(self.state.lock, self.path))
            self._writers += 1
            try:
                yield
            finally:
                self._writers -= 1

    def tell(self, notice: str) -> None:
        """Let a person know, once."""
        if notice not in self.notices:
            self.notices.append(notice)

    # --- what is there

    def journal(self, digest: str) -> Journal | None:
        """Return the journal of the content with this digest, ``None`` if there is none; raises LibraryFileError."""
        path = self.state.journal(digest)
        try:
            return read_journal(path)
        except OSError as error:
            raise unreadable(path, error) from error

    def tables(self, content: bytes, own: Journal | None) -> RawTables:
        """Return all tables of ``content`` and its ``own`` journal; raises LibraryFileError."""
        tables = RawTables(self.path, content)
        tables.apply(own.transactions if own else ())
        return tables

    def known(self, ours: Signature | None) -> Signature:
        """Return the signature of the file that was put at the path; raises MovedError if another one is there."""
        signature = signature_of(self.path)
        if signature is None or ours is None or signature[:3] != ours[:3]:  # a rename changes the fourth
            raise MovedError(f"{self.path}: not saved: another program is writing it; try again")
        return signature

    # --- steps

    def refuse_read_only(self) -> None:
        """Refuse a change that could never stand in the file itself; raises LibraryFileError."""
        library = self.state.library
        if library.exists() and not (os.access(library, os.W_OK) and os.access(library.parent, os.W_OK)):
            raise LibraryFileError(
                f"{self.path}: not saved, the file is as it was: it is read-only, or its folder is; mend that or name "
                f"another with --file"
            )

    def append(self, content: bytes, digest: str, transaction: Transaction) -> None:
        """Append to the journal of ``content``, whatever was read before; raises LibraryFileError."""
        path = self.state.journal(digest)
        found = self.journal(digest)
        if found is not None:
            self.set_rest_aside(found)
        try:
            if found is None or found.header is None:
                refuse_duplicate_keys(self.path, content)
                end = journals.header_length(journals.create(path))
            else:
                sync_folder(path.parent)  # who began it may have died before
                end = found.end
            journals.append(path, end, transaction)
        except OSError as error:
            raise self.not_saved(path, error) from error

    def set_rest_aside(self, found: Journal) -> None:
        """Keep what follows the damage in a journal, for ``tagtui recover``; a torn last line was never promised."""
        if b"\n" not in found.rest:
            return
        aside = found.path.with_name(f"{found.path.stem[:16]}-{digest_of(found.rest)[:16]}.damaged")
        replace_file(aside, lambda file: file.write(found.rest))
        self.tell(
            f"{self.path}: its journal is damaged at byte {found.end:,}; what follows is kept in {aside}: see tagtui "
            f"recover"
        )

    def sync_library(self) -> None:
        """Make durable that the file is the one that is there: who put it there may have died before."""
        self._sync(self.path, self.state.library.parent)

    def sync_journal(self, journal: Path) -> None:
        """Make durable what can be read in ``journal``: who wrote it may have died before."""
        self._sync(journal, journal.parent)

    def _sync(self, path: Path, folder: Path) -> None:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                sync_data(descriptor)
            finally:
                os.close(descriptor)
            sync_folder(folder)
        except OSError as error:
            raise self.not_saved(path, error) from error

    def remove(self, journal: Path) -> None:
        """Remove a journal whose changes are elsewhere by now; raises LibraryFileError."""
        try:
            journal.unlink(missing_ok=True)
        except OSError as error:
            raise self.not_saved(journal, error) from error

    def not_saved(self, place: Path, error: OSError) -> LibraryFileError:
        """Return what to raise for ``error``, which came up at ``place``."""
        return LibraryFileError(f"{self.path}: not saved, the file is as it was: {error.strerror or error}: {place}")


def unreadable(journal: Path, error: OSError) -> LibraryFileError:
    """Return what to raise for a journal that cannot be read."""
    return LibraryFileError(f"{journal}: the journal cannot be read: {error.strerror}")
