"""Successes whose body is not what was promised: always our `DecodeError`, which says what came instead."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest

from lvng_core import DecodeError, LvngError
from support.clock import FakeClock
from support.samples import ANYTHING, CHAT, CREATE, DELETE, GET, REPLACE
from support.scripted_server import Serve, Step, answer
from support.sync_async import Connect, open_connections, stream_of

JSON = {"Content-Type": "application/json", "X-Request-Id": "req_1"}
DEEP = 100_000

BAD: dict[str, tuple[Step, str]] = {
    "html": (
        answer(200, "<html><head><title>Sign in</title></head></html>", {"X-Request-Id": "req_1"}),
        "is an HTML page (Sign in), not a JSON object, as things.get returns. The base URL may be wrong",
    ),
    "html as json": (answer(200, b"<!doctype html><p>hi", JSON), "HTML page (untitled)"),
    "cut": (answer(200, b'{"data": [1, 2', JSON), "It begins: '{\"data\": [1, 2'"),
    "empty": (answer(200, b"", JSON), "The response is empty; expected a JSON object"),
    "blank": (answer(200, b" \r\n", JSON), "is not a JSON object"),
    "no content": (answer(204, b"", JSON), "The response is empty"),
    "null": (answer(200, b"null", JSON), "(application/json) is not a JSON object"),
    "list": (answer(200, b"[1]", JSON), "It begins: '[1]'"),
    "string": (answer(200, b'"ok"', JSON), "is not a JSON object"),
    "number": (answer(200, b"5", JSON), "is not a JSON object"),
    "text": (answer(200, b"OK", {**JSON, "Content-Type": "text/plain"}), "(text/plain) is not"),
    "no type": (answer(200, b"OK", {"X-Request-Id": "req_1"}), "(no content type) is not"),
    "two objects": (answer(200, b"{}{}", JSON), "is not a JSON object"),
    "no utf-8": (answer(200, b'{"a": "\xff"}', JSON), "is not a JSON object"),
    "half a letter": (answer(200, b'{"a": "\xe2\x82', JSON), "is not a JSON object"),
    "deep": (answer(200, b"[" * DEEP + b"]" * DEEP, JSON), "is not a JSON object"),
    "long number": (answer(200, b'{"a": ' + b"1" * 5_000 + b"}", JSON), "is not a JSON object"),
    "bad gzip": (
        answer(200, b"no gzip", {**JSON, "Content-Encoding": "gzip"}),
        "cannot be read",
    ),
    "bad deflate": (
        answer(200, b"\xff\xff\xff", {**JSON, "Content-Encoding": "deflate"}),
        "cannot be read",
    ),
    "half a gzip": (
        answer(200, gzip.compress(b'{"a": 1}' * 100)[:40], {**JSON, "Content-Encoding": "gzip"}),
        "is not a JSON object",
    ),
}


@pytest.mark.parametrize(("step", "text"), BAD.values(), ids=BAD.keys())
def test_a_decode_error_describes_the_received_body(
    connect: Connect, serve: Serve, step: Step, text: str, clock: FakeClock
) -> None:
    server = serve(step)
    client = connect(server)
    with pytest.raises(DecodeError) as caught:
        client.call(GET, {"id": "1"})
    error = caught.value
    assert text in error.message
    assert error.status_code in {200, 204}
    assert error.request_id == "req_1"
    assert error.attempts == len(server.requests) == 1
    assert clock.waits == []
    assert open_connections(client) == 0


def test_a_long_body_is_shown_by_its_beginning_and_kept_whole(
    connect: Connect, serve: Serve
) -> None:
    body = b"word " * 10_000
    with pytest.raises(DecodeError) as caught:
        connect(serve(answer(200, body, JSON))).call(GET, {"id": "1"})
    assert len(caught.value.message) < 400
    assert caught.value.body == body.decode()


def test_a_long_page_in_place_of_a_stream_is_not_read_whole(connect: Connect, serve: Serve) -> None:
    client = connect(serve(answer(200, f"<title>Sign in</title>{'x' * 5_000_000}")))
    with pytest.raises(
        DecodeError, match=r"HTML page \(Sign in\), not text/event-stream"
    ) as caught:
        list(stream_of(client, CHAT, {"message": "hi"}))
    assert len(caught.value.body) < 500_000
    assert open_connections(client) == 0


def test_an_object_in_place_of_a_list_is_a_decode_error(connect: Connect, serve: Serve) -> None:
    with pytest.raises(DecodeError, match="not a JSON array, as things"):
        connect(serve(answer(200, {}))).call(REPLACE, {"body": []})


@pytest.mark.parametrize("body", [None, 5, "text", [1], {"a": 1}, True], ids=repr)
def test_an_operation_may_answer_anything(connect: Connect, serve: Serve, body: Any) -> None:
    server = serve(answer(200, json.dumps(body).encode(), JSON))
    assert connect(server).call(ANYTHING, {}) == body


def test_an_untyped_response_must_be_json(connect: Connect, serve: Serve) -> None:
    with pytest.raises(DecodeError, match="is not JSON, as things"):
        connect(serve(answer(200, b"OK", JSON))).call(ANYTHING, {})


@pytest.mark.parametrize(
    "step",
    [answer(204), answer(200), answer(200, {"ok": True}), answer(200, "<html>")],
    ids=["204", "empty", "json", "html"],
)
def test_an_operation_without_an_answer_returns_none(
    connect: Connect, serve: Serve, step: Step
) -> None:
    none: object = connect(serve(step)).call(DELETE, {"id": "1"})
    assert none is None


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 299])
def test_every_2xx_status_is_a_success(connect: Connect, serve: Serve, status: int) -> None:
    assert connect(serve(answer(status, {"ok": True}))).call(CREATE, {"name": "a"}) == {"ok": True}


@pytest.mark.parametrize(
    ("encoding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_body_is_unpacked(
    connect: Connect, serve: Serve, encoding: str, encode: Any
) -> None:
    body = {"text": "ü" * 1_000}
    content = encode(json.dumps(body).encode())
    server = serve(answer(200, content, {**JSON, "Content-Encoding": encoding}))
    assert connect(server).call(GET, {"id": "1"}) == body


def test_an_error_that_cannot_be_unpacked_is_the_error_of_its_status(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(404, b"no gzip", {**JSON, "Content-Encoding": "gzip"}))
    with pytest.raises(LvngError) as caught:
        connect(server).call(GET, {"id": "1"})
    assert caught.value.status_code == 404
    assert caught.value.body is None


def test_an_answer_is_returned_as_it_came(connect: Connect, serve: Serve) -> None:
    body = {"camelCase": 1, "null": None, "list": [1.5, {"a": "é\u2028"}], "unknown": {"x": "y"}}
    assert connect(serve(answer(200, body))).call(GET, {"id": "1"}) == body


def test_a_byte_order_mark_is_no_part_of_it(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, b'\xef\xbb\xbf{"a": 1}', JSON))
    assert connect(server).call(GET, {"id": "1"}) == {"a": 1}


def test_secrets_in_deeply_nested_responses_are_masked(connect: Connect, serve: Serve) -> None:
    operation = replace(GET, secrets=("key",))
    for depth in (50, 400, 900, 5_000):
        body = b'{"a":' * depth + b'{"key": "secret"}' + b"}" * depth
        try:
            answered = connect(serve(answer(200, body, JSON))).call(operation, {"id": "1"})
        except DecodeError:
            assert depth > 50  # how deep Python goes depends on the caller
        else:
            assert "secret" not in repr(answered)
