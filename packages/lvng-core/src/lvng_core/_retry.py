"""Whether a call is retried, and after how long: pure functions, no clock and no sleep.

429 and 503 mean "not processed", so any call may be retried after them. After other failures a call is
retried only if sending it twice has the effect of sending it once: by the contract's `x-idempotent`, by the
method for `request()`, or under its Idempotency-Key.
"""

from __future__ import annotations

__lazy_modules__ = ("threading",)  # loaded on first use from Python 3.15 on (PEP 810)

import math
import threading
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from ._errors import ConfigurationError

Failure = Literal["not-sent", "perhaps-sent"]
"""A transport error: the request cannot have reached the server, or it may have."""

ALWAYS = frozenset({429, 503})
REPEATABLE = frozenset({408, 425, 500, 502, 504, 520, 521, 522, 523, 524, 529})


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When and how often a failed call is retried.

    Attributes:
        max_retries: retries after the first attempt; 0 disables them.
        base_delay: seconds before the first retry.
        backoff_factor: each further delay is this many times the one before.
        max_delay: longest delay of the SDK's own choice, in seconds and before jitter.
        jitter: up to this fraction of a delay is added at random, so that many clients do not retry at once.
        max_retry_after: longest delay in seconds that a server may ask for; above it the error is raised
            at once, with `retry_after` set.
        retry_statuses: HTTP statuses that are retried for every call.
        retry_statuses_if_idempotent: HTTP statuses that are retried for calls that may be repeated.
    """

    max_retries: int = 3
    base_delay: float = 0.2
    backoff_factor: float = 3.0
    max_delay: float = 8.0
    jitter: float = 0.25
    max_retry_after: float = 60.0
    retry_statuses: Set[int] = ALWAYS
    retry_statuses_if_idempotent: Set[int] = REPEATABLE

    def __post_init__(self) -> None:
        check_retries("max_retries", self.max_retries)
        for name in ("base_delay", "max_delay", "jitter", "max_retry_after"):
            check_seconds(name, getattr(self, name), minimum=0.0)
        check_seconds("backoff_factor", self.backoff_factor, minimum=1.0)
        for name in ("retry_statuses", "retry_statuses_if_idempotent"):
            check_statuses(name, getattr(self, name))


def retry_status(policy: RetryPolicy, status: int, *, idempotent: bool) -> bool:
    """Whether a response with this status is retried."""
    return status in policy.retry_statuses or (
        idempotent and status in policy.retry_statuses_if_idempotent
    )


def retry_failure(failure: Failure, *, idempotent: bool) -> bool:
    """Whether a transport error is retried."""
    return failure == "not-sent" or idempotent


def delay(
    policy: RetryPolicy, retries_done: int, retry_after: float | None, chance: float
) -> float | None:
    """Seconds to wait before the next attempt; None when the server asks for more than the policy allows.

    Args:
        policy: the policy.
        retries_done: retries so far, 0 before the first.
        retry_after: seconds the server asked for, if it did.
        chance: a random number from 0 to 1.
    """
    if retry_after is not None:
        if retry_after > policy.max_retry_after:
            return None
        return retry_after * (1 + 0.1 * chance)
    # The exponent is bounded: the cap is reached long before, and a float must not overflow.
    wait = min(policy.base_delay * policy.backoff_factor ** min(retries_done, 64), policy.max_delay)
    return wait * (1 + policy.jitter * chance)


class RetryBudget:
    """A token bucket that all calls of a client share, so that an outage is not multiplied by retries.

    A retry costs five tokens, a success gives one back; an empty bucket lets the first error through.
    """

    cost = 5

    def __init__(self, capacity: int = 100) -> None:
        self.capacity = self._tokens = capacity
        self._lock = threading.Lock()

    def spend(self) -> bool:
        """Take a retry's cost; False when too little is left."""
        with self._lock:
            if self._tokens < self.cost:
                return False
            self._tokens -= self.cost
            return True

    def refund(self) -> None:
        """Give one token back after a success."""
        if self._tokens < self.capacity:
            with self._lock:
                self._tokens = min(self._tokens + 1, self.capacity)


def check_seconds(name: str, value: object, *, minimum: float = 0.0, above: bool = False) -> None:
    """Check that a value is a finite number of at least `minimum` (or above it)."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or value < minimum
        or (above and value == minimum)
    ):
        bound = "above" if above else "of at least"
        raise ConfigurationError(f"{name} must be a number {bound} {minimum:g}, got {value!r}.")


def check_retries(name: str, value: object) -> None:
    """Check that a value is a whole number of at least 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ConfigurationError(f"{name} must be a whole number of at least 0, got {value!r}.")


def check_size(name: str, value: object) -> None:
    """Check that a value is a number of bytes of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(
            f"{name} must be a whole number of bytes of at least 1, got {value!r}."
        )


def check_statuses(name: str, value: object) -> None:
    """Check that a value is a set of HTTP statuses."""
    if not isinstance(value, Set) or not all(isinstance(status, int) for status in value):
        raise ConfigurationError(f"{name} must be a set of HTTP statuses, got {value!r:.100}.")
