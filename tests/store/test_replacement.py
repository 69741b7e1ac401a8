"""A file is replaced whole or not at all, whatever fails."""

import errno
import json
import os
import resource
import signal
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from tinydb import TinyDB

from tagtui.errors import LibraryFileError
from tagtui.store.rendering import render
from tagtui.store.replacement import replace_file
from tagtui.store.storage import LibraryStorage
from tests.store.sample import LIBRARY, document, is_alone

NOBODY = 65534


def put(content: bytes) -> Callable[[BinaryIO], object]:
    return lambda file: file.write(content)


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "synced").mkdir()
    target, link, farther = tmp_path / "synced" / "real.json", tmp_path / "link", tmp_path / "farther"
    target.write_text("old")
    link.symlink_to("synced/real.json")
    farther.symlink_to(link)
    replace_file(farther, put(b"new"))
    assert farther.is_symlink()
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert is_alone(target)


def test_a_dangling_symbolic_link_gets_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "new" / "real.json")
    replace_file(link, put(b"new"))
    assert (tmp_path / "new" / "real.json").read_text() == "new"
    assert link.is_symlink()


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o660, 0o400 | 0o200])
def test_the_mode_is_kept(library: Path, mode: int) -> None:
    library.chmod(mode)
    replace_file(library, put(b"new"))
    assert stat.S_IMODE(library.stat().st_mode) == mode


def test_the_owner_is_kept_when_root_writes(library: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(library, NOBODY, NOBODY)
    replace_file(library, put(b"new"))
    assert (library.stat().st_uid, library.stat().st_gid) == (NOBODY, NOBODY)


def test_a_new_file_is_for_its_owner_alone_and_its_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "bookmarks.json"
    before = os.umask(0)
    try:
        replace_file(path, put(b"new"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert is_alone(path)


def test_the_file_and_its_folder_are_synced_around_the_rename(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        steps.append("folder synced" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file synced")
        sync(descriptor)

    def renamed(self: Path, target: Path) -> Path:
        steps.append("renamed")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    replace_file(library, put(b"new"))
    assert steps == ["file synced", "renamed", "folder synced"]


# --- failures


def failing(error: int) -> Callable[..., None]:
    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(error, os.strerror(error))

    return fail


@pytest.mark.parametrize(
    ("owner", "name", "error"),
    [
        (tempfile, "mkstemp", errno.EACCES),
        (tempfile, "mkstemp", errno.EROFS),
        (os, "fsync", errno.ENOSPC),
        (os, "fsync", errno.EIO),
        (os, "fchmod", errno.EIO),
        (Path, "replace", errno.EACCES),
        (Path, "replace", errno.EIO),
        (os, "access", errno.EIO),
    ],
)
def test_a_failing_step_leaves_the_old_file_and_no_litter(
    library: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, error: int
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(owner, name, failing(error))
        with pytest.raises(LibraryFileError) as raised:
            replace_file(library, put(b"new"))
    assert str(raised.value) == f"{library}: not saved, the file is as it was: {os.strerror(error)}"
    assert library.read_text("utf-8") == LIBRARY
    assert is_alone(library)


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let no file grow beyond 64 KB, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_files")
def test_a_write_that_stops_half_way_leaves_the_old_file_and_no_litter(library: Path) -> None:
    with (
        TinyDB(library, storage=LibraryStorage) as db,
        pytest.raises(LibraryFileError, match="not saved, the file is as it was: File too large"),
    ):
        db.table("bookmarks").insert_multiple([document(annotation="x" * 2000)] * 2000)
    assert library.read_text("utf-8") == LIBRARY
    assert is_alone(library)


def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0 or os.system(f"mount -t tmpfs -o size=64k tagtui-test {disk} 2>/dev/null"):  # noqa: S605
        pytest.skip("needs a file system of its own")
    try:
        path = disk / "bookmarks.json"
        path.write_text(LIBRARY, "utf-8")
        with pytest.raises(LibraryFileError, match="No space left on device"):
            replace_file(path, put(b"x" * 100_000))
        assert path.read_text("utf-8") == LIBRARY
        assert is_alone(path)
    finally:
        os.system(f"umount {disk}")  # noqa: S605


def test_an_interrupted_write_leaves_the_old_file_and_no_litter(library: Path) -> None:
    def interrupted(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(library, interrupted)
    assert library.read_text("utf-8") == LIBRARY
    assert is_alone(library)


def test_a_folder_that_cannot_be_synced_is_told_though_the_file_is_saved(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def synced(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    with pytest.raises(LibraryFileError, match="saved, but a power loss may undo it: Input/output error"):
        replace_file(library, put(b"new"))
    assert library.read_bytes() == b"new"


def as_nobody(action: Callable[[], object]) -> str:
    """Run ``action`` in a process without root's powers and return the LibraryFileError that it raised."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            action()
        except LibraryFileError as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        text = said.read().decode()
    os.waitpid(child, 0)
    return text


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody can enter."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o777)
        yield path
        path.chmod(0o777)


def test_a_read_only_folder_is_refused(shared: Path) -> None:
    path = shared / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    path.chmod(0o666)
    shared.chmod(0o555)
    assert as_nobody(lambda: replace_file(path, put(b"new"))) == (
        f"{path}: not saved, the file is as it was: Permission denied"
    )
    assert path.read_text("utf-8") == LIBRARY
    assert is_alone(path)


def test_a_read_only_file_is_refused_though_its_folder_would_allow_the_rename(shared: Path) -> None:
    path = shared / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    path.chmod(0o444)
    assert as_nobody(lambda: replace_file(path, put(b"new"))) == (
        f"{path}: not saved, the file is as it was: it is read-only"
    )
    assert path.read_text("utf-8") == LIBRARY
    assert is_alone(path)


def test_a_device_or_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    pipe, null = tmp_path / "pipe", tmp_path / "null"
    os.mkfifo(pipe)
    null.symlink_to(os.devnull)
    for path in (pipe, null, tmp_path):
        with pytest.raises(LibraryFileError, match="not a regular file"):
            replace_file(path, put(b"new"))
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_old_litter_of_ours_is_removed_and_nothing_else(library: Path) -> None:
    folder = library.parent
    litter, fresh, theirs, other = (
        folder / name
        for name in (
            ".bookmarks.json.a1b2c3d4.tmp",
            ".bookmarks.json.e5f6a7b8.tmp",
            ".bookmarks.json.mine.tmp",
            ".other.json.a1b2c3d4.tmp",
        )
    )
    for path in (litter, fresh, theirs, other):
        path.touch()
    long_ago = time.time() - 4000
    for path in (litter, theirs, other):
        os.utime(path, (long_ago, long_ago))
    replace_file(library, put(b"new"))
    assert set(folder.iterdir()) == {library, fresh, theirs, other}


def test_a_process_killed_at_any_moment_leaves_a_whole_file(library: Path) -> None:
    """Each generation of the file is its number 20,000 times, so that a mixture of two is seen."""
    seen = set()
    for attempt in range(12):
        child = os.fork()
        if child == 0:
            try:
                for generation in range(attempt * 1000, (attempt + 1) * 1000):
                    row = {"url": "http://a.org/", "numbers": [generation] * 20_000}
                    replace_file(library, lambda file, row=row: file.writelines(render({"bookmarks": {"1": row}})))
            finally:
                os._exit(0)
        time.sleep(0.02 + attempt * 0.0037)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        numbers = json.loads(library.read_bytes())["bookmarks"]["1"].get("numbers", [0] * 20_000)
        assert len(numbers) == 20_000
        assert len(set(numbers)) == 1
        seen.add(numbers[0])
    assert len(seen) > 2  # they did write
    replace_file(library, put(b"{}"))
    assert library.read_bytes() == b"{}"
