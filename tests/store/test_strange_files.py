"""Opening, one change and closing, on files that nobody should meet: each is kept or refused, none is spoilt."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tagtui.store.state import StateFolder
from tests.store.sample import LIBRARY, bookmark, change, document, is_alone, write

pytestmark = pytest.mark.usefixtures("impatient")

NEW = "http://strange.org/"


def open_change_close(path: Path) -> None:
    """Add one bookmark to the library at ``path``."""
    session = Session(path, "ana")
    try:
        session.apply(change((session.library.next_id, None, bookmark(NEW))))
    finally:
        session.close()


def refusal(path: Path) -> str:
    """Return the line that refuses the change; the file and its folder are as they were."""
    os.utime(path, (0, 0))  # of a file that was written just now, more may be to come
    before = path.read_bytes(), path.stat().st_ino, sorted(path.parent.iterdir())
    with pytest.raises(LibraryFileError) as raised:
        open_change_close(path)
    line = str(raised.value)
    assert (path.read_bytes(), path.stat().st_ino, sorted(path.parent.iterdir())) == before
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    assert not [*StateFolder.of(path).journals()], "what was refused comes back later"
    return line


def tables(path: Path) -> dict[str, Any]:
    """Return what any JSON reader finds at ``path``."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8-sig"))
    return found


def raw_documents(text: str) -> list[str]:
    """Return the lines of a library file that hold documents, as they are written."""
    return [line.rstrip(",") for line in text.splitlines() if line.startswith('"') and not line.endswith(": {")]


# --- refused

REFUSED: dict[str, tuple[bytes, str]] = {
    "cut off": (LIBRARY.encode()[:-40], "cut off at byte"),
    "a flipped quotation mark": (LIBRARY.replace('"url"', '"url!', 1).encode(), "at byte"),
    "a flipped bit": (LIBRARY.encode().replace("日".encode(), b"\x67\x97\xa5", 1), "not UTF-8 at byte"),
    "an id twice": (
        LIBRARY.replace('"2": {"url"', '"1": {"url"').encode(),
        'the key "1" stands twice, at byte 214 (line 6)',
    ),
    "a table twice": (b'{"bookmarks": {}, "bookmarks": {}}', 'the key "bookmarks" stands twice, at byte 18 (line 1)'),
    "a field twice": (LIBRARY.replace('"title": "K', '"url": "http://b.org/", "title": "K').encode(), '"url" stands'),
    "a field twice, spelt in two ways": (
        LIBRARY.replace('"title": "K', r'"\u0075rl": "http://b.org/", "title": "K').encode(),
        '"url" stands twice, at byte',
    ),
    "a field twice, deep inside extra": (
        LIBRARY.replace('"tags"', '"extra": {"p": [1, {"x": {"b": 1, "b": 2}}]}, "tags"').encode(),
        '"b" stands twice, at byte',
    ),
    "a field twice, deep inside an unknown field": (
        LIBRARY.replace('"tags"', '"rating": [{"b": 1, "b": 2}], "tags"').encode(),
        '"b" stands twice, at byte',
    ),
    "a field twice, and a blank before a colon": (
        LIBRARY.replace('"tags":', '"by": "a", "by": "b", "tags" :').encode(),
        '"by" stands twice, at byte',
    ),
    "a field twice, and a line feed before a colon": (
        LIBRARY.replace('"tags":', '"by": "a", "by": "b", "tags"\n \t:').encode(),
        '"by" stands twice, at byte',
    ),
    "a field twice, and a backslash at the end of a key": (
        LIBRARY.replace('"tags":', r'"by": "a", "by": "b", "c\\": 1, "tags":').encode(),
        '"by" stands twice, at byte',
    ),
    "a field twice, in another table": (
        b'{"bookmarks": {}, "mine": {"1": {"x": 5, "x": 6}}}',
        'the key "x" stands twice, at byte 41 (line 1)',
    ),
    "a field twice, after a byte order mark": (
        b'\xef\xbb\xbf{"bookmarks": {"1": {"x": 5, "x": 6}}}',
        'the key "x" stands twice, at byte 32 (line 1)',
    ),
    "an id that TinyDB would not give": (LIBRARY.replace('"2": {"url"', '"01": {"url"').encode(), 'has the id "01"'),
    "NaN": (LIBRARY.replace('["kafka", "ops"]', "NaN").encode(), "NaN, which is no JSON number, at byte"),
    "half a surrogate pair": (LIBRARY.replace('"Kafka"', r'"\ud83d"').encode(), "half a surrogate pair in the text"),
    "UTF-16": (LIBRARY.encode("utf-16"), "UTF-16 text (byte 0)"),
    "UTF-16 without a mark": (LIBRARY.encode("utf-16-le"), "at byte"),
    "git's conflict markers": (
        LIBRARY.replace('"2": {', '<<<<<<< HEAD\n"2": {').encode() + b"=======\n>>>>>>> theirs\n",
        "not JSON: expecting property name enclosed in double quotes at byte",
    ),
    "a newer schema": (LIBRARY.replace('"schema": 1', '"schema": 2').encode(), "upgrade tagtui to open it"),
    "someone else's tables": (b'{"_default": {"1": {"name": "x"}}}', "a TinyDB file of something else"),
    "a table that is no object": (b'{"bookmarks": {}, "mine": [5]}', "is not an object"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_rewritten_without_loss_is_refused_in_one_line_and_untouched(tmp_path: Path, name: str) -> None:
    content, said = REFUSED[name]
    path = tmp_path / "bookmarks.json"
    path.write_bytes(content)
    line = refusal(path)
    assert said in line
    assert any(way in line for way in ("with --file", "upgrade tagtui")), "it names the way out"


def test_a_key_that_stands_twice_does_not_keep_anybody_from_looking(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    content = REFUSED["a field twice"][0]
    path.write_bytes(content)
    session = Session(path, "ana")
    assert len(session.library) == 2
    with pytest.raises(LibraryFileError, match="stands twice"):
        session.verify()
    session.close()
    assert path.read_bytes() == content
    assert is_alone(path)


def test_a_key_that_stands_twice_far_into_a_large_file_is_found_soon(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    rows = {str(n): document(f"http://a.org/{n}", title=': ":" \\', extra={"x": {}}) for n in range(5000)}
    text = json.dumps({"bookmarks": rows}, indent=0)
    path.write_text(text.removesuffix("\n}\n}\n}") + ',"extra": 5}}}')
    begun = time.monotonic()
    assert f'the key "extra" stands twice, at byte {path.stat().st_size - 13} ' in refusal(path)
    assert time.monotonic() - begun < 5


# --- no regular file


def test_a_folder_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    begun = time.monotonic()
    for path in (tmp_path, pipe, Path("/dev/full"), Path("/dev/null")):
        with pytest.raises(LibraryFileError, match=rf"{path}: this is .*; name a file with --file"):
            open_change_close(path)
    assert time.monotonic() - begun < 2
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("put", [lambda path: path.mkdir(), os.mkfifo, lambda path: path.symlink_to("/dev/full")])
def test_a_file_that_something_else_takes_the_place_of_is_not_written(
    library: Path, put: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagtui.store.ledger._PATIENCE", 0.1)
    session = Session(library, "ana")
    library.unlink()
    put(library)
    with pytest.raises(LibraryFileError, match=r"this is .*; name a file with --file"):
        session.apply(change((3, None, bookmark(NEW))))
    assert list(session.library.bookmarks) == [1, 2]
    assert not library.is_file()
    session.close()


# --- kept

KEPT: dict[str, bytes] = {
    "as tagtui writes it": LIBRARY.encode(),
    "a byte order mark": b"\xef\xbb\xbf" + LIBRARY.encode(),
    "line ends of Windows": LIBRARY.replace("\n", "\r\n").encode(),
    "other tables": LIBRARY.replace("\n}}\n", '\n},\n"mine": {\n"x": [1, 1e999]\n}}\n').encode(),
    "a number that nothing can hold": LIBRARY.replace('"tags"', '"huge": 1e999, "tags"').encode(),
    "many digits": LIBRARY.replace('"tags"', '"pi": 3.141592653589793238462643383279, "n": -0, "tags"').encode(),
    "a document without a URL": LIBRARY.replace('"2": {', '"9": {"title": "none"},\n"2": {').encode(),
    "colons in keys and texts": LIBRARY.replace('"Kafka"', r'": \": \\", "\":": {"\\": ":"}').encode(),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_can_be_rewritten_keeps_every_document_byte_for_byte(tmp_path: Path, name: str) -> None:
    content = KEPT[name]
    path = tmp_path / "bookmarks.json"
    path.write_bytes(content)
    open_change_close(path)
    before, after = (raw_documents(text) for text in (content.decode("utf-8-sig"), path.read_text("utf-8")))
    added = [line for line in after if NEW in line]
    assert len(added) == 1
    assert [line for line in after if line not in added] == before


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"{}", b"{}\n"])
def test_a_file_with_nothing_in_it_becomes_a_library(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_bytes(content)
    path.chmod(0o640)
    open_change_close(path)
    assert tables(path) == {"library": {"1": {"schema": 1, "owner": "ana"}}, "bookmarks": {"1": document(NEW)}}
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_symbolic_link_stays_one_and_both_names_mean_one_library(tmp_path: Path, library: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(library.name)
    here, there = Session(link, "ana"), Session(library, "ana")
    here.apply(change((3, None, bookmark(NEW))))
    there.refresh()
    assert there.library[3].url == NEW
    here.close()
    assert link.is_symlink()
    assert tables(library)["bookmarks"]["3"] == document(NEW)
    there.close()


def test_of_a_hard_link_the_other_name_keeps_what_it_had(tmp_path: Path, library: Path) -> None:
    """A rename cannot carry a second name along; to write through it would give up that the file is always whole."""
    other = tmp_path / "other.json"
    os.link(library, other)
    open_change_close(library)
    assert other.read_text("utf-8") == LIBRARY
    assert tables(library)["bookmarks"]["3"] == document(NEW)


# --- not to be written


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody can enter, with a library in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        write(path / "bookmarks.json", document()).chmod(0o666)
        path.chmod(0o777)
        yield path
        path.chmod(0o777)


ATTEMPT = """
import gzip, os, sys, platformdirs.unix
from pathlib import Path
from tagtui.errors import LibraryFileError
from tests.store.test_strange_files import open_change_close
if os.geteuid() == 0 and sys.argv[2] == "nobody":
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    open_change_close(Path(sys.argv[1]))
except LibraryFileError as error:
    print(error)
"""


def attempt(path: Path, state: Path, who: str, *before: str) -> str:
    """Try the change in a process of its own, as ``nobody`` or as we are, and return what it says."""
    environment = os.environ | {"XDG_STATE_HOME": str(state), "HOME": str(state), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*before, sys.executable, "-c", ATTEMPT, str(path), who], env=environment, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("which", ["bookmarks.json", "."])
def test_a_read_only_file_or_folder_is_refused_at_the_change(shared: Path, which: str) -> None:
    path = shared / "bookmarks.json"
    before = path.read_bytes()
    (shared / which).chmod((shared / which).stat().st_mode & ~0o222)
    with tempfile.TemporaryDirectory() as state:
        Path(state).chmod(0o777)
        line = attempt(path, Path(state), "nobody")
        assert line == (
            f"{path}: not saved, the file is as it was: it is read-only, or its folder is; mend that or name another "
            f"with --file\n"
        )
        assert not [*Path(state).rglob("*.journal")], "what was refused comes back later"
    assert path.read_bytes() == before
    assert is_alone(path)


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="only root can mount")
def test_a_read_only_file_system_is_refused_at_the_change(shared: Path, tmp_path: Path) -> None:
    path = shared / "bookmarks.json"
    before = path.read_bytes()
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    command = ("unshare", "--mount", "sh", "-c", mount, str(shared))
    if subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip("no mounts here")
    line = attempt(path, tmp_path, "root", *command)
    assert line.startswith(f"{path}: not saved, the file is as it was: ")
    assert line.count("\n") == 1
    assert path.read_bytes() == before
    assert not [*tmp_path.rglob("*.journal")]


def test_a_file_that_became_read_only_with_changes_in_its_journal_loses_none_of_them(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(library, "ana")
    session.apply(change((3, None, bookmark(NEW))))
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)
        with pytest.raises(LibraryFileError, match="it is read-only, or its folder is; mend that"):
            session.apply(change((4, None, bookmark("http://more.org/"))))
        with pytest.raises(LibraryFileError, match="it is read-only"):
            session.close()
    assert library.read_text("utf-8") == LIBRARY
    again = Session(library, "ana")
    assert [found.url for found in again.library.bookmarks.values()][2:] == [NEW]
    again.close()
    assert tables(library)["bookmarks"]["3"] == document(NEW)
