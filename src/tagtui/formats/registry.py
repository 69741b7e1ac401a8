"""The formats that tagtui reads and writes, found by name or by what a file holds.

A format is a module of this package that defines ``FORMAT``.  Readers are generators: they hold one entry at a time
where the format allows it, and never drop an entry in silence, see :class:`~tagtui.core.intake.Skipped`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from tagtui.core.bookmark import Bookmark, Draft
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError

Entry = Draft | Skipped

# In the order in which a file's content is tried: what leaves no doubt first, what fits nearly any text last.
_MODULES = (
    "tagtui_json",
    "tagtui_jsonl",
    "pinboard_json",
    "linkding_json",
    "chrome_json",
    "firefox_json",
    "places_sqlite",
    "buku_json",
    "buku_sqlite",
    "delicious_json",
    "tinydb_tables",
    "delicious_xml",
    "pinboard_xml",
    "pocket_html",
    "netscape",
    "atom",
    "html_page",
    "raindrop_csv",
    "pocket_csv",
    "instapaper_csv",
    "csv_file",
    "org_list",
    "markdown_list",
    "url_list",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its content, its name for messages, and its place if it lies on a disk.

    ``folders_as_tags`` says whether folders become tags; ``None`` leaves that to the format.
    """

    content: bytes
    name: str
    path: Path | None = None
    folders_as_tags: bool | None = None

    @classmethod
    def at(cls, path: Path, folders_as_tags: bool | None = None) -> "Source":
        """Return the file at ``path``; raises ImportFileError where it cannot be read, or is a device."""
        try:
            if path.is_char_device() or path.is_block_device():
                raise ImportFileError(f"{path}: this is a device; name a file, or - for standard input")
            return cls(path.read_bytes(), str(path), path, folders_as_tags)
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
            raise ImportFileError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
        except MemoryError as error:
            raise ImportFileError(f"{path}: too large for the memory of this machine; import it in parts") from error


@dataclass(frozen=True, slots=True)
class Writing:
    """What a writer needs to know beside the bookmarks: the library's owner."""

    owner: str


Reader = Callable[[Source], Iterator[Entry]]
Writer = Callable[[Iterable[Bookmark], BinaryIO, Writing], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    ``recognises`` is given a file's first 64 KB and tells whether this looks like it.  ``read`` yields the file's
    entries in its order, and raises ImportFileError (naming file and place) where the file as a whole cannot be read.
    ``write`` writes bookmarks to an open file.  A format that cannot be read, or not be written, has ``None`` there.
    ``suffixes`` are the ends of file names, without the dot, that ask for it in an export.
    """

    name: str  # as typed after --format
    label: str  # as read by people
    recognises: Callable[[bytes], bool]
    read: Reader | None
    write: Writer | None
    suffixes: tuple[str, ...] = ()


def unrecognised(_head: bytes) -> bool:
    """Recognise nothing: of formats that are only written."""
    return False


def formats() -> tuple[Format, ...]:
    """Return all formats, in the order in which a file's content is tried."""
    return tuple(import_module(f"{__package__}.{name}").FORMAT for name in _MODULES)


def readable() -> tuple[Format, ...]:
    """Return the formats that can be read, in the order in which a file's content is tried."""
    return tuple(candidate for candidate in formats() if candidate.read)


def writable() -> tuple[Format, ...]:
    """Return the formats that can be written."""
    return tuple(candidate for candidate in formats() if candidate.write)


def by_name(name: str) -> Format:
    """Return the format called ``name``; raises ImportFileError, naming those there are."""
    for candidate in formats():
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in formats())
    raise ImportFileError(f"there is no format {name!r}; those known are {known}")


def by_suffix(suffix: str) -> Format | None:
    """Return the format to write to a file whose name ends in ``suffix`` (lower case, without the dot), if any."""
    return next((candidate for candidate in writable() if suffix in candidate.suffixes), None)


def detect(source: Source) -> Format:
    """Return the format of ``source``, from its content alone; raises ImportFileError when none fits."""
    head = source.content[:65_536]
    for candidate in readable():
        if candidate.recognises(head):
            return candidate
    if not source.content.strip():
        raise ImportFileError(f"{source.name}: it is empty; export it again")
    raise ImportFileError(
        f"{source.name}: not a bookmark file that tagtui knows; if it is one, name its format with --format "
        "(tagtui formats lists them)"
    )


def read(source: Source, chosen: Format | None = None) -> Iterator[Entry]:
    """Return the entries of ``source``, of the ``chosen`` format or of the one that its content shows.

    Raises ImportFileError where no format fits, and where the chosen one cannot be read.
    """
    found = chosen or detect(source)
    if found.read is None:
        raise ImportFileError(f"{source.name}: {found.label} can be written only; leave --format out, or name another")
    return found.read(source)
