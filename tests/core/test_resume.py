"""Streams of GET requests go on after a break: no event is lost, none comes twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from lvng_core import (
    NotFoundError,
    Operation,
    Param,
    RequestOptions,
    RetryPolicy,
    ServerError,
    StreamError,
    StreamIncompleteError,
)
from support.clock import FakeClock
from support.events import DONE, FAILED
from support.samples import CHAT
from support.scripted_server import Exchange, ScriptedServer, Serve, Step, answer, chunks, reset
from support.sync_async import Connect, stream_of, wait_for_streams

TAIL: Operation[object] = Operation(
    "runs.events",
    "GET",
    "/api/v2/runs/{id}/events",
    params={"id": Param("path")},
    accept="text/event-stream",
    stream_end=("done", "error"),
    idempotent=True,
)
COUNT = 6
EVENTS = [f'id: e{n}\nevent: step\ndata: {{"n": {n}}}\n\n'.encode() for n in range(COUNT)]
ALL = [*EVENTS, b"id: end\n" + DONE]
Cut = Callable[[Exchange, Sequence[bytes]], None]


def cut(*pieces: bytes) -> Step:
    """Events, then the end of the connection."""
    return chunks(*pieces, final=False, then="close")


def following(seen: Any) -> list[bytes]:
    """The events after the one that a request names."""
    last = seen.header("last-event-id")
    ids = [event.partition(b"\n")[0].removeprefix(b"id: ").decode() for event in ALL]
    return ALL[ids.index(last) + 1 :] if last else ALL


def numbers(stream: Any) -> list[int]:
    return [event.data["n"] for event in stream if event.event == "step"]


def read(connect: Connect, server: ScriptedServer, **options: Any) -> list[int]:
    client = connect(server, **options)
    return numbers(stream_of(client, TAIL, {"id": "1"}))


def test_a_stream_cut_after_every_event_is_resumed(connect: Connect, serve: Serve) -> None:
    def one(exchange: Exchange) -> None:
        left = following(exchange.seen)
        (chunks(*left) if len(left) == 1 else cut(left[0]))(exchange)

    server = serve(*[one] * len(ALL))
    assert read(connect, server) == list(range(COUNT))
    asked = [seen.header("last-event-id") for seen in server.requests]
    assert asked == [None, *(f"e{n}" for n in range(COUNT))]


def test_hundreds_of_breaks_do_not_exhaust_retries_as_long_as_events_come(
    connect: Connect, serve: Serve
) -> None:
    def one(exchange: Exchange) -> None:
        number = int(exchange.seen.header("last-event-id") or 0) + 1
        event = f'id: {number}\nevent: step\ndata: {{"n": {number}}}\n\n'.encode()
        (chunks(event, DONE) if number == 200 else cut(event))(exchange)

    assert read(connect, serve(*[one] * 200)) == list(range(1, 201))


@pytest.mark.parametrize("offset", range(0, len(b"".join(ALL)), 7))
def test_a_stream_cut_at_any_byte_is_resumed(offset: int, connect: Connect, serve: Serve) -> None:
    def first(exchange: Exchange) -> None:
        cut(b"".join(ALL)[:offset])(exchange)

    def rest(exchange: Exchange) -> None:
        chunks(*following(exchange.seen))(exchange)

    assert read(connect, serve(first, rest)) == list(range(COUNT))


def test_events_repeated_from_the_start_are_skipped(connect: Connect, serve: Serve) -> None:
    server = serve(*(cut(*ALL[: n + 1]) for n in range(COUNT)), chunks(*ALL))
    assert read(connect, server) == list(range(COUNT))


def test_events_without_an_id_of_their_own_are_not_repeated_either(
    connect: Connect, serve: Serve
) -> None:
    plain = b'event: step\ndata: {"n": 100}\n\n'
    server = serve(cut(ALL[0], plain, ALL[1]), chunks(ALL[0], plain, ALL[1], plain, DONE))
    assert read(connect, server) == [0, 100, 1, 100]


def test_a_reset_and_a_refused_connection_are_overcome(connect: Connect, serve: Serve) -> None:
    server = serve(
        chunks(*ALL[:2], final=False, then="reset"),
        answer(503),
        reset,
        lambda exchange: chunks(*following(exchange.seen))(exchange),
    )
    assert read(connect, server) == list(range(COUNT))
    assert {seen.header("last-event-id") for seen in server.requests[1:]} == {"e1"}


def test_a_read_timeout_resumes_the_stream(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(
        chunks(ALL[0], final=False, then="stall"),
        lambda exchange: chunks(*following(exchange.seen))(exchange),
    )
    assert read(connect, server, timeout=0.5) == list(range(COUNT))


def test_an_end_without_the_end_event_is_a_break_where_that_event_is_documented(
    connect: Connect, serve: Serve
) -> None:
    server = serve(chunks(*ALL[:3]), lambda exchange: chunks(*following(exchange.seen))(exchange))
    assert read(connect, server) == list(range(COUNT))


def test_the_wait_is_that_of_the_policy_and_the_servers_retry_wins(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(
        cut(ALL[0]),
        cut(),
        cut(b"retry: 7000\n" + ALL[1]),
        cut(),
        chunks(*ALL[2:]),
    )
    policy = RetryPolicy(base_delay=1.0, backoff_factor=2.0, jitter=0.0)
    assert read(connect, server, retry=policy) == list(range(COUNT))
    first, second, third, fourth = clock.waits
    assert (first, second) == (1.0, 2.0)
    assert 7.0 <= third <= 7.7
    assert 7.0 <= fourth <= 7.7


def test_a_wait_that_is_longer_than_the_policy_allows_is_not_waited(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(cut(b"retry: 61000\n" + ALL[0]))
    with pytest.raises(StreamError):
        read(connect, server)
    assert not clock.waits


def test_breaks_without_an_event_end_it_after_the_retries(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(*[cut(ALL[0]), *[cut()] * 9])
    stream = stream_of(connect(server, max_retries=2), TAIL, {"id": "1"})
    with pytest.raises(StreamError) as caught:
        list(stream)
    assert len(server.requests) == 3
    assert caught.value.last_event_id == "e0"
    assert len(clock.waits) == 2


@pytest.mark.parametrize("options", [{"max_retries": 0}, {"retry": RetryPolicy(max_retries=0)}])
def test_without_retries_nothing_is_resumed(
    options: dict[str, Any], connect: Connect, serve: Serve
) -> None:
    server = serve(cut(ALL[0]))
    with pytest.raises(StreamError):
        read(connect, server, **options)
    assert len(server.requests) == 1


def test_max_retries_of_the_call_applies(connect: Connect, serve: Serve) -> None:
    server = serve(cut(ALL[0]))
    options = RequestOptions(max_retries=0)
    with pytest.raises(StreamError):
        list(stream_of(connect(server), TAIL, {"id": "1"}, options))
    assert len(server.requests) == 1


def test_a_post_is_never_sent_again(connect: Connect, serve: Serve) -> None:
    server = serve(cut(ALL[0]))
    with pytest.raises(StreamError):
        list(stream_of(connect(server), CHAT, {"message": "hi"}))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "event",
    [
        b'event: step\ndata: {"n": 0}\n\n',
        b"id: e1\n" + b'event: step\ndata: {"n": 0}\n\n' * 2,
        'id: é\nevent: step\ndata: {"n": 0}\n\n'.encode(),
        b'id:  a\nevent: step\ndata: {"n": 0}\n\n',
        b'id:\nevent: step\ndata: {"n": 0}\n\n',
    ],
    ids=["no-id", "one-id-for-two", "not-ascii", "space", "empty"],
)
def test_a_break_after_an_event_without_a_usable_id_is_an_error(
    event: bytes, connect: Connect, serve: Serve
) -> None:
    server = serve(cut(event))
    with pytest.raises(StreamError):
        read(connect, server)
    assert len(server.requests) == 1


def test_before_the_first_event_any_stream_can_start_again(connect: Connect, serve: Serve) -> None:
    plain = b'event: step\ndata: {"n": 1}\n\n'
    assert read(connect, serve(cut(), cut(plain[:9]), chunks(plain, DONE))) == [1]


def test_the_error_event_of_the_server_is_final(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(ALL[0], b"id: x\n" + FAILED))
    with pytest.raises(StreamError, match="Try later") as caught:
        read(connect, server)
    assert caught.value.code == "MODEL_BUSY"
    assert len(server.requests) == 1


def test_an_event_that_is_too_large_is_final(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(ALL[0], b"data: " + b"a" * 2000 + b"\n\n"))
    options = RequestOptions(max_event_size=1000)
    with pytest.raises(StreamError, match="larger than 1000 bytes"):
        list(stream_of(connect(server), TAIL, {"id": "1"}, options))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("step", "cause"), [(answer(404, {"error": "gone"}), NotFoundError), (answer(500), ServerError)]
)
def test_a_stream_that_cannot_be_resumed_is_broken_and_says_why(
    step: Step, cause: type[Exception], connect: Connect, serve: Serve
) -> None:
    server = serve(cut(ALL[0]), *[step] * 4)
    with pytest.raises(StreamError, match="connection broke") as caught:
        read(connect, server)
    assert isinstance(caught.value.__cause__, cause)
    assert caught.value.last_event_id == "e0"
    (note,) = caught.value.__notes__
    assert note.startswith("The stream could not be resumed:")


def test_an_end_that_is_cut_every_time_is_incomplete(connect: Connect, serve: Serve) -> None:
    with pytest.raises(StreamIncompleteError):
        read(connect, serve(*[chunks()] * 4))


def test_a_stream_that_is_closed_is_not_resumed(connect: Connect, serve: Serve) -> None:
    server = serve(cut(*ALL[:2]))
    with stream_of(connect(server), TAIL, {"id": "1"}) as stream:
        assert next(iter(stream)).data == {"n": 0}
    assert len(server.requests) == 1


def test_a_resumed_stream_leaves_no_connection(connect: Connect, serve: Serve) -> None:
    server = serve(cut(ALL[0]), cut(ALL[1]), chunks(*ALL[2:]))
    client = connect(server, limits=httpx.Limits(max_connections=1))
    assert numbers(stream_of(client, TAIL, {"id": "1"})) == list(range(COUNT))
    wait_for_streams(client)


def test_a_stream_without_an_end_event_ends_where_it_ends(connect: Connect, serve: Serve) -> None:
    free = replace(TAIL, stream_end=())
    server = serve(cut(ALL[0]), chunks(*ALL[1:3]))
    assert numbers(stream_of(connect(server), free, {"id": "1"})) == [0, 1, 2]
