"""Settle what others left behind: the journals of contents that are not in the library file.

A content that no journal belongs to was written by another program.  What is on disk after each step, all under the
lock, and who repairs it: (1) the file that is there is synced, so that no power loss brings back what it replaced;
(2) what a journal of another content holds is merged into this one, as a transaction in a journal of its own, and that
is synced; (3) the other journal is removed.  If it dies in between, the other one is merged once more, which changes
nothing.  A journal that went into the snapshot, as the header of the snapshot's own tells, is removed after step (1);
one without transactions, the litter of a fold that did not come to its rename, at once.
"""

from collections.abc import Sequence
from contextlib import suppress

from tagtui.core.text import counted
from tagtui.store.journal import Header, Journal, Transaction, net
from tagtui.store.merging import replay
from tagtui.store.pair import InMotionError, LibraryGoneError, Pair
from tagtui.store.reading import is_empty
from tagtui.store.snapshot import Signature, signature_of


def settle(pair: Pair, content: bytes, digest: str, signature: Signature | None) -> Journal | None:
    """Merge the journals of other contents into that of ``content``, remove them, and return the merged one.

    Raises InMotionError if the file has another ``signature`` by now, LibraryGoneError for changes to a file that is
    missing or empty, and LibraryFileError.
    """
    with pair.writing():
        if signature_of(pair.path) != signature:
            raise InMotionError
        own = pair.journal(digest)
        if own is not None and own.header is None:
            pair.set_rest_aside(own)
            pair.remove(own.path)
            own = None
        drop_parent(pair, own.header if own else None)
        paths = (path for path in pair.state.journals() if path.stem != digest)
        others = [found for path in paths if (found := pair.journal(path.stem))]
        for other in others:
            if not _holds_something(other):
                with suppress(OSError):  # litter of a fold that did not come to its rename
                    other.path.unlink(missing_ok=True)
        stranded = [other for other in others if _holds_something(other)]
        if stranded and is_empty(content):
            count = sum(len(net(other.transactions)) for other in stranded)
            raise LibraryGoneError(
                f"{pair.path}: missing or empty, but {counted(count, 'change')} to it can be found in "
                f"{pair.state.folder}: put the file back, or bring back a backup with tagtui restore 1"
            )
        if stranded:
            _bring_back(pair, stranded, content, digest, own)
        return pair.journal(digest)


def _bring_back(pair: Pair, stranded: Sequence[Journal], content: bytes, digest: str, own: Journal | None) -> None:
    pair.sync_library()
    tables = pair.tables(content, own)
    for other in stranded:
        pair.set_rest_aside(other)
        edits = tuple(replay(net(other.transactions), tables))
        if edits:
            transaction = Transaction(f"Brought back {counted(len(edits), 'change')}", edits)
            pair.append(content, digest, transaction)
            tables.apply([transaction])
        elif own is not None:
            pair.sync_journal(own.path)  # it has them already; whoever wrote them may have died before the sync
        pair.remove(other.path)


def drop_parent(pair: Pair, header: Header | None) -> None:
    """Remove the journal that went into the snapshot, if whoever folded it did not come so far."""
    if header is not None and header.parent is not None:
        found = pair.journal(header.parent.digest)
        if found is not None and found.header is not None and found.header.id == header.parent.id:
            pair.sync_library()
            pair.remove(found.path)


def _holds_something(found: Journal) -> bool:
    """Tell whether there is more in a journal than its header, and than a torn line, which was never promised."""
    return bool(found.transactions) or b"\n" in found.rest
