"""A disk that forgets what was not synced when the power goes.

What a sync has promised stays.  Of what was written since, there may be nothing, all, a part, or zeros of the right
length; what was done in a folder since its last sync is there up to some point, in the order in which it was done; and
what a failed sync was to write may be lost for good, as Linux drops such pages, or be there all the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import Path

from tests.store.calls import Call

Tree = dict[str, bytes | None]
"""What is on a disk, by path: contents of files, ``None`` for folders."""

Names = Callable[[str], str]
"""How much of what was done in a folder, named by its path, is there: ``old``, ``half`` or ``new``."""

DATA = ("old", "full", "half", "zeros", "late")
"""What may be of data that no sync has promised: nothing, all, the last write cut off, zeros, its beginning zeros."""


@dataclass
class _Write:
    at: int
    data: bytes | None  # None cuts the file off at that place
    is_durable: bool = False
    is_dropped: bool = False


@dataclass
class _File:
    writes: list[_Write] = field(default_factory=list)

    def content(self, data: str) -> bytes:
        pending = [write for write in self.writes if not write.is_durable and write.data is not None]
        found = bytearray()
        for write in self.writes:
            if not write.is_durable and (data == "old" or (write.is_dropped and data != "full")):
                continue
            if write.data is None:
                del found[write.at :]
                continue
            some = write.data if write.is_durable else _remains(write.data, data, is_last=write is pending[-1])
            found.extend(bytes(max(0, write.at - len(found))))
            found[write.at : write.at + len(some)] = some
        return bytes(found)


def _remains(written: bytes, data: str, *, is_last: bool) -> bytes:
    half = len(written) // 2
    if data == "zeros":
        return bytes(len(written))
    if data == "half" and is_last:
        return written[:half]
    if data == "late" and is_last:
        return bytes(half) + written[half:]
    return written


@dataclass
class _Folder:
    """``done`` are the names that came, with what they named, and those that went; the first ``durable`` of them stay.

    A rename is one thing: the name that comes, and the one that goes with it.
    """

    done: list[tuple[str, "_File | _Folder | None", str]] = field(default_factory=list)
    durable: int = 0

    def entries(self, names: str) -> dict[str, "_File | _Folder"]:
        pending = len(self.done) - self.durable
        count = self.durable + {"old": 0, "half": pending // 2, "new": pending}[names]
        found: dict[str, _File | _Folder] = {}
        for name, there, gone in self.done[:count]:
            found.pop(gone, None)
            if there is not None:
                found[name] = there
        return found


class Disk:
    """The disk below ``root``, on which all that is there now is durable."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = _Folder()
        for path in sorted(root.rglob("*")):
            if path.is_dir():
                there: _File | _Folder = _Folder()
            else:
                there = _File([_Write(0, path.read_bytes(), is_durable=True)])
            folder = self._folder(path.parent)
            folder.done.append((path.name, there, ""))
            folder.durable += 1

    def play(self, calls: Iterable[Call]) -> None:
        """Do what ``calls`` did."""
        for call in calls:
            if call.name in ("create", "mkdir", "write", "truncate", "sync", "rename", "unlink"):
                self._play(call, Path(call.path))

    def _play(self, call: Call, path: Path) -> None:
        there = self._find(path)
        if call.failed:
            if call.name == "sync" and isinstance(there, _File):
                for write in there.writes:
                    write.is_dropped = not write.is_durable and write.data is not None
            return
        if call.name in ("write", "truncate", "sync"):
            self._play_inside(call, there)
            return
        folder = self._folder(path.parent)
        if call.name in ("create", "mkdir"):
            folder.done.append((path.name, _File() if call.name == "create" else _Folder(), ""))
        elif call.name == "unlink":
            folder.done.append(("", None, path.name))
        else:
            assert path.parent == Path(call.other).parent, "a rename from folder to folder"
            folder.done.append((Path(call.other).name, there, path.name))

    def _play_inside(self, call: Call, there: _File | _Folder | None) -> None:
        if isinstance(there, _Folder):
            there.durable = len(there.done)
            return
        assert there is not None, call
        if call.name == "write":
            there.writes.append(_Write(call.at, call.data))
        elif call.name == "truncate":
            there.writes.append(_Write(call.at, None))
        else:
            for write in there.writes:
                write.is_durable = write.is_durable or not write.is_dropped

    def _find(self, path: Path) -> _File | _Folder | None:
        if path == self._root:
            return self._top
        folder = self._find(path.parent)
        return folder.entries("new").get(path.name) if isinstance(folder, _Folder) else None

    def _folder(self, path: Path) -> _Folder:
        folder = self._find(path)
        assert isinstance(folder, _Folder), path
        return folder

    # --- the power goes

    def as_killed(self) -> Tree:
        """Return what a process leaves that dies while the power stays."""
        return self._tree("full", lambda _: "new")

    def after_power_loss(self, stride: int = 1, first: int = 0) -> Iterator[Tree]:
        """Yield what may be on the disk when the power has gone; with a ``stride``, some of it."""
        seen: list[Tree] = []
        ways = product(DATA, product(("old", "half", "new"), repeat=2))
        for data, (inside, beside) in islice(ways, first % stride, None, stride):
            tree = self._tree(data, lambda path, i=inside, b=beside: i if "state" in Path(path).parts else b)
            if tree not in seen:
                seen.append(tree)
                yield tree

    def _tree(self, data: str, names: Names) -> Tree:
        found: Tree = {}

        def walk(folder: _Folder, path: str) -> None:
            for name, there in folder.entries(names(path)).items():
                at = f"{path}/{name}" if path else name
                found[at] = None if isinstance(there, _Folder) else there.content(data)
                if isinstance(there, _Folder):
                    walk(there, at)

        walk(self._top, "")
        return found
