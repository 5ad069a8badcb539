"""The clock of the sandbox, and timestamps in the format of the API."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Real time plus an offset, or a frozen time.

    Args:
        start: time to start at, frozen; default: real time.

    Raises:
        ValueError: start is not ISO 8601.
    """

    def __init__(self, start: str | None = None) -> None:
        self._start = None if start is None else _seconds(start)
        self._offset = 0.0
        self._frozen = self._start

    @property
    def is_frozen(self) -> bool:
        """Whether it is frozen until it is set, advanced or unfrozen."""
        return self._frozen is not None

    def time(self) -> float:
        """Unix time in seconds."""
        return time.time() + self._offset if self._frozen is None else self._frozen

    def now(self) -> str:
        """The current time: ISO 8601 in UTC, with milliseconds."""
        return iso(self.time())

    def later(self, seconds: float) -> str:
        """A time in some seconds; in the past for a negative number."""
        return iso(self.time() + seconds)

    def milliseconds_since(self, moment: str) -> int:
        """Milliseconds between a timestamp of the API and now."""
        return round((self.time() - datetime.fromisoformat(moment).timestamp()) * 1000)

    def advance(self, seconds: float) -> None:
        """Set the clock ahead."""
        if self._frozen is None:
            self._offset += seconds
        else:
            self._frozen += seconds

    def set(self, seconds: float, *, frozen: bool | None = None) -> None:
        """Set the clock.

        Args:
            seconds: Unix time in seconds.
            frozen: whether it is frozen from then on; default: unchanged.
        """
        self._frozen = seconds if (self.is_frozen if frozen is None else frozen) else None
        self._offset = seconds - time.time()

    def reset(self) -> None:
        """Return to the initial time, or to real time."""
        self._offset, self._frozen = 0.0, self._start

    def performance(self) -> float:
        """Seconds since an arbitrary time, to measure durations; constant while the clock is frozen."""
        return 0.0 if self.is_frozen else time.perf_counter()


def iso(seconds: float) -> str:
    """Convert Unix time to the format of the API."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def canonical(moment: str) -> str:
    """Convert a timestamp to UTC in the format of the API; without an offset it is taken as UTC.

    Raises:
        ValueError: it is not ISO 8601.
    """
    return iso(_seconds(moment))


def _seconds(moment: str) -> float:
    """Unix time in seconds."""
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
