"""A clock for tests: waiting takes no time, and luck is what the test says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lvng_core._clock import Clock


class FakeClock(Clock):
    """Runs like the real one, and jumps where somebody waits. `waits` holds how long they wanted to.

    Moments and dates jump together, so that a deadline or a `Retry-After` behaves as if the wait had been real.
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
