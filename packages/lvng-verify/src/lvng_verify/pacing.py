"""Pace requests to stay below the rate limits of the service."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_WINDOW = 60.0
_SHARE = 0.5
"""The share of a rate limit that is used; the rest is left to other programs with the same key."""


@dataclass(slots=True)
class Pace:
    """Waits between requests.

    A service reports its limits in the headers `X-RateLimit-Limit`, `-Remaining` and `-Reset`. When half of the requests of
    a window are used, the next one waits for the next window.

    Args:
        per_minute: maximum number of requests per minute; None for no limit.
        now: returns the Unix time in seconds.
        sleep: sleeps for some seconds.
    """

    per_minute: float | None
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    _last: float = 0.0
    _until: dict[str, float] = field(default_factory=dict)

    def wait(self, tag: str) -> None:
        """Wait until an operation of a tag may be called."""
        due = max(self._last + self._interval(), self._until.pop(tag, 0.0))
        if (delay := due - self.now()) > 0:
            self.sleep(delay)
        self._last = self.now()

    def observe(self, tag: str, headers: Mapping[str, str]) -> None:
        """Update the limit of a tag from the headers of a response."""
        limit, remaining = _number(headers, "limit"), _number(headers, "remaining")
        if limit and remaining is not None and remaining <= limit * (1 - _SHARE):
            self._until[tag] = self._reset(headers.get("x-ratelimit-reset", ""))

    def refused(self, tag: str, headers: Mapping[str, str]) -> None:
        """Update the limit after a 429."""
        self._last = max(self._last, self.now())
        self._until[tag] = self.now() + self._retry_after(headers.get("retry-after", ""))

    def _interval(self) -> float:
        return _WINDOW / self.per_minute if self.per_minute else 0.0

    def _reset(self, text: str) -> float:
        """The end of a window, given as Unix time or ISO 8601; limited to one window from now."""
        latest = self.now() + _WINDOW
        try:
            reset = float(text) if text.replace(".", "").isdigit() else _timestamp(text)
        except ValueError:
            return latest
        return min(reset, latest)

    def _retry_after(self, text: str) -> float:
        try:
            return min(max(float(text), 0.0), _WINDOW)
        except ValueError:
            return _WINDOW


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        return float(headers[f"x-ratelimit-{name}"])
    except (KeyError, ValueError):
        return None


def _timestamp(text: str) -> float:
    return datetime.datetime.fromisoformat(text).timestamp()
