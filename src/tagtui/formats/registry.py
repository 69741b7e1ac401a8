"""The formats that tagtui reads and writes, found by name or by what a file holds.

A format is a module of this package that defines ``FORMAT``.  Readers are generators: they hold one entry at a time
where the format allows it, and never drop an entry in silence, see :class:`~tagtui.core.intake.Skipped`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark, Draft
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError

Entry = Draft | Skipped

_MODULES = ("pinboard_json", "netscape")  # in the order in which a file's content is tried


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its content, and its name for messages."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What a writer needs to know beside the bookmarks: the library's owner."""

    owner: str


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    ``recognises`` is given a file's first 64 KB and tells whether this looks like it.  ``read`` yields the file's
    entries in its order, and raises ImportFileError (naming file and place) where the file as a whole cannot be read.
    ``write`` writes bookmarks to an open file.
    """

    name: str  # as typed after --format
    label: str  # as read by people
    recognises: Callable[[bytes], bool]
    read: Callable[[Source], Iterator[Entry]]
    write: Callable[[Iterable[Bookmark], BinaryIO, Writing], None]


def formats() -> tuple[Format, ...]:
    """Return all formats, in the order in which a file's content is tried."""
    return tuple(import_module(f"{__package__}.{name}").FORMAT for name in _MODULES)


def by_name(name: str) -> Format:
    """Return the format called ``name``; raises ImportFileError, naming those there are."""
    for candidate in formats():
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in formats())
    raise ImportFileError(f"there is no format {name!r}; those known are {known}")


def detect(source: Source) -> Format:
    """Return the format of ``source``, from its content alone; raises ImportFileError when none fits."""
    head = source.content[:65_536]
    for candidate in formats():
        if candidate.recognises(head):
            return candidate
    known = ", ".join(candidate.name for candidate in formats())
    raise ImportFileError(
        f"{source.name}: not a bookmark file that tagtui knows; if it is one, name its format with --format ({known})"
    )
