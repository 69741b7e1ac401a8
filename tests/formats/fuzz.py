"""Damaged files for every reader: nothing but ImportFileError is raised, and no time taken out of proportion.

    python -m tests.formats.fuzz --seconds 180 [--format NAME] [--seed N] [--keep FOLDER]

The files are those of the producers in ``data``, and what the writers write.  A file that makes a reader say something
new is damaged further.  Time is this process's own on a CPU; where a file takes suspiciously much of it, the same
damage with all that is repeated twice and four times as often tells whether the time grows faster than the file.  What
is found is printed, with the file cut down to little more than what it takes; exits 1 if there is anything.
"""

import argparse
import gc
import re
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import FrameType

import msgspec

from tagtui.core.bookmark import Bookmark, Draft
from tagtui.core.intake import Skipped, accept
from tagtui.errors import ImportFileError
from tagtui.formats.registry import Entry, Format, Source, Writing, by_name, read, readable, writable
from tests.formats.firefox_store import Store
from tests.formats.mutator import mutated
from tests.formats.samples import NAMES, NOW, OWNER, bookmark, sample, written

_NAME = "fuzz.bin"
_LONGEST_LINE = 1_000  # characters of what a person is told of one thing
_MOST_FILES, _LARGE = 300, 20_000  # files to be damaged further, for each reader, and bytes of one
_SLOW, _SLOW_PER_BYTE = 0.15, 2.5e-6  # seconds; more than both together is worth another look
_GROWTH = 1.4  # times as many seconds a byte in a file twice as long: in proportion it is 1, quadratic 2
_TOO_SHORT = 0.02  # seconds; some clocks tick every 4 ms
_HANGS = 60  # seconds for one file, after which nobody waits
_MEMORY = 4 << 30  # bytes, for all there is
_CUTS = 2_000  # attempts to make a file smaller
_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|[0-9][0-9,]*")  # what differs between two that say the same

_LIBRARY = (
    bookmark("https://example.org/?a=1&b=[2]", title='Q & A: <b>"1"</b> [x](y)', tags=("c++", "a/b", "日本")),
    bookmark("https://example.org/2", annotation="One.\n\n- two\n  three & <p>\n\n* four", private=True, by="fogus"),
    bookmark("https://example.org/(3)", title="Größe", unread=True, extra={"pinboard": {"meta": "m"}}),
)


class Hangs(BaseException):
    """A reader is at work for so long that something must be wrong; not to be caught by any."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a reader did that it must not do, and the bytes that it did it with."""

    what: str
    content: bytes


@dataclass(slots=True)
class Fuzz:
    """The fuzzing of one reader; ``clock`` gives seconds, and one that stands still judges no time."""

    chosen: Format
    random: Random
    clock: Callable[[], float]
    runs: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: tuple[float, bytes] = (0.0, b"")  # seconds a byte, and the file
    failures: dict[str, Failure] = field(default_factory=dict)  # by where they come from, the smallest each
    _files: list[bytes] = field(default_factory=list)
    _heard: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        own = [content for content in corpus() if self.chosen.recognises(content[:65_536])]
        self._files = own or list(corpus())

    def run(self) -> None:
        """Damage one file, and read it."""
        content, seed = self.random.choice(self._files), self.random.getrandbits(32)
        damaged = mutated(content, corpus(), Random(seed))
        self.runs += 1
        seconds = self._try(damaged)
        if seconds > _TOO_SHORT:
            self.slowest = max(self.slowest, (seconds / len(damaged), damaged))
        if seconds > _SLOW + _SLOW_PER_BYTE * len(damaged):
            self._compare([mutated(content, corpus(), Random(seed), scale) for scale in (1, 2, 4)])

    def _try(self, content: bytes) -> float:
        """Read ``content`` and return the seconds that took."""
        start = self.clock()
        said: set[str] = set()
        try:
            said.update(taken_in(content, self.chosen))
        except (Exception, Hangs) as error:  # noqa: BLE001 (finding them is what this is for)
            self._fail(_origin(error), f"{type(error).__name__}: {error}"[:_LONGEST_LINE], content)
        seconds = self.clock() - start
        self.seconds += seconds
        is_refused = any(line.startswith(_NAME) for line in said)
        self.refused += is_refused
        new = {_VARIABLE.sub("…", line) for line in said} - self._heard
        if new and not is_refused and len(content) < _LARGE and len(self._files) < _MOST_FILES:
            self._heard |= new
            self._files.append(content)
        return seconds

    def _compare(self, growing: Sequence[bytes]) -> None:
        """Look whether the time for each of ``growing`` is out of proportion to that for the one before."""
        first, _, last = growing
        if len(last) < 3 * len(first):  # little in it was repeated
            growing = [first * scale for scale in (1, 2, 4)]
        gc.collect()  # what others have left is not to be counted in
        told, before = [], 0.0
        for content in growing:
            seconds = min(self._try(content) for _ in range(2))
            told.append(f"{seconds:.2f} s for {len(content):,} bytes")
            if seconds / len(content) < _GROWTH * before:
                return
            before = seconds / len(content)
        self._fail("time", f"its time grows faster than the file: {', '.join(told)}", first)

    def _fail(self, origin: str, what: str, content: bytes) -> None:
        before = self.failures.get(origin)
        if before is None or len(content) < len(before.content):
            self.failures[origin] = Failure(what, content)

    def shrunk(self, origin: str) -> bytes:
        """Return the content of a failure with everything left out that it does not need."""

        def fails(content: bytes) -> bool:
            self._try(content)
            return self.failures[origin].content == content

        content = self.failures[origin].content
        return content if origin == "time" else shrunk(content, fails)


def shrunk(content: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Return ``content`` without the pieces that ``fails`` does not need, ever smaller ones.

    The idea is that of Zeller and Hildebrandt's delta debugging (2002); after so many attempts it is good enough.
    """
    attempts, size = 0, len(content) // 2
    while size:
        start = 0
        while start < len(content) and attempts < _CUTS:
            attempts += 1
            less = content[:start] + content[start + size :]
            if fails(less):
                content = less
            else:
                start += size
        size //= 2
    return content


@cache
def corpus() -> tuple[bytes, ...]:
    """Return the files that are damaged: those of all formats, each reader's and the others'."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "places.sqlite"
        store = Store(path, page_size=1_024, auto_vacuum="NONE")
        store.bookmark(store.place(), store.folder("Größe"))
        store.close()
        places = path.read_bytes()
    return (*map(sample, NAMES), *(written(_LIBRARY, it.name) for it in writable()), places)


def taken_in(content: bytes, chosen: Format) -> Iterator[str]:
    """Take ``content`` in as an import does, and yield what is said to a person; raises whatever goes wrong.

    What was read must be fit to be kept, and where there is a writer, the URLs come back from what it writes.
    """
    chosen.recognises(content[:65_536])
    try:
        entries = list(read(Source(content, _NAME, folders_as_tags=True), chosen))
        entries = list(read(Source(content, _NAME), chosen))
    except ImportFileError as error:
        yield _checked(str(error), _NAME)
        return
    yield from _said(entries)
    bookmarks = [accept(entry, OWNER, NOW) for entry in entries if isinstance(entry, Draft)]
    assert all(it.url for it in bookmarks), "it has no URL"
    assert msgspec.json.decode(msgspec.json.encode(bookmarks), type=list[Bookmark]) == bookmarks, "it cannot be kept"
    if chosen.write and bookmarks:
        out = BytesIO()
        chosen.write(bookmarks, out, Writing(OWNER))
        again = read(Source(out.getvalue(), _NAME), chosen)
        urls = [accept(entry, OWNER, NOW).url for entry in again if isinstance(entry, Draft)]
        assert urls == [it.url for it in bookmarks], "what is written is not read again"


def _said(entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, Skipped):
            yield _checked(f"{entry.where}: {entry.reason}", entry.where or "its place")
        else:
            yield from (_checked(f"{entry.where}: {line}", entry.where or "its place") for line in entry.warnings)


def _checked(line: str, place: str) -> str:
    assert line.startswith(place), f"it does not name {place}: {line}"
    assert len(line) > len(place) + 5, f"it says nothing: {line}"
    assert len(line) < _LONGEST_LINE, "it is long"
    return line


def _origin(error: BaseException) -> str:
    """Return what is the same of two errors that come from the same place."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise Hangs(f"it takes more than {_HANGS} s")


def _cpu_seconds() -> float:
    signal.setitimer(signal.ITIMER_PROF, _HANGS)  # anew with each look at the clock, before a file and after it
    return time.process_time()


def _report(fuzz: Fuzz) -> str:
    per_byte, content = fuzz.slowest
    speed = f"{1 / per_byte / 1_000:,.0f} kB/s ({len(content):,} B)" if per_byte else "-"
    counts = f"{fuzz.runs:>8,}{fuzz.refused:>9,}{fuzz.seconds:>9.1f}"
    return f"{fuzz.chosen.name:<16}{counts}  {speed:<24}{len(fuzz.failures):>9}"


def _keep(folder: Path | None, name: str, content: bytes) -> None:
    if folder and content:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.bin").write_bytes(content)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.formats.fuzz", description="Fuzz the readers.")
    parser.add_argument("--seconds", type=float, default=60, help="for how long, all readers together")
    parser.add_argument("--format", type=by_name, action="append", help="only this reader")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other damage")
    parser.add_argument(
        "--keep", type=Path, help="a folder for the bytes of failures, and for the slowest file of each reader"
    )
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGPROF, _hang)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    fuzzes = [Fuzz(it, Random(f"{given.seed} {it.name}"), _cpu_seconds) for it in given.format or readable()]
    end = time.monotonic() + given.seconds
    with suppress(KeyboardInterrupt):
        for fuzz in cycle(fuzzes):
            if time.monotonic() > end:
                break
            fuzz.run()
    print(f"{'format':<16}{'runs':>8}{'refused':>9}{'seconds':>9}  {'slowest':<24}{'failures':>9}")
    print(*map(_report, fuzzes), sep="\n")
    for fuzz in fuzzes:
        _keep(given.keep, f"{fuzz.chosen.name}-slowest", fuzz.slowest[1])
        for origin in list(fuzz.failures):
            content = fuzz.shrunk(origin)
            print(f"\n{fuzz.chosen.name}: {origin}: {fuzz.failures[origin].what}\n  {content[:200]!r}")
            _keep(given.keep, f"{fuzz.chosen.name}-{sha256(content).hexdigest()[:12]}", content)
    return 1 if any(fuzz.failures for fuzz in fuzzes) else 0


if __name__ == "__main__":
    sys.exit(main())
