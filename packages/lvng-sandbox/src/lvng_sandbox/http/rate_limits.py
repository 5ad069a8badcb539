"""Rate limits: windows of one minute per client and tag, reported in the headers of every response."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..clock import Clock, iso
from ..problems import rate_limited

WINDOW = 60
DEFAULT = 100
BY_TAG = {
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


@dataclass(slots=True)
class RateLimits:
    """Counts requests.

    Args:
        clock: the time of the sandbox.
        enforced: whether to refuse requests above the limit; the headers are always sent.
    """

    clock: Clock
    enforced: bool
    _window: int = 0
    _reset: str = ""
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def count(self, who: str, tag: str) -> dict[str, str]:
        """Count a request; returns the rate limit headers.

        Args:
            who: identifies the client.
            tag: tag of the operation.

        Raises:
            Problem: 429: the limit is exceeded; it has the same headers.
        """
        now = self.clock.time()
        window = int(now // WINDOW)
        if window != self._window:
            self._window, self._reset = window, iso((window + 1) * WINDOW)
            self._counts.clear()
        limit = BY_TAG.get(tag, DEFAULT)
        used = self._counts[who, tag] = self._counts.get((who, tag), 0) + 1
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Reset": self._reset,
        }
        if used > limit and self.enforced:
            problem = rate_limited(int((window + 1) * WINDOW - now) + 1)
            problem.headers = {**headers, **problem.headers}
            raise problem
        return headers
