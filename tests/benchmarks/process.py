"""Run a program to its end: how long it took, and how much memory it had at its peak."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.terminal import clean_environment

_LAUNCHER = """
import json, os, sys, time
out, err, report, *command = sys.argv[1:]
started = time.perf_counter()
child = os.fork()
if not child:
    for name, number in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
    os.execvp(command[0], command)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - started
with open(report, "w") as file:
    cpu = usage.ru_utime + usage.ru_stime
    json.dump([seconds, cpu, usage.ru_maxrss, os.waitstatus_to_exitcode(status)], file)
"""
"""A process that forks has its own peak counted into its child's: so a small one does the forking."""

_RSS_UNIT = 1 if sys.platform == "darwin" else 1_024


class CommandFailedError(RuntimeError):
    """A measured command ended with something else than 0."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run cost (`seconds` by the clock; `cpu` seconds; `peak`, in bytes) and what it wrote."""

    seconds: float
    cpu: float
    peak: int
    out: str


def run(command: Sequence[str], *, home: Path, environment: Mapping[str, str] | None = None) -> Outcome:
    """Run `command` in `home`, with nothing of the person's environment.

    Raises `CommandFailedError` with the end of what it wrote on stderr.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err, report = (Path(folder, name) for name in ("out", "err", "report"))
        places = [str(out), str(err), str(report)]
        launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *places, *command]
        subprocess.run(
            launcher,
            cwd=home,
            env={**clean_environment(home), **(environment or {})},
            check=True,
            stdin=subprocess.DEVNULL,
        )
        seconds, cpu, peak, status = json.loads(report.read_text("utf-8"))
        if status:
            last = err.read_text("utf-8", "replace").strip().splitlines()[-1:]
            raise CommandFailedError(f"exit {status}: {''.join(last) or 'nothing on stderr'}")
        return Outcome(seconds, cpu, peak * _RSS_UNIT, out.read_text("utf-8", "replace"))


def memory(pid: int) -> tuple[int, int]:
    """Resident memory of a running process, now and at its highest, in bytes (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return int(fields["VmRSS"].split()[0]) * 1_024, int(fields["VmHWM"].split()[0]) * 1_024
