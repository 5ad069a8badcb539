"""HTTP/2: requests share a connection, and what happens to one leaves the others alone."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    AsyncClient,
    Client,
    ConfigurationError,
    RequestOptions,
)
from lvng_core._http.errors import mapped
from support.backends import not_over
from support.clock import FakeClock
from support.http2 import Connection, Http2Server, Respond, echo
from support.samples import CREATE, GET, KEY
from support.scripted_server import Serve, answer
from support.sync_async import Colour, Connect, open_connections
from support.tls import CERTIFICATE, over_tls

pytestmark = not_over("aiohttp", "aiohttp has no HTTP/2")

ONCE = RequestOptions(max_retries=0)
Listen = Callable[..., Http2Server]


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    """Starts servers whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with ExitStack() as stack:

        def start(respond: Respond = echo, **options: Any) -> Http2Server:
            return stack.enter_context(Http2Server(respond, **options))

        yield start


def run(server: Http2Server, main: Callable[[AsyncClient], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with AsyncClient(KEY, base_url=server.url, http2=True) as client:
            await main(client)
            assert open_connections(client) == 0

    asyncio.run(whole())


def get(client: Any, id: str, options: RequestOptions = ONCE) -> Any:
    return client.call(GET, {"id": id}, options)


class Held:
    """Answers the requests that are not held back; those are answered by `release()`."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.waiting: dict[str, tuple[Connection, int]] = {}
        self.all_came = threading.Event()

    def __call__(self, connection: Connection, stream: int, path: str) -> None:
        name = path.rsplit("/")[-1]
        if name not in self.names:
            echo(connection, stream, path)
            return
        self.waiting[name] = connection, stream
        if len(self.waiting) == len(self.names):
            self.all_came.set()

    async def arrived(self) -> None:
        assert await asyncio.to_thread(self.all_came.wait, 5)

    def release(self, name: str) -> None:
        connection, stream = self.waiting[name]
        connection.answer(stream, {"name": name})


def test_calls_in_a_row_share_a_connection(connect: Connect, listen: Listen) -> None:
    server = listen()
    client = connect(server.url, http2=True)
    for number in range(5):
        assert get(client, str(number)) == {"path": f"/api/v2/things/{number}"}
    assert len(server.connections) == 1
    assert open_connections(client) == 0


def test_calls_at_once_share_a_connection(listen: Listen) -> None:
    held = Held(*map(str, range(20)))
    server = listen(held)

    async def main(client: AsyncClient) -> None:
        await get(client, "first")
        calls = [asyncio.ensure_future(get(client, name)) for name in held.names]
        await held.arrived()
        for name in held.names:
            held.release(name)
        assert await asyncio.gather(*calls) == [{"name": name} for name in held.names]

    run(server, main)
    assert len(server.connections) == 1


def test_cancelled_calls_leave_the_others_alive(listen: Listen) -> None:
    """Also while they write: half a TLS record would break the connection for all."""
    server, chance = listen(), random.Random(7)

    async def main(client: AsyncClient) -> None:
        await get(client, "first")
        for _ in range(20):
            calls = [asyncio.ensure_future(get(client, str(n))) for n in range(20)]
            await asyncio.sleep(chance.random() / 100)
            cancelled = {call for call in calls if chance.random() < 0.7 and call.cancel()}
            found = await asyncio.gather(*calls, return_exceptions=True)
            for number, (call, result) in enumerate(zip(calls, found, strict=True)):
                if call not in cancelled:
                    assert result == {"path": f"/api/v2/things/{number}"}

    run(server, main)
    assert len(server.connections) == 1


def test_cancelling_the_call_that_connects_leaves_the_others_alive(listen: Listen) -> None:
    server, chance = listen(), random.Random(7)

    async def main(client: AsyncClient) -> None:
        calls = [asyncio.ensure_future(get(client, str(n), RequestOptions())) for n in range(5)]
        await asyncio.sleep(chance.random() / 100)
        calls.pop(0).cancel()
        assert await asyncio.gather(*calls) == [
            {"path": f"/api/v2/things/{n}"} for n in range(1, 5)
        ]

    for _ in range(50):
        run(server, main)


def test_threads_do_not_share_a_connection_at_the_same_time(listen: Listen) -> None:
    # httpcore's HTTP/2 connections are not safe for threads: https://github.com/encode/httpx/issues/3072
    server = listen()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with Client(KEY, base_url=server.url, http2=True) as client:
            with ThreadPoolExecutor(8) as threads:
                answers = list(threads.map(lambda number: get(client, str(number)), range(200)))
            assert open_connections(client) == 0
    finally:
        sys.setswitchinterval(interval)
    assert [answer["path"] for answer in answers] == [f"/api/v2/things/{n}" for n in range(200)]
    assert len(server.connections) <= 8


def test_a_thread_that_waits_leaves_the_others_connections_of_their_own(listen: Listen) -> None:
    held = Held("held")
    server = listen(held)
    with Client(KEY, base_url=server.url, http2=True) as client, ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(get, client, "held")
        assert held.all_came.wait(5)
        assert get(client, "1") == {"path": "/api/v2/things/1"}
        held.release("held")
        assert waiting.result(5) == {"name": "held"}
    assert len(server.connections) == 2


def test_no_more_requests_are_sent_than_the_server_takes(listen: Listen) -> None:
    server = listen(max_streams=2)

    async def main(client: AsyncClient) -> None:
        await get(client, "first")
        assert len(await asyncio.gather(*(get(client, str(n)) for n in range(10)))) == 10

    run(server, main)
    assert len(server.requests) == 11


@pytest.mark.usefixtures("real_clock")
@pytest.mark.parametrize("how", ["cancelled", "deadline"])
def test_a_call_that_is_given_up_leaves_the_others_alive(listen: Listen, how: str) -> None:
    held = Held("dropped", "wanted")
    server = listen(held)
    options = {"cancelled": ONCE, "deadline": RequestOptions(deadline=0.2)}

    async def main(client: AsyncClient) -> None:
        await get(client, "first")
        wanted = asyncio.ensure_future(get(client, "wanted"))
        dropped = asyncio.ensure_future(get(client, "dropped", options[how]))
        await held.arrived()
        if how == "cancelled":
            dropped.cancel()
        with pytest.raises((asyncio.CancelledError, APITimeoutError)):
            await dropped
        held.release("wanted")
        assert await wanted == {"name": "wanted"}
        assert await get(client, "after") == {"path": "/api/v2/things/after"}

    run(server, main)
    assert len(server.connections) == 1


@pytest.mark.usefixtures("real_clock")
def test_a_time_out_ends_the_connection_and_the_others_are_sent_again(listen: Listen) -> None:
    held = Held("silent", "wanted")
    server = listen(held)

    async def main(client: AsyncClient) -> None:
        await get(client, "first")
        silent = asyncio.ensure_future(
            get(client, "silent", RequestOptions(timeout=0.2, max_retries=0))
        )
        wanted = asyncio.ensure_future(get(client, "wanted", RequestOptions()))
        await held.arrived()
        held.names = ()
        with pytest.raises(APITimeoutError):
            await silent
        assert await wanted == {"path": "/api/v2/things/wanted"}

    run(server, main)
    assert len(server.connections) == 2


def leaving(connection: Connection, stream: int, path: str) -> None:
    """The first connection takes one request, and leaves before the second."""
    if connection.number == 1 and stream > 1:
        connection.go_away(last_stream=1)
    else:
        echo(connection, stream, path)


def test_requests_after_goaway_use_a_new_connection(
    connect: Connect, listen: Listen, clock: FakeClock
) -> None:
    server = listen(leaving)
    client = connect(server.url, http2=True)
    get(client, "1")
    assert get(client, "2", RequestOptions()) == {"path": "/api/v2/things/2"}
    assert client.call(CREATE, {"name": "a"}) == {"path": "/api/v2/things"}
    assert len(server.connections) == 2


def test_goaway_before_a_response_is_a_connection_error(connect: Connect, listen: Listen) -> None:
    server = listen(lambda connection, stream, path: connection.go_away(last_stream=0))
    client = connect(server.url, http2=True)
    with pytest.raises(APIConnectionError):
        get(client, "1")
    assert open_connections(client) == 0


def test_a_server_without_http2_is_spoken_to_in_http1(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = serve(greet=over_tls(answer(200, {"ok": True})))
    client = connect(f"https://localhost:{server.port}", http2=True)
    assert get(client, "1") == {"ok": True}
    plain = serve(answer(200, {"ok": True}))
    client = connect(plain, http2=True)
    assert [get(client, "1"), get(client, "2")] == [{"ok": True}] * 2
    assert plain.connections == 1


def test_calls_at_once_to_a_server_without_http2_have_connections_of_their_own(
    serve: Serve,
) -> None:
    server = serve(answer(200, {"ok": True}))

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url, http2=True) as client:
            answers = await asyncio.gather(*(get(client, str(n)) for n in range(20)))
            assert answers == [{"ok": True}] * 20
            assert open_connections(client) == 0

    asyncio.run(main())


def test_http2_is_off_unless_asked_for(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = Http2Server()
    with server, pytest.raises(APIConnectionError):
        get(connect(server.url), "1")
    assert server.requests == []


@pytest.mark.parametrize("given", ["yes", 1, None])
def test_http2_is_a_bool(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="http2 must be True or False"):
        Client(KEY, http2=given)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match=r'http2 needs .* pip install "lvng\[http2\]"'):
        Client(KEY, http2=True, backend="httpx")
    for backend in ("httpx2", "aiohttp"):
        extra = rf'{backend} backend needs .* pip install "lvng\[{backend}\]"'
        with pytest.raises(ConfigurationError, match=extra):
            AsyncClient(KEY, backend=backend)


def raised_in(*modules: str) -> Exception:
    """An error raised in the last module, in a function called by one of the module before, and so on."""
    code = "raise ValueError"
    call: Any = None
    for name in reversed(modules):
        namespace: dict[str, Any] = {"__name__": name, "following": call}
        exec(f"def call(): {code}", namespace)
        call, code = namespace["call"], "following()"
    with pytest.raises(ValueError) as info:
        call()
    error: Exception = info.value
    error.__traceback__ = (
        error.__traceback__ and error.__traceback__.tb_next
    )  # without this function
    return error


@pytest.mark.parametrize(
    ("modules", "is_network_failure"),
    [
        (["httpcore._async.http2", "h2.connection"], True),
        (["httpcore._async.http2", "anyio._core._synchronization"], True),
        (["httpcore2._sync.http2"], True),
        (["h2.connection"], False),
        (["httpcore._async.http2", "program"], False),
        (["httpcore._async.http2", "lvng_core._http.bodies", "anyio._core._fileio"], False),
    ],
)
def test_errors_raised_within_http_are_network_failures_and_others_are_not(
    modules: list[str], is_network_failure: bool
) -> None:
    assert (mapped(raised_in(*modules), httpx) is not None) is is_network_failure


def test_internal_errors_of_the_users_client_are_connection_errors(
    connect: Connect, colour: Colour
) -> None:
    error = raised_in("httpcore._sync.http2")

    def respond(request: httpx.Request) -> httpx.Response:
        raise error

    transport = httpx.MockTransport(respond)
    is_sync = colour.name == "sync"
    own = httpx.Client(transport=transport) if is_sync else httpx.AsyncClient(transport=transport)
    with pytest.raises(APIConnectionError) as info:
        get(connect("http://127.0.0.1:1", http_client=own), "1")
    assert isinstance(info.value.__cause__, httpx.RemoteProtocolError)
    assert info.value.__cause__.__cause__ is error
