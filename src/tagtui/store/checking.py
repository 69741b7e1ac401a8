"""Look a library over, with all that belongs to it, and change nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tagtui.core.text import counted
from tagtui.errors import LibraryFileError
from tagtui.store.duplicates import refuse_duplicate_keys
from tagtui.store.journal import Journal, Transaction, net, read_journal, salvage
from tagtui.store.reading import parse_library, read_file
from tagtui.store.snapshot import digest_of
from tagtui.store.state import StateFolder, all_state_folders


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should know; ``is_damage`` if something is wrong with it."""

    text: str
    is_damage: bool = True


@dataclass(frozen=True, slots=True)
class Stray:
    """Changes that are in no library: a part of a damaged journal, or the journal of a file that was moved away."""

    path: Path
    transactions: tuple[Transaction, ...]

    @property
    def count(self) -> int:
        """How many documents they touch."""
        return len(net(self.transactions))


def examine(path: Path) -> Iterator[Finding]:
    """Yield what is to be said of the library at ``path`` and its companions."""
    state = StateFolder.of(path)
    try:
        content = read_file(path)
        loaded = parse_library(path, content)
        refuse_duplicate_keys(path, content)
    except LibraryFileError as error:
        yield Finding(str(error))
        return
    yield Finding(f"{path}: {counted(len(loaded.bookmarks), 'bookmark')}", is_damage=False)
    yield from (Finding(f"{path}: {warning}", is_damage=False) for warning in loaded.warnings)
    digest = digest_of(content)
    for journal in _journals(state):
        yield from _examine_journal(journal, is_own=journal.path.stem == digest)
    for stray in strays(path):
        yield Finding(
            f"{stray.path}: {counted(stray.count, 'change')} in no library; tagtui recover brings back what it finds"
        )


def strays(path: Path) -> list[Stray]:
    """Return the changes that may belong to the library at ``path`` and are not in it."""
    state = StateFolder.of(path)
    digest = digest_of(read_file(path))
    found = []
    for folder in all_state_folders():
        if folder.folder == state.folder:
            continue
        moved = read_journal(folder.journal(digest))  # of a file that had this very content, elsewhere
        if moved is not None and moved.transactions and not folder.library.exists():
            found.append(Stray(moved.path, moved.transactions))
    if state.folder.is_dir():
        parts = sorted(state.folder.glob("*.damaged"))
        found += [Stray(part, salvage(part.read_bytes())) for part in parts]
    return found


def _journals(state: StateFolder) -> Iterator[Journal]:
    for path in state.journals():
        found = read_journal(path)
        if found is not None:
            yield found


def _examine_journal(journal: Journal, *, is_own: bool) -> Iterator[Finding]:
    count = len(net(journal.transactions))
    if b"\n" in journal.rest:
        yield Finding(
            f"{journal.path}: damaged at byte {journal.end:,}; "
            f"{counted(len(salvage(journal.rest)), 'whole line')} after that"
        )
    if is_own:
        yield Finding(f"{journal.path}: {counted(count, 'change')} to go into the file", is_damage=False)
    elif journal.transactions:
        yield Finding(
            f"{journal.path}: {counted(count, 'change')} of another content of the file; the next change or tagtui "
            f"check --repair merges them in"
        )
