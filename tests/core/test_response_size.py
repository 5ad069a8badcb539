"""An answer that would not fit in memory is not read to its end, packed or not."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from lvng_core import ConfigurationError, DecodeError, RequestOptions, ServerError
from support.clock import FakeClock
from support.samples import CREATE, GET
from support.scripted_server import Exchange, Serve, Step, answer, head
from support.sync_async import Connect, open_connections

MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}
BOMB = gzip.compress(b'{"data": "' + b"a" * (300 * MIB) + b'"}')


def packed(content: bytes, status: int = 200, encoding: str = "gzip") -> Step:
    return answer(status, content, {**JSON, "Content-Encoding": encoding})


def endless(exchange: Exchange) -> None:
    exchange.send(head(200, JSON))
    while True:
        exchange.send(b"[" * 65_536)


@pytest.mark.parametrize(
    "step",
    [packed(BOMB), endless],
    ids=["gzip", "endless"],
)
def test_a_bomb_is_given_up_before_it_fills_the_memory(
    connect: Connect, serve: Serve, step: Step, clock: FakeClock
) -> None:
    server = serve(step)
    client = connect(server, max_response_size=4 * MIB)
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError) as caught:
            client.call(GET, {"id": "1"})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "it has more than 4194304 bytes; raise max_response_size" in caught.value.message
    assert (caught.value.status_code, caught.value.attempts) == (200, 1)
    assert len(server.requests) == 1
    assert peak < 20 * MIB
    assert open_connections(client) == 0


def test_a_body_compressed_twice_is_refused(connect: Connect, serve: Serve) -> None:
    server = serve(packed(gzip.compress(BOMB), encoding="gzip, gzip"))
    with pytest.raises(DecodeError, match="is compressed more than once: gzip, gzip"):
        connect(server).call(GET, {"id": "1"})


def test_an_error_with_a_decompression_bomb_keeps_its_status(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(packed(BOMB, 503), packed(BOMB, 500))
    with pytest.raises(ServerError) as caught:
        connect(server, max_response_size=MIB).call(CREATE, {"name": "x"}, RequestOptions())
    assert caught.value.message == "The server responded with status 500."
    assert caught.value.body is None
    assert len(server.requests) == 5 - 1


@pytest.mark.parametrize("squeeze", [None, "gzip", "deflate"], ids=str)
def test_the_limit_is_of_the_unpacked_answer_to_the_byte(
    connect: Connect, serve: Serve, squeeze: str | None
) -> None:
    body = b'{"data": "' + b"a" * 50_000 + b'"}'
    content = {None: body, "gzip": gzip.compress(body), "deflate": zlib.compress(body)}[squeeze]
    step = packed(content, encoding=squeeze) if squeeze else answer(200, content, JSON)
    client = connect(serve(step), max_response_size=1)
    exact = RequestOptions(max_response_size=len(body))
    assert client.call(GET, {"id": "1"}, exact) == {"data": "a" * 50_000}
    less = RequestOptions(max_response_size=len(body) - 1)
    with pytest.raises(DecodeError, match=f"more than {len(body) - 1} bytes"):
        client.call(GET, {"id": "1"}, less)
    wider = client.with_options(max_response_size=len(body))
    assert wider.call(GET, {"id": "1"}) == {"data": "a" * 50_000}
    assert wider.request("GET", "/api/v2/things/1").json() == {"data": "a" * 50_000}


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "1 MB", None], ids=str)
def test_a_size_is_a_whole_number_of_bytes(connect: Connect, serve: Serve, size: object) -> None:
    with pytest.raises(ConfigurationError, match="max_response_size must be a whole number"):
        connect(serve(answer(200)), max_response_size=size)
    if size is not None:
        with pytest.raises(ConfigurationError, match="max_response_size must be a whole number"):
            RequestOptions(max_response_size=size)  # type: ignore[arg-type]  # what the test is about
