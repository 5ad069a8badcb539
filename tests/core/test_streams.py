"""Streams as objects: read once, closed in time, and judged by how they end."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    ConfigurationError,
    DecodeError,
    Operation,
    RequestOptions,
    ServerError,
    StreamError,
    StreamIncompleteError,
)
from support.backends import KEEPS, not_over
from support.clock import FakeClock
from support.events import ANSWER, DELTAS, DONE, FAILED, TEXT, WORDS, chat, delta
from support.samples import CHAT
from support.scripted_server import Serve, Step, answer, chunks, head, raw, reset
from support.sync_async import Connect, stream_of

MESSAGE = {"message": "hi"}
FREE: Operation[object] = Operation("logs.tail", "GET", "/api/v2/logs", accept="text/event-stream")


def read(client: Any, **options: Any) -> tuple[list[Any], Any]:
    """The events of a stream, and the error that ended it."""
    stream = stream_of(client, CHAT, MESSAGE, RequestOptions(**options))
    events = []
    try:
        for event in stream:
            events.append(event)
    except StreamError as error:
        return events, error
    return events, None


def test_a_stream_gives_its_events_in_order(connect: Connect, serve: Serve) -> None:
    server = serve(chat())
    events, error = read(connect(server))
    assert error is None
    assert [event.event for event in events] == ["text_delta"] * 3 + ["done"]
    assert [event.data for event in events[:3]] == [{"delta": word} for word in WORDS]
    assert events[3].data == {"conversationId": "c1"}
    assert [event.id for event in events] == ["1", "2", "3", "3"]
    assert server.last.header("accept") == "text/event-stream"
    assert server.last.body == b'{"message":"hi"}'


def test_the_call_is_made_when_the_stream_is_read(connect: Connect, serve: Serve) -> None:
    server = serve(chat())
    stream = stream_of(connect(server), CHAT, MESSAGE)
    assert repr(stream).endswith("TextStream, not begun>")
    assert server.requests == []
    texts = []
    for _ in stream:
        assert repr(stream).endswith("TextStream, open>")
        texts.append(stream.text)
    assert texts == ["Rev", "Revenue ", TEXT, TEXT]
    assert repr(stream).endswith("TextStream, closed>")


def test_a_stream_is_read_once(connect: Connect, serve: Serve) -> None:
    server = serve(chat())
    stream = stream_of(connect(server), CHAT, MESSAGE)
    for _ in stream:
        with pytest.raises(
            StreamError, match="A stream can be read only once; make the call again"
        ):
            list(stream)
    with pytest.raises(StreamError, match="read only once"):
        list(stream)
    assert len(server.requests) == 1


def test_a_closed_stream_sends_nothing(connect: Connect, serve: Serve) -> None:
    server = serve(chat())
    stream = stream_of(connect(server), CHAT, MESSAGE)
    stream.close()
    stream.close()
    with pytest.raises(StreamError, match="read only once"):
        list(stream)
    assert server.connections == 0


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(True, id="more-follows"),
        pytest.param(False, id="all-here", marks=not_over("aiohttp", KEEPS)),
    ],
)
def test_close_ends_the_iteration_and_frees_the_connection(
    connect: Connect, serve: Serve, held: bool
) -> None:
    step = chunks(DELTAS[0], final=False) if held else chunks(b"".join(ANSWER))
    server = serve(step)
    stream = stream_of(connect(server), CHAT, MESSAGE)
    events = []
    for event in stream:
        events.append(event)
        stream.close()
        server.wait_for_connections(0)
    assert len(events) == 1
    assert stream.text == "Rev"


def test_a_with_block_frees_the_connection(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(DELTAS[0], final=False))
    with stream_of(connect(server), CHAT, MESSAGE) as stream:
        first = next(iter(stream))
    server.wait_for_connections(0)
    assert first.data == {"delta": "Rev"}


def test_leaving_the_loop_frees_the_connection_at_once(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(*DELTAS, final=False))
    for _ in stream_of(connect(server), CHAT, MESSAGE):
        break
    server.wait_for_connections(0)


def test_an_error_in_the_loop_frees_the_connection_at_once(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(*DELTAS, final=False))

    def fail_at_first(stream: Any) -> None:
        for event in stream:
            raise ZeroDivisionError(event.data["delta"])

    with pytest.raises(ZeroDivisionError, match="Rev") as info:
        fail_at_first(stream_of(connect(server), CHAT, MESSAGE))
    server.wait_for_connections(0)
    del info  # its traceback held every frame until here


BROKEN: list[Any] = [
    pytest.param(chunks(*DELTAS, final=False, then="close"), StreamError, id="cut"),
    pytest.param(chunks(*DELTAS, final=False, then="reset"), StreamError, id="reset"),
    pytest.param(
        chunks(*DELTAS, b"data: {", final=False, then="reset"), StreamError, id="reset-in-an-event"
    ),
    pytest.param(chunks(*DELTAS), StreamIncompleteError, id="clean-end"),
    pytest.param(chunks(*DELTAS, DONE[:-1]), StreamIncompleteError, id="half-an-event"),
    pytest.param(chunks(*DELTAS, DONE.rstrip()), StreamIncompleteError, id="half-a-line"),
    pytest.param(
        raw(head(200, {"Content-Type": "text/event-stream"}), *DELTAS),
        StreamIncompleteError,
        id="end-of-connection",
    ),
    pytest.param(
        raw(head(200, {"Content-Type": "text/event-stream", "Content-Length": "999"}), *DELTAS),
        StreamError,
        id="too-short",
    ),
    pytest.param(
        raw(
            head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}),
            *(b"%x\r\n%s\r\n" % (len(event), event) for event in DELTAS),
            b"zz\r\n",
        ),
        StreamError,
        id="chunks-that-are-none",
        marks=not_over("aiohttp", "it comes with the head, and aiohttp fails before it answers"),
    ),
]


@pytest.mark.parametrize(("step", "kind"), BROKEN)
def test_a_broken_stream_raises_with_what_had_come(
    connect: Connect, serve: Serve, step: Step, kind: type[StreamError]
) -> None:
    server = serve(step, chat())
    events, error = read(connect(server))
    assert [event.data["delta"] for event in events] == list(WORDS)
    assert type(error) is kind
    assert (error.text, error.last_event_id) == (TEXT, "3")
    assert (error.__cause__ is not None) is (kind is StreamError)
    assert len(server.requests) == 1


def test_an_early_end_can_be_allowed(connect: Connect, serve: Serve) -> None:
    cut = chunks(*DELTAS, final=False, then="close")
    client = connect(serve(chunks(*DELTAS), cut, chunks(*DELTAS, FAILED)))
    options = RequestOptions(allow_incomplete=True)
    assert len(list(stream_of(client, CHAT, MESSAGE, options))) == 3
    for text in ("The connection broke", "Try later"):  # nothing else is allowed with it
        with pytest.raises(StreamError, match=text):
            list(stream_of(client, CHAT, MESSAGE, options))


def test_the_largest_event_can_be_set(connect: Connect, serve: Serve) -> None:
    client = connect(serve(chat()))
    longest = max(map(len, ANSWER)) - 1  # the empty line is not its own
    exact = RequestOptions(max_event_size=longest)
    assert len(list(stream_of(client, CHAT, MESSAGE, exact))) == 4
    less = RequestOptions(max_event_size=longest - 1)
    with pytest.raises(StreamError, match=f"larger than {longest - 1} bytes; raise max_event_size"):
        list(stream_of(client, CHAT, MESSAGE, less))


@pytest.mark.parametrize(
    ("option", "value"),
    [("max_event_size", 0), ("max_event_size", None), ("allow_incomplete", "yes")],
    ids=str,
)
def test_invalid_stream_options_are_refused(option: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"{option} must be "):
        RequestOptions(**{option: value})


def test_a_broken_stream_leaves_no_connection_behind(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(*DELTAS, b"data: ", final=False))
    _, error = read(connect(server), timeout=0.5)
    assert "The stream stalled" in str(error)
    assert isinstance(error.__cause__, APITimeoutError)
    assert error.text == TEXT
    server.wait_for_connections(0)


def test_comments_keep_a_stream_alive(connect: Connect, serve: Serve, real_clock: None) -> None:
    heartbeats = [b": still thinking\n"] * 20
    server = serve(chunks(DELTAS[0], *heartbeats, DONE, pause=0.1))
    events, error = read(connect(server), timeout=1.5, deadline=1.0)
    assert error is None
    assert len(events) == 2


def test_an_error_event_is_given_and_raised(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(*DELTAS, FAILED))
    events, error = read(connect(server))
    assert events[-1].data == {"code": "MODEL_BUSY", "message": "Try later"}
    assert (type(error), error.message, error.code) == (StreamError, "Try later", "MODEL_BUSY")
    assert (error.body, error.text) == (events[-1].data, TEXT)


@pytest.mark.parametrize("data", ["data", "data: 5", "data: {}", 'data: {"code":1,"message":[]}'])
def test_an_error_event_of_any_shape_is_a_stream_error(
    connect: Connect, serve: Serve, data: str
) -> None:
    server = serve(chunks(f"event: error\n{data}\n\n".encode()))
    _, error = read(connect(server))
    assert error.message == "The server ended the stream with an error."
    assert error.code is None


def test_unknown_events_and_payloads_are_passed_on(connect: Connect, serve: Serve) -> None:
    odd = (
        b"event: thinking\ndata: not {json\n\ndata: [1]\n\n" + delta("a") + b'data: {"delta":5}\n\n'
    )
    server = serve(chunks(odd, DONE))
    stream = stream_of(connect(server), CHAT, MESSAGE)
    events = [(event.event, event.data) for event in stream]
    assert events[:2] == [("thinking", "not {json"), ("message", [1])]
    assert stream.text == "a"


def test_a_stream_without_an_end_event_ends_when_it_ends(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(DELTAS[0], FAILED, DONE))
    events = list(stream_of(connect(server), FREE, {}))
    assert [event.event for event in events] == ["text_delta", "error", "done"]


PLAIN = b"".join(ANSWER)
ODD: list[Any] = [
    pytest.param(chunks(*(bytes([byte]) for byte in PLAIN)), id="byte-by-byte"),
    pytest.param(chunks(b"\xef\xbb\xbf" + PLAIN), id="byte-order-mark"),
    pytest.param(chunks(PLAIN.replace(b"\n", b"\r\n")), id="crlf"),
    pytest.param(chunks(PLAIN.replace(b"\n", b"\r")), id="cr"),
    pytest.param(chunks(b"retry: 3000\n\n: hello\n\n" + PLAIN), id="retry-first"),
    pytest.param(chunks(PLAIN.replace(b"\n\n", b"\n\n: ping\n\n\n")), id="heartbeats"),
    pytest.param(chunks(PLAIN.replace(b": ", b":")), id="no-spaces"),
    pytest.param(chunks(PLAIN.replace(b"data", b"zzz: 1\n\xff\xfe\ndata")), id="unknown-fields"),
    pytest.param(
        chunks(
            *(gzip.compress(PLAIN)[at : at + 7] for at in range(0, len(gzip.compress(PLAIN)), 7)),
            headers={"Content-Type": "text/event-stream", "Content-Encoding": "gzip"},
        ),
        id="gzip",
    ),
    pytest.param(
        chunks(PLAIN, headers={"Content-Type": "Text/Event-Stream ; charset=UTF-8"}), id="type"
    ),
    pytest.param(answer(200, PLAIN, {"Content-Type": "text/event-stream"}), id="with-length"),
]


@pytest.mark.parametrize("step", ODD)
def test_unusual_encodings_of_a_stream_give_the_same_events(
    connect: Connect, serve: Serve, step: Step
) -> None:
    events, error = read(connect(serve(step)))
    assert error is None
    seen = [(event.event, event.data, event.id) for event in events]
    assert seen == [
        *(("text_delta", {"delta": word}, str(number)) for number, word in enumerate(WORDS, 1)),
        ("done", {"conversationId": "c1"}, "3"),
    ]


@pytest.mark.parametrize("first", [answer(503, {"error": "busy"}), reset], ids=["503", "reset"])
def test_the_opening_is_tried_again(
    connect: Connect, serve: Serve, clock: FakeClock, first: Step
) -> None:
    server = serve(first, first, chat())
    events, error = read(connect(server))
    assert (len(events), error) == (4, None)
    assert clock.waits == pytest.approx([0.2, 0.6])
    assert len({seen.header("idempotency-key") for seen in server.requests}) == 1


def test_an_opening_that_fails_raises_the_error_of_any_call(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503, {"error": "busy"}))
    client = connect(server)
    with pytest.raises(ServerError) as info:
        read(client, max_retries=1)
    assert info.value.attempts == len(server.requests) == 2
    with pytest.raises(AuthenticationError, match="revoked"):
        read(connect(serve(answer(401, {"error": "revoked"}))))
    with pytest.raises(APIConnectionError):
        read(connect(serve(reset)), max_retries=0)


@pytest.mark.parametrize(
    "step",
    [
        answer(200, "<!doctype html><title>Sign in</title>"),
        answer(200, {"success": True}),
        answer(200, b"data: 1\n\n"),
        chunks(b"<html>", final=False, headers={"Content-Type": "text/html"}),
    ],
    ids=["html", "json", "no-type", "endless-html"],
)
def test_a_response_that_is_not_an_event_stream_is_a_decode_error(
    connect: Connect, serve: Serve, step: Step
) -> None:
    server = serve(step)
    with pytest.raises(DecodeError, match="not text/event-stream"):
        read(connect(server), timeout=1.0)
    assert len(server.requests) == 1
