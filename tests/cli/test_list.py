"""``tagtui list``: what a query leaves."""

import json
from datetime import UTC, datetime

import pytest

from tagtui.cli import commands
from tagtui.core.order import Order
from tagtui.core.text import ago
from tests.cli.conftest import NOW, Cli
from tests.cli.kafka import KAFKA, TOTAL, Row, entries, tagged
from tests.store.sample import LIBRARY, document, write

FIELDS = ["id", "url", "title", "annotation", "tags", "added", "modified", "by", "private", "unread", "extra"]


@pytest.fixture
def library(tagtui: Cli) -> Cli:
    tagtui.library.write_text(LIBRARY, "utf-8")
    return tagtui


def test_json_is_an_array_of_whole_bookmarks(library: Cli) -> None:
    assert library.json("list", "--json") == [
        {
            "id": 1,
            "url": "http://kafka.org/",
            "title": "Kafka",
            "annotation": "",
            "tags": ["kafka", "ops"],
            "added": "2016-10-31T15:57:56Z",
            "modified": "2016-10-31T15:57:56Z",
            "by": "jm",
            "private": False,
            "unread": False,
            "extra": {},
        },
        {
            "id": 2,
            "url": "http://日本.jp/",
            "title": "日本",
            "annotation": "One.\n\nTwo.",
            "tags": [],
            "added": "2012-02-03T04:05:06Z",
            "modified": "2016-10-31T15:57:56Z",
            "by": "fogus",
            "private": True,
            "unread": True,
            "extra": {},
        },
    ]


def test_jsonl_is_one_object_a_line(library: Cli) -> None:
    lines = library.out("list", "--jsonl").splitlines()
    assert [json.loads(line) for line in lines] == library.json("list", "--json")
    assert list(json.loads(lines[0])) == FIELDS


def test_urls_are_one_a_line(library: Cli) -> None:
    assert library.out("list", "--urls") == "http://kafka.org/\nhttp://日本.jp/\n"


def test_cards_for_people(library: Cli) -> None:
    write(library.library, document(tags=["a"]), document("http://b.org/", title="B", private=True, unread=True))
    assert library.out("list", "--sort", "url") == (
        "     1  http://a.org/\n"
        "        2016-10-31  a\n"
        "     2  B\n"
        "        http://b.org/\n"
        "        2016-10-31  private  unread\n"
    )


def test_the_newest_first_and_the_last_of_kafka_in_february_2012(tagtui: Cli, kafka: list[Row]) -> None:
    found = tagtui.json("list", "-t", "kafka", "--json")
    assert len(found) == KAFKA
    assert [row["url"] for row in found] == [row["href"] for row in tagged(kafka, "kafka")]
    assert found[-1]["added"].startswith("2012-02-14")
    assert found[0]["added"].startswith("2026-02-19")  # 23 days before 14 March


@pytest.mark.usefixtures("kafka")
@pytest.mark.parametrize(
    "args",
    [
        ("#kafka",),
        ("t:kafka",),
        ("tag:KAFKA",),
        ("-t", "kafka"),
        ("-tkafka",),
        ("--tag", "Kafka"),
        ("--tag=kafka",),
        ("-t", "#kafka"),
        ("-t", " kafka "),
        ("#kafka", "-#no-such-tag"),
        ("--not", "no-such-tag", "#kafka"),
    ],
)
def test_a_tag_can_be_picked_in_many_ways(tagtui: Cli, args: tuple[str, ...]) -> None:
    assert len(tagtui.out("list", "--urls", *args).splitlines()) == KAFKA


def test_the_export_that_these_tests_import_is_as_it_says() -> None:
    for now in (NOW, datetime(2031, 1, 1, tzinfo=UTC)):
        rows = entries(now)
        on_kafka = tagged(rows, "kafka")
        assert rows == entries(now)
        assert (len(rows), len({row["href"] for row in rows}), len(on_kafka)) == (TOTAL, TOTAL, KAFKA)
        assert ago(datetime.fromisoformat(on_kafka[0]["time"]), now) == "23 days ago"
        assert ago(datetime.fromisoformat(on_kafka[-1]["time"]), now) == "february 2012"


def test_words_and_tags_narrow_together(tagtui: Cli, kafka: list[Row]) -> None:
    expected = [row["href"] for row in tagged(kafka, "kafka") if "exactly once" in row["description"].lower()]
    assert expected
    assert sorted(tagtui.out("list", "--urls", "-t", "kafka", '"exactly once"').splitlines()) == sorted(expected)
    assert sorted(tagtui.out("list", "--urls", '#kafka "Exactly Once"').splitlines()) == sorted(expected)
    assert len(tagtui.out("list", "--urls", "(#kafka", "or", "#python)").splitlines()) > KAFKA


@pytest.mark.parametrize("limit", [0, 1, 7, 1000])
def test_the_limit(tagtui: Cli, kafka: list[Row], limit: int) -> None:
    count = min(limit, len(kafka))
    assert len(tagtui.json("list", "--limit", str(limit), "--json")) == count
    assert len(tagtui.out("list", "--limit", str(limit), "--jsonl").splitlines()) == count
    assert len(tagtui.out("list", "--limit", str(limit), "--urls").splitlines()) == count
    assert (tagtui.out("list", "--limit", str(limit)) == "") == (limit == 0)


def test_the_orders(tagtui: Cli, kafka: list[Row]) -> None:
    newest = [row["href"] for row in kafka]
    assert tagtui.out("list", "--urls", "--sort", "added").splitlines() == newest
    assert tagtui.out("list", "--urls", "--sort", "oldest").splitlines() == newest[::-1]
    assert tagtui.out("list", "--urls", "--sort", "url").splitlines() == sorted(newest)
    assert list(commands.ORDERS) == [order.value for order in Order]
    for order in Order:
        assert len(tagtui.out("list", "--urls", "--sort", order).splitlines()) == TOTAL


def test_no_library_lists_nothing_and_creates_nothing(tagtui: Cli) -> None:
    for verb in ("list", "tags"):
        assert tagtui.out(verb) == ""
        assert tagtui.out(verb, "-t", "kafka", "word") == ""
        assert tagtui.out(verb, "--json") == "[]\n"
    assert tagtui.out("list", "--jsonl") == ""
    assert tagtui.out("list", "--urls") == ""
    assert list(tagtui.library.parent.iterdir()) == []


def test_nothing_that_drives_a_terminal_is_printed(tagtui: Cli) -> None:
    evil = "a\u001b]52;c;aGk=\u0007\u009b31m\u202eb\r\n\u007fc"
    extra = {evil: [evil]}
    write(
        tagtui.library, document(f"http://a.org/{evil}", title=evil, annotation=evil, tags=[evil], by=evil, extra=extra)
    )
    for args in (("list",), ("list", "--urls"), ("list", "--json"), ("list", "--jsonl"), ("tags",), ("tags", "--json")):
        out = tagtui.out(*args)
        assert not set(out) & set("\u001b\u0007\u009b\u202e\r\u007f")
    assert tagtui.json("list", "--json")[0]["extra"] == extra  # escaped, and whole
