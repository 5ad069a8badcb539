"""After the last event of a stream: its connection serves again, and nobody waits long for that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from lvng_core import Client, EventStream, StreamError
from lvng_core._async import body as async_body
from lvng_core._sync import body as sync_body
from support.backends import not_over
from support.events import ANSWER, FAILED, NEVER_ENDING, chat, flood
from support.samples import CHAT, GET, KEY
from support.scripted_server import Exchange, ScriptedServer, Serve, Step, answer, chunks
from support.sync_async import Connect, stream_of

MESSAGE = {"message": "hi"}
Use = Callable[[Any], None]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment that outlasts a busy machine."""
    for module in (async_body, sync_body):
        assert (module._REST_SECONDS, module._REST_BYTES) == (0.1, 65_536)
        monkeypatch.setattr(module, "_REST_SECONDS", 5.0)


def read_all(stream: Any) -> None:
    assert len(list(stream)) == 4


def leave_at_done(stream: Any) -> None:
    for event in stream:
        if event.event == "done":
            break


def leave_block_at_done(stream: Any) -> None:
    with stream:
        leave_at_done(stream)


@pytest.mark.parametrize("late", [0.0, 0.05], ids=["at-once", "late"])
@pytest.mark.parametrize("use", [read_all, leave_at_done, leave_block_at_done])
def test_the_next_stream_takes_the_same_connection(
    connect: Connect, serve: Serve, patient: None, use: Use, late: float
) -> None:
    server = serve(chat(late=late))
    client = connect(server)
    for _ in range(4):
        use(stream_of(client, CHAT, MESSAGE))
    assert (len(server.requests), server.connections) == (4, 1)


def test_a_stream_that_reports_an_error_gives_its_connection_back(
    connect: Connect, serve: Serve, patient: None
) -> None:
    server = serve(chunks(FAILED, before_end=0.05))
    client = connect(server)
    for _ in range(2):
        with pytest.raises(StreamError, match="Try later"):
            list(stream_of(client, CHAT, MESSAGE))
    assert server.connections == 1


def test_the_last_event_does_not_wait_for_the_end(
    connect: Connect, serve: Serve, patient: None
) -> None:
    seen = threading.Event()

    def end_when_seen(exchange: Exchange) -> None:
        chunks(*ANSWER, final=False)(exchange)
        assert seen.wait(10)
        exchange.send(b"0\r\n\r\n")

    server = serve(end_when_seen)
    client = connect(server)
    for event in stream_of(client, CHAT, MESSAGE):
        if event.event == "done":
            seen.set()
    read_all(stream_of(client, CHAT, MESSAGE))
    assert server.connections == 1


def test_the_next_stream_does_not_wait_for_ever(
    connect: Connect, serve: Serve, real_clock: None
) -> None:
    server = serve(chunks(*ANSWER, final=False))
    client = connect(server)
    for _ in range(2):
        read_all(stream_of(client, CHAT, MESSAGE))
    assert server.connections == 2


@pytest.fixture
def blocking(serve: Serve) -> Iterator[Callable[..., tuple[Client, ScriptedServer]]]:
    """A blocking client and its server: in async code the end is read in the background."""
    clients: list[Client] = []

    def start(*script: Step, **options: Any) -> tuple[Client, ScriptedServer]:
        server = serve(*script)
        clients.append(Client(KEY, base_url=server.url, **options))
        return clients[-1], server

    yield start
    for client in clients:
        client.close()


Blocking = Callable[..., tuple[Client, ScriptedServer]]


@pytest.mark.parametrize("step", NEVER_ENDING)
@pytest.mark.parametrize("use", [read_all, leave_at_done])
def test_an_end_that_does_not_come_is_not_waited_for(
    blocking: Blocking, real_clock: None, use: Use, step: Step
) -> None:
    client, server = blocking(step)
    began = time.monotonic()
    use(client.stream(CHAT, MESSAGE, None, EventStream))
    assert time.monotonic() - began < 3  # a tenth of a second and a busy machine; not the time-out
    server.wait_for_connections(0)


def test_an_end_that_is_too_long_is_not_waited_for(blocking: Blocking, patient: None) -> None:
    client, server = blocking(flood)
    began = time.monotonic()
    read_all(client.stream(CHAT, MESSAGE, None, EventStream))
    assert time.monotonic() - began < 3
    server.wait_for_connections(0)


def test_a_call_takes_the_connection_of_the_stream_before(
    blocking: Blocking, patient: None
) -> None:
    client, server = blocking(chat(late=0.05), answer(200, {}))
    leave_at_done(client.stream(CHAT, MESSAGE, None, EventStream))
    client.call(GET, {"id": "1"})
    assert server.connections == 1


@not_over("aiohttp", "aiohttp is async only")
def test_the_sockets_of_the_users_own_client_are_not_waited_for(
    blocking: Blocking, patient: None
) -> None:
    with httpx.Client() as own:
        client, server = blocking(chunks(*ANSWER, final=False), http_client=own)
        began = time.monotonic()
        read_all(client.stream(CHAT, MESSAGE, None, EventStream))
        assert time.monotonic() - began < 3
        server.wait_for_connections(0)


def test_another_thread_may_close_a_stream_that_is_being_opened(blocking: Blocking) -> None:
    def close_and_answer(exchange: Exchange) -> None:
        stream.close()
        chat()(exchange)

    client, server = blocking(close_and_answer)
    stream = client.stream(CHAT, MESSAGE, None, EventStream)
    assert list(stream) == []
    server.wait_for_connections(0)
