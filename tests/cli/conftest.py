"""The command line as the tests call it: in this process for most, in one of its own for the rest."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tagtui.cli import cli
from tests.cli.kafka import Row, write_export

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with nothing of the person's in it; the library is ``home / "b.json"``, by TAGTUI_FILE.

    No page is asked for its details.
    """
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setattr("tagtui.config._NEW", {"private": False, "unread": False, "fetch": False})
    for name, below in (("HOME", ""), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data")):
        monkeypatch.setenv(name, str(folder / below))
    monkeypatch.setenv("TAGTUI_FILE", str(folder / "b.json"))
    monkeypatch.setattr("tagtui.store.ledger._PATIENCE", 0.05)  # nobody else is at work
    monkeypatch.setenv("LOGNAME", "jm")
    monkeypatch.chdir(tmp_path)
    return folder


@dataclass
class Cli:
    """Runs ``tagtui …`` in this process."""

    library: Path

    def __call__(self, *args: str | Path, given: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(cli, [str(arg) for arg in args], input=given, prog_name="tagtui")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def out(self, *args: str | Path, given: str | bytes | None = None) -> str:
        """Return what is printed, having checked that all went well and nothing else was said."""
        result = self(*args, given=given)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def json(self, *args: str | Path, given: str | bytes | None = None) -> Any:
        """Return what is printed as JSON."""
        return json.loads(self.out(*args, given=given))

    def refused(self, *args: str | Path, status: int = 1) -> str:
        """Return the last line said, having checked that the command failed and printed nothing."""
        result = self(*args)
        assert (result.exit_code, result.stdout) == (status, "")
        lines = result.stderr.splitlines()
        assert len(lines) == 1 or status == 2
        return lines[-1]


@pytest.fixture
def tagtui(home: Path) -> Cli:
    return Cli(home / "b.json")


@pytest.fixture
def rows(tmp_path: Path) -> list[Row]:
    """The entries of ``export.json``, which is in the current folder."""
    return write_export(tmp_path / "export.json", NOW)


@pytest.fixture
def kafka(tagtui: Cli, rows: list[Row]) -> list[Row]:
    """The entries of ``export.json``, which have been imported."""
    assert tagtui.json("import", "export.json", "--json")["added"] == len(rows)
    return rows


def run(
    *args: str | Path, environment: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run ``python -m tagtui …`` for real."""
    command = [sys.executable, "-m", "tagtui", *map(str, args)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 60, **options}
    return subprocess.run(command, env={**os.environ, **(environment or {})}, check=False, **options)
