"""Retries over real sockets: which calls are made again after what, with which key, and how long they wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from lvng_core import (
    APIConnectionError,
    Client,
    LvngError,
    RateLimitError,
    RequestOptions,
    ServerError,
)
from support.clock import FakeClock
from support.samples import CHAT, CREATE, DELETE, GET, REPLACE, UPDATE, UPDATE_SAFELY
from support.scripted_server import (
    Serve,
    Step,
    answer,
    chunks,
    closed_port,
    half,
    hang_up,
    raw,
    reset,
)
from support.sync_async import Connect, stream_of

NO_KEY = RequestOptions(idempotency_key=None)
OWN_KEY = RequestOptions(idempotency_key="my-key")

Call = Callable[[Client], Any]

REPEATABLE: dict[str, Call] = {
    "GET": lambda client: client.call(GET, {"id": "1"}),
    "PUT": lambda client: client.call(REPLACE, {"body": []}),
    "DELETE": lambda client: client.call(DELETE, {"id": "1"}),
    "HEAD": lambda client: client.request("HEAD", "/x"),
    "OPTIONS": lambda client: client.request("OPTIONS", "/x"),
    "POST": lambda client: client.call(CREATE, {"name": "a"}),
    "POST own": lambda client: client.request("POST", "/x", json={}),
    "PATCH marked": lambda client: client.call(UPDATE_SAFELY, {"id": "1"}),
    "PATCH keyed": lambda client: client.call(UPDATE, {"id": "1", "name": "a"}, OWN_KEY),
}
ONCE_ONLY: dict[str, Call] = {
    "POST no key": lambda client: client.call(CREATE, {"name": "a"}, NO_KEY),
    "PATCH": lambda client: client.call(UPDATE, {"id": "1", "name": "a"}),
}
EVERY = {**REPEATABLE, **ONCE_ONLY}

WAITS = pytest.approx([0.2, 0.6, 1.8])

every_call = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY.keys())
repeatable_calls = pytest.mark.parametrize("make", REPEATABLE.values(), ids=REPEATABLE.keys())
calls_once = pytest.mark.parametrize("make", ONCE_ONLY.values(), ids=ONCE_ONLY.keys())


def tries(connect: Connect, serve: Serve, make: Call, step: Step) -> int:
    """How often a call is sent that may be repeated twice."""
    server = serve(step)
    with pytest.raises(LvngError) as caught:
        make(connect(server, max_retries=2))
    assert caught.value.attempts == len(server.requests)
    return len(server.requests)


@every_call
@pytest.mark.parametrize("status", [429, 503])
def test_statuses_429_and_503_are_retried_by_every_call(
    connect: Connect, serve: Serve, make: Call, status: int
) -> None:
    assert tries(connect, serve, make, answer(status)) == 3


MAYBE = [408, 425, 500, 502, 504, 520, 521, 522, 523, 524, 529]


@repeatable_calls
def test_other_failures_are_sent_again_by_calls_that_may_be_repeated(
    connect: Connect, serve: Serve, make: Call
) -> None:
    for status in MAYBE:
        assert tries(connect, serve, make, answer(status)) == 3, status


@calls_once
def test_other_failures_are_not_sent_again_by_calls_that_may_not(
    connect: Connect, serve: Serve, make: Call
) -> None:
    for status in MAYBE:
        assert tries(connect, serve, make, answer(status)) == 1, status


@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 405, 409, 410, 413, 422, 451, 501, 505, 507, 511]
)
def test_permanent_errors_are_not_retried(connect: Connect, serve: Serve, status: int) -> None:
    assert tries(connect, serve, REPEATABLE["GET"], answer(status)) == 1


BROKEN: dict[str, Step] = {
    "reset": reset,
    "hang up": hang_up,
    "half a head": raw(b"HTTP/1.1 200 O"),
    "half a body": half(),
    "half a body, reset": half(then="reset"),
    "garbage": raw(b"\x15\x03\x01\x00\x02\x02\x16"),
}
broken = pytest.mark.parametrize("step", BROKEN.values(), ids=BROKEN.keys())


@broken
@pytest.mark.parametrize("name", ["GET", "DELETE", "POST", "PATCH marked", "PATCH keyed"])
def test_a_lost_answer_is_asked_for_again_by_calls_that_may_be_repeated(
    connect: Connect, serve: Serve, name: str, step: Step
) -> None:
    assert tries(connect, serve, REPEATABLE[name], step) == 3


@broken
@calls_once
def test_a_lost_answer_is_not_asked_for_again_by_calls_that_may_not(
    connect: Connect, serve: Serve, make: Call, step: Step
) -> None:
    assert tries(connect, serve, make, step) == 1


@every_call
def test_a_failed_connection_is_retried_by_every_call(
    connect: Connect, make: Call, clock: FakeClock
) -> None:
    client = connect(f"http://127.0.0.1:{closed_port()}", max_retries=2)
    with pytest.raises(APIConnectionError, match="Cannot connect") as caught:
        make(client)
    assert caught.value.attempts == 3
    assert clock.waits == pytest.approx([0.2, 0.6])


def test_a_call_succeeds_once_the_server_does(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(reset, answer(502), half(), answer(200, {"ok": True}))
    assert connect(server).call(CREATE, {"name": "a"}) == {"ok": True}
    assert clock.waits == WAITS
    assert len({seen.body for seen in server.requests}) == 1


def test_there_is_no_wait_after_the_last_try(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(answer(503))
    with pytest.raises(ServerError) as caught:
        connect(server).call(GET, {"id": "1"})
    assert len(server.requests) == caught.value.attempts == 4
    assert clock.waits == WAITS


def test_luck_spreads_the_waits(connect: Connect, serve: Serve, clock: FakeClock) -> None:
    clock.luck = 1.0
    server = serve(answer(503), answer(429, {}, {"Retry-After": "2"}), answer(200, {}))
    connect(server).call(GET, {"id": "1"})
    assert clock.waits == pytest.approx([0.25, 2.2])


def test_every_try_of_a_post_has_the_same_key_and_every_call_another(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(503), reset, answer(200, {}))
    client = connect(server)
    client.call(CREATE, {"name": "a"})
    client.call(CREATE, {"name": "a"})
    keys = [seen.header("idempotency-key") or "" for seen in server.requests]
    assert len(keys) == 4
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert all(len(key) >= 32 for key in keys)


def test_a_key_of_ones_own_is_kept_over_all_tries(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503), answer(503), answer(200, {}))
    client = connect(server)
    client.call(CREATE, {"name": "a"}, OWN_KEY)
    client.call(CREATE, {"name": "a"}, RequestOptions(headers={"idempotency-key": "my-header"}))
    keys = [seen.header("idempotency-key") for seen in server.requests]
    assert keys == ["my-key"] * 3 + ["my-header"]


@pytest.mark.parametrize("name", ["GET", "PUT", "DELETE", "PATCH marked", *ONCE_ONLY])
def test_no_other_call_has_a_key(connect: Connect, serve: Serve, name: str) -> None:
    server = serve(answer(200, [] if name == "PUT" else {}))
    EVERY[name](connect(server))
    assert server.last.header("idempotency-key") is None


NOW = datetime(2026, 11, 24, 12, 0, 0, 600_000, tzinfo=UTC)


@pytest.fixture
def noon(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a little after noon, and stays so."""
    monkeypatch.setattr(clock, "utcnow", lambda: NOW)


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("1", 1.0),
        ("1.5", 1.5),
        ("60", 60.0),
        # Four seconds ahead without the fraction that a date loses, for which one is added.
        (format_datetime(NOW + timedelta(seconds=4), usegmt=True), 4.4),
    ],
    ids=["1", "1.5", "60", "date"],
)
@pytest.mark.parametrize("status", [429, 503, 500])
def test_the_server_says_how_long_to_wait(
    connect: Connect, serve: Serve, clock: FakeClock, value: str, wait: float, status: int
) -> None:
    server = serve(answer(status, {}, {"Retry-After": value}), answer(200, {}))
    connect(server).call(GET, {"id": "1"})
    assert clock.waits == [pytest.approx(wait)]


@pytest.mark.parametrize(
    "value", ["0", "-5", "nan", "inf", "1e400", "soon", "", "Sun, 06 Nov 1994 08:49:37 GMT"]
)
def test_an_invalid_retry_after_is_ignored(
    connect: Connect, serve: Serve, clock: FakeClock, value: str
) -> None:
    server = serve(answer(429, {}, {"Retry-After": value}))
    with pytest.raises(RateLimitError) as caught:
        connect(server).call(GET, {"id": "1"})
    assert clock.waits == WAITS
    assert caught.value.retry_after == 60.0


@pytest.mark.parametrize(
    "value", ["61", "90", "600", "86400", "4294967295", "Fri, 31 Dec 2999 23:59:59 GMT"]
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_too_long_is_left_to_the_caller(
    connect: Connect, serve: Serve, clock: FakeClock, value: str, status: int
) -> None:
    server = serve(answer(status, {}, {"Retry-After": value}))
    with pytest.raises((RateLimitError, ServerError)) as caught:
        connect(server).call(GET, {"id": "1"})
    assert (len(server.requests), clock.waits) == (1, [])
    assert vars(caught.value)["retry_after"] > 60


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After-Ms": "1500"}, 1.5),
        ({"Retry-After-Ms": "1500", "Retry-After": "9"}, 1.5),
        ({"X-RateLimit-Reset": "soon"}, 0.2),
    ],
)
def test_retry_after_ms_and_rate_limit_reset_are_read(
    connect: Connect, serve: Serve, clock: FakeClock, headers: dict[str, str], wait: float
) -> None:
    connect(serve(answer(429, {}, headers), answer(200, {}))).call(GET, {"id": "1"})
    assert clock.waits == [wait]


@pytest.mark.usefixtures("noon")
def test_the_reset_of_a_rate_limit_is_waited_for(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    moment = {"X-RateLimit-Reset": (NOW + timedelta(seconds=20)).isoformat()}
    connect(serve(answer(429, {}, moment), answer(200, {}))).call(GET, {"id": "1"})
    assert clock.waits == [20.0]


def test_an_outage_is_not_multiplied_by_retries(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503))
    client = connect(server)
    view = client.with_options(timeout=9.0)
    for number in range(120):
        with pytest.raises(ServerError):
            (view if number % 2 else client).call(GET, {"id": "1"})
    assert len(server.requests) == 120 + 20
    before = len(server.requests)
    with pytest.raises(ServerError) as caught:
        client.call(GET, {"id": "1"})
    assert len(server.requests) == before + 1
    assert caught.value.attempts == 1
    assert caught.value.__notes__ == ["retries exhausted by budget"]


def test_successes_pay_for_new_retries(connect: Connect, serve: Serve) -> None:
    server = serve(answer(503))
    client = connect(server)
    for _ in range(20):
        with pytest.raises(ServerError):
            client.call(GET, {"id": "1"})
    server.script = [answer(200, {})]
    for _ in range(5):
        client.call(GET, {"id": "1"})
    server.script = [answer(503)]
    before = len(server.requests)
    with pytest.raises(ServerError):
        client.call(GET, {"id": "1"})
    assert len(server.requests) == before + 2


def test_a_stream_is_opened_again_until_it_has_begun(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    done = chunks(b"event: done\ndata: {}\n\n")
    server = serve(answer(503), reset, answer(500), done)
    events = list(stream_of(connect(server), CHAT, {"message": "hi"}))
    assert [event.event for event in events] == ["done"]
    assert clock.waits == WAITS
    assert len({seen.header("idempotency-key") for seen in server.requests}) == 1
