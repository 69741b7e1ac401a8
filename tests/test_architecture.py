"""What imports what, as executable claims: the layers, the pure core, a command line and a screen that start fast."""

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "src" / "tagtui" / "core"
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

LIBRARY = """{"library": {"1": {"schema": 1, "owner": "jm"}},
"bookmarks": {"1": {"url": "http://a.org", "tags": ["kafka"], "added": "2016-10-31T15:57:56Z"}}}"""
PINBOARD = '[{"href": "http://b.org", "description": "b", "tags": "ops", "time": "2016-10-31T15:57:56Z"}]'


def modules_after(code: str, *, folder: Path) -> set[str]:
    """Return the names of all modules that a fresh process has imported once it has run ``code``."""
    code += "\nimport sys; print('\\n--- modules', *sys.modules, sep='\\n')"
    # Nothing of the person's own is read or written.
    places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"), str(folder))
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **places},
        cwd=folder,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.partition("--- modules\n")[2].split())


def commands(*lines: str) -> str:
    """Return code that runs these command lines, one after the other, as the console script does."""
    return f"""
import sys
from tagtui.cli import main
for line in {lines!r}:
    sys.argv[1:] = line.split()
    try:
        main()
    except SystemExit as end:
        assert not end.code, (line, end.code)
"""


def among(modules: Iterable[str], *packages: str) -> set[str]:
    return {name for name in modules if name.partition(".")[0] in packages}


def test_the_verbs_of_the_command_line_never_import_the_toolkit_of_the_screen(tmp_path: Path) -> None:
    (tmp_path / "library.json").write_text(LIBRARY)
    (tmp_path / "pinboard.json").write_text(PINBOARD)
    modules = modules_after(
        commands(
            "--version",
            "--help",
            "list --file library.json --json",
            "tags --file library.json -t kafka",
            "import --file library.json pinboard.json",
            "export --file library.json out.html",
            "export --file library.json - --format pinboard-json",
            "formats",
        ),
        folder=tmp_path,
    )
    assert "tagtui.core.library" in modules  # they did run
    assert "http://b.org" in (tmp_path / "out.html").read_text()
    assert not among(modules, "textual", "rich")
    assert not {name for name in modules if name.startswith("tagtui.tui")}


def test_the_version_costs_click_alone(tmp_path: Path) -> None:
    modules = modules_after(commands("--version"), folder=tmp_path)
    assert not among(modules, "textual", "rich", "tinydb", "msgspec", "pyroaring", "platformdirs")
    ours = {name for name in among(modules, "tagtui") if not name.startswith("tagtui.cli")}
    assert ours == {"tagtui", "tagtui.errors"}


def test_the_core_imports_no_file_no_terminal_and_no_toolkit(tmp_path: Path) -> None:
    names = [f"tagtui.core.{path.stem}" for path in CORE.glob("[!_]*.py")]
    modules = modules_after(f"import {', '.join(names)}", folder=tmp_path)
    assert set(names) <= modules
    assert not among(modules, "textual", "rich", "tinydb", "click", "pathlib", "pyperclip", "platformdirs")
    assert {name for name in modules if name.startswith("tagtui.")} <= {"tagtui.core", "tagtui.errors", *names}


@pytest.mark.parametrize("path", sorted(CORE.glob("*.py")), ids=lambda path: path.stem)
def test_a_module_of_the_core_asks_neither_the_system_nor_the_clock(path: Path) -> None:
    """Python itself imports os at the start, so only the source can tell."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not among(imported, "os", "pathlib", "io", "sys", "time", "socket", "subprocess", "shutil", "random")
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & {"open", "print", "input", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}


def test_the_first_frame_waits_for_nothing_slow(tmp_path: Path) -> None:
    modules = modules_after("import tagtui.tui.app", folder=tmp_path)
    assert "textual" in modules
    assert not among(modules, "tinydb", "markdown_it", "pyperclip", "pygments", "click", "httpx", "sqlite3")
    readers = {name for name in modules if name.startswith("tagtui.formats.")}
    assert readers <= {"tagtui.formats.registry"}


@pytest.mark.skipif(
    importlib.util.find_spec("importlinter") is None, reason="import-linter is not installed: pip install tagtui[lint]"
)
def test_the_layers_are_the_folders() -> None:
    run = subprocess.run([LINT_IMPORTS, "--no-cache"], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout
