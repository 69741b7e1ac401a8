"""The libraries that were opened lately: a convenience, which nothing depends on.

It is a small JSON file beside the state folders of the libraries.  One that is damaged counts as empty, and where it
cannot be written nothing is remembered.
"""

import json
import os
from contextlib import suppress
from pathlib import Path

from tagtui.errors import LibraryFileError
from tagtui.store.replacement import replace_file
from tagtui.store.state import state_root

_MOST = 20
_TOO_LARGE = 1 << 20  # bytes, far above 20 paths


def recent_libraries() -> tuple[Path, ...]:
    """Return the real paths of the libraries opened lately, the last one first, whether they are still there or not."""
    with suppress(OSError, ValueError, RecursionError):
        file = _place()
        if file.is_file() and file.stat().st_size <= _TOO_LARGE:
            found = json.loads(file.read_bytes())
            paths = map(Path, filter(_is_path, found if isinstance(found, list) else ()))
            return tuple(dict.fromkeys(paths))[:_MOST]
    return ()


def remember(path: Path) -> None:
    """Put the library at ``path`` first; of two processes that do so at once, one may be forgotten.

    A temporary library, such as the demo's, is not to be remembered: the caller knows which one is.
    """
    with suppress(OSError, ValueError, LibraryFileError):
        real, before = Path(os.path.realpath(path)), recent_libraries()
        after = tuple(dict.fromkeys((real, *before)))[:_MOST]
        if after != before:
            text = json.dumps([str(each) for each in after], indent=0)  # in ASCII, which any path can be written in
            replace_file(_place(), lambda file: file.write(text.encode()))


def _place() -> Path:
    return state_root() / "recent.json"


def _is_path(value: object) -> bool:
    return isinstance(value, str) and Path(value).is_absolute() and "\0" not in value
