"""The stores of the browsers on this machine, found where Linux and macOS have them."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagtui.formats.browsers import BrowserProfile, found_profiles
from tests.formats.samples import quick

LINUX, MACOS = "linux", "darwin"
SUPPORT = "Library/Application Support"


def put(path: Path, content: str | bytes = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def found(home: Path, platform: str = LINUX, **env: str) -> list[tuple[str, str, str]]:
    """Return browser, profile and place below ``home`` of each store."""
    profiles = found_profiles(home, env, platform)
    return [(it.browser, it.profile, it.path.relative_to(home).as_posix()) for it in profiles]


def test_nothing_is_found_where_there_is_no_browser(tmp_path: Path) -> None:
    assert found(tmp_path) == found(tmp_path, MACOS) == found(tmp_path / "none") == []


def test_firefoxes_profiles_have_the_names_and_the_order_of_their_list(tmp_path: Path) -> None:
    root = tmp_path / ".mozilla/firefox"
    elsewhere = put(tmp_path / "elsewhere/places.sqlite")
    put(
        root / "profiles.ini",
        f"""
[Install4F96D1932A9F858E]
Default=ab12cd34.default-release
Locked=1

[Profile1]
Name=Work: 100%
IsRelative=1
Path=ef56.work

[Profile0]
Name=default-release
IsRelative=1
Path=ab12cd34.default-release
Default=1

[Profile2]
Name=Elsewhere
IsRelative=0
Path={elsewhere.parent}

[Profile3]
Name=Never used
IsRelative=1
Path=gh78.none

[General]
StartWithLastProfile=1
Version=2
""",
    )
    for name in ("ab12cd34.default-release", "ef56.work", "ij90.Original profile"):
        put(root / name / "places.sqlite")
    put(root / "Crash Reports/events/x")
    assert found(tmp_path) == [
        ("Firefox", "Work: 100%", ".mozilla/firefox/ef56.work/places.sqlite"),
        ("Firefox", "default-release", ".mozilla/firefox/ab12cd34.default-release/places.sqlite"),
        ("Firefox", "Elsewhere", "elsewhere/places.sqlite"),
        ("Firefox", "Original profile", ".mozilla/firefox/ij90.Original profile/places.sqlite"),
    ]


@pytest.mark.parametrize(
    ("browser", "root"),
    [
        ("Firefox", ".config/mozilla/firefox"),
        ("Firefox", "snap/firefox/common/.mozilla/firefox"),
        ("Firefox", ".var/app/org.mozilla.firefox/.mozilla/firefox"),
        ("LibreWolf", ".librewolf"),
        ("LibreWolf", ".config/librewolf/librewolf"),
        ("LibreWolf", ".var/app/io.gitlab.librewolf-community/.librewolf"),
        ("Waterfox", ".waterfox"),
        ("Waterfox", ".var/app/net.waterfox.waterfox/.waterfox"),
        ("Zen", ".zen"),
        ("Zen", ".var/app/app.zen_browser.zen/.zen"),
    ],
)
def test_firefox_and_its_kin_are_found_on_linux(tmp_path: Path, browser: str, root: str) -> None:
    put(tmp_path / root / "profiles.ini", "[Profile0]\nName=mine\nIsRelative=1\nPath=ab.default\n")
    put(tmp_path / root / "ab.default/places.sqlite")
    assert found(tmp_path) == [(browser, "mine", f"{root}/ab.default/places.sqlite")]


@pytest.mark.parametrize(
    ("browser", "root"),
    [
        ("Chrome", ".config/google-chrome"),
        ("Chrome Beta", ".config/google-chrome-beta"),
        ("Chrome", ".var/app/com.google.Chrome/config/google-chrome"),
        ("Chromium", ".config/chromium"),
        ("Chromium", "snap/chromium/common/chromium"),
        ("Brave", ".config/BraveSoftware/Brave-Browser"),
        ("Brave", "snap/brave/current/.config/BraveSoftware/Brave-Browser"),
        ("Edge", ".config/microsoft-edge"),
        ("Vivaldi", ".config/vivaldi"),
        ("Opera", ".config/opera"),
        ("Opera", ".var/app/com.opera.Opera/config/opera"),
    ],
)
def test_chrome_and_its_kin_are_found_on_linux(tmp_path: Path, browser: str, root: str) -> None:
    put(tmp_path / root / "Default/Bookmarks")
    put(tmp_path / root / "Local State", json.dumps({"profile": {"info_cache": {"Default": {"name": "Mine"}}}}))
    assert found(tmp_path) == [(browser, "Mine", f"{root}/Default/Bookmarks")]


def test_all_are_found_on_macos_firefox_first(tmp_path: Path) -> None:
    for root in ("Vivaldi", "Google/Chrome", "BraveSoftware/Brave-Browser", "Microsoft Edge"):
        put(tmp_path / SUPPORT / root / "Default/Bookmarks")
    put(tmp_path / SUPPORT / "com.operasoftware.Opera/Bookmarks")
    put(tmp_path / SUPPORT / "Firefox/Profiles/ab.default/places.sqlite")
    put(tmp_path / SUPPORT / "Firefox/profiles.ini", "[Profile0]\nName=d\nIsRelative=1\nPath=Profiles/ab.default\n")
    put(tmp_path / SUPPORT / "zen/Profiles/cd.Default (release)/places.sqlite")
    assert [(browser, profile) for browser, profile, _ in found(tmp_path, MACOS)] == [
        ("Firefox", "d"),
        ("Zen", "Default (release)"),
        ("Chrome", "Default"),
        ("Brave", "Default"),
        ("Edge", "Default"),
        ("Vivaldi", "Default"),
        ("Opera", "com.operasoftware.Opera"),
    ]
    assert found(tmp_path) == []


def test_chromes_profiles_have_the_names_that_the_person_gave_them(tmp_path: Path) -> None:
    root = tmp_path / ".config/google-chrome"
    names = {"Default": {"name": "Ann\x1b[31m\nB."}, "Profile 1": {"name": " "}, "Profile 2": {}, "Gone": {"name": "x"}}
    put(root / "Local State", json.dumps({"browser": {}, "profile": {"info_cache": names, "last_used": "Default"}}))
    for name in ("Default/Bookmarks", "Default/AccountBookmarks", "Profile 1/AccountBookmarks", "Profile 2/Bookmarks"):
        put(root / name)
    put(root / "Default/Bookmarks.bak")
    put(root / "Profile 3/Preferences")
    put(root / "Snapshots/128.0/Default/Bookmarks")
    assert [(profile, path.removeprefix(".config/google-chrome/")) for _, profile, path in found(tmp_path)] == [
        ("Ann[31m B.", "Default/Bookmarks"),
        ("Ann[31m B., account", "Default/AccountBookmarks"),
        ("Profile 1, account", "Profile 1/AccountBookmarks"),
        ("Profile 2", "Profile 2/Bookmarks"),
    ]


@pytest.mark.parametrize("config", ["", "relative", None])
def test_the_folder_of_settings_is_that_of_the_environment_if_it_is_one(tmp_path: Path, config: str | None) -> None:
    put(tmp_path / ".config/chromium/Default/Bookmarks")
    put(tmp_path / "elsewhere/chromium/Default/Bookmarks")
    env = {"XDG_CONFIG_HOME": str(tmp_path / "elsewhere") if config is None else config}
    place = ".config" if config is not None else "elsewhere"
    assert found(tmp_path, **env) == [("Chromium", "Default", f"{place}/chromium/Default/Bookmarks")]


def test_a_store_that_two_ways_lead_to_is_found_once(tmp_path: Path) -> None:
    put(tmp_path / ".config/mozilla/firefox/ab.default/places.sqlite")
    (tmp_path / ".mozilla").symlink_to(tmp_path / ".config/mozilla")
    assert found(tmp_path) == [("Firefox", "default", ".mozilla/firefox/ab.default/places.sqlite")]


def test_what_is_no_file_or_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    chrome, firefox = tmp_path / ".config/google-chrome", tmp_path / ".mozilla/firefox"
    for folder in (chrome / "Default", chrome / "Folder/Bookmarks", firefox / "a.fifo"):
        folder.mkdir(parents=True)
    for fifo in (chrome / "Default/Bookmarks", chrome / "Local State", firefox / "profiles.ini"):
        os.mkfifo(fifo)  # who opens it waits for ever
    os.mkfifo(firefox / "a.fifo/places.sqlite")
    (firefox / "b.loop").symlink_to(firefox / "b.loop")
    put(tmp_path / ".config/chromium", "a file where a folder should be")
    put(tmp_path / ".librewolf/locked/places.sqlite")
    (tmp_path / ".librewolf").chmod(0)
    put(tmp_path / ".config/vivaldi/Default/Bookmarks")
    try:
        others = [it for it in found_profiles(tmp_path, {}, LINUX) if it.browser != "LibreWolf"]  # root may read it
    finally:
        (tmp_path / ".librewolf").chmod(0o755)
    assert others == [BrowserProfile("Vivaldi", "Default", tmp_path / ".config/vivaldi/Default/Bookmarks")]


@pytest.mark.parametrize(
    "state",
    ["", "{", "[]", "[" * 5_000, '{"profile": 5}', '{"profile": {"info_cache": {"Default": {"name": 5}}}}', b"\xff\0"],
    ids=lambda state: str(state)[:12],
)
def test_without_readable_names_the_folders_name_a_profile(tmp_path: Path, state: str | bytes) -> None:
    put(tmp_path / ".config/chromium/Default/Bookmarks")
    put(tmp_path / ".config/chromium/Local State", state)
    assert found(tmp_path) == [("Chromium", "Default", ".config/chromium/Default/Bookmarks")]


_LINES = st.sampled_from(
    ["[Profile0]", "[Profile0", "[]", "[DEFAULT]", "Name=x", "Path=ab.default", "Path=\0", "Path=..", "Path=", "Path",
     "IsRelative=0", "Path=/", "=", "%(x)s=%(x)s", "\ufeff", "  more", "\x1b[31m", "Path=" + "x" * 5000],
) | st.text(max_size=10)  # fmt: skip


@settings(quick, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LINES, max_size=8).map("\n".join))
def test_whatever_the_list_of_profiles_holds_those_beside_it_are_found(tmp_path: Path, ini: str) -> None:
    put(tmp_path / ".mozilla/firefox/ab.default/places.sqlite")
    put(tmp_path / ".mozilla/firefox/profiles.ini", ini.encode("utf-8", "ignore"))
    assert [it.path.name for it in found_profiles(tmp_path, {}, LINUX)] == ["places.sqlite"]
