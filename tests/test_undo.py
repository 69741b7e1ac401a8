"""Taking back what was done, and doing it again."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit
from tagtui.session import Session
from tagtui.store.backups import backups
from tagtui.store.history import LAST
from tagtui.store.state import StateFolder
from tests.store.sample import LIBRARY, NOW, bookmark, change


@pytest.fixture
def session(library: Path) -> Session:
    return Session(library, "jm")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "bookmarks.json"
    path.write_text(LIBRARY, "utf-8")
    return path


def edited(before: Bookmark, **fields: Any) -> Bookmark:
    return msgspec.structs.replace(before, modified=before.modified + timedelta(days=1), **fields)


def edit(session: Session, id: int, label: str = "Edited", **fields: Any) -> None:
    before = session.library[id]
    session.apply(Change(label, (Edit(id, before, edited(before, **fields)),)))


def test_the_last_change_is_taken_back_and_done_again(session: Session) -> None:
    before = dict(session.library.bookmarks)
    session.apply(change((3, None, bookmark())))
    session.apply(replace(change((1, session.library[1], None)), label="Deleted 1 bookmark"))
    after = dict(session.library.bookmarks)
    assert session.undo().label == "Deleted 1 bookmark"
    assert session.undo().delta.removed == {3}
    assert dict(session.library.bookmarks) == before
    assert session.undo().label == ""
    assert session.redo().delta.added == {3}
    assert session.redo().label == "Deleted 1 bookmark"
    assert dict(session.library.bookmarks) == after
    assert session.redo().label == ""


def test_it_can_be_taken_back_after_a_restart_and_a_fold(session: Session, library: Path) -> None:
    edit(session, 1, "Renamed", title="Apache Kafka")
    session.close()
    assert json.loads(library.read_bytes())["bookmarks"]["1"]["title"] == "Apache Kafka"
    again = Session(library, "jm")
    assert again.undo().label == "Renamed"
    again.close()
    assert library.read_text("utf-8") == LIBRARY


def test_a_change_leaves_nothing_to_redo(session: Session) -> None:
    edit(session, 1, title="A")
    session.undo()
    edit(session, 1, title="B")
    assert session.redo().label == ""
    assert session.library[1].title == "B"


def test_what_was_changed_since_in_other_fields_stays(session: Session, library: Path) -> None:
    edit(session, 1, title="Mine", tags=("kafka", "ops", "mine"))
    theirs = Session(library, "jm")
    theirs.apply(change((1, theirs.library[1], edited(theirs.library[1], annotation="Theirs."))))
    theirs._ledger.state.history.unlink(missing_ok=True)
    assert session.undo().label == "Test"  # the last change, whoever made it
    assert session.undo().label == "Edited"
    assert (session.library[1].title, session.library[1].tags) == ("Kafka", ("kafka", "ops"))


def test_what_was_changed_again_since_is_left_alone_and_counted(session: Session, library: Path) -> None:
    first, second = session.library[1], session.library[2]
    session.apply(change((1, first, edited(first, title="A")), (2, second, edited(second, title="B"))))
    plain = json.loads(library.read_bytes())
    session.fold()
    plain = json.loads(library.read_bytes())
    plain["bookmarks"]["1"]["title"] = "By an editor"
    library.write_text(json.dumps(plain))
    undone = session.undo()
    assert undone.left == 1
    assert session.library[1].title == "By an editor"
    assert session.library[2].title == "日本"


def test_an_import_of_thousands_is_taken_back_by_its_backup(session: Session, library: Path) -> None:
    new = [Edit(id, None, bookmark(f"http://{id}.org/")) for id in range(10, 1500)]
    first = session.library[1]
    session.apply(Change("Imported 1,491 bookmarks", (*new, Edit(1, first, edited(first, title="Merged")))))
    edit(session, 20, title="Changed since")
    again = Session(library, "jm")
    again.undo()
    undone = again.undo()
    assert undone.label == "Imported 1,491 bookmarks"
    assert undone.left == 0
    assert again.library[1].title == "Kafka"
    assert len(again.library) == 2
    assert again.redo().label == "Imported 1,491 bookmarks"
    assert len(again.library) == 1492


def retag(session: Session, tag: str) -> None:
    """Give every bookmark a tag more."""
    books = session.library.bookmarks.items()
    edits = [Edit(id, before, edited(before, tags=(*before.tags, tag))) for id, before in books]
    session.apply(Change(f"Tagged {tag}", tuple(edits)))


def with_many(session: Session, count: int) -> None:
    session.apply(Change("Imported", tuple(Edit(id, None, bookmark(f"http://{id}.org/")) for id in range(10, count))))
    session.fold()


def tagged(session: Session) -> set[tuple[str, ...]]:
    return {found.tags for id, found in session.library.bookmarks.items() if id >= 10}


def test_a_large_change_is_taken_back_and_done_again_across_folds(session: Session, library: Path) -> None:
    with_many(session, 700)
    retag(session, "one")
    session.undo()
    edit(session, 1, "Small", title="Other")
    session.undo()
    retag(session, "two")
    session.close()
    again = Session(library, "jm")
    assert again.undo().label == "Tagged two"
    again.fold()
    assert tagged(again) == {()}
    assert again.redo().label == "Tagged two"
    again.close()
    assert tagged(Session(library, "jm")) == {("two",)}


def test_before_a_large_change_and_the_first_of_a_day_a_backup_has_just_what_was_there(session: Session) -> None:
    with_many(session, 700)
    for backup in backups(StateFolder.of(session.path).backups):
        backup.path.unlink()
    edit(session, 1, "Small", title="Right before")
    retag(session, "one")
    retag(session, "two")
    session.undo()
    session.fold()
    there = [json.loads(backup.content())["bookmarks"]["1"] for backup in backups(StateFolder.of(session.path).backups)]
    assert [(it["title"], it["tags"][2:]) for it in there] == [
        ("Right before", ["one"]),
        ("Right before", []),
        ("Kafka", []),
    ]


def test_a_fold_that_gave_way_does_not_take_its_backup_again(session: Session) -> None:
    with_many(session, 700)
    retag(session, "one")
    folder = StateFolder.of(session.path).backups
    before = len(backups(folder))
    for _ in range(3):
        with session._ledger.writing():
            assert not session._ledger.fold(give_up=lambda: len(backups(folder)) > before)
    session.fold()
    assert len(backups(folder)) == before + 1


def test_an_import_is_taken_back_without_its_backup(session: Session) -> None:
    with_many(session, 700)
    for backup in backups(StateFolder.of(session.path).backups):
        backup.path.unlink()
    assert session.undo().label == "Imported"
    assert set(session.library.bookmarks) == {1, 2}


def test_the_history_keeps_what_there_is_room_for(
    session: Session, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagtui.store.history._ROOM", 2_000)
    for number in range(40):
        edit(session, 1, f"Edit {number}", title=f"{number}")
        session.fold()
    session.close()
    again = Session(library, "jm")
    done, _ = again.history()
    assert 1 < len(done) < 10
    assert [made.label for made in done] == [f"Edit {number}" for number in range(40 - len(done), 40)]


def test_two_hundred_changes_can_be_taken_back(session: Session, library: Path) -> None:
    for number in range(LAST + 10):
        edit(session, 1, title=f"{number}")
        if number % 50 == 0:
            session.fold()
    session.close()
    again = Session(library, "jm")
    for _ in range(LAST):
        assert again.undo().label == "Edited"
    assert again.library[1].title == "9"


class Undoing(RuleBasedStateMachine):
    """One session changes, a second one too; after undoing all, the library is what it was."""

    folder: Path
    number = 0

    @initialize()
    def start(self) -> None:
        Undoing.number += 1
        path = self.folder / f"{Undoing.number}.json"
        path.write_text(LIBRARY, "utf-8")
        self.sessions = [Session(path, "jm"), Session(path, "jm")]
        self.before = dict(self.sessions[0].library.bookmarks)

    @rule(who=st.integers(0, 1), count=st.integers(1, 5))
    def add(self, who: int, count: int) -> None:
        session = self.sessions[who]
        session.refresh()
        first = session.library.next_id
        urls = (f"http://{who}.org/{first + number}" for number in range(count))
        session.apply(change(*((first + number, None, bookmark(url)) for number, url in enumerate(urls))))

    @rule(who=st.integers(0, 1), title=st.sampled_from("abc"), which=st.integers(0, 9))
    def edit(self, who: int, title: str, which: int) -> None:
        session = self.sessions[who]
        session.refresh()
        ids = sorted(session.library.bookmarks)
        if ids:
            edit(session, ids[which % len(ids)], title=title, tags=(title,))

    @rule(who=st.integers(0, 1), which=st.integers(0, 9))
    def delete(self, who: int, which: int) -> None:
        session = self.sessions[who]
        session.refresh()
        ids = sorted(session.library.bookmarks)
        if ids:
            id = ids[which % len(ids)]
            session.apply(change((id, session.library[id], None)))

    @rule(who=st.integers(0, 1))
    def fold(self, who: int) -> None:
        self.sessions[who].fold()

    @rule(who=st.integers(0, 1))
    def undo_and_redo(self, who: int) -> None:
        session = self.sessions[who]
        session.refresh()
        before = dict(session.library.bookmarks)
        if session.undo().label:
            session.redo()
        assert dict(session.library.bookmarks) == before

    @invariant()
    def both_see_the_same(self) -> None:
        if hasattr(self, "sessions"):
            for session in self.sessions:
                session.refresh()
            assert dict(self.sessions[0].library.bookmarks) == dict(self.sessions[1].library.bookmarks)

    def teardown(self) -> None:
        session = self.sessions[0]
        while session.undo().label:
            pass
        assert dict(session.library.bookmarks) == self.before
        for opened in self.sessions:
            opened.close()


def test_after_undoing_all_the_library_is_what_it_was(tmp_path: Path) -> None:
    Undoing.folder = tmp_path
    run(
        Undoing,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_dates_are_the_changes_own(session: Session) -> None:
    edit(session, 1, title="A")
    [done], undone = session.history()
    assert done.at is not None
    assert done.at > NOW
    assert undone == []
