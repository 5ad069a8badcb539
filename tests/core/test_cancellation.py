"""Calls that are given up, wherever they are: no connection stays behind, and the client works on."""

from __future__ import annotations

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
import trio

from lvng_core import AsyncClient, Client, RequestOptions
from support.clock import FakeClock
from support.samples import CREATE, GET, KEY, POST_BYTES
from support.scripted_server import (
    Exchange,
    ScriptedServer,
    Serve,
    Step,
    answer,
    dripping_body,
    full_backlog,
    half,
    head,
    mute,
    raw,
    then_mute,
)
from support.sync_async import Connect, open_connections
from support.timing import until

pytestmark = pytest.mark.usefixtures("real_clock")

LONG = RequestOptions(deadline=50.0)


def deaf(exchange: Exchange) -> None:
    """Hears nothing for a while."""
    exchange.wait(0.2)


def get(client: AsyncClient) -> Awaitable[Any]:
    return client.call(GET, {"id": "1"}, LONG)


def upload(client: AsyncClient) -> Awaitable[Any]:
    return client.call(POST_BYTES, {"body": io.BytesIO(bytes(5_000_000))}, LONG)


STAGES: dict[str, Step] = {
    "waiting for the head": mute,
    "waiting for the body": then_mute(half(then="keep")),
    "reading the body": dripping_body(b'{"a": "' + b"x" * 500 + b'"}', every=0.01),
    "reading an error": then_mute(raw(head(500, {"Content-Length": "9"}), b"x", then="keep")),
    "between tries": answer(503, b"", {"Retry-After": "40"}),
}


@asynccontextmanager
async def client_of(url: str, **options: Any) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(KEY, base_url=url, **options) as client:
        yield client
        assert open_connections(client) == 0


async def cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("step", STAGES.values(), ids=STAGES.keys())
def test_a_call_is_cancelled_at_any_stage(serve: Serve, step: Step) -> None:
    server = serve(step)

    async def main() -> None:
        async with client_of(server.url) as client:
            task = asyncio.ensure_future(get(client))
            await until(lambda: len(server.requests) == 1)
            await asyncio.sleep(0.02)
            await cancel(task)
            assert open_connections(client) == 0
            server.script = [answer(200, {"ok": True})]
            assert await get(client) == {"ok": True}

    asyncio.run(main())
    server.wait_for_connections(0)


@pytest.mark.parametrize(("scheme", "make"), [("https", get), ("http", upload)])
def test_a_call_is_cancelled_before_it_is_sent(serve: Serve, scheme: str, make: Any) -> None:
    server = serve(greet=mute if scheme == "https" else deaf)

    async def main() -> None:
        async with client_of(f"{scheme}://127.0.0.1:{server.port}") as client:
            task = asyncio.ensure_future(make(client))
            await until(lambda: server.connections == 1)
            await asyncio.sleep(0.05)
            await cancel(task)
            await asyncio.sleep(0)
            if scheme == "https":
                server.wait_for_connections(0)

    asyncio.run(main())
    server.wait_for_connections(0)


def test_a_call_is_cancelled_while_it_connects() -> None:
    async def main() -> None:
        with full_backlog() as port:
            async with client_of(f"http://127.0.0.1:{port}") as client:
                task = asyncio.ensure_future(get(client))
                await asyncio.sleep(0.05)
                await cancel(task)

    asyncio.run(main())


def test_a_call_is_cancelled_while_it_waits_for_a_connection(serve: Serve) -> None:
    server = serve(mute)

    async def main() -> None:
        limits = httpx.Limits(max_connections=1)
        async with client_of(server.url, limits=limits) as client:
            first = asyncio.ensure_future(get(client))
            await until(lambda: len(server.requests) == 1)
            second = asyncio.ensure_future(get(client))
            await asyncio.sleep(0.02)
            await cancel(second)
            await cancel(first)
            server.script = [answer(200, {"ok": True})]
            assert await get(client) == {"ok": True}

    asyncio.run(main())
    server.wait_for_connections(0)


@pytest.mark.parametrize("warm", [False, True], ids=["new connection", "old connection"])
def test_a_call_is_cancelled_after_any_number_of_steps(serve: Serve, warm: bool) -> None:
    def respond(exchange: Exchange) -> None:
        exchange.wait(0.005)  # longer than a few steps of the loop
        answer(200, {"ok": True})(exchange)

    server = serve(respond)

    async def call_and_cancel(steps: int) -> bool:
        async with client_of(server.url, limits=httpx.Limits(max_connections=1)) as client:
            if warm:
                await get(client)
            task = asyncio.ensure_future(get(client))
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            assert open_connections(client) == 0
            assert await get(client) == {"ok": True}
            return task.cancelled()

    async def main() -> list[bool]:
        return [await call_and_cancel(steps) for steps in range(80)]

    cancelled = asyncio.run(main())
    assert cancelled.count(True) > 10
    server.wait_for_connections(0)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_scope_gives_up_a_call(serve: Serve, backend: str) -> None:
    server = serve(mute)

    async def main() -> None:
        async with client_of(server.url) as client:
            with anyio.move_on_after(0.05) as scope:
                await get(client)
            assert scope.cancelled_caught
            assert open_connections(client) == 0
            server.wait_for_connections(0)

    anyio.run(main, backend=backend)


def test_asyncio_timeouts_give_up_a_call(serve: Serve) -> None:
    server = serve(mute)

    async def main() -> None:
        async with client_of(server.url) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(get(client), 0.05)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await get(client)
            assert open_connections(client) == 0

    asyncio.run(main())
    server.wait_for_connections(0)


def test_a_failing_sibling_cancels_a_call(serve: Serve) -> None:
    server = serve(mute)

    async def fail() -> None:
        await until(lambda: len(server.requests) == 1)
        raise ZeroDivisionError

    async def main() -> None:
        async with client_of(server.url) as client:
            with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012 - a group is a block
                async with asyncio.TaskGroup() as group:
                    group.create_task(fail())
                    group.create_task(client.call(CREATE, {"name": "a"}))
            assert caught.group_contains(ZeroDivisionError)

    asyncio.run(main())
    server.wait_for_connections(0)


def test_trio_gives_up_a_handshake(serve: Serve) -> None:
    server = serve(greet=mute)

    async def main() -> None:
        async with client_of(f"https://127.0.0.1:{server.port}") as client:
            with trio.move_on_after(0.1) as scope:
                await get(client)
            assert scope.cancelled_caught
            server.wait_for_connections(0)

    trio.run(main)


class Interrupted(io.RawIOBase):
    """A file at which the user loses patience."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise KeyboardInterrupt


def test_an_interrupt_while_sending_leaves_no_connection(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    with pytest.raises(KeyboardInterrupt):
        client.call(POST_BYTES, {"body": Interrupted()})
    assert open_connections(client) == 0
    server.wait_for_connections(0)


def test_an_interrupt_in_a_handshake_leaves_no_connection(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_args: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", interrupt)
    server = serve(greet=mute)
    with Client(KEY, base_url=f"https://127.0.0.1:{server.port}") as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.call(GET, {"id": "1"})
        server.wait_for_connections(0)  # though the traceback still holds the socket
        assert len(caught.traceback) > 1


def test_an_interrupt_while_waiting_leaves_no_connection(
    serve: Serve, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lvng_core._clock import set_clock

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "sync_sleep", interrupt)
    set_clock(clock)
    server: ScriptedServer = serve(answer(503))
    with Client(KEY, base_url=server.url) as client:
        with pytest.raises(KeyboardInterrupt):
            client.call(GET, {"id": "1"})
        assert open_connections(client) == 0
        server.script = [answer(200, {"ok": True})]
        assert client.call(GET, {"id": "1"}) == {"ok": True}
