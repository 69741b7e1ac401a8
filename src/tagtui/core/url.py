"""What tagtui reads out of a URL: its site, whether it may be opened, and the key by which two are the same.

A URL is never altered; everything here is derived.  The parts are split by the regular expression of RFC 3986,
appendix B, which fits any string: what people saved over twenty years includes ``http://[`` and worse.
"""

import re
from typing import NamedTuple

from tagtui.core.text import clean

MAX_URL = 65_535  # characters; longer ones are kept, with a warning
OPENABLE = frozenset({"http", "https", "ftp", "mailto"})

_PARTS = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_PLAIN = re.compile(r"(https?://[a-z0-9.-]++(?:/[!-\"$->@-~]*+)?)(\?[!-\"$-~]++)?(#[!-~]++)?")  # ASCII: twice as fast
_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_DEFAULT_PORTS = {"http": "80", "https": "443", "ftp": "21"}
_TRACKERS = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid igshid mc_cid mc_eid mkt_tok "
    "_hsenc _hsmi oly_anon_id oly_enc_id vero_id wickedid".split()
)
_TRACKER = re.compile(rf"[?&](?:utm_|(?:{'|'.join(_TRACKERS)})(?![^=&]))", re.IGNORECASE)


class _Parts(NamedTuple):
    scheme: str
    authority: str
    path: str
    query: str
    fragment: str


def _split(url: str) -> _Parts:
    match = _PARTS.match(url)
    return _Parts(*(match.groups(default="") if match else ("", "", url, "", "")))


def clean_url(text: str) -> str:
    """Return ``text`` without control characters, tabs and line breaks (a browser drops those too) and outer blanks."""
    if text.isprintable():
        return text.strip()
    return clean(text).replace("\n", "").replace("\t", "").strip()


def scheme(url: str) -> str:
    """Return the scheme in lower case, or ``""``."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else ""


def may_open(url: str) -> bool:
    """Tell whether ``url`` has a scheme that may be handed to the desktop: http, https, ftp or mailto."""
    return scheme(url) in OPENABLE


def site(url: str) -> str:
    """Return the host in lower case, without user, port and ``www.``; ``""`` where there is none."""
    start = url.find("://")
    if start < 0:
        return ""
    authority = _split(url).authority
    host = authority.rpartition("@")[2].lower()
    if host.startswith("["):  # an IPv6 address holds colons of its own
        return "".join(host.partition("]")[:2])
    return host.partition(":")[0].removeprefix("www.")


def comparison_key(url: str) -> str:
    """Return the key that is equal for two URLs of the same page.

    Scheme and host in lower case; default port, a path's trailing slashes, an empty fragment and known trackers off; a
    blank is ``%20``.  Other parameters keep their order, and a non-empty fragment stays.  A URL without a host is its
    own key, as is every key.
    """
    if plain := _PLAIN.fullmatch(url):
        if plain.lastindex == 1:
            return url.rstrip("/")
        place, query, fragment = plain.groups("")
        if not (query and _TRACKER.search(query)):
            return f"{place.rstrip('/')}{query}{fragment}"
    url = url.strip()
    parts = _split("%20".join(url.split()))
    if not parts.authority:
        return url
    name = parts.scheme.lower()
    user, at, host = parts.authority.rpartition("@")
    query = "&".join(p for p in parts.query.split("&") if not _is_tracker(p)) if parts.query else ""
    return "".join(
        (
            name + ":" if name else "",
            "//",
            user + at + _without_port(host.lower(), _DEFAULT_PORTS.get(name)),
            parts.path.rstrip("/"),
            "?" + query if query else "",
            "#" + parts.fragment if parts.fragment else "",
        )
    )


def _without_port(host: str, default: str | None) -> str:
    bare, _, port = host.rpartition(":")
    is_port = ":" not in bare or bare.endswith("]")  # an IPv6 address holds colons of its own
    return bare if is_port and port == default else host


def _is_tracker(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith("utm_") or name in _TRACKERS
