"""The aiohttp backend: what it sends, and what its failures mean."""

from __future__ import annotations

import asyncio
import io
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import trio

from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    AsyncClient,
    Client,
    ClientClosedError,
    ConfigurationError,
    RequestOptions,
    TCPKeepalive,
)
from support.backends import not_over
from support.clock import FakeClock
from support.samples import CREATE, FIND, GET, KEY, POST_BYTES
from support.scripted_server import (
    Exchange,
    ScriptedServer,
    Serve,
    Step,
    answer,
    hang_up,
    head,
    mute,
    raw,
    reset,
)
from support.timing import takes, until
from support.tls import CERTIFICATE, over_tls

pytestmark = not_over("httpx2", "it chooses its backend itself")

ONCE = RequestOptions(max_retries=0)
NO_KEY = RequestOptions(idempotency_key=None)


def run(url: str, main: Callable[[AsyncClient], Awaitable[Any]], **options: Any) -> Any:
    async def whole() -> Any:
        async with AsyncClient(KEY, base_url=url, backend="aiohttp", **options) as client:
            return await main(client)

    return asyncio.run(whole())


CALLS: dict[str, Callable[[Any], Any]] = {
    "get": lambda client: client.call(GET, {"id": "1"}),
    "query": lambda client: client.call(FIND, {"text": "a b+c/ü", "tags": ["x", "y z"]}),
    "create": lambda client: client.call(CREATE, {"name": "a"}, NO_KEY),
    "path": lambda client: client.call(GET, {"id": "a/b ~%41:@"}),
    "empty": lambda client: client.request("POST", "/things", options=NO_KEY),
    "file": lambda client: client.call(POST_BYTES, {"body": io.BytesIO(b"abc")}, NO_KEY),
    "large": lambda client: client.request(
        "PUT", "/things", content=bytes(200_000), options=RequestOptions(headers={"X-A": "b"})
    ),
}


@pytest.mark.parametrize("make", CALLS.values(), ids=CALLS.keys())
def test_requests_are_the_same_as_with_httpx(serve: Serve, make: Callable[[Any], Any]) -> None:
    server = serve(answer(200, {}))
    run(server.url, make)
    with Client(KEY, base_url=server.url) as client:
        make(client)
    theirs, ours = server.requests
    assert theirs.target == ours.target
    assert theirs.body == ours.body
    assert {(name.lower(), value) for name, value in theirs.headers} == {
        (name.lower(), value) for name, value in ours.headers
    }
    assert len(theirs.headers) == len(ours.headers)


@pytest.mark.parametrize("step", [reset, hang_up, raw(b"HTTP/1.1 2")], ids=["reset", "end", "cut"])
@pytest.mark.parametrize("warm", [False, True], ids=["new connection", "old connection"])
def test_an_unsafe_request_is_not_repeated_after_a_lost_response(
    serve: Serve, step: Step, warm: bool
) -> None:
    server = serve(*[answer(200, {})] * warm, step)

    async def main(client: AsyncClient) -> None:
        if warm:
            await client.call(GET, {"id": "1"})
        with pytest.raises(APIConnectionError) as caught:
            await client.call(CREATE, {"name": "a"}, NO_KEY)
        assert caught.value.attempts == 1
        assert isinstance(caught.value.__cause__, httpx.TransportError)

    run(server.url, main)
    assert len(server.requests) == 1 + warm


def test_aiohttp_repeats_nothing_by_itself(serve: Serve) -> None:
    server = serve(answer(200, {}), hang_up)

    async def main(client: AsyncClient) -> None:
        await client.call(GET, {"id": "1"})
        with pytest.raises(APIConnectionError):
            await client.call(GET, {"id": "1"}, ONCE)

    run(server.url, main)
    assert len(server.requests) == 2


def deaf(exchange: Exchange) -> None:
    exchange.wait(60)


@pytest.mark.usefixtures("real_clock")
@pytest.mark.parametrize("kind", ["bytes", "file"])
def test_an_upload_that_nobody_reads_ends_with_the_timeout(serve: Serve, kind: str) -> None:
    server = serve(greet=deaf)
    content = bytes(50_000_000)
    body = content if kind == "bytes" else io.BytesIO(content)

    async def main(client: AsyncClient) -> None:
        with takes(0.3), pytest.raises(APITimeoutError, match=r"0\.3 s"):
            await client.call(POST_BYTES, {"body": body}, ONCE)

    run(server.url, main, timeout=0.3)


@pytest.mark.usefixtures("real_clock")
def test_a_slow_upload_does_not_time_out(serve: Serve) -> None:
    def slowly(exchange: Exchange) -> None:
        exchange.socket.settimeout(5)
        total = 0
        while total < 8_000_000:
            total += len(exchange.socket.recv(1_000_000))
            exchange.wait(0.03)
        answer(200, {"ok": True})(exchange)
        exchange.close()

    server = serve(greet=slowly)

    async def main(client: AsyncClient) -> Any:
        return await client.call(POST_BYTES, {"body": io.BytesIO(bytes(8_000_000))}, ONCE)

    assert run(server.url, main, timeout=0.4) == {"ok": True}


class Failing(io.RawIOBase):
    """A file that fails in the middle."""

    def __init__(self, error: BaseException) -> None:
        self._error, self._reads = error, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._reads += 1
        if self._reads > 2:
            raise self._error
        buffer[:3] = b"abc"
        return 3


@pytest.mark.parametrize("error", [TimeoutError("mine"), OSError(5, "disk"), ZeroDivisionError()])
def test_an_exception_of_a_file_object_is_raised_unchanged(serve: Serve, error: Exception) -> None:
    server = serve(answer(200, {}))

    async def main(client: AsyncClient) -> None:
        with pytest.raises(type(error)) as caught:
            await client.call(POST_BYTES, {"body": Failing(error)})
        assert caught.value is error

    run(server.url, main)
    server.wait_for_connections(0)


@pytest.mark.usefixtures("real_clock")
def test_waiting_for_a_connection_is_told_from_connecting(serve: Serve) -> None:
    server = serve(mute)

    async def main(client: AsyncClient) -> None:
        first = asyncio.ensure_future(client.call(GET, {"id": "1"}, RequestOptions(timeout=9.0)))
        await until(lambda: bool(server.requests))
        with pytest.raises(APITimeoutError, match=r"No free connection within 0\.1 s"):
            await client.call(GET, {"id": "1"}, ONCE)
        first.cancel()

    run(server.url, main, limits=httpx.Limits(max_connections=1), timeout=0.1)


def test_closing_the_client_ends_calls_that_wait_for_a_connection(serve: Serve) -> None:
    server = serve(mute)

    async def main(client: AsyncClient) -> None:
        calls = [asyncio.ensure_future(client.call(GET, {"id": "1"})) for _ in range(2)]
        await until(lambda: bool(server.requests))
        await client.aclose()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(error) for error in ended} == {ClientClosedError}

    run(server.url, main, limits=httpx.Limits(max_connections=1))
    server.wait_for_connections(0)


@pytest.mark.usefixtures("real_clock")
def test_closing_ends_an_upload_that_nobody_reads(serve: Serve) -> None:
    server = serve(greet=deaf)

    async def main(client: AsyncClient) -> None:
        body = io.BytesIO(bytes(50_000_000))
        call = asyncio.ensure_future(client.call(POST_BYTES, {"body": body}))
        await until(lambda: body.tell() > 0)
        with takes(0.0):
            await client.aclose()
        with pytest.raises(ClientClosedError):
            await call

    run(server.url, main)


def test_silent_connections_are_probed(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[socket.socket] = []
    connect = asyncio.SelectorEventLoop.sock_connect

    async def watched(self: Any, sock: socket.socket, address: Any) -> None:
        opened.append(sock)
        await connect(self, sock, address)
        found = [sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)]
        found += [
            sock.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        ]
        assert found == [1, 7, 8, 9]

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", watched)
    server = serve(answer(200, {}))
    keepalive = TCPKeepalive(idle=7, interval=8, count=9)
    run(server.url, lambda client: client.call(GET, {"id": "1"}), tcp_keepalive=keepalive)
    assert len(opened) == 1


def test_certificates_are_read_beside_the_loop(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    read: list[threading.Thread] = []
    load = ssl.SSLContext.load_verify_locations

    def watched(self: ssl.SSLContext, *args: Any, **options: Any) -> None:
        read.append(threading.current_thread())
        load(self, *args, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", watched)
    monkeypatch.setattr("lvng_core._http.tls._contexts", {})
    server = serve(greet=over_tls(answer(200, {"ok": True})))
    url = f"https://localhost:{server.port}"
    assert run(url, lambda client: client.call(GET, {"id": "1"})) == {"ok": True}
    assert read
    assert threading.main_thread() not in read


def test_the_user_of_a_proxy_is_told_to_no_server(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[bytes] = []

    def tunnel(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 Connected\r\n\r\n")

        def note(exchange: Exchange) -> None:
            exchange.send(head(200, {"Content-Length": "2"}), b"{}")

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        exchange.socket = context.wrap_socket(exchange.socket, server_side=True)
        inside.append(exchange.socket.recv(65_536))
        note(exchange)
        exchange.open = False
        exchange.socket.close()

    proxy = serve(tunnel)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{proxy.port}")
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert run("https://localhost:444", lambda client: client.call(GET, {"id": "1"})) == {}
    assert proxy.last.header("proxy-authorization") == "Basic dXNlcjpodW50ZXIy"
    assert b"authorization" in inside[0].lower()
    assert b"proxy-authorization" not in inside[0].lower()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"http2": True}, "aiohttp backend does not support HTTP/2"),
        ({"limits": httpx.Limits(max_keepalive_connections=5)}, "max_keepalive_connections=5"),
    ],
)
def test_unsupported_options_are_refused(options: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        AsyncClient(KEY, backend="aiohttp", **options)


def test_the_blocking_client_has_no_such_backend() -> None:
    with Client(KEY, backend="aiohttp") as client, pytest.raises(ConfigurationError, match="async"):
        client.call(GET, {"id": "1"})


def test_trio_has_no_such_backend(serve: Serve) -> None:
    async def main() -> None:
        async with AsyncClient(KEY, base_url=serve(mute).url, backend="aiohttp") as client:
            with pytest.raises(ConfigurationError, match="only under asyncio"):
                await client.call(GET, {"id": "1"})

    trio.run(main)


def test_a_socks_proxy_is_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lvng_core._http.proxies.find_spec", lambda _name: True)
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")

    async def main(client: AsyncClient) -> None:
        with pytest.raises(ConfigurationError, match="SOCKS"):
            await client.call(GET, {"id": "1"})

    run("https://lvng.example", main)


def test_connections_are_reused_and_closed_with_the_client(serve: Serve, clock: FakeClock) -> None:
    server: ScriptedServer = serve(answer(404), answer(503), answer(200, {"ok": True}))

    async def main(client: AsyncClient) -> None:
        for _ in range(5):
            await asyncio.gather(client.call(CREATE, {"name": "a"}), return_exceptions=True)

    run(server.url, main)
    assert server.connections == 1
    server.wait_for_connections(0)
