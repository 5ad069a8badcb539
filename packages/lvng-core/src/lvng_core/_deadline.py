"""The deadline of a call: one object, read before every wait by whatever is about to wait."""

from __future__ import annotations

import math
from collections.abc import Callable

DEADLINE = "lvng.deadline"
"""Extension of a request: the deadline of its call, for the network."""


class DeadlineExceededError(Exception):
    """The deadline of the call has passed. Internal: the user sees an `APITimeoutError`."""


class Deadline:
    """A point in time by which a call must have finished.

    Args:
        seconds: from now until then; None for a deadline that never comes.
        now: the clock.
    """

    __slots__ = ("_expires", "_now")

    def __init__(self, seconds: float | None, now: Callable[[], float]) -> None:
        self._now = now
        self._expires = math.inf
        self.restart(seconds)

    def restart(self, seconds: float | None) -> None:
        """Let it expire so many seconds from now, or never."""
        self._expires = math.inf if seconds is None else self._now() + seconds

    def left(self) -> float:
        """Seconds until it expires; infinity where it never does."""
        return math.inf if self._expires == math.inf else self._expires - self._now()

    def limit(self, timeout: float | None) -> float | None:
        """A time-out, cut to the time that is left.

        Raises:
            DeadlineExceededError: no time is left.
        """
        if self._expires == math.inf:
            return timeout
        left = self._expires - self._now()
        if left <= 0:
            raise DeadlineExceededError
        return left if timeout is None else min(timeout, left)
