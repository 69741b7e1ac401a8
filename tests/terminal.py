"""A program on a real pseudo-terminal: keys go in, what a person would see comes out.

    with Terminal(["tagtui", "--demo"], home=tmp_path) as terminal:
        terminal.wait_for("bookmarks")
        terminal.send("j", "enter")
        terminal.settle()
        assert "1 of 47" in terminal.text()

Bytes are stamped as they arrive and drawn (by pyte) only when somebody looks, so that drawing does
not count into the times. The terminal answers nothing: queries stay open, as on a plain xterm.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte
from ptyprocess import PtyProcess  # type: ignore[import-untyped]  # it ships no types
from pyte.screens import Char

Shown = str | Callable[[str], bool]
"""What to wait for: a text anywhere on the screen, or a question about the whole screen's text."""

KEYS: dict[str, str] = {
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "insert": "\x1b[2~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f5": "\x1b[15~",
    "f10": "\x1b[21~",
    **{f"ctrl+{letter}": chr(ord(letter) & 31) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
"""What an xterm sends for a key, by the name Textual gives the key."""

_NOT_FOR_PYTE = re.compile(
    rb"\x1b\[[<=>][0-?]*[ -/]*[@-~]"  # private sequences: kitty's keyboard, XTVERSION, DA2
    rb"|\x1b\[\?[0-?]*[@-gi-km-~]"  # of the ?-sequences pyte knows h and l
    rb"|\x1b\[[0-?]*[ -/]+[@-~]"  # intermediates: mode queries ($p), cursor shape ( q)
    rb"|\x1b\[[0-9;]*:[0-9;:]*m"  # colours and underlines with colons
    rb"|\x1b[PX^_].*?\x1b\\"  # strings: DCS, SOS, PM, APC
    rb"|\x1b\].*?(?:\x07|\x1b\\)",  # OSC: title, clipboard, links
    re.DOTALL,
)
"""pyte takes these for text or for other sequences; none of them draws."""

_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[PX^_\]][^\x07\x1b]*\x1b?)?\Z")
"""A sequence whose end is still to come."""


class NeverShownError(TimeoutError):
    """What was waited for did not come; the message ends with the screen as it was."""


class Terminal:
    """A program running on a pseudo-terminal of its own, and that terminal's screen.

    Times are in seconds and run from the last thing done to the program: its start, a key, a
    click, a resize.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        home: Path,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start `command` in the folder `home`, which also holds all it may keep.

        `environment` adds to `clean_environment(home)`, and replaces what has the same name there.
        """
        self.columns, self.rows = columns, rows
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._arrived: list[tuple[float, bytes]] = []
        self._undrawn: deque[tuple[float, bytes]] = deque()
        self._tail = b""
        self._closed = False
        env = {**clean_environment(home), **(environment or {})}
        program = shutil.which(command[0], path=env["PATH"]) or command[0]
        self._asked = time.perf_counter()
        self._process = PtyProcess.spawn(
            [program, *command[1:]],
            cwd=str(home),
            env=env,
            dimensions=(rows, columns),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # What goes in

    def send(self, *keys: str) -> None:
        """Press keys, one after the other: names out of `KEYS`, or single characters."""
        self._write("".join(_code(key) for key in keys))

    def type(self, text: str) -> None:
        """Type `text` as it stands."""
        self._write(text)

    def paste(self, text: str) -> None:
        """Paste `text`, in brackets as terminals do."""
        self._write(f"\x1b[200~{text}\x1b[201~")

    def click(self, row: int, column: int) -> None:
        """Press and release the first mouse button; rows and columns count from 0."""
        place = f"{column + 1};{row + 1}"
        self._write(f"\x1b[<0;{place}M\x1b[<0;{place}m")

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._draw()
        self.columns, self.rows = columns, rows
        self._screen.resize(rows, columns)
        self._asked = time.perf_counter()
        self._process.setwinsize(rows, columns)

    # When it comes out

    def settle(self, *, quiet: float = 0.15, patience: float = 2.0, longest: float = 10.0) -> float:
        """Wait until nothing has come for `quiet` seconds; the time to the last byte that came.

        The quiet itself does not count. 0.0 if nothing at all comes within `patience`. Choose
        `quiet` longer than the program's own pauses (a debounce). A program that never is quiet
        (a blinking cursor) is left after `longest`: for those there is `settle_text`.
        """
        already = len(self._arrived)
        end = time.perf_counter() + longest
        while self._read(quiet if len(self._arrived) > already else patience):
            if time.perf_counter() > end:
                break
        return self.latest if len(self._arrived) > already else 0.0

    def settle_text(self, *, quiet: float = 0.3, patience: float = 2.0) -> float:
        """As `settle`, but only what changes a letter counts: a cursor may blink, colours change.

        0.0 if no letter changes within `patience`.
        """
        before, changed, end = self.text_drawn(), 0.0, time.perf_counter() + patience
        while self._undrawn or self._read(end - time.perf_counter()):
            while self._undrawn:
                moment = self._draw_next()
                self._read_all()
                if (now := self.text_drawn()) != before:
                    before, changed, end = now, moment, moment + quiet
        return changed - self._asked if changed else 0.0

    def wait_for(self, shown: Shown, *, timeout: float = 20.0) -> float:
        """Wait until `shown` is on the screen; the time at which the byte that completed it came.

        0.0 if it is there already. Raises `NeverShownError`.
        """
        is_shown = _question(shown)
        if is_shown(self.text()):
            return 0.0
        deadline = time.perf_counter() + timeout
        while True:
            while self._undrawn:
                moment = self._draw_next()
                self._read_all()
                if is_shown(self.text_drawn()):
                    return moment - self._asked
            left = deadline - time.perf_counter()
            if left <= 0 or not self._read(left):
                raise NeverShownError(self._not_shown(shown, timeout))

    def wait_exit(self, timeout: float = 10.0) -> int:
        """Wait until the program has ended; its exit status, or minus the signal that ended it."""
        deadline = time.perf_counter() + timeout
        while self._process.isalive():
            if time.perf_counter() > deadline:
                raise NeverShownError(f"it did not end in {timeout} s:\n{self.text()}")
            self._read(0.02)
        self._read_all()
        if self._process.signalstatus is not None:
            return -int(self._process.signalstatus)
        return int(self._process.exitstatus)

    @property
    def latest(self) -> float:
        """The time to the last byte that came."""
        return self._arrived[-1][0] - self._asked

    # What is on the screen

    def text(self) -> str:
        """The screen as it is now: `rows` lines, without the spaces at their ends."""
        self._read_all()
        self._draw()
        return self.text_drawn()

    def lines(self) -> list[str]:
        """`text()`, line by line."""
        return self.text().split("\n")

    def text_drawn(self) -> str:
        """The screen as last drawn, without looking for more."""
        return "\n".join(self._line(row) for row in range(self.rows))

    def find(self, text: str) -> tuple[int, int]:
        """Row and column of the first place where `text` stands. Raises `NeverShownError`."""
        for row, line in enumerate(self.lines()):
            at = line.find(text)
            if at >= 0:
                return row, self._column(row, at)
        raise NeverShownError(f"{text!r} is not on the screen:\n{self.text()}")

    def cell(self, row: int, column: int) -> Char:
        """One cell: its `data`, `fg`, `bg`, `bold`, `italics`, `underscore`, `reverse`."""
        self._read_all()
        self._draw()
        return self._screen.buffer[row][column]

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the terminal's own cursor."""
        self._draw()
        return self._screen.cursor.y, self._screen.cursor.x

    @property
    def raw(self) -> bytes:
        """Everything the program has written so far."""
        self._read_all()
        return b"".join(data for _, data in self._arrived)

    # The program

    @property
    def pid(self) -> int:
        """The program's process id."""
        return int(self._process.pid)

    @property
    def alive(self) -> bool:
        """Whether the program still runs."""
        return bool(self._process.isalive())

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        """Send the program a signal."""
        self._process.kill(signal_number)

    def close(self) -> None:
        """End the program, if need be by force, and give the terminal back."""
        if self._process.isalive():
            self.kill()
            self._process.wait()
        self._process.close()

    def _write(self, text: str) -> None:
        self._read_all()
        self._draw()
        self._asked = time.perf_counter()
        os.write(self._process.fd, text.encode())

    def _read(self, timeout: float) -> bool:
        """Whether anything came within `timeout` seconds; it is kept with its time of arrival."""
        if self._closed:
            return False
        if not select.select([self._process.fd], [], [], max(0.0, timeout))[0]:
            return False
        try:
            data = os.read(self._process.fd, 65_536)
        except OSError:  # Linux: the other side is gone
            data = b""
        if not data:
            self._closed = True
            return False
        arrival = (time.perf_counter(), data)
        self._arrived.append(arrival)
        self._undrawn.append(arrival)
        return True

    def _read_all(self) -> None:
        while self._read(0):
            pass

    def _not_shown(self, shown: Shown, timeout: float) -> str:
        what = repr(shown) if isinstance(shown, str) else shown.__name__
        if self._closed:
            last = self.text().rstrip().rpartition("\n")[2]
            return f"it ended before {what} was shown: {last}\n{self.text()}"
        return f"{what} was not shown in {timeout:g} s:\n{self.text()}"

    def _draw(self) -> None:
        while self._undrawn:
            self._draw_next()

    def _draw_next(self) -> float:
        """Draw the earliest bytes that are not on the screen yet; the time they came."""
        moment, data = self._undrawn.popleft()
        data = self._tail + data
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self._tail = data[end:]
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", data[:end]))
        return moment

    def _line(self, row: int) -> str:
        cells = self._screen.buffer[row]
        return "".join(cells[column].data for column in range(self.columns)).rstrip()

    def _column(self, row: int, at: int) -> int:
        """The column of a line's character: wide ones take two, combining ones none."""
        cells = self._screen.buffer[row]
        taken = 0
        for column in range(self.columns):
            taken += len(cells[column].data)
            if taken > at:
                return column
        return self.columns


def clean_environment(home: Path) -> dict[str, str]:
    """An environment with nothing of the person's in it but PATH: all folders are in `home`."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "TMPDIR": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_RUNTIME_DIR": str(home),
    }


def _code(key: str) -> str:
    if key in KEYS:
        return KEYS[key]
    if len(key) != 1:
        raise ValueError(f"no key is called {key!r}; type() sends text")
    return key


def _question(shown: Shown) -> Callable[[str], bool]:
    if isinstance(shown, str):
        return lambda screen: shown in screen
    return shown
