"""The copies that sync tools leave beside a file that two devices have changed: Syncthing, Dropbox, Nextcloud."""

import re
from contextlib import suppress
from pathlib import Path


def conflict_copies(path: Path) -> list[Path]:
    """Return the conflict copies of the library at ``path``, sorted by name.

    Syncthing names them ``NAME.sync-conflict-DATE-TIME-DEVICE.EXT``, Dropbox and Nextcloud ``NAME (… conflicted copy
    …).EXT``.
    """
    stem, suffix = re.escape(path.stem), re.escape(path.suffix)
    ours = re.compile(rf"{stem}(?:\.sync-conflict-.*| ?\(.*conflicted copy.*\)){suffix}")
    with suppress(OSError):
        return sorted(found for found in path.parent.iterdir() if ours.fullmatch(found.name))
    return []
