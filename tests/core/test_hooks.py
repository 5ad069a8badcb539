"""Hooks: told about every try and what became of it, never about a key, and never in the way."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from lvng_core import (
    APIConnectionError,
    AsyncClient,
    ConfigurationError,
    DecodeError,
    Hooks,
    NotFoundError,
    RequestEvent,
    RequestOptions,
    ServerError,
)
from support.clock import FakeClock
from support.events import chat
from support.samples import CHAT, CREATE, GET, KEY
from support.scripted_server import Serve, answer, redirect, reset, stall
from support.sync_async import Connect, plain, stream_of

BUSY = answer(503, {"error": "busy"}, {"X-Request-Id": "req_1"})
OK = answer(200, {"ok": True}, {"X-Request-Id": "req_2"})


class Diary:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.hooks = Hooks(
            on_request=self.events.append,
            on_response=self.events.append,
            on_retry=self.events.append,
        )

    @property
    def lines(self) -> list[tuple[Any, ...]]:
        return [self._line(event) for event in self.events]

    @staticmethod
    def _line(event: Any) -> tuple[Any, ...]:
        name = type(event).__name__.removesuffix("Event").lower()
        if isinstance(event, RequestEvent):
            return (name, event.attempt)
        error = type(event.error).__name__ if event.error else None
        if name == "retry":
            return (name, error, event.delay)
        return (name, event.status_code, event.request_id, error)


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_each_try_is_told_from_its_beginning_to_its_end(
    connect: Connect, serve: Serve, diary: Diary, clock: FakeClock
) -> None:
    server = serve(BUSY, reset, OK)
    connect(server, hooks=diary.hooks).call(CREATE, {"name": "x"})
    assert diary.lines == [
        ("request", 1),
        ("response", 503, "req_1", "ServerError"),
        ("retry", "ServerError", 0.2),
        ("request", 2),
        ("response", None, None, "APIConnectionError"),
        ("retry", "APIConnectionError", pytest.approx(0.6)),
        ("request", 3),
        ("response", 200, "req_2", None),
    ]
    first = diary.events[0]
    assert (first.operation, first.method) == ("things.create", "POST")
    assert first.url == f"{server.url}/api/v2/things"
    assert [event.request for event in diary.events[1:3]] == [first, first]
    assert all(0 <= event.elapsed < 5 for event in diary.events if hasattr(event, "elapsed"))


def test_the_last_failure_is_told_without_a_retry(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    client = connect(serve(answer(404, {"error": "gone"})), hooks=diary.hooks)
    with pytest.raises(NotFoundError) as caught:
        client.request("GET", "/api/v2/things/7", query={"token": "t"})
    assert diary.lines == [("request", 1), ("response", 404, None, "NotFoundError")]
    assert diary.events[1].error is caught.value
    assert diary.events[0].operation == "GET /api/v2/things/7"
    assert "token" not in diary.events[0].url


def test_a_redirection_and_a_body_that_cannot_be_read_are_told(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    packed = answer(200, b"no gzip", {"Content-Encoding": "gzip"})
    client = connect(serve(redirect(307, "/elsewhere"), packed), hooks=diary.hooks)
    with pytest.raises(DecodeError):
        client.call(GET, {"id": "1"})
    assert diary.lines == [
        ("request", 1),
        ("response", 307, None, None),
        ("request", 1),
        ("response", 200, None, "DecodeError"),
    ]
    assert diary.events[2].url.endswith("/elsewhere")


def test_a_stream_is_told_when_it_begins(connect: Connect, serve: Serve, diary: Diary) -> None:
    stream = stream_of(connect(serve(chat()), hooks=diary.hooks), CHAT, {"message": "hi"})
    assert diary.events == []
    for _ in stream:
        assert diary.lines == [("request", 1), ("response", 200, None, None)]


def test_a_call_that_is_cancelled_is_told_as_neither(serve: Serve, diary: Diary) -> None:
    async def main(url: str) -> None:
        async with AsyncClient(KEY, base_url=url, hooks=diary.hooks) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.call(GET, {"id": "1"}), 0.1)

    asyncio.run(main(serve(stall).url))
    assert diary.lines == [("request", 1), ("response", None, None, None)]


def test_headers_can_be_added_but_not_replaced(connect: Connect, serve: Serve) -> None:
    def trace(event: RequestEvent) -> None:
        event.headers["traceparent"] = f"00-{event.attempt}"
        event.headers["authorization"] = "Bearer other"
        event.headers["x-mine"] = "hook"

    server = serve(BUSY, OK)
    client = connect(server, hooks=Hooks(on_request=trace), default_headers={"X-Mine": "client"})
    client.call(CREATE, {"name": "x"})
    assert [seen.header("traceparent") for seen in server.requests] == ["00-1", "00-2"]
    assert server.last.header("authorization") == f"Bearer {KEY}"
    assert server.last.header("x-mine") == "client"


@pytest.mark.parametrize(
    "headers",
    [{"X-A": "a\r\nX-B: b"}, {"X A": "a"}, {"X-A": 1}, {"Content-Length": "9"}],
    ids=["line-break", "name", "number", "framing"],
)
def test_headers_that_cannot_be_sent_are_left_out(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture, headers: dict[str, Any]
) -> None:
    server = serve(OK)
    hooks = Hooks(on_request=lambda event: event.headers.update(headers))
    assert connect(server, hooks=hooks).call(GET, {"id": "1"}) == {"ok": True}
    assert server.last.all("x-a") == server.last.all("x-b") == []
    assert "A hook added headers that cannot be sent" in caplog.text


@pytest.mark.parametrize("name", ["on_request", "on_response", "on_retry"])
def test_a_hook_that_raises_is_logged_and_the_call_goes_on(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture, name: str, diary: Diary
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("oops")

    server = serve(BUSY, OK)
    client = connect(server, hooks=[Hooks(**{name: fail}), diary.hooks])
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert len(diary.events) == 5
    assert f"The hook {name} raised" in caplog.text
    assert {record.name for record in caplog.records if record.levelno >= logging.ERROR} == {"lvng"}
    assert KEY not in caplog.text


def test_hooks_are_added_by_a_view(connect: Connect, serve: Serve, diary: Diary) -> None:
    other = Diary()
    client = connect(serve(OK), hooks=[diary.hooks])
    client.with_options(hooks=other.hooks).call(GET, {"id": "1"})
    assert diary.lines == other.lines == [("request", 1), ("response", 200, "req_2", None)]
    client.call(GET, {"id": "1"})
    assert (len(diary.events), len(other.events)) == (4, 2)


def test_no_event_shows_a_key(connect: Connect, serve: Serve, diary: Diary) -> None:
    client = connect(
        serve(answer(500, {"error": "no"})), hooks=diary.hooks, default_headers={"x-api-key": KEY}
    )
    with pytest.raises(ServerError):
        client.call(GET, {"id": "1"}, RequestOptions(max_retries=1))
    assert len(diary.events) == 5
    for event in diary.events:
        assert KEY not in repr(event)
        request = getattr(event, "request", event)
        assert KEY not in repr([getattr(request, name) for name in type(request).__slots__])


async def later(_: object) -> None:
    """An async function."""


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Hooks(on_request="print"), "on_request must be a function, got 'print'"),  # type: ignore[arg-type]  # tried
        (lambda: Hooks(on_retry=later), "on_retry must be a plain function, not an async one"),
    ],
    ids=["text", "async"],
)
def test_what_is_no_hook_is_refused(make: Callable[[], Hooks], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        make()


@pytest.mark.parametrize("hooks", [print, [print], None, {"on_request": print}], ids=str)
def test_what_are_no_hooks_is_refused(connect: Connect, serve: Serve, hooks: object) -> None:
    with pytest.raises(ConfigurationError, match="hooks must be Hooks, or a list of them, got"):
        connect(serve(OK), hooks=hooks)


def test_a_client_keeps_its_hooks_in_a_pickle(connect: Connect, serve: Serve) -> None:
    client = plain(connect(serve(OK), hooks=Hooks(on_retry=print)))
    again = pickle.loads(pickle.dumps(client))
    assert again._settings.hooks == (Hooks(on_retry=print),)


def test_a_failure_without_an_answer_says_so(connect: Connect, serve: Serve, diary: Diary) -> None:
    client = connect("http://127.0.0.1:1", hooks=diary.hooks, max_retries=0)
    with pytest.raises(APIConnectionError):
        client.call(GET, {"id": "1"})
    assert diary.lines == [("request", 1), ("response", None, None, "APIConnectionError")]
