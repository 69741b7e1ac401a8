"""Folders as tags: each folder around a bookmark gives it one."""

from tagtui.core.bookmark import clean_tag, tag_key

MOST_FOLDERS = 100  # around a bookmark; deeper ones are not told (Pinboard's limit for the tags of a bookmark)

UNTOLD = "its folders are not kept, as it has tags; --folders-as-tags, or f on the screen, makes tags of them too"
"""What is said of a file whose folders nobody asked for, and that has tags."""


def inside(around: tuple[str, ...], name: object) -> tuple[str, ...]:
    """Return the tags of the folders ``around``, with that of the folder called ``name`` inside them."""
    if len(around) >= MOST_FOLDERS or not isinstance(name, str):
        return around
    tag = clean_tag(name)  # and of those around it none again: names may be long, and folders deep
    if not tag or tag_key(tag) in map(tag_key, around):
        return around
    return (*around, tag)
