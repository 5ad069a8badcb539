"""Streams that fail, are left, cancelled or kept waiting: what had come is kept, and nothing else is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from lvng import (
    APITimeoutError,
    AsyncLvngClient,
    LvngClient,
    RequestOptions,
    StreamError,
    StreamIncompleteError,
)
from support.events import DELTAS, DONE, FAILED, TEXT, WORDS, chat
from support.samples import KEY
from support.scripted_server import Serve, Step, chunks
from support.sync_async import Colour, open_connections
from support.tuned import Connect, assert_nothing_is_left

Read = Callable[[Any], list[str]]


def as_events(stream: Any) -> list[str]:
    return [event.data["delta"] for event in stream if event.event == "text_delta"]


def as_text(stream: Any) -> list[str]:
    return list(stream.text_deltas())


def as_whole(stream: Any) -> list[str]:
    return [stream.collect().text]


READS = pytest.mark.parametrize("read", [as_events, as_text, as_whole])
BROKEN: list[Any] = [
    pytest.param(chunks(*DELTAS), StreamIncompleteError, id="no-done"),
    pytest.param(chunks(*DELTAS, DONE[:-1]), StreamIncompleteError, id="half-a-done"),
    pytest.param(chunks(*DELTAS, final=False, then="close"), StreamError, id="cut"),
    pytest.param(chunks(*DELTAS, final=False, then="reset"), StreamError, id="reset"),
    pytest.param(chunks(*DELTAS, FAILED), StreamError, id="error-event"),
    pytest.param(chunks(*DELTAS, final=False), StreamError, id="silence"),
]


@READS
@pytest.mark.parametrize(("step", "kind"), BROKEN)
def test_a_stream_that_fails_keeps_the_text_that_had_come(
    connect: Connect, serve: Serve, colour: Colour, step: Step, kind: type, read: Read
) -> None:
    server = serve(step, chat())
    client = connect(server)
    # Only silence ends by the time-out, which must be longer than a busy machine takes to begin.
    options = RequestOptions(timeout=0.5)
    with pytest.raises(StreamError) as info:
        read(client.stream_chat(message="hi", options=options))
    assert type(info.value) is kind
    assert info.value.text == TEXT
    assert info.value.last_event_id == "3"
    assert len(server.requests) == 1, "a stream that had begun was asked for again"
    assert_nothing_is_left(client, colour)


def test_silence_between_events_is_a_time_out(connect: Connect, serve: Serve) -> None:
    stream = connect(serve(chunks(*DELTAS, final=False)), timeout=0.5).stream_chat(message="hi")
    with pytest.raises(StreamError, match="stalled") as info:
        stream.collect()
    assert isinstance(info.value.__cause__, APITimeoutError)


def test_an_error_event_raises_with_its_code_and_the_text_so_far(
    connect: Connect, serve: Serve
) -> None:
    stream = connect(serve(chunks(DELTAS[0], FAILED))).stream_chat(message="hi")
    with pytest.raises(StreamError, match="Try later") as info:
        stream.collect()
    assert info.value.code == "MODEL_BUSY"
    assert info.value.text == WORDS[0]


ODD = [
    b"event: text_delta\ndata: null\n\n",
    b"event: text_delta\ndata: {}\n\n",
    b'event: text_delta\ndata: {"delta":7}\n\n',
    b"event: text_delta\ndata\n\n",
    b"event: tool_use\ndata: []\n\n",
    b'data: {"delta":[]}\n\n',
    b"event: thinking\ndata: {hm\n\n",
]


@pytest.mark.parametrize("done", [b"event: done\ndata\n\n", DONE], ids=["empty", "sparse"])
def test_payloads_of_undocumented_shapes_are_tolerated(
    connect: Connect, serve: Serve, done: bytes
) -> None:
    server = serve(chunks(*ODD, *DELTAS, done))
    client = connect(server)
    assert "".join(client.stream_chat(message="hi").text_deltas()) == TEXT
    reply = client.stream_chat(message="hi").collect()
    assert (reply.text, reply.tool_calls, reply.usage) == (TEXT, [], None)


def test_without_text_deltas_the_text_comes_from_the_done_event(
    connect: Connect, serve: Serve
) -> None:
    client = connect(serve(chunks(b'event: done\ndata: {"reply":"All of it"}\n\n')))
    assert client.stream_chat(message="hi").collect().text == "All of it"


def leave_events(stream: Any) -> None:
    for _ in stream:
        break


def leave_text(stream: Any) -> None:
    for _ in stream.text_deltas():
        break


def close_in_the_loop(stream: Any) -> None:
    for _ in stream:
        stream.close()


def fail_in_the_loop(stream: Any) -> None:
    def fail() -> None:
        for text in stream.text_deltas():
            raise ZeroDivisionError(text)

    with pytest.raises(ZeroDivisionError):
        fail()


def leave_the_block(stream: Any) -> None:
    with stream:
        next(iter(stream))


@pytest.mark.parametrize(
    "leave", [leave_events, leave_text, close_in_the_loop, fail_in_the_loop, leave_the_block]
)
def test_leaving_a_stream_frees_its_connection_at_once(
    connect: Connect, serve: Serve, colour: Colour, leave: Callable[[Any], None]
) -> None:
    server = serve(chunks(*DELTAS, final=False))
    client = connect(server)
    leave(client.stream_chat(message="hi"))
    assert open_connections(client) == 0
    assert_nothing_is_left(client, colour)
    server.wait_for_connections(0)


def test_a_stream_that_is_never_read_asks_for_nothing(connect: Connect, serve: Serve) -> None:
    server = serve(chat())
    client = connect(server)
    stream: Any = client.stream_chat(message="hi")
    stream.close()
    stream.text_deltas()
    assert server.connections == 0


def async_reads() -> list[Any]:
    async def events(stream: Any) -> None:
        async for _ in stream:
            pass

    async def text(stream: Any) -> None:
        async for _ in stream.text_deltas():
            pass

    async def whole(stream: Any) -> None:
        await stream.collect()

    return [pytest.param(read, id=read.__name__) for read in (events, text, whole)]


@pytest.mark.parametrize("read", async_reads())
def test_a_cancelled_reader_leaves_no_connection_and_no_task(
    serve: Serve, read: Callable[[Any], Any]
) -> None:
    server = serve(chunks(*DELTAS, final=False))

    async def main() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            streams = [client.stream_chat(message="hi") for _ in range(5)]
            readers = [asyncio.ensure_future(read(stream)) for stream in streams]
            while not all(stream.text == TEXT for stream in streams):  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0)
            for reader in readers:
                reader.cancel()
            outcomes = await asyncio.gather(*readers, return_exceptions=True)
            assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 5
            assert asyncio.all_tasks() == {asyncio.current_task()}
            await asyncio.to_thread(server.wait_for_connections, 0)

    asyncio.run(main())


def test_a_reader_that_took_too_long_leaves_no_connection(serve: Serve) -> None:
    server = serve(chunks(*DELTAS, final=False))

    async def main() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.stream_chat(message="hi").collect()
            assert asyncio.all_tasks() == {asyncio.current_task()}
            await asyncio.to_thread(server.wait_for_connections, 0)

    asyncio.run(main())


@pytest.mark.parametrize("name", ["tool_use", "thinking", "message"])
def test_the_text_of_a_stream_is_that_of_its_text_events_alone(serve: Serve, name: str) -> None:
    other = f'event: {name}\ndata: {{"delta":"not the text"}}\n\n'.encode()
    server = serve(chunks(DELTAS[0], other, *DELTAS[1:], DONE))
    with LvngClient(KEY, base_url=server.url) as client:
        stream = client.stream_chat(message="hi")
        assert stream.collect().text == stream.text == TEXT
