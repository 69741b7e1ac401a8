"""Connections to addresses that were checked, all of them closed in the end.

A host is looked up once a page, and the connection goes to what was checked: a name cannot be public for the check and
private for the connection.  TLS and the request still go by the name.
"""

import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import httpcore

from tagtui.errors import PageError
from tagtui.web.addresses import is_private_host, is_public, look_up, spelled_address
from tagtui.web.limits import Limits

_ATTEMPTS = 3  # addresses of a host that are tried
_SHARE = 1 / 4  # of the time, for each of them but the last
_SIP = 2048  # bytes


async def dial(address: str, port: int, seconds: float) -> httpcore.AsyncNetworkStream:
    """Return a connection to ``address``; raises httpcore's ConnectError or ConnectTimeout."""
    return await httpcore.AnyIOBackend().connect_tcp(address, port, timeout=seconds)


@dataclass(frozen=True, slots=True)
class Network:
    """How a host gets its addresses, and an address a connection; tests have nets of their own."""

    look_up: Callable[[str, int], Awaitable[Sequence[str]]] = look_up
    dial: Callable[[str, int, float], Awaitable[httpcore.AsyncNetworkStream]] = dial


@dataclass(slots=True)
class Connections(httpcore.AsyncNetworkBackend):
    """The connections that one page takes, for httpcore, which asks for the methods.

    Only the host that the person ``typed`` may have a private address; or every host, if what was typed is private by
    its name already.  ``typed`` is ``""`` where the address came from elsewhere.
    """

    typed: str
    network: Network
    limits: Limits
    _known: dict[str, Sequence[str]] = field(default_factory=dict)
    _opened: list[httpcore.AsyncNetworkStream] = field(default_factory=list)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's; ours is for the page as a whole
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to ``host``; raises PageError where it may not be reached, else as `dial` does."""
        *others, last = _in_turn(await self._addresses(host, port))
        for address in others:
            try:
                return await self._open(address, port, self.limits.seconds * _SHARE)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._open(last, port, self.limits.seconds)

    async def aclose(self) -> None:
        """Close what is still open.  httpcore forgets a connection whose TLS handshake is cancelled."""
        while self._opened:
            await self._opened.pop().aclose()

    async def _open(self, address: str, port: int, seconds: float) -> httpcore.AsyncNetworkStream:
        stream = _Sipped(await self.network.dial(address, port, seconds))
        self._opened.append(stream)
        return stream

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        if host not in self._known:
            address = spelled_address(host)
            self._known[host] = [address] if address else await self.network.look_up(host, port)
        addresses = self._known[host]
        if host != self.typed and not is_private_host(self.typed) and not all(map(is_public, addresses)):
            raise PageError("refused: it leads to a private address")
        return addresses


@dataclass(slots=True)
class _Sipped(httpcore.AsyncNetworkStream):
    """A connection that is read in sips: a server may send thousands of tiny chunks, or of 100 Continue, in one go.

    httpcore parses what it has read before the screen has its turn; with 64 KB, its own measure, that takes 150 ms.
    """

    stream: httpcore.AsyncNetworkStream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return await self.stream.read(min(max_bytes, _SIP), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self.stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self.stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        return _Sipped(await self.stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        return self.stream.get_extra_info(info)


def _in_turn(addresses: Sequence[str]) -> list[str]:
    """Return the addresses to try, the first of either version before the others: one of both may lead nowhere."""
    firsts = {":" in address: address for address in reversed(addresses)}.values()
    return sorted(addresses, key=lambda address: address not in firsts)[:_ATTEMPTS]
