"""Clean the texts of a whole library.

:func:`~tagtui.core.bookmark.tidy` costs 5 µs a bookmark, half a second at 100,000, and nearly none needs it.  So the
file is asked once whether it holds anything to be removed, and a hundred bookmarks together whether their lines are
even; tidied are those of which this does not prove that they need not be.
"""

from collections.abc import Iterable, Sequence

from tagtui.core.bookmark import Bookmark, clean_tag, tag_key, tidy
from tagtui.core.text import clean

RULES = 1
"""The number of these rules: to be raised when any of them changes, so that what was tidy is looked at again."""

_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r"  # raw tabs and line ends stand between JSON's texts, never in them
_HARMLESS_ESCAPES = frozenset(b'"\\/nt')
_TOGETHER = 100


def tidy_all(bookmarks: dict[int, Bookmark], content: bytes) -> None:
    """Replace each of ``bookmarks``, which were read from the JSON ``content``, by its tidy form."""
    is_clean = _is_clean(content)
    tags: set[str] = set()
    ids = list(bookmarks)
    for start in range(0, len(ids), _TOGETHER):
        some = [(id, bookmarks[id]) for id in ids[start : start + _TOGETHER]]
        each = [{*bookmark.tags} for _, bookmark in some]
        tags.update(*each)  # sets that know their hashes already: twice as fast as from the tuples
        repeated = sum(map(len, each)) < sum([len(bookmark.tags) for _, bookmark in some])
        if repeated or not _texts_are_tidy([bookmark for _, bookmark in some], is_clean):
            bookmarks.update([(id, tidy(bookmark)) for id, bookmark in some])
    if unusual := _unusual(tags):
        for id, bookmark in bookmarks.items():
            if not unusual.isdisjoint(bookmark.tags):
                bookmarks[id] = tidy(bookmark)


def _is_clean(content: bytes) -> bool:
    """Tell whether no text of the file holds anything that :func:`clean` would change."""
    others = content.translate(None, _PLAIN).decode(errors="replace")
    return clean(others) == others and _escapes_are_harmless(content)


def _escapes_are_harmless(content: bytes) -> bool:
    """Tell whether no escape of JSON stands for a control character; an escaped backslash before a letter may count."""
    place = content.find(b"\\")  # a search for one byte runs at the speed of memory, a regular expression does not
    while place >= 0:
        if content[place + 1] not in _HARMLESS_ESCAPES:
            return False
        place = content.find(b"\\", place + 1)
    return True


def _unusual(tags: Iterable[str]) -> frozenset[str]:
    """Return those of ``tags`` that are not clean, or the same tag as another."""
    first: dict[str, str] = {}
    found = set()
    for tag in tags:
        other = first.setdefault(tag_key(tag), tag)
        if other != tag:
            found |= {tag, other}
        if not tag or clean_tag(tag) != tag:
            found.add(tag)
    return frozenset(found)


def _texts_are_tidy(bookmarks: Sequence[Bookmark], is_clean: bool) -> bool:
    """Tell whether :func:`tidy` would leave all texts but the tags as they are."""
    # joined by blanks: a blank at either end of one then makes two
    names = {bookmark.by for bookmark in bookmarks}
    lines = " ".join([*[b.url for b in bookmarks], *[b.title for b in bookmarks if b.title], *filter(None, names)])
    if not is_clean:
        texts = "".join([lines, *(bookmark.annotation for bookmark in bookmarks)])
        if clean(texts) != texts:
            return False
    if lines.isprintable() and "  " not in lines:
        return lines.strip() == lines
    return " ".join(lines.split()) == lines
