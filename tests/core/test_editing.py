"""Changes to bookmarks, as a person says them."""

from datetime import UTC, datetime, timedelta

import pytest

from tagtui.core.bookmark import Bookmark
from tagtui.core.editing import deletion, edited, retagged, retagging, toggle

THEN = datetime(2020, 1, 1, tzinfo=UTC)
NOW = THEN + timedelta(days=1)


def bookmark(title: str = "Kafka", tags: str = "kafka ops", **flags: bool) -> Bookmark:
    return Bookmark(
        url=f"http://{title}.org/", title=title, tags=tuple(tags.split()), added=THEN, modified=THEN, **flags
    )


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("logs", ("logs",)),
        ("logs, two words", ("logs", "two-words")),
        ("+logs", ("kafka", "ops", "logs")),
        ("-OPS +logs", ("kafka", "logs")),
        ("+ops", ("kafka", "ops")),
        ("+logs -logs", ("kafka", "ops", "logs")),
        ("", ()),
        ("+", ("+",)),
        ("c++ c#", ("c++", "c#")),
        ("kafka ops +logs -OPS", ("kafka", "logs")),
        ("c++ -ops", ("c++",)),
    ],
)
def test_tags_are_a_new_list_or_have_signs(text: str, tags: tuple[str, ...]) -> None:
    assert retagged(("kafka", "ops"), text) == tags


@pytest.mark.parametrize(
    ("text", "tags"), [("+1 -x", ("+1", "-x")), ("+1", ("+1",)), ("-+1", ("-x",)), ("+2", ("+1", "-x", "2"))]
)
def test_a_tag_that_begins_with_a_sign_is_itself(text: str, tags: tuple[str, ...]) -> None:
    assert retagged(("+1", "-x"), text) == tags


def test_what_changes_nothing_is_the_very_bookmark() -> None:
    before = bookmark()
    assert edited(before, NOW) is before
    assert edited(before, NOW, title="Kafka", tags="kafka ops", unread=False) is before


def test_a_change_is_tidy_and_dated() -> None:
    after = edited(bookmark(), NOW, title=" Apache\nKafka ", note="One.\x07", private=True)
    assert (after.title, after.annotation, after.private) == ("Apache Kafka", "One.", True)
    assert (after.added, after.modified) == (THEN, NOW)


def test_a_flag_is_set_on_all_and_taken_from_all_once_all_have_it() -> None:
    both = {1: bookmark(), 2: bookmark("Bread", unread=True)}
    set_all = toggle(both, "unread", NOW)
    assert set_all.label == "Marked 2 bookmarks as unread"
    assert [(edit.id, edit.after and edit.after.unread) for edit in set_all.edits] == [(1, True)]
    both[1] = edited(both[1], NOW, unread=True)
    taken = toggle(both, "unread", NOW)
    assert taken.label == "Marked 2 bookmarks as read"
    assert len(taken.edits) == 2
    assert toggle({1: bookmark()}, "private", NOW).label == "Marked “Kafka” as private"


def test_deleting_and_retagging_name_what_they_do() -> None:
    one, two = {1: bookmark("x" * 60)}, {1: bookmark(), 2: bookmark("Bread")}
    assert deletion(one).label == f"Deleted “{'x' * 40}…”"
    assert deletion(two).label == "Deleted 2 bookmarks"
    assert [edit.after for edit in deletion(two).edits] == [None, None]
    assert retagging(two, "+logs", NOW).label == "Retagged 2 bookmarks"
    assert retagging(two, "+ops", NOW).edits == ()
