"""URLs that may be of the same page: what differs says only how it was reached.

A comparison key (see :func:`tagtui.core.url.comparison_key`) makes two bookmarks one; these keys only give a hint.
"""

import re
from collections.abc import Iterator

from tagtui.core.url import comparison_key

_PLACE = re.compile(r"(https?)://(www\.)?(.*)", re.DOTALL)
# Parameters that often tell where a reader came from, and sometimes which page it is.
_LOOSE = re.compile(
    r"(?:ref|ref_src|ref_url|referrer|source|src|cmp|cmpid|campaign|via|share|s|si|feature|t)=", re.ASCII
)


def near_keys(url: str) -> tuple[str, ...]:
    """Return the comparison keys of ``url`` with the other of http and https, with or without ``www.`` and trackers.

    Its own key is not among them; a URL that is neither http nor https has none.
    """
    own = comparison_key(url)
    found = dict.fromkeys(_variants(own))
    found.pop(own, None)
    return tuple(found)


def _variants(key: str) -> Iterator[str]:
    place = _PLACE.fullmatch(key)
    if not place:
        return
    rest = place[3]
    for path in (rest, _without_loose(rest)):
        for scheme in (place[1], "https", "http"):
            for www in ("", "www."):
                yield comparison_key(f"{scheme}://{www}{path}")


def _without_loose(rest: str) -> str:
    address, mark, query = rest.partition("?")
    if not mark:
        return rest
    query, fragment_mark, fragment = query.partition("#")
    kept = "&".join(parameter for parameter in query.split("&") if not _LOOSE.match(parameter))
    return f"{address}{'?' if kept else ''}{kept}{fragment_mark}{fragment}"
