"""Time and chance: the one place where the SDK reads a clock, waits between tries or throws dice.

Tests put another clock in its place, so that they neither wait nor depend on luck.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The real one."""

    def now(self) -> float:
        """Seconds since some moment, never going back."""
        return time.monotonic()

    def today(self) -> datetime:
        """The present, to count down to dates that a server names."""
        return datetime.now(UTC)

    def chance(self) -> float:
        """A random number from 0 to 1."""
        import random

        return random.random()  # noqa: S311 - spreads load, guards nothing

    def sync_sleep(self, seconds: float) -> None:
        """Wait in this thread."""
        time.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Wait in the running event loop, be it asyncio's or trio's."""
        import anyio  # comes with httpx

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
