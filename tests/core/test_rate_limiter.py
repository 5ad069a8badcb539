"""The rate limiter: thousands of calls at the real limits without a 429, in the order in which they came."""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from lvng_core import (
    APITimeoutError,
    AsyncClient,
    CallNext,
    Client,
    ConfigurationError,
    Flow,
    Operation,
    RateLimiter,
    Request,
    RequestOptions,
)
from lvng_core._clock import set_clock
from lvng_core._rate_limiter import RATE_LIMIT, RATE_LIMITS
from lvng_sandbox import Sandbox
from lvng_sandbox.http.rate_limits import BY_TAG, DEFAULT, WINDOW
from support.clock import FakeClock
from support.contract import PACKAGES
from support.samples import GET, KEY
from support.scripted_server import Serve, answer
from support.sync_async import Connect
from support.virtual_clock import VirtualClock

BEGAN = datetime(2026, 11, 30, 12, 0, 37, tzinfo=UTC)
MODELS: Operation[dict[str, Any]] = Operation("models.list", "GET", "/api/v2/models")
TWINS: Operation[dict[str, Any]] = Operation(
    "twins.list", "GET", "/api/v2/twin-workspace/available"
)
OK = answer(200, {})


@contextmanager
def limited_sandbox(workers: int) -> Iterator[tuple[Sandbox, VirtualClock]]:
    """A sandbox with its real limits, and the one clock of it and of the client."""
    with Sandbox(rate_limits=True) as sandbox:
        sandbox.set_clock(BEGAN.isoformat(), frozen=True)
        clock = VirtualClock(workers, BEGAN, sandbox.advance)
        before = set_clock(clock)
        yield sandbox, clock
        set_clock(before)


class Statuses:
    """Counts the responses, so that no retry hides a 429."""

    def __init__(self) -> None:
        self.seen: Counter[int] = Counter()

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        response = yield from call_next(request)
        self.seen[response.status_code] += 1
        return response


def test_2000_calls_of_50_tasks_meet_no_429() -> None:
    async def main() -> None:
        options: Any = {"base_url": sandbox.base_url, "middleware": [RateLimiter(), statuses]}
        async with AsyncClient(sandbox.api_key, **options) as client:

            async def work() -> None:
                for _ in range(40):
                    await client.call(MODELS, {})
                clock.ended()

            await asyncio.gather(*(work() for _ in range(50)))

    statuses = Statuses()
    with limited_sandbox(50) as (sandbox, clock):
        asyncio.run(main())
    assert statuses.seen == {200: 2000}
    # The limit is used: 100 at once, and then 100 in each of 19 minutes.
    assert 19 * 60 <= clock.now() < 21 * 60


def test_threads_and_clients_share_the_limit_of_a_process() -> None:
    def work(number: int) -> None:
        # Another client and another limiter for each thread.
        options: Any = {"base_url": sandbox.base_url, "middleware": [RateLimiter(), statuses]}
        with Client(sandbox.api_key, **options) as client:
            for _ in range(15):
                client.call(TWINS, {})
        clock.ended()

    statuses = Statuses()
    with limited_sandbox(12) as (sandbox, clock):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses.seen == {200: 180}
    assert 2 * 60 <= clock.now() < 4 * 60


def test_waiting_calls_are_sent_in_order_of_arrival(serve: Serve) -> None:
    async def main(url: str) -> None:
        limiter = RateLimiter(default=2, window=10)
        async with AsyncClient(KEY, base_url=url, middleware=[note, limiter]) as client:

            async def work(number: int) -> None:
                await client.call(GET, {"id": str(number)})
                clock.ended()

            async with asyncio.TaskGroup() as tasks:
                for number in range(8):
                    tasks.create_task(work(number))

    came: list[str] = []

    def note(request: Request, call_next: CallNext[Flow]) -> Flow:
        came.append(urlsplit(request.url).path)
        return (yield from call_next(request))

    clock = VirtualClock(8, BEGAN)
    set_clock(clock)
    server = serve(OK)
    asyncio.run(main(server.url))
    went = [seen.target for seen in server.requests]
    for pair in range(0, 8, 2):  # the two of a window go at once
        assert sorted(went[pair : pair + 2]) == sorted(came[pair : pair + 2])
    assert clock.now() == pytest.approx(30, abs=0.1)


def test_each_tag_and_each_credential_has_a_limit_of_its_own(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    limiter = RateLimiter({"twins": 1}, default=2)
    server = serve(OK)
    client = connect(server, middleware=limiter)
    for operation in (TWINS, MODELS, MODELS):
        client.call(operation, {})
    client.call(TWINS, {}, RequestOptions(headers={"Authorization": "Bearer another"}))
    client.request("GET", "/api/v2/models/1")
    assert clock.waits == [pytest.approx(60, abs=1)]  # request() counts by its path
    client.call(GET, {"id": "1"})
    assert len(clock.waits) == 1


def test_the_remaining_header_of_the_server_is_respected(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    reset = datetime.now(UTC).timestamp() + 20
    headers = {
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": f"{reset:.3f}",
    }
    client = connect(serve(answer(200, {}, headers), OK), middleware=RateLimiter())
    client.call(GET, {"id": "1"})
    client.call(GET, {"id": "1"})
    assert clock.waits == [pytest.approx(20, abs=1)]
    client.call(GET, {"id": "1"})
    assert len(clock.waits) == 1


def test_after_a_429_all_calls_wait(connect: Connect, serve: Serve, clock: FakeClock) -> None:
    busy = answer(429, {"error": "RATE_LIMIT_EXCEEDED"}, {"Retry-After": "3"})
    client = connect(serve(busy, OK), middleware=RateLimiter(window=30))
    client.call(GET, {"id": "1"})
    assert clock.waits == [3.0, pytest.approx(27, abs=1)]


def test_a_deadline_before_the_turn_is_an_error_at_once(
    connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    server = serve(OK)
    client = connect(server, middleware=RateLimiter(default=1))
    client.call(GET, {"id": "1"})
    with pytest.raises(APITimeoutError, match=r"things\.get would have to wait .* its rate limit"):
        client.call(GET, {"id": "1"}, RequestOptions(deadline=5.0))
    assert clock.waits == []
    client.call(GET, {"id": "1"})  # and has taken nobody's place
    assert clock.waits == [pytest.approx(60, abs=1)]


def test_a_cancelled_wait_frees_its_slot(serve: Serve) -> None:
    async def main(url: str) -> None:
        limiter = RateLimiter(default=1, window=0.3)
        async with AsyncClient(KEY, base_url=url, middleware=limiter) as client:
            await client.call(GET, {"id": "1"})
            waiting = asyncio.ensure_future(client.call(GET, {"id": "2"}))
            await asyncio.sleep(0)
            waiting.cancel()
            await client.call(GET, {"id": "3"})

    set_clock(clock := VirtualClock(1, BEGAN))
    server = serve(OK)
    asyncio.run(main(server.url))
    assert [seen.target[-1] for seen in server.requests] == ["1", "3"]
    assert clock.now() < 2


def test_the_limits_are_those_of_the_contract_and_the_sandbox() -> None:
    import re

    tags = yaml.safe_load(
        (PACKAGES / "lvng-codegen/contract/openapi.yaml").read_text(encoding="utf-8")
    )["tags"]
    found = {
        tag["name"]: int(match[1])
        for tag in tags
        if (match := re.search(r"(\d+)\s+requests\s+a\s+minute", tag["description"]))
    }
    assert found == RATE_LIMITS == BY_TAG
    assert (RATE_LIMIT, 60) == (DEFAULT, WINDOW)


def test_a_limiter_in_a_pickle_paces_the_same() -> None:
    limiter = RateLimiter({"chat": 1}, default=2, window=3)
    again = pickle.loads(pickle.dumps(limiter))
    assert vars(again) == vars(limiter)
    assert repr(again) == "<RateLimiter of 2 calls in 3 s>"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"limits": {"chat": 0}}, "The rate limit of chat must be a whole number of at least 1"),
        ({"default": 1.5}, "The rate limit of default must be .* got 1.5"),
        ({"window": 0}, "window must be a number above 0"),
    ],
    ids=["zero", "fraction", "window"],
)
def test_invalid_limits_are_refused(options: Any, text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        RateLimiter(**options)
