"""Write bookmarks to a file in another program's format."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark
from tagtui.core.text import counted
from tagtui.errors import LibraryFileError
from tagtui.formats.registry import Format, Writing
from tagtui.store.replacement import replace_file


def write_export(library: Path, owner: str, target: Path, chosen: Format, bookmarks: Iterable[Bookmark]) -> None:
    """Write ``bookmarks`` of ``owner``'s library, a file, to ``target`` in the ``chosen`` format.

    It is written whole or not at all, but for a device or a pipe.
    Raises LibraryFileError, also where ``target`` is the library itself; the format must be one that can be written.
    """
    write_all = chosen.write
    if write_all is None:
        raise LibraryFileError(f"{target}: {chosen.label} can be read only; choose another format")
    if _same_file(target, library):
        raise LibraryFileError(f"{target}: this is the library itself; name another file to export to")

    def write(file: BinaryIO) -> None:
        write_all(bookmarks, file, Writing(owner))

    if not os.path.exists(target) or target.is_file():  # noqa: PTH110  -- Path.exists raises for some paths
        replace_file(target, write)
        return
    try:
        with target.open("wb") as file:
            write(file)
    except OSError as error:
        raise LibraryFileError(f"{target}: cannot be written: {error.strerror}") from error


def written(bookmarks: Sequence[Bookmark], target: Path) -> str:
    """Return the line that says what was written; private ones are named, as the file may be for others."""
    private = sum(bookmark.private for bookmark in bookmarks)
    some = f", {private:,} of them private," if private else ""
    return f"{counted(len(bookmarks), 'bookmark')}{some} written to {target}"


def _same_file(one: Path, other: Path) -> bool:
    if os.path.exists(one) and os.path.exists(other):  # noqa: PTH110
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)
