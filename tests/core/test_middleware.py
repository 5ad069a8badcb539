"""Middleware: around every attempt it sees, changes, answers, delays and repeats, and never meets a key."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    AsyncClient,
    CallNext,
    Client,
    ConfigurationError,
    DecodeError,
    Flow,
    InvalidArgumentError,
    NotFoundError,
    Operation,
    Request,
    RequestOptions,
    Response,
    ServerError,
    SSEEvent,
    StreamError,
)
from support.backends import KEEPS, not_over
from support.clock import FakeClock
from support.events import DONE, chat
from support.samples import CHAT, CREATE, DOWNLOAD, GET, KEY, UPLOAD
from support.scripted_server import Serve, answer, chunks, half, redirect, reset, stall
from support.sync_async import Colour, Connect, plain, stream_of

BUSY = answer(503, {"error": "busy"}, {"X-Request-Id": "req_1"})
OK = answer(200, {"ok": True}, {"X-Request-Id": "req_2"})


class Diary:
    """Writes down each attempt and what came of it."""

    def __init__(self) -> None:
        self.lines: list[tuple[Any, ...]] = []
        self.requests: list[Request] = []
        self.responses: list[Response] = []
        self.ends: list[BaseException | None] = []

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        self.requests.append(request)
        if request.call.state.setdefault(self, True):
            request.call.on_end(self.ends.append)
            request.call.state[self] = False
        before = request.previous_error
        self.lines.append(("request", request.attempt, type(before).__name__ if before else None))
        try:
            response = yield from call_next(request)
        except BaseException as error:
            self.lines.append((type(error).__name__,))
            raise
        self.lines.append(("response", response.status_code, response.request_id))
        self.responses.append(response)
        return response


@pytest.fixture
def diary() -> Diary:
    return Diary()


def native(colour: Colour, change: Callable[[Request], None]) -> Any:
    """A middleware that waits by itself, of the kind that the client at hand takes."""
    if colour.name == "sync":

        def sync_middleware(request: Request, call_next: CallNext[Response]) -> Response:
            change(request)
            response = call_next(request)
            response.headers["x-seen"] = str(response.status_code)
            return response

        return sync_middleware

    async def async_middleware(
        request: Request, call_next: CallNext[Awaitable[Response]]
    ) -> Response:
        change(request)
        response = await call_next(request)
        response.headers["x-seen"] = str(response.status_code)
        return response

    return async_middleware


# What it sees


def test_middleware_runs_around_every_attempt(
    connect: Connect, serve: Serve, diary: Diary, clock: FakeClock
) -> None:
    server = serve(BUSY, reset, OK)
    connect(server, middleware=diary).call(CREATE, {"name": "x"})
    assert diary.lines == [
        ("request", 1, None),
        ("response", 503, "req_1"),
        ("request", 2, "ServerError"),
        ("APIConnectionError",),
        ("request", 3, "APIConnectionError"),
        ("response", 200, "req_2"),
    ]
    assert clock.waits == [0.2, pytest.approx(0.6)]
    first = diary.requests[0]
    assert (first.operation, first.method) == ("things.create", "POST")
    assert first.url == f"{server.url}/api/v2/things"
    assert first.content == b'{"name":"x"}'
    assert first.headers["idempotency-key"] == first.headers["Idempotency-Key"]
    assert diary.responses[1].json() == {"ok": True}
    assert diary.responses[1].headers["Content-Type"] == "application/json"
    assert all(0 <= response.elapsed < 5 for response in diary.responses)
    assert diary.ends == [None]


def test_middleware_sees_an_error_response_before_it_is_raised(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    client = connect(serve(answer(404, {"error": "gone"})), middleware=[diary])
    with pytest.raises(NotFoundError) as caught:
        client.request("GET", "/api/v2/things/7", query={"a": "b"})
    assert diary.lines == [("request", 1, None), ("response", 404, None)]
    assert diary.requests[0].operation == "GET /api/v2/things/7"
    assert diary.requests[0].url.endswith("/api/v2/things/7?a=b")
    assert diary.responses[0].json() == {"error": "gone"}
    assert diary.ends == [caught.value]


def test_middleware_sees_redirects_and_undecodable_bodies(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    packed = answer(200, b"no gzip", {"Content-Encoding": "gzip"})
    client = connect(serve(redirect(307, "/elsewhere"), packed), middleware=diary)
    with pytest.raises(DecodeError) as caught:
        client.call(GET, {"id": "1"})
    assert diary.lines == [
        ("request", 1, None),
        ("response", 307, None),
        ("request", 1, None),
        ("response", 200, None),
    ]
    assert diary.requests[1].url.endswith("/elsewhere")
    assert diary.ends == [caught.value]


def test_middleware_sees_the_end_of_a_cancelled_call(serve: Serve, diary: Diary) -> None:
    async def main(url: str) -> None:
        async with AsyncClient(KEY, base_url=url, middleware=diary) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.call(GET, {"id": "1"}), 0.1)

    asyncio.run(main(serve(stall).url))
    assert diary.lines == [("request", 1, None), ("GeneratorExit",)]
    assert [type(error) for error in diary.ends] == [asyncio.CancelledError]


def test_middleware_never_sees_a_key(connect: Connect, serve: Serve, diary: Diary) -> None:
    server = serve(answer(500, {"error": f"no {KEY}"}))
    client = connect(server, middleware=diary, default_headers={"X-Own": "secret-header"})
    with pytest.raises(ServerError):
        client.call(GET, {"id": "1"}, RequestOptions(max_retries=1))
    assert server.last.header("authorization") == f"Bearer {KEY}"
    for request in diary.requests:
        assert KEY not in f"{request!r} {dict(request.headers)} {request.url} {request.content!r}"
        assert "secret-header" not in repr(request)
        assert "authorization" not in request.headers
    assert [repr(one) for one in diary.responses] == ["<Response 500>"] * 2


def test_the_credential_tells_callers_apart_and_nothing_else(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    server = serve(OK)
    for key in (KEY, KEY, "another"):
        connect(server, middleware=diary, api_key=key).call(GET, {"id": "1"})
    own = RequestOptions(headers={"Authorization": "Bearer own"})
    connect(server, middleware=diary).call(GET, {"id": "1"}, own)
    first, same, other, header = (request.credential for request in diary.requests)
    assert first == same
    assert len({first, other, header}) == 3
    assert KEY not in first


# What it changes


def test_middleware_may_change_a_request(connect: Connect, serve: Serve) -> None:
    def change(request: Request, call_next: CallNext[Flow]) -> Flow:
        request.headers["traceparent"] = f"00-{request.attempt}"
        request.headers["X-MINE"] = "middleware"
        request.url += "?dry_run=true"
        request.content = b'{"name": "changed"}'
        return (yield from call_next(request))

    server = serve(BUSY, OK)
    client = connect(server, middleware=change, default_headers={"X-Mine": "client"})
    client.call(CREATE, {"name": "x"})
    assert [seen.header("traceparent") for seen in server.requests] == ["00-1", "00-2"]
    for seen in server.requests:
        assert seen.header("x-mine") == "middleware"
        assert seen.target == "/api/v2/things?dry_run=true"
        assert seen.json() == {"name": "changed"}
        assert seen.header("content-type") == "application/json"
        assert seen.header("authorization") == f"Bearer {KEY}"
    assert len({seen.header("idempotency-key") for seen in server.requests}) == 1


def test_a_form_is_sent_as_it_is_unless_it_is_replaced(connect: Connect, serve: Serve) -> None:
    def stamp(request: Request, call_next: CallNext[Flow]) -> Flow:
        assert request.content is None
        request.headers["x-stamp"] = "1"
        if request.attempt > 1:
            request.content = b"replaced"
        return (yield from call_next(request))

    server = serve(BUSY, OK)
    connect(server, middleware=stamp).call(UPLOAD, {"file": ("a.txt", b"content")})
    first, second = server.requests
    assert b"content" in first.body
    assert first.header("x-stamp") == "1"
    assert second.body == b"replaced"


def test_a_response_can_be_changed(connect: Connect, serve: Serve) -> None:
    def change(request: Request, call_next: CallNext[Flow]) -> Flow:
        response = yield from call_next(request)
        response.content = response.content.replace(b"true", b"false")
        return response

    client = connect(serve(OK), middleware=change)
    assert client.call(GET, {"id": "1"}) == {"ok": False}
    assert client.request("GET", "/api/v2/things").json() == {"ok": False}


def test_a_request_can_be_answered_without_a_server(connect: Connect) -> None:
    def cached(request: Request, call_next: CallNext[Flow]) -> Flow:
        return Response(json={"from": "cache"})
        yield from call_next(request)  # type: ignore[unreachable]  # what makes it a generator

    client = connect("http://127.0.0.1:1", middleware=cached)
    assert client.call(GET, {"id": "1"}) == {"from": "cache"}
    response = client.request("GET", "/api/v2/things")
    assert (response.status_code, response.json()) == (200, {"from": "cache"})
    assert "authorization" not in response.request.headers


def test_one_response_can_answer_many_calls(connect: Connect, serve: Serve) -> None:
    kept: dict[str, Response] = {"GET /api/v2/none": Response(json={"always": True})}

    def memo(request: Request, call_next: CallNext[Flow]) -> Flow:
        if request.operation not in kept:
            kept[request.operation] = yield from call_next(request)
        return kept[request.operation]

    server = serve(answer(200, {"ok": True}, {"X-Request-Id": "req_1"}))
    first, second = (connect(server, middleware=memo) for _ in range(2))
    for client in (first, second, first):
        assert client.call(GET, {"id": "1"}) == {"ok": True}
        response = client.request("GET", "/api/v2/none")
        assert response.json() == {"always": True}
        assert response.request.url.path == "/api/v2/none"
    assert len(server.requests) == 1


def test_an_answer_of_a_failure_is_an_error_and_is_retried(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    def refuse(request: Request, call_next: CallNext[Flow]) -> Flow:
        if request.attempt == 1:
            return Response(503, headers={"Retry-After": "7"}, json={"error": "not now"})
        return (yield from call_next(request))

    server = serve(OK)
    assert connect(server, middleware=refuse).call(GET, {"id": "1"}) == {"ok": True}
    assert clock.waits == [7.0]
    assert len(server.requests) == 1


def test_a_stream_and_a_download_can_be_answered(connect: Connect) -> None:
    def answered(request: Request, call_next: CallNext[Flow]) -> Flow:
        if request.operation == CHAT.id:
            kind = {"Content-Type": "text/event-stream"}
            return Response(headers=kind, content=b'event: done\ndata: {"a": 1}\n\n')
        return Response(content=b"a file")
        yield from call_next(request)  # type: ignore[unreachable]  # what makes it a generator

    client = connect("http://127.0.0.1:1", middleware=answered)
    (event,) = stream_of(client, CHAT, {"message": "hi"})
    assert (event.event, event.data) == ("done", {"a": 1})
    assert client.download(DOWNLOAD, {"id": "1"}).read() == b"a file"


def test_a_packed_response_is_unpacked_before_it_is_seen(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    import gzip

    packed = answer(
        200,
        gzip.compress(b'{"ok": true}'),
        {"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )

    def copy(request: Request, call_next: CallNext[Flow]) -> Flow:
        response = yield from call_next(request)
        return Response(headers=response.headers, content=response.content)

    client = connect(serve(packed), middleware=[copy, diary])
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert diary.responses[0].json() == {"ok": True}
    assert client.request("GET", "/api/v2/things").json() == {"ok": True}


def test_a_failure_of_the_network_can_be_replaced(connect: Connect) -> None:
    def fallback(request: Request, call_next: CallNext[Flow]) -> Flow:
        try:
            return (yield from call_next(request))
        except APIConnectionError:
            return Response(json={"stale": True})

    assert connect("http://127.0.0.1:1", middleware=fallback).call(GET, {"id": "1"}) == {
        "stale": True
    }


def test_the_next_step_may_be_taken_twice(connect: Connect, serve: Serve) -> None:
    def again(request: Request, call_next: CallNext[Flow]) -> Flow:
        response = yield from call_next(request)
        if response.status_code == 404:
            request.url = request.url.replace("things/1", "things/2")
            response = yield from call_next(request)
        return response

    server = serve(answer(404, {"error": "no"}), OK)
    assert connect(server, middleware=again).call(GET, {"id": "1"}) == {"ok": True}
    assert [seen.target for seen in server.requests] == ["/api/v2/things/1", "/api/v2/things/2"]


# Delays


def test_middleware_may_sleep_in_both_clients(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    def pace(request: Request, call_next: CallNext[Flow]) -> Flow:
        yield from request.sleep(1.5)
        return (yield from call_next(request))

    connect(serve(OK), middleware=pace).call(GET, {"id": "1"})
    assert clock.waits == [1.5]


def test_middleware_does_not_sleep_past_the_deadline(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    def pace(request: Request, call_next: CallNext[Flow]) -> Flow:
        yield from request.sleep(request.time_left + 1)
        return (yield from call_next(request))

    client = connect(serve(OK), middleware=pace, deadline=5.0)
    with pytest.raises(APITimeoutError, match=r"things\.get would have to wait 6\.0 s"):
        client.call(GET, {"id": "1"})
    assert clock.waits == []


# Order and kinds


def test_the_first_is_the_outermost_and_a_view_adds_within(connect: Connect, serve: Serve) -> None:
    order: list[str] = []

    def named(name: str, request: Request, call_next: CallNext[Flow]) -> Flow:
        order.append(name)
        response = yield from call_next(request)
        order.append(name.upper())
        return response

    client = connect(serve(OK), middleware=[partial(named, "a"), partial(named, "b")])
    client.with_options(middleware=partial(named, "c")).call(GET, {"id": "1"})
    assert "".join(order) == "abcCBA"
    client.call(GET, {"id": "1"})
    assert "".join(order[6:]) == "abBA"


def test_native_and_generator_middleware_are_combined(
    connect: Connect, serve: Serve, colour: Colour, diary: Diary, clock: FakeClock
) -> None:
    seen: list[int] = []
    own = native(colour, lambda request: seen.append(request.attempt))
    server = serve(BUSY, reset, OK)
    client = connect(server, middleware=[diary, own, diary, own])
    response = client.request("PUT", "/api/v2/things/1")
    assert response.headers["x-seen"] == "200"
    assert seen == [1, 1, 2, 2, 3, 3]
    assert len(diary.lines) == 12
    assert diary.lines[4:8] == [("request", 2, "ServerError")] * 2 + [("APIConnectionError",)] * 2
    assert diary.ends == [None]


def test_a_plain_function_that_only_changes_the_request_serves_both_clients(
    connect: Connect, serve: Serve
) -> None:
    def stamp(request: Request, call_next: CallNext[Any]) -> Any:
        request.headers["x-stamp"] = "1"
        return call_next(request)

    server = serve(OK)
    assert connect(server, middleware=stamp).call(GET, {"id": "1"}) == {"ok": True}
    assert server.last.header("x-stamp") == "1"


def test_a_cancellation_reaches_the_async_function(serve: Serve) -> None:
    seen: list[type[BaseException]] = []

    async def watch(request: Request, call_next: CallNext[Awaitable[Response]]) -> Response:
        try:
            return await call_next(request)
        except BaseException as error:
            seen.append(type(error))
            raise

    async def main(url: str) -> None:
        async with AsyncClient(KEY, base_url=url, middleware=watch) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.call(GET, {"id": "1"}), 0.1)

    asyncio.run(main(serve(stall).url))
    assert seen == [asyncio.CancelledError]


# Streams


def test_a_stream_is_seen_from_its_beginning_to_its_end(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    events: list[SSEEvent] = []

    def watch(request: Request, call_next: CallNext[Flow]) -> Flow:
        request.call.on_event(events.append)
        response = yield from call_next(request)
        assert response.is_stream
        assert response.content == b""
        return response

    stream = stream_of(connect(serve(chat()), middleware=[diary, watch]), CHAT, {"message": "hi"})
    assert diary.lines == []
    read: list[SSEEvent] = []
    for event in stream:
        read.append(event)
        assert events == read
        assert diary.ends == []
    assert diary.lines == [("request", 1, None), ("response", 200, None)]
    assert diary.ends == [None]


STEP = b'id: 1\nevent: step\ndata: {"n": 1}\n\n'
TAIL: Operation[object] = Operation(
    "runs.events",
    "GET",
    "/api/v2/runs/1/events",
    accept="text/event-stream",
    stream_end=("done",),
    idempotent=True,
)


def test_a_stream_that_is_resumed_is_one_call(connect: Connect, serve: Serve, diary: Diary) -> None:
    cut = chunks(STEP, final=False, then="close")
    server = serve(cut, answer(503, {}), chunks(DONE))
    events = list(stream_of(connect(server, middleware=diary), TAIL, {}))
    assert [event.event for event in events] == ["step", "done"]
    assert [line[:2] for line in diary.lines] == [
        ("request", 1),
        ("response", 200),
        ("request", 1),
        ("response", 503),
        ("request", 2),
        ("response", 200),
    ]
    assert len({id(request.call) for request in diary.requests}) == 1
    assert diary.requests[1].headers["last-event-id"] == "1"
    assert diary.ends == [None]


def test_a_stream_that_cannot_be_resumed_ends_with_its_error(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    server = serve(chunks(STEP, final=False, then="close"), answer(404, {}))
    with pytest.raises(StreamError) as caught:
        list(stream_of(connect(server, middleware=diary), TAIL, {}))
    assert diary.ends == [caught.value]


def test_a_stream_that_is_left_ends_without_an_error(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    stream = stream_of(connect(serve(chat()), middleware=diary), CHAT, {"message": "hi"})
    next(iter(stream))
    stream.close()
    assert diary.ends == [None]


def test_a_stream_that_breaks_ends_with_its_error(
    connect: Connect, serve: Serve, diary: Diary
) -> None:
    broken = chunks(b'event: text_delta\ndata: {"delta": "a"}\n\n', final=False, then="close")
    stream = stream_of(connect(serve(broken), middleware=diary), CHAT, {"message": "hi"})
    with pytest.raises(StreamError) as caught:
        list(stream)
    assert diary.ends == [caught.value]


def test_a_download_ends_when_it_was_read(connect: Connect, serve: Serve, diary: Diary) -> None:
    client = connect(serve(answer(200, b"data"), half()), middleware=diary)
    assert client.download(DOWNLOAD, {"id": "1"}).read() == b"data"
    assert diary.ends == [None]
    with pytest.raises(APIConnectionError) as caught:
        client.download(DOWNLOAD, {"id": "1"}).read()
    assert diary.ends[1:] == [caught.value]


@not_over("aiohttp", KEEPS)
def test_a_stream_that_is_replaced_frees_its_connection(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    def replace(request: Request, call_next: CallNext[Flow]) -> Flow:
        yield from call_next(request)
        return Response(404, json={"error": "no"})

    server = serve(chat())
    client = connect(server, middleware=replace, max_retries=0)
    with pytest.raises(NotFoundError):
        list(stream_of(client, CHAT, {"message": "hi"}))
    server.wait_for_connections(0)


# Errors of the middleware itself


def test_an_exception_of_middleware_is_raised_unchanged(
    connect: Connect, serve: Serve, colour: Colour, diary: Diary
) -> None:
    def fail(request: Request) -> None:
        raise ZeroDivisionError("oops")

    def fail_after(request: Request, call_next: CallNext[Flow]) -> Flow:
        yield from call_next(request)
        raise ServerError("mine", status_code=503)

    server = serve(OK)
    with pytest.raises(ZeroDivisionError, match="oops"):
        connect(server, middleware=[diary, native(colour, fail)]).call(GET, {"id": "1"})
    assert server.requests == []
    assert diary.lines[1:] == [("ZeroDivisionError",)]
    assert [type(error) for error in diary.ends] == [ZeroDivisionError]
    with pytest.raises(ServerError, match="mine"):  # and is not retried
        connect(server, middleware=fail_after).call(GET, {"id": "1"})
    assert len(server.requests) == 1


def test_a_callback_that_raises_is_logged_and_the_call_goes_on(
    connect: Connect, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("oops")

    def watch(request: Request, call_next: CallNext[Flow]) -> Flow:
        request.call.on_end(fail)
        request.call.on_event(fail)
        return (yield from call_next(request))

    client = connect(serve(chat(), OK), middleware=watch)
    assert list(stream_of(client, CHAT, {"message": "hi"}))
    assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert "A callback of middleware raised; things.get continues." in caplog.text
    assert {record.name for record in caplog.records if record.levelname == "ERROR"} == {"lvng"}


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"X-A": "a\r\nX-B: b"}, "the value of 'x-a' must be ASCII without line breaks"),
        ({"Content-Length": "9"}, "content-length is set by the SDK"),
    ],
    ids=["line-break", "framing"],
)
def test_headers_that_cannot_be_sent_are_refused(
    connect: Connect, serve: Serve, headers: dict[str, str], text: str
) -> None:
    def change(request: Request, call_next: CallNext[Flow]) -> Flow:
        request.headers.update(headers)
        return (yield from call_next(request))

    server = serve(OK)
    with pytest.raises(ConfigurationError, match=text):
        connect(server, middleware=change).call(GET, {"id": "1"})
    assert server.requests == []


def test_the_credentials_go_to_no_other_server(connect: Connect, serve: Serve) -> None:
    def divert(request: Request, call_next: CallNext[Flow]) -> Flow:
        request.url = "https://user:pass@elsewhere.example/api"
        return (yield from call_next(request))

    with pytest.raises(ConfigurationError, match="not its server: got https://elsewhere") as caught:
        connect(serve(OK), middleware=divert).call(GET, {"id": "1"})
    assert "pass" not in str(caught.value)


def nothing(request: Request, call_next: CallNext[Flow]) -> Any:
    yield from call_next(request)


def other(request: Request, call_next: Any) -> Any:
    return (yield from call_next("GET"))


@pytest.mark.parametrize(
    ("middleware", "text"),
    [
        (nothing, "nothing must return the response, got None"),
        (other, "other must pass the request to call_next, got 'GET'"),
    ],
)
def test_middleware_that_passes_or_returns_a_wrong_type_is_named(
    connect: Connect, serve: Serve, middleware: Any, text: str
) -> None:
    with pytest.raises(ConfigurationError, match=text):
        connect(serve(OK), middleware=middleware).call(GET, {"id": "1"})


@pytest.mark.parametrize("given", [None, [None], "print", {"a": print}], ids=str)
def test_an_invalid_middleware_option_is_refused(
    connect: Connect, serve: Serve, given: object
) -> None:
    with pytest.raises(ConfigurationError, match="middleware must be a function, or a list of"):
        connect(serve(OK), middleware=given)


async def asynchronous(request: Request, call_next: CallNext[Awaitable[Response]]) -> Response:
    return await call_next(request)


def test_an_async_function_is_for_the_async_client(serve: Serve) -> None:
    url = serve(OK).url
    with pytest.raises(ConfigurationError, match="asynchronous is an async function, which only"):
        Client(KEY, base_url=url, middleware=asynchronous)  # type: ignore[arg-type]  # tried


def test_a_response_has_content_or_json() -> None:
    with pytest.raises(InvalidArgumentError, match="content or json, not both"):
        Response(content=b"a", json={})
    assert Response(404).is_success is False


def test_a_client_keeps_its_middleware_in_a_pickle(connect: Connect, serve: Serve) -> None:
    client = plain(connect(serve(OK), middleware=nothing))
    again = pickle.loads(pickle.dumps(client))
    assert again._settings.middleware == client._settings.middleware
    assert again._settings.middleware[0].is_flow


def test_the_next_step_may_be_taken_twice_at_once(serve: Serve) -> None:
    async def hedge(request: Request, call_next: CallNext[Awaitable[Response]]) -> Response:
        both = [asyncio.ensure_future(call_next(request)) for _ in range(2)]
        first, _ = await asyncio.gather(*both)
        return first

    async def main(url: str) -> object:
        async with AsyncClient(KEY, base_url=url, middleware=hedge) as client:
            return await client.call(GET, {"id": "1"})

    server = serve(OK)
    assert asyncio.run(main(server.url)) == {"ok": True}
    assert len(server.requests) == 2
