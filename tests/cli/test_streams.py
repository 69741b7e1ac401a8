"""The real process: pipes, a full device, closed streams, locales, Ctrl+C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tagtui import __version__
from tests.cli.conftest import Cli, run
from tests.cli.kafka import KAFKA
from tests.store.sample import document, write


def shell(command: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line of bash in which ``tagtui`` is ours; the status is that of the first command that failed."""
    script = f'set -o pipefail; tagtui() {{ "{sys.executable}" -m tagtui "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", script], capture_output=True, timeout=60, check=False)


@pytest.fixture
def large(tagtui: Cli) -> Path:
    """A library whose list is larger than a pipe holds."""
    return write(tagtui.library, *(document(f"http://a.org/{number}", title="x" * 200) for number in range(2000)))


@pytest.mark.usefixtures("rows")
def test_from_import_to_tags_as_a_person_does_it() -> None:
    assert run("import", "export.json").stdout == b"120 added, 0 updated, 0 unchanged, 0 skipped\n"
    assert run("import", "export.json").stdout == b"0 added, 0 updated, 120 unchanged, 0 skipped\n"
    found = json.loads(run("tags", "-t", "kafka", "--sort", "name", "--json").stdout)
    assert [row["count"] for row in found if row["tag"] == "kafka"] == [KAFKA]
    assert shell("tagtui export - | tagtui --file again.json import - --json").returncode == 0
    assert shell("tagtui list --urls").stdout == shell("tagtui --file again.json list --urls").stdout


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("verb", ["list", "list --jsonl", "export -"])
def test_a_reader_that_has_seen_enough_ends_it_quietly(verb: str) -> None:
    done = shell(f"tagtui {verb} | head -1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("verb", ["list", "list --limit 1", "list --json", "export -", "--version"])
def test_a_full_device_is_told_in_one_line(verb: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(*verb.split(), stdout=full)
    assert (done.returncode, done.stderr) == (
        1,
        b"tagtui: the output: cannot be written: No space left on device\n",
    )


@pytest.mark.usefixtures("large")
def test_closed_streams_are_no_reason_to_crash() -> None:
    for command in ("tagtui list >&-", "tagtui list 2>&- >/dev/null", "tagtui list --json >&- 2>&-"):
        done = shell(command)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    done = shell("tagtui import - <&-")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert shell("tagtui <&- >&-").returncode == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX"},
        {"PYTHONIOENCODING": "latin-1:strict"},
    ],
)
def test_any_locale_will_do(tagtui: Cli, environment: dict[str, str]) -> None:
    write(tagtui.library, document("http://日本.jp/", title="日本 😀 é", tags=["日本"]))
    done = run("list", environment=environment)
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 3)
    [row] = json.loads(run("list", "--json", environment=environment).stdout.decode("utf-8"))
    assert (row["url"], row["title"], row["tags"]) == ("http://日本.jp/", "日本 😀 é", ["日本"])
    done = run("tags", "-t", "日本", "is:日本", environment=environment)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_an_argument_that_is_no_text_at_all(tagtui: Cli) -> None:
    write(tagtui.library, document())
    for args in ([b"list", b"\xff"], [b"list", b"-t", b"\xff", b"is:\xff"], [b"list", b"--file", b"/\xff"]):
        done = subprocess.run([sys.executable.encode(), b"-m", b"tagtui", *args], capture_output=True, check=False)
        assert done.returncode in (0, 2)
        assert b"Traceback" not in done.stderr


def test_ctrl_c_ends_it_without_a_traceback(tagtui: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen([sys.executable, "-m", "tagtui", "import", pipe], stdout=-1, stderr=-1)
    with pipe.open("wb"):  # opened by both sides: the import has begun, and waits for us
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"\n")
    assert not tagtui.library.exists()


def test_the_version_needs_click_and_nothing_else() -> None:
    code = "import sys; from tagtui.cli import main; sys.argv[1:] = ['--version']; \n"
    code += "try: main()\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    version, loaded = done.stdout.splitlines()
    assert version == f"tagtui {__version__}"
    packages = {name.partition(".")[0] for name in loaded.split() if not name.startswith("_")}
    assert packages - sys.stdlib_module_names == {"click", "tagtui"}
    assert not packages & {"pathlib", "json", "dataclasses", "tempfile", "tomllib"}
