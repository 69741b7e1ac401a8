"""The switch from a library file and its journal to the next ones, in which the journal has gone into the file.

What is on disk after each step, all under the lock, and who repairs it: (1) the backups that are due are taken: the old
pair is whole, and so is each backup; (2) a temporary file beside the library is written and synced: the old pair is
whole, later writes remove the litter; (3) the journal of the new content is created, naming the old one as its parent:
the old pair is whole, and the next fold replaces the new journal, which has nothing in it; (4) the temporary file is
renamed over the library: the new pair is whole; (5) the folder is synced; (6) the old journal is removed; if it is
still there, the next reader sees from the header that it went into the snapshot, and removes it once the rename is
durable.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from tagtui.clock import utc_now
from tagtui.store import backups, settling
from tagtui.store import journal as journals
from tagtui.store.folding import UnusualLayoutError, rendered, spliced
from tagtui.store.history import VERY_MANY, append_to_history, remembered
from tagtui.store.journal import Header, Net, Parent, Transaction, net
from tagtui.store.lookout import Lookout, Seen
from tagtui.store.pair import MovedError, Pair
from tagtui.store.reading import read_file
from tagtui.store.replacement import replace_file
from tagtui.store.snapshot import digest_of, signature_of
from tagtui.store.tables import RawTables

_LARGE = 500  # edits, from which on a change has a backup of its own


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
    try:
        names = _back_up(pair, fold, give_up)
    except _GaveUpError:
        return False
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
        append_to_history(pair.state.history, map(remembered, fold.past, names))
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


def _back_up(pair: Pair, fold: Fold, give_up: Callable[[], bool]) -> list[str]:
    """Keep the library as it was before each large change, or before the first one of a day.

    Return the name of the backup for each of the changes, ``""`` for those that need none.
    """
    folder, now = pair.state.backups, utc_now()
    made = fold.seen.backups  # by a fold that gave way to something more important

    def keep(state: int, content: Iterator[bytes]) -> str:
        if not (folder / made.get(state, "")).is_file():
            made[state] = backups.keep(folder, _watched(content, give_up), now)
        return made[state]

    if not backups.newest_of(folder, now.date()):
        keep(0, backups.pieces_of(pair.path))
    names = [""] * len(fold.past)
    for count, done in enumerate(fold.past):
        if done is fold.extra or _is_large(done):
            changes = net(fold.past[:count])  # none, if all was taken back
            names[count] = keep(count if changes else 0, _text_after(pair.path, changes))
    return names


def _is_large(done: Transaction) -> bool:
    """Tell whether a person did so much that a backup is to stand behind it; the history stands behind an undo."""
    return bool(done.id) and len(done.edits) >= (VERY_MANY if done.undoes else _LARGE)


def _text_after(path: Path, changes: Net) -> Iterator[bytes]:
    yield from rendered(RawTables(path, read_file(path)), changes) if changes else backups.pieces_of(path)


def _watched(pieces: Iterator[bytes], give_up: Callable[[], bool]) -> Iterator[bytes]:
    for piece in pieces:
        if give_up():
            raise _GaveUpError
        yield piece


def _write_snapshot(file: BinaryIO, path: Path, fold: Fold, give_up: Callable[[], bool]) -> str:
    """Write the new snapshot and return its digest."""

    def write(pieces: Iterator[bytes]) -> str:
        digest = sha256()
        for piece in _watched(pieces, give_up):
            digest.update(piece)
            file.write(piece)
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
