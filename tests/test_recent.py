"""The libraries opened lately: the last one first, and never a reason to fail."""

import json
import os
import stat
from pathlib import Path

import pytest

from tagtui.recent import recent_libraries, remember


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TAGTUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_nothing_is_remembered_at_first(state: Path) -> None:
    assert recent_libraries() == ()
    assert not state.exists()


def test_the_last_one_is_first_and_each_is_there_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    for path in (one, two, one):
        remember(path)
    assert recent_libraries() == (one, two)


def test_a_link_and_a_relative_path_are_the_library_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real.json").touch()
    (tmp_path / "link.json").symlink_to("real.json")
    monkeypatch.chdir(tmp_path)
    remember(Path("link.json"))
    remember(Path("real.json"))
    assert recent_libraries() == (tmp_path / "real.json",)


def test_twenty_are_remembered(tmp_path: Path) -> None:
    for number in range(25):
        remember(tmp_path / f"{number}.json")
    assert recent_libraries() == tuple(tmp_path / f"{number}.json" for number in range(24, 4, -1))


def test_any_name_that_a_file_can_have_is_remembered(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b'/a\n"b\xff\xe2\x80\xae.json'))
    remember(odd)
    assert recent_libraries() == (odd,)


def test_the_file_is_for_the_person_alone_and_is_not_written_in_vain(state: Path, tmp_path: Path) -> None:
    remember(tmp_path / "one.json")
    [file] = state.iterdir()
    before = file.stat()
    assert stat.S_IMODE(before.st_mode) == 0o600
    remember(tmp_path / "one.json")
    assert file.stat().st_ino == before.st_ino


def test_without_a_place_of_its_own_it_is_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TAGTUI_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    remember(tmp_path / "one.json")
    assert [path.name for path in (tmp_path / "xdg" / "tagtui" / "libraries").iterdir()] == ["recent.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"{", b"{}", b'"/a.json"', b"null", b"[" * 100_000, b" " * (1 << 20) + b'["/a.json"]'],
    ids=lambda content: repr(content[:10]),
)
def test_a_damaged_file_counts_as_empty_and_is_replaced(state: Path, tmp_path: Path, content: bytes) -> None:
    state.mkdir()
    (state / "recent.json").write_bytes(content)
    assert recent_libraries() == ()
    remember(tmp_path / "one.json")
    assert recent_libraries() == (tmp_path / "one.json",)


def test_what_is_no_path_is_left_out(state: Path) -> None:
    state.mkdir()
    kept = ["/a.json", 1, None, "", "b.json", ["/c.json"], "/a\0.json", "/a.json", "/d.json"]
    (state / "recent.json").write_text(json.dumps(kept))
    assert recent_libraries() == (Path("/a.json"), Path("/d.json"))


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: os.mkfifo(path)], ids=["a folder", "a pipe"])
def test_what_is_no_file_is_neither_read_nor_replaced(state: Path, tmp_path: Path, make: object) -> None:
    state.mkdir()
    assert callable(make)
    make(state / "recent.json")
    remember(tmp_path / "one.json")
    assert recent_libraries() == ()


def test_where_nothing_can_be_written_nothing_is_remembered(state: Path, tmp_path: Path) -> None:
    state.write_text("a file where the folder would be")
    remember(tmp_path / "one.json")
    remember(Path("a\0b"))
    assert recent_libraries() == ()
