"""The orders in which bookmarks and related tags can stand."""

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from tagtui.core.bookmark import Bookmark
from tagtui.core.text import fold
from tagtui.core.url import site


class Order(StrEnum):
    """An order of bookmarks.  Relevance is the newest first while no text is searched."""

    RELEVANCE = "relevance"
    ADDED = "added"
    OLDEST = "oldest"
    MODIFIED = "modified"
    TITLE = "title"
    URL = "url"
    SITE = "site"


class TagOrder(StrEnum):
    """An order of related tags."""

    COUNT = "count"
    NAME = "name"
    ASSOCIATION = "association"


# Each stored order ascends; the newest-first ones are read backwards.
ASCENDING: Mapping[Order, Callable[[Bookmark], Any]] = {
    Order.OLDEST: lambda bookmark: bookmark.added,
    Order.MODIFIED: lambda bookmark: bookmark.modified,
    Order.TITLE: lambda bookmark: fold(bookmark.heading),
    Order.URL: lambda bookmark: bookmark.url.lower(),
    Order.SITE: lambda bookmark: (site(bookmark.url), fold(bookmark.heading)),
}


def association(both: int, tagged: int, matched: int, total: int) -> float:
    """Return how unusually common a tag is among the matches: Dunning's log-likelihood ratio (1993), signed.

    ``both`` of the ``matched`` bookmarks have the tag, which ``tagged`` of all ``total`` have.
    Negative when the tag is rarer among the matches than elsewhere.
    """
    expected = tagged * matched / total
    cells = (
        (both, expected),
        (tagged - both, tagged - expected),
        (matched - both, matched - expected),
        (total - tagged - matched + both, total - tagged - matched + expected),
    )
    ratio = 2 * sum(seen * math.log(seen / mean) for seen, mean in cells if seen > 0 and mean > 0)
    return math.copysign(max(ratio, 0.0), both - expected)
