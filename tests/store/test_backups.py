"""Backups: when they are taken, and which are kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tagtui.errors import LibraryFileError
from tagtui.store.backups import DAYS, LAST, Backup, back_up, backups, superfluous
from tests.store.sample import LIBRARY

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def test_the_first_change_of_a_day_takes_one_and_the_second_none(folder: Path, library: Path) -> None:
    back_up(folder, library, NOW)
    library.write_text("changed")
    back_up(folder, library, NOW + timedelta(hours=1))
    [backup] = backups(folder)
    assert backup.taken == NOW
    assert backup.content().decode() == LIBRARY
    back_up(folder, library, NOW + timedelta(days=1))
    assert [backup.content() for backup in backups(folder)] == [b"changed", LIBRARY.encode()]


def test_what_is_due_is_taken_even_twice_in_a_second_and_the_newest_is_first(folder: Path, library: Path) -> None:
    for text in ("one", "two", "three"):
        library.write_text(text)
        back_up(folder, library, NOW, is_due=True)
    assert [backup.content() for backup in backups(folder)] == [b"three", b"two", b"one"]


def test_no_backup_ever_takes_the_place_of_another(folder: Path, library: Path) -> None:
    names = [back_up(folder, library, NOW, is_due=True) for _ in range(3 * LAST)]
    assert len({*names}) == len(names)
    assert backups(folder)[0].path.name == names[-1]


def test_the_last_ten_stay_and_one_a_day_for_a_week() -> None:
    hourly = [Backup(NOW - timedelta(hours=hours), Path(f"{hours}")) for hours in range(24 * 20)]
    gone = {*superfluous(hourly, NOW)}
    kept = [backup for backup in hourly if backup not in gone]
    assert kept[:LAST] == hourly[:LAST]
    older = kept[LAST:]
    assert len(older) == len({backup.taken.date() for backup in older})
    assert DAYS - 1 <= len(older) <= DAYS + 1
    assert all(NOW - backup.taken <= timedelta(days=DAYS) for backup in older)


def test_backups_are_thinned_out_as_they_are_taken(folder: Path, library: Path) -> None:
    for hours in range(30):
        back_up(folder, library, NOW - timedelta(days=60) + timedelta(hours=hours), is_due=True)
    back_up(folder, library, NOW)
    assert len(backups(folder)) == LAST


def test_other_files_in_the_folder_are_left_alone(folder: Path, library: Path) -> None:
    folder.mkdir()
    (folder / "notes.txt").touch()
    back_up(folder, library, NOW)
    assert len(backups(folder)) == 1
    assert (folder / "notes.txt").exists()


def test_a_backup_that_is_spoilt_says_so(folder: Path, library: Path) -> None:
    back_up(folder, library, NOW)
    [backup] = backups(folder)
    backup.path.write_bytes(backup.path.read_bytes()[:20])
    with pytest.raises(LibraryFileError, match="this backup cannot be read"):
        backup.content()
