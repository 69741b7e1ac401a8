"""What was done, so that it can be taken back: the last 200 changes, across restarts, of large ones those with room.

A change stands in the journal until that is folded, and from then on in the history file beside it.  What is on disk
after each step: it is appended to the history before the fold's rename, so that it may stand in both, and counts once;
if the history is lost or torn, no bookmark is, only the way back.  Of many new documents, and of very many changed
ones, the checksums are kept; what the changed ones were stands in the backup taken before.
"""

import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tagtui.store.documents import Document
from tagtui.store.journal import DocumentEdit, Transaction, framed, intact_lines
from tagtui.store.merging import Documents
from tagtui.store.replacement import replace_file

LAST = 200
_MANY = 50  # edits, from which on they are packed: an undo reads all of the history for the sake of one change
VERY_MANY = 5_000  # changed documents, from which on they are not kept themselves
_ROOM = 16 * 1024 * 1024  # bytes
_LEVEL = 1  # of zlib: documents before and after a change are much alike

_Sums = dict[str, tuple[list[str], list[int | None]]]
"""By table the ids of documents and, in the same order, the checksums of what they became."""


class Remembered(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change that can be taken back.

    If its edits are many, they are not in ``made`` but, packed, in ``edits``, or as checksums in ``sums``.  ``backup``
    is the name of the file with what the documents of these were, ``""`` if they were not there.
    """

    made: Transaction
    edits: bytes = b""
    sums: bytes = b""
    backup: str = ""


_encode = msgspec.json.Encoder().encode
_to_remembered = msgspec.json.Decoder(Remembered)


def checksum_of(document: Document | None) -> int | None:
    """Return what tells whether a document is still the same one."""
    return None if document is None else zlib.crc32(_encode(document))


def remembered(made: Transaction, backup: str) -> Remembered:
    """Return ``made`` as the history keeps it; ``backup`` names the one that was taken right before, if it is large."""
    if len(made.edits) < _MANY:
        return Remembered(made)
    bare = msgspec.structs.replace(made, edits=())
    changed = [edit for edit in made.edits if edit.old is not None]
    if len(changed) >= VERY_MANY:
        return Remembered(bare, sums=_sums(made.edits), backup=backup)
    return Remembered(bare, _packed(changed), _sums(edit for edit in made.edits if edit.old is None))


def _sums(edits: Iterable[DocumentEdit]) -> bytes:
    sums: _Sums = {}
    for edit in edits:
        if edit.table not in sums:
            sums[edit.table] = [], []
        ids, each = sums[edit.table]
        ids.append(edit.id)
        each.append(checksum_of(edit.new))
    return _packed(sums)


def _packed(values: Sequence[object] | _Sums) -> bytes:
    return zlib.compress(_encode(values), _LEVEL) if values else b""


def append_to_history(path: Path, made: Iterable[Remembered]) -> None:
    """Append those of ``made`` that a person did; raises OSError."""
    new = [framed(_encode(entry)) for entry in made if entry.made.id]
    if not new:
        return
    old = [framed(payload) for payload in _payloads(path)]
    room = _ROOM - sum(map(len, new))
    if len(old) < 2 * LAST and sum(map(len, old)) <= room:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(b"\n" + b"".join(new))  # the last line may be torn
        return
    kept: list[bytes] = []
    for line in old[: -LAST - 1 : -1]:
        room -= 2 * len(line)  # half of it, so that this is not done at each change
        if room < 0:
            break
        kept.append(line)
    replace_file(path, lambda file: file.writelines([*kept[::-1], *new]))


def read_history(path: Path) -> list[Remembered]:
    """Return what the file remembers, the oldest first; nothing where it cannot be read."""
    found = []
    for payload in _payloads(path):
        with suppress(msgspec.DecodeError):
            found.append(_to_remembered.decode(payload))
    return found


def _payloads(path: Path) -> list[bytes]:
    try:
        return [*intact_lines(path.read_bytes())]
    except OSError:
        return []


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
    edits = entry.made.edits
    if entry.edits:
        edits = msgspec.json.decode(zlib.decompress(entry.edits), type=tuple[DocumentEdit, ...])
    found = [PastEdit(*edit.key, edit.old, edit.new, checksum_of(edit.new)) for edit in edits]
    if entry.sums:
        olds = before(entry.backup) if entry.backup else None
        sums = msgspec.json.decode(zlib.decompress(entry.sums), type=_Sums)
        for table, (ids, each) in sums.items():
            found += [
                PastEdit(table, id, olds.get((table, id)) if olds else None, None, known)
                for id, known in zip(ids, each, strict=True)
            ]
    return found
