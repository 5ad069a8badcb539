"""The kinds of call that are tested under faults, and the checks after each."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lvng_core import LvngError, RequestOptions, StreamError
from support.events import TEXT
from support.samples import CHAT, CREATE, DOWNLOAD, GET, KEY, UPDATE
from support.scripted_server import ScriptedServer, Seen, Step
from support.sync_async import AsyncColour, Colour, make_colour, stream_of, wait_for_streams
from support.timing import lateness

from .faults import GOOD

RETRIES = 3
_NAME = {"name": "x"}


@dataclass
class Outcome:
    """How a call has ended."""

    value: Any = None
    error: LvngError | None = None
    text: str = ""
    seconds: float = 0.0
    late: float = 0.0
    """Seconds that the machine itself was late meanwhile."""


def make(client: Any, kind: str, options: RequestOptions) -> Any:
    """Make a call of a kind."""
    if kind == "get":
        return client.call(GET, {"id": "1"}, options)
    if kind == "create":
        return client.call(CREATE, _NAME, options)
    if kind == "update":
        return client.call(UPDATE, {"id": "1", **_NAME}, options)
    if kind == "download":
        return client.download(DOWNLOAD, {"id": "1"}, options).read()
    stream = stream_of(client, CHAT, {"message": "hi"}, options)
    for event in stream:
        assert isinstance(event.event, str)
    return stream.text


KINDS = ("get", "create", "update", "download", "stream")


def attempt(client: Any, kind: str, options: RequestOptions) -> Outcome:
    """Make a call; what it raises must be ours."""
    outcome = Outcome()
    with lateness() as late:
        begin = time.monotonic()
        try:
            outcome.value = make(client, kind, options)
        except LvngError as error:
            outcome.error = error
            outcome.text = error.text if isinstance(error, StreamError) else ""
        outcome.seconds = time.monotonic() - begin
    outcome.late = late()
    return outcome


def check(kind: str, outcome: Outcome, requests: list[Seen], *, fresh: bool = True) -> None:
    """What must be true after any faults of a call that made these requests.

    On a connection that is not fresh a try may get lost: the server has ended it, and the client not seen it yet.
    """
    assert len(requests) <= 1 + RETRIES + (3 if kind in {"get", "download"} else 0)
    assert len({seen.header("idempotency-key") for seen in requests}) <= 1
    assert {seen.header("authorization") for seen in requests} <= {f"Bearer {KEY}"}
    error = outcome.error
    if error is None:
        assert _is_whole(kind, outcome.value)
        return
    assert KEY not in repr(error)
    assert len(error.message) <= 500
    assert 1 <= error.attempts <= (len(requests) if fresh else 1 + RETRIES)
    assert TEXT.startswith(outcome.text)


def _is_whole(kind: str, value: Any) -> bool:
    """Whether it is all of an answer. A file is whatever the server sends under its name."""
    if kind == "download":
        return isinstance(value, bytes)
    return bool(value == (TEXT if kind == "stream" else GOOD))


@contextmanager
def nothing_left(colour: Colour) -> Iterator[None]:
    """After the block there are the threads, tasks and open files of before."""
    before = _footprint(colour)
    yield
    end = time.monotonic() + 5.0
    while (now := _footprint(colour)) != before:
        assert time.monotonic() < end, f"{now} where {before} was"
        time.sleep(0.002)


def _footprint(colour: Colour) -> tuple[int, int, int]:
    tasks = 0
    if isinstance(colour, AsyncColour):
        tasks = colour.run(_count_tasks())
    return threading.active_count(), sum(1 for _ in Path("/proc/self/fd").iterdir()), tasks


async def _count_tasks() -> int:
    await asyncio.sleep(0)
    return len(asyncio.all_tasks())


@contextmanager
def client_of(colour: Colour, server: ScriptedServer, **options: Any) -> Iterator[Any]:
    """A client that is closed after the block, with no connection in use by then."""
    settings = {"timeout": 0.1, "max_retries": RETRIES, "max_response_size": 1_000_000}
    client = colour.client(api_key=KEY, base_url=server.url, **settings, **options)
    try:
        yield client
        wait_for_streams(client)
    finally:
        client.close()


@contextmanager
def under_fault(name: str, *steps: Step) -> Iterator[tuple[Any, ScriptedServer]]:
    """A client of a colour and the server that it talks to; nothing is left of them after the block."""
    with (
        closing(make_colour(name)) as colour,
        nothing_left(colour),
        ScriptedServer(*steps) as server,
        client_of(colour, server) as client,
    ):
        yield client, server
