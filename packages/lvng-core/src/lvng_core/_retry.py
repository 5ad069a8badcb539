"""Decides whether a call is retried, and after which delay: pure functions without clock and sleep.

429 and 503 mean that the request was not processed, so any call may be retried. After other failures a call is
retried only if it is idempotent: by `x-idempotent` in the contract, by its method for `request()`, or by its
Idempotency-Key.
"""

from __future__ import annotations

__lazy_modules__ = ("threading",)  # loaded on first use from Python 3.15 on (PEP 810)

import sys
import threading
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from ._errors import ConfigurationError

Failure = Literal["not-sent", "perhaps-sent"]
"""Kinds of transport errors: the request cannot have reached the server, or it may have."""

ALWAYS = frozenset({429, 503})
REPEATABLE = frozenset({408, 425, 500, 502, 504, 520, 521, 522, 523, 524, 529})


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When and how often a failed call is retried.

    Attributes:
        max_retries: retries after the first attempt; 0 disables them.
        base_delay: seconds before the first retry.
        backoff_factor: each further delay is this many times the one before.
        max_delay: maximum delay of the exponential backoff in seconds, before jitter.
        jitter: maximum random addition to a delay, as a fraction of it, so that clients do not retry simultaneously.
        max_retry_after: maximum delay in seconds that a server may request; above it the error is raised at once,
            with `retry_after` set.
        retry_statuses: HTTP statuses that are retried for every call.
        retry_statuses_if_idempotent: HTTP statuses that are retried for idempotent calls.
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
            check_seconds(name, getattr(self, name))
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
    """Seconds before the next attempt; None if the server requests more than the policy allows.

    Args:
        policy: the policy.
        retries_done: retries so far, 0 before the first.
        retry_after: delay requested by the server in seconds, if any.
        chance: a random number from 0 to 1.
    """
    if retry_after is not None:
        if retry_after > policy.max_retry_after:
            return None
        return retry_after * (1 + 0.1 * chance)
    # The exponent is limited so that the float does not overflow; max_delay is reached long before.
    wait = min(policy.base_delay * policy.backoff_factor ** min(retries_done, 64), policy.max_delay)
    return wait * (1 + policy.jitter * chance)


class RetryBudget:
    """A token bucket shared by all calls of a client, so that retries do not multiply the load in an outage.

    A retry costs five tokens, a successful call returns one; with an empty bucket, errors are raised without a retry.
    """

    cost = 5

    def __init__(self, capacity: int = 100) -> None:
        self.capacity = self._tokens = capacity
        self._lock = threading.Lock()

    def spend(self) -> bool:
        """Spend the cost of a retry; False if too few tokens are left."""
        with self._lock:
            if self._tokens < self.cost:
                return False
            self._tokens -= self.cost
            return True

    def refund(self) -> None:
        """Return one token after a successful call."""
        if self._tokens != self.capacity:
            with self._lock:
                self._tokens = min(self._tokens + 1, self.capacity)


def check_seconds(name: str, value: object, *, minimum: float = 0.0, above: bool = False) -> None:
    """Check that a value is a finite number of at least `minimum` (or above it)."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not minimum <= value <= sys.float_info.max  # nor NaN, nor an int that no float can hold
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
