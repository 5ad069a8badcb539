"""A catalogue of faults: steps of the scripted server."""

from __future__ import annotations

import gzip

from support.events import ANSWER, DELTAS
from support.scripted_server import (
    Exchange,
    Step,
    answer,
    chunks,
    drip,
    end,
    half,
    hang_up,
    head,
    raw,
    redirect,
    reset,
    stall,
)

GOOD = {"ok": True}
JSON = {"Content-Type": "application/json"}
CHUNKED = {**JSON, "Transfer-Encoding": "chunked"}
EVENTS = {"Content-Type": "text/event-stream"}
FILE = {"Content-Type": "application/octet-stream"}
CONTENT = bytes(range(256)) * 512


def ok(exchange: Exchange) -> None:
    """What the call wants: an object, events, or a file."""
    target = exchange.seen.target
    if target.endswith("/stream"):
        chunks(*ANSWER)(exchange)
    elif target.endswith("/content"):
        answer(200, CONTENT, FILE)(exchange)
    else:
        answer(200, GOOD)(exchange)


def ok_but_last(exchange: Exchange) -> None:
    """A good response, and the end of its connection, which nobody announced."""
    ok(exchange)
    exchange.close()


def ok_and_reset(exchange: Exchange) -> None:
    """A good response, and a reset of its connection once it has arrived."""
    ok(exchange)
    end(exchange, "reset")


def early(exchange: Exchange) -> None:
    """Hints first: 1xx answers are not the answer."""
    exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3)
    ok(exchange)


def dripping_head(exchange: Exchange) -> None:
    """Headers byte by byte, and then no body."""
    drip(head(200, {**JSON, "Content-Length": "12"}), every=0.01)(exchange)
    exchange.close()


def endless_head(exchange: Exchange) -> None:
    """Headers that do not end."""
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(10_000):
        exchange.send(b"X-%d: %s\r\n" % (number, b"y" * 4000))


def large_body(exchange: Exchange) -> None:
    """A body much larger than an answer may be; a file may."""
    exchange.send(head(200, JSON))
    for _ in range(64):
        exchange.send(b"[" * 65_536)
    exchange.close()


def half_of_the_fair(then: str) -> Step:
    """The first half of what the call wants."""

    def step(exchange: Exchange) -> None:
        target = exchange.seen.target
        if target.endswith("/stream"):
            chunks(*DELTAS[:2], DELTAS[2][:9], final=False, then=then)(exchange)
        elif target.endswith("/content"):
            exchange.send(head(200, {**FILE, "Content-Length": str(len(CONTENT))}))
            exchange.send(CONTENT[: len(CONTENT) // 2])
            end(exchange, then)
        else:
            half(200, b'{"ok": tr', then=then)(exchange)

    return step


BUSY: dict[str, Step] = {
    "429": answer(429, {"error": "slow down"}, {"Retry-After": "1"}),
    "429 until": answer(429, b"", {"X-RateLimit-Reset": "9999999999"}),
    "503": answer(503, {"error": "busy"}),
    "503 text": answer(503, b"upstream connect error", {"Retry-After": "soon"}),
}
"""Not done, by the server's own word: any call may be made again."""

LOST: dict[str, Step] = {
    "500": answer(500, {"error": {"code": "INTERNAL", "message": "oops", "details": None}}),
    "502 page": answer(502, "<html><title>Bad gateway</title>" + "x" * 20_000),
    "504": answer(504, b"\xff\xfe"),
    "reset": reset,
    "hang up": hang_up,
    "stall": stall,
    "reset in status": raw(b"HTTP/1.1 2", then="reset"),
    "reset in headers": raw(b"HTTP/1.1 200 OK\r\nContent-Ty", then="reset"),
    "reset after headers": raw(head(200, {**JSON, "Content-Length": "12"}), then="reset"),
    "end in headers": raw(b"HTTP/1.1 200 OK\r\nContent-Ty"),
    "stall in headers": raw(b"HTTP/1.1 200 OK\r\nContent-Ty", then="stall"),
    "drip in headers": dripping_head,
    "endless headers": endless_head,
    "garbage": raw(b"\x16\x03\x01\x02\x00" * 20),
    "other protocol": raw(b"220 mail ESMTP\r\n"),
    "bad status": raw(b"HTTP/1.1 abc OK\r\n\r\n"),
    "only hints": raw(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body cut": half_of_the_fair("close"),
    "body reset": half_of_the_fair("reset"),
    "body stall": half_of_the_fair("stall"),
    "too short": raw(head(200, {**JSON, "Content-Length": "999"}), b'{"ok": true}'),
    "no chunk": raw(head(200, CHUNKED), b"zz\r\n", pause=0.01),
    "two lengths": raw(head(200, [("Content-Length", "2"), ("Content-Length", "3")]), b"{}"),
    "bad length": raw(head(200, {"Content-Length": "-1"}), b"{}"),
}
"""Perhaps done: only what may be repeated is made again."""

SILENT = {"stall", "stall in headers", "body stall"}
"""Of these, what only a time-out ends."""

BEGUN = {
    "reset after headers",
    "body cut",
    "body reset",
    "body stall",
    "too short",
    "no chunk",
    "drip in headers",
}
"""Of these, what begins well: a stream or download that has begun is not made again."""

FINAL: dict[str, Step] = {
    "ok": ok,
    "ok but last": ok_but_last,
    "ok, then a reset": ok_and_reset,
    "early hints": early,
    "400": answer(400, {"error": {"code": "VALIDATION_ERROR", "message": "no", "details": []}}),
    "401": answer(401, b""),
    "404": answer(404, {"error": "not found", "hint": "look elsewhere"}),
    "418": answer(418, [1, 2, 3]),
    "501": answer(501, {"error": "not implemented"}),
    "no content": answer(204),
    "html": answer(200, "<!doctype html><title>Sign in</title>"),
    "cut json": answer(200, b'{"ok": tr', JSON),
    "null": answer(200, b"null", JSON),
    "list": answer(200, b"[]", JSON),
    "deep json": answer(200, b"[" * 50_000, JSON),
    "no utf-8": answer(200, b'{"ok": "\xff"}', JSON),
    "bad gzip": answer(200, b"no gzip", {**JSON, "Content-Encoding": "gzip"}),
    "bomb": answer(200, gzip.compress(bytes(5_000_000)), {**JSON, "Content-Encoding": "gzip"}),
    "large body": large_body,
    "to another host": redirect(307, "http://192.0.2.1/api/v2/things"),
    "to nowhere": redirect(302, "http://[::1"),
    "not modified": answer(304),
    "error event": chunks(*DELTAS, b'event: error\ndata: {"message": "no"}\n\n'),
    "early end": chunks(*DELTAS),
    "odd events": chunks(b"\xef\xbb\xbfretry: 1\n\n: hi\r\r", b"data: {\n\n", b"id: \x00\n\n"),
}
"""The last word: nothing follows, well or badly."""

FOLLOWED: dict[str, Step] = {"round in circles": redirect(307, "/api/v2/things/1")}
"""A GET goes on to where it is sent, three times."""

ALL = BUSY | LOST | FINAL | FOLLOWED
