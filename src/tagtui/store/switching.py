"""The switch from a library file and its journal to the next ones, in which the journal has gone into the file.

What is on disk after each step, all under the lock, and who repairs it: (1) a temporary file beside the library is
written and synced: the old pair is whole, later writes remove the litter; (2) the journal of the new content is
created, naming the old one as its parent: the old pair is whole, and the next fold replaces the new journal, which has
nothing in it; (3) the temporary file is renamed over the library: the new pair is whole; (4) the folder is synced;
(5) the old journal is removed; if it is still there, the next reader sees from the header that it went into the
snapshot, and removes it once the rename is durable.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from tagtui.clock import utc_now
from tagtui.store import journal as journals
from tagtui.store import settling
from tagtui.store.backups import back_up
from tagtui.store.folding import UnusualLayoutError, rendered, spliced
from tagtui.store.history import append_to_history, remembered
from tagtui.store.journal import Header, Net, Parent, Transaction
from tagtui.store.lookout import Lookout, Seen
from tagtui.store.pair import MovedError
from tagtui.store.reading import read_file
from tagtui.store.replacement import replace_file
from tagtui.store.snapshot import digest_of, signature_of
from tagtui.store.tables import RawTables


@dataclass(frozen=True, slots=True)
class Fold:
    """What is to go into the file: the transactions ``past``, which come to ``changes``.

    The old pair is as ``seen``, its journal begins with ``header``.  ``extra``, the last of ``past``, is not in that
    journal.  ``tidy`` is the number of the rules by which all documents are tidy then.
    """

    seen: Seen
    header: Header
    past: tuple[Transaction, ...]
    changes: Net
    extra: Transaction | None
    tidy: int


class _GaveUpError(Exception):
    """There is something more important than this fold."""


def switch(lookout: Lookout[Any], fold: Fold, give_up: Callable[[], bool]) -> bool:
    """Put the next pair in the place of the one that was seen, and tell whether that was done.

    ``give_up`` is asked now and then.  Raises OSError and LibraryFileError, and the pair is as it was.
    """
    pair, seen = lookout.pair, fold.seen
    settling.drop_parent(pair, fold.header)
    backup = back_up(pair.state.backups, pair.path, utc_now(), is_due=fold.extra is not None)
    parent = Parent(seen.digest, fold.header.id, seen.end if fold.extra is None else None)
    digests: list[str] = []
    made: list[tuple[str, Header]] = []

    def write(file: BinaryIO) -> None:
        digests.append(_write_snapshot(file, pair.path, fold, give_up))

    def begin_journal() -> None:
        digest = digests[-1]
        if digest == seen.digest or signature_of(pair.path) != seen.signature:
            raise _GaveUpError
        made.append((digest, journals.create(pair.state.journal(digest), parent, is_ours=True, tidy=fold.tidy)))
        append_to_history(pair.state.history, (remembered(done, backup) for done in fold.past))
        if signature_of(pair.path) != seen.signature:  # the very last look before the rename
            raise _GaveUpError

    old = os.open(pair.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        new = replace_file(pair.path, write, begin_journal)
    except BaseException as error:
        os.close(old)
        if isinstance(error, _GaveUpError) or signature_of(pair.path) == seen.signature:
            with suppress(OSError):  # the next one who looks removes it
                for digest, _ in made:
                    pair.state.journal(digest).unlink(missing_ok=True)
        if isinstance(error, _GaveUpError):
            return False
        lookout.seen = None
        raise
    [(digest, header)] = made
    if fold.extra is not None:
        lookout.late.came_after((fold.extra,))
    lookout.late.watch(old, seen.signature, fold.changes)
    try:
        lookout.seen = Seen.at_start(pair.known(new), digest, header)
    except MovedError:  # the next look merges the old journal into what another program has put there since
        lookout.seen = None
        return True
    with suppress(OSError):  # the fold is done; the next one, or the next reader, removes it
        pair.state.journal(seen.digest).unlink(missing_ok=True)
    return True


def _write_snapshot(file: BinaryIO, path: Path, fold: Fold, give_up: Callable[[], bool]) -> str:
    """Write the new snapshot and return its digest."""

    def write(pieces: Iterator[bytes]) -> str:
        digest = sha256()
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
            if give_up():
                raise _GaveUpError
        return digest.hexdigest()

    if fold.header.is_ours:
        try:
            return write(spliced(path, fold.changes))
        except UnusualLayoutError:
            file.seek(0)
            file.truncate()
    content = read_file(path)
    if digest_of(content) != fold.seen.digest:  # another program is writing it
        raise _GaveUpError
    return write(rendered(RawTables(path, content), fold.changes))
