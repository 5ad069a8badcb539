"""Ask again and again until something is done, ever more slowly."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from .._clock import current_clock
from .._errors import APITimeoutError, WaitTimeoutError
from .._options import RequestOptions
from .._retry import check_seconds
from .client import AsyncClient

T = TypeVar("T")

_GROWTH = 1.5
_SLOWEST = 10.0
_LEAST = 5.0
"""Seconds that a fetch has at least."""


async def async_poll(
    client: AsyncClient,
    fetch: Callable[[RequestOptions], Awaitable[T]],
    is_done: Callable[[T], bool],
    *,
    what: str,
    timeout: float,
    poll_interval: float,
    options: RequestOptions | None = None,
) -> T:
    """Fetch something until it is done.

    Args:
        client: the client that fetches.
        fetch: the call to make, with the options it is given: they end it when the time is up.
        is_done: whether its result is the last.
        what: what is waited for, for the error.
        timeout: seconds to wait in all. The last fetch, when they are over, has 5 more.
        poll_interval: seconds before the second fetch; each further wait is half as long again, up to
            10 seconds (or the interval, where that is longer).
        options: overrides for each call.

    Returns:
        The result that was done.

    Raises:
        WaitTimeoutError: it was not done in time; `body` holds the last result.
    """
    check_seconds("timeout", timeout)
    check_seconds("poll_interval", poll_interval, above=True)
    options = options or RequestOptions()
    longest = options.deadline or client._settings.deadline or math.inf
    clock = current_clock()
    expires = clock.now() + timeout
    wait = poll_interval
    answer: T | None = None
    while True:
        limit = max(expires - clock.now(), _LEAST)
        try:
            answer = await fetch(replace(options, deadline=min(limit, longest)))
        except APITimeoutError as error:
            if clock.now() < expires:
                raise
            raise _too_late(what, timeout, answer) from error
        if is_done(answer):
            return answer
        left = expires - clock.now()
        if left <= 0:
            raise _too_late(what, timeout, answer)
        await clock.async_sleep(min(wait, left))
        wait = min(wait * _GROWTH, max(_SLOWEST, poll_interval))


def _too_late(what: str, timeout: float, answer: object) -> WaitTimeoutError:
    return WaitTimeoutError(f"{what} was not done within {timeout:g} s.", body=answer)
