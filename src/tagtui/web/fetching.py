"""Ask the web for a page: little of it, soon, from public places only, and without a word about the person.

Sent are the address and what tagtui is: no cookie, no credentials, no referrer.  Variables for proxies are not
honoured: which addresses a proxy connects to cannot be checked here.  ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` are.
"""

import asyncio
import re
import ssl
import zlib
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cache

import httpcore
import httpx

from tagtui import __version__
from tagtui.core.text import clean_line
from tagtui.core.url import clean_url, scheme
from tagtui.errors import PageError
from tagtui.web.connecting import Connections, Network
from tagtui.web.failures import of_kind, of_status, told
from tagtui.web.limits import Limits
from tagtui.web.threads import in_thread

_SCHEMES = frozenset({"http", "https"})
_LAST_PORT = 65_535
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_HEADERS = (
    (b"User-Agent", f"tagtui/{__version__}".encode()),
    (b"Accept", b"text/html, application/xhtml+xml"),
    (b"Accept-Encoding", b"gzip"),
)
_CHARSET = re.compile(r"""charset\s*+=\s*+["']?([^\s"';,]++)""", re.IGNORECASE)
_HEAD_ENDS = re.compile(rb"</head|<body", re.IGNORECASE)
_LEAST = 64  # bytes that a chunk counts for: half a million of one byte each would keep the loop busy for seconds

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Page:
    """What came: the address where the redirects ended, the first bytes of the body, the charset of the header."""

    url: str
    content: bytes
    charset: str


async def fetch(
    address: str, limits: Limits, network: Network | None, progress: Progress | None, *, is_typed: bool
) -> Page:
    """Return the page at ``address``, as much of it as ``limits`` allow; raises PageError.

    A body that breaks off, or is not complete in time, will do if its head has come.
    """
    start = _parsed(address)
    deadline = asyncio.get_running_loop().time() + limits.seconds
    with told(limits.seconds):
        async with asyncio.timeout_at(deadline):
            tls = await in_thread(trust)
        async with (
            aclosing(Connections(_host(start) if is_typed else "", network or Network(), limits)) as connections,
            httpcore.AsyncConnectionPool(ssl_context=tls, network_backend=connections) as pool,
        ):
            async with asyncio.timeout_at(deadline):
                url, response = await _follow(pool, start, limits)
            body = _Body(limits.bytes, _unpacker(response))
            try:
                async with asyncio.timeout_at(deadline):
                    await body.read(response, progress)
            except (TimeoutError, httpcore.NetworkError, httpcore.ProtocolError, zlib.error):
                if not _HEAD_ENDS.search(body.content):
                    raise
    kind, content = _header(response, b"content-type"), bytes(body.content)
    _check_content(kind, content)
    charset = _CHARSET.search(kind)
    return Page(clean_url(address) if url == start else str(url), content, charset[1] if charset else "")


@dataclass(slots=True)
class _Body:
    """The beginning of a body, up to ``limit`` bytes, both as it comes and unpacked."""

    limit: int
    unpack: Callable[[bytes, int], bytes]
    content: bytearray = field(default_factory=bytearray)

    async def read(self, response: httpcore.Response, progress: Progress | None) -> None:
        taken = 0
        async for chunk in response.aiter_stream():
            taken += max(len(chunk), _LEAST)
            self.content += self.unpack(chunk, self.limit - len(self.content))
            if progress:
                progress(len(self.content))
            if max(taken, len(self.content)) >= self.limit:
                return


def _parsed(address: str) -> httpx.URL:
    name = scheme(address)
    if name not in _SCHEMES:
        begins = f"it begins with {clean_line(name)[:40]}:, not" if name else "it does not begin"
        raise PageError(f"{begins} with http:// or https://")
    return _valid(lambda: httpx.URL(clean_url(address)))


def _valid(make: Callable[[], httpx.URL]) -> httpx.URL:
    try:
        url = make()
    except (httpx.InvalidURL, ValueError):  # a bad name is a ValueError of the package idna
        raise PageError("it is no valid address") from None
    if url.scheme in _SCHEMES and not _host(url):
        raise PageError("it is an address without a host")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise PageError(f"there is no port {str(url.port)[:20]}")
    return url


def _host(url: httpx.URL) -> str:
    return str(url.raw_host, "ascii").removesuffix(".")


@cache
def trust() -> ssl.SSLContext:
    """Return a context that trusts what the system trusts, and the authorities that certifi knows; it takes 60 ms."""
    try:
        context = httpx.create_ssl_context()
        context.load_default_certs()
    except OSError as error:
        raise PageError(f"the certificates to trust cannot be read: {error.strerror}") from error
    return context


async def _follow(
    pool: httpcore.AsyncConnectionPool, url: httpx.URL, limits: Limits
) -> tuple[httpx.URL, httpcore.Response]:
    """Return where the redirects from ``url`` end, and the answer there, its body unread."""
    for _ in range(limits.redirects + 1):
        response = await pool.handle_async_request(_request(url))
        location = _header(response, b"location") if response.status in _REDIRECTS else ""
        if not location:
            _check_answer(response)
            return url, response
        await response.aclose()
        url = _redirected(url, location)
    raise PageError(f"it redirects more than {limits.redirects} times")


def _request(url: httpx.URL) -> httpcore.Request:
    host = _host(url)
    authority = f"[{host}]" if ":" in host else host
    if url.port is not None:
        authority += f":{url.port}"
    target = httpcore.URL(scheme=url.raw_scheme, host=host.encode(), port=url.port, target=url.raw_path)
    return httpcore.Request("GET", target, headers=[(b"Host", authority.encode()), *_HEADERS])


def _redirected(url: httpx.URL, location: str) -> httpx.URL:
    """Return the address that ``location`` is at ``url``, without credentials, with the fragment (RFC 9110, 10.2.2)."""
    to = _valid(lambda: url.join(clean_url(location)))
    if to.scheme not in _SCHEMES:
        raise PageError(f"refused: it leads to {clean_line(to.scheme)[:40]}:")
    to = to.copy_with(username=None, password=None)
    return to if to.fragment or not url.fragment else to.copy_with(fragment=url.fragment)


def _header(response: httpcore.Response, name: bytes) -> str:
    values = (value for key, value in response.headers if key.lower() == name)
    return next(values, b"").decode("utf-8", "replace").strip()


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].partition(",")[0].strip().lower()


def _check_answer(response: httpcore.Response) -> None:
    if not 200 <= response.status < 300:
        raise of_status(response.status)
    kind = _media_type(_header(response, b"content-type"))
    if kind and kind not in _PAGES:
        raise of_kind(kind)


def _check_content(content_type: str, content: bytes) -> None:
    beginning = content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\f")  # a byte order mark, and blanks
    if not beginning:
        raise PageError("it is empty")
    if not _media_type(content_type) and not beginning.startswith(b"<"):
        raise PageError("it is not a page, and does not say what it is")


def _unpacker(response: httpcore.Response) -> Callable[[bytes, int], bytes]:
    """Return what gives at most so many bytes of a chunk: a kilobyte of gzip may hold a megabyte."""
    packing = _header(response, b"content-encoding").lower()
    if packing in _PACKED:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress  # of gzip or zlib, as it finds it
    if packing not in ("", "identity"):
        raise PageError(f"it is packed as {clean_line(packing)[:40]}, unasked")
    return lambda chunk, most: chunk[:most]
