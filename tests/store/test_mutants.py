"""A proof that a fault would not fail proves nothing: each line that a promise hangs on is taken out in its turn."""

import inspect
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tagtui.store import journal, ledger, lookout, pair, replacement, settling, state, switching
from tests.store.test_failing_calls import prove_against_replacement, prove_against_withdrawal
from tests.store.test_kills import kill_again_and_again
from tests.store.test_power_loss import (
    prove_against_flipped_bytes,
    prove_against_power_loss,
    prove_against_power_loss_after_a_death,
    prove_against_power_loss_after_a_failure,
)

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Mutant:
    """``old`` in the source of ``owner``'s ``name`` becomes ``new``, which ``proof`` is to find out."""

    what: str
    owner: Any
    name: str
    old: str
    new: str
    proof: Callable[[Path], object]

    def __str__(self) -> str:
        return self.what.replace(" ", "-")


def mutate(patch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    """Put the changed function in the place of the one that is there."""
    source = SOURCES[mutant]
    assert mutant.old in source, f"{mutant.name} does not say {mutant.old!r} any more"
    module = sys.modules[getattr(mutant.owner, mutant.name).__module__]
    made: dict[str, Any] = {}
    exec(  # noqa: S102  -- our own source
        compile("from __future__ import annotations\n" + source.replace(mutant.old, mutant.new), __file__, "exec"),
        vars(module),
        made,
    )
    patch.setattr(mutant.owner, mutant.name, made[mutant.name])


def power_loss(folder: Path) -> None:
    for is_new in (False, True):
        prove_against_power_loss(folder / f"{is_new}", is_new=is_new)


def power_loss_after_death(folder: Path) -> None:
    for is_new in (False, True):
        prove_against_power_loss_after_a_death(folder / f"{is_new}", is_new=is_new)


def power_loss_after_failure(folder: Path) -> None:
    for is_new in (False, True):
        prove_against_power_loss_after_a_failure(folder / f"{is_new}", is_new=is_new)


def replacement_at_any_call(folder: Path) -> None:
    for is_new in (False, True):
        prove_against_replacement(folder / f"{is_new}", is_new=is_new)


def withdrawal(folder: Path) -> None:
    prove_against_withdrawal(folder / "two", "Seen")


def two_killed(folder: Path) -> None:
    tally = kill_again_and_again(folder, 60, "ab")
    assert tally.faults == []


LEDGER = ledger.Ledger
PAIR = pair.Pair
MUTANTS = [
    Mutant("no fdatasync in append", journal, "append", "sync_data(descriptor)", "pass", power_loss),
    Mutant("no folder sync for a new journal", journal, "create", "sync_folder(path.parent)", "pass", power_loss),
    Mutant("no folder sync after the rename", replacement, "_sync_folder", "os.fsync(descriptor)", "pass", power_loss),
    Mutant("no sync of folders around", state, "sync_folders", "sync_folder(around)", "pass", power_loss),
    Mutant(
        "no crc",
        journal,
        "_line",
        'content[start : start + 9] != b"%08x " % crc32(payload)',
        "False",
        prove_against_flipped_bytes,
    ),
    Mutant("no lock", PAIR, "writing", "stack.enter_context(locked(self.state.lock, self.path))", "pass", two_killed),
    Mutant(
        "no signature check in a look",
        lookout.Lookout,
        "look",
        "signature == seen.signature",
        "True",
        replacement_at_any_call,
    ),
    Mutant(
        "no signature check in a fold",
        switching,
        "switch",
        "signature_of(pair.path) != seen.signature",
        "False",
        replacement_at_any_call,
    ),
    Mutant(
        "no signature check for a new journal",
        LEDGER,
        "_begin",
        "signature_of(self.path) != seen.signature",
        "False",
        replacement_at_any_call,
    ),
    Mutant(
        "the signature of whoever came last",
        PAIR,
        "known",
        "signature[:3] != ours[:3]",
        "False",
        replacement_at_any_call,
    ),
    Mutant("a line that was taken back is not noticed", journal, "read_tail", "!= last", "is None", withdrawal),
    Mutant(
        "no look before the rename",
        switching,
        "switch",
        "if signature_of(pair.path) != seen.signature:  # the very",
        "if False:  # the very",
        replacement_at_any_call,
    ),
    Mutant("no parent check", settling, "drop_parent", "header.parent is not None", "False", power_loss),
    Mutant(
        "a parent is dropped before the rename is durable",
        settling,
        "drop_parent",
        "pair.sync_library()",
        "pass",
        power_loss_after_death,
    ),
    Mutant(
        "a journal begun by a dead process is trusted",
        LEDGER,
        "append",
        "sync_folder(self.state.folder)",
        "pass",
        power_loss_after_death,
    ),
    Mutant("rename before the sync", replacement, "_replace", "sync_file(descriptor)", "pass", power_loss),
    Mutant(
        "the sync of the data is tried again",
        journal,
        "append",
        "os.ftruncate(descriptor, at)\n            raise",
        "sync_data(descriptor)",
        power_loss_after_failure,
    ),
]
SOURCES = {mutant: textwrap.dedent(inspect.getsource(getattr(mutant.owner, mutant.name))) for mutant in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with monkeypatch.context() as patch:
        mutate(patch, mutant)
        with pytest.raises(AssertionError):
            mutant.proof(tmp_path)
