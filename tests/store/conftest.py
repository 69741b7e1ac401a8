"""What the tests of the store share."""

from pathlib import Path

import pytest

from tests.store.sample import LIBRARY


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """The documented library, alone in its folder."""
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    return path
