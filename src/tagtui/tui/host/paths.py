"""Paths as people type them."""

import os
from pathlib import Path

_MOST = 1_000  # entries of a folder that are offered


def typed_path(text: str) -> Path:
    """Return the path that ``text`` means: ``~`` is the home folder, blanks and quotes around it are not part of it.

    What a terminal makes of a file that is dropped on it is a path in quotes, or one with a backslash before blanks.
    """
    text = text if os.path.lexists(text) else text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    elif "\\ " in text and not os.path.lexists(os.path.expanduser(text)):  # noqa: PTH111  -- as below
        text = text.replace("\\ ", " ")
    return Path(os.path.expanduser(text))  # noqa: PTH111  -- Path.expanduser fails for an unknown ~user


def completions(text: str) -> list[str]:
    """Return what ``text``, the beginning of a path, may become: folders, which end in a slash, before files.

    Hidden ones are left out until a dot asks for them, and case does not matter.  A folder that cannot be read has
    nothing to offer.
    """
    head, name = os.path.split(text.lstrip())
    begin = name.lower()
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(os.path.expanduser(head) or ".") as entries:  # noqa: PTH111  -- the text stays as it was typed
            for entry in entries:
                if entry.name.lower().startswith(begin) and (begin or not entry.name.startswith(".")):
                    path = os.path.join(head, entry.name)  # noqa: PTH118  -- Path would drop a leading ./
                    if _is_folder(entry):
                        folders.append(f"{path}/")
                    else:
                        files.append(path)
                if len(folders) + len(files) >= _MOST:
                    break
    except (OSError, ValueError):
        return []
    return [*sorted(folders, key=str.lower), *sorted(files, key=str.lower)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False
