"""A SQLite file of another program, opened to be read: neither it nor anything beside it is touched.

Opened where it lies, SQLite would wait for the program that uses it, and make files beside it.  So a copy is opened, in
a folder for this person alone, together with the journal that holds what is not in the file yet.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tagtui.core.text import clean_line
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Source

if TYPE_CHECKING:
    import sqlite3

MAGIC = b"SQLite format 3\0"  # https://sqlite.org/fileformat.html

_JOURNALS = {
    "-wal": b"",
    # A journal may end in the name of another file, which SQLite deletes once it has rolled back: nothing may end so.
    "-journal": b"\0",
}
_ATTEMPTS = 5  # to copy file and journal while their program writes neither
_PAUSE = 0.05  # seconds, about what copying takes
# Findings that there are none, or only that a value is not of the declared kind or an index is not up to date.
_HARMLESS = ("ok", "NULL value", "NUMERIC value", "TEXT value", "non-unique", "row ", "wrong # of entries")
_LONGEST = 1 << 20  # bytes of a value, at the least; none is longer than the file, but an expression may make one


@contextmanager
def opened(source: Source) -> Iterator["sqlite3.Connection"]:
    """Yield a connection to a copy of ``source``, which may be damaged or no database at all.

    Raises ImportFileError, also in place of a ``sqlite3.Error`` that comes up while it is used.  Text that is not UTF-8
    is mended.
    """
    import sqlite3
    from tempfile import TemporaryDirectory

    try:
        with TemporaryDirectory(prefix="tagtui-", ignore_cleanup_errors=True) as folder:
            copy = _copied(source, Path(folder))
            connection = sqlite3.connect(copy, isolation_level=None, check_same_thread=False)
            try:
                connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(_LONGEST, len(source.content)))
                connection.text_factory = _text
                connection.executescript("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF")
                yield connection
            finally:
                connection.close()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter: of its message, which names what is damaged
        damage = clean_line(str(error))[:200]  # its names are the file's
        raise ImportFileError(
            f"{source.name}: not a whole SQLite database: {damage}; close its program and try again, or mend it with "
            f"sqlite3 FILE .recover"
        ) from error
    except OSError as error:
        reason = error.strerror or error
        raise ImportFileError(
            f"{source.name}: cannot be copied to be read: {reason}; make room, or let TMPDIR name another folder"
        ) from error


def columns(connection: "sqlite3.Connection", table: str) -> list[str]:
    """Return the columns of ``table`` as they are written there; none where there is no such table.

    A view is no table, and a column that is computed is none: reading them could take for ever.  Raises
    ``sqlite3.DatabaseError`` where the table is damaged.
    """
    import sqlite3

    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = ? COLLATE NOCASE"
    if not connection.execute(named, (table,)).fetchone():
        return []
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for (finding,) in connection.execute(f"PRAGMA quick_check({quoted(table)})"):
        if not finding.startswith(_HARMLESS):
            raise sqlite3.DatabaseError(" ".join(finding.split()))
    return [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")]


def quoted(name: str) -> str:
    """Return ``name`` as SQL."""
    return '"' + name.replace('"', '""') + '"'


def _copied(source: Source, folder: Path) -> Path:
    """Return a copy of ``source`` as it is now: a journal does not belong to what was read some seconds ago."""
    copy = folder / "copy.sqlite"
    copy.write_bytes(source.content)
    if not source.path:
        return copy
    original = source.path.resolve()
    for _ in range(_ATTEMPTS):
        before = _state(original)
        with suppress(FileNotFoundError):
            copy.write_bytes(original.read_bytes())
        for ending, addition in _JOURNALS.items():
            journal = copy.with_name(copy.name + ending)
            try:
                journal.write_bytes(original.with_name(original.name + ending).read_bytes() + addition)
            except FileNotFoundError:
                journal.unlink(missing_ok=True)
        if _state(original) == before:
            break
        time.sleep(_PAUSE)
    return copy


def _state(original: Path) -> list[tuple[int, int] | None]:
    """Return size and time of a file and its journals."""
    state: list[tuple[int, int] | None] = []
    for ending in ("", *_JOURNALS):
        try:
            found = original.with_name(original.name + ending).stat()
        except FileNotFoundError:
            state.append(None)
        else:
            state.append((found.st_size, found.st_mtime_ns))
    return state


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
