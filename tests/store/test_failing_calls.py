"""Whatever call fails, and wherever the process dies: what was acknowledged is there, and nothing is there in part."""

import errno
import itertools
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tagtui.store.snapshot import signature_of
from tests.store.calls import DIED, Calls, Fault, read_json
from tests.store.story import FIRST, STORY, State, Step, Teller, begin, change_to, replace_plainly, seen, stage, states

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EINTR)
COUNTED = {"create", "open", "write", "sync", "rename", "unlink", "mkdir", "rights", "lock"}
LAST_WORD = {"http://last.org/": "Last"}

Begin = tuple[Path, State]


def fresh(folder: Path, *, is_new: bool) -> Begin:
    """Return a library that nothing was done to, and what it shows."""
    folder.mkdir(parents=True)
    path = begin(folder, is_new=is_new)
    return path, seen(path)


def names_of_calls(folder: Path, *, is_new: bool) -> list[str]:
    """Return the names of the calls when all goes well, which is to end as the story says."""
    with stage(folder / "dry"):
        path, before = fresh(folder / "dry", is_new=is_new)
        calls = Calls(folder / "dry")
        with calls.intercepted():
            teller = Teller(path, calls)
            for step in STORY:
                teller.tell(step)
        assert seen(path) == states(begin=before)[-1]
    return calls.names


# --- a call fails


def tell_with_failure(folder: Path, fault: Fault, *, is_new: bool, is_looked: bool) -> str:
    """Tell the story with one failing call; who is told of a failure tries again.  Return the name of the call."""
    with stage(folder):
        path, state = fresh(folder, is_new=is_new)
        calls = Calls(folder, fault, watch=reader_of(path))
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
                if is_looked and calls.struck:
                    assert seen(path) == state, step.name
        assert seen(path) == state
        assert_goes_on(path, state)
    return calls.struck


def reader_of(path: Path) -> Callable[[], None]:
    """Return what reads the file whenever it is another one."""
    known = [signature_of(path)]

    def read() -> None:
        if signature_of(path) != known[0]:
            known[0] = signature_of(path)
            read_json(path)

    return read


def assert_goes_on(path: Path, state: State) -> None:
    """See that another session can change, and fold, what ``path`` shows."""
    session = Session(path, "jm")
    session.apply(change_to(session, LAST_WORD))
    session.close()
    assert seen(path) == {**state, **LAST_WORD}
    assert list(read_json(path)) == ["library", "bookmarks"]


def prove_against_failures(folder: Path, *, is_new: bool, stride: int = 1) -> set[str]:
    """Let each call fail in its turn, with each error, looked at by another session in between or not.

    Every ``stride``-th of these is done.  Return the names of the calls that failed.
    """
    names = names_of_calls(folder, is_new=is_new)
    failures = [
        (Fault(number, when, error), is_looked)
        for number, name in enumerate(names)
        for is_looked in (True, False)
        for error in ERRORS
        for when in (("before", "half") if name == "write" and error != errno.EINTR else ("before",))
    ]
    struck = set()
    for fault, is_looked in failures[::stride]:
        try:
            struck.add(tell_with_failure(folder / f"{fault} {is_looked}", fault, is_new=is_new, is_looked=is_looked))
        except Exception as raised:
            raise AssertionError(f"{fault}, {names[fault.at]}: {raised!r}") from raised
    return struck


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_any_call_may_fail(tmp_path: Path, is_new: bool) -> None:
    assert len(prove_against_failures(tmp_path, is_new=is_new, stride=89)) > 2


@pytest.mark.long
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_each_call_may_fail_with_any_error_looked_at_or_not(tmp_path: Path, is_new: bool) -> None:
    assert prove_against_failures(tmp_path, is_new=is_new) >= COUNTED


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


def prove_against_deaths(folder: Path, *, is_new: bool, stride: int = 1) -> int:
    """Let each call be the one that is not made any more, or made in half; return how many deaths that makes."""
    deaths = [
        Fault(number, when)
        for number, name in enumerate(names_of_calls(folder, is_new=is_new))
        for when in (("before", "half") if name == "write" else ("before",))
    ][::stride]
    for fault in deaths:
        attempt = folder / str(fault)
        with stage(attempt):
            path, before = fresh(attempt, is_new=is_new)
            done = die(attempt, path, fault, STORY)
            read_json(path)
            allowed = [before, *states(begin=before)][done : done + 2]
            found = seen(path)
            assert found in allowed, f"{fault}: {found}"
            assert_goes_on(path, found)
    return len(deaths)


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_a_process_may_die_at_any_call(tmp_path: Path, is_new: bool) -> None:
    assert prove_against_deaths(tmp_path, is_new=is_new, stride=13) > 5


@pytest.mark.long
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_a_process_may_die_at_each_call(tmp_path: Path, is_new: bool) -> None:
    assert prove_against_deaths(tmp_path, is_new=is_new) > 150


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


def prove_against_deaths_of_recovery(folder: Path, seconds: Sequence[int | None]) -> int:
    """Let the process that recovers die at each call, and the next one at each of ``seconds``; count the deaths."""
    deaths = 0
    for first in itertools.count():
        for second in seconds:
            attempt = folder / f"{first}-{second}"
            with stage(attempt):
                path, state = stranded(attempt)
                if die(attempt, path, Fault(first, "half"), RECOVERY) < 0:
                    return deaths
                deaths += 1
                if second is not None:
                    deaths += die(attempt, path, Fault(second, "half"), RECOVERY) >= 0
                read_json(path)
                assert seen(path) == state, f"{first}, {second}"
                assert_goes_on(path, state)
    raise AssertionError


def test_recovery_may_die_at_any_call_and_again(tmp_path: Path) -> None:
    assert prove_against_deaths_of_recovery(tmp_path, (7,)) > 10


@pytest.mark.long
def test_recovery_may_die_at_any_call_and_again_at_any(tmp_path: Path) -> None:
    assert prove_against_deaths_of_recovery(tmp_path, (None, *range(40))) > 1000


# --- others are at work meanwhile


def prove_against_replacement(folder: Path, *, is_new: bool, stride: int = 1) -> None:
    """Let a plain program replace the file, or make it, before each call in its turn, but for the rename.

    No system has a call that renames a file over another one only as long as that is the one that was looked at.
    """
    for number, name in enumerate(names_of_calls(folder, is_new=is_new)):
        if name == "rename" or number % stride:
            continue
        with stage(folder / str(number)):
            path, before = fresh(folder / str(number), is_new=is_new)

            def replace(now: int, number: int = number, path: Path = path) -> None:
                if now == number:
                    replace_plainly(path, "http://other.org/", "Other")

            calls = Calls(folder / str(number), watch=reader_of(path), before=replace)
            with calls.intercepted():
                teller = Teller(path, calls)
                for step in STORY:
                    try:
                        teller.tell(step)
                    except LibraryFileError as error:
                        raise AssertionError(f"replaced before call {number}, {step.name}: {error}") from error
            assert seen(path) == {**states(begin=before)[-1], "http://other.org/": "Other"}, number


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_a_plain_program_may_replace_the_file_at_any_call(tmp_path: Path, is_new: bool) -> None:
    prove_against_replacement(tmp_path, is_new=is_new, stride=13)


@pytest.mark.long
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_a_plain_program_may_replace_the_file_at_each_call(tmp_path: Path, is_new: bool) -> None:
    prove_against_replacement(tmp_path, is_new=is_new)


def prove_against_withdrawal(folder: Path, next_title: str) -> None:
    """Let one session see a change of another's that then cannot be synced, and is taken back."""
    with stage(folder):
        path, _ = fresh(folder / "two", is_new=False)
        one, other = Session(path, "jm"), Session(path, "jm")
        one.apply(change_to(one, {"http://a.org/": "Added"}))
        other.refresh()

        def fail(_descriptor: int) -> None:
            other.refresh()
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        with pytest.MonkeyPatch.context() as broken:
            broken.setattr("tagtui.store.journal.sync_data", fail)
            with pytest.raises(LibraryFileError):
                one.apply(change_to(one, {"http://b.org/": "Gone"}))
        one.apply(change_to(one, {"http://c.org/": next_title}))
        other.apply(change_to(other, {"http://d.org/": "Another"}))
        found = seen(path)
        expected = {"http://a.org/": "Added", "http://c.org/": next_title, "http://d.org/": "Another"}
        assert found == {**FIRST, **expected}
        assert [mark.url for mark in other.library.bookmarks.values()] == list(found)


@pytest.mark.parametrize("next_title", ["Seen", "A longer one than that", "x"])
def test_a_change_that_was_seen_before_it_failed_is_seen_to_be_gone(tmp_path: Path, next_title: str) -> None:
    prove_against_withdrawal(tmp_path / "two", next_title)
