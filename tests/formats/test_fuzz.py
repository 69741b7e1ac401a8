"""A short fuzzing of every reader, and what the fuzzing itself finds."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import BinaryIO

import pytest

from tagtui.core.bookmark import Bookmark, Draft
from tagtui.core.intake import Skipped
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Entry, Format, Source, Writing, readable, unrecognised
from tests.formats.fuzz import Fuzz, corpus
from tests.formats.mutator import mutated
from tests.formats.samples import DAY


class Clock:
    """A clock that is put forward by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def fuzzed(chosen: Format, clock: Clock | None = None, runs: int = 12) -> Fuzz:
    run = Fuzz(chosen, Random(chosen.name), clock or Clock())
    for _ in range(runs):
        run.run()
    return run


def failures(read: Callable[[bytes], Iterable[Entry]], clock: Clock | None = None) -> list[str]:
    """Return what is found wrong with a reader that is made of a file's content."""
    return [failure.what for failure in fuzzed(made(read), clock, runs=4).failures.values()]


def made(read: Callable[[bytes], Iterable[Entry]]) -> Format:
    return Format("made", "Made", unrecognised, lambda source: iter(read(source.content)), None)


@pytest.mark.parametrize("chosen", readable(), ids=lambda it: it.name)
def test_a_damaged_file_raises_import_errors_only(chosen: Format) -> None:
    assert [failure.what for failure in fuzzed(chosen).failures.values()] == []


def test_the_same_seed_damages_a_file_in_the_same_way() -> None:
    for seed in range(50):
        first, second = (mutated(corpus()[0], corpus(), Random(seed)) for _ in range(2))
        assert first == second


# What is found


def test_another_exception_is_found_and_its_file_cut_down_to_what_raises_it() -> None:
    def read(content: bytes) -> Iterator[Entry]:
        if b"<" in content and b">" in content:
            raise KeyError("brackets")
        yield Draft("https://example.org/", added=DAY)

    run = fuzzed(made(read))
    ((origin, failure),) = run.failures.items()
    assert origin.startswith("KeyError at test_fuzz.py:")
    assert failure.what == "KeyError: 'brackets'"
    assert sorted(run.shrunk(origin)) == sorted(b"<>")


def test_an_error_that_does_not_name_the_file_is_found() -> None:
    def read(_content: bytes) -> list[Entry]:
        raise ImportFileError("broken")

    assert failures(read) == ["AssertionError: it does not name fuzz.bin: broken"]


def test_an_entry_without_its_place_is_found() -> None:
    assert "does not name its place" in failures(lambda _content: [Skipped("", "it has no URL")])[0]


def test_a_bookmark_that_cannot_be_kept_is_found() -> None:
    odd = Draft("https://example.org/", added=DAY, extra={"odd": {"set": {1, 2}, "date": DAY}})
    assert "cannot be kept" in failures(lambda _content: [odd])[0]


def test_a_writer_that_loses_something_is_found() -> None:
    def write(_bookmarks: Iterable[Bookmark], out: BinaryIO, _writing: Writing) -> None:
        out.write(b"nothing")

    def read(source: Source) -> Iterator[Entry]:
        if source.content != b"nothing":
            yield Draft("https://example.org/", added=DAY)

    (failure,) = fuzzed(Format("made", "Made", unrecognised, read, write)).failures.values()
    assert failure.what == "AssertionError: what is written is not read again"


def test_a_time_that_grows_faster_than_the_file_is_found_and_a_slow_reader_is_none() -> None:
    clock = Clock()

    def quadratic(content: bytes) -> list[Entry]:
        clock.now += 1e-6 * len(content) ** 2
        return []

    def slow(content: bytes) -> list[Entry]:
        clock.now += 1e-3 * len(content)
        return []

    (found,) = failures(quadratic, clock)
    assert found.startswith("its time grows faster than the file: ")
    assert failures(slow, clock) == []


def test_the_command_tells_of_every_reader_and_keeps_what_it_finds(tmp_path: Path) -> None:
    command = f"-m tests.formats.fuzz --seconds 0.1 --seed 3 --format urls --keep {tmp_path / 'kept'}"
    done = subprocess.run([sys.executable, *command.split()], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["format", "urls"]
