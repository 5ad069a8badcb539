"""Whether a stream that broke is resumed, where, and after how long: a state machine without I/O.

The server continues after the event whose id it gets as `Last-Event-ID`:
https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from ._errors import APITimeoutError, StreamError, StreamIncompleteError
from ._retry import RetryBudget, RetryPolicy, delay
from ._sse import SSEEvent

_REMEMBERED = 10_000
"""Ids of events that are recognized if the server sends them again."""


@dataclass(slots=True)
class Resumption:
    """What a stream knows of its past, to go on from there.

    Attributes:
        policy: says how often and after how long to reconnect.
        max_retries: reconnections in a row that bring no event.
        budget: of the client; spent by reconnections that bring no event.
        last_id: id of the last event that had one.
    """

    policy: RetryPolicy
    max_retries: int
    budget: RetryBudget
    last_id: str | None = None
    _is_known: bool = True
    """Whether the place where the stream broke has an id, or is its beginning."""
    _failures: int = 0
    _retry: float | None = None
    _seen: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _current: str | None = None
    """Id of the event before, on this connection."""
    _is_resumed: bool = False
    """Whether the next event may be a repeated one."""
    _repeats: bool = False
    """Whether the event before was a repeated one."""

    def accept(self, event: SSEEvent) -> bool:
        """Note an event; False if it is a repeated one, of a server that has started anew."""
        if event.retry is not None:
            self._retry = event.retry / 1000
        # An event without an id of its own has that of the event before.
        own = event.id if event.id != self._current else None
        self._current = event.id
        if self._is_resumed and (own in self._seen or (own is None and self._repeats)):
            # The repeated ones end with the last event that was there before the break.
            self._repeats = self._is_resumed = own != self.last_id
            return False
        self._is_resumed = self._repeats = False
        self._failures = 0
        self._is_known = own is not None and _is_sendable(own)
        if own is not None:
            self.last_id = own
            self._seen[own] = None
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        return True

    def delay(self, chance: float) -> float | None:
        """Seconds until the stream is resumed; None if it cannot be.

        Args:
            chance: a random number from 0 to 1.
        """
        if not self._is_known or self._failures >= self.max_retries:
            return None
        wait = delay(self.policy, self._failures, self._retry, chance)
        if wait is None or (self._failures and not self.budget.spend()):
            return None
        self._failures += 1
        self._is_resumed, self._current = True, None
        return wait


def is_interrupted(error: StreamError, broken: tuple[type[Exception], ...]) -> bool:
    """Whether a stream ended for a reason that another connection may not have.

    Args:
        error: the error of the stream.
        broken: exceptions of a body that cannot be read.
    """
    return isinstance(error, StreamIncompleteError) or isinstance(
        error.__cause__, (APITimeoutError, *broken)
    )


def _is_sendable(id: str) -> bool:
    """Whether an id can be sent as a header, unchanged."""
    return id.isascii() and id.isprintable() and id == id.strip() and bool(id)
