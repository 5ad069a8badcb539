"""Poll with growing intervals until a condition holds."""

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
"""Minimum time limit of a fetch, in seconds."""


async def async_poll(
    client: AsyncClient,
    fetch: Callable[[RequestOptions], Awaitable[T]],
    is_done: Callable[[T], bool],
    *,
    label: str,
    timeout: float,
    poll_interval: float,
    options: RequestOptions | None = None,
) -> T:
    """Fetch a record repeatedly until it is done.

    Args:
        client: the client that makes the calls.
        fetch: makes one call with the given options, whose deadline is limited to the remaining time.
        is_done: whether a response is the final one.
        label: name of the record for the error, such as `Run 'run_1'`.
        timeout: seconds to wait in all. The last fetch may take up to 5 seconds more.
        poll_interval: seconds between the first and the second fetch; each further interval is 1.5 times as
            long, up to 10 seconds (or `poll_interval`, if that is longer).
        options: overrides for each call.

    Returns:
        The final response.

    Raises:
        WaitTimeoutError: the record was not done within `timeout`; `body` is the last response.
    """
    check_seconds("timeout", timeout)
    check_seconds("poll_interval", poll_interval, above=True)
    options = options or RequestOptions()
    longest = options.deadline or client._settings.deadline or math.inf
    clock = current_clock()
    expires = clock.now() + timeout
    delay = poll_interval
    response: T | None = None
    while True:
        limit = max(expires - clock.now(), _LEAST)
        try:
            response = await fetch(replace(options, deadline=min(limit, longest)))
        except APITimeoutError as error:
            if clock.now() < expires:
                raise
            raise _timeout_error(label, timeout, response) from error
        if is_done(response):
            return response
        remaining = expires - clock.now()
        if remaining <= 0:
            raise _timeout_error(label, timeout, response)
        await clock.async_sleep(min(delay, remaining))
        delay = min(delay * _GROWTH, max(_SLOWEST, poll_interval))


def _timeout_error(label: str, timeout: float, response: object) -> WaitTimeoutError:
    return WaitTimeoutError(f"{label} was not done within {timeout:g} s.", body=response)
