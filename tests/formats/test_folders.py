"""Folders as tags."""

import pytest

from tagtui.formats.folders import MOST_FOLDERS, inside


@pytest.mark.parametrize(
    ("around", "name", "tags"),
    [
        ((), "Work", ("Work",)),
        (("Work",), "To do, soon", ("Work", "To-do-soon")),
        (("Work",), "WORK", ("Work",)),
        (("a",), " \x1b ", ("a",)),
        (("a",), None, ("a",)),
        (("a",), ["b"], ("a",)),
    ],
)
def test_a_folder_gives_a_tag_to_what_is_inside_it(
    around: tuple[str, ...], name: object, tags: tuple[str, ...]
) -> None:
    assert inside(around, name) == tags


def test_folders_below_a_hundred_give_none() -> None:
    tags: tuple[str, ...] = ()
    for number in range(2 * MOST_FOLDERS):
        tags = inside(tags, str(number))
    assert tags == tuple(map(str, range(MOST_FOLDERS)))
