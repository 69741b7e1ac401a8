"""Several processes write one library at once: sessions, scripts with our TinyDB, scripts with the plain one.

What a plain script wrote can be lost in two windows that no other program can close, for it takes no lock:

- it reads the file, another plain script writes it, it writes what it had read: the second one's change is gone;
- it opens the file, a fold puts another in its place, and all sessions that knew the old one end before it has written.

Neither is provoked here: one plain script at a time, and sessions that outlive it.  Then nothing of it may be lost, and
what was acknowledged to tagtui's own writers never is.
"""

import json
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where

from tagtui.session import Session
from tests.store.sample import bookmark, change, document, write
from tests.store.writers import KEPT, SHARED


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library with the bookmarks that all writers share."""
    return write(tmp_path / "bookmarks.json", *map(document, SHARED), notes={"1": {"text": "mine"}})


class Crowd:
    """Writers at work on one file, each named and of a kind."""

    def __init__(self, path: Path, kinds: dict[str, str], changes: int, seconds: float, stack: ExitStack) -> None:
        self.path = path
        self.kinds = kinds
        self.told: dict[str, Any] = {}
        self.writers = {
            name: stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.store.writers", kind, path, name, str(changes), str(seconds)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for name, kind in kinds.items()
        }

    def at_work(self) -> bool:
        return any(not has_spoken(writer) for writer in self.writers.values())

    def hear(self) -> dict[str, Any]:
        """Return what each writer says next."""
        lines = {name: writer.stdout.readline() for name, writer in self.writers.items() if writer.stdout}
        assert all(lines.values()), "a writer has died"
        return {name: json.loads(line) for name, line in lines.items() if line.strip()}

    def go_on(self) -> None:
        for writer in self.writers.values():
            assert writer.stdin
            writer.stdin.write("\n")
            writer.stdin.flush()

    def finish(self) -> dict[str, Any]:
        """Let all look, look again and end; return what each saw at last, and keep what each had acknowledged."""
        self.told = self.hear()
        self.go_on()
        self.hear()
        self.go_on()
        seen = self.hear()
        self.go_on()
        assert [writer.wait(30) for writer in self.writers.values()] == [0] * len(self.writers)
        return {name: shown for name, shown in seen.items() if self.kinds[name] != "plain"}


def has_spoken(writer: "subprocess.Popen[str]") -> bool:
    return bool(select.select([writer.stdout], [], [], 0)[0])


def read(path: Path) -> dict[str, Any]:
    """Read the file as any program does, and make sure that no key stands twice."""

    def once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        pairs = [*pairs]
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    with path.open(encoding="utf-8") as file:
        tables: dict[str, Any] = json.load(file, object_pairs_hook=once)
    return tables


def prove(path: Path, kinds: dict[str, str], changes: int, seconds: float = 600) -> dict[str, int]:
    """Let writers of these kinds work, read all the while, and compare what is there with what was acknowledged."""
    reads = fewest = 0
    has_plain = "plain" in kinds.values()
    with ExitStack() as stack:
        crowd = Crowd(path, kinds, changes, seconds, stack)
        while crowd.at_work():
            try:
                urls = [row["url"] for row in read(path)["bookmarks"].values()]
            except ValueError:
                assert has_plain, "a plain TinyDB writes in place, and nobody else does"
                continue
            kept = sum(url.startswith(KEPT) for url in urls)
            assert kept >= fewest or has_plain, "a reader saw fewer bookmarks than the last fold had"
            assert len({*urls}) == len(urls)
            fewest, reads = max(kept, fewest), reads + 1
            time.sleep(0.002)
        seen = crowd.finish()
    shown = [*seen.values()]
    assert all(one == shown[0] for one in shown), "two sessions disagree"

    last = Session(path, "ana")
    assert last.warnings == ()
    last.fold()
    last.close()
    tables = read(path)
    assert tables["notes"] == {"1": {"text": "mine"}}
    rows = {row["url"]: row for row in tables["bookmarks"].values()}
    assert len(rows) == len(tables["bookmarks"]), "a bookmark is there twice"
    assert {id: row["url"] for id, row in tables["bookmarks"].items()} == {id: row[0] for id, row in shown[0].items()}
    for name, told in crowd.told.items():
        for url, title in told["own"].items():
            assert rows.pop(url, {}).get("title") == title, f"{name} was told otherwise of {url}"
        for url, tags in told["tags"].items():
            assert {tag for tag in rows[url].get("tags", []) if tag.startswith(f"{name}-")} == {*tags}
    assert {*rows} == {*SHARED}, "a bookmark that nobody made"
    assert not [tag for row in rows.values() for tag in row.get("tags", []) if tag.startswith("conflict:")]
    return {
        "changes": sum(told["done"] for told in crowd.told.values()),
        "reads": reads,
        "bookmarks": len(tables["bookmarks"]),
    }


def test_three_processes_lose_nothing_and_a_reader_always_finds_a_whole_file(path: Path) -> None:
    assert prove(path, {"a": "session", "r": "session", "d": "db"}, 40)["changes"] == 120


def test_a_plain_script_among_them_loses_nothing_either(path: Path) -> None:
    assert prove(path, {"a": "session", "d": "db", "p": "plain"}, 40)["changes"] == 120


MANY = {"a": "session", "b": "session", "cr": "session", "dr": "session", "e": "db", "f": "db", "g": "session"}


@pytest.mark.long
def test_eight_processes_lose_nothing(path: Path) -> None:
    print(prove(path, MANY | {"h": "db"}, 1000))


@pytest.mark.long
def test_eight_processes_with_a_plain_script_among_them_lose_nothing(path: Path) -> None:
    print(prove(path, MANY | {"p": "plain"}, 1000))


@pytest.mark.long
def test_a_minute_of_mixed_writers(path: Path) -> None:
    print(prove(path, MANY, 1_000_000, 60))


# --- a plain handle that is open for long


def test_a_plain_handle_that_stays_open_across_folds_is_heard_all_the_time(path: Path) -> None:
    plain, session = TinyDB(path, encoding="utf-8"), Session(path, "ana")
    table = plain.table("bookmarks")
    for turn in range(8):
        session.apply(change((session.library.next_id, None, bookmark(f"http://ours.org/{turn}"))))
        session.fold()
        table.insert(document(f"http://theirs.org/{turn}"))
        table.update({"title": f"Round {turn}"}, where("url") == SHARED[0])
        if turn:
            table.remove(where("url") == f"http://theirs.org/{turn - 1}")
        assert session.has_news()
        assert session.refresh()
        urls = [found.url for found in session.library.bookmarks.values()]
        assert sorted(urls) == sorted(
            [*SHARED, *(f"http://ours.org/{number}" for number in range(turn + 1)), f"http://theirs.org/{turn}"]
        )
        assert session.library[1].title == f"Round {turn}"
        assert not session.has_news()
    session.close()
    assert {row["url"] for row in read(path)["bookmarks"].values()} == {*urls}
    plain.close()


def test_a_late_write_that_is_no_library_is_told_once_and_does_not_stand_in_the_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(path, "ana")
    with path.open("r+b") as late:
        session.apply(change((9, None, bookmark("http://ours.org/"))))
        session.fold()
        late.write(b'{"bookmarks": {"01": {"url": "http://odd.org/"}}}')
        late.truncate()
    session.refresh()
    monkeypatch.setattr("tagtui.store.ledger._PATIENCE", 0)
    session.refresh()
    [told] = session.warnings
    assert "what another program wrote too late cannot be taken in" in told
    assert not session.has_news()
    session.apply(change((10, None, bookmark("http://more.org/"))))
    session.close()
    assert {"http://ours.org/", "http://more.org/", *SHARED} == {row["url"] for row in read(path)["bookmarks"].values()}
    assert Session(path, "ana").library.bookmarks.keys() == {1, 2, 3, 4, 9, 10}


def test_two_transactions_on_one_bookmark_arrive_together(path: Path) -> None:
    here, there = Session(path, "ana"), Session(path, "ana")
    there.apply(change((9, None, bookmark("http://ours.org/"))))
    here.refresh()
    for title in ("A", "B", "C"):
        before = there.library[1]
        there.apply(change((1, before, bookmark(before.url, title=title))))
    news = here.refresh()
    assert (here.library[1].title, len(news.labels)) == ("C", 3)


def test_a_file_that_a_plain_script_is_writing_in_place_is_waited_for(path: Path) -> None:
    """TinyDB syncs a shorter content, which takes its time, before it cuts off what is left of the old one."""
    whole = path.read_bytes()
    path.write_bytes(whole + b"}}")
    cut = threading.Timer(0.2, path.write_bytes, [whole])
    cut.start()
    assert len(Session(path, "ana").library) == len(SHARED)
    cut.join()


def test_a_file_that_a_shell_has_emptied_to_write_it_anew_is_no_new_library(path: Path) -> None:
    """``jq … > library.json`` empties it first, and reads and thinks before it writes."""
    whole = path.read_bytes()
    with path.open("wb", buffering=0) as emptied:
        session = Session(path, "ana")
        written = threading.Timer(0.3, emptied.write, [whole])
        written.start()
        session.apply(change((9, None, bookmark("http://ours.org/"))))
        written.join()
    session.close()
    assert {"http://ours.org/", *SHARED} == {row["url"] for row in read(path)["bookmarks"].values()}
