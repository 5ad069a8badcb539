"""Decides whether a broken stream is resumed, after which event and delay: a state machine without I/O.

The server continues after the event whose id is sent as `Last-Event-ID`:
https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from ._errors import APITimeoutError, StreamError, StreamIncompleteError
from ._retry import RetryBudget, RetryPolicy, delay
from ._sse import SSEEvent

_REMEMBERED = 10_000
"""Number of event ids that are remembered to recognize repeated events."""


@dataclass(slots=True)
class Resumption:
    """The state of a stream that is needed to resume it.

    Attributes:
        policy: number and delays of reconnections.
        max_retries: maximum number of consecutive reconnections without an event.
        budget: retry budget of the client; spent on reconnections without an event.
        last_id: id of the last event that had one.
    """

    policy: RetryPolicy
    max_retries: int
    budget: RetryBudget
    last_id: str | None = None
    _is_known: bool = True
    """Whether the stream broke at its beginning or after an event with an id."""
    _failures: int = 0
    _retry: float | None = None
    _seen: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _current: str | None = None
    """Id of the previous event on this connection."""
    _is_resumed: bool = False
    """Whether the next event may be repeated."""
    _repeats: bool = False
    """Whether the previous event was repeated."""

    def accept(self, event: SSEEvent) -> bool:
        """Record an event; False if it is repeated by a server that started the stream again."""
        if event.retry is not None:
            self._retry = event.retry / 1000
        # An event without an id has that of the previous event.
        own = event.id if event.id != self._current else None
        self._current = event.id
        if self._is_resumed and (own in self._seen or (own is None and self._repeats)):
            # The last event received before the break is the last repeated one.
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
    """Whether a stream ended by an error that a new connection may not have.

    Args:
        error: the error that ended the stream.
        broken: exceptions raised when a body cannot be read.
    """
    return isinstance(error, StreamIncompleteError) or isinstance(
        error.__cause__, (APITimeoutError, *broken)
    )


def _is_sendable(id: str) -> bool:
    """Whether an id is a valid header value."""
    return id.isascii() and id.isprintable() and id == id.strip() and bool(id)
