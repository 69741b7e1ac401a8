"""What the tests of the store share."""

from pathlib import Path

import pytest

from tagtui.store import ledger
from tests.store.sample import LIBRARY


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give other programs less time to finish what they write: none is at work."""
    monkeypatch.setattr(ledger, "_PATIENCE", 0.05)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The documented library, alone in its folder."""
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    return path
