"""The async client in event loops: one after another, several at once, asyncio's and trio's."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import trio

from lvng_core import APITimeoutError, AsyncClient, RequestOptions
from support.clock import FakeClock
from support.samples import CHAT, GET, KEY, POST_BYTES
from support.scripted_server import ScriptedServer, Serve, answer, chunks, mute
from support.sync_async import make_colour, stream_of
from support.timing import takes, until


@contextmanager
def unclosed_sockets() -> Iterator[None]:
    """A block after which connections of a loop that is gone are thrown away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


async def call(client: AsyncClient) -> Any:
    return await client.call(GET, {"id": "1"})


async def call_and_close(client: AsyncClient) -> Any:
    async with client:
        return await client.call(GET, {"id": "1"})


def test_a_client_outlives_its_loop(serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    client = AsyncClient(KEY, base_url=server.url)
    with unclosed_sockets():
        for _ in range(3):
            assert asyncio.run(call(client)) == {"ok": True}
            assert len(client._connections._senders) == 1
        assert asyncio.run(call_and_close(client)) == {"ok": True}
    assert server.connections == 4
    server.wait_for_connections(0)


def test_a_client_moves_between_asyncio_and_trio(serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    client = AsyncClient(KEY, base_url=server.url)
    with unclosed_sockets():
        assert asyncio.run(call(client)) == {"ok": True}
        assert trio.run(call, client) == {"ok": True}
        assert trio.run(call, client) == {"ok": True}
        assert len(client._connections._senders) == 1
        assert asyncio.run(call_and_close(client)) == {"ok": True}
    server.wait_for_connections(0)


@pytest.mark.parametrize(
    "second", [asyncio.run, lambda work: trio.run(lambda: work)], ids=["asyncio", "trio"]
)
def test_loops_in_threads_have_their_own_connections(serve: Serve, second: Any) -> None:
    server = serve(answer(200, {"ok": True}))
    client = AsyncClient(KEY, base_url=server.url)
    turns = threading.Barrier(2)
    answers = []

    async def work() -> None:
        for _ in range(10):
            turns.wait(5)
            answers.append(await call(client))

    with unclosed_sockets():
        threads = [threading.Thread(target=run, args=(work(),)) for run in (asyncio.run, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        asyncio.run(client.aclose())
    assert answers == [{"ok": True}] * 20
    assert server.connections == 2
    server.wait_for_connections(0)


def test_closing_in_another_loop_breaks_nothing(serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    client = AsyncClient(KEY, base_url=server.url)
    with unclosed_sockets():
        asyncio.run(call(client))
        trio.run(client.aclose)
    server.wait_for_connections(0)


@pytest.fixture
def trio_client(serve: Serve) -> Iterator[tuple[Any, ScriptedServer]]:
    """A client in trio's loop, and its server."""
    colour = make_colour("trio")
    server = serve(answer(200, {"ok": True}))
    client: Any = colour.client(api_key=KEY, base_url=server.url)
    yield client, server
    client.close()
    colour.close()


def test_trio_waits_between_tries(
    trio_client: tuple[Any, ScriptedServer], clock: FakeClock
) -> None:
    client, server = trio_client
    server.script = [answer(503), answer(429), answer(200, {"ok": True})]
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert clock.waits == pytest.approx([0.2, 0.6])


@pytest.mark.usefixtures("real_clock")
def test_trio_really_waits(trio_client: tuple[Any, ScriptedServer]) -> None:
    client, server = trio_client
    server.script = [answer(503, b"", {"Retry-After": "0.2"}), answer(200, {"ok": True})]
    with takes(0.2):
        assert client.call(GET, {"id": "1"}, RequestOptions(deadline=5.0)) == {"ok": True}


@pytest.mark.usefixtures("real_clock")
def test_trio_keeps_a_deadline(trio_client: tuple[Any, ScriptedServer]) -> None:
    client, server = trio_client
    server.script = [mute]
    with takes(0.2), pytest.raises(APITimeoutError, match="deadline"):
        client.call(POST_BYTES, {"body": b"x"}, RequestOptions(deadline=0.2))
    server.wait_for_connections(0)


def test_trio_streams(trio_client: tuple[Any, ScriptedServer]) -> None:
    client, server = trio_client
    server.script = [chunks(b"data: 1\n\n", b"event: done\ndata: 2\n\n")]
    assert [event.data for event in stream_of(client, CHAT, {"message": "hi"})] == [1, 2]


@pytest.mark.usefixtures("real_clock")
@pytest.mark.parametrize("name", ["asyncio", "trio"])
def test_a_loop_runs_on_while_a_call_waits(serve: Serve, name: str) -> None:
    server = serve(answer(503, b"", {"Retry-After": "50"}))
    ticks = []

    async def main() -> None:
        import anyio

        async with (
            AsyncClient(KEY, base_url=server.url) as client,
            anyio.create_task_group() as group,
        ):
            group.start_soon(call, client)
            for _ in range(10):
                await anyio.sleep(0.01)
                ticks.append(len(server.requests))
            await until(lambda: server.requests)
            group.cancel_scope.cancel()

    import anyio

    anyio.run(main, backend=name)
    assert len(ticks) == 10
    assert len(server.requests) == 1
