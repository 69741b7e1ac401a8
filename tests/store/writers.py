"""Programs that write to one library at once: ``python -m tests.store.writers KIND PATH NAME CHANGES SECONDS``.

Each makes bookmarks of its own, which nobody else touches, and puts tags of its own on shared ones.  It ends after so
many changes or seconds, says a line, and waits for a line before each of the next steps: take in what others did, tell
what it sees.  What was acknowledged is told as JSON: by URL, the title of a bookmark of its own, ``None`` for a deleted
one; and the tags of its own that are on a shared one.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tinydb import Query, TinyDB
from tinydb.table import Table

from tagtui.clock import utc_now
from tagtui.core.bookmark import Bookmark
from tagtui.core.changes import Change, Edit
from tagtui.session import Session
from tagtui.store.ledger import MovedError
from tagtui.store.storage import LibraryDB

SHARED = [f"http://shared.org/{number}" for number in range(4)]
KEPT = "http://kept.org/"  # bookmarks below are never deleted


class Writer(Protocol):
    """One program's way to write."""

    def add(self, url: str, title: str) -> None: ...
    def edit(self, url: str, title: str) -> None: ...
    def delete(self, url: str) -> None: ...
    def tag(self, url: str, tag: str) -> None: ...
    def untag(self, url: str, tag: str) -> None: ...
    def fold(self) -> None: ...
    def look(self) -> dict[str, Any]: ...
    def close(self) -> None: ...


class SessionWriter:
    """A TUI, which does not look before each change, or a command line, which opens and closes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.session = Session(path, "ana")

    def change(self, url: str, after: Callable[[Bookmark], Bookmark | None]) -> None:
        id = self.session.library.find(url)
        assert id is not None, f"{url} is lost"
        before = self.session.library[id]
        self.session.apply(Change("Test", (Edit(id, before, after(before)),)))

    def add(self, url: str, title: str) -> None:
        new = Bookmark(url=url, title=title, added=utc_now(), modified=utc_now())
        self.session.apply(Change("Test", (Edit(self.session.library.next_id, None, new),)))

    def edit(self, url: str, title: str) -> None:
        self.change(url, lambda before: _with(before, title=title))

    def delete(self, url: str) -> None:
        self.change(url, lambda _: None)

    def tag(self, url: str, tag: str) -> None:
        self.change(url, lambda before: _with(before, tags=(*before.tags, tag)))

    def untag(self, url: str, tag: str) -> None:
        self.change(url, lambda before: _with(before, tags=tuple(one for one in before.tags if one != tag)))

    def fold(self) -> None:
        self.session.fold()

    def look(self) -> dict[str, Any]:
        self.session.refresh()
        return {str(id): [found.url, found.title, *found.tags] for id, found in self.session.library.bookmarks.items()}

    def close(self) -> None:
        self.session.close()

    def reopen(self) -> None:
        self.session.close()
        self.session = Session(self.path, "ana")


def _with(before: Bookmark, **fields: Any) -> Bookmark:
    return Bookmark(**{name: fields.get(name, getattr(before, name)) for name in before.__struct_fields__})


class TableWriter:
    """A script with TinyDB: ``opened`` gives the table that an operation works on."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, operation: Callable[[Table], Any]) -> Any:
        raise NotImplementedError

    def add(self, url: str, title: str) -> None:
        now = f"{utc_now():%Y-%m-%dT%H:%M:%SZ}"
        self.run(lambda table: table.insert({"url": url, "title": title, "added": now, "modified": now}))

    def edit(self, url: str, title: str) -> None:
        self.run(lambda table: table.update({"title": title}, Query().url == url))

    def delete(self, url: str) -> None:
        self.run(lambda table: table.remove(Query().url == url))

    def tag(self, url: str, tag: str) -> None:
        self.run(
            lambda table: table.update(lambda row: row.update(tags=[*row.get("tags", []), tag]), Query().url == url)
        )

    def untag(self, url: str, tag: str) -> None:
        def take(row: dict[str, Any]) -> None:
            row["tags"] = [one for one in row.get("tags", []) if one != tag]

        self.run(lambda table: table.update(take, Query().url == url))

    def look(self) -> dict[str, Any]:
        rows = self.run(lambda table: [(str(row.doc_id), row) for row in table])
        return {id: [row["url"], row.get("title", ""), *row.get("tags", [])] for id, row in rows}

    def fold(self) -> None: ...

    def close(self) -> None: ...


class DatabaseWriter(TableWriter):
    """A script with our TinyDB."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.db = LibraryDB(path)

    def run(self, operation: Callable[[Table], Any]) -> Any:
        while True:
            try:
                return operation(self.db.table("bookmarks"))
            except MovedError:  # a plain writer came between; nothing was acknowledged
                continue

    def fold(self) -> None:
        self.db.close()
        self.db = LibraryDB(self.path)

    def close(self) -> None:
        self.db.close()


class PlainWriter(TableWriter):
    """A script with TinyDB as it is, opened anew each time."""

    def run(self, operation: Callable[[Table], Any]) -> Any:
        with TinyDB(self.path, encoding="utf-8") as db:
            return operation(db.table("bookmarks"))


KINDS: dict[str, Callable[[Path], Writer]] = {"session": SessionWriter, "db": DatabaseWriter, "plain": PlainWriter}


def work(writer: Writer, name: str, changes: int, seconds: float) -> dict[str, Any]:
    """Make random changes; return those that were acknowledged."""
    chance = random.Random(name)
    own: dict[str, str | None] = {}
    tags: dict[str, list[str]] = {url: [] for url in SHARED}
    end = time.monotonic() + seconds
    done = 0
    while done < changes and time.monotonic() < end:
        there = [url for url, title in own.items() if title is not None]
        mine = [url for url in there if not url.startswith(KEPT)]
        shared = chance.choice(SHARED)
        title, roll = f"{name} {done}", chance.random()
        if roll < 0.35 or not mine:
            url = f"{chance.choice((KEPT, 'http://own.org/'))}{name}/{done}"
            writer.add(url, title)
            own[url] = title
        elif roll < 0.6:
            url = chance.choice(there)
            writer.edit(url, title)
            own[url] = title
        elif roll < 0.7:
            url = chance.choice(mine)
            writer.delete(url)
            own[url] = None
        elif roll < 0.85 or not tags[shared]:
            writer.tag(shared, f"{name}-{done}")
            tags[shared].append(f"{name}-{done}")
        else:
            writer.untag(shared, tags[shared].pop())
        done += 1
        if chance.random() < 0.05:
            writer.fold()
        elif isinstance(writer, SessionWriter) and name.endswith("r") and chance.random() < 0.05:
            writer.reopen()
    return {"own": own, "tags": tags, "done": done}


def main(kind: str, path: str, name: str, changes: str, seconds: str) -> None:
    writer = KINDS[kind](Path(path))
    told = work(writer, name, int(changes), float(seconds))
    print(json.dumps(told), flush=True)
    sys.stdin.readline()
    writer.look()  # which brings in what came late
    print(flush=True)
    sys.stdin.readline()
    print(json.dumps(writer.look()), flush=True)
    sys.stdin.readline()
    writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
