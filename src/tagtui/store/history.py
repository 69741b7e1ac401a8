"""What was done, so that it can be taken back: the last 200 changes, across restarts.

A change stands in the journal until that is folded, and from then on in the history file beside it.  What is on disk
after each step: it is appended to the history before the fold's rename, so that it may stand in both, and counts once;
if the history is lost or torn, no bookmark is, only the way back.  A change of very many documents is kept as the
checksums of what they became; what they were stands in the backup taken before.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import msgspec

from tagtui.store.documents import Document
from tagtui.store.journal import Transaction, framed, intact_lines
from tagtui.store.merging import Documents
from tagtui.store.replacement import replace_file

LAST = 200
_MANY = 500  # edits, from which on the documents themselves are not kept


class Remembered(msgspec.Struct, frozen=True):
    """A change that can be taken back; ``sums`` are the checksums of its documents, by table and id, if they are many.

    ``backup`` is the name of the file that holds what they were.
    """

    made: Transaction
    sums: tuple[tuple[str, str, int | None], ...] = ()
    backup: str = ""


def checksum_of(document: Document | None) -> int | None:
    """Return what tells whether a document is still the same one."""
    return None if document is None else crc32(msgspec.json.encode(document))


def remembered(made: Transaction, backup: str) -> Remembered:
    """Return ``made`` as the history keeps it."""
    if len(made.edits) < _MANY:
        return Remembered(made)
    sums = tuple((edit.table, edit.id, checksum_of(edit.new)) for edit in made.edits)
    return Remembered(msgspec.structs.replace(made, edits=()), sums, backup)


def append_to_history(path: Path, made: Iterable[Remembered]) -> None:
    """Append those of ``made`` that a person did; raises OSError."""
    lines = b"".join(framed(msgspec.json.encode(entry)) for entry in made if entry.made.id)
    if not lines:
        return
    kept = read_history(path)
    if len(kept) >= 2 * LAST:
        shorter = b"".join(framed(msgspec.json.encode(entry)) for entry in kept[-LAST:])
        replace_file(path, lambda file: file.write(shorter + lines))
        return
    with path.open("ab") as file:
        file.write(b"\n" + lines)  # the last line may be torn


def read_history(path: Path) -> list[Remembered]:
    """Return what the file remembers, the oldest first; nothing where it cannot be read."""
    found = []
    with suppress(OSError):
        for payload in intact_lines(path.read_bytes()):
            with suppress(msgspec.DecodeError):
                found.append(_to_remembered.decode(payload))
    return found


_to_remembered = msgspec.json.Decoder(Remembered)


def standing(entries: Sequence[Remembered]) -> tuple[list[Remembered], list[Remembered]]:
    """Return the changes that can be undone and those that can be redone, the last one of each at its end.

    To redo a change is to take back what took it back.  A new change leaves nothing to redo.
    """
    done: dict[str, Remembered] = {}
    undone: dict[str, Remembered] = {}
    for entry in {entry.made.id: entry for entry in entries}.values():
        taken_back = entry.made.undoes
        if not taken_back:
            undone.clear()
            done[entry.made.id] = entry
        elif done.pop(taken_back, None) is not None:
            undone[entry.made.id] = entry
        elif undone.pop(taken_back, None) is not None:
            done[entry.made.id] = entry
    return [*done.values()], [*undone.values()]


@dataclass(frozen=True, slots=True)
class PastEdit:
    """A document before and after a change that was made; ``checksum`` stands for ``new`` where that is not kept."""

    table: str
    id: str
    old: Document | None
    new: Document | None
    checksum: int | None

    def is_as_left(self, now: Document | None) -> bool:
        """Tell whether ``now`` is what the change made of the document."""
        return checksum_of(now) == self.checksum or (now is not None and now == self.new)


def past_edits(entry: Remembered, before: Callable[[str], Documents]) -> list[PastEdit]:
    """Return what ``entry`` changed; ``before`` returns the documents of a backup, by its name."""
    if not entry.sums:
        return [PastEdit(*edit.key, edit.old, edit.new, checksum_of(edit.new)) for edit in entry.made.edits]
    olds = before(entry.backup)
    return [PastEdit(table, id, olds.get((table, id)), None, known) for table, id, known in entry.sums]
