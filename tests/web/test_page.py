"""A page's details, asked for over real sockets: what servers do, and what they must not get us to do."""

import asyncio
import gzip
import shutil
import ssl
import subprocess
import sys
import threading
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagtui import __version__
from tagtui.errors import PageError
from tagtui.web.connecting import Network
from tagtui.web.details import PageDetails
from tagtui.web.fetching import trust
from tagtui.web.limits import Limits
from tagtui.web.page import page_details
from tagtui.web.threads import in_thread
from tests.formats.samples import quick
from tests.web.server import OTHER, PUBLIC, Net, Server, answer, certificate, redirect, serving

HASTY = Limits(seconds=0.15, bytes=64 * 1024, redirects=3)
LIMITS = Limits(seconds=5, bytes=64 * 1024, redirects=3)  # for what does not wait for the end of the time
PAGE = "<title>Größe</title><meta name=description content=d><body>" + "x" * 500
LATE = "it does not answer within 0.15 s"

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="the certificates are made by openssl")


@pytest.fixture(scope="module", autouse=True)
def _prepared() -> None:
    """Read the certificates, so that none of the tests that wait spends its time on that."""
    trust()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
def net(server: Server) -> Net:
    return Net(servers={80: server.port})


async def complaint(url: str, net: Net | None = None, limits: Limits = LIMITS) -> str:
    """Return the one line that is told of ``url``."""
    with pytest.raises(PageError) as told:
        await page_details(url, limits=limits, network=net.network if net else None)
    line = str(told.value)
    assert line.isprintable()
    assert len(line) < 160
    return line


async def title(url: str, net: Net | None = None, limits: Limits = LIMITS) -> str:
    return (await page_details(url, limits=limits, network=net.network if net else None)).title


async def for_ever(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing more until the client goes."""
    await writer.drain()
    await reader.read()


class TestPages:
    async def test_a_page_has_its_details(self, server: Server) -> None:
        server.pages["/"] = answer(PAGE, "Content-Type: text/html; charset=utf-8")
        url = server.url()
        assert await page_details(url) == PageDetails(url, "Größe", "d")

    async def test_the_url_is_the_one_that_was_typed_unless_it_leads_elsewhere(self, server: Server) -> None:
        server.pages["/%C3%BC?a=b%20c"] = answer(PAGE)
        url = server.url("/ü?a=b c#part")
        assert (await page_details(url)).url == url

    async def test_little_is_said_to_the_server(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        server.pages["/a"] = answer(PAGE)
        await page_details(server.url("/a#part").replace("://", "://user:secret@"))
        (request,) = server.requests
        assert request.strip().split("\r\n") == [
            "GET /a HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            f"User-Agent: tagtui/{__version__}",
            "Accept: text/html, application/xhtml+xml",
            "Accept-Encoding: gzip",
        ]

    async def test_an_address_of_version_6_is_asked_for_by_itself(self, server: Server, net: Net) -> None:
        server.pages["/"] = answer(PAGE)
        assert await title(f"http://[{OTHER}]/", net) == "Größe"
        assert server.header("Host") == [f"[{OTHER}]"]
        assert net.dialled == [OTHER]

    async def test_progress_is_told_in_bytes(self, server: Server) -> None:
        server.pages["/"] = answer(PAGE + "x" * 30_000)
        steps: list[int] = []
        await page_details(server.url(), progress=steps.append)
        assert steps == sorted(steps)
        assert steps[-1] == len((PAGE + "x" * 30_000).encode())

    @pytest.mark.parametrize(
        "kind", ["text/html;charset=UTF-8", "TEXT/HTML", "application/xhtml+xml; x=y", "text/html, text/html", ""]
    )
    async def test_a_page_may_say_what_it_is_in_many_ways(self, server: Server, kind: str) -> None:
        server.pages["/"] = answer("\ufeff \n" + PAGE, f"Content-Type: {kind}")
        assert await title(server.url()) == "Größe"

    @pytest.mark.parametrize("header", ["utf-8", "x-made-up", "'", ""])
    async def test_a_server_that_lies_about_the_charset_is_seen_through(self, server: Server, header: str) -> None:
        page = "<meta charset=windows-1251><title>Съешь ещё этих мягких</title>"
        server.pages["/"] = answer(page.encode("cp1251"), f"Content-Type: text/html; charset={header}")
        assert await title(server.url()) == "Съешь ещё этих мягких"

    async def test_an_answer_of_http_1_0_ends_with_the_connection(self, server: Server) -> None:
        server.pages["/"] = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<title>old</title>"
        assert await title(server.url()) == "old"

    @pytest.mark.parametrize("packing", ["gzip", "x-gzip", "deflate"])
    async def test_a_packed_page_is_unpacked(self, server: Server, packing: str) -> None:
        pack = zlib.compress if packing == "deflate" else gzip.compress
        server.pages["/"] = answer(pack(PAGE.encode()), f"Content-Encoding: {packing}")
        assert await title(server.url()) == "Größe"


class TestWhatIsNoPage:
    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("application/pdf", "it is a PDF, not a page (application/pdf)"),
            ("image/png; a=b", "it is an image, not a page (image/png)"),
            ("text/plain", "it is not a page (text/plain)"),
            ("\x1b]0;x\x07" + "y" * 500, None),
        ],
    )
    async def test_another_kind_of_file_is_named(self, server: Server, kind: str, told: str | None) -> None:
        server.pages["/"] = answer(PAGE, f"Content-Type: {kind}")
        line = await complaint(server.url())
        assert line == told or told is None

    async def test_what_does_not_say_what_it_is_must_look_like_a_page(self, server: Server) -> None:
        server.pages["/"] = answer(b"\x89PNG...", "Content-Type:")
        assert await complaint(server.url()) == "it is not a page, and does not say what it is"

    @pytest.mark.parametrize("body", ["", " \r\n", "\ufeff"])
    async def test_an_empty_body_is_told(self, server: Server, body: str) -> None:
        server.pages["/"] = answer(body)
        assert await complaint(server.url()) == "it is empty"

    @pytest.mark.parametrize("status", ["404 Not Found", "500 Internal Server Error", "304 Not Modified", "999"])
    async def test_the_page_of_an_error_is_not_the_page(self, server: Server, status: str) -> None:
        server.pages["/"] = answer(PAGE, status=status + (" " if status == "999" else ""))
        assert await complaint(server.url()) == status

    async def test_an_unasked_packing_is_named(self, server: Server) -> None:
        server.pages["/"] = answer(PAGE, "Content-Encoding: br")
        assert await complaint(server.url()) == "it is packed as br, unasked"

    async def test_a_damaged_packing_is_told(self, server: Server) -> None:
        server.pages["/"] = answer(PAGE, "Content-Encoding: gzip")
        assert await complaint(server.url()) == "it is damaged: it cannot be unpacked"

    @pytest.mark.parametrize(
        ("url", "told"),
        [
            ("mailto:a@b.org", "it begins with mailto:, not with http:// or https://"),
            ("file:///etc/passwd", "it begins with file:, not with http:// or https://"),
            ("example.org/a", "it does not begin with http:// or https://"),
            ("", "it does not begin with http:// or https://"),
            ("http://", "it is an address without a host"),
            ("http:/a", "it is an address without a host"),
            ("http://☃.org", "it is no valid address"),
            ("http://a.org:99999/", "there is no port 99999"),
            ("http://a.org/" + "a" * 70_000, "it is no valid address"),
            ("http://a.org:0/", "there is no port 0"),
            ("http://xn--/", "no address is known for xn--"),
        ],
    )
    async def test_what_cannot_be_asked_for_is_told_with_the_reason(self, url: str, told: str) -> None:
        assert await complaint(url, Net(servers={}, names={"a.org": ["127.0.0.1"]})) == told

    @settings(quick, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=30).map("http://".__add__) | st.from_regex(r"https?:[/\\@:\[\]a-z0-9.%#?-]{0,20}"))
    async def test_any_address_is_asked_for_or_told_to_be_none(self, url: str) -> None:
        with pytest.raises(PageError):
            await page_details(url, network=Net(servers={}, names={}).network, limits=HASTY)


class TestBadServers:
    async def test_a_server_that_never_answers_has_its_time(self, server: Server) -> None:
        server.pages["/"] = for_ever
        assert await complaint(server.url(), limits=HASTY) == LATE
        await server.left()

    async def test_a_body_that_trickles_in_is_not_waited_for(self, server: Server) -> None:
        async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>slow</title>")
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)

        server.pages["/"] = trickle
        assert await complaint(server.url(), limits=HASTY) == LATE
        await server.left()

    async def test_headers_that_trickle_in_are_not_waited_for(self, server: Server) -> None:
        async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while not writer.is_closing():
                writer.write(b"X: y\r\n")
                await writer.drain()
                await asyncio.sleep(0.02)

        server.pages["/"] = trickle
        assert await complaint(server.url(), limits=HASTY) == LATE

    async def test_what_is_read_in_time_will_do_if_the_head_is_in_it(self, server: Server) -> None:
        async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>long</title></head><p>")
            await for_ever(reader, writer)

        server.pages["/"] = begin
        assert await title(server.url(), limits=replace(HASTY, seconds=0.75)) == "long"
        await server.left()

    async def test_no_more_than_the_beginning_of_an_endless_page_is_read(self, server: Server) -> None:
        sent = 0

        async def stream(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>endless</title>")
            while sent < 2 << 30:
                writer.write(b"x" * 65_536)
                sent += 65_536
                await writer.drain()

        server.pages["/"] = stream
        steps: list[int] = []
        details = await page_details(server.url(), progress=steps.append, limits=LIMITS)
        assert details.title == "endless"
        assert steps[-1] == LIMITS.bytes
        await server.left()
        assert sent < 32 << 20  # what fits into the buffers of two sockets

    async def test_a_title_without_end_is_cut(self, server: Server) -> None:
        server.pages["/"] = answer("<title>" + "long " * 2_000_000)
        assert await title(server.url()) == ("long " * 100).strip()

    async def test_a_bomb_of_gzip_is_defused(self, server: Server) -> None:
        packer = zlib.compressobj(1, wbits=31)
        block = b" " * (1 << 20)
        bomb = (
            packer.compress(b"<title>boom</title>")
            + b"".join(packer.compress(block) for _ in range(20))
            + packer.flush()
        )
        server.pages["/"] = answer(bomb, "Content-Encoding: gzip")
        steps: list[int] = []
        details = await page_details(server.url(), progress=steps.append, limits=LIMITS)
        assert details.title == "boom"
        assert max(steps) == LIMITS.bytes

    async def test_a_page_in_chunks_of_a_byte_is_not_read_to_its_end(self, server: Server) -> None:
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        begin = "<title>crumbs</title>"
        server.pages["/"] = f"{head}{len(begin):x}\r\n{begin}\r\n".encode() + b"1\r\nx\r\n" * 200_000
        steps: list[int] = []
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        running = asyncio.create_task(others())
        details = await page_details(server.url(), progress=steps.append, limits=LIMITS)
        running.cancel()
        assert details.title == "crumbs"
        assert len(steps) <= LIMITS.bytes / 64
        assert turns >= len(steps) * 6 // 2048  # the loop was never held for more than a sip

    @pytest.mark.parametrize(
        "nonsense",
        [
            b"SSH-2.0-OpenSSH_9.6\r\n",
            b"\x00" * 1000,
            b"HTTP/1.1 200 OK\r\nContent-Type text/html\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"X-Y: " + b"z" * (10 << 20) + b"\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 1_000_000,
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"",
        ],
    )
    async def test_nonsense_for_an_answer_is_told(self, server: Server, nonsense: bytes) -> None:
        server.pages["/"] = nonsense
        assert await complaint(server.url()) == "its answer is not HTTP"

    @pytest.mark.parametrize(("begin", "told"), [("", "the connection broke off"), ("<title>half</title><body>", "")])
    async def test_a_page_that_breaks_off_will_do_if_the_head_is_in_it(
        self, server: Server, begin: str, told: str
    ) -> None:
        async def reset(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if begin:
                writer.write(answer(begin + "x" * 500)[:-400])
                await writer.drain()
                return
            writer.transport.abort()

        server.pages["/"] = reset
        if told:
            assert await complaint(server.url()) in (told, "its answer is not HTTP")
        else:
            assert await title(server.url()) == "half"

    async def test_an_answer_that_is_announced_for_ever_is_not_waited_for(self, server: Server) -> None:
        async def announce(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while not writer.is_closing():
                writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
                await writer.drain()

        server.pages["/"] = announce
        assert await complaint(server.url(), limits=HASTY) == LATE

    async def test_a_port_where_nobody_listens_refuses(self) -> None:
        async with serving() as gone:
            url = gone.url()
        assert await complaint(url) == "it cannot be reached: connection refused"

    async def test_a_host_without_an_address_is_named(self, net: Net) -> None:
        assert await complaint("http://nowhere.example/", net) == "no address is known for nowhere.example"

    async def test_the_second_address_is_tried_where_the_first_is_dead(self, server: Server, net: Net) -> None:
        server.pages["/"] = answer(PAGE)
        net.names["two.example"], net.dead = [OTHER, PUBLIC], [OTHER]
        assert await title("http://two.example", net) == "Größe"
        assert net.dialled == [OTHER, PUBLIC]

    async def test_either_version_of_addresses_has_a_try_before_the_rest(self, net: Net) -> None:
        net.names["many.example"] = net.dead = ["::1", "::2", "::3", "::4", "127.0.0.2", "127.0.0.3"]
        assert await complaint("http://many.example", net) == "it cannot be reached"
        assert net.dialled == ["::1", "127.0.0.2", "::2"]


class TestRedirects:
    @pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
    async def test_redirects_are_followed_to_their_end(self, server: Server, net: Net, status: str) -> None:
        server.pages |= {"/": redirect("a/b?c", status), "/a/b?c": redirect("//public.example/d"), "/d": answer(PAGE)}
        details = await page_details("http://public.example/#part", network=net.network)
        assert details.url == "http://public.example/d#part"
        assert details.title == "Größe"

    async def test_a_redirect_takes_no_credentials_along(self, server: Server, net: Net) -> None:
        server.pages |= {"/": redirect("http://bank.example@public.example/a#there"), "/a": answer(PAGE)}
        details = await page_details("http://me:secret@public.example/#here", network=net.network)
        assert details.url == "http://public.example/a#there"
        assert server.header("Authorization") == server.header("Referer") == []

    async def test_no_cookie_comes_back(self, server: Server, net: Net) -> None:
        cookies = ("Set-Cookie: a=b", "Set-Cookie: c=d; Path=/; Domain=public.example")
        server.pages |= {"/": answer("", "Location: /a", *cookies, status="302 Found"), "/a": answer(PAGE, *cookies)}
        for _ in range(2):
            await page_details("http://public.example/", network=net.network)
        assert len(server.requests) == 4
        assert server.header("Cookie") == []

    async def test_a_loop_has_an_end(self, server: Server, net: Net) -> None:
        server.pages["/"] = redirect("/")
        assert await complaint("http://public.example/", net) == "it redirects more than 3 times"
        assert len(server.requests) == 4

    async def test_a_redirect_to_nowhere_is_the_status_it_is(self, server: Server) -> None:
        server.pages["/"] = answer("", status="302 Found")
        assert await complaint(server.url()) == "302 Found"

    @pytest.mark.parametrize(
        ("to", "told"),
        [
            ("file:///etc/passwd", "refused: it leads to file:"),
            ("javascript:alert(1)", "refused: it leads to javascript:"),
            ("ftp://public.example/", "refused: it leads to ftp:"),
            ("x" * 500 + ":y", "refused: it leads to " + "x" * 40 + ":"),
            ("http://☃.org/", "it is no valid address"),
            ("http://public.example:70000/", "there is no port 70000"),
        ],
    )
    async def test_a_redirect_out_of_the_web_is_refused(self, server: Server, net: Net, to: str, told: str) -> None:
        server.pages["/"] = redirect(to)
        assert await complaint("http://public.example/", net) == told

    @settings(quick, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=20) | st.from_regex(r"(https?:|//)[/\\@:\[\]a-z0-9.%#?-]{0,20}"))
    async def test_any_redirect_leads_somewhere_or_is_told(self, server: Server, net: Net, to: str) -> None:
        server.pages |= {"/": b"HTTP/1.1 302 Found\r\nLocation: " + to.encode("utf-8", "replace") + b"\r\n\r\n"}
        with pytest.raises(PageError):
            await page_details("http://public.example/", network=net.network, limits=HASTY)
        assert set(net.dialled) <= {PUBLIC}


class TestPrivateAddresses:
    """Nothing that a page says leads to what trusts this machine; what the person typed does."""

    @pytest.mark.parametrize(
        "host",
        """localhost localhost. a.localhost 127.0.0.1 127.0.0.1. 127.1 2130706433 0x7f000001 017700000001 0 10.0.0.1
        169.254.169.254 192.168.1.1 100.64.0.1 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [fe80::1] [fd00::1]
        [64:ff9b::7f00:1] inner.example mixed.example""".split(),
    )
    async def test_a_page_cannot_lead_there(self, server: Server, net: Net, host: str) -> None:
        loopback = {"localhost": ["127.0.0.1"], "a.localhost": ["::1"], "inner.example": ["192.168.7.7"]}
        net.names |= loopback | {"mixed.example": [PUBLIC, "127.0.0.1"]}
        server.pages["/"] = redirect(f"http://{host}:{server.port}/secret")
        assert await complaint("http://public.example/", net) == "refused: it leads to a private address"
        assert net.dialled == [PUBLIC]
        assert len(server.requests) == 1

    async def test_a_private_address_that_was_typed_may_lead_to_others(self, server: Server, net: Net) -> None:
        net.names["localhost"] = ["127.0.0.1"]
        server.pages |= {"/": redirect(server.url("/a")), "/a": answer(PAGE)}
        assert await title(f"http://localhost:{server.port}", net) == "Größe"

    async def test_a_name_of_the_house_that_was_typed_is_asked_and_may_redirect_to_itself(
        self, server: Server, net: Net
    ) -> None:
        net.names["wiki"] = ["127.0.0.1"]
        server.pages |= {"/": redirect("/a"), "/a": redirect(f"http://WIKI.:{server.port}/b"), "/b": answer(PAGE)}
        assert await title(f"http://wiki:{server.port}", net) == "Größe"

    async def test_a_name_of_the_house_that_was_typed_leads_to_no_other(self, server: Server, net: Net) -> None:
        net.names["wiki"] = ["127.0.0.1"]
        server.pages["/"] = redirect(server.url("/a"))
        assert await complaint(f"http://wiki:{server.port}", net) == "refused: it leads to a private address"

    async def test_a_name_cannot_become_private_once_it_was_looked_up(self, server: Server, net: Net) -> None:
        """DNS rebinding: public at first, then an address in the house."""

        async def rebind(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            net.names["public.example"] = ["127.0.0.1"]
            writer.write(redirect("http://public.example/a"))

        server.pages |= {"/": rebind, "/a": answer(PAGE)}
        assert await title("http://public.example/", net) == "Größe"
        assert net.asked == ["public.example"]
        assert set(net.dialled) == {PUBLIC}

    async def test_the_system_is_asked_for_the_names(self, server: Server) -> None:
        server.pages["/"] = answer(PAGE)
        assert await title(f"http://localhost:{server.port}") == "Größe"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"), "public.example")


@needs_openssl
class TestTLS:
    @pytest.fixture
    async def secure(self, pem: Path) -> AsyncIterator[Server]:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(pem)
        async with serving(tls) as server:
            server.pages["/"] = answer(PAGE)
            yield server

    @pytest.fixture
    def trusted(self, pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        trust.cache_clear()
        yield
        trust.cache_clear()

    async def test_a_certificate_that_nobody_signed_is_not_trusted(self, secure: Server, net: Net) -> None:
        net.servers[443] = secure.port
        assert await complaint("https://public.example/", net) == (
            "the certificate is not trusted: self-signed certificate"
        )
        assert secure.requests == []

    @pytest.mark.usefixtures("trusted")
    async def test_the_connection_goes_to_the_address_and_the_request_to_the_name(
        self, secure: Server, net: Net
    ) -> None:
        net.servers[443] = secure.port
        assert await title("https://public.example./", net) == "Größe"
        assert secure.header("Host") == ["public.example"]

    @pytest.mark.usefixtures("trusted")
    async def test_a_certificate_for_another_name_is_not_trusted(self, secure: Server, net: Net) -> None:
        net.servers[443], net.names["other.example"] = secure.port, [OTHER]
        assert "certificate is not valid for 'other.example'" in await complaint("https://other.example/", net)

    async def test_a_server_without_tls_is_told(self, net: Net) -> None:
        async def hurry(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(PAGE, status="400 Bad Request"))
            writer.close()

        async with await asyncio.start_server(hurry, "127.0.0.1", 0) as plain:
            net.servers[443] = plain.sockets[0].getsockname()[1]
            assert (await complaint("https://public.example/", net)).startswith("no secure connection: ")

    async def test_a_handshake_that_never_ends_is_given_up_and_hung_up(self, server: Server, net: Net) -> None:
        net.servers[443] = server.port
        assert await complaint("https://public.example/", net, HASTY) == LATE
        await server.left()

    async def test_certificates_that_cannot_be_read_are_told(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent"))
        trust.cache_clear()
        assert await complaint(server.url()) == "the certificates to trust cannot be read: No such file or directory"


class TestGivingUp:
    """Whoever cancels has hung up, and nothing is left running."""

    @pytest.mark.parametrize("scheme", ["http", "https"])
    async def test_the_connection_is_closed_at_once(self, server: Server, net: Net, scheme: str) -> None:
        net.servers[443] = server.port
        server.pages["/"] = for_ever
        tasks = asyncio.all_tasks()
        asking = asyncio.create_task(page_details(f"{scheme}://public.example/", network=net.network))
        await server.connected.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await server.left()
        await _settled(tasks)

    async def test_in_the_middle_of_a_page_too(self, server: Server, net: Net) -> None:
        async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer("<title>x</title></head>" + "x" * 1000)[:-500])
            await for_ever(reader, writer)

        server.pages["/"] = begin
        tasks, begun = asyncio.all_tasks(), asyncio.Event()
        asking = asyncio.create_task(page_details(server.url(), progress=lambda _: begun.set()))
        await begun.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await server.left()
        await _settled(tasks)

    async def test_while_the_name_is_looked_up_too(self) -> None:
        hung = asyncio.Event()

        async def hang(_host: str, _port: int) -> list[str]:
            hung.set()
            return await asyncio.Future()

        asking = asyncio.create_task(page_details("http://a.org/", network=Network(look_up=hang)))
        await hung.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    async def test_a_page_that_is_complete_leaves_nothing_either(self, server: Server) -> None:
        server.pages |= {"/": redirect("/a"), "/a": answer(PAGE + "x" * 500_000)}
        tasks = asyncio.all_tasks()
        await page_details(server.url(), limits=LIMITS)
        await server.left()
        await _settled(tasks)

    def test_a_name_that_is_still_being_looked_up_does_not_keep_the_process(self) -> None:
        script = """
import asyncio, socket, time
socket.getaddrinfo = lambda *_, **__: time.sleep(60)
from tagtui.errors import PageError
from tagtui.web.limits import Limits
from tagtui.web.page import page_details
try:
    asyncio.run(page_details("http://a.org/", limits=Limits(seconds=0.1)))
except PageError as error:
    print(error)
"""
        command = (sys.executable, "-W", "error", "-c", script)
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert (ended.stdout, ended.stderr) == ("it does not answer within 0.1 s\n", "")

    async def test_a_fault_in_a_thread_is_raised_where_it_is_awaited(self) -> None:
        with pytest.raises(ZeroDivisionError):
            await in_thread(lambda: 1 // 0)
        assert await in_thread(lambda: threading.current_thread().daemon)


async def _settled(tasks: set[asyncio.Task[object]]) -> None:
    """Wait for what was begun since there were these ``tasks``; it ends by itself, and soon."""
    if begun := asyncio.all_tasks() - tasks:
        _, pending = await asyncio.wait(begun, timeout=2)
        assert not pending


def test_the_module_for_others_imports_nothing_slow() -> None:
    script = "import sys, tagtui.web.page; print(*sys.modules)"
    ended = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True)
    assert not {"httpx", "httpcore", "anyio"} & set(ended.stdout.split())
