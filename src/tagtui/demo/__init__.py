"""The sample library: a copy for each visit, and nothing that a visitor does is kept."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

OWNER = "ada"


@contextmanager
def demo_library() -> Iterator[Path]:
    """Give the path of a fresh copy of the sample library, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="tagtui-demo-") as folder:
        copy = Path(folder) / "bookmarks.json"
        with as_file(files(__package__) / "bookmarks.json") as original:
            shutil.copyfile(original, copy)
        copy.chmod(0o600)
        with _environment("TAGTUI_STATE", str(Path(folder) / "state")):  # its journal and backups go with it
            yield copy


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
