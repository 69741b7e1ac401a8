"""Dated copies of a library: the last ten, then one a day for a week.

They are taken when the file is about to be replaced, which is when the state before the first change of a day would go.
What is on disk after each step: a copy is written beside the backups, synced, and renamed into its place; until then
there is a temporary file that the next copy removes.
"""

import gzip
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tagtui.errors import LibraryFileError
from tagtui.store.replacement import replace_file

LAST = 10
DAYS = 7
_NAME = re.compile(r"(\d{8}T\d{6})Z(?:-(\d+))?\.json\.gz")
_LEVEL = 1  # of gzip: a fifth of the size at a fifth of the time of the best


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


def back_up(folder: Path, library: Path, now: datetime, *, is_due: bool = False) -> str:
    """Copy ``library`` to ``folder`` if there is no copy of the day yet, or ``is_due`` says so; thin out the old ones.

    Return the name of the newest copy.  Raises OSError and LibraryFileError: without the way back, what would need it
    is not done.
    """
    there = backups(folder)
    if there and there[0].taken.date() == now.date() and not is_due:
        return there[0].path.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = gzip.compress(library.read_bytes(), _LEVEL)
    number = sum(backup.taken.replace(microsecond=0) == now for backup in there)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}{f'-{number}' if number else ''}.json.gz"
    replace_file(path, lambda file: file.write(content))
    for backup in superfluous(backups(folder), now):
        with suppress(OSError):  # one too many is no reason to fail
            backup.path.unlink()
    return path.name


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
