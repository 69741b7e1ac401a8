"""Folders as tags: each folder around a bookmark gives it one."""

from tagtui.core.bookmark import clean_tags

MOST_FOLDERS = 100  # around a bookmark; deeper ones are not told (Pinboard's limit for the tags of a bookmark)


def inside(around: tuple[str, ...], name: object) -> tuple[str, ...]:
    """Return the tags of the folders ``around``, with that of the folder called ``name`` inside them."""
    if len(around) >= MOST_FOLDERS or not isinstance(name, str):
        return around
    return clean_tags((*around, name))
