"""Bookmarks of the signs that mean something in a format, to try whether it gives them back."""

from hypothesis import strategies as st
from msgspec.structs import replace

from tagtui.core.bookmark import Bookmark, tidy
from tests.formats.samples import DAY

_URLS = st.sampled_from(["https://example.org/", "http://[", "javascript:", "mailto:", "/shaare/", "a"])


def libraries_of(signs: list[str]) -> st.SearchStrategy[list[Bookmark]]:
    """Return a strategy of bookmarks whose texts are made of ``signs``, words and white space."""
    texts = st.lists(st.sampled_from([*signs, "a", "é", " ", "  ", "\t", "\n", "\n\n"]), max_size=9).map("".join)
    bookmarks = st.builds(
        Bookmark,
        url=st.tuples(_URLS, texts).map("".join),
        title=texts,
        annotation=texts.map(str.strip),
        tags=st.lists(texts, max_size=4).map(tuple),
        added=st.just(DAY),
        modified=st.just(DAY),
        by=texts.map("by".__add__),
    )
    clean = bookmarks.map(tidy).map(lambda it: replace(it, annotation=it.annotation.strip()))
    return st.lists(clean, max_size=4)


def texts_of(library: list[Bookmark]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return what a list of links holds of each bookmark: the URL, the title, the annotation and the tags."""
    return [(it.url, it.title, it.annotation, it.tags) for it in library]
