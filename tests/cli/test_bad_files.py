"""Every verb refuses every file that is no library: one line, exit 1, and the file untouched."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, run
from tests.cli.kafka import Row
from tests.store.sample import LIBRARY


def text(content: str | bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "not JSON": (text('{"bookmarks": oops}'), "not JSON: expecting value at byte 14 (line 1)"),
    "cut off": (text(LIBRARY[:-20]), "cut off at byte"),
    "NaN": (text('{"bookmarks": {"1": {"url": NaN}}}'), "NaN, which is no JSON number, at byte 28"),
    "surrogate": (text('{"bookmarks": {"1": {"url": "\\ud800"}}}'), "half a surrogate pair in the text at byte 28"),
    "id": (text('{"bookmarks": {"01": {}}}'), 'table "bookmarks" has the id "01"'),
    "document": (text('{"bookmarks": {"1": []}}'), 'document "1" of table "bookmarks" is not an object'),
    "schema": (text('{"library": {"1": {"schema": 9}}, "bookmarks": {}}'), "written by a newer tagtui"),
    "folder": (Path.mkdir, "this is a folder; name a file with --file"),
    "pipe": (os.mkfifo, "this is not a regular file; name a file with --file"),
    "device": (lambda path: path.symlink_to("/dev/full"), "this is not a regular file; name a file with --file"),
    "TinyDB": (text('{"_default": {"1": {"url": "http://a.org/"}}}'), 'it has the table "_default"'),
    "array": (text("[]"), "a JSON array (byte 0)"),
    "text": (text("Some text.\n"), "not JSON: expecting value at byte 0 (line 1)"),
    "UTF-16": (text(LIBRARY.encode("utf-16")), "UTF-16 text (byte 0)"),
    "control sequence": (text('{"\\u001b[31m": {"1": {}}}'), 'it has the table "\\u001b[31m"'),
}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("verb", ["list", "tags", "import", "export", "list --json"])
def test_it_is_refused_in_one_line(tagtui: Cli, kind: str, verb: str) -> None:
    make, said = BAD[kind]
    make(tagtui.library)
    before = tagtui.library.stat()
    content = tagtui.library.read_bytes() if tagtui.library.is_file() else None
    args = {"import": ["import", "export.json"], "export": ["export", "out.json"]}.get(verb, verb.split())
    line = tagtui.refused(*args)
    assert line.startswith(f"tagtui: {tagtui.library}: ")
    assert said in line
    assert line.rpartition("; ")[2]  # the way out
    after = tagtui.library.stat()
    assert (before.st_ino, before.st_mtime_ns, before.st_mode) == (after.st_ino, after.st_mtime_ns, after.st_mode)
    assert content is None or tagtui.library.read_bytes() == content
    assert list(tagtui.library.parent.iterdir()) == [tagtui.library]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xef\xbb\xbf{}", b'{"bookmarks": {}}'])
def test_an_empty_library_is_no_bad_one(tagtui: Cli, rows: list[Row], content: bytes) -> None:
    tagtui.library.write_bytes(content)
    assert tagtui.out("list") == ""
    assert tagtui.library.read_bytes() == content
    assert tagtui.json("import", "export.json", "--json")["added"] == len(rows)


def test_documents_without_a_url_are_told_and_survive(tagtui: Cli, rows: list[Row]) -> None:
    tagtui.library.write_text('{"bookmarks": {"7": {"link": "http://a.org/"}}}')
    result = tagtui("import", "export.json", "--json")
    assert result.exit_code == 0
    assert result.stderr == (
        f"tagtui: {tagtui.library}: 1 documents without a URL stay in the file and are not shown\n"
    )
    assert '"7": {"link": "http://a.org/"}' in tagtui.library.read_text("utf-8")
    assert len(tagtui("list", "--urls").stdout.splitlines()) == len(rows)


def test_a_path_with_a_control_sequence_in_it_is_printed_without(tmp_path: Path) -> None:
    evil = tmp_path / "\x1b[31mred\n.json"
    evil.write_text("oops")
    os.utime(evil, (0, 0))  # nobody can be in the middle of writing it
    done = run("list", "--file", evil)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr
