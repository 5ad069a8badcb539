"""Streams in async code as people write it: loops that are left, tasks that are cancelled or closed."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import trio

from lvng_core import AsyncClient, AsyncEventStream, SSEEvent
from lvng_core._async import body
from support.backends import KEEPS, not_over
from support.events import ANSWER, DELTAS, NEVER_ENDING, chat
from support.samples import CHAT, KEY
from support.scripted_server import Exchange, ScriptedServer, Serve, Step, chunks

Stream = AsyncEventStream[SSEEvent]


def run(
    server: ScriptedServer, main: Callable[[AsyncClient], Awaitable[object]], *, own: bool = False
) -> None:
    """Runs a program with a client over our own sockets, or over the user's."""

    async def whole() -> None:
        async with httpx.AsyncClient() as users:
            client = AsyncClient(KEY, base_url=server.url, http_client=users if own else None)
            async with client:
                await main(client)

    asyncio.run(whole())


def open_stream(client: AsyncClient) -> Stream:
    return client.stream(CHAT, {"message": "hi"}, None, AsyncEventStream)


async def leave_at_done(client: AsyncClient) -> Stream:
    """Leaves the loop as the documentation shows it; nothing awaits the end of the stream."""
    stream = open_stream(client)
    async for event in stream:
        if event.event == "done":
            break
    return stream


async def read(stream: Stream, at: int, reached: asyncio.Event) -> int:
    """Reads to the end and counts; says when so many events have come."""
    count = 0
    async for _ in stream:
        count += 1
        if count == at:
            reached.set()
    return count


async def until_closed(server: ScriptedServer) -> None:
    await asyncio.to_thread(server.wait_for_connections, 0)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment that outlasts a busy machine."""
    monkeypatch.setattr(body, "_REST_SECONDS", 5.0)


@pytest.mark.parametrize("own", [False, True], ids=["our-sockets", "the-users-own"])
def test_the_next_stream_takes_the_connection_of_the_loop_that_was_left(
    serve: Serve, patient: None, own: bool
) -> None:
    server = serve(chat(late=0.05))

    async def main(client: AsyncClient) -> None:
        for _ in range(4):
            await leave_at_done(client)

    run(server, main, own=own)
    assert (len(server.requests), server.connections) == (4, 1)


async def read_all(client: AsyncClient) -> Stream:
    stream = open_stream(client)
    assert len([event async for event in stream]) == 4
    return stream


@pytest.mark.parametrize("use", [read_all, leave_at_done])
def test_an_end_that_does_not_come_is_not_waited_for(
    serve: Serve, patient: None, use: Callable[[AsyncClient], Awaitable[Stream]]
) -> None:
    server = serve(chunks(*ANSWER, final=False))

    async def main(client: AsyncClient) -> None:
        await use(client)
        assert server.open_connections == 1

    run(server, main)


@pytest.mark.parametrize("step", NEVER_ENDING)
def test_a_connection_without_an_end_is_closed_in_the_background(
    serve: Serve, real_clock: None, step: Step
) -> None:
    server = serve(step)

    async def main(client: AsyncClient) -> None:
        await leave_at_done(client)
        await until_closed(server)

    run(server, main)


def test_a_loop_left_early_is_freed_in_the_background(serve: Serve) -> None:
    server = serve(chunks(*DELTAS, final=False))

    async def main(client: AsyncClient) -> None:
        async for _ in open_stream(client):
            break
        await until_closed(server)

    run(server, main)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # nothing is closed: people forget to
@pytest.mark.parametrize(
    "step",
    [chat(), chat(late=0.05), chunks(*ANSWER, final=False)],
    ids=["at-once", "late", "never"],
)
def test_a_program_may_end_right_after_the_loop(
    serve: Serve, caplog: pytest.LogCaptureFixture, step: Step
) -> None:
    server = serve(step)

    async def main() -> None:
        await leave_at_done(AsyncClient(KEY, base_url=server.url))

    asyncio.run(main())
    gc.collect()
    assert caplog.messages == []


class SlowToClose(httpx.AsyncByteStream):
    """A chat answer from no socket and without an end. Its closing waits for what only the closing holds."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()
        self.closed: weakref.ref[asyncio.Future[None]] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in ANSWER:
            yield piece
        await asyncio.get_running_loop().create_future()

    async def aclose(self) -> None:
        closed = asyncio.get_running_loop().create_future()
        self.closed = weakref.ref(closed)
        self.closing.set()
        await closed


def test_a_stream_that_closes_in_the_background_outlives_the_garbage_collector(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bodies: weakref.WeakSet[SlowToClose] = weakref.WeakSet()

    def respond(_request: httpx.Request) -> httpx.Response:
        body = SlowToClose()
        bodies.add(body)
        return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, stream=body)

    async def main() -> None:
        async with AsyncClient(KEY, transport=httpx.MockTransport(respond)) as client:
            await leave_at_done(client)
            await next(iter(bodies)).closing.wait()
            gc.collect()
            (body,) = bodies
            assert body.closed is not None
            closed = body.closed()
            assert closed is not None
            closed.set_result(None)
            await asyncio.sleep(0)

    asyncio.run(main())
    assert caplog.messages == []


def test_a_cancelled_task_frees_its_connection(serve: Serve) -> None:
    server = serve(chunks(*DELTAS, final=False))

    async def main(client: AsyncClient) -> None:
        reached = asyncio.Event()
        reading = asyncio.ensure_future(read(open_stream(client), 3, reached))
        await reached.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await until_closed(server)

    run(server, main)


def test_another_task_may_close_a_stream_that_waits(serve: Serve) -> None:
    server = serve(chunks(*DELTAS, final=False))

    async def main(client: AsyncClient) -> None:
        stream, reached = open_stream(client), asyncio.Event()
        reading = asyncio.ensure_future(read(stream, 3, reached))
        await reached.wait()
        await stream.aclose()
        assert await reading == 3
        await until_closed(server)

    run(server, main)


@not_over("aiohttp", KEEPS)
def test_another_task_may_close_a_stream_that_is_being_opened(serve: Serve) -> None:
    asked, closed = threading.Event(), threading.Event()

    def answer_late(exchange: Exchange) -> None:
        asked.set()
        assert closed.wait(5)
        chat()(exchange)

    server = serve(answer_late)

    async def main(client: AsyncClient) -> None:
        stream = open_stream(client)
        reading = asyncio.ensure_future(read(stream, 1, asyncio.Event()))
        await asyncio.to_thread(asked.wait, 5)
        await stream.aclose()
        closed.set()
        assert await reading == 0
        await until_closed(server)

    run(server, main)


def test_another_loop_does_not_wait(serve: Serve, patient: None) -> None:
    server = serve(chunks(*ANSWER, final=False), chat())

    async def main(client: AsyncClient) -> None:
        await leave_at_done(client)
        await asyncio.to_thread(run, server, read_all)

    run(server, main)
    assert server.connections == 2


def test_trio_reads_the_end_before_it_goes_on(serve: Serve, patient: None) -> None:
    server = serve(chat(late=0.05))

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url) as client:
            for _ in range(3):
                await read_all(client)

    trio.run(main)
    assert server.connections == 1
