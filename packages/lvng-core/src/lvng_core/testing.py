"""For tests of your own code: a fake clock for all clients.

from lvng_core.testing import fake_clock

with fake_clock() as clock:
    ...  # retries and polling do not sleep
assert clock.waits == [0.2]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from ._clock import Clock, set_clock

__all__ = ["FakeClock", "fake_clock"]


class FakeClock(Clock):
    """Like the real clock, except that a sleep only sets the clock ahead.

    Time and date advance together, so that deadlines, `Retry-After` and the time-outs of `wait_for_run` behave
    as if the sleep were real. Time-outs of sockets are real.

    Args:
        on_sleep: called with the seconds of each sleep, such as `sandbox.advance`.

    Attributes:
        waits: the seconds of each sleep, and of each `advance()`.
        luck: the random number in [0, 1) for the jitter of a retry delay; 0 for the shortest delay.
    """

    def __init__(self, on_sleep: Callable[[float], object] | None = None) -> None:
        self.waits: list[float] = []
        self.luck: float = 0.0
        self._on_sleep = on_sleep

    def now(self) -> float:
        """Monotonic time in seconds."""
        return super().now() + sum(self.waits)

    def utcnow(self) -> datetime:
        """The current date and time."""
        return datetime.now(UTC) + timedelta(seconds=sum(self.waits))

    def random(self) -> float:
        """The number in `luck`."""
        return self.luck

    def advance(self, seconds: float) -> None:
        """Set the clock ahead."""
        self.waits.append(seconds)

    def sync_sleep(self, seconds: float) -> None:
        """Set the clock ahead."""
        self.advance(seconds)
        if self._on_sleep is not None:
            self._on_sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Set the clock ahead, and let other tasks run."""
        import anyio.lowlevel

        self.sync_sleep(seconds)
        await anyio.lowlevel.checkpoint()


@contextmanager
def fake_clock(on_sleep: Callable[[float], object] | None = None) -> Iterator[FakeClock]:
    """Replace the clock of all clients in this process by a `FakeClock` for a `with` block.

    Args:
        on_sleep: called with the seconds of each sleep. `fake_clock(sandbox.advance)` advances the clock of a sandbox
            as well.

    Yields:
        The clock.

    Example:
        with fake_clock(sandbox.advance) as clock:
            client.workflows.wait_for_run("wf_1", "run_1")
    """
    clock = FakeClock(on_sleep)
    before = set_clock(clock)
    try:
        yield clock
    finally:
        set_clock(before)
