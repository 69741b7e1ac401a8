"""add, edit, rm, undo and redo."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.web.page import page


@pytest.fixture
def shelf(tagtui: Cli) -> Cli:
    """A library of three."""
    tagtui.out("add", "https://kafka.apache.org/", "--title", "Kafka", "--tags", "kafka, ops", "--note", "Logs.")
    tagtui("add", "-", "--tags", "x y", "--unread", given="http://a.org/\nhttp://b.org/\n")
    return tagtui


def documents(tagtui: Cli) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tagtui.library.read_bytes())["bookmarks"]
    return found


def test_a_page_is_added_and_its_id_printed(tagtui: Cli) -> None:
    assert tagtui.out("add", "https://kafka.apache.org/", "--tags", "kafka ops", "--private") == "1  added\n"
    assert tagtui("add", "-", given="http://a.org/\n http://b.org/").stdout == "2  added\n3  added\n"
    first = documents(tagtui)["1"]
    assert (first["url"], first["tags"], first["private"]) == ("https://kafka.apache.org/", ["kafka", "ops"], True)
    assert first["added"] == first["modified"]


def test_a_page_that_is_there_is_updated_and_nothing_of_it_is_lost(shelf: Cli) -> None:
    assert shelf.out("add", "https://kafka.apache.org", "--tags", "streaming", "--note", "More.") == "1  updated\n"
    found = documents(shelf)["1"]
    assert found["title"] == "Kafka"
    assert found["tags"] == ["kafka", "ops", "streaming"]
    assert found["annotation"] == "Logs.\n\nMore."
    assert shelf.out("add", "https://kafka.apache.org/") == "1  updated\n"


def test_the_annotation_comes_from_standard_input(tagtui: Cli) -> None:
    [added] = json.loads(tagtui("add", "http://a.org/", "--note", "-", "--json", given="One.\n\nTwo.").stdout)
    assert added["annotation"] == "One.\n\nTwo."
    assert added["id"] == 1


@pytest.fixture
def fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask pages for their details, as it is by default."""
    monkeypatch.setattr("tagtui.config._NEW", {"private": False, "unread": False, "fetch": True})


@pytest.mark.usefixtures("fetching")
def test_what_is_not_given_is_what_the_page_says_of_itself(tagtui: Cli) -> None:
    with page("Streams") as url:
        tagtui.out("add", url, "--tags", "kafka")
        tagtui.out("add", f"{url}?2", "--title", "Mine")
        tagtui.out("add", f"{url}?3", "--no-fetch")
        tagtui.out("add", f"{url}?4", "--note", "Read it.")
        tagtui.out("add", url)
    found = [(it.get("title", ""), it.get("annotation", "")) for it in documents(tagtui).values()]
    assert found == [("Streams", "What it is."), ("Mine", ""), ("", ""), ("Streams", "Read it.")]


@pytest.mark.usefixtures("fetching")
def test_a_page_that_does_not_answer_is_added_all_the_same(tagtui: Cli) -> None:
    with page("Gone") as url:
        pass
    result = tagtui("add", url)
    assert (result.exit_code, result.stdout) == (0, "1  added\n")
    assert result.stderr.startswith("no details of the page: ")
    assert tagtui("add", "mailto:ada@example.org").stderr == ""


@pytest.mark.parametrize("url", ["kafka", "//kafka.org", "http://a.org/" + "x" * 100_000])
def test_what_is_no_url_is_refused_and_nothing_is_created(tagtui: Cli, url: str) -> None:
    line = tagtui.refused("add", url, status=2)
    assert "is no URL" in line or "the limit is" in line
    assert not tagtui.library.exists()


def test_one_bad_url_in_a_list_leaves_all_of_it_out(tagtui: Cli) -> None:
    result = tagtui("add", "-", given="http://a.org/\noops\n")
    assert result.exit_code == 2
    assert not tagtui.library.exists()


def test_fields_are_changed_one_by_one(shelf: Cli) -> None:
    [before] = [found for id, found in documents(shelf).items() if id == "1"]
    edited = shelf.json("edit", "1", "--tags", "+streaming -OPS", "--unread", "--json")
    assert edited["tags"] == ["kafka", "streaming"]
    assert edited["unread"] is True
    assert edited["title"] == "Kafka"
    assert shelf.out("edit", "1", "--tags", "logs", "--title", "Apache Kafka", "--read") == "1  edited\n"
    after = documents(shelf)["1"]
    assert after == before | {"title": "Apache Kafka", "tags": ["logs"], "modified": after["modified"]}
    assert shelf.out("edit", "1", "--title", "Apache Kafka") == "1  unchanged\n"


def test_an_id_that_is_not_there_is_named_and_nothing_is_changed(shelf: Cli) -> None:
    before = shelf.library.read_bytes()
    for command in (("edit", "9", "--title", "x"), ("rm", "1", "9")):
        assert "there is no bookmark 9; tagtui list shows the ids" in shelf.refused(*command)
    assert shelf.library.read_bytes() == before


def test_what_was_deleted_comes_back(shelf: Cli) -> None:
    before = documents(shelf)
    assert shelf.out("rm", "3", "2", "3") == "deleted 2 bookmarks; tagtui undo brings them back\n"
    assert list(documents(shelf)) == ["1"]
    assert shelf.out("undo") == "undone: Deleted 2 bookmarks\n"
    assert documents(shelf) == before
    assert shelf.out("redo") == "done again: Deleted 2 bookmarks\n"
    assert list(documents(shelf)) == ["1"]


def test_all_can_be_undone_and_is_listed(shelf: Cli) -> None:
    listed = shelf.out("undo", "--list").splitlines()
    assert [line.split("UTC  ")[1] for line in listed] == ["Added 2 bookmarks", "Added https://kafka.apache.org/"]
    assert shelf.out("undo", "--list", "--limit", "1").count("\n") == 1
    shelf.out("undo")
    shelf.out("undo")
    assert documents(shelf) == {}
    assert "there is nothing that could be undone" in shelf.refused("undo")


@pytest.mark.usefixtures("rows")
def test_an_import_is_undone_as_one(shelf: Cli) -> None:
    before = documents(shelf)
    shelf.out("import", "export.json")
    assert "Imported" in shelf.out("undo")
    assert documents(shelf) == before


@pytest.mark.parametrize("url", ["https://f.org/\x1b[31m", " https://f.org/x ", "https://j.org/\udcff"])
def test_a_url_with_signs_that_cannot_be_kept_is_added_without_them(tagtui: Cli, url: str) -> None:
    assert tagtui.out("add", url, "--no-fetch") == "1  added\n"
    assert tagtui.out("add", url, "--no-fetch") == "1  updated\n"


def test_what_is_given_for_a_page_that_is_there_counts(shelf: Cli) -> None:
    given = ("--title", "Apache Kafka", "--private", "--unread")
    assert shelf.out("add", "https://kafka.apache.org/", *given) == "1  updated\n"
    found = documents(shelf)["1"]
    assert (found["title"], found["private"], found["unread"]) == ("Apache Kafka", True, True)
    assert (found["tags"], found["annotation"]) == (["kafka", "ops"], "Logs.")
    assert "Added to https://kafka.apache.org/" in shelf.out("undo", "--list")


def test_tags_with_and_without_signs_are_refused_together(shelf: Cli) -> None:
    assert "give all tags a sign" in shelf.refused("edit", "1", "--tags", "+x kafka", status=2)
    assert documents(shelf)["1"]["tags"] == ["kafka", "ops"]
