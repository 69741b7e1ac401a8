"""Whatever call fails, and wherever the process dies: what was acknowledged is there, and nothing is there in part."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tests.store.calls import DIED, Calls, Fault, read_json
from tests.store.story import STORY, State, Step, Teller, begin, change_to, replace_plainly, seen, stage, states

LAST_WORD = {"http://last.org/": "Last"}

Begin = tuple[Path, State]


def fresh(folder: Path, *, is_new: bool) -> Begin:
    """Return a library that nothing was done to, and what it shows."""
    folder.mkdir()
    path = begin(folder, is_new=is_new)
    return path, seen(path)


def count_of_calls(folder: Path, *, is_new: bool) -> int:
    """Return how many calls there are when all goes well, which is to end as the story says."""
    with stage(folder / "dry"):
        path, before = fresh(folder / "dry", is_new=is_new)
        calls = Calls(folder / "dry")
        with calls.intercepted():
            teller = Teller(path, calls)
            for step in STORY:
                teller.tell(step)
        assert seen(path) == states(begin=before)[-1]
    return calls.count


# --- a call fails


def tell_with_failure(folder: Path, fault: Fault, *, is_new: bool, is_looked: bool) -> str:
    """Tell the story with one failing call; who is told of a failure tries again.  Return the name of the call."""
    with stage(folder):
        path, state = fresh(folder, is_new=is_new)
        calls = Calls(folder, fault, watch=lambda: read_json(path))
        with calls.intercepted():
            teller = Teller(path, calls)
            for step in STORY:
                try:
                    teller.tell(step)
                except LibraryFileError:
                    if is_looked:
                        assert seen(path) in (state, step.after(state)), f"{step.name}, after it failed"
                    teller.tell(step)
                state = step.after(state)
                if is_looked:
                    assert seen(path) == state, step.name
        assert seen(path) == state
        assert_goes_on(path, state)
    return calls.struck


def assert_goes_on(path: Path, state: State) -> None:
    """See that another session can change, and fold, what ``path`` shows."""
    session = Session(path, "jm")
    session.apply(change_to(session, dict(LAST_WORD)))
    session.close()
    assert seen(path) == {**state, **LAST_WORD}
    assert list(read_json(path)) == ["library", "bookmarks"]


def prove_against_failures(folder: Path, error: int, *, is_new: bool, is_looked: bool, when: str = "before") -> set[str]:
    """Let each call fail in its turn; return the names of those that did."""
    struck = set()
    for number in range(count_of_calls(folder, is_new=is_new)):
        fault = Fault(number, when, error)
        try:
            struck.add(tell_with_failure(folder / str(number), fault, is_new=is_new, is_looked=is_looked))
        except Exception as raised:
            raise AssertionError(str(fault)) from raised
    return struck - {""}


@pytest.mark.parametrize("is_looked", [True, False], ids=["somebody-looks", "nobody-looks"])
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_any_call_may_fail_once(tmp_path: Path, error: int, is_new: bool, is_looked: bool) -> None:
    struck = prove_against_failures(tmp_path, error, is_new=is_new, is_looked=is_looked)
    assert struck == {"create", "open", "write", "sync", "rename", "unlink", "mkdir", "rights", "lock", "truncate"} - (
        {"truncate"} if True else set()
    )


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_any_write_may_stop_half_way(tmp_path: Path, is_new: bool) -> None:
    prove_against_failures(tmp_path, errno.ENOSPC, is_new=is_new, is_looked=True, when="half")


# --- a call is the last one


def die(folder: Path, path: Path, fault: Fault, steps: tuple[Step, ...]) -> int:
    """Tell ``steps`` in a process that dies at the fault; return how many it acknowledged, or -1 if it did not die."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            calls = Calls(folder, fault)
            with calls.intercepted():
                teller = Teller(path, calls)
                for step in steps:
                    teller.tell(step)
                    os.write(writing, b".")
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        acknowledged = len(said.read())
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, DIED)
    return acknowledged if status == DIED else -1


def prove_against_deaths(folder: Path, when: str, *, is_new: bool) -> int:
    """Let each call be the last one in its turn; return how many there were."""
    for number in range(count := count_of_calls(folder, is_new=is_new)):
        fault = Fault(number, when)
        with stage(folder / str(number)):
            path, before = fresh(folder / str(number), is_new=is_new)
            done = die(folder / str(number), path, fault, STORY)
            read_json(path)
            allowed = [before, *states(begin=before)][done : done + 2]
            found = seen(path)
            assert found in allowed, f"{fault}: {found}"
            assert_goes_on(path, found)
    return count


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
@pytest.mark.parametrize("when", ["before", "half", "after"])
def test_a_process_may_die_at_any_call(tmp_path: Path, when: str, is_new: bool) -> None:
    assert prove_against_deaths(tmp_path, when, is_new=is_new) > 80


# --- and so is recovery

RECOVERY = tuple(step for step in STORY if step.name in ("open", "close"))


def stranded(folder: Path) -> tuple[Path, State]:
    """Return a library that a plain program wrote while changes were in its journal, with litter about."""
    path, state = fresh(folder, is_new=False)
    session = Session(path, "jm")
    for step in STORY[2:5]:
        session.apply(change_to(session, step.titles))
        state = step.after(state)
    replace_plainly(path, "http://plain.org/", "Plain")
    state["http://plain.org/"] = "Plain"
    (path.parent / f".{path.name}.a1b2c3d4.tmp").write_bytes(b'{"half": ')
    companions = session._ledger.state
    companions.journal("0" * 64).write_bytes(b"")  # begun, and not come to its header
    companions.journal("1" * 64).write_bytes(b'01234567 {"tagt')
    return path, state


@pytest.mark.parametrize("when", ["before", "half", "after"])
def test_recovery_may_die_at_any_call_and_again_at_any(tmp_path: Path, when: str) -> None:
    deaths = 0
    for first in range(100):
        died = False
        for second in (None, *range(0, 40, 3)):
            folder = tmp_path / f"{first}-{second}"
            with stage(folder):
                path, state = stranded(folder)
                died = die(folder, path, Fault(first, when), RECOVERY) >= 0
                if second is not None and died:
                    deaths += die(folder, path, Fault(second, when), RECOVERY) >= 0
                read_json(path)
                assert seen(path) == state, f"{when}: {first}, {second}"
                if second is None:
                    assert_goes_on(path, state)
            if not died:
                break
        if not died:
            break
        deaths += 1
    assert deaths > 100


# --- others are at work meanwhile


def test_a_plain_program_may_replace_the_file_at_any_call(tmp_path: Path) -> None:
    prove_against_replacement(tmp_path)


def prove_against_replacement(folder: Path) -> None:
    """Let a plain program replace the file before each call in its turn."""
    for number in range(count_of_calls(folder, is_new=False)):
        with stage(folder / str(number)):
            path, before = fresh(folder / str(number), is_new=False)

            def replace(now: int, number: int = number, path: Path = path) -> None:
                if now == number:
                    replace_plainly(path, "http://other.org/", "Other")

            calls = Calls(folder / str(number), watch=lambda path=path: read_json(path), before=replace)
            with calls.intercepted():
                teller = Teller(path, calls)
                for step in STORY:
                    teller.tell(step)
            assert seen(path) == {**states(begin=before)[-1], "http://other.org/": "Other"}, number


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Path, Session, Session]]:
    """A library that two sessions have open, with a journal."""
    with stage(tmp_path):
        path, _ = fresh(tmp_path / "two", is_new=False)
        one, other = Session(path, "jm"), Session(path, "jm")
        one.apply(change_to(one, {"http://a.org/": "Added"}))
        other.refresh()
        yield path, one, other


@pytest.mark.parametrize("next_title", ["Seen", "A longer one than that", "x"])
def test_a_change_that_was_seen_before_it_failed_is_seen_to_be_gone(
    two: tuple[Path, Session, Session], monkeypatch: pytest.MonkeyPatch, next_title: str
) -> None:
    path, one, other = two

    def fail(_descriptor: int) -> None:
        other.refresh()
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr("tagtui.store.journal.sync_data", fail)
        with pytest.raises(LibraryFileError):
            one.apply(change_to(one, {"http://b.org/": "Gone"}))
    one.apply(change_to(one, {"http://c.org/": next_title}))
    other.apply(change_to(other, {"http://d.org/": "Another"}))
    found = seen(path)
    assert "http://b.org/" not in found
    assert found["http://c.org/"] == next_title
    assert found["http://d.org/"] == "Another"
    assert [mark.url for mark in other.library.bookmarks.values()] == list(found)
