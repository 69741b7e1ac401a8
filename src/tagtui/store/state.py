"""The folder of a library's companions: lock, journals and backups.

It lies in the user's state folder and never beside the library, which may be synced or in a repository.  Its name is
made from the library's real path, so that every process finds the same one.
"""

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tagtui.errors import LibraryFileError
from tagtui.store.replacement import replace_file

STATE = "TAGTUI_STATE"  # the environment variable
_PATH = "path"  # the file that names the library, for people, and for finding what a moved one left behind
_JOURNAL = re.compile(r"([0-9a-f]{64})\.journal")


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The companions of the library at ``library``, a real path."""

    library: Path
    folder: Path

    @classmethod
    def of(cls, path: Path, root: Path | None = None) -> "StateFolder":
        """Return the folder for the library at ``path``, which may be a symbolic link; nothing is created."""
        library = Path(os.path.realpath(path))
        name = hashlib.sha256(os.fsencode(library)).hexdigest()[:16]
        return cls(library, (root or state_root()) / name)

    @property
    def lock(self) -> Path:
        """The lock file."""
        return self.folder / "lock"

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.folder / "backups"

    @property
    def history(self) -> Path:
        """The file of what was done and folded."""
        return self.folder / "history"

    def journal(self, digest: str) -> Path:
        """Return the place of the journal of the snapshot with this digest."""
        return self.folder / f"{digest}.journal"

    def journals(self) -> list[Path]:
        """Return the journals of all snapshots, in no order that means anything; raises LibraryFileError.

        A folder that cannot be listed is no folder without journals: changes may wait in there.
        """
        try:
            return sorted(path for path in self.folder.iterdir() if _JOURNAL.fullmatch(path.name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise LibraryFileError(
                f"{self.library}: {self.folder}, which may hold changes to it, cannot be read: {error.strerror}; mend "
                f"that or set TAGTUI_STATE"
            ) from error

    def create(self) -> None:
        """Make sure that the folder is there, durably, for the person alone; raises LibraryFileError.

        The file in it that names the library is made last, and tells that nothing of this has to be done again.
        """
        named = self.folder / _PATH
        try:
            if not named.exists():
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folders(self.folder.parent)
                replace_file(named, lambda file: file.write(os.fsencode(self.library) + b"\n"))
        except (OSError, LibraryFileError) as error:
            reason = getattr(error, "strerror", None) or error
            raise LibraryFileError(
                f"{self.library}: not saved, the file is as it was: {reason}: {self.folder} cannot be made; mend that "
                f"or set TAGTUI_STATE"
            ) from error


def state_root() -> Path:
    """Return the folder that holds the state folders of all libraries: TAGTUI_STATE, else the user's."""
    named = os.environ.get(STATE)
    if named:
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("tagtui") / "libraries"


def all_state_folders(root: Path | None = None) -> list[StateFolder]:
    """Return the state folders of every library that this person has changed."""
    found = []
    with suppress(OSError):
        for folder in sorted((root or state_root()).iterdir()):
            with suppress(OSError):
                library = Path(os.fsdecode((folder / _PATH).read_bytes().removesuffix(b"\n")))
                found.append(StateFolder(library, folder))
    return found


def sync_folders(folder: Path) -> None:
    """Make durable that ``folder`` and those around it are there, whoever made them; raises OSError."""
    with suppress(PermissionError):  # who may not list a folder has not made one in it
        for around in (folder, *folder.parents):
            sync_folder(around)


def sync_folder(folder: Path) -> None:
    """Make durable which names are in ``folder``; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
