"""A library file and its journal as one: what is in both, a change made durable, the journal folded into the file.

*A journal belongs to the snapshot whose digest names it*, so that one rename switches both.  What is on disk after each
step, and who repairs it:

- commit (:meth:`Ledger.append`), under the lock: the journal is created, with its header, if there is none; a torn tail
  is cut off; one line is appended, and synced.  Until the sync the old state or the new one holds, as the CRC of the
  line tells; from then on the new one.  The first commit to a journal that was found syncs the folders before, since
  who made the names in them may have died, or failed.
- fold (:meth:`Ledger.fold`), under the lock: see :mod:`~tagtui.store.switching`.
- a content that no journal belongs to was written by another program: see :mod:`~tagtui.store.settling`.
- a program that opened the file before a fold may write to what the fold replaced: see
  :mod:`~tagtui.store.late_writes`.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Generic, TypeVar

from tagtui.errors import LibraryFileError
from tagtui.store import journal as journals
from tagtui.store import switching
from tagtui.store.backups import backups
from tagtui.store.duplicates import refuse_duplicate_keys
from tagtui.store.faults import NotJsonError
from tagtui.store.history import PastEdit, Remembered, past_edits, read_history
from tagtui.store.journal import Journal, Transaction, net
from tagtui.store.late_writes import LateWrites
from tagtui.store.lookout import Arrivals, Lookout, Seen
from tagtui.store.merging import ABOUT, BOOKMARKS
from tagtui.store.pair import InMotionError, LibraryGoneError, MovedError, Pair
from tagtui.store.reading import about, is_emptied, is_empty, read_file
from tagtui.store.rendering import render
from tagtui.store.replacement import replace_file
from tagtui.store.snapshot import Signature, digest_of, signature_of
from tagtui.store.state import StateFolder, sync_folder, sync_folders
from tagtui.store.tables import RawTables

__all__ = ["Arrivals", "Ledger", "LibraryGoneError", "MovedError"]

_PATIENCE = 2.0  # seconds that another program gets to finish writing the file in place
_PAUSE = 0.02

_T = TypeVar("_T")


class Ledger(Generic[_T]):
    """The library at ``path`` with its journal; ``parse`` makes of a snapshot's content what the caller works with.

    ``owner`` names whose library a new file is.  Several threads may use it, and wait for each other.
    """

    def __init__(
        self, path: Path, owner: str, parse: Callable[[bytes, int], _T], state: StateFolder | None = None
    ) -> None:
        self.path = path
        self.state = state or StateFolder.of(path)
        self._owner = owner
        self._pair = Pair(path, self.state)
        self._late = LateWrites(self._pair, lambda content: parse(content, 0))
        self._lookout = Lookout(self._pair, self._late, parse)
        self._verified = ""  # the digest of a content that can be rewritten without loss
        self._vain: tuple[str, int] | None = None  # digest and end of a journal that comes to nothing

    @property
    def notices(self) -> list[str]:
        """What a person should know."""
        return self._pair.notices

    # --- reading

    def has_news(self) -> bool:
        """Tell whether a :meth:`refresh` may bring something; costs a few calls of ``stat``."""
        return self._lookout.has_news()

    def refresh(self) -> Arrivals[_T]:
        """Return what was changed by others since the last call; the first call returns everything.

        Raises LibraryFileError for a file that is no library, LibraryGoneError for one that was deleted or emptied.
        """
        with self._pair.in_use:
            broken: Signature | None = (0, 0, 0, 0)
            since = time.monotonic()
            while True:
                try:
                    return self._look()
                except InMotionError:
                    pass
                except LibraryFileError as error:  # another program may be in the middle of writing it
                    signature = signature_of(self.path)
                    is_torn = isinstance(error, NotJsonError) and _is_young(signature)
                    patience = _PATIENCE if self._lookout.seen is not None or is_torn else _PAUSE
                    if signature != broken:
                        broken, since = signature, time.monotonic()
                    elif time.monotonic() - since > patience:
                        raise
                time.sleep(_PAUSE)

    def _look(self) -> Arrivals[_T]:
        if not self._late.are_pending():
            return self._lookout.look()
        with self.writing():
            self._late.rescue(_PATIENCE)
            found = self._lookout.look()
            content = read_file(self.path)
            self._late.settled_at(content, self._pair.journal(digest_of(content)))
            return found

    def tables(self) -> RawTables:
        """Return all tables as file and journal have them now; raises LibraryFileError."""
        content = read_file(self.path)
        return self._pair.tables(content, self._pair.journal(digest_of(content)))

    def history(self) -> list[Remembered]:
        """Return what was done here, the oldest first, as far back as it is kept."""
        seen = self._lookout.taken()
        own = self._pair.journal(seen.digest) if seen.header is not None else None
        unfolded = [Remembered(made) for made in own.transactions if made.id] if own is not None else []
        return [*read_history(self.state.history), *unfolded]

    def edits_of(self, entry: Remembered) -> list[PastEdit]:
        """Return what ``entry`` changed; raises LibraryFileError if the backup that holds it is gone."""
        return past_edits(entry, self._backup_named)

    def _backup_named(self, name: str) -> RawTables:
        found = next((backup for backup in backups(self.state.backups) if backup.path.name == name), None)
        if found is None:
            raise LibraryFileError(
                f"{self.path}: this change was so large that only its backup holds what was before, and {name} is gone"
            )
        return RawTables(found.path, found.content())

    # --- writing

    def writing(self) -> AbstractContextManager[None]:
        """Be the only writer for the time of the block; raises LibraryFileError when that cannot be had."""
        return self._pair.writing()

    def append(self, transaction: Transaction) -> None:
        """Make ``transaction`` durable; to be called within :meth:`writing`, with all news taken.

        Raises LibraryFileError, and nothing has changed, when that fails.
        """
        seen = self._lookout.taken()
        self._pair.refuse_read_only()
        try:
            if seen.header is None:
                seen = self._begin(seen)
            elif not seen.is_durable:
                # who began it may have died before, and a journal that was merged must not come back
                sync_folder(self.state.library.parent)
                sync_folder(self.state.folder)
                seen.is_durable = True
            path = self.state.journal(seen.digest)
            if path.stat().st_size != seen.end:
                self._pair.set_rest_aside(Journal(path, seen.header, (), seen.end, path.read_bytes()[seen.end :]))
            seen.last = journals.append(path, seen.end, transaction)
            seen.end += len(seen.last)
        except OSError as error:
            self._lookout.seen = None  # what is on disk is to be read, not remembered
            raise self._pair.not_saved(self.state.folder, error) from error
        self._late.came_after((transaction,))

    def _begin(self, seen: Seen) -> Seen:
        """Create the journal of the snapshot, and the snapshot if there is none."""

        def refuse_if_moved() -> None:
            if signature_of(self.path) != seen.signature:
                raise MovedError(f"{self.path}: not saved: another program is writing it; try again")

        content, signature = self._content_at_rest(), seen.signature
        refuse_if_moved()
        is_ours = is_empty(content)
        if is_ours:
            signed = {ABOUT: {"1": about(self._owner)}} if self._owner else {}
            content = b"".join(render({**signed, BOOKMARKS: {}}))
            folder = self.state.library.parent
            folder.mkdir(parents=True, exist_ok=True)
            sync_folders(folder)
            signature = self._pair.known(replace_file(self.path, lambda file: file.write(content), refuse_if_moved))
        else:
            self._verify(content)
            sync_folder(self.state.library.parent)  # who put it there may have died before
        digest = digest_of(content)
        header = journals.create(self.state.journal(digest), is_ours=is_ours)
        self._lookout.seen = Seen.at_start(signature, digest, header)
        return self._lookout.seen

    def _content_at_rest(self) -> bytes:
        """Return the content of the file; one that was emptied just now gets time to come back.

        A shell empties the file first for ``jq … > library.json``: it is no new library then.
        """
        end = time.monotonic() + _PATIENCE
        while True:
            content = read_file(self.path)
            if not (is_empty(content) and _is_young(signature_of(self.path)) and time.monotonic() < end):
                return content
            time.sleep(_PAUSE)

    def write_again(self, content: Iterable[bytes]) -> None:
        """Put ``content``, all that is in memory, where the library file was deleted or emptied.

        Nothing is done where it has come back meanwhile.  If it dies between the file and the removal of the journal,
        which went into ``content``, the journal is merged once more, which changes nothing.  Raises LibraryFileError.
        """
        with self.writing():
            if not is_emptied(read_file(self.path)):
                return
            replace_file(self.path, lambda file: file.writelines(content))
            seen = self._lookout.seen
            if seen is not None and seen.header is not None:
                self.state.journal(seen.digest).unlink(missing_ok=True)
            self._lookout.seen = None

    def verify(self) -> None:
        """Make sure that the file can be rewritten without loss; raises LibraryFileError with the place if not."""
        with self._pair.in_use:
            if self._lookout.seen is None or self._lookout.seen.header is None:
                self._verify(read_file(self.path))

    def _verify(self, content: bytes) -> None:
        digest = digest_of(content)
        if digest != self._verified:
            refuse_duplicate_keys(self.path, content)
            self._verified = digest

    # --- folding

    @property
    def unfolded(self) -> int:
        """How many bytes of the journal wait to be folded."""
        seen = self._lookout.seen
        return 0 if seen is None or (seen.digest, seen.end) == self._vain else seen.length

    def fold(
        self, extra: Transaction | None = None, give_up: Callable[[], bool] = lambda: False, *, tidy: int = 0
    ) -> bool:
        """Write the journal, and ``extra`` with it, into the library file; tell whether that was done.

        ``tidy`` is the number of the rules by which all documents are tidy then.

        To be called within :meth:`writing`, with all news taken.  ``extra`` is durable when this returns true;
        ``give_up`` is asked now and then.  Raises LibraryFileError, and the pair is as it was, when that fails.
        """
        seen = self._lookout.taken()
        if extra is not None:
            self._pair.refuse_read_only()
        try:
            if seen.header is None and extra is None:
                return False
            if seen.header is None:
                seen = self._begin(seen)
            own = self._pair.journal(seen.digest)
            if own is None or own.header is None or own.header != seen.header:
                raise MovedError(f"{self.path}: not saved: its journal was taken away; try again")
            past = (*own.transactions, *(() if extra is None else (extra,)))
            changes = net(past)
            if changes:
                self._pair.set_rest_aside(own)
                fold = switching.Fold(seen, own.header, past, changes, extra, tidy)
                return switching.switch(self._lookout, fold, give_up)
        except OSError as error:
            raise self._pair.not_saved(self.path, error) from error
        if extra is not None:  # it takes back just what the journal holds
            self.append(extra)
        self._vain = seen.digest, seen.end
        return extra is not None

    def close(self) -> None:
        """Let go of what is open."""
        with self._pair.in_use:
            self._late.close()


def _is_young(signature: Signature | None) -> bool:
    """Tell whether a file was written just now: TinyDB syncs a shorter content before it cuts off the old one."""
    return signature is not None and time.time_ns() - signature[2] < _PATIENCE * 1e9
