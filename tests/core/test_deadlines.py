"""Time-outs and deadlines: whatever a server or network does, a call ends when its time is up."""

from __future__ import annotations

import io
import socket
from typing import Any

import httpx
import pytest

from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    DecodeError,
    LvngError,
    RequestOptions,
    ServerError,
)
from lvng_core._async import body as async_body
from lvng_core._sync import body as sync_body
from support.clock import FakeClock
from support.samples import CHAT, CREATE, GET, POST_BYTES
from support.scripted_server import (
    Exchange,
    Serve,
    Step,
    answer,
    chunks,
    drip,
    dripping_body,
    full_backlog,
    half,
    head,
    mute,
    raw,
    stall,
)
from support.sync_async import Colour, Connect, open_connections, stream_of
from support.timing import takes

DEADLINE = 0.2
BY_DEADLINE = RequestOptions(deadline=DEADLINE)
real_time = pytest.mark.usefixtures("real_clock")


@pytest.fixture(autouse=True)
def warm(connect: Connect, serve: Serve) -> None:
    """What a first call imports takes time, which is not what is measured here."""
    connect(serve(answer(200, {}))).call(GET, {"id": "1"})


def deaf(exchange: Exchange) -> None:
    """Says nothing and hears nothing."""
    exchange.wait(60)


BODY = b'{"a": "' + b"x" * 200 + b'"}'
SLOW: dict[str, Step] = {
    "no answer": stall,
    "half a head": raw(b"HTTP/1.1 200 OK\r\nX-", then="stall"),
    "half a body": half(then="stall"),
    "dripping head": drip(head(200, {"X": "y" * 200})),
    "dripping body": dripping_body(BODY),
    "dripping chunks": chunks(*(b"x" for _ in range(200)), pause=0.05),
    "dripping error": drip(head(500, {"Content-Length": "200"}) + b"x" * 200, every=0.02),
}


@real_time
@pytest.mark.parametrize("step", SLOW.values(), ids=SLOW.keys())
def test_a_slow_answer_ends_with_the_deadline(connect: Connect, serve: Serve, step: Step) -> None:
    client = connect(serve(step))
    with (
        takes(DEADLINE),
        pytest.raises(APITimeoutError, match=r"deadline of 0\.2 s passed") as caught,
    ):
        client.call(GET, {"id": "1"}, BY_DEADLINE)
    assert caught.value.attempts == 1
    assert "things.get" in str(caught.value)
    assert open_connections(client) == 0


@real_time
def test_a_slow_connection_ends_with_the_deadline(connect: Connect) -> None:
    with full_backlog() as port:
        client = connect(f"http://127.0.0.1:{port}")
        with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
            client.call(GET, {"id": "1"}, BY_DEADLINE)


def resolve(monkeypatch: pytest.MonkeyPatch, host: str, *addresses: str) -> None:
    """Let a host have these addresses."""
    original = socket.getaddrinfo

    def lookup(name: Any, *args: Any, **options: Any) -> Any:
        names = addresses if name in {host, host.encode()} else (name,)
        return [found for name in names for found in original(name, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


@real_time
def test_many_addresses_share_the_deadline(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(monkeypatch, "many.localhost", *["127.0.0.1"] * 4)
    with full_backlog() as port:
        client = connect(f"http://many.localhost:{port}")
        with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
            client.call(GET, {"id": "1"}, BY_DEADLINE)


@pytest.mark.parametrize("deadline", [None, 5.0])
def test_the_next_address_is_tried_when_one_refuses(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch, deadline: float | None
) -> None:
    resolve(monkeypatch, "two.localhost", "127.0.0.9", "127.0.0.1")
    server = serve(answer(200, {"ok": True}))
    client = connect(f"http://two.localhost:{server.port}", max_retries=0, deadline=deadline)
    assert client.call(GET, {"id": "1"}) == {"ok": True}


def test_an_unknown_host_is_retried_by_every_call(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    def lookup(*_args: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    client = connect("http://nowhere.localhost", deadline=60.0)
    with pytest.raises(APIConnectionError, match=r"Cannot connect .* not known") as caught:
        client.call(CREATE, {"name": "a"}, RequestOptions(idempotency_key=None))
    assert caught.value.attempts == 4
    assert len(clock.waits) == 3


@real_time
def test_a_handshake_ends_with_the_deadline(connect: Connect, serve: Serve) -> None:
    server = serve(greet=mute)
    client = connect(f"https://127.0.0.1:{server.port}")
    with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
        client.call(GET, {"id": "1"}, BY_DEADLINE)
    server.wait_for_connections(0)


@real_time
@pytest.mark.parametrize("kind", [bytes, io.BytesIO], ids=["bytes", "file"])
def test_an_upload_that_nobody_reads_ends_with_the_deadline(
    connect: Connect, serve: Serve, kind: Any
) -> None:
    client = connect(serve(greet=deaf))
    with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
        client.call(POST_BYTES, {"body": kind(bytes(20_000_000))}, BY_DEADLINE)


@real_time
@pytest.mark.parametrize("sip", [20_000, 400_000], ids=["drops", "sips"])
def test_an_upload_that_is_read_slowly_ends_with_the_deadline(
    connect: Connect, serve: Serve, sip: int
) -> None:
    # In drops the sender waits longer than the deadline between two writes; in sips it never does.
    def drink(exchange: Exchange) -> None:
        while exchange.socket.recv(sip):
            exchange.wait(0.02)

    client = connect(serve(greet=drink))
    with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
        client.call(POST_BYTES, {"body": bytes(20_000_000)}, BY_DEADLINE)


@real_time
def test_waiting_for_a_connection_ends_with_the_deadline(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(b"data: {}\n\n", then="stall", final=False))
    client = connect(server, limits=httpx.Limits(max_connections=1))
    stream = stream_of(client, CHAT, {"message": "hi"})
    events: Any = iter(stream)
    next(events)
    with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
        client.call(GET, {"id": "1"}, BY_DEADLINE)
    events.close()
    assert len(server.requests) == 1


@real_time
def test_all_tries_share_the_deadline(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503), stall)
    client = connect(server, retry_base_delay=0.05)
    with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline") as caught:
        client.call(CREATE, {"name": "a"}, BY_DEADLINE)
    assert caught.value.attempts == len(server.requests) == 2


def test_a_wait_that_would_pass_the_deadline_is_not_begun(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(answer(503, {"error": "busy"}))
    with pytest.raises(ServerError, match="busy") as caught:
        connect(server).call(GET, {"id": "1"}, RequestOptions(deadline=1.0))
    assert clock.waits == pytest.approx([0.2, 0.6])
    assert caught.value.attempts == 3


def test_a_retry_after_beyond_the_deadline_is_not_waited_for(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(answer(429, {}, {"Retry-After": "5"}))
    with pytest.raises(LvngError) as caught:
        connect(server, deadline=4.0).call(GET, {"id": "1"})
    assert clock.waits == []
    assert vars(caught.value)["retry_after"] == 5.0


def test_a_deadline_that_passes_while_waiting_ends_the_call(
    connect: Connect, serve: Serve, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def oversleep(seconds: float) -> None:
        clock.waits.append(seconds + 100)

    async def oversleep_too(seconds: float) -> None:
        oversleep(seconds)

    monkeypatch.setattr(clock, "sync_sleep", oversleep)
    monkeypatch.setattr(clock, "async_sleep", oversleep_too)
    server = serve(answer(503))
    with pytest.raises(APITimeoutError, match="deadline of 50 s") as caught:
        connect(server, deadline=50.0).call(GET, {"id": "1"})
    assert caught.value.attempts == len(server.requests) == 1


def test_each_call_has_a_deadline_of_its_own(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    client = connect(serve(answer(200, {"ok": True})), deadline=10.0)
    for _ in range(3):
        assert client.call(GET, {"id": "1"}) == {"ok": True}
        clock.waits.append(9.0)


@real_time
def test_a_timeout_applies_to_each_read_and_not_to_the_whole_body(
    connect: Connect, serve: Serve
) -> None:
    client = connect(serve(dripping_body(b'{"a": 1}', every=0.15)), timeout=0.9)
    assert client.call(GET, {"id": "1"}) == {"a": 1}


@real_time
@pytest.mark.parametrize("step", [stall, half(then="stall")], ids=["head", "body"])
@pytest.mark.parametrize("deadline", [None, 30.0])
def test_silence_ends_with_the_timeout(
    connect: Connect, serve: Serve, step: Step, deadline: float | None
) -> None:
    client = connect(serve(step), timeout=0.1, deadline=deadline, max_retries=0)
    with takes(0.1), pytest.raises(APITimeoutError, match=r"did not respond within 0\.1 s"):
        client.call(GET, {"id": "1"})


@real_time
def test_a_read_timeout_is_retried(connect: Connect, serve: Serve) -> None:
    server = serve(stall, answer(200, {"ok": True}))
    client = connect(server, timeout=0.25, retry_base_delay=0.0)
    assert client.call(CREATE, {"name": "a"}) == {"ok": True}
    assert len(server.requests) >= 2


@real_time
def test_a_page_in_place_of_a_stream_is_not_read_for_ever(
    connect: Connect, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (async_body, sync_body):
        monkeypatch.setattr(module, "_BEGINNING_SECONDS", 0.2)
    server = serve(raw(head(200, {"Content-Type": "text/html"}), *[b"x"] * 100, pause=0.02))
    stream = stream_of(connect(server), CHAT, {"message": "hi"})
    with takes(0.2), pytest.raises(DecodeError, match=r"HTML page \(untitled\)"):
        list(stream)


@real_time
def test_a_body_keeps_the_deadline_in_an_httpx_client_of_ones_own(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    own: Any = httpx.Client() if colour.name == "sync" else httpx.AsyncClient()
    client = connect(serve(dripping_body(BODY)), http_client=own)
    with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
        client.call(GET, {"id": "1"}, BY_DEADLINE)
    colour.wrap(own).close()


@real_time
def test_the_deadline_of_a_stream_is_for_its_beginning(connect: Connect, serve: Serve) -> None:
    late = chunks(b"data: 1\n\n", b"event: done\ndata: 2\n\n", pause=0.3)
    events = stream_of(connect(serve(late)), CHAT, {"message": "hi"}, BY_DEADLINE)
    assert [event.data for event in events] == [1, 2]
    slow = stream_of(connect(serve(stall)), CHAT, {"message": "hi"}, BY_DEADLINE)
    with takes(DEADLINE), pytest.raises(APITimeoutError, match="deadline"):
        list(slow)


@real_time
def test_a_stream_over_an_httpx_client_of_ones_own_outlives_the_deadline(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    own: Any = httpx.Client() if colour.name == "sync" else httpx.AsyncClient()
    late = chunks(b"data: 1\n\n", b"event: done\ndata: 2\n\n", pause=0.3)
    client = connect(serve(late), http_client=own)
    events = stream_of(client, CHAT, {"message": "hi"}, BY_DEADLINE)
    assert [event.data for event in events] == [1, 2]
    colour.wrap(own).close()
