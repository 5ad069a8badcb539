"""The connection pool: no slot is ever lost, none is waited for out of turn, nothing stays open."""

from __future__ import annotations

import asyncio
import gc
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import anyio
import httpx
import pytest

from lvng_core import (
    AsyncClient,
    Client,
    ClientClosedError,
    ConfigurationError,
    LvngError,
    RequestOptions,
    TCPKeepalive,
)
from support.backends import not_over
from support.samples import CHAT, DOWNLOAD, GET, KEY
from support.scripted_server import Serve, answer, chunks, mute, then_mute
from support.sync_async import Connect, plain, stream_of
from support.timing import eventually

pytestmark = [
    pytest.mark.usefixtures("real_clock"),
    not_over("aiohttp", "aiohttp has a pool of its own"),
]

ONCE = RequestOptions(max_retries=0)


def pool_of(client: Any) -> Any:
    """The pool of a client that has made a call."""
    (sender,) = plain(client)._connections._senders.values()
    return sender.pool


def free_slots(client: Any) -> int:
    """How many more requests could be under way at once."""
    pool = pool_of(client)
    return int(pool._max_connections) - int(pool.active_connections)


class StallingServer:
    """A fast server that answers nothing while it stalls."""

    def __init__(self) -> None:
        self.well = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._closing = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closing = True
        self.well.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while connection.recv(65_536):
                self.well.wait()
                if self._closing:
                    return
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


@pytest.fixture
def stalling() -> Iterator[StallingServer]:
    server = StallingServer()
    yield server
    server.close()


def test_threads_lose_no_slot_to_a_server_that_stalls(stalling: StallingServer) -> None:
    def call(_: int) -> str:
        try:
            client.call(GET, {"id": "1"}, ONCE)
        except LvngError as error:
            return type(error).__name__
        return "ok"

    with (
        Client(KEY, base_url=stalling.url, timeout=0.05) as client,
        ThreadPoolExecutor(160) as threads,
    ):
        for _ in range(20):
            stalling.well.clear()
            stalled = list(threads.map(call, range(160)))
            assert set(stalled) <= {"APITimeoutError", "ok"}
            stalling.well.set()
        patient = client.with_options(timeout=10.0)
        assert free_slots(client) == 100
        answers = threads.map(lambda _: patient.call(GET, {"id": "1"}), range(320))
        assert list(answers) == [{}] * 320
        assert free_slots(client) == 100


GEVENT = """
from gevent import monkey; monkey.patch_all()
import random, sys, gevent
from lvng_core import Client, LvngError, Operation, Param
GET = Operation("things.get", "GET", "/things/{id}", params={"id": Param("path", "string", required=True)})
client = Client("k" * 20, base_url=sys.argv[1], timeout=0.05, max_retries=0)

def call():
    with gevent.Timeout(random.uniform(0.001, 0.1), False):
        try:
            client.call(GET, {"id": "1"})
        except LvngError:
            pass

client.with_options(timeout=5.0).call(GET, {"id": "1"})
(sender,) = client._connections._senders.values()
for _ in range(10):
    greenlets = [gevent.spawn(call) for _ in range(160)]
    gevent.sleep(0.02)
    for greenlet in random.sample(greenlets, 40):
        greenlet.kill(block=False)
    gevent.joinall(greenlets)
print(sender.pool.active_connections, client.with_options(timeout=9.0).call(GET, {"id": "1"}))
client.close()
"""


def test_greenlets_lose_no_slot_to_time_outs_and_kills(stalling: StallingServer) -> None:
    pytest.importorskip("gevent")
    changing = threading.Event()

    def change() -> None:
        while not changing.wait(0.03):
            (stalling.well.clear if stalling.well.is_set() else stalling.well.set)()
        stalling.well.set()

    stalling.well.set()
    changer = threading.Thread(target=change)
    changer.start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", GEVENT, stalling.url],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        changing.set()
        changer.join()
    assert (done.stdout, done.returncode) == ("0 {}\n", 0), done.stderr


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_ten_thousand_cancellations_leave_nothing(serve: Serve, backend: str) -> None:
    server = serve(answer(200, {"ok": True}))
    luck = random.Random(7)

    async def call(client: AsyncClient) -> None:
        with suppress(LvngError):
            await client.call(GET, {"id": "1"}, ONCE)

    async def call_and_cancel(client: AsyncClient, seconds: float) -> None:
        with anyio.move_on_after(seconds):
            await call(client)

    async def main() -> None:
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=20)
        async with AsyncClient(KEY, base_url=server.url, limits=limits) as client:
            for _ in range(100):
                async with anyio.create_task_group() as group:
                    for _ in range(100):
                        group.start_soon(call_and_cancel, client, luck.uniform(0, 0.05))
            await call(client)
            pool = pool_of(client)
            assert pool.active_connections == 0
            assert not pool._waiting
            assert await client.call(GET, {"id": "1"}) == {"ok": True}

    anyio.run(main, backend=backend)
    server.wait_for_connections(0)


SIGNALS = """
import gc, os, random, signal, sys
import httpx
from lvng_core import Client, Operation, Param, RequestOptions
GET = Operation("things.get", "GET", "/things/{id}", params={"id": Param("path", "string", required=True)})
ONCE = RequestOptions(max_retries=0)

class AlarmError(Exception):
    pass

def ring(_signal, _frame):
    raise AlarmError

def files():
    gc.collect()
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0

luck, rung = random.Random(11), 0
client = Client("k" * 20, base_url=sys.argv[1], limits=httpx.Limits(max_connections=3), timeout=5.0)
client.call(GET, {"id": "1"})
(sender,) = client._connections._senders.values()
before = files()
signal.signal(signal.SIGALRM, ring)
for _ in range(1000):
    try:
        signal.setitimer(signal.ITIMER_REAL, luck.uniform(0.00005, 0.003))
        for _ in range(4):
            client.call(GET, {"id": "1"}, ONCE)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except AlarmError:
        rung += 1
signal.setitimer(signal.ITIMER_REAL, 0)
after = files()
print(sender.pool.active_connections, after - before <= 2, rung > 100, client.call(GET, {"id": "1"}, ONCE))
client.close()
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timers")
def test_a_thousand_signals_leave_nothing(serve: Serve) -> None:
    # In a process of its own: what a signal interrupts in the standard library, such as a connect, says so.
    server = serve(answer(200, {"ok": True}))
    done = subprocess.run(
        [sys.executable, "-c", SIGNALS, server.url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("0 True True {'ok': True}\n", 0), done.stderr
    server.wait_for_connections(0)


RAISED: dict[str, type[Exception]] = {
    one.__name__: one for one in (TimeoutError, OSError, ConnectionResetError, RuntimeError)
}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timers")
@pytest.mark.parametrize("kind", RAISED.values(), ids=RAISED.keys())
@pytest.mark.timeout(method="thread")  # the other method uses the same timer as the test
@pytest.mark.parametrize("use", ["call", "stream", "download"])
def test_an_exception_of_a_signal_handler_is_raised_at_once(
    serve: Serve, kind: type[Exception], use: str
) -> None:
    step = mute if use == "call" else then_mute(chunks(b"data: 1\n\n", final=False))
    server = serve(answer(200, {}))

    def ring(_signal: int, _frame: object) -> None:
        raise kind("of the caller")

    uses: dict[str, Callable[[Client], object]] = {
        "call": lambda client: client.call(GET, {"id": "1"}),
        "stream": lambda client: list(stream_of(client, CHAT, {"message": "hi"})),
        "download": lambda client: client.download(DOWNLOAD, {"id": "1"}).read(),
    }
    before = signal.signal(signal.SIGALRM, ring)
    try:
        with Client(KEY, base_url=server.url) as client:
            client.call(GET, {"id": "1"})
            server.script = [step]
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            with pytest.raises(kind, match="of the caller") as caught:
                uses[use](client)
            assert type(caught.value) is kind
            assert len(server.requests) == 2
            assert free_slots(client) == 100
    finally:
        signal.signal(signal.SIGALRM, before)
    server.wait_for_connections(0)


def test_slots_are_handed_out_in_the_order_of_asking(serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    order: list[int] = []

    async def call(client: AsyncClient, number: int) -> None:
        await client.call(GET, {"id": str(number)})
        order.append(number)

    async def main() -> None:
        limits = httpx.Limits(max_connections=1)
        async with AsyncClient(KEY, base_url=server.url, limits=limits) as client:
            await asyncio.gather(*(call(client, number) for number in range(50)))

    asyncio.run(main())
    assert order == list(range(50))
    assert [seen.target.rpartition("/")[2] for seen in server.requests] == [*map(str, range(50))]
    assert server.connections == 1


def test_the_connection_used_last_is_used_first(serve: Serve, connect: Connect) -> None:
    server = serve(answer(200, {"ok": True}))
    client = connect(server, limits=httpx.Limits(keepalive_expiry=0.2))
    streams = [stream_of(client, CHAT, {"message": "hi"}) for _ in range(3)]
    server.script = [chunks(b"event: done\ndata: 1\n\n")]
    iterators: list[Any] = [iter(stream) for stream in streams]
    for one in iterators:
        next(one)
    for one in iterators:
        assert list(one) == []
    server.script = [answer(200, {"ok": True})]
    eventually(lambda: client.call(GET, {"id": "1"}) and pool_of(client).idle_connections == 1)


@pytest.mark.parametrize("keep", [0, 1])
def test_no_more_idle_connections_are_kept_than_allowed(
    serve: Serve, connect: Connect, keep: int
) -> None:
    server = serve(chunks(b"event: done\ndata: 1\n\n"))
    client = connect(server, limits=httpx.Limits(max_keepalive_connections=keep))
    iterators: list[Any] = [iter(stream_of(client, CHAT, {"message": "hi"})) for _ in range(3)]
    for one in iterators:
        next(one)
    for one in iterators:
        assert list(one) == []
    server.script = [answer(200, {})]
    # The ends of streams are read in the background, while the loop runs.
    eventually(lambda: client.call(GET, {"id": "1"}) == {} and server.open_connections == keep)


def test_a_stream_that_is_dropped_frees_its_connection(serve: Serve) -> None:
    server = serve(then_mute(chunks(b"data: 1\n\n", final=False)))
    with Client(KEY, base_url=server.url) as client:
        events: Any = iter(stream_of(client, CHAT, {"message": "hi"}))
        next(events)
        assert free_slots(client) == 99
        del events
        gc.collect()
        assert free_slots(client) == 100
        server.wait_for_connections(0)


def test_a_response_that_is_dropped_frees_its_connection(serve: Serve) -> None:
    server = serve(answer(200, {}))

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url) as client:
            await client.call(GET, {"id": "1"})
            server.script = [then_mute(chunks(b"data: 1\n\n", final=False))]
            pool = pool_of(client)
            request = httpx.Request("GET", f"{server.url}/x")
            response = await pool.handle_async_request(request)
            assert pool.active_connections == 1
            del response
            gc.collect()
            assert pool.active_connections == 0
            await asyncio.sleep(0.05)
            await asyncio.to_thread(server.wait_for_connections, 0)

    asyncio.run(main())


def test_a_client_that_is_closed_ends_the_waiting(serve: Serve) -> None:
    server = serve(mute)

    async def main() -> None:
        limits = httpx.Limits(max_connections=1)
        client = AsyncClient(KEY, base_url=server.url, limits=limits)
        calls = [asyncio.ensure_future(client.call(GET, {"id": "1"}, ONCE)) for _ in range(3)]
        await asyncio.to_thread(eventually, lambda: server.requests)
        await client.aclose()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(error, LvngError) for error in ended)
        assert [type(error) for error in ended].count(ClientClosedError) == 2

    asyncio.run(main())
    server.wait_for_connections(0)


def test_a_thread_that_reads_wakes_when_the_client_is_closed(serve: Serve) -> None:
    server = serve(mute)
    client = Client(KEY, base_url=server.url)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(client.call, GET, {"id": "1"}, ONCE)
        eventually(lambda: server.requests)
        began = time.monotonic()
        client.close()
        assert isinstance(call.exception(5), LvngError)
        assert time.monotonic() - began < 3


def sockets_of(client: Any) -> list[socket.socket]:
    idle = [one for kept in pool_of(client)._idle.values() for one in kept]
    return [one.network._streams[-1].get_extra_info("socket") for one in idle]


def test_sockets_are_probed_when_they_are_silent(serve: Serve, connect: Connect) -> None:
    client = connect(
        serve(answer(200, {})), tcp_keepalive=TCPKeepalive(idle=7, interval=8, count=9)
    )
    client.call(GET, {"id": "1"})
    (sock,) = sockets_of(client)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    if hasattr(socket, "TCP_KEEPIDLE"):
        names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT")
        assert [sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names] == [
            7,
            8,
            9,
        ]


def test_probes_can_be_switched_off(serve: Serve, connect: Connect) -> None:
    client = connect(serve(answer(200, {})), tcp_keepalive=None)
    client.call(GET, {"id": "1"})
    (sock,) = sockets_of(client)
    assert not sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_an_idle_connection_is_replaced_by_one_to_another_server(
    serve: Serve, connect: Connect
) -> None:
    first, second = serve(answer(200, {})), serve(answer(200, {}))
    client = connect(first, limits=httpx.Limits(max_connections=1))
    client.call(GET, {"id": "1"})
    request = httpx.Request("GET", f"{second.url}/x", extensions={"timeout": {"pool": 1.0}})
    pool = pool_of(client)
    if isinstance(plain(client), Client):
        pool.handle_request(request).close()
        first.wait_for_connections(0)


@pytest.mark.parametrize("name", ["idle", "interval", "count"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "60", None])
def test_times_of_probes_are_whole_numbers(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"TCPKeepalive\.{name} must be a whole number"):
        TCPKeepalive(**{name: value})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"http2": 1}, "http2 must be True or False, got 1"),
        ({"backend": "curl"}, "backend must be one of httpx, httpx2, aiohttp; got 'curl'"),
        ({"tcp_keepalive": 60}, "tcp_keepalive must be a TCPKeepalive or None, got 60"),
        ({"limits": {"max_connections": 1}}, "limits must be an httpx.Limits, got dict"),
        ({"backend": "aiohttp", "http2": True}, "The aiohttp backend"),
    ],
)
@pytest.mark.parametrize("cls", [Client, AsyncClient])
def test_bad_options_of_connections_are_named(cls: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        cls(KEY, **options)
