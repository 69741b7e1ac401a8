"""check, recover, backups, restore and merge."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tagtui.session import Session
from tagtui.store.state import StateFolder
from tests.cli.conftest import Cli
from tests.store.sample import LIBRARY, bookmark, change


@pytest.fixture
def library(tagtui: Cli) -> Path:
    """The documented library, where the command line looks for one."""
    tagtui.library.write_text(LIBRARY, "utf-8")
    return tagtui.library


def documents(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())["bookmarks"]
    return found


def state(path: Path) -> StateFolder:
    return StateFolder.of(path)


def test_nothing_is_wrong_with_a_sound_library(tagtui: Cli, library: Path) -> None:
    assert tagtui.out("check") == f"  {library}: 2 bookmarks\n"
    assert library.read_text("utf-8") == LIBRARY
    assert not state(library).folder.exists()


def test_check_names_the_key_that_stands_twice(tagtui: Cli, library: Path) -> None:
    library.write_text('{"bookmarks": {"1": {"url": "http://a.org/", "url": "http://b.org/"}}}')
    result = tagtui("check")
    assert result.exit_code == 1
    assert 'the key "url" stands twice, at byte 45 (line 1)' in result.stdout


def test_check_names_the_pages_that_are_there_twice(tagtui: Cli, library: Path) -> None:
    Session(library, "jm").apply(change((3, None, bookmark("http://KAFKA.org:80/"))))
    assert "the same page: 1, 3: http://kafka.org/" in tagtui.out("check")


def test_changes_that_are_in_the_journal_alone_are_told_and_put_into_the_file(tagtui: Cli, library: Path) -> None:
    Session(library, "jm").apply(change((3, None, bookmark())))  # and never closed, as by a kill
    assert "1 change to go into the file" in tagtui.out("check")
    assert "3" not in documents(library)
    assert "0 changes to go" in tagtui.out("check", "--repair")
    assert documents(library)["3"]["url"] == "http://a.org/"
    assert gzip.decompress(next(state(library).backups.iterdir()).read_bytes()).decode() == LIBRARY


def damage(library: Path) -> Path:
    """Leave a journal of three changes, of which the first is damaged."""
    session = Session(library, "jm")
    for id in (3, 4, 5):
        session.apply(change((id, None, bookmark(f"http://{id}.org/", title=f"No. {id}"))))
    [journal] = state(library).journals()
    lines = journal.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"No. 3", b"No. X")
    journal.write_bytes(b"\n".join(lines))
    return journal


def test_a_damaged_journal_ends_there_and_the_rest_is_kept_aside_and_recovered(tagtui: Cli, library: Path) -> None:
    journal = damage(library)
    result = tagtui("check")
    assert result.exit_code == 1
    assert f"{journal}: damaged at byte" in result.stdout
    assert "2 whole lines after that" in result.stdout

    Session(library, "jm").apply(change((6, None, bookmark("http://6.org/"))))
    assert "2 changes in no library" in tagtui("check").stdout
    told = tagtui("recover", given="y\n")
    assert "add 4: No. 4" in told.stdout
    assert "recovered: 2 added" in told.stdout
    urls = {document["url"] for document in documents(library).values()}
    assert urls >= {"http://4.org/", "http://5.org/", "http://6.org/"}
    assert tagtui.out("recover") == "nothing to recover\n"
    assert tagtui("check").exit_code == 0


def test_who_does_not_want_it_recovers_nothing(tagtui: Cli, library: Path) -> None:
    damage(library)
    Session(library, "jm").apply(change((6, None, bookmark("http://6.org/"))))
    tagtui("recover", given="n\n")
    assert "http://4.org/" not in str(documents(library))
    assert "recovered: 2 added" in tagtui("recover", "--yes").stdout


def test_the_journal_of_a_file_that_was_moved_is_found_by_its_content(tagtui: Cli, library: Path) -> None:
    Session(library, "jm").apply(change((3, None, bookmark(title="Late"))))
    moved = library.rename(library.with_name("moved.json"))
    assert "1 change in no library" in tagtui("--file", moved, "check").stdout
    assert "add 3: Late" in tagtui("--file", moved, "recover", "--yes").stdout
    assert documents(moved)["3"]["title"] == "Late"


def test_a_backup_is_taken_before_each_import_and_comes_back_as_one_change(tagtui: Cli, library: Path) -> None:
    assert tagtui("backups").stderr.startswith("no backups yet")
    Path("more.json").write_text('[{"href": "http://c.org/", "description": "C", "time": "2020-01-01T00:00:00Z"}]')
    for _ in range(2):
        tagtui("import", "more.json")
    listed = tagtui.out("backups").splitlines()
    assert len(listed) == 1  # the second import added nothing
    assert tagtui("restore", "1").stdout == "restored: 1 removed\n"
    assert library.read_text("utf-8") == LIBRARY
    assert len(tagtui.out("backups").splitlines()) == 2
    assert tagtui("restore", "1").stdout == "restored: 1 added\n"
    assert "there is no backup 9" in tagtui.refused("restore", "9", status=2)


def test_a_library_that_was_deleted_comes_back_from_its_backup_with_what_the_journal_holds(
    tagtui: Cli, library: Path
) -> None:
    Path("more.json").write_text('[{"href": "http://c.org/", "description": "C", "time": "2020-01-01T00:00:00Z"}]')
    tagtui("import", "more.json")
    Session(library, "jm").apply(change((4, None, bookmark("http://d.org/"))))
    library.unlink()
    assert "1 change to it can be found in" in tagtui.refused("list")
    tagtui("restore", "1")
    assert {document["url"] for document in documents(library).values()} >= {"http://kafka.org/", "http://d.org/"}


def test_a_conflict_copy_is_noticed_and_merged_and_conflicts_are_tagged(tagtui: Cli, library: Path) -> None:
    copy = library.with_name("b.sync-conflict-20260314-150926-ABCDEFG.json")
    theirs = json.loads(LIBRARY)
    theirs["bookmarks"]["1"] |= {"title": "Apache Kafka", "tags": ["kafka", "streaming"]}
    theirs["bookmarks"]["3"] = {"url": "http://new.org/", "added": "2020-01-01T00:00:00Z"}
    copy.write_text(json.dumps(theirs))
    assert f"{copy.name} beside it is the copy of a sync tool" in tagtui("list").stderr
    assert tagtui("merge", copy).stdout == "merged: 1 added, 1 changed\n"
    found = documents(library)
    assert found["1"]["title"] == "Apache Kafka"
    assert found["1"]["annotation"] == "Another title: Kafka"
    assert found["1"]["tags"] == ["kafka", "ops", "streaming", "conflict:title"]
    assert found["3"]["url"] == "http://new.org/"
    assert tagtui("merge", copy).stdout == "merged: nothing new\n"


@pytest.mark.usefixtures("library")
def test_merge_wants_a_file_or_three(tagtui: Cli) -> None:
    assert "give FILE, or all of" in tagtui.refused("merge", "--base", "x", status=2)
    assert "no such file" in tagtui.refused("merge", "none.json")


def test_git_merges_two_branches_by_bookmark_and_field(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    folder.mkdir()
    path = folder / "bookmarks.json"

    def git(*args: str) -> None:
        who = ["-c", "user.name=jm", "-c", "user.email=jm@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", folder, *who, *args], check=True, capture_output=True, timeout=60)

    def edit(**fields: Any) -> None:
        tables = json.loads(path.read_text("utf-8"))
        tables["bookmarks"]["1"] |= fields
        path.write_text(json.dumps(tables))
        git("commit", "-aqm", "x")

    git("init", "-q", "-b", "main")
    git("config", "merge.tagtui.driver", f"{sys.executable} -m tagtui merge --base %O --ours %A --theirs %B")
    (folder / ".gitattributes").write_text("bookmarks.json merge=tagtui\n")
    path.write_text(LIBRARY, "utf-8")
    git("add", ".")
    git("commit", "-qm", "x")
    git("checkout", "-qb", "laptop")
    edit(tags=["kafka", "laptop"])
    git("checkout", "-q", "main")
    edit(tags=["kafka", "ops", "desk"], title="On the desk")
    git("merge", "-q", "laptop")
    found = documents(path)["1"]
    assert found["title"] == "On the desk"
    assert sorted(found["tags"]) == ["desk", "kafka", "laptop"]
