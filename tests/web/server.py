"""A web to test against: a server on real sockets, in the test's own process, and a net in which names lead to it."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpcore

from tagtui.errors import PageError
from tagtui.web.connecting import Network, dial

PUBLIC = "93.184.216.34"  # an address of the public net, which leads to the server here
OTHER = "2606:2800:220:1:248:1893:25c8:1946"  # another one

Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes | str = b"", *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole answer with ``body``, of which ``headers`` say more."""
    content = body.encode() if isinstance(body, str) else body
    if not any(header.lower().startswith("content-type") for header in headers):
        headers = ("Content-Type: text/html", *headers)
    head = "\r\n".join((f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(content)}", "Connection: close"))
    return head.encode() + b"\r\n\r\n" + content


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer("<title>moved</title>", f"Location: {to}", status=status)


@dataclass
class Server:
    """What is at each path: bytes that are sent as they are, or a play of its own; and who came."""

    port: int = 0
    pages: dict[str, bytes | Play] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    open: int = 0
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    deserted: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.connected.set()
        self.deserted.clear()
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(request)
            page = self.pages.get(request.split()[1], answer("<title>not here</title>", status="404 Not Found"))
            if isinstance(page, bytes):
                writer.write(page)
                await writer.drain()
            else:
                await page(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone
        finally:
            self.open -= 1
            if not self.open:
                self.deserted.set()
            writer.close()

    async def left(self) -> None:
        """Wait until nobody is connected; a client that never goes would be a bug of ours."""
        if self.open:
            await asyncio.wait_for(self.deserted.wait(), 5)

    def header(self, name: str) -> list[str]:
        """Return the values of the header ``name`` in all requests, in order."""
        lines = [line.partition(": ") for request in self.requests for line in request.split("\r\n")]
        return [value for key, _, value in lines if key.lower() == name.lower()]


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server()
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        await server.left()


@dataclass
class Net:
    """A net of ``names`` with their addresses; those that are public and not ``dead`` lead to ``servers``, by port."""

    servers: dict[int, int]
    names: dict[str, Sequence[str]] = field(default_factory=lambda: {"public.example": [PUBLIC]})
    dead: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    streams: list[httpcore.AsyncNetworkStream] = field(default_factory=list)  # held: collecting garbage closes none

    @property
    def network(self) -> Network:
        return Network(look_up=self.look_up, dial=self.dial)

    async def look_up(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.names:
            raise PageError(f"no address is known for {host}")
        return self.names[host]

    async def dial(self, address: str, port: int, seconds: float) -> httpcore.AsyncNetworkStream:
        self.dialled.append(address)
        if address in self.dead:
            raise httpcore.ConnectError
        is_public = address in (PUBLIC, OTHER)
        stream = await dial("127.0.0.1" if is_public else address, self.servers[port] if is_public else port, seconds)
        self.streams.append(stream)
        return stream


def certificate(folder: Path, *names: str) -> Path:
    """Return a file with a new key, and a certificate for ``names`` that it signed itself."""
    file = folder / f"{names[0]}.pem"
    alternatives = ",".join(f"DNS:{name}" for name in names)
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test".split()
    options = ["-addext", f"subjectAltName={alternatives}", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run([*command, *options], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file
