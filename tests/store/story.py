"""A story in which each kind of change is made once, as steps that can be told to a session and to a dict."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit
from tagtui.session import Session
from tests.store.calls import Calls
from tests.store.sample import bookmark, document, write

BULK = 6  # what counts as a bulk change here

State = dict[str, str]
"""The titles, with a library's tags behind them, by URL."""


@dataclass(frozen=True)
class Step:
    """``titles`` are what a change makes of bookmarks, ``None`` for none; a step without any is ``done`` otherwise."""

    name: str
    titles: dict[str, str | None]
    done: Callable[["Teller"], None] | None = None

    def after(self, state: State) -> State:
        """Return what ``state`` comes to."""
        both = {**state, **self.titles}
        return {url: title for url, title in both.items() if title is not None}


class Teller:
    """Tells a story to a session on the library at ``path``."""

    def __init__(self, path: Path, calls: Calls) -> None:
        self.path = path
        self.calls = calls
        self.session: Session | None = None

    def tell(self, step: Step) -> None:
        """Do what ``step`` says; raises what the session raises."""
        if step.done is not None:
            step.done(self)
        else:
            assert self.session is not None
            self.session.apply(change_to(self.session, step.titles))


def change_to(session: Session, titles: Mapping[str, str | None]) -> Change:
    """Return the change that gives bookmarks these titles, as a person who looks at ``session`` would make it."""
    by_url = {found.url: id for id, found in session.library.bookmarks.items()}
    next_id = session.library.next_id
    edits: list[Edit] = []
    for url, title in titles.items():
        id = by_url.get(url)
        before = None if id is None else session.library[id]
        if id is None:
            id, next_id = next_id, next_id + 1
        after = None if title is None else _titled(before, url, title)
        if before != after:
            edits.append(Edit(id, before, after))
    return Change("Test", tuple(edits))


def _titled(before: Bookmark | None, url: str, title: str) -> Bookmark:
    if before is None:
        return bookmark(url, title=title)
    return msgspec.structs.replace(before, title=title)


def _open(teller: Teller) -> None:
    teller.session = Session(teller.path, "jm")


def _fold(teller: Teller) -> None:
    assert teller.session is not None
    teller.session.fold()


def _close(teller: Teller) -> None:
    assert teller.session is not None
    teller.session.close()


def _replace(teller: Teller) -> None:
    """Be a plain program, which knows the file alone, and writes another one in its place."""
    with teller.calls.foreign():
        replace_plainly(teller.path, "http://plain.org/", "Plain")


def replace_plainly(path: Path, url: str, title: str) -> None:
    """Add a bookmark as a plain, but careful, program does: read all, write another file, sync it, rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = json.loads(path.read_bytes()) if path.exists() else {"bookmarks": {}}
    documents = tables["bookmarks"]
    documents[str(max(map(int, documents), default=0) + 1)] = document(url, title=title)
    other = f"{path}.plain"
    descriptor = os.open(other, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, json.dumps(tables).encode())
    os.fsync(descriptor)
    os.close(descriptor)
    os.rename(other, path)  # noqa: PTH104  -- the call itself
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


OPEN = Step("open", {}, _open)
FOLD = Step("fold", {}, _fold)
CLOSE = Step("close", {}, _close)
FIRST = {f"http://{letter}.org/": f"First {letter}" for letter in "klmn"}

STORY = (
    OPEN,
    Step("first ones", {**FIRST}),
    Step("add", {"http://a.org/": "Added"}),
    Step("edit", {"http://k.org/": "Edited"}),
    Step("delete", {"http://l.org/": None}),
    FOLD,
    Step("delete the added one", {"http://a.org/": None}),
    Step("edit again", {"http://k.org/": "Edited again"}),
    Step("bulk", {f"http://{letter}.org/": "Bulk" for letter in "nopqrs"}),
    Step("edit what the bulk made", {"http://o.org/": "After the bulk"}),
    Step("add after the bulk", {"http://b.org/": "Added after"}),
    FOLD,
    Step("edit before a plain program", {"http://m.org/": "Before"}),
    Step("add before a plain program", {"http://c.org/": "Before"}),
    Step("a plain program replaces the file", {"http://plain.org/": "Plain"}, _replace),
    Step("edit what was merged", {"http://m.org/": "After"}),
    CLOSE,
)


def states(steps: tuple[Step, ...] = STORY, begin: State | None = None) -> list[State]:
    """Return the state after each step."""
    found = [begin or {}]
    for step in steps:
        found.append(step.after(found[-1]))
    return found[1:]


def seen(path: Path) -> State:
    """Return what a fresh session shows; no bookmark may be there twice."""
    shown = Session(path, "jm").library.bookmarks.values()
    found = {mark.url: " ".join((mark.title, *mark.tags)) for mark in shown}
    assert len(found) == len(shown), f"a bookmark is there twice: {sorted(mark.url for mark in shown)}"
    return found


def begin(folder: Path, *, is_new: bool = False) -> Path:
    """Return the path of a library in ``folder``, that is not there or that a plain program has written."""
    path = folder / "new" / "folder" / "library.json"
    if is_new:
        return path
    path.parent.mkdir(parents=True)
    return write(path, *(document(url, title=title) for url, title in FIRST.items()))


@contextmanager
def stage(folder: Path) -> Iterator[None]:
    """Keep the state folder in ``folder``, and take a few edits for a bulk change, and fewer for a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        patch.setattr("tagtui.store.shelf._BULK", BULK)
        patch.setattr("tagtui.store.switching._LARGE", len(FIRST))
        patch.setattr("tagtui.store.history._MANY", len(FIRST))
        patch.setattr("tagtui.store.ledger._PAUSE", 0.0)
        for name in ("fsync", "fdatasync"):  # no power is cut here, and a disk takes its time
            patch.setattr(os, name, lambda _descriptor: None)
        yield
