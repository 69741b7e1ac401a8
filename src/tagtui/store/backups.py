"""Dated copies of a library: the last ten, then one a day for a week.

They are taken when the file is about to be replaced, which is when the state before a large change, or before the first
one of a day, would go: until then it stands in the file and its journal.
What is on disk after each step: a copy is written beside the backups, synced, and renamed into its place; until then
there is a temporary file that the next copy removes.
"""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from tagtui.errors import LibraryFileError
from tagtui.store.replacement import replace_file

LAST = 10
DAYS = 7
_NAME = re.compile(r"(\d{8}T\d{6})Z(?:-(\d+))?\.json\.gz")
_LEVEL = 1  # of gzip: a fifth of the size at a fifth of the time of the best
_GZIP = 31  # zlib's number for a gzip header and 32 KB of memory
_PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """A copy of the library as it was at ``taken``, in UTC."""

    taken: datetime
    path: Path

    def content(self) -> bytes:
        """Return the library's text; raises LibraryFileError."""
        try:
            return gzip.decompress(self.path.read_bytes())
        except (OSError, EOFError) as error:
            raise LibraryFileError(f"{self.path}: this backup cannot be read: {error}") from error


def backups(folder: Path) -> list[Backup]:
    """Return the backups in ``folder``, the newest first."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match:
                taken = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                found.append(Backup(taken + timedelta(microseconds=int(match[2] or 0)), path))
    return sorted(found, reverse=True)


def newest_of(folder: Path, day: date) -> str:
    """Return the name of the newest backup in ``folder`` if it was taken on ``day``, else ``""``."""
    there = backups(folder)
    return there[0].path.name if there and there[0].taken.date() == day else ""


def back_up(folder: Path, library: Path, now: datetime, *, is_due: bool = False) -> str:
    """Copy ``library`` to ``folder`` if there is no copy of the day yet, or ``is_due`` says so; thin out the old ones.

    Return the name of the newest copy.  Raises OSError and LibraryFileError: without the way back, what would need it
    is not done.
    """
    return (not is_due and newest_of(folder, now.date())) or keep(folder, pieces_of(library), now)


def keep(folder: Path, content: Iterable[bytes], now: datetime) -> str:
    """Make ``content`` the newest backup in ``folder``, thin out the old ones, and return its name; raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    of_now = [backup.taken for backup in backups(folder) if backup.taken.replace(microsecond=0) == now]
    number = max(of_now).microsecond + 1 if of_now else 0
    path = folder / f"{now:%Y%m%dT%H%M%SZ}{f'-{number}' if number else ''}.json.gz"
    replace_file(path, lambda file: _compress(content, file))
    for backup in superfluous(backups(folder), now):
        with suppress(OSError):  # one too many is no reason to fail
            backup.path.unlink()
    return path.name


def pieces_of(library: Path) -> Iterator[bytes]:
    """Yield the content of ``library``, a megabyte at a time; raises OSError."""
    with library.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _compress(content: Iterable[bytes], file: BinaryIO) -> None:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    file.writelines(packer.compress(piece) for piece in content)
    file.write(packer.flush())


def superfluous(there: list[Backup], now: datetime) -> list[Backup]:
    """Return those of ``there``, newest first, that are neither among the last ten nor a day's last of this week."""
    kept = set(there[:LAST])
    days = set()
    for backup in there:
        day = backup.taken.date()
        if day not in days and now - backup.taken <= timedelta(days=DAYS):
            kept.add(backup)
        days.add(day)
    return [backup for backup in there if backup not in kept]
