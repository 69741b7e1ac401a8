"""The library as anybody would first write it, with loops over a dict: slow, and plainly what the contract says."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from tagtui.core.bookmark import Bookmark
from tagtui.core.order import Order
from tagtui.core.query import AnyOf, Before, By, Day, Is, Not, Query, Since, Site, Tag, Term, Text

Books = Mapping[int, Bookmark]


@cache
def key(tag: str) -> str:
    return unicodedata.normalize("NFC", tag).casefold()


@cache
def plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.").replace("::1", "[::1]")


def fields(bookmark: Bookmark) -> list[str]:
    return [plain(text) for text in (bookmark.title, " ".join(bookmark.tags), bookmark.url, bookmark.annotation)]


def has_tag(bookmark: Bookmark, tag: Tag) -> bool:
    wanted = key(tag.name)
    if tag.prefix:
        return any(key(own).startswith(wanted) for own in bookmark.tags)
    return any(key(own) == wanted or key(own).startswith(wanted + "/") for own in bookmark.tags)


def matches(bookmark: Bookmark, term: Term, owner: str) -> bool:
    match term:
        case Not(inner):
            return not matches(bookmark, inner, owner)
        case Tag():
            return has_tag(bookmark, term)
        case AnyOf(tags):
            return any(has_tag(bookmark, tag) for tag in tags)
        case Text(text):
            return any(plain(text) in field for field in fields(bookmark))
        case Site(host):
            return ("." + site(bookmark.url)).endswith("." + host.lower().removeprefix("www."))
        case By(name):
            return (bookmark.by or owner).lower() == name.lower()
        case Since(day):
            return bookmark.added.isoformat() >= first_moment(day)
        case Before(day):
            return bookmark.added.isoformat() < first_moment(day)
        case Is(state):
            return {
                "private": bookmark.private,
                "public": not bookmark.private,
                "unread": bookmark.unread,
                "read": not bookmark.unread,
                "untagged": not bookmark.tags,
            }[state]


def first_moment(day: Day) -> str:
    return f"{day.year:04}-{day.month or 1:02}-{day.day or 1:02}T00:00:00+00:00"


def rank(bookmark: Bookmark, query: Query) -> int:
    """Return the sum, over the texts, of the first field that holds each: title 0, tags 1, URL 2, annotation 3."""
    return sum(next(n for n, field in enumerate(fields(bookmark)) if plain(text) in field) for text in query.texts)


def search(books: Books, query: Query, order: Order, owner: str) -> list[int]:
    found = sorted(id for id, book in books.items() if all(matches(book, term, owner) for term in query.terms))
    match order:
        case Order.OLDEST:
            return sorted(found, key=lambda id: books[id].added)
        case Order.ADDED:
            return sorted(found, key=lambda id: books[id].added)[::-1]
        case Order.MODIFIED:
            return sorted(found, key=lambda id: books[id].modified)[::-1]
        case Order.RELEVANCE:
            newest_first = sorted(found, key=lambda id: books[id].added)[::-1]
            return sorted(newest_first, key=lambda id: rank(books[id], query))
        case Order.TITLE:
            return sorted(found, key=lambda id: plain(books[id].title or books[id].url))
        case Order.URL:
            return sorted(found, key=lambda id: books[id].url.lower())
        case Order.SITE:
            return sorted(found, key=lambda id: (site(books[id].url), plain(books[id].title or books[id].url)))


def related(books: Books, ids: list[int]) -> dict[str, int]:
    """Return, for each tag that a bookmark of ``ids`` carries itself, how many of them picking it would leave."""
    carried = {key(tag) for id in ids for tag in books[id].tags}
    return {tag: sum(has_tag(books[id], Tag(tag)) for id in ids) for tag in carried}


def names(books: Books) -> dict[str, str]:
    """Return how each tag is shown, by its key: as the bookmark with the lowest id writes it."""
    return {key(tag): tag for id in sorted(books, reverse=True) for tag in books[id].tags}
