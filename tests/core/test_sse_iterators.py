"""`iterate_sse` and `aiterate_sse` over an httpx answer of one's own."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from lvng_core import APITimeoutError, SSEEvent, StreamError, aiterate_sse, iterate_sse
from support.events import ANSWER, DELTAS, chat, flood
from support.scripted_server import ScriptedServer, Serve, Step, answer, chunks, raw
from support.sync_async import Colour

Open = Callable[..., Iterator[SSEEvent]]
KIND = {"Content-Type": "text/event-stream"}
GZIP = {**KIND, "Content-Encoding": "gzip"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BODY = b"".join(ANSWER)
NAMES = ["text_delta"] * 3 + ["done"]


@pytest.fixture
def events_of(colour: Colour) -> Iterator[Open]:
    """The events of a server's answer, through an httpx client and an iterator of the colour at hand."""
    sync = colour.name == "sync"
    with ExitStack() as stack:

        def start(
            server: ScriptedServer, timeout: float = 60.0, **options: Any
        ) -> Iterator[SSEEvent]:
            made = (httpx.Client if sync else httpx.AsyncClient)(timeout=timeout)
            client = colour.wrap(made)
            stack.callback(client.close)
            response = client.send(made.build_request("GET", server.url), stream=True)
            iterate = iterate_sse if sync else aiterate_sse
            return iter(colour.wrap(iterate(response, **options)))

        yield start


def read(events: Iterator[SSEEvent]) -> tuple[list[str], StreamError | None]:
    """The names of the events, and the error that ended them."""
    names = []
    try:
        for event in events:
            names.append(event.event)
    except StreamError as error:
        return names, error
    return names, None


def test_an_event_comes_as_soon_as_it_is_complete(events_of: Open, serve: Serve) -> None:
    events = events_of(serve(chunks(DELTAS[0], DELTAS[1][:9], final=False)))
    assert next(events) == SSEEvent("text_delta", {"delta": "Rev"}, "1", None, '{"delta":"Rev"}')


def test_the_connection_serves_again_when_all_is_read(events_of: Open, serve: Serve) -> None:
    server = serve(chat(late=0.05))
    assert read(events_of(server)) == (NAMES, None)
    assert server.open_connections == 1


def test_leaving_the_loop_closes_the_connection(events_of: Open, serve: Serve) -> None:
    server = serve(flood)
    for event in events_of(server):
        if event.event == "done":
            break
    server.wait_for_connections(0)


def test_async_code_need_not_close_what_it_leaves(serve: Serve) -> None:
    server = serve(flood)

    async def main() -> None:
        async with httpx.AsyncClient() as client:
            response = await client.send(client.build_request("GET", server.url), stream=True)
            async for _ in aiterate_sse(response):
                break
            await asyncio.to_thread(server.wait_for_connections, 0)

    asyncio.run(main())


BROKEN: list[Any] = [
    pytest.param(
        chunks(*DELTAS, final=False, then="close"), "connection broke during the stream", id="cut"
    ),
    pytest.param(
        chunks(*DELTAS, final=False, then="reset"), "connection broke during the stream", id="reset"
    ),
    pytest.param(chunks(*DELTAS, final=False), "stream stalled", id="stall"),
    pytest.param(
        answer(200, b"".join(DELTAS), {**KIND, "Content-Length": "999"}),
        "stream stalled",
        id="too-short",
    ),
    pytest.param(
        raw(CHUNKED, b"%x\r\n%s\r\nxyz\r\n" % (len(b"".join(DELTAS)), b"".join(DELTAS))),
        "connection broke during the stream",
        id="no-chunk-size",
    ),
    pytest.param(
        chunks(gzip.compress(b"".join(DELTAS))[:-8], bytes(8), headers=GZIP, pause=0.02),
        "connection broke during the stream",
        id="bad-checksum",
    ),
]


@pytest.mark.parametrize(("step", "text"), BROKEN)
def test_a_stream_that_breaks_raises_and_closes(
    events_of: Open, serve: Serve, step: Step, text: str
) -> None:
    server = serve(step)
    names, error = read(events_of(server, timeout=0.5 if "stalled" in text else 60.0))
    assert names == NAMES[:3]
    assert text in str(error)
    cause = APITimeoutError if "stalled" in text else httpx.HTTPError
    assert error is not None
    assert isinstance(error.__cause__, cause)
    server.wait_for_connections(0)


def flushed(body: bytes) -> list[bytes]:
    """Gzip as servers stream it: after each byte it is flushed."""
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(bytes([b])) + packer.flush(zlib.Z_SYNC_FLUSH) for b in body]
    return [*pieces, packer.flush()]


ODD: list[Any] = [
    pytest.param(chunks(*(bytes([byte]) for byte in BODY)), id="byte-by-byte"),
    pytest.param(chunks(BODY[:20], BODY[20:], pause=0.02), id="cut-in-a-line"),
    pytest.param(
        raw(
            CHUNKED,
            b"000%x;name=value\r\n%s\r\n" % (len(BODY), BODY),
            b"00;last\r\nX-Trailer: 1\r\n\r\n",
            then="keep",
        ),
        id="extensions-and-trailers",
    ),
    pytest.param(raw(HEAD, b"\r\n", BODY), id="until-the-connection-ends"),
    pytest.param(raw(HEAD.replace(b"1.1", b"1.0"), b"\r\n", BODY), id="http-1.0"),
    pytest.param(answer(200, BODY, KIND), id="with-length"),
    pytest.param(answer(200, BODY), id="without-type"),
    pytest.param(chunks(*flushed(BODY), headers=GZIP), id="gzip"),
    pytest.param(
        chunks(zlib.compress(BODY), headers={"Content-Encoding": "deflate"}), id="deflate"
    ),
]


@pytest.mark.parametrize("step", ODD)
def test_unusual_encodings_of_a_stream_give_the_same_events(
    events_of: Open, serve: Serve, step: Step
) -> None:
    assert read(events_of(serve(step))) == (NAMES, None)


@pytest.mark.parametrize(
    "end", [b"data", b"data: x", b"data: x\n", b"data: x\r", b"data: x\n: ping\n"], ids=ascii
)
def test_an_incomplete_last_event_is_dropped(events_of: Open, serve: Serve, end: bytes) -> None:
    assert read(events_of(serve(chunks(*DELTAS, end)))) == (NAMES[:3], None)


@pytest.mark.parametrize(
    "large",
    [b"data: " + b"x" * 99, b"data: " + b"x" * 99 + b"\n\n", b"data\n" * 30],
    ids=["unfinished", "whole", "lines"],
)
@pytest.mark.parametrize("apart", [True, False], ids=["apart", "together"])
def test_an_event_that_is_too_large_raises_and_closes(
    events_of: Open, serve: Serve, large: bytes, apart: bool
) -> None:
    step = chunks(*DELTAS, large) if apart else chunks(b"".join(DELTAS) + large)
    server = serve(step)
    names, error = read(events_of(server, max_event_size=100))
    assert names == NAMES[:3]
    assert "An event is larger than 100 bytes" in str(error)


def test_a_decompression_bomb_in_one_event_is_refused(events_of: Open, serve: Serve) -> None:
    bomb = gzip.compress(b"data: " + bytes(32 * 1024 * 1024))
    server = serve(chunks(bomb, headers=GZIP))
    names, error = read(events_of(server))
    assert names == []
    assert "larger than 16777216 bytes" in str(error)
    server.wait_for_connections(0)


def test_many_small_compressed_events_are_decoded_in_bounded_memory(
    events_of: Open, serve: Serve
) -> None:
    length = 16 * 1024 * 1024
    events = events_of(serve(chunks(gzip.compress(b"data:\n\n" * (length // 7)), headers=GZIP)))
    tracemalloc.start()
    try:
        assert next(events).data is None
        assert tracemalloc.get_traced_memory()[1] < 4 * length
    finally:
        tracemalloc.stop()


def test_an_answer_that_has_been_read_gives_its_events(colour: Colour) -> None:
    response = httpx.Response(200, content=BODY)
    iterate = iterate_sse if colour.name == "sync" else aiterate_sse
    assert read(iter(colour.wrap(iterate(response)))) == (NAMES, None)
