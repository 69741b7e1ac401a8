"""A library file and its journal as one: what is in both, a change made durable, the journal folded into the file.

*A journal belongs to the snapshot whose digest names it*, so that one rename switches both.  What is on disk after each
step, and who repairs it:

- commit (:meth:`Ledger.append`), under the lock: the journal is created, with its header, if there is none; a torn tail
  is cut off; one line is appended, and synced.  Until the sync the old state or the new one holds, as the CRC of the
  line tells; from then on the new one.
- fold (:meth:`Ledger.fold`), under the lock: (1) a temporary file beside the library is written and synced: the old
  pair is whole, later writes remove the litter; (2) the journal of the new content is created, naming the old one as
  its parent: the old pair is whole, and the next fold replaces the new journal, which has nothing in it; (3) the
  temporary file is renamed over the library: the new pair is whole; (4) the folder is synced; (5) the old journal is
  removed; if it is still there, the next reader sees from the header that it went into the snapshot.
- a content that no journal belongs to was written by another program: what the journals of other contents hold is
  merged into it, as a transaction in a journal of its own, before they are removed.  If it dies in between, they are
  merged once more, which changes nothing.
- a name in a folder is durable when the folder was synced after it came; who made it may have died, or failed, before.
  So the first append to a journal that was found, and whoever drops a parent, syncs the folders anew.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import BinaryIO, Generic, TypeVar

from tagtui.clock import utc_now
from tagtui.core.text import counted
from tagtui.errors import LibraryFileError
from tagtui.store import journal as journals
from tagtui.store.backups import back_up, backups
from tagtui.store.duplicates import refuse_duplicate_keys
from tagtui.store.faults import NotJsonError
from tagtui.store.folding import UnusualLayoutError, rendered, spliced
from tagtui.store.history import PastEdit, Remembered, append_to_history, past_edits, read_history, remembered
from tagtui.store.journal import Header, Journal, Net, Parent, Transaction, net, read_journal
from tagtui.store.journal import header_length as _header_length
from tagtui.store.lock import locked
from tagtui.store.merging import ABOUT, BOOKMARKS, replay
from tagtui.store.reading import about, is_empty, read_file
from tagtui.store.rendering import render
from tagtui.store.replacement import replace_file
from tagtui.store.snapshot import Signature, digest_of, signature_of, sync_data
from tagtui.store.state import StateFolder, sync_folder, sync_folders
from tagtui.store.tables import RawTables

_PATIENCE = 2.0  # seconds that another program gets to finish writing the file in place
_PAUSE = 0.02
_REPLACED = 4  # files replaced by folds that are watched for late writes

_T = TypeVar("_T")


class LibraryGoneError(LibraryFileError):
    """The library file was deleted or emptied while it was open."""


@dataclass(frozen=True, slots=True)
class Arrivals(Generic[_T]):
    """What came since the last look: the whole snapshot, if it was read anew, then ``transactions`` on top of it."""

    snapshot: _T | None
    transactions: tuple[Transaction, ...]

    def __bool__(self) -> bool:
        return self.snapshot is not None or bool(self.transactions)


@dataclass(slots=True)
class _Seen:
    """How far the pair was read: ``end`` is the place in the journal, whose ``header`` is ``None`` if there is none.

    ``digest`` is ``""`` as long as nobody needed it.  ``last`` is the last line that was read: one that its writer
    could not sync is taken back, and another may stand in its place.
    """

    signature: Signature | None
    digest: str
    header: Header | None
    end: int
    last: bytes
    is_durable: bool = False  # the names of both, as far as this process knows


@dataclass(slots=True)
class _Replaced:
    """A file that a fold replaced, and that a program which opened it before may still write to.

    ``changes`` is what came after it: from what stands there to what is here.
    """

    descriptor: int
    signature: Signature | None
    changes: Net
    is_in_use: bool = False  # it was written to since


class MovedError(LibraryFileError):
    """The library was changed between a look at it and a write to it."""


class _GaveUpError(Exception):
    """There is something more important than this fold."""


class _InMotionError(Exception):
    """The pair changed while it was read."""


class Ledger(Generic[_T]):
    """The library at ``path`` with its journal; ``parse`` makes of a snapshot's content what the caller works with.

    ``owner`` names whose library a new file is.  Several threads may use it, and wait for each other.
    """

    def __init__(
        self, path: Path, owner: str, parse: Callable[[bytes, int], _T], state: StateFolder | None = None
    ) -> None:
        self.path = path
        self.state = state or StateFolder.of(path)
        self.notices: list[str] = []  # what a person should know, for the caller to take away
        self._owner = owner
        self._parse = parse
        self._seen: _Seen | None = None
        self._verified = ""  # the digest of a content that can be rewritten without loss
        self._replaced: list[_Replaced] = []
        self._is_behind = False  # whether what came after those is still to be found out
        self._in_use = RLock()
        self._writers = 0

    # --- reading

    def has_news(self) -> bool:
        """Tell whether a :meth:`refresh` may bring something; costs a few calls of ``stat``."""
        seen = self._seen
        if seen is None or signature_of(self.path) != seen.signature or any(map(_is_written_to, self._replaced)):
            return True
        if seen.header is None:
            try:
                return bool(self.state.journals())
            except LibraryFileError:  # which the look tells
                return True
        found = signature_of(self.state.journal(seen.digest))
        return found is None or found[1] != seen.end

    def refresh(self) -> Arrivals[_T]:
        """Return what was changed by others since the last call; the first call returns everything.

        Raises LibraryFileError for a file that is no library, LibraryGoneError for one that was deleted or emptied.
        """
        with self._in_use:
            broken: Signature | None = (0, 0, 0, 0)
            since = time.monotonic()
            while True:
                try:
                    return self._look()
                except _InMotionError:
                    pass
                except LibraryFileError as error:  # another program may be in the middle of writing it
                    signature = signature_of(self.path)
                    is_torn = isinstance(error, NotJsonError) and _is_young(self.path)
                    patience = _PATIENCE if self._seen is not None or is_torn else _PAUSE
                    if signature != broken:
                        broken, since = signature, time.monotonic()
                    elif time.monotonic() - since > patience:
                        raise
                time.sleep(_PAUSE)

    def _look(self) -> Arrivals[_T]:
        if not self._is_behind and not any(map(_is_written_to, self._replaced)):
            return self._look_at_pair()
        with self.writing():
            self._rescue_late_writes()
            found = self._look_at_pair()
            content = read_file(self.path)
            self._watch_from(content, _journal(self.state.journal(digest_of(content))))
            self._is_behind = False
            return found

    def _look_at_pair(self) -> Arrivals[_T]:
        seen, signature = self._seen, signature_of(self.path)
        if seen is not None and signature == seen.signature:
            tail = self._tail(seen)
            if tail is not None:
                return Arrivals(None, tail)
        return self._read_anew(seen, signature)

    def _tail(self, seen: _Seen) -> tuple[Transaction, ...] | None:
        """Return the transactions that others appended, or ``None`` if the journal is not the one that was read."""
        if seen.header is None:
            return None if self.state.journals() else ()
        try:
            found = journals.read_tail(self.state.journal(seen.digest), seen.header, seen.end, seen.last)
        except OSError as error:
            raise _unreadable(self.state.journal(seen.digest), error) from error
        if found is None:
            return None
        transactions, seen.end, seen.last = found
        self._came_after(transactions)
        return transactions

    def _read_anew(self, seen: _Seen | None, signature: Signature | None) -> Arrivals[_T]:
        content = read_file(self.path)
        if seen is not None and seen.signature is not None and seen.signature[1] > 0 and _is_emptied(content):
            raise LibraryGoneError(
                f"{self.path}: deleted or emptied by another program; nothing is written to it: put it back, or save "
                f"what is in memory elsewhere"
            )
        found = self.state.journals()
        digest = digest_of(content) if found or (seen is not None and seen.digest) else ""
        own = _journal(self.state.journal(digest)) if digest else None
        if signature_of(self.path) != signature:
            raise _InMotionError
        header = own.header if own is not None else None
        if seen is not None and self._is_known(seen, digest, header):
            known = _Seen(signature, digest, header, seen.end, seen.last, seen.is_durable)
            if header != seen.header:
                known.end, known.last, known.is_durable = _start(own), b"", False
            tail = self._tail(known)
            if tail is not None:
                self._seen = known
                return Arrivals(None, tail)
        parsed = self._parse(content, header.tidy if header is not None else 0)
        if any(path.stem != digest for path in found) or (own is not None and header is None):
            own = self._settle(content, digest, signature)
        if own is not None and b"\n" in own.rest:
            self._tell(f"{self.path}: its journal is damaged at byte {own.end:,}; what follows is not read")
        self._watch_from(content, own)
        self._seen = _Seen(
            signature, digest, own.header if own else None, own.end if own else 0, own.last if own else b""
        )
        return Arrivals(parsed, own.transactions if own else ())

    def _is_known(self, seen: _Seen, digest: str, header: Header | None) -> bool:
        """Tell whether all of the snapshot is in memory: it is the same one, or another process's fold of it."""
        if not seen.digest or not digest:
            return False
        if digest == seen.digest and header == seen.header:
            return True
        parent = header.parent if header is not None else None
        return (
            parent is not None and seen.header is not None and (parent.id, parent.length) == (seen.header.id, seen.end)
        )

    def tables(self) -> RawTables:
        """Return all tables as file and journal have them now; raises LibraryFileError."""
        content = read_file(self.path)
        own = _journal(self.state.journal(digest_of(content)))
        tables = RawTables(self.path, content)
        tables.apply(own.transactions if own else ())
        return tables

    def history(self) -> list[Remembered]:
        """Return what was done here, the oldest first, as far back as it is kept."""
        seen = self._taken()
        own = _journal(self.state.journal(seen.digest)) if seen.header is not None else None
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

    # --- what others left behind

    def _settle(self, content: bytes, digest: str, signature: Signature | None) -> Journal | None:
        """Merge the journals of other contents into that of ``content``, remove them, and return the merged one."""
        with self.writing():
            if signature_of(self.path) != signature:
                raise _InMotionError
            own = _journal(self.state.journal(digest))
            if own is not None and own.header is None:
                self._set_rest_aside(own)
                self._remove(own.path)
                own = None
            self._drop_parent(own.header if own else None)
            others = [found for path in self.state.journals() if path.stem != digest and (found := _journal(path))]
            for other in others:
                if not _holds_something(other):
                    with suppress(OSError):  # litter of a fold that did not come to its rename
                        other.path.unlink(missing_ok=True)
            stranded = [other for other in others if _holds_something(other)]
            if stranded and is_empty(content):
                count = sum(len(net(other.transactions)) for other in stranded)
                raise LibraryGoneError(
                    f"{self.path}: missing or empty, but {counted(count, 'change')} to it can be found in "
                    f"{self.state.folder}: put the file back, or bring back a backup with tagtui restore 1"
                )
            if stranded:
                self._bring_back(stranded, content, digest, own)
            return _journal(self.state.journal(digest))

    def _bring_back(self, stranded: Sequence[Journal], content: bytes, digest: str, own: Journal | None) -> None:
        self._sync_library()
        tables = RawTables(self.path, content)
        tables.apply(own.transactions if own else ())
        for other in stranded:
            self._set_rest_aside(other)
            edits = tuple(replay(net(other.transactions), tables))
            if edits:
                transaction = Transaction(f"Brought back {counted(len(edits), 'change')}", edits)
                self._append(content, digest, transaction)
                tables.apply([transaction])
            self._remove(other.path)

    def _drop_parent(self, header: Header | None) -> None:
        """Remove the journal that went into the snapshot, if whoever folded it did not come so far."""
        if header is not None and header.parent is not None:
            path = self.state.journal(header.parent.digest)
            found = _journal(path)
            if found is not None and found.header is not None and found.header.id == header.parent.id:
                self._sync_library()
                self._remove(path)

    def _sync_library(self) -> None:
        """Make durable that the file is the one that is there: who put it there may have died before."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                sync_data(descriptor)
            finally:
                os.close(descriptor)
            sync_folder(self.state.library.parent)
        except OSError as error:
            raise _not_saved(self.path, self.path, error) from error

    def _remove(self, path: Path) -> None:
        """Remove a journal whose changes are elsewhere by now; raises LibraryFileError."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _not_saved(self.path, path, error) from error

    def _append(self, content: bytes, digest: str, transaction: Transaction) -> None:
        """Append to the journal of ``content``, whatever was read before."""
        path = self.state.journal(digest)
        found = _journal(path)
        if found is not None:
            self._set_rest_aside(found)
        try:
            if found is None or found.header is None:
                refuse_duplicate_keys(self.path, content)
                end = journals.header_length(journals.create(path))
            else:
                sync_folder(path.parent)  # who began it may have died before
                end = found.end
            journals.append(path, end, transaction)
        except OSError as error:
            raise _not_saved(self.path, path, error) from error

    def _rescue_late_writes(self) -> None:
        """Merge what a program wrote to a file that a fold had replaced since that program opened it."""
        with self.writing():
            for replaced in filter(_is_written_to, self._replaced):
                self._is_behind = True
                signature, written = signature_of(replaced.descriptor), _content(replaced.descriptor)
                content = read_file(self.path)
                digest = digest_of(content)
                own = _journal(self.state.journal(digest))
                here = RawTables(self.path, content)
                here.apply(own.transactions if own else ())
                try:
                    self._parse(written, 0)
                    there = RawTables(self.path, written)
                except LibraryFileError as error:  # in the middle of it, or never to be used
                    if signature is None or time.time_ns() - signature[2] > _PATIENCE * 1e9:
                        self._tell(f"what another program wrote too late cannot be taken in: {error}")
                        replaced.signature = signature
                    continue
                before = here.copy()
                for key, (old, _) in replaced.changes.items():
                    before.put(key, old)
                edits = tuple(replay(there.changes_since(before), here)) if there.tables else ()
                if edits:
                    transaction = Transaction(f"Merged {counted(len(edits), 'change')} of another program", edits)
                    self._append(content, digest, transaction)
                    here.apply([transaction])
                replaced.signature = signature
                replaced.is_in_use = True

    def _watch_from(self, content: bytes, own: Journal | None) -> None:
        """Go on watching replaced files, now that another content than was known stands in their place."""
        if not self._replaced:
            return
        if any(map(_is_written_to, self._replaced)) and not self._is_behind:
            raise _InMotionError
        here = RawTables(self.path, content)
        here.apply(own.transactions if own else ())
        for replaced in self._replaced:
            if _is_written_to(replaced):
                continue
            with suppress(LibraryFileError):
                replaced.changes = here.changes_since(RawTables(self.path, _content(replaced.descriptor)))

    def _came_after(self, transactions: Sequence[Transaction]) -> None:
        for replaced in self._replaced:
            replaced.changes = _joined(replaced.changes, net(transactions))

    def _set_rest_aside(self, found: Journal) -> None:
        """Keep what follows the damage in a journal, for ``tagtui recover``; a torn last line was never promised."""
        if b"\n" not in found.rest:
            return
        aside = found.path.with_name(f"{found.path.stem[:16]}-{digest_of(found.rest)[:16]}.damaged")
        replace_file(aside, lambda file: file.write(found.rest))
        self._tell(
            f"{self.path}: its journal is damaged at byte {found.end:,}; what follows is kept in {aside}: see tagtui "
            f"recover"
        )

    def _tell(self, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)

    # --- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer for the time of the block; raises LibraryFileError when that cannot be had."""
        with self._in_use, ExitStack() as stack:
            if not self._writers:
                self.state.create()
                stack.enter_context(locked(self.state.lock, self.path))
            self._writers += 1
            try:
                yield
            finally:
                self._writers -= 1

    def append(self, transaction: Transaction) -> None:
        """Make ``transaction`` durable; to be called within :meth:`writing`, with all news taken.

        Raises LibraryFileError, and nothing has changed, when that fails.
        """
        seen = self._taken()
        self._refuse_read_only()
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
                self._set_rest_aside(Journal(path, seen.header, (), seen.end, path.read_bytes()[seen.end :]))
            seen.last = journals.append(path, seen.end, transaction)
            seen.end += len(seen.last)
        except OSError as error:
            self._seen = None  # what is on disk is to be read, not remembered
            raise _not_saved(self.path, self.state.folder, error) from error
        self._came_after((transaction,))

    def _refuse_read_only(self) -> None:
        """Refuse a change that could never stand in the file itself."""
        library = self.state.library
        if library.exists() and not (os.access(library, os.W_OK) and os.access(library.parent, os.W_OK)):
            raise LibraryFileError(
                f"{self.path}: not saved, the file is as it was: it is read-only, or its folder is; mend that or name "
                f"another with --file"
            )

    def _taken(self) -> _Seen:
        if self._seen is None:  # what went wrong before has made it uncertain
            raise MovedError(f"{self.path}: not saved: it has to be read anew; try again")
        return self._seen

    def _begin(self, seen: _Seen) -> _Seen:
        """Create the journal of the snapshot, and the snapshot if there is none."""

        def refuse_if_moved() -> None:
            if signature_of(self.path) != seen.signature:
                raise MovedError(f"{self.path}: not saved: another program is writing it; try again")

        content, signature = read_file(self.path), seen.signature
        refuse_if_moved()
        is_ours = is_empty(content)
        if is_ours:
            content = b"".join(render({ABOUT: {"1": about(self._owner)}, BOOKMARKS: {}}))
            folder = self.state.library.parent
            folder.mkdir(parents=True, exist_ok=True)
            sync_folders(folder)
            signature = self._known(replace_file(self.path, lambda file: file.write(content), refuse_if_moved))
        else:
            self._verify(content)
            sync_folder(self.state.library.parent)  # who put it there may have died before
        digest = digest_of(content)
        path = self.state.journal(digest)
        header = journals.create(path, is_ours=is_ours)
        self._seen = _Seen(signature, digest, header, _header_length(header), b"", is_durable=True)
        return self._seen

    def _known(self, ours: Signature | None) -> Signature | None:
        """Return the signature of the file that was put at the path; raises MovedError if another one is there."""
        signature = signature_of(self.path)
        if signature is None or ours is None or signature[:3] != ours[:3]:  # a rename changes the fourth
            raise MovedError(f"{self.path}: not saved: another program is writing it; try again")
        return signature

    def write_again(self, content: Iterable[bytes]) -> None:
        """Put ``content``, all that is in memory, where the library file was deleted or emptied.

        Nothing is done where it has come back meanwhile.  If it dies between the file and the removal of the journal,
        which went into ``content``, the journal is merged once more, which changes nothing.  Raises LibraryFileError.
        """
        with self.writing():
            if not _is_emptied(read_file(self.path)):
                return
            replace_file(self.path, lambda file: file.writelines(content))
            if self._seen is not None and self._seen.header is not None:
                self.state.journal(self._seen.digest).unlink(missing_ok=True)
            self._seen = None

    def verify(self) -> None:
        """Make sure that the file can be rewritten without loss; raises LibraryFileError with the place if not."""
        with self._in_use:
            if self._seen is None or self._seen.header is None:
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
        seen = self._seen
        return seen.end - _header_length(seen.header) if seen is not None and seen.header is not None else 0

    def fold(
        self, extra: Transaction | None = None, give_up: Callable[[], bool] = lambda: False, *, tidy: int = 0
    ) -> bool:
        """Write the journal, and ``extra`` with it, into the library file; tell whether that was done.

        ``tidy`` is the number of the rules by which all documents are tidy then.

        To be called within :meth:`writing`, with all news taken.  ``extra`` is durable when this returns true;
        ``give_up`` is asked now and then.  Raises LibraryFileError, and the pair is as it was, when that fails.
        """
        seen = self._taken()
        if extra is not None:
            self._refuse_read_only()
        try:
            if seen.header is None and extra is None:
                return False
            if seen.header is None:
                seen = self._begin(seen)
            own = _journal(self.state.journal(seen.digest))
            if own is None or own.header is None or own.header != seen.header:
                raise MovedError(f"{self.path}: not saved: its journal was taken away; try again")
            past = (*own.transactions, *(() if extra is None else (extra,)))
            changes = net(past)
            if changes:
                self._set_rest_aside(own)
                return self._fold(seen, own.header, past, changes, extra, give_up, tidy)
        except OSError as error:
            raise _not_saved(self.path, self.path, error) from error
        if extra is not None:  # it takes back just what the journal holds
            self.append(extra)
        return extra is not None

    def _fold(
        self,
        seen: _Seen,
        header: Header,
        past: Sequence[Transaction],
        changes: Net,
        extra: Transaction | None,
        give_up: Callable[[], bool],
        tidy: int,
    ) -> bool:
        self._drop_parent(header)
        backup = back_up(self.state.backups, self.path, utc_now(), is_due=extra is not None)
        parent = Parent(seen.digest, header.id, seen.end if extra is None else None)
        digests: list[str] = []
        made: list[tuple[str, Header]] = []

        def write(file: BinaryIO) -> None:
            digests.append(self._write_snapshot(file, seen.digest, changes, header.is_ours, give_up))

        def begin_journal() -> None:
            digest = digests[-1]
            if digest == seen.digest or signature_of(self.path) != seen.signature:
                raise _GaveUpError
            made.append((digest, journals.create(self.state.journal(digest), parent, is_ours=True, tidy=tidy)))
            append_to_history(self.state.history, (remembered(done, backup) for done in past))
            if signature_of(self.path) != seen.signature:  # the very last look before the rename
                raise _GaveUpError

        old = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            new = replace_file(self.path, write, begin_journal)
        except BaseException as error:
            os.close(old)
            if isinstance(error, _GaveUpError) or signature_of(self.path) == seen.signature:
                with suppress(OSError):  # the next one who looks removes it
                    for digest, _ in made:
                        self.state.journal(digest).unlink(missing_ok=True)
            if isinstance(error, _GaveUpError):
                return False
            self._seen = None
            raise
        [(digest, new_header)] = made
        if extra is not None:
            self._came_after((extra,))
        self._watch_replaced(old, seen.signature, changes)
        try:
            self._seen = _Seen(self._known(new), digest, new_header, _header_length(new_header), b"", is_durable=True)
        except MovedError:  # the next look merges the old journal into what another program has put there since
            self._seen = None
            return True
        with suppress(OSError):  # the fold is done; the next one, or the next reader, removes it
            self.state.journal(seen.digest).unlink(missing_ok=True)
        return True

    def _write_snapshot(
        self, file: BinaryIO, old: str, changes: Net, is_ours: bool, give_up: Callable[[], bool]
    ) -> str:
        """Write the new snapshot and return its digest."""

        def write(pieces: Iterator[bytes]) -> str:
            digest = sha256()
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
                if give_up():
                    raise _GaveUpError
            return digest.hexdigest()

        if is_ours:
            try:
                return write(spliced(self.path, changes))
            except UnusualLayoutError:
                file.seek(0)
                file.truncate()
        content = read_file(self.path)
        if digest_of(content) != old:  # another program is writing it
            raise _GaveUpError
        return write(rendered(RawTables(self.path, content), changes))

    def _watch_replaced(self, descriptor: int, signature: Signature | None, changes: Net) -> None:
        late = signature_of(descriptor)
        if late is not None and signature is not None and late[:3] == signature[:3]:
            signature = late  # the rename itself has changed its status, and nothing else
        self._replaced.append(_Replaced(descriptor, signature, changes))
        if len(self._replaced) > _REPLACED:
            idle = [replaced for replaced in self._replaced[:-1] if not replaced.is_in_use]
            dropped = (idle or self._replaced)[0]
            self._replaced.remove(dropped)
            os.close(dropped.descriptor)

    def close(self) -> None:
        """Let go of what is open."""
        with self._in_use:
            while self._replaced:
                os.close(self._replaced.pop().descriptor)


def _journal(path: Path) -> Journal | None:
    try:
        return read_journal(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> LibraryFileError:
    return LibraryFileError(f"{path}: the journal cannot be read: {error.strerror}")


def _not_saved(path: Path, place: Path, error: OSError) -> LibraryFileError:
    return LibraryFileError(f"{path}: not saved, the file is as it was: {error.strerror or error}: {place}")


def _holds_something(found: Journal) -> bool:
    """Tell whether there is more in a journal than its header, and than a torn line, which was never promised."""
    return bool(found.transactions) or b"\n" in found.rest


def _start(own: Journal | None) -> int:
    return _header_length(own.header) if own is not None and own.header is not None else 0


def _joined(first: Net, then: Net) -> Net:
    """Return what two net changes, one after the other, come to."""
    both = first | {key: (first[key][0] if key in first else old, new) for key, (old, new) in then.items()}
    return {key: (old, new) for key, (old, new) in both.items() if old != new}


def _is_young(path: Path) -> bool:
    """Tell whether the file was written just now: TinyDB syncs a shorter content before it cuts off the old one."""
    found = signature_of(path)
    return found is not None and time.time_ns() - found[2] < _PATIENCE * 1e9


def _is_emptied(content: bytes) -> bool:
    return is_empty(content) or content.strip() == b"{}"


def _is_written_to(replaced: _Replaced) -> bool:
    return signature_of(replaced.descriptor) != replaced.signature


def _content(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)
