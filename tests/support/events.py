"""The stream of a chat answer as bytes, and servers that send it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from support.backends import KEEPS, not_over
from support.scripted_server import Exchange, Step, chunks, drip

WORDS = ("Rev", "enue ", "grew")
TEXT = "".join(WORDS)


def delta(text: str, id: str = "") -> bytes:
    """A piece of the answer, as an event."""
    name = f"id: {id}\n" if id else ""
    return f'{name}event: text_delta\ndata: {{"delta":"{text}"}}\n\n'.encode()


DELTAS = tuple(delta(word, str(number)) for number, word in enumerate(WORDS, 1))
DONE = b'event: done\ndata: {"conversationId":"c1"}\n\n'
FAILED = b'event: error\ndata: {"code":"MODEL_BUSY","message":"Try later"}\n\n'
ANSWER = (*DELTAS, DONE)


def chat(*, late: float = 0.0) -> Step:
    """The complete answer; its last HTTP chunk is sent `late` seconds after `done`."""
    return chunks(*ANSWER, before_end=late)


def flood(exchange: Exchange) -> None:
    """The answer, then endless comments."""
    chunks(*ANSWER, final=False)(exchange)
    comment = b":" + b"." * 8190 + b"\n"
    while not exchange.server.stopping.is_set():
        exchange.send(f"{len(comment):x}\r\n".encode(), comment, b"\r\n")


def drip_on(exchange: Exchange) -> None:
    """The answer, then one byte every 10 ms."""
    chunks(*ANSWER, final=False)(exchange)
    drip(b"1\r\n:\r\n" * 1000, every=0.01)(exchange)


def garbage(exchange: Exchange) -> None:
    """The answer, then an invalid chunk."""
    chunks(*ANSWER, final=False)(exchange)
    exchange.wait(0.01)
    exchange.send(b"zz\r\n")


def bad_checksum(exchange: Exchange) -> None:
    """The answer in gzip with a wrong checksum."""
    packed = gzip.compress(b"".join(ANSWER))
    kind = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    chunks(packed[:-8], bytes(8), headers=kind, pause=0.02)(exchange)


NEVER_ENDING: list[Any] = [
    pytest.param(chunks(*ANSWER, final=False), id="silence"),
    pytest.param(drip_on, id="drip"),
    pytest.param(flood, id="flood"),
    pytest.param(chunks(*ANSWER, final=False, then="close"), id="cut"),
    pytest.param(chunks(*ANSWER, final=False, then="reset"), id="reset"),
    pytest.param(garbage, id="garbage"),
    pytest.param(bad_checksum, id="bad-checksum", marks=not_over("aiohttp", KEEPS)),
]
"""Complete answers on connections that cannot be reused."""
