"""A process that is killed at any instant loses nothing that it said was saved, and leaves nothing in part."""

import json
import os
import signal
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, pairwise, product
from pathlib import Path
from random import Random

import pytest

from tagtui.core.bookmark import Bookmark
from tagtui.session import Session
from tests.store.sample import document, write
from tests.store.story import change_to, replace_plainly

MANY = int(os.environ.get("TAGTUI_KILLS", "10000"))
BULK = [f"http://bulk.org/{number}" for number in range(600)]
BULK_TITLE = "all of them"  # the key of the one title that a whole bulk change gives them

State = dict[str, str]
Titles = dict[str, str | None]


# --- the process that is killed


def work(path: Path, log: int, name: str, random: Random, *, is_alone: bool) -> None:
    """Change the library until the end, and tell ``log`` each change before it is made and when it is acknowledged.

    Where it ``is_alone`` it also plays a plain program, which knows the file alone and replaces it.
    """
    session = Session(path, "jm")
    for number in count():
        what = random.random()
        if what < 0.1:
            session.fold()
        elif what < 0.13:
            session.close()
            session = Session(path, "jm")
        elif what < 0.18 and is_alone:
            titles: Titles = {f"http://{name}.org/plain-{os.getpid()}-{number}": "Plain"}
            with told(log, titles):
                [(url, title)] = titles.items()
                replace_plainly(path, url, title or "")
        elif what < 0.23 and name == "a":
            title = f"{os.getpid()}-{number}"
            with told(log, {BULK_TITLE: title}):
                session.apply(change_to(session, dict.fromkeys(BULK, title)))
        else:
            titles = some_change(session.library.bookmarks.values(), name, number, random)
            with told(log, titles):
                session.apply(change_to(session, titles))


def some_change(bookmarks: Iterable[Bookmark], name: str, number: int, random: Random) -> Titles:
    """Return an add, an edit or a delete of a bookmark of one's own."""
    own = sorted(mark.url for mark in bookmarks if mark.url.startswith(f"http://{name}.org/"))
    what = random.random()
    if not own or what < 0.4:
        return {f"http://{name}.org/{os.getpid()}-{number}": "Added"}
    url = random.choice(own)
    return {url: None} if what > 0.7 or len(own) > 30 else {url: f"Edited {os.getpid()}-{number}"}


@contextmanager
def told(log: int, titles: Titles) -> Iterator[None]:
    """Tell ``log`` that a change begins, and that it was acknowledged."""
    os.write(log, json.dumps(titles).encode() + b"\n")
    yield
    os.write(log, b'"saved"\n')


# --- the one who kills


@dataclass
class Tally:
    """What was seen in a row of kills."""

    kills: int = 0
    acknowledged: int = 0
    under_way: int = 0  # changes that were not acknowledged, and are there
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills:,} kills, {self.acknowledged:,} acknowledged changes, {self.under_way:,} more that "
            f"were under way, {len(self.faults)} faults"
        )


def library(folder: Path) -> Path:
    """Return a small library as a plain program writes it."""
    return write(folder / "library.json", *(document(url, title="Begun") for url in BULK))


def shown(path: Path) -> State:
    """Return what a fresh session shows, with one entry for all that a bulk change touches."""
    marks: list[Bookmark] = list(Session(path, "jm").library.bookmarks.values())
    titles = {mark.url: " ".join((mark.title, *mark.tags)) for mark in marks}
    assert len(titles) == len(marks), "a bookmark is there twice"
    in_bulk = {titles.pop(url, "gone") for url in BULK}
    assert len(in_bulk) == 1, f"a bulk change in part: {in_bulk}"
    return {**titles, BULK_TITLE: in_bulk.pop()}


def after(state: State, changes: Iterable[Titles]) -> State:
    """Return what ``state`` comes to."""
    for titles in changes:
        state = {url: title for url, title in {**state, **titles}.items() if title is not None}
    return state


def begun(path: Path, log: Path, name: str, seed: str, *, is_alone: bool) -> int:
    """Start a process that works, and return its id."""
    child = os.fork()
    if child:
        return child
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        work(path, descriptor, name, Random(seed), is_alone=is_alone)
    except BaseException:  # noqa: BLE001  -- whatever it is, it is what this is about
        log.with_suffix(".error").write_text(traceback.format_exc())
    finally:
        os._exit(1)


def said(log: Path) -> tuple[list[Titles], list[Titles]]:
    """Return the changes that ``log`` acknowledges, and the one that was under way, if any."""
    lines = log.read_bytes().splitlines(keepends=True) if log.exists() else []
    entries = [json.loads(line) for line in lines if line.endswith(b"\n")]
    done = [made for made, then in pairwise(entries) if then == "saved"]
    return done, [entries[-1]] if entries and entries[-1] != "saved" else []


def kill_again_and_again(folder: Path, times: int, names: str, seed: int = 0) -> Tally:
    """Kill as many processes at once as there are ``names``, ``times`` times, each time at a random instant."""
    random = Random(seed)
    path = library(folder)
    state = shown(path)
    tally = Tally()
    for number in range(times):
        logs = [folder / f"{name}.log" for name in names]
        children = [
            begun(path, log, name, f"{seed} {number} {name}", is_alone=len(names) == 1)
            for name, log in zip(names, logs, strict=True)
        ]
        time.sleep(random.uniform(0, 0.012 if number % 4 == 0 else 0.12))
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
        for error in folder.glob("*.error"):
            tally.faults.append(error.read_text())
            error.unlink()
        told_by = [said(log) for log in logs]
        for log in logs:
            log.unlink(missing_ok=True)
        done = after(state, [titles for acknowledged, _ in told_by for titles in acknowledged])
        tally.kills += 1
        tally.acknowledged += sum(len(acknowledged) for acknowledged, _ in told_by)
        ways = [after(done, [*some]) for some in _some_of([titles for _, last in told_by for titles in last])]
        try:
            json.loads(path.read_bytes())
            state = shown(path)
            assert state in ways, f"kill {number}: {_difference(state, ways[0])}"
        except Exception as fault:  # noqa: BLE001  -- all of them are counted
            tally.faults.append(repr(fault))
            return tally  # what follows would be told of the same again
        tally.under_way += state != done
    return tally


def _some_of(changes: list[Titles]) -> Iterator[list[Titles]]:
    for chosen in product((False, True), repeat=len(changes)):
        yield [titles for titles, is_there in zip(changes, chosen, strict=True) if is_there]


def _difference(found: State, expected: State) -> dict[str, tuple[str | None, str | None]]:
    both = {**found, **expected}
    return {url: (found.get(url), expected.get(url)) for url in both if found.get(url) != expected.get(url)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def test_a_process_killed_at_any_instant_has_saved_what_it_said(folder: Path) -> None:
    tally = kill_again_and_again(folder, 40, "a")
    assert tally.faults == []
    assert tally.acknowledged > 20


def test_two_processes_killed_at_any_instant_have_saved_what_they_said(folder: Path) -> None:
    tally = kill_again_and_again(folder, 20, "ab")
    assert tally.faults == []
    assert tally.acknowledged > 20


@pytest.mark.long
def test_many_more_processes_killed_have_saved_what_they_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many is in ``TAGTUI_KILLS``; the figures are printed."""
    for place, (names, share) in enumerate((("a", 0.6), ("ab", 0.3), ("abc", 0.1))):
        (folder / names).mkdir()
        tally = kill_again_and_again(folder / names, int(MANY * share), names, seed=place + 1)
        with capsys.disabled():
            print(f"\n{len(names)} at once: {tally}")
        assert tally.faults == []


# --- and so is who recovers


def recover(path: Path) -> None:
    """Open the library and fold it, in a process that may be killed."""
    session = Session(path, "jm")
    session.fold()
    session.close()


def kill_who_recovers(folder: Path, times: int) -> int:
    """Kill processes that recover, each time at a random instant; return how many did not come to their end."""
    random = Random(7)
    killed = 0
    path = library(folder)
    for number in range(times):
        session = Session(path, "jm")
        session.apply(change_to(session, {f"http://a.org/{number}": "Added", BULK[number]: f"Edited {number}"}))
        session.apply(change_to(session, {BULK[-1 - number]: None}))
        replace_plainly(path, f"http://plain.org/{number}", "Plain")
        (folder / f".library.json.abcdefg{number % 10}.tmp").write_bytes(b'{"half": ')
        (session._ledger.state.folder / f"{number:064x}.journal").write_bytes(b"0123")
        for _ in range(2):
            child = os.fork()
            if child == 0:
                try:
                    recover(path)
                finally:
                    os._exit(0)
            time.sleep(random.uniform(0, 0.025))
            os.kill(child, signal.SIGKILL)
            killed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
            json.loads(path.read_bytes())
        titles = {mark.url: mark.title for mark in Session(path, "jm").library.bookmarks.values()}
        assert len(titles) == len(BULK) + number + 1
        assert all(titles[f"http://{name}.org/{old}"] for name in ("a", "plain") for old in range(number + 1))
        assert all(titles[BULK[old]] == f"Edited {old}" for old in range(number + 1))
        assert not titles.keys() & {BULK[-1 - old] for old in range(number + 1)}
    return killed


def test_who_merges_stranded_changes_may_be_killed_as_well(folder: Path) -> None:
    assert kill_who_recovers(folder, 15) > 5


@pytest.mark.long
def test_who_merges_stranded_changes_may_be_killed_very_often(folder: Path) -> None:
    assert kill_who_recovers(folder, 250) > 100
