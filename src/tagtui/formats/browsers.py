"""The stores of bookmarks that the browsers on this machine keep, one for each profile.

Firefox and the browsers made from it list their profiles in ``profiles.ini``:
https://support.mozilla.org/en-US/kb/understanding-depth-profile-installation
Chrome and those made from it have a folder for each, and their names in ``Local State``:
https://chromium.googlesource.com/chromium/src/+/main/docs/user_data_dir.md
A browser from Snap or Flatpak has all that in a folder of the package.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tagtui.core.text import clean_line


@dataclass(frozen=True, slots=True)
class BrowserProfile:
    """A store of bookmarks: the names of the browser and of the profile, to be shown, and the file."""

    browser: str
    profile: str
    path: Path


# Where their folders are: below the person's, or below what a first part with a $ stands for.
_FIREFOXES_ON_LINUX = (
    ("Firefox", ".mozilla/firefox"),
    ("Firefox", "$CONFIG/mozilla/firefox"),  # from Firefox 147 on
    ("Firefox", "snap/firefox/common/.mozilla/firefox"),
    ("Firefox", "$FLATPAK/org.mozilla.firefox/.mozilla/firefox"),
    ("Firefox", "$FLATPAK/org.mozilla.firefox/config/mozilla/firefox"),
    ("LibreWolf", ".librewolf"),
    ("LibreWolf", "$CONFIG/librewolf/librewolf"),
    ("LibreWolf", "$FLATPAK/io.gitlab.librewolf-community/.librewolf"),
    ("LibreWolf", "$FLATPAK/io.gitlab.librewolf-community/config/librewolf/librewolf"),
    ("Waterfox", ".waterfox"),
    ("Waterfox", "$FLATPAK/net.waterfox.waterfox/.waterfox"),
    ("Zen", ".zen"),
    ("Zen", "$CONFIG/zen"),
    ("Zen", "$FLATPAK/app.zen_browser.zen/.zen"),
    ("Zen", "$FLATPAK/app.zen_browser.zen/config/zen"),
)
_CHROMES_ON_LINUX = (
    ("Chrome", "$CONFIG/google-chrome"),
    ("Chrome Beta", "$CONFIG/google-chrome-beta"),
    ("Chrome Dev", "$CONFIG/google-chrome-unstable"),
    ("Chrome", "$FLATPAK/com.google.Chrome/config/google-chrome"),
    ("Chromium", "$CONFIG/chromium"),
    ("Chromium", "snap/chromium/common/chromium"),
    ("Chromium", "$FLATPAK/org.chromium.Chromium/config/chromium"),
    ("Chromium", "$FLATPAK/io.github.ungoogled_software.ungoogled_chromium/config/chromium"),
    ("Brave", "$CONFIG/BraveSoftware/Brave-Browser"),
    ("Brave", "snap/brave/current/.config/BraveSoftware/Brave-Browser"),
    ("Brave", "$FLATPAK/com.brave.Browser/config/BraveSoftware/Brave-Browser"),
    ("Edge", "$CONFIG/microsoft-edge"),
    ("Edge Beta", "$CONFIG/microsoft-edge-beta"),
    ("Edge Dev", "$CONFIG/microsoft-edge-dev"),
    ("Edge", "$FLATPAK/com.microsoft.Edge/config/microsoft-edge"),
    ("Vivaldi", "$CONFIG/vivaldi"),
    ("Vivaldi", "snap/vivaldi/current/.config/vivaldi"),
    ("Vivaldi", "$FLATPAK/com.vivaldi.Vivaldi/config/vivaldi"),
    ("Opera", "$CONFIG/opera"),
    ("Opera", "snap/opera/current/.config/opera"),
    ("Opera", "$FLATPAK/com.opera.Opera/config/opera"),
)
_FIREFOXES_ON_MACOS = (
    ("Firefox", "$SUPPORT/Firefox"),
    ("LibreWolf", "$SUPPORT/librewolf"),
    ("Waterfox", "$SUPPORT/Waterfox"),
    ("Zen", "$SUPPORT/zen"),
)
_CHROMES_ON_MACOS = (
    ("Chrome", "$SUPPORT/Google/Chrome"),
    ("Chrome Beta", "$SUPPORT/Google/Chrome Beta"),
    ("Chrome Canary", "$SUPPORT/Google/Chrome Canary"),
    ("Chromium", "$SUPPORT/Chromium"),
    ("Brave", "$SUPPORT/BraveSoftware/Brave-Browser"),
    ("Edge", "$SUPPORT/Microsoft Edge"),
    ("Vivaldi", "$SUPPORT/Vivaldi"),
    ("Opera", "$SUPPORT/com.operasoftware.Opera"),
    ("Opera GX", "$SUPPORT/com.operasoftware.OperaGX"),
)


def found_profiles(home: Path, env: Mapping[str, str], platform: str) -> tuple[BrowserProfile, ...]:
    """Return the stores of the browsers that a person has used, Firefox first; what cannot be read is left out.

    ``home`` is the person's folder, ``env`` the environment, ``platform`` what ``sys.platform`` says.
    """
    is_macos = platform == "darwin"
    config = Path(env.get("XDG_CONFIG_HOME", ""))
    bases = {
        "$CONFIG": config if config.is_absolute() else home / ".config",
        "$FLATPAK": home / ".var" / "app",
        "$SUPPORT": home / "Library" / "Application Support",
    }
    unique: dict[Path, BrowserProfile] = {}  # a browser's old folder may be a link to its new one
    for places, profiles in (
        (_FIREFOXES_ON_MACOS if is_macos else _FIREFOXES_ON_LINUX, _firefox_profiles),
        (_CHROMES_ON_MACOS if is_macos else _CHROMES_ON_LINUX, _chrome_profiles),
    ):
        for browser, place in places:
            base, _, rest = place.partition("/")
            folder = bases[base] / rest if base in bases else home / place
            for name, path in profiles(folder):
                with suppress(OSError, RuntimeError):  # the latter: links that lead to one another
                    unique.setdefault(path.resolve(), BrowserProfile(browser, clean_line(name), path))
    return tuple(unique.values())


def _firefox_profiles(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield names and stores: of the profiles listed, and of those that stand here without being so.

    Those that a person makes in Firefox's own menu of profiles are in no list that is a text.
    """
    others = ((_after_dot(folder.name), folder) for folder in (*_folders(root), *_folders(root / "Profiles")))
    for name, folder in (*_listed(root), *others):
        if _is_file(store := folder / "places.sqlite"):
            yield name, store


def _after_dot(name: str) -> str:
    """Return ``default-release`` for ``ab12cd34.default-release``."""
    return name.partition(".")[2] or name


def _listed(root: Path) -> Iterator[tuple[str, Path]]:
    from configparser import Error, RawConfigParser

    ini = RawConfigParser(strict=False, delimiters=("=",))
    with suppress(Error):
        ini.read_string(_content(root / "profiles.ini").decode("utf-8", "replace"))
    for name in ini.sections():
        profile = ini[name]
        if path := profile.get("Path"):  # relative ones are so to this folder, and the others replace it
            yield profile.get("Name") or _after_dot(Path(path).name), root / path


def _chrome_profiles(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield names and stores; Opera has had a single profile, in the folder itself."""
    folders = (*_folders(root), root)
    names = _names(root) if any(_stores(folder) for folder in folders) else {}
    for folder in folders:
        name = names.get(folder.name, folder.name)
        for store in _stores(folder):
            yield name if store.name == "Bookmarks" else f"{name}, account", store


def _stores(folder: Path) -> tuple[Path, ...]:
    """Return what is kept on this machine, and what an account keeps."""
    return tuple(filter(_is_file, (folder / "Bookmarks", folder / "AccountBookmarks")))


class _Named(msgspec.Struct):
    name: str = ""


class _Profiles(msgspec.Struct):
    info_cache: dict[str, _Named] = {}


class _LocalState(msgspec.Struct):
    profile: _Profiles = msgspec.field(default_factory=_Profiles)


def _names(root: Path) -> dict[str, str]:
    """Return the names of the profiles, by their folders."""
    try:
        state = msgspec.json.decode(_content(root / "Local State"), type=_LocalState)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return {folder: named.name for folder, named in state.profile.info_cache.items() if named.name.strip()}


def _folders(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _is_file(path: Path) -> bool:
    with suppress(OSError, ValueError):  # the latter: a NUL in the path
        return path.is_file()
    return False


def _content(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes() if _is_file(path) else b""
    return b""
