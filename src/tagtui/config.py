"""Where tagtui's files are, and what its settings say."""

import getpass
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tagtui.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``settings.toml`` may say; absent keys have the defaults given here."""

    file: str = ""  # the library, where neither --file nor TAGTUI_FILE names one
    owner: str = ""
    theme: str = ""
    density: str = "card"
    keys: dict[str, str] = field(default_factory=dict)  # action: key, several by commas, or "": none


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
    _check(path, found)
    return Settings(**found)


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _check(path: Path, found: dict[str, Any]) -> None:
    known = {name: type(getattr(Settings(), name)) for name in Settings.__slots__}
    for name, value in found.items():
        if name not in known:
            raise SettingsError(f'{path}: there is no setting "{name}"; those known are {", ".join(known)}')
        if not isinstance(value, known[name]):
            raise SettingsError(f'{path}: "{name}" is to be a {"table" if known[name] is dict else "text"}')
    if "\0" in found.get("file", ""):
        raise SettingsError(f'{path}: "file" has a character that no path can have')
    if found.get("density", "card") not in ("line", "card", "page"):
        raise SettingsError(f'{path}: "density" is to be line, card or page')
    for action, keys in found.get("keys", {}).items():
        if not isinstance(keys, str):
            raise SettingsError(f'{path}: the key of "{action}" is to be a text, as in {action} = "x"')


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
