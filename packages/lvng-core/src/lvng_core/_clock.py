"""The only place that reads the time, sleeps or draws random numbers.

Tests replace it to be fast and deterministic.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The real clock."""

    def now(self) -> float:
        """Monotonic time in seconds."""
        return time.monotonic()

    def utcnow(self) -> datetime:
        """The current date and time, to compare with dates from a server."""
        return datetime.now(UTC)

    def random(self) -> float:
        """A random number in [0, 1)."""
        import random

        return random.random()  # noqa: S311 - jitter, not cryptography

    def sync_sleep(self, seconds: float) -> None:
        """Sleep in this thread."""
        time.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Sleep in the running event loop, asyncio or trio."""
        import anyio

        await anyio.sleep(seconds)


_current = Clock()


def current_clock() -> Clock:
    """The clock of all clients."""
    return _current


def set_clock(clock: Clock) -> Clock:
    """Replace the clock of all clients; returns the previous one."""
    global _current
    before, _current = _current, clock
    return before
