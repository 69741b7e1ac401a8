"""Strange arguments: dashes in a query, options before and after the verb, names of tags, malformed queries."""

from pathlib import Path

import pytest

from tagtui.cli.arguments import Given
from tests.cli.conftest import Cli
from tests.cli.kafka import Row, tagged
from tests.store.sample import document, write


@pytest.fixture
def library(tagtui: Cli) -> Cli:
    """Five bookmarks, a to e, tagged with what a shell or an option parser might stumble over."""
    write(
        tagtui.library,
        document("http://a/", title="storm", tags=["kafka", "storm"]),
        document("http://b/", title="hadoop", tags=["kafka", "todo"], unread=True),
        document("http://c/", title='say "hi"', tags=['"quoted"', "#hash", "-dash", "--dashes"]),
        document("http://d/", title="-5 degrees", tags=["machine-learning", "c#", "*", "a\\b"]),
        document("http://e/", title="json", tags=["日本"]),
    )
    return tagtui


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["-#storm"], "bcde"),
        (["#kafka", "-#storm"], "b"),
        (["-#storm", "#kafka"], "b"),
        (["-#storm #kafka"], "b"),
        (["-t", "kafka", "-#storm"], "b"),
        (["-storm"], "bcde"),
        (["-hadoop"], "acde"),
        (["-json"], "abcd"),
        (["-t:storm"], "bcde"),
        (["-tag:storm"], "bcde"),
        (["-T:storm"], "bcde"),
        (["-is:unread"], "acde"),
        (["-site:a", "-site:b"], "cde"),
        (['-"say"'], "abde"),
        (["-5"], "abce"),
        (['"-5"'], "d"),
        (["-tstorm"], "a"),
        (["-todo"], ""),  # -t odo, as everywhere
        (["--", "-storm"], "bcde"),
        (["--", "t:kafka", "-storm"], "b"),
        (["--not", "storm", "--not", "kafka"], "cde"),
        (["--not=storm"], "bcde"),
        (["--limit", "1", "-#storm", "--sort", "oldest"], "b"),
    ],
)
def test_a_word_of_the_query_may_begin_with_a_dash(library: Cli, args: list[str], found: str) -> None:
    options = [] if "--" in args else ["--sort", "url"]
    printed = library.out("list", "--urls", *options, *args).split()
    assert sorted(printed) == [f"http://{letter}/" for letter in found]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["-t", "#kafka"], "ab"),
        (["-t", '"quoted"'], "c"),
        (["-t", "##hash"], "c"),
        (["-t", "-dash"], "c"),
        (["-t", "--dashes"], "c"),
        (["--tag=--dashes"], "c"),
        (["-t", "machine learning"], "d"),
        (["-t", "machine,learning "], "d"),
        (["-t", "c#"], "d"),
        (["-t", "*"], "d"),
        (["-t", "a\\b"], "d"),
        (["-t", "kaf*"], ""),
        (["-t", "日本"], "e"),
        (["-t", "kafka", "-t", "KAFKA"], "ab"),
        (["--not", "-dash"], "abde"),
        (["--not", "#kafka"], "cde"),
    ],
)
def test_a_tag_is_named_as_it_is(library: Cli, args: list[str], found: str) -> None:
    printed = library.out("list", "--urls", "--sort", "url", *args).split()
    assert printed == [f"http://{letter}/" for letter in found]


@pytest.mark.parametrize("name", ["", "  ", "\u200b", ","])
def test_a_tag_without_a_name_is_refused(library: Cli, name: str) -> None:
    assert "a tag's name is missing" in library.refused("tags", "-t", name, status=2)
    assert "a tag's name is missing" in library.refused("tags", "--not", name, status=2)


@pytest.mark.parametrize("verb", ["list", "tags", "browse"])
@pytest.mark.parametrize("option", ["--jsno", "--lmit", "--files", "---json", "--#storm"])
def test_a_mistyped_option_is_not_a_word_of_the_query(library: Cli, verb: str, option: str) -> None:
    for args in ([option], ["kafka", f"{option}=3"]):
        said = library.refused(verb, *args, status=2)
        assert "No such option" in said
        assert option in said


@pytest.mark.parametrize("args", [["--limit"], ["-t"], ["--sort", "colour"], ["--limit", "-1"], ["--limit", "x"]])
def test_a_bad_value_is_a_usage_error(library: Cli, args: list[str]) -> None:
    assert library.refused("list", *args, status=2).startswith("Error: ")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (["since:20x"], "in the query, at character 1, 'since:20x': not a date: write 2016, 2016-10 or 2016-10-31"),
        (
            ["kafka", "is:red"],
            "in the query, at character 7, 'is:red': is: knows unread, private, untagged, public, read",
        ),
        (['"exactly', "once"], "in the query, at character 1, '\"exactly once': this quotation is not closed"),
        (["-t", "kafka", "#"], "in the query, at character 1, '#': a tag's name is missing"),
        (["(#a", "or"], "in the query, at character 1, '(': this parenthesis is not closed"),
    ],
)
def test_a_malformed_query_is_refused_with_place_and_reason(library: Cli, query: list[str], said: str) -> None:
    for verb in ("list", "tags"):
        assert library.refused(verb, *query, status=2) == f"Error: {said}"


def test_a_malformed_query_exports_nothing(library: Cli, tmp_path: Path) -> None:
    assert "is not closed" in library.refused("export", "out.json", '"a', status=2)
    assert not (tmp_path / "out.json").exists()


# --- which library


def test_the_file_after_the_verb_wins_over_the_one_before_it_and_that_over_the_environment(
    tagtui: Cli, tmp_path: Path, home: Path
) -> None:
    for name in ("before", "after"):
        write(tmp_path / name, document(f"http://{name}/"))
    write(tagtui.library, document("http://environment/"))
    write(home / "mine", document("http://home/"))
    assert tagtui.out("list", "--urls") == "http://environment/\n"
    assert tagtui.out("--file", "before", "list", "--urls") == "http://before/\n"
    assert tagtui.out("--file", "before", "list", "--file", "after", "--urls") == "http://after/\n"
    assert tagtui.out("list", "--file", "~/mine", "--urls") == "http://home/\n"
    assert tagtui.out("--file", "", "list", "--urls") == "http://environment/\n"


def test_what_is_not_said_after_the_verb_is_as_said_before_it() -> None:
    before = Given("b.json", "ana", "nord", demo=True, read_only=False)
    assert before.overlaid({"file": None, "owner": "", "theme": None, "demo": False}) == before
    assert before.overlaid({"owner": "jm"}) == Given("b.json", "jm", "nord", demo=True, read_only=False)


def test_the_default_library_is_in_the_data_folder(
    tagtui: Cli, home: Path, monkeypatch: pytest.MonkeyPatch, rows: list[Row]
) -> None:
    monkeypatch.delenv("TAGTUI_FILE")
    assert tagtui.json("import", "export.json", "--json")["added"] == len(rows)
    default = home / "data" / "tagtui" / "bookmarks.json"
    assert default.exists()
    assert len(tagtui.out("list", "--urls", "-t", "kafka").splitlines()) == len(tagged(rows, "kafka"))


def test_the_settings_name_the_library_and_its_owner(tagtui: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAGTUI_FILE")
    settings = home / "config" / "tagtui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('file = "~/set.json"\nowner = "ana"\n')
    write(home / "set.json", document())
    assert tagtui.json("list", "--json")[0]["by"] == "ana"
    settings.write_text("file = 1\n")
    assert tagtui.refused("list") == f'tagtui: {settings}: "file" is to be a text'


@pytest.mark.usefixtures("rows")
def test_the_owner_of_a_new_library(tagtui: Cli) -> None:
    tagtui.json("--owner", "before", "import", "export.json", "--owner", "ana", "--json")
    assert tagtui.json("list", "--limit", "1", "--json")[0]["by"] == "ana"
    tagtui.json("import", "export.json", "--owner", "somebody", "--json")
    assert tagtui.json("list", "--limit", "1", "--json")[0]["by"] == "ana"


@pytest.mark.usefixtures("rows")
def test_the_login_name_else(tagtui: Cli) -> None:
    tagtui.json("import", "export.json", "--json")
    assert '"owner": "jm"' in tagtui.library.read_text("utf-8")


# --- the screen


@pytest.mark.parametrize(
    "args", [[], ["browse"], ["browse", "-t", "kafka", "-#storm"], ["--demo"], ["browse", "--demo"]]
)
def test_the_screen_needs_a_terminal(tagtui: Cli, args: list[str]) -> None:
    said = tagtui.refused(*args, status=2)
    assert said == "Error: the screen needs a terminal; to print bookmarks, use: tagtui list"


def test_the_sample_library_is_for_the_screen_alone(library: Cli) -> None:
    assert library.refused("--demo", "list", status=2) == "Error: --demo is for the screen: tagtui --demo"


def test_help_and_version_are_at_hand(tagtui: Cli) -> None:
    assert tagtui.out("--version").startswith("tagtui ")
    assert "QUERY" in tagtui.out("-h")
    for verb in ("list", "tags", "browse", "import", "export"):
        assert tagtui.out(verb, "-h") == tagtui.out(verb, "--help")
        assert "--file" in tagtui.out(verb, "-h")


def test_an_unknown_verb_is_a_usage_error(tagtui: Cli) -> None:
    assert "No such command" in tagtui.refused("lsit", status=2)
