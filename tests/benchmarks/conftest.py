"""The options and fixtures of the benchmarks, and the table at the end of the run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.benchmarks.process import run
from tests.benchmarks.report import Table

SIZES = "1000,10000,100000"
ROOT = Path(__file__).parents[2]

_table = pytest.StashKey[Table]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--sizes` and `--rounds`."""
    group = parser.getgroup("tagtui benchmarks")
    group.addoption("--sizes", default=SIZES, help=f"bookmarks, with commas between ({SIZES})")
    group.addoption("--rounds", type=int, default=7, help="how often each thing is measured (7)")


def pytest_configure(config: pytest.Config) -> None:
    """One table is enough: pytest-benchmark keeps quiet."""
    config.option.benchmark_quiet = True
    sizes = sorted({int(size) for size in config.getoption("--sizes").split(",")})
    config.stash[_table] = Table(sizes)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    table = config.stash[_table]
    if table.works:
        terminalreporter.write_line("")
        for line in table.lines():
            terminalreporter.write_line(line)
        load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
        terminalreporter.write_line(
            f"Load {load} on {os.cpu_count()} cores: where it is higher than the cores, trust the ratios only."
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a `size` runs once for each of `--sizes`."""
    if "size" in metafunc.fixturenames:
        metafunc.parametrize("size", metafunc.config.stash[_table].sizes)


class Files:
    """Generated bookmark files: each is made once in a run, when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def library(self, size: int) -> Path:
        """tagtui's own file."""
        return self._made("library", size)

    def pinboard(self, size: int) -> Path:
        """Pinboard's JSON."""
        return self._made("pinboard", size)

    def netscape(self, size: int) -> Path:
        """A browser's HTML."""
        return self._made("netscape", size)

    def _made(self, kind: str, size: int) -> Path:
        path = self._folder / f"{kind}-{size}"
        if not path.exists():  # in a process of its own, to keep this one small
            command = [sys.executable, "-m", "tests.benchmarks.corpus", kind, str(size), str(path)]
            run(command, home=self._folder, environment={"PYTHONPATH": str(ROOT)})
        return path


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Table:
    """Where the figures go."""
    return request.config.stash[_table]


@pytest.fixture(scope="session")
def sizes(table: Table) -> list[int]:
    """How many bookmarks the libraries have, the smallest first."""
    return list(table.sizes)


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How often each thing is measured; the median counts."""
    chosen: int = request.config.getoption("--rounds")
    return chosen


@pytest.fixture(scope="session")
def files() -> Iterator[Files]:
    """The generated files of this run: up to 200 MB, gone after it."""
    with TemporaryDirectory(prefix="tagtui-benchmarks-") as folder:
        yield Files(Path(folder))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with nothing in it."""
    return tmp_path
