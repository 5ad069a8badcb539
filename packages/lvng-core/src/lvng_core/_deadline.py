"""The deadline of a whole call, and time-outs that it cuts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class Deadline:
    """The moment after which an answer is of no use."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self._now = now
        self._expires = now() + seconds

    def left(self) -> float:
        """Seconds until then."""
        return self._expires - self._now()

    def check(self) -> None:
        """Raise TimeoutError once it has passed."""
        if self.left() <= 0:
            raise TimeoutError


class TimeLeft(float):
    """A time-out that a deadline cuts. As a number it is what was left when it was made."""

    most: float
    deadline: Deadline

    def __new__(cls, most: float, deadline: Deadline) -> Self:
        self = super().__new__(cls, min(most, deadline.left()))
        self.most, self.deadline = most, deadline
        return self


def cut(timeout: float | None) -> float | None:
    """What is left of a time-out now; raises TimeoutError where nothing is."""
    if not isinstance(timeout, TimeLeft):
        return timeout
    left = TimeLeft(timeout.most, timeout.deadline)
    if left <= 0:
        raise TimeoutError
    return left
