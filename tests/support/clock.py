"""A clock for tests: sleeping takes no time, and random numbers are set by the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lvng_core._clock import Clock


class FakeClock(Clock):
    """Runs like the real clock; a sleep advances it and is recorded in `waits`, in seconds.

    Time and date advance together, so that a deadline or a `Retry-After` behaves as if the sleep were real.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.luck = 0.0

    def now(self) -> float:
        return super().now() + sum(self.waits)

    def utcnow(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(self.waits))

    def random(self) -> float:
        return self.luck

    def sync_sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def async_sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
