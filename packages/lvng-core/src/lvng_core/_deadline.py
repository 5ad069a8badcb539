"""The deadline of a call: one object that is checked before every wait."""

from __future__ import annotations

import math
from collections.abc import Callable

DEADLINE = "lvng.deadline"
"""Name of the request extension that passes the deadline to the network backend."""


class DeadlineExceededError(Exception):
    """The deadline of the call has passed. Internal: the user sees an `APITimeoutError`."""


class Deadline:
    """A point in time by which a call must have finished.

    Args:
        seconds: seconds from now; None for no deadline.
        now: returns the current monotonic time.
    """

    __slots__ = ("_expires", "_now")

    def __init__(self, seconds: float | None, now: Callable[[], float]) -> None:
        self._now = now
        self.restart(seconds)

    def restart(self, seconds: float | None) -> None:
        """Set it to a number of seconds from now, or to never."""
        self._expires = math.inf if seconds is None else self._now() + seconds

    def left(self) -> float:
        """Seconds until it expires; infinity if it never does."""
        return self._expires - self._now()

    def limit(self, timeout: float | None) -> float | None:
        """The time-out, limited to the remaining time.

        Raises:
            DeadlineExceededError: no time is left.
        """
        if self._expires == math.inf:
            return timeout
        left = self._expires - self._now()
        if left <= 0:
            raise DeadlineExceededError
        return left if timeout is None else min(timeout, left)
