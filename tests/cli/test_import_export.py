"""``tagtui import`` and ``tagtui export``."""

import json
import os
from pathlib import Path

import pytest
from tinydb import TinyDB

from tests.cli.conftest import Cli
from tests.cli.kafka import KAFKA, TOTAL, Row, tagged
from tests.store.sample import LIBRARY


def test_an_import_says_what_it_did(tagtui: Cli, rows: list[Row]) -> None:
    assert tagtui.out("import", "export.json") == f"{len(rows)} added, 0 updated, 0 unchanged, 0 skipped\n"
    with TinyDB(tagtui.library, encoding="utf-8") as plain:
        found = plain.table("bookmarks").all()
    assert [row["url"] for row in found] == [row["href"] for row in rows]
    assert [" ".join(row.get("tags", [])) for row in found] == [row["tags"] for row in rows]


def test_a_second_import_adds_nothing(tagtui: Cli, kafka: list[Row]) -> None:
    before = tagtui.library.read_bytes(), tagtui.library.stat().st_mtime_ns
    assert tagtui.json("import", "export.json", "--json") == {
        "added": 0,
        "updated": 0,
        "unchanged": len(kafka),
        "skipped": [],
    }
    assert (tagtui.library.read_bytes(), tagtui.library.stat().st_mtime_ns) == before


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(tagtui: Cli, rows: list[Row]) -> None:
    said = tagtui.out("import", "export.json", "--dry-run")
    assert said == f"{len(rows)} would be added, 0 updated, 0 unchanged, 0 skipped\n"
    assert tagtui.json("import", "export.json", "--dry-run", "--json")["added"] == len(rows)
    assert list(tagtui.library.parent.iterdir()) == []


def test_standard_input_is_read_for_a_dash(tagtui: Cli, rows: list[Row]) -> None:
    content = Path("export.json").read_bytes()
    assert tagtui.json("import", "-", "--json", given=content)["added"] == len(rows)


def test_what_is_left_out_is_named_with_its_place_and_reason(tagtui: Cli, tmp_path: Path) -> None:
    good = {"href": "http://a.org/", "time": "2016-10-31T15:57:56Z"}
    (tmp_path / "odd.json").write_text(json.dumps([good, {"href": ""}, 5, {**good, "description": "\u001b[31m"}]))
    result = tagtui("import", "odd.json", "--dry-run")
    assert result.exit_code == 0
    assert "1 would be added" in result.stdout
    assert "2 skipped" in result.stdout
    skipped = [line for line in result.stderr.splitlines() if line.startswith("skipped: ")]
    assert [line.split(":")[1] for line in skipped] == [" entry 2", " entry 3"]
    assert "\u001b" not in result.stderr
    report = json.loads(tagtui("import", "odd.json", "--json").stdout)
    assert [set(entry) for entry in report["skipped"]] == [{"where", "reason"}] * 2
    assert list(report) == ["added", "updated", "unchanged", "skipped"]


def test_what_is_over_a_limit_is_kept_with_a_warning(tagtui: Cli, tmp_path: Path) -> None:
    row = {
        "href": "http://a.org/" + "x" * 70_000,
        "extended": "y" * 1_100_000,
        "tags": "z" * 300,
        "time": "2016-10-31T15:57:56Z",
    }
    (tmp_path / "long.json").write_text(json.dumps([row]))
    result = tagtui("import", "long.json")
    assert (result.exit_code, result.stdout) == (0, "1 added, 0 updated, 0 unchanged, 0 skipped\n")
    assert result.stderr.splitlines() == [
        "warning: entry 1: URL of 70,013 characters (the limit is 65,535), kept",
        "warning: entry 1: annotation of 1,100,000 characters (the limit is 1,048,576), kept",
        "warning: entry 1: tag of 300 characters (the limit is 255), kept",
    ]
    [kept] = tagtui.json("list", "--json")
    assert (kept["url"], kept["annotation"], kept["tags"]) == (row["href"], row["extended"], [row["tags"]])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.json", None, "none.json: cannot be read: No such file or directory"),
        ("plain.txt", b"just some text\n", "plain.txt: not a bookmark file that tagtui knows"),
        ("empty.json", b"", "empty.json: it is empty; export it again"),
        ("cut.json", b'[{"href": "http://a.org/", "time": "2016-1', "cut.json: "),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_one_line(
    tagtui: Cli, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert tagtui.refused("import", name).startswith(f"tagtui: {said}")
    assert list(tagtui.library.parent.iterdir()) == []


def test_a_folder_cannot_be_imported(tagtui: Cli, tmp_path: Path) -> None:
    assert tagtui.refused("import", tmp_path) == f"tagtui: {tmp_path}: cannot be read: Is a directory"


@pytest.mark.usefixtures("rows")
def test_an_unknown_format_is_a_usage_error(tagtui: Cli) -> None:
    for args in (["import", "export.json"], ["export", "out.json"]):
        said = tagtui.refused(*args, "--format", "word", status=2)
        assert "there is no format 'word'; those known are tagtui-json, " in said
    assert "pinboard-json" in tagtui.out("formats")


def test_a_named_format_overrides_what_the_file_looks_like(tagtui: Cli, rows: list[Row]) -> None:
    assert tagtui.json("import", "export.json", "--format", "pinboard-json", "--json")["added"] == len(rows)


@pytest.mark.parametrize(
    ("option", "tags"), [((), ["a"]), (("--folders-as-tags",), ["a", "Work"]), (("--no-folders-as-tags",), ["a"])]
)
def test_folders_become_tags_if_that_is_wanted(
    tagtui: Cli, tmp_path: Path, option: tuple[str, ...], tags: list[str]
) -> None:
    link = '<DT><A HREF="http://a.org/" ADD_DATE="1" TAGS="a">A</A>'
    (tmp_path / "b.html").write_text(f"<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><H3>Work</H3><DL>{link}</DL></DL>")
    said = tagtui("import", "b.html", *option).stderr
    assert ("its folders are not kept, as it has tags" in said) is (not option)
    assert [it["tags"] for it in tagtui.json("list", "--json")] == [tags]


def test_what_the_browsers_hold_is_offered_by_number(tagtui: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no browser with bookmarks was found here" in tagtui.refused("import", "--browsers")
    entry = {"type": "url", "name": "Kafka", "url": "http://a.org/", "date_added": "13170000000000000"}
    for number, name in enumerate(("Default", "Profile 1")):
        profile = home / "config" / "google-chrome" / name
        profile.mkdir(parents=True)
        children = [{**entry, "url": f"http://a.org/{number}"}]
        roots = {"bookmark_bar": {"type": "folder", "name": "Bar", "children": children}}
        (profile / "Bookmarks").write_text(json.dumps({"roots": roots}))
    said = tagtui("import", "--browsers")
    assert (said.exit_code, said.stdout) == (2, "")
    assert "  2  Chrome, " in said.stderr
    assert "without one: tagtui import PATH" in said.stderr
    monkeypatch.setattr("tagtui.cli.exchange._is_asked", lambda: True)
    assert tagtui("import", "--browsers", given="3\n").exit_code == 2
    assert "1 added" in tagtui("import", "--browsers", given="2\n").stdout
    assert tagtui.out("list", "--urls") == "http://a.org/1\n"
    assert tagtui("import", "--browsers", given="all\n").stdout.count("skipped") == 2
    assert len(tagtui.json("list", "--json")) == 2


def test_a_file_and_the_browsers_are_not_imported_at_once(tagtui: Cli) -> None:
    assert "name one file to take in" in tagtui.refused("import", status=2)
    assert "name one file to take in" in tagtui.refused("import", "x.html", "--browsers", status=2)


def test_what_can_only_be_written_is_not_imported_and_the_other_way_round(tagtui: Cli, tmp_path: Path) -> None:
    (tmp_path / "x.atom").write_text("<feed/>")
    assert "can be written only" in tagtui.refused("import", "x.atom", "--format", "atom")
    assert "can be read only" in tagtui.refused("export", "x", "--format", "linkding-json", status=2)


@pytest.mark.parametrize(
    ("name", "begins"),
    [("x.csv", "url,"), ("x.md", "# "), ("x.org", "#+TITLE"), ("x.txt", "http"), ("x.jsonl", "{"), ("x.atom", "<?xml")],
)
@pytest.mark.usefixtures("kafka")
def test_the_name_of_the_target_tells_the_format(tagtui: Cli, tmp_path: Path, name: str, begins: str) -> None:
    tagtui("export", name)
    assert (tmp_path / name).read_text().lstrip("\ufeff").startswith(begins)


def test_an_export_of_nothing_leaves_the_file_as_it_is(tagtui: Cli, kafka: list[Row], tmp_path: Path) -> None:
    assert kafka
    (tmp_path / "out.html").write_text("mine")
    assert "no bookmark has all of this" in tagtui.refused("export", "out.html", "nosuchword")
    assert (tmp_path / "out.html").read_text() == "mine"


def test_a_device_is_not_read_for_ever(tagtui: Cli) -> None:
    assert "this is a device" in tagtui.refused("import", "/dev/zero")


# --- export


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("out.json", []),
        ("out.html", []),
        ("OUT.HTM", []),
        ("out", []),
        ("out.bak", ["--format", "netscape"]),
        ("out.html", ["--format", "pinboard-json"]),
    ],
)
def test_an_export_comes_back_as_it_was(
    tagtui: Cli, kafka: list[Row], tmp_path: Path, target: str, options: list[str]
) -> None:
    result = tagtui("export", target, *options)
    assert (result.exit_code, result.stdout) == (0, "")
    private = sum(row["shared"] == "no" for row in kafka)
    assert result.stderr == f"{len(kafka)} bookmarks, {private} of them private, written to {target}\n"
    again = tmp_path / "again.json"
    assert tagtui.json("--file", again, "import", target, "--json")["added"] == len(kafka)
    kept = ("url", "title", "annotation", "tags", "added", "modified", "by", "private", "unread")
    assert [[row[name] for name in kept] for row in tagtui.json("list", "--json")] == [
        [row[name] for name in kept] for row in tagtui.json("--file", again, "list", "--json")
    ]
    assert tagtui.json("import", target, "--json")["unchanged"] == len(kafka)


def test_only_what_the_query_leaves_is_exported(tagtui: Cli, kafka: list[Row]) -> None:
    exported = tagtui.json("export", "-", "-t", "kafka", "-#storm")
    expected = [row for row in tagged(kafka, "kafka") if row not in tagged(kafka, "storm")]
    assert [row["href"] for row in exported] == [row["href"] for row in expected]
    assert 0 < len(exported) < KAFKA
    assert tagtui.out("export", "-", "--format", "netscape").count("<DT>") == TOTAL


def test_an_export_of_pinboards_own_fields_is_what_pinboard_wrote(tagtui: Cli, kafka: list[Row]) -> None:
    assert tagtui.json("export", "-") == kafka


def test_nothing_to_export_is_a_valid_file(tagtui: Cli, tmp_path: Path) -> None:
    assert tagtui.json("export", "-") == []
    assert tagtui("export", "out.html").exit_code == 0
    assert (tmp_path / "out.html").read_text().endswith("</DL><p>\n")


def test_the_library_itself_is_never_the_target(tagtui: Cli, tmp_path: Path) -> None:
    assert "this is the library itself" in tagtui.refused("export", tagtui.library)
    assert not tagtui.library.exists()
    tagtui.library.write_text(LIBRARY, "utf-8")
    (tmp_path / "link.json").symlink_to(tagtui.library)
    os.link(tagtui.library, tmp_path / "hard.json")
    for target in (tagtui.library, "link.json", "hard.json"):
        assert tagtui.refused("export", target) == (
            f"tagtui: {target}: this is the library itself; name another file to export to"
        )
    assert tagtui.library.read_text("utf-8") == LIBRARY


@pytest.mark.parametrize("target", ["out.doc", "b.sqlite", "out.json.bak"])
def test_a_name_that_asks_for_no_format_we_know_is_a_usage_error(tagtui: Cli, tmp_path: Path, target: str) -> None:
    suffix = target.rpartition(".")[2]
    said = tagtui.refused("export", target, status=2)
    assert said.startswith(f"Error: no format goes with a name in .{suffix}; name one with --format (tagtui-json, ")
    assert not (tmp_path / target).exists()


def test_a_target_that_cannot_be_written_is_told(tagtui: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert tagtui.refused("export", "file/out.json") == (
        "tagtui: file/out.json: not saved, the file is as it was: Not a directory"
    )
    (tmp_path / "folder").mkdir()
    assert tagtui.refused("export", "folder") == "tagtui: folder: cannot be written: Is a directory"
    assert tagtui.refused("export", "/dev/full", "--format", "netscape") == (
        "tagtui: /dev/full: cannot be written: No space left on device"
    )
