"""What came to a library file and its journal since the last look at them.

Nothing is written here, but for what :mod:`~tagtui.store.settling` does where journals of other contents lie about.
While the signature of the file is the one that was seen, and the last line that was read stands in the journal where it
stood, only what follows that line is read.  A file that changes in the middle of a look is looked at again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tagtui.errors import LibraryFileError
from tagtui.store import journal as journals
from tagtui.store.journal import Header, Journal, Transaction, header_length
from tagtui.store.late_writes import LateWrites
from tagtui.store.pair import InMotionError, LibraryGoneError, MovedError, Pair, unreadable
from tagtui.store.reading import is_emptied, read_file
from tagtui.store.settling import settle
from tagtui.store.snapshot import Signature, digest_of, signature_of

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Arrivals(Generic[_T]):
    """What came since the last look: the whole snapshot, if it was read anew, then ``transactions`` on top of it."""

    snapshot: _T | None
    transactions: tuple[Transaction, ...]

    def __bool__(self) -> bool:
        return self.snapshot is not None or bool(self.transactions)


@dataclass(slots=True)
class Seen:
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
    backups: dict[int, str] = field(default_factory=dict)  # by name, of it after so many transactions

    @classmethod
    def at_start(cls, signature: Signature | None, digest: str, header: Header) -> "Seen":
        """Return how far a pair is read whose journal was begun just now, durably."""
        return cls(signature, digest, header, header_length(header), b"", is_durable=True)

    @property
    def length(self) -> int:
        """How many bytes of transactions were read."""
        return self.end - header_length(self.header) if self.header is not None else 0


class Lookout(Generic[_T]):
    """Looks at ``pair``; ``parse`` makes of a snapshot's content what the caller works with.

    ``seen`` is what the last look, or a write since, left; ``None`` where all has to be read anew.
    """

    def __init__(self, pair: Pair, late: LateWrites, parse: Callable[[bytes, int], _T]) -> None:
        self.pair = pair
        self.late = late
        self._parse = parse
        self.seen: Seen | None = None

    def taken(self) -> Seen:
        """Return what was seen, for a write; raises MovedError if the pair has to be read anew."""
        if self.seen is None:  # what went wrong before has made it uncertain
            raise MovedError(f"{self.pair.path}: not saved: it has to be read anew; try again")
        return self.seen

    def has_news(self) -> bool:
        """Tell whether a look may bring something; costs a few calls of ``stat``."""
        seen, state = self.seen, self.pair.state
        if seen is None or signature_of(self.pair.path) != seen.signature or self.late.are_there():
            return True
        if seen.header is None:
            try:
                return bool(state.journals())
            except LibraryFileError:  # which the look tells
                return True
        found = signature_of(state.journal(seen.digest))
        return found is None or found[1] != seen.end

    def look(self) -> Arrivals[_T]:
        """Return what came; raises InMotionError to be asked again, LibraryGoneError and LibraryFileError."""
        seen, signature = self.seen, signature_of(self.pair.path)
        if seen is not None and signature == seen.signature:
            tail = self._tail(seen)
            if tail is not None:
                return Arrivals(None, tail)
        return self._read_anew(seen, signature)

    def _tail(self, seen: Seen) -> tuple[Transaction, ...] | None:
        """Return the transactions that others appended, or ``None`` if the journal is not the one that was read."""
        state = self.pair.state
        if seen.header is None:
            return None if state.journals() else ()
        try:
            found = journals.read_tail(state.journal(seen.digest), seen.header, seen.end, seen.last)
        except OSError as error:
            raise unreadable(state.journal(seen.digest), error) from error
        if found is None:
            return None
        transactions, seen.end, seen.last = found
        self.late.came_after(transactions)
        return transactions

    def _read_anew(self, seen: Seen | None, signature: Signature | None) -> Arrivals[_T]:
        pair = self.pair
        content = read_file(pair.path)
        if seen is not None and seen.signature is not None and seen.signature[1] > 0 and is_emptied(content):
            raise LibraryGoneError(
                f"{pair.path}: deleted or emptied by another program; nothing is written to it: put it back, or save "
                f"what is in memory elsewhere"
            )
        found = pair.state.journals()
        digest = digest_of(content) if found or (seen is not None and seen.digest) else ""
        own = pair.journal(digest) if digest else None
        if signature_of(pair.path) != signature:
            raise InMotionError
        header = own.header if own is not None else None
        if seen is not None and _is_known(seen, digest, header):
            known = Seen(signature, digest, header, seen.end, seen.last, seen.is_durable)
            if header != seen.header:
                known.end, known.last, known.is_durable = _start(own), b"", False
            tail = self._tail(known)
            if tail is not None:
                self.seen = known
                return Arrivals(None, tail)
        parsed = self._parse(content, header.tidy if header is not None else 0)
        if any(path.stem != digest for path in found) or (own is not None and header is None):
            own = settle(pair, content, digest, signature)
        if own is not None and b"\n" in own.rest:
            pair.tell(f"{pair.path}: its journal is damaged at byte {own.end:,}; what follows is not read")
        self.late.watch_from(content, own)
        self.seen = Seen(
            signature, digest, own.header if own else None, own.end if own else 0, own.last if own else b""
        )
        return Arrivals(parsed, own.transactions if own else ())


def _is_known(seen: Seen, digest: str, header: Header | None) -> bool:
    """Tell whether all of the snapshot is in memory: it is the same one, or another process's fold of it."""
    if not seen.digest or not digest:
        return False
    if digest == seen.digest and header == seen.header:
        return True
    parent = header.parent if header is not None else None
    return parent is not None and seen.header is not None and (parent.id, parent.length) == (seen.header.id, seen.end)


def _start(own: Journal | None) -> int:
    return header_length(own.header) if own is not None and own.header is not None else 0
