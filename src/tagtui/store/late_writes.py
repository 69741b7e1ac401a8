"""Late writes: what a program that had opened the library writes to the file that a fold has replaced since.

The last files that were replaced are kept open, and what is written to them is merged into the pair.  What is on disk
after each step, under the lock, and who repairs it: (1) what was written late is in a file without a name, which lasts
as long as somebody has it open; (2) it is in the journal too, as a transaction, synced; only then is it taken for read,
so that what fails in between is merged once more, which changes nothing.  A process that dies before (2) lets go of the
file: then the late write is lost, as one to any file that another program replaces.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tagtui.core.text import counted
from tagtui.errors import LibraryFileError
from tagtui.store.journal import Journal, Net, Transaction, net, without_same
from tagtui.store.merging import replay
from tagtui.store.pair import InMotionError, Pair
from tagtui.store.reading import read_file
from tagtui.store.snapshot import Signature, digest_of, signature_of
from tagtui.store.tables import RawTables

_WATCHED = 4  # files at once


@dataclass(slots=True)
class _Replaced:
    """A file that a fold replaced, and that a program which opened it before may still write to.

    ``changes`` is what came after it: from what stands there to what is here.
    """

    descriptor: int
    signature: Signature | None
    changes: Net
    is_in_use: bool = False  # it was written to since

    def is_written_to(self) -> bool:
        """Tell whether somebody wrote to it since it was read."""
        return signature_of(self.descriptor) != self.signature

    def content(self) -> bytes:
        return os.pread(self.descriptor, os.fstat(self.descriptor).st_size, 0)


class LateWrites:
    """The files that folds of ``pair`` replaced; ``check`` raises LibraryFileError for a content that is no library."""

    def __init__(self, pair: Pair, check: Callable[[bytes], object]) -> None:
        self._pair = pair
        self._check = check
        self._replaced: list[_Replaced] = []
        self._is_behind = False  # whether what came after those is still to be found out

    def are_there(self) -> bool:
        """Tell whether something was written to one of the files since the last rescue."""
        return any(replaced.is_written_to() for replaced in self._replaced)

    def are_pending(self) -> bool:
        """Tell whether there is something to rescue, or a rescue that was not followed by :meth:`settled_at`."""
        return self._is_behind or self.are_there()

    def rescue(self, patience: float) -> None:
        """Merge what was written late into the journal of what is there.

        What is no library is told after ``patience`` seconds, for its writer may be in the middle of it.  Raises
        LibraryFileError.
        """
        pair = self._pair
        with pair.writing():
            for replaced in filter(_Replaced.is_written_to, self._replaced):
                self._is_behind = True
                signature, written = signature_of(replaced.descriptor), replaced.content()
                content = read_file(pair.path)
                digest = digest_of(content)
                here = pair.tables(content, pair.journal(digest))
                try:
                    self._check(written)
                    there = RawTables(pair.path, written)
                except LibraryFileError as error:  # in the middle of it, or never to be used
                    if signature is None or time.time_ns() - signature[2] > patience * 1e9:
                        pair.tell(f"what another program wrote too late cannot be taken in: {error}")
                        replaced.signature = signature
                    continue
                before = here.copy()
                for key, (old, _) in replaced.changes.items():
                    before.put(key, old)
                edits = tuple(replay(there.changes_since(before), here)) if there.tables else ()
                if edits:
                    transaction = Transaction(f"Merged {counted(len(edits), 'change')} of another program", edits)
                    pair.append(content, digest, transaction)
                    here.apply([transaction])
                replaced.signature = signature
                replaced.is_in_use = True

    def settled_at(self, content: bytes, own: Journal | None) -> None:
        """Go on from ``content`` and its ``own`` journal, which hold all that was rescued."""
        self.watch_from(content, own)
        self._is_behind = False

    def watch_from(self, content: bytes, own: Journal | None) -> None:
        """Go on watching, now that another content than was known stands in the place of the replaced files."""
        if not self._replaced:
            return
        if self.are_there() and not self._is_behind:
            raise InMotionError
        here = self._pair.tables(content, own)
        for replaced in self._replaced:
            if replaced.is_written_to():
                continue
            with suppress(LibraryFileError):
                replaced.changes = here.changes_since(RawTables(self._pair.path, replaced.content()))

    def came_after(self, transactions: Sequence[Transaction]) -> None:
        """Take note of what was done to the pair."""
        for replaced in self._replaced:
            replaced.changes = _joined(replaced.changes, net(transactions))

    def watch(self, descriptor: int, signature: Signature | None, changes: Net) -> None:
        """Watch the open file, which a fold of ``changes`` has just replaced; it is closed here."""
        late = signature_of(descriptor)
        if late is not None and signature is not None and late[:3] == signature[:3]:
            signature = late  # the rename itself has changed its status, and nothing else
        self._replaced.append(_Replaced(descriptor, signature, changes))
        if len(self._replaced) > _WATCHED:
            idle = [replaced for replaced in self._replaced[:-1] if not replaced.is_in_use]
            dropped = (idle or self._replaced)[0]
            self._replaced.remove(dropped)
            os.close(dropped.descriptor)

    def close(self) -> None:
        """Let go of the files."""
        while self._replaced:
            os.close(self._replaced.pop().descriptor)


def _joined(first: Net, then: Net) -> Net:
    """Return what two net changes, one after the other, come to."""
    return without_same(
        first | {key: (first[key][0] if key in first else old, new) for key, (old, new) in then.items()}
    )
