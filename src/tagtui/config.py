"""Where tagtui's files are, and what its settings say."""

import getpass
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tagtui.errors import SettingsError

_NEW: Mapping[str, bool] = {"private": False, "unread": False, "fetch": True}


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``settings.toml`` may say; absent keys have the defaults given here.

    ``new`` says of a bookmark that is being added whether it is private and unread at first, and whether title and
    description are fetched from the page; it has all three, whichever of them the file names.
    """

    file: str = ""  # the library, where neither --file nor TAGTUI_FILE names one
    owner: str = ""
    theme: str = ""
    density: str = "card"
    keys: dict[str, str] = field(default_factory=dict)  # action: key, several by commas, or "": none
    copy: dict[str, str] = field(default_factory=dict)  # name: template, see tagtui.core.template
    new: dict[str, bool] = field(default_factory=lambda: {**_NEW})


def settings_path() -> Path:
    """Return the place of the settings file."""
    from platformdirs import user_config_path

    return user_config_path("tagtui") / "settings.toml"


def load_settings(path: Path) -> Settings:
    """Return the settings in ``path``, the defaults where it does not exist; raises SettingsError."""
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {_reason(error)}; mend the file or move it away") from error
    if fault := next(_faults(found), None):
        raise SettingsError(f"{path}: {fault}")
    return Settings(**{**found, "new": {**_NEW, **found.get("new", {})}})


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _faults(found: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the settings ``found``.  Only the first one is sure: the others take it to be mended."""
    known = {name: type(getattr(Settings(), name)) for name in Settings.__slots__}
    for name, value in found.items():
        if name not in known:
            yield f'there is no setting "{name}"; those known are {", ".join(known)}'
        elif not isinstance(value, known[name]):
            yield f'"{name}" is to be a {"table" if known[name] is dict else "text"}'
    if "\0" in found.get("file", ""):
        yield '"file" has a character that no path can have'
    if found.get("density", "card") not in ("line", "card", "page"):
        yield '"density" is to be line, card or page'
    for action, keys in found.get("keys", {}).items():
        if not isinstance(keys, str):
            yield f'the key of "{action}" is to be a text, as in {action} = "x"'
    yield from _faults_of_templates(found.get("copy", {}))
    for name, value in found.get("new", {}).items():
        if name not in _NEW:
            yield f'[new]: there is no setting "{name}"; those known are {", ".join(_NEW)}'
        elif not isinstance(value, bool):
            yield f'[new]: "{name}" is to be true or false'


def _faults_of_templates(templates: dict[str, Any]) -> Iterator[str]:
    if not templates:
        return
    from tagtui.core.template import parse_template
    from tagtui.core.text import clean_line

    for name, template in templates.items():
        if not clean_line(name):
            yield "[copy]: a template is to have a name"
        elif not isinstance(template, str):
            yield f'[copy]: "{name}" is to be a text, as in {name} = "{{title}}: {{url}}"'
        else:
            try:
                parse_template(template)
            except ValueError as error:
                yield f'[copy]: "{name}": {error}'


def home_folder() -> Path:
    """Return the person's folder; the current one where there is none, as for a user that the system does not know."""
    found = Path(os.path.expanduser("~"))  # noqa: PTH111  -- Path.home raises for such a user
    return found if found.is_absolute() else Path.cwd()


def library_path(named: str | None, settings: Settings) -> Path:
    """Return the library's path: as named on the command line or in TAGTUI_FILE, else as set, else the default."""
    given = named or os.environ.get("TAGTUI_FILE") or settings.file
    if given:
        return Path(os.path.expanduser(given))  # noqa: PTH111  -- Path.expanduser fails for an unknown ~user
    from platformdirs import user_data_path

    return user_data_path("tagtui") / "bookmarks.json"


def owner_name(named: str | None, settings: Settings) -> str:
    """Return whose library a new file is: as named, else as set, else the login name."""
    if named or settings.owner:
        return named or settings.owner
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, as in some containers, or no users at all
        return "me"
