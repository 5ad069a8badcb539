"""Middleware that delays calls to stay within the rate limits of the API."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ._clock import Clock, current_clock
from ._error_mapping import rate_limit_reset
from ._errors import APITimeoutError, ConfigurationError
from ._exchange import Request, Response
from ._middleware import CallNext, Flow
from ._retry import check_seconds

RATE_LIMITS: Mapping[str, int] = {
    "messages": 60,
    "conversations": 60,
    "twins": 60,
    "channels": 300,
    "chat": 30,
    "artifacts": 120,
    "invitations": 50,
    "onboarding": 30,
    "ooda": 20,
}
"""Requests per minute by tag, from the contract."""
RATE_LIMIT = 100
"""Requests per minute of every other tag."""

_TRANSIT = 5.0
"""Seconds after which a request without a response is assumed to have reached the server."""
_TAG = re.compile(r"/api(?:/v\d+)?/([\w-]+)")
_OTHER_NAMES = {"twin_workspace": "twins"}
"""Tags whose paths begin with a different name."""


class RateLimiter:
    """Middleware that delays calls so that they stay within the rate limits of the API.

    Calls are counted by credential and tag, across all limiters, clients, threads and event loops of the process.
    Within any window there are no more calls than the limit; waiting calls are sent in order. `X-RateLimit-*` headers
    correct the count if other processes use the same key. A call whose deadline is before its turn raises
    `APITimeoutError` at once.

    Args:
        limits: calls per window by tag, such as `{"chat": 30}`; default: those of the LVNG API.
        default: calls per window of every other tag; default 100.
        window: length of a window in seconds; default 60.

    Raises:
        ConfigurationError: a limit is not a whole number of at least 1, or the window is not above 0.

    Example:
        client = LvngClient(middleware=RateLimiter())
    """

    def __init__(
        self,
        limits: Mapping[str, int] = RATE_LIMITS,
        *,
        default: int = RATE_LIMIT,
        window: float = 60.0,
    ) -> None:
        for name, limit in [*limits.items(), ("default", default)]:
            if type(limit) is not int or limit < 1:
                raise ConfigurationError(
                    f"The rate limit of {name} must be a whole number of at least 1, got {limit!r}."
                )
        check_seconds("window", window, above=True)
        self._limits, self._default, self._window = dict(limits), default, window

    def __repr__(self) -> str:
        return f"<RateLimiter of {self._default} calls in {self._window:g} s>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self._limits, self._default, self._window)

    def __call__(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        """Wait for the turn of an attempt, send it, and read the rate limit headers of the response."""
        clock = current_clock()
        bucket = self._bucket(request, clock)
        turn = bucket.reserve(clock.now(), request)
        try:
            while (wait := bucket.wait(turn, clock.now())) > 0:
                yield from request.sleep(wait)
            response = yield from call_next(request)
            reset = rate_limit_reset(response.headers, clock.utcnow())
            bucket.observe(response, clock.now(), reset)
            return response
        finally:
            bucket.end(turn, clock.now())

    def _bucket(self, request: Request, clock: Clock) -> Bucket:
        """The bucket of a request's credential and tag."""
        tag = _tag(request)
        limit = self._limits.get(tag, self._default)
        # The clock is part of the key, so that a test with a fake clock does not delay later calls.
        host = urlsplit(request.url).netloc
        key = (clock, host, request.credential, tag, limit, self._window)
        with _lock:
            found = _buckets.get(key)
            if found is None:
                if len(_buckets) >= _MOST:
                    del _buckets[next(iter(_buckets))]
                found = _buckets[key] = Bucket(limit, self._window)
            return found


_MOST = 10_000
"""Maximum number of buckets; above it, the oldest is removed."""
_buckets: dict[tuple[object, ...], Bucket] = {}
_lock = threading.Lock()


def _restored(limits: Mapping[str, int], default: int, window: float) -> RateLimiter:
    return RateLimiter(limits, default=default, window=window)


def _tag(request: Request) -> str:
    """The tag of an operation, or of the path of `request()`."""
    tag, dot, _ = request.operation.partition(".")
    if dot and " " not in tag:
        return tag
    match = _TAG.match(urlsplit(request.url).path)
    name = match[1].replace("-", "_") if match else ""
    return _OTHER_NAMES.get(name, name)


class Turn:
    """The place of one attempt in the queue.

    Attributes:
        at: the earliest time at which it may be sent.
        sent: when it was sent; None before.
        ended: when its response was received, or it was cancelled; None before.
        before: the turn that has to leave the window first; None once that has happened.
    """

    __slots__ = ("at", "before", "ended", "sent")

    def __init__(self, at: float, before: Turn | None) -> None:
        self.at, self.before = at, before
        self.sent: float | None = None
        self.ended: float | None = None

    def arrival(self, now: float) -> float:
        """The latest time at which it can have reached the server, as far as known."""
        if self.sent is None:
            return self.at if self.ended is not None else max(self.at, now)
        return min(self.sent + _TRANSIT, now if self.ended is None else self.ended)


class Bucket:
    """The calls that share one limit: a log of the latest, and the remaining number reported by the server.

    Args:
        limit: calls in each window.
        window: seconds.
    """

    def __init__(self, limit: int, window: float) -> None:
        self._limit, self._window = limit, window
        self._turns: deque[Turn] = deque()
        self._lock = threading.Lock()
        self._in_flight = 0
        self._remaining: int | None = None
        """Calls that the server allows until `_reset`; None if unknown."""
        self._reset = 0.0

    def reserve(self, now: float, request: Request) -> Turn:
        """Reserve the next turn.

        Raises:
            APITimeoutError: the deadline of the call comes before it.
        """
        with self._lock:
            while len(self._turns) > self._limit:
                self._turns.popleft()
            before = self._turns[0] if len(self._turns) == self._limit else None
            at = max(now, self._turns[-1].at) if self._turns else now
            if before is not None:
                at = max(at, before.arrival(now) + self._window)
            if at - now > request.time_left:
                raise APITimeoutError(
                    f"{request.operation} would have to wait {at - now:.1f} s for its rate limit, longer "
                    "than its deadline."
                )
            turn = Turn(at, before)
            self._turns.append(turn)
            return turn

    def wait(self, turn: Turn, now: float) -> float:
        """Seconds until a turn; if 0, it is marked as sent."""
        with self._lock:
            until = turn.at
            if turn.before is not None:
                until = max(until, turn.before.arrival(now) + self._window)
            if self._remaining is not None and self._remaining <= self._in_flight:
                until = max(until, self._reset)
            if until > now:
                return until - now
            turn.sent, turn.before = now, None
            self._in_flight += 1
            return 0.0

    def observe(self, response: Response, now: float, reset: float | None) -> None:
        """Update the limit from the headers of a response.

        Args:
            response: the response.
            now: the time.
            reset: seconds until the server resets its count; None if it did not send them.
        """
        limit = _number(response.headers.get("x-ratelimit-limit"))
        remaining = _number(response.headers.get("x-ratelimit-remaining"))
        if response.status_code == 429:
            remaining, reset = 0, reset or self._window
        with self._lock:
            if limit:
                self._limit = limit
            if remaining is None or reset is None:
                return
            at = now + min(reset, self._window)  # at most one window, even if the clocks differ
            if self._remaining is not None and now < self._reset and at < self._reset + 1:
                self._remaining = min(self._remaining, remaining)
            else:
                self._remaining, self._reset = remaining, at

    def end(self, turn: Turn, now: float) -> None:
        """End a turn: its attempt has ended, or was cancelled before it was sent."""
        with self._lock:
            if turn.sent is not None:
                self._in_flight -= 1
            turn.ended, turn.before = now, None


def _number(value: str | None) -> int | None:
    """The whole number in a header, if it has one."""
    return int(value) if value and value.isdecimal() and len(value) < 16 else None
