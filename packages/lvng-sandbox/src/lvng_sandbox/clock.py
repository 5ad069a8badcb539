"""The time of the sandbox, and moments as the API writes them."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Real time, plus what was added to it; or a moment at which it was frozen.

    Args:
        start: a moment to start at, frozen; by default it is real time.

    Raises:
        ValueError: start is not ISO 8601.
    """

    def __init__(self, start: str | None = None) -> None:
        self._start = None if start is None else _seconds(start)
        self._offset = 0.0
        self._frozen = self._start

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still until it is set, advanced or unfrozen."""
        return self._frozen is not None

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset if self._frozen is None else self._frozen

    def now(self) -> str:
        """The current moment: ISO 8601 in UTC, with milliseconds."""
        return iso(self.time())

    def later(self, seconds: float) -> str:
        """A moment after the current one; before it for a negative number."""
        return iso(self.time() + seconds)

    def milliseconds_since(self, moment: str) -> int:
        """Milliseconds between a moment of the API and the current one."""
        return round((self.time() - datetime.fromisoformat(moment).timestamp()) * 1000)

    def advance(self, seconds: float) -> None:
        """Set the clock ahead."""
        if self._frozen is None:
            self._offset += seconds
        else:
            self._frozen += seconds

    def set(self, seconds: float, *, frozen: bool | None = None) -> None:
        """Set the clock to a moment.

        Args:
            seconds: since 1970.
            frozen: whether it stands still from then on; by default as before.
        """
        self._frozen = seconds if (self.is_frozen if frozen is None else frozen) else None
        self._offset = seconds - time.time()

    def reset(self) -> None:
        """Return to the start, or to real time."""
        self._offset, self._frozen = 0.0, self._start

    def performance(self) -> float:
        """Seconds from an arbitrary moment, to measure how long something takes: no time while it stands still."""
        return 0.0 if self.is_frozen else time.perf_counter()


def iso(seconds: float) -> str:
    """Seconds since 1970 as the API writes a moment."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def canonical(moment: str) -> str:
    """A moment in UTC as the API writes it; one without an offset is taken as UTC.

    Raises:
        ValueError: it is not ISO 8601.
    """
    return iso(_seconds(moment))


def _seconds(moment: str) -> float:
    """Seconds since 1970."""
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
