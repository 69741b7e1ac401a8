"""One open library."""

import gc
import io
import os
import stat
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import BinaryIO

import pytest

from tagtui.clock import utc_now
from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Delta
from tagtui.errors import LibraryFileError
from tagtui.export import write_export
from tagtui.formats.registry import Format, Writing
from tagtui.session import Session
from tagtui.store import reading
from tests.store.sample import LIBRARY, bookmark, change, document, write


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagtui.store.ledger._PATIENCE", 0.05)  # nobody else is at work


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    return path


def test_a_file_that_names_its_owner_keeps_it(path: Path) -> None:
    assert Session(path, "somebody").library.owner == "jm"


def test_a_new_file_is_for_the_owner_named(tmp_path: Path) -> None:
    session = Session(tmp_path / "new.json", "ana")
    assert session.library.owner == "ana"
    assert not session.path.exists()
    session.apply(change((1, None, bookmark())))
    assert Session(session.path, "somebody").library.owner == "ana"


def test_a_change_is_in_the_file_and_in_the_library(path: Path) -> None:
    session = Session(path, "jm")
    delta = session.apply(change((3, None, bookmark("http://new.org/")), (1, session.library[1], None)))
    assert delta == Delta(added=frozenset({3}), changed=frozenset(), removed=frozenset({1}))
    assert dict(session.library.bookmarks) == dict(Session(path, "jm").library.bookmarks)
    assert list(session.library.bookmarks) == [2, 3]


def test_a_change_that_cannot_be_written_is_not_in_the_library(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(path, "jm")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LibraryFileError, match="not saved, the file is as it was: No space left on device"):
        session.apply(change((3, None, bookmark("http://new.org/"))))
    assert list(session.library.bookmarks) == [1, 2]
    assert path.read_text("utf-8") == LIBRARY


def test_a_new_bookmark_whose_id_is_taken_gets_another_in_file_and_library_alike(tmp_path: Path) -> None:
    path = write(tmp_path / "bookmarks.json", document(), {"title": "no url"})
    session = Session(path, "jm")
    delta = session.apply(change((session.library.next_id, None, bookmark("http://new.org/"))))
    assert delta.added == {3}
    assert dict(session.library.bookmarks) == dict(Session(path, "jm").library.bookmarks)


def test_refreshing_shows_what_others_wrote(path: Path) -> None:
    session = Session(path, "jm")
    write(path, document("http://theirs.org/"), {})
    news = session.refresh()
    assert news.is_anew
    assert news.delta == Delta(added=frozenset(), changed=frozenset({1}), removed=frozenset({2}))
    assert [found.url for found in session.library.bookmarks.values()] == ["http://theirs.org/"]
    assert session.warnings == ("1 documents without a URL stay in the file and are not shown",)


def test_refreshing_from_a_spoilt_file_keeps_the_library(path: Path) -> None:
    session = Session(path, "jm")
    path.write_text("oops")
    with pytest.raises(LibraryFileError):
        session.refresh()
    assert list(session.library.bookmarks) == [1, 2]


@pytest.mark.parametrize("enabled", [True, False])
def test_loading_leaves_the_collector_as_it_was(path: Path, enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        Session(path, "jm")
        assert gc.isenabled() is enabled
        path.write_text("oops")
        with pytest.raises(LibraryFileError):
            Session(path, "jm")
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_the_clock_gives_whole_seconds_in_utc() -> None:
    assert utc_now().microsecond == 0
    assert utc_now().tzinfo is UTC


def test_what_is_known_to_be_tidy_is_not_tidied_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = Session(path, "jm")
    session.apply(change((3, None, bookmark("http://new.org/"))))
    session.close()

    def refuse(*_arguments: object) -> None:
        raise AssertionError("tidied again")

    with monkeypatch.context() as patched:
        patched.setattr(reading, "tidy_all", refuse)
        assert dict(Session(path, "jm").library.bookmarks) == dict(session.library.bookmarks)
    write(path, document(title="un\u0007tidy "), {"no": "url"})
    untidy = Session(path, "jm")
    untidy.apply(change((3, None, bookmark("http://new.org/"))))
    untidy.close()
    again = Session(path, "jm")
    assert [found.title for found in again.library.bookmarks.values()] == ["untidy", ""]
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    other = Session(tmp_path / "other.json", "jm")
    other.merge(copy, copy.read_bytes())
    other.close()
    assert [found.title for found in Session(other.path, "jm").library.bookmarks.values()] == ["untidy", ""]


# --- export


def write_urls(bookmarks: Iterable[Bookmark], out: BinaryIO, writing: Writing) -> None:
    out.write(writing.owner.encode() + b"\n")
    out.writelines(saved.url.encode() + b"\n" for saved in bookmarks)


URLS = Format("urls", "URLs", lambda _head: False, lambda _source: iter(()), write_urls)
EXPORTED = "jm\nhttp://kafka.org/\nhttp://日本.jp/\n"


def export(session: Session, target: Path) -> None:
    write_export(session.path, session.library.owner, target, URLS, session.library.bookmarks.values())


def test_an_export_is_a_file_for_its_owner_alone(path: Path) -> None:
    target = path.parent / "new" / "out.txt"
    export(Session(path, "jm"), target)
    assert target.read_text("utf-8") == EXPORTED
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_an_export_that_fails_leaves_the_old_file(path: Path) -> None:
    target = path.parent / "out.txt"
    target.write_text("old")
    session = Session(path, "jm")

    def failing() -> Iterable[Bookmark]:
        yield from session.library.bookmarks.values()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_export(session.path, session.library.owner, target, URLS, failing())
    assert target.read_text() == "old"
    assert set(path.parent.iterdir()) == {path, target}


def test_an_export_never_overwrites_the_library(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    symbolic, hard = path.parent / "symbolic", path.parent / "hard"
    symbolic.symlink_to(path)
    os.link(path, hard)
    monkeypatch.chdir(path.parent)
    session = Session(path, "jm")
    for target in (path, symbolic, hard, Path("bookmarks.json"), path.parent / ".." / path.parent.name / path.name):
        with pytest.raises(LibraryFileError, match="this is the library itself; name another file to export to"):
            export(session, target)
    assert path.read_text("utf-8") == LIBRARY


def test_an_export_never_takes_the_place_of_a_library_yet_to_be_written(tmp_path: Path) -> None:
    session = Session(tmp_path / "new.json", "jm")
    with pytest.raises(LibraryFileError, match="this is the library itself"):
        export(session, tmp_path / "." / "new.json")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_and_a_device_just_get_the_export(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(path, "jm")
    export(session, Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(LibraryFileError, match="/dev/full: cannot be written: No space left on device"):
        export(session, Path("/dev/full"))
    with pytest.raises(LibraryFileError, match="cannot be written: Is a directory"):
        export(session, path.parent)
    pipe = path.parent / "pipe"
    os.mkfifo(pipe)
    written = io.BytesIO()
    written.close = lambda: None  # type: ignore[method-assign]  # to be looked into afterwards
    monkeypatch.setattr(Path, "open", lambda *_arguments: written)
    export(session, pipe)
    assert written.getvalue().decode() == EXPORTED
