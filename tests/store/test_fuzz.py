"""Random damage to the snapshot and to the journal: never an accident, never a loss of what stands before it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tagtui.store.state import StateFolder
from tests.store.sample import LIBRARY, bookmark, change

ADDED = 6  # bookmarks, each a line of the journal
NEW = "http://new.org/"
SNAPSHOT = LIBRARY.replace('"tags"', '"rating": {"x": [1, 2.5]}, "extra": {"p": {"y": "z"}}, "tags"').encode()


@st.composite
def damages(draw: st.DrawFn) -> tuple[str, float, bytes]:
    """Draw what happens, where (as a part of the whole), and the bytes that it needs."""
    kind = draw(st.sampled_from(["flip", "cut", "insert", "delete"]))
    return (
        kind,
        draw(st.floats(0, 1, exclude_max=True)),
        draw(st.binary(min_size=1, max_size=12) | st.just(b'", "x": ')),
    )


def damaged(content: bytes, damage: tuple[str, float, bytes]) -> tuple[int, bytes]:
    """Return the first byte that is another one now, and the damaged content."""
    kind, part, some = damage
    at = int(part * len(content))
    if kind == "flip":
        return at, content[:at] + bytes([content[at] ^ (1 << some[0] % 8)]) + content[at + 1 :]
    if kind == "cut":
        return at, content[:at]
    return at, content[:at] + (some if kind == "insert" else b"") + content[at + (kind == "delete") * len(some) :]


@contextmanager
def fresh() -> Iterator[Path]:
    """A place for a library."""
    with TemporaryDirectory() as folder:
        yield Path(folder) / "bookmarks.json"


def documents(content: bytes) -> dict[tuple[str, str], Any]:
    tables = json.loads(content.decode("utf-8-sig"))
    return {(table, id): found for table, rows in tables.items() for id, found in rows.items()}


@given(damage=damages())
@settings(max_examples=40, deadline=None)
def test_a_damaged_snapshot_is_refused_and_untouched_or_kept_but_for_the_change(
    damage: tuple[str, float, bytes],
) -> None:
    _, content = damaged(SNAPSHOT, damage)
    with fresh() as path:
        path.write_bytes(content)
        os.utime(path, (0, 0))  # of a file that was written just now, more may be to come
        try:
            session = Session(path, "ana")
            session.apply(change((session.library.next_id, None, bookmark(NEW))))
            session.close()
        except LibraryFileError as error:
            assert "\n" not in str(error)  # noqa: PT017  -- it may be refused, and need not be
            assert path.read_bytes() == content
            return
        if not content.strip():
            return
        before, after = documents(content), documents(path.read_bytes())
        added = [key for key in after if key not in before]
        assert [after[key]["url"] for key in added if key[0] == "bookmarks"] == [NEW]
        assert {key: after[key] for key in after if key not in added} == before
        assert repr(after).startswith("{")


def with_journal(path: Path) -> Path:
    """Make a library with changes in its journal alone, and return the journal."""
    path.write_bytes(SNAPSHOT)
    session = Session(path, "ana")
    for number in range(ADDED):
        session.apply(change((3 + number, None, bookmark(f"http://a.org/{number}"))))
    [journal] = StateFolder.of(path).journals()
    return journal


@pytest.mark.parametrize("does", ["change", "close", "fold and change"])
@given(damage=damages())
@settings(max_examples=15, deadline=None)
def test_a_damaged_journal_keeps_what_stands_before_the_damage_and_sets_aside_what_follows(
    does: str, damage: tuple[str, float, bytes]
) -> None:
    with fresh() as path:
        journal = with_journal(path)
        whole = journal.read_bytes()
        at, content = damaged(whole, damage)
        journal.write_bytes(content)
        lines = whole.splitlines(keepends=True)
        intact = max(whole.count(b"\n", 0, at) - 1, 0)  # the header is none of them
        first = next((n for n, (a, b) in enumerate(zip(whole, content, strict=False)) if a != b), len(content))
        intact = max(whole.count(b"\n", 0, first) - 1, intact)

        session = Session(path, "ana")
        assert {f"http://a.org/{number}" for number in range(intact)} <= urls(session)
        if does.startswith("fold"):
            session.fold()
        if does != "close":
            session.apply(change((session.library.next_id, None, bookmark(NEW))))
        warned = " ".join(session.warnings)
        session.close()
        warned += " ".join(session.warnings)

        with_everything = urls(Session(path, "ana"))
        assert {"http://kafka.org/", *(f"http://a.org/{number}" for number in range(intact))} <= with_everything
        if does != "close":
            assert NEW in with_everything
        aside = b"".join(found.read_bytes() for found in (journal, *journal.parent.glob("*.damaged")) if found.exists())
        for number, line in enumerate(lines[1:]):
            if line in content and f"http://a.org/{number}" not in with_everything:
                assert line in aside, "an intact line was dropped"
                assert "its journal is damaged at byte" in warned, "and nobody was told"
        assert json.loads(path.read_bytes())


def urls(session: Session) -> set[str]:
    return {found.url for found in session.library.bookmarks.values()}
