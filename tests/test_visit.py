"""Somebody's library or export, open to be looked at."""

import json
from pathlib import Path

import pytest

from tagtui.errors import LibraryFileError
from tagtui.visit import Visit
from tests.formats.samples import DATA
from tests.tui.driver import SHELF, library


def test_a_library_is_shown_with_its_owner(tmp_path: Path) -> None:
    visit = Visit(library(tmp_path, *SHELF, owner="grace"), "me")
    assert (visit.library.owner, len(visit.library)) == ("grace", len(SHELF))


@pytest.mark.parametrize(("owner", "shown"), [("jm", "jm"), ("", "pinboard")])
def test_an_export_belongs_to_whom_is_named_or_to_the_name_of_its_file(owner: str, shown: str) -> None:
    visit = Visit(DATA / "pinboard.json", owner)
    assert visit.library.owner == shown
    assert len(visit.library)


def test_what_an_export_has_that_cannot_be_kept_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([{"href": "http://a.org"}, {"href": ""}]))
    assert Visit(path).warnings == ("1 entry left out; tagtui import --dry-run names them",)


def test_looking_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("TAGTUI_STATE", str(state))
    path = library(tmp_path, *SHELF)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert not Visit(path).has_news()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert not state.exists()
    assert [*tmp_path.iterdir()] == [path]


def test_a_file_that_is_written_anew_is_shown_anew(tmp_path: Path) -> None:
    path = library(tmp_path, *SHELF[:2])
    visit = Visit(path)
    library(tmp_path, SHELF[0], SHELF[2], SHELF[3])
    assert visit.has_news()
    news = visit.refresh()
    assert news.is_anew
    assert (set(news.delta.added), set(news.delta.changed)) == ({3}, {2})
    assert not visit.refresh()


def test_a_file_that_is_broken_meanwhile_is_told_and_what_was_read_stays(tmp_path: Path) -> None:
    path = library(tmp_path, *SHELF)
    visit = Visit(path)
    path.write_text('{"bookmarks": {')
    with pytest.raises(LibraryFileError, match=r"bookmarks\.json"):
        visit.refresh()
    assert len(visit.library) == len(SHELF)
    path.unlink()
    assert not visit.has_news()


@pytest.mark.parametrize("content", [None, b"", b"prose", b'{"bookmarks": {'])
def test_what_is_neither_is_refused_by_its_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "strange"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LibraryFileError, match=r"strange: "):
        Visit(path)


def test_a_bookmark_of_an_export_keeps_its_id_when_others_come_before_it(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps([{"href": "http://a.org"}, {"href": "http://b.org"}]))
    visit = Visit(path)
    path.write_text(json.dumps([{"href": "http://new.org"}, {"href": "http://b.org"}, {"href": "http://a.org"}]))
    delta = visit.refresh().delta
    assert {id: it.url for id, it in visit.library.bookmarks.items()} == {
        1: "http://a.org",
        2: "http://b.org",
        3: "http://new.org",
    }
    assert (set(delta.added), set(delta.removed)) == ({3}, set())


def test_a_broken_file_is_read_once_and_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    path = library(tmp_path, *SHELF)
    visit = Visit(path)
    path.write_text('{"bookmarks": {')
    with pytest.raises(LibraryFileError):
        visit.refresh()
    assert not visit.has_news()
    path.unlink()
    with pytest.raises(LibraryFileError, match="it is gone"):
        visit.refresh()
