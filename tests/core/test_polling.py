"""Asking again until something is done: how long between, how long in all."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from lvng_core import (
    APITimeoutError,
    ConfigurationError,
    RequestOptions,
    WaitTimeoutError,
)
from lvng_core.helpers import async_poll, sync_poll
from support.clock import FakeClock
from support.sync_async import AsyncColour, Colour, Connect, plain

Poll = Callable[..., Any]


@pytest.fixture
def poll(colour: Colour, connect: Connect) -> Poll:
    """`sync_poll`, or `async_poll` in a loop; `fetch` is a plain function for both."""

    client = plain(connect("http://127.0.0.1", deadline=100.0))

    def run(fetch: Callable[..., Any], is_done: Callable[[Any], bool], **options: Any) -> Any:
        options = {"label": "Run 'r1'", "timeout": 300.0, "poll_interval": 0.5, **options}
        if not isinstance(colour, AsyncColour):
            return sync_poll(client, fetch, is_done, **options)

        async def fetch_async(bounded: RequestOptions) -> Any:
            return fetch(bounded)

        return colour.run(async_poll(client, fetch_async, is_done, **options))

    return run


def after(count: int) -> tuple[Callable[[object], int], Callable[[int], bool]]:
    """Something that is done when it is fetched for the nth time."""
    numbers = itertools.count(1)
    return lambda _: next(numbers), lambda number: number >= count


def test_a_finished_result_is_returned_at_once(poll: Poll, clock: FakeClock) -> None:
    assert poll(*after(1)) == 1
    assert clock.waits == []


def test_the_waits_grow_by_half_up_to_ten_seconds(poll: Poll, clock: FakeClock) -> None:
    assert poll(*after(11)) == 11
    assert clock.waits[:3] == [0.5, 0.75, 1.125]
    assert clock.waits[-3:] == [pytest.approx(8.543, abs=0.001), 10.0, 10.0]


def test_a_longer_interval_stays_as_it_is(poll: Poll, clock: FakeClock) -> None:
    poll(*after(4), poll_interval=20.0)
    assert clock.waits == [20.0, 20.0, 20.0]


def test_a_timeout_raises_with_the_last_response(poll: Poll, clock: FakeClock) -> None:
    fetch, _ = after(99)
    with pytest.raises(WaitTimeoutError, match=r"Run 'r1' was not done within 2 s\.") as info:
        poll(fetch, lambda _: False, timeout=2.0)
    assert clock.waits[:2] == [0.5, 0.75]
    assert clock.waits[2] == pytest.approx(0.75, abs=0.2)  # what is left, not 1.125
    assert info.value.body == len(clock.waits) + 1  # it looked once more when the time was up


def test_a_timeout_of_zero_fetches_once(poll: Poll, clock: FakeClock) -> None:
    assert poll(*after(1), timeout=0) == 1
    with pytest.raises(WaitTimeoutError, match="within 0 s"):
        poll(*after(2), timeout=0)
    assert clock.waits == []


@pytest.mark.parametrize(
    ("timeout", "own", "limits"),
    [
        (30.0, None, [30.0, 20.0, 10.0, 5.0]),
        (30.0, 12.0, [12.0, 12.0, 10.0, 5.0]),
        (300.0, None, [100.0] * 4),  # the client's own deadline
        (0.0, None, [5.0]),
    ],
    ids=["time-left", "own-deadline", "client-deadline", "no-time"],
)
def test_the_deadline_of_each_fetch_is_the_time_left(
    poll: Poll, timeout: float, own: float | None, limits: list[float]
) -> None:
    seen: list[float | None] = []

    def look(bounded: RequestOptions) -> None:
        seen.append(bounded.deadline)
        assert bounded.headers == {"X-Trace": "t1"}

    options = RequestOptions(deadline=own, headers={"X-Trace": "t1"})
    with pytest.raises(WaitTimeoutError):
        poll(look, lambda _: False, timeout=timeout, poll_interval=10.0, options=options)
    assert seen[:4] == [pytest.approx(limit, abs=0.5) for limit in limits]


@pytest.mark.parametrize("late", [True, False], ids=["time-is-up", "time-is-left"])
def test_a_fetch_that_times_out_after_the_timeout_raises_wait_timeout_error(
    poll: Poll, clock: FakeClock, late: bool
) -> None:
    def look(_: RequestOptions) -> None:
        if late:
            clock.waits.append(30.0)
        raise APITimeoutError("no answer")

    with pytest.raises(WaitTimeoutError if late else APITimeoutError) as caught:
        poll(look, lambda _: False, timeout=30.0)
    if late:
        assert isinstance(caught.value.__cause__, APITimeoutError)


def test_an_error_of_the_fetch_ends_the_wait(poll: Poll) -> None:
    def fail(_: RequestOptions) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        poll(fail, lambda _: False)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"timeout": -1}, "timeout must be a number of at least 0, got -1"),
        ({"timeout": None}, "timeout must be a number of at least 0, got None"),
        ({"timeout": float("inf")}, "timeout must be a number of at least 0, got inf"),
        ({"poll_interval": 0}, "poll_interval must be a number above 0, got 0"),
        ({"poll_interval": "1"}, "poll_interval must be a number above 0, got '1'"),
    ],
    ids=str,
)
def test_timeout_and_interval_are_checked_before_the_first_fetch(
    poll: Poll, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(ConfigurationError, match=text):
        poll(lambda _: pytest.fail("must not be fetched"), lambda _: True, **options)
