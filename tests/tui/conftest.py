"""What the tests of the screen stand on: a small library, and a host with nothing of the person's own."""

from pathlib import Path

import pytest

from tagtui.store import ledger
from tests.tui.driver import SHELF, library


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give other programs less time to finish what they write: none of them is slow here."""
    monkeypatch.setattr(ledger, "_PATIENCE", 0.1)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The library of eight bookmarks."""
    return library(tmp_path, *SHELF)


@pytest.fixture
def bare_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that takes what it is sent, and no desktop around it."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER"):
        monkeypatch.delenv(name, raising=False)


class Browser:
    """A program that writes the address it is given to a file."""

    def __init__(self, folder: Path) -> None:
        self.program, self._file = folder / "browser", folder / "opened"
        self.program.write_text(f'#!/bin/sh\nprintf %s "$1" > "{self._file}"\n')
        self.program.chmod(0o755)

    def opened(self) -> str:
        """What was opened since this was last asked, ``""`` for nothing."""
        if not self._file.exists():
            return ""
        address = self._file.read_text()
        self._file.unlink()
        return address


@pytest.fixture
def browser(tmp_path: Path, bare_host: None, monkeypatch: pytest.MonkeyPatch) -> Browser:  # noqa: ARG001
    """The browser of the bare host."""
    browser = Browser(tmp_path)
    monkeypatch.setenv("BROWSER", str(browser.program))
    return browser


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a state folder with nothing of the person's own in them."""
    home = tmp_path / "home"
    home.mkdir()
    for name, below in (
        ("HOME", ""),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", ".config"),
        ("TAGTUI_STATE", "state"),
    ):
        monkeypatch.setenv(name, str(home / below))
    monkeypatch.delenv("TAGTUI_FILE", raising=False)
    return home
