"""``tagtui tags``: the related tags and their counts."""

import pytest

from tagtui.cli import commands
from tagtui.core.order import TagOrder
from tests.cli.conftest import Cli
from tests.cli.kafka import KAFKA, Row, counted, tagged


def as_list(counts: dict[str, int]) -> list[dict[str, object]]:
    return [{"tag": tag, "count": count} for tag, count in counts.items()]


def test_the_tags_that_go_with_kafka_by_name_with_kafka_itself(tagtui: Cli, kafka: list[Row]) -> None:
    found = tagtui.json("tags", "-t", "kafka", "--sort", "name", "--json")
    assert found == as_list(counted(tagged(kafka, "kafka"), kafka))
    assert {"tag": "kafka", "count": 44} in found
    assert len(found) > 15


def test_every_tag_of_the_library(tagtui: Cli, kafka: list[Row]) -> None:
    assert tagtui.json("tags", "--sort", "name", "--json") == as_list(counted(kafka, kafka))


def test_two_tags_narrow_together(tagtui: Cli, kafka: list[Row]) -> None:
    found = tagtui.json("tags", "-t", "KAFKA", "-t", "Storm", "--sort", "name", "--json")
    assert found == as_list(counted(tagged(kafka, "kafka", "storm"), kafka))


@pytest.mark.parametrize("args", [["--not", "storm"], ["-#storm"], ["--not", "STORM", "-t:storm"]])
def test_a_tag_can_be_left_out(tagtui: Cli, kafka: list[Row], args: list[str]) -> None:
    rest = [row for row in tagged(kafka, "kafka") if row not in tagged(kafka, "storm")]
    assert 0 < len(rest) < KAFKA
    found = tagtui.json("tags", "-t", "kafka", *args, "--sort", "name", "--json")
    assert found == as_list(counted(rest, kafka))


def test_the_commonest_first_then_by_name(tagtui: Cli, kafka: list[Row]) -> None:
    found = [(row["tag"], row["count"]) for row in tagtui.json("tags", "-t", "kafka", "--json")]
    by_name = counted(tagged(kafka, "kafka"), kafka).items()
    assert found == sorted(by_name, key=lambda pair: -pair[1])
    assert found[0] == ("kafka", KAFKA)


def test_by_association_the_picked_tag_stands_first(tagtui: Cli, kafka: list[Row]) -> None:
    found = tagtui.json("tags", "-t", "kafka", "--sort", "association", "--json")
    assert found[0]["tag"] == "kafka"
    assert {row["tag"]: row["count"] for row in found} == counted(tagged(kafka, "kafka"), kafka)


def test_text_for_people_has_the_counts_in_a_column(tagtui: Cli, kafka: list[Row]) -> None:
    lines = tagtui.out("tags", "-t", "kafka").splitlines()
    counts = counted(tagged(kafka, "kafka"), kafka)
    assert lines[0] == "44  kafka"
    assert sorted(lines) == sorted(f"{count:>2}  {tag}" for tag, count in counts.items())


@pytest.mark.parametrize("limit", [0, 1, 3, 1000])
def test_the_limit(tagtui: Cli, kafka: list[Row], limit: int) -> None:
    count = min(limit, len(counted(tagged(kafka, "kafka"), kafka)))
    assert len(tagtui.json("tags", "-t", "kafka", "--limit", str(limit), "--json")) == count
    assert len(tagtui.out("tags", "-t", "kafka", "--limit", str(limit)).splitlines()) == count


@pytest.mark.usefixtures("kafka")
def test_nothing_matches(tagtui: Cli) -> None:
    assert tagtui.out("tags", "-t", "no-such-tag") == ""
    assert tagtui.out("tags", "-t", "no-such-tag", "--json") == "[]\n"


def test_the_orders_offered_are_those_that_there_are() -> None:
    assert list(commands.TAG_ORDERS) == [order.value for order in TagOrder]
