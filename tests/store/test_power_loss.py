"""The power may go at any instant, also where a process had died or a call had failed before."""

import copy
import errno
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tagtui.errors import LibraryFileError
from tagtui.session import Session
from tests.store.calls import Call, Calls, Fault, read_json
from tests.store.disk import Disk, Tree
from tests.store.story import STORY, State, Step, Teller, begin, change_to, seen, stage, states

LAST_WORD = Step("last word", {"http://last.org/": "Last"})


class Theatre:
    """A story that was told in ``root``, on a disk; ``log`` is what was called."""

    def __init__(self, root: Path, *, is_new: bool, fault: Fault | None = None) -> None:
        self.root = root
        root.mkdir(parents=True)
        self.path = begin(root, is_new=is_new)
        before = seen(self.path)
        self.states = [before, *states(begin=before)]
        self.disk = Disk(root)
        calls = Calls(root, fault)
        with calls.intercepted():
            teller = Teller(self.path, calls)
            for number, step in enumerate(STORY, 1):
                try:
                    teller.tell(step)
                except LibraryFileError:
                    teller.tell(step)
                calls.acknowledged(number)
        self.log = calls.log
        self.names = calls.names

    def put(self, tree: Tree) -> None:
        """Let ``tree`` be what is on the disk."""
        shutil.rmtree(self.root)
        self.root.mkdir()
        for name, content in tree.items():
            path = self.root / name
            if content is None:
                path.mkdir()
            else:
                path.write_bytes(content)

    def allowed(self, log: Iterable[Call]) -> list[State]:
        """Return what may be seen after ``log``: what was acknowledged, and no more than the step under way."""
        done = max((call.at for call in log if call.name == "ack"), default=0)
        return self.states[done : done + 2]

    def check(self, tree: Tree, allowed: list[State], what: str) -> None:
        """See that ``tree`` shows one of ``allowed``."""
        self.put(tree)
        try:
            assert read_json(self.path) is not None or {} in allowed, f"no file {what}"
            found = seen(self.path)
        except (LibraryFileError, ValueError) as error:
            raise AssertionError(f"{what}: {error}") from error
        assert found in allowed, f"{what}: {found}, not {allowed}"


@contextmanager
def told(folder: Path, *, is_new: bool, fault: Fault | None = None) -> Iterator[Theatre]:
    with stage(folder / "disk"):
        yield Theatre(folder / "disk", is_new=is_new, fault=fault)


def prove_against_power_loss(folder: Path, *, is_new: bool, stride: int = 1) -> int:
    """Let the power go after each call; return how many states of the disk that makes."""
    count = 0
    known: list[tuple[Tree, list[State]]] = []
    with told(folder, is_new=is_new) as theatre:
        disk = theatre.disk
        for end, call in enumerate(theatre.log, 1):
            disk.play([call])
            allowed = theatre.allowed(theatre.log[:end])
            for tree in disk.after_power_loss(stride, end):
                if (tree, allowed) not in known[-40:]:
                    known.append((tree, allowed))
                    theatre.check(tree, allowed, f"after call {end} ({call.name} {Path(call.path).name})")
                    count += 1
    return count


def prove_against_power_loss_after_a_death(
    folder: Path, *, is_new: bool, stride: int = 1, chosen: Callable[[Call], bool] = lambda _: True
) -> int:
    """Let a process die after each ``chosen`` call, let another one go on, and let the power go; count the states."""
    count = 0
    with told(folder, is_new=is_new) as theatre:
        disk = theatre.disk
        for end, call in enumerate(theatre.log, 1):
            disk.play([call])
            if end % stride or call.name in ("lock", "rights", "ack", "open") or not chosen(call):
                continue
            theatre.put(disk.as_killed())
            before = theatre.allowed(theatre.log[:end])
            after = [LAST_WORD.after(state) for state in before]
            calls = Calls(theatre.root)
            with calls.intercepted():
                session = Session(theatre.path, "jm")
                opened = len(calls.log)
                session.apply(change_to(session, LAST_WORD.titles))
                acknowledged = len(calls.log)
                session.close()
            then, at = copy.deepcopy(disk), 0
            for extent, allowed in ((opened, before), (acknowledged, after), (len(calls.log), after)):
                then.play(calls.log[at:extent])
                at = extent
                for tree in then.after_power_loss(min(stride, 3), end):
                    theatre.check(tree, allowed, f"a death after call {end} ({call.name}), then {extent}")
                    count += 1
    return count


def prove_against_power_loss_after_a_failure(folder: Path, *, is_new: bool, stride: int = 1) -> int:
    """Let each sync fail in its turn, and the power go after each change that follows; count the states."""
    count = 0
    with told(folder / "dry", is_new=is_new) as dry:
        syncs = [number for number, name in enumerate(dry.names) if name == "sync"]
    for at in syncs[::stride]:
        with told(folder / str(at), is_new=is_new, fault=Fault(at, error=errno.EIO)) as theatre:
            disk = theatre.disk
            failed, left = False, 3
            for end, call in enumerate(theatre.log, 1):
                disk.play([call])
                failed = failed or call.failed
                if failed and call.name == "ack" and left:
                    left -= 1
                    for tree in disk.after_power_loss():
                        theatre.check(tree, theatre.allowed(theatre.log[:end]), f"sync {at} failed, lost after {end}")
                        count += 1
    return count


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_the_power_may_go_after_any_call(tmp_path: Path, is_new: bool) -> None:
    assert prove_against_power_loss(tmp_path, is_new=is_new, stride=31) > 10


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_the_power_may_go_after_a_process_has_died(tmp_path: Path, is_new: bool) -> None:
    assert prove_against_power_loss_after_a_death(tmp_path, is_new=is_new, stride=23) > 10


def test_what_a_process_merged_that_died_before_its_sync_is_synced_before_the_other_journal_goes(
    tmp_path: Path,
) -> None:
    def is_line(call: Call) -> bool:
        return call.name == "write" and Path(call.path).suffix == ".journal"

    assert prove_against_power_loss_after_a_death(tmp_path, is_new=False, chosen=is_line) > 10


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_the_power_may_go_after_a_sync_has_failed(tmp_path: Path, is_new: bool) -> None:
    assert prove_against_power_loss_after_a_failure(tmp_path, is_new=is_new, stride=23) > 10


@pytest.mark.long
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "plain"])
def test_the_power_may_go_at_any_instant_whatever_came_before(tmp_path: Path, is_new: bool) -> None:
    assert prove_against_power_loss(tmp_path / "alone", is_new=is_new) > 500
    assert prove_against_power_loss_after_a_death(tmp_path / "death", is_new=is_new) > 1000
    assert prove_against_power_loss_after_a_failure(tmp_path / "failure", is_new=is_new) > 500


def prove_against_flipped_bytes(folder: Path) -> None:
    """Flip each byte of the journal's last line in its turn: the change in it may be gone, and nothing else is seen."""
    with stage(folder):
        path = begin(folder)
        session = Session(path, "jm")
        found = [seen(path)]
        for step in STORY[2:4]:
            session.apply(change_to(session, step.titles))
            found.append(seen(path))
        [journal] = session._ledger.state.journals()
        content = journal.read_bytes()
        for at in range(content.rfind(b"\n", 0, -1) + 1, len(content)):
            journal.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert seen(path) == found[1], f"byte {at} flipped"


def test_a_byte_that_flips_in_the_journal_is_never_taken_for_a_change(tmp_path: Path) -> None:
    prove_against_flipped_bytes(tmp_path)
