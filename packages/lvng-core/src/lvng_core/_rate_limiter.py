"""Middleware that paces calls, so that the server has no reason to answer 429."""

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
"""Requests a minute by tag, as the contract has them."""
RATE_LIMIT = 100
"""Requests a minute of every other tag."""

_TRANSIT = 5.0
"""Seconds after which a request that has no response yet has certainly reached the server."""
_TAG = re.compile(r"/api(?:/v\d+)?/([\w-]+)")
_OTHER_NAMES = {"twin_workspace": "twins"}
"""Tags whose paths begin with another name."""


class RateLimiter:
    """Middleware that delays calls so that they stay within the rate limits of the API.

    Calls are counted for each credential and tag, together for all limiters, clients, threads and event loops of
    the process. Within any window there are no more calls than the limit; those that have to wait go in the order
    in which they came. `X-RateLimit-*` headers correct the count where other processes use the same key. A call
    whose deadline comes before its turn raises `APITimeoutError` at once.

    Args:
        limits: calls for each window by tag, such as `{"chat": 30}`; default: those of the LVNG API.
        default: calls for each window of every other tag; default 100.
        window: length of a window in seconds; default 60.

    Raises:
        ConfigurationError: a limit is not a whole number of at least 1, or the window not above 0.

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
        """Wait for the turn of an attempt, send it, and note what the server says about its limits."""
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
        """Where the calls of a request's credential and tag are counted."""
        tag = _tag(request)
        limit = self._limits.get(tag, self._default)
        # The clock is a part of the key: a test with another one must not delay what comes after it.
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
"""Most credentials and tags that are counted at a time; above it, the oldest is forgotten."""
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
    """The place of one attempt in the order.

    Attributes:
        at: the earliest moment at which it may be sent.
        sent: when it was sent; None before.
        ended: when its response came, or it was given up; None before.
        before: the turn that has to leave the window first; None once that has happened.
    """

    __slots__ = ("at", "before", "ended", "sent")

    def __init__(self, at: float, before: Turn | None) -> None:
        self.at, self.before = at, before
        self.sent: float | None = None
        self.ended: float | None = None

    def arrival(self, now: float) -> float:
        """The latest moment at which it can have reached the server, as far as is known now."""
        if self.sent is None:
            return self.at if self.ended is not None else max(self.at, now)
        return min(self.sent + _TRANSIT, now if self.ended is None else self.ended)


class Bucket:
    """The calls that share one limit: a log of the latest, and what the server says is left.

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
        """What the server has left until `_reset`; None where it is unknown."""
        self._reset = 0.0

    def reserve(self, now: float, request: Request) -> Turn:
        """The next turn.

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
        """Seconds until a turn; 0 when it has come, and then it counts as sent."""
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
        """Note what the headers of a response say.

        Args:
            response: the response.
            now: the time.
            reset: seconds until the server counts anew; None where it does not say.
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
            at = now + min(reset, self._window)  # no longer, even if the clocks differ
            if self._remaining is not None and now < self._reset and at < self._reset + 1:
                self._remaining = min(self._remaining, remaining)
            else:
                self._remaining, self._reset = remaining, at

    def end(self, turn: Turn, now: float) -> None:
        """The attempt has ended, or was given up before it was sent."""
        with self._lock:
            if turn.sent is not None:
                self._in_flight -= 1
            turn.ended, turn.before = now, None


def _number(value: str | None) -> int | None:
    """The whole number in a header."""
    return int(value) if value and value.isdecimal() else None
