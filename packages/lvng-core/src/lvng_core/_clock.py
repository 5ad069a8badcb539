"""The only place that reads the time, sleeps or draws random numbers.

Tests replace it to be fast and deterministic.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The real clock."""

    def now(self) -> float:
        """Seconds since some point in time, never going back."""
        return time.monotonic()

    def utcnow(self) -> datetime:
        """The current time, to count down to dates that a server names."""
        return datetime.now(UTC)

    def random(self) -> float:
        """A random number from 0 to 1."""
        import random

        return random.random()  # noqa: S311 - spreads load, guards nothing

    def sync_sleep(self, seconds: float) -> None:
        """Wait in this thread."""
        time.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Wait in the running event loop, be it asyncio's or trio's."""
        import anyio

        await anyio.sleep(seconds)


_current = Clock()


def current_clock() -> Clock:
    """The clock that calls go by."""
    return _current


def set_clock(clock: Clock) -> Clock:
    """Put another clock in place, for all clients; returns the one before it."""
    global _current
    before, _current = _current, clock
    return before
