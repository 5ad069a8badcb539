"""Ask again and again until something is done, ever more slowly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from .._clock import current_clock
from .._errors import WaitTimeoutError
from .._retry import check_seconds

T = TypeVar("T")

_GROWTH = 1.5
_SLOWEST = 10.0


async def async_poll(
    fetch: Callable[[], Awaitable[T]],
    is_done: Callable[[T], bool],
    *,
    what: str,
    timeout: float,
    poll_interval: float,
) -> T:
    """Fetch something until it is done.

    Args:
        fetch: the call to make.
        is_done: whether its answer is the last.
        what: what is waited for, for the error.
        timeout: seconds to wait in all.
        poll_interval: seconds before the second fetch; each further wait is half as long again, up to
            10 seconds (or the interval, where that is longer).

    Returns:
        The answer that was done.

    Raises:
        WaitTimeoutError: it was not done in time; `body` holds the last answer.
    """
    check_seconds("timeout", timeout)
    check_seconds("poll_interval", poll_interval, above=True)
    clock = current_clock()
    expires = clock.now() + timeout
    wait = poll_interval
    while True:
        answer = await fetch()
        if is_done(answer):
            return answer
        left = expires - clock.now()
        if left <= 0:
            raise WaitTimeoutError(f"{what} was not done within {timeout:g} s.", body=answer)
        await clock.async_sleep(min(wait, left))
        wait = min(wait * _GROWTH, max(_SLOWEST, poll_interval))
