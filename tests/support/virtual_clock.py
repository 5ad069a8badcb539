"""Time for many tasks or threads: it stands still while one of them works, and jumps when all of them sleep."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import anyio

from lvng_core._clock import Clock


class VirtualClock(Clock):
    """A clock for a known number of workers; each says when it ends.

    Args:
        workers: tasks of one event loop, or threads.
        began: the date and time at the beginning.
        advanced: called with the seconds of each jump.
    """

    def __init__(
        self, workers: int, began: datetime, advanced: Callable[[float], object] = lambda _: None
    ) -> None:
        self._workers, self._began, self._advanced = workers, began, advanced
        self._now = 0.0
        self._sleepers: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def utcnow(self) -> datetime:
        return self._began.astimezone(UTC) + timedelta(seconds=self._now)

    def random(self) -> float:
        return 0.0

    async def async_sleep(self, seconds: float) -> None:
        event = anyio.Event()
        self._sleep(seconds, event.set)
        await event.wait()

    def sync_sleep(self, seconds: float) -> None:
        event = threading.Event()
        self._sleep(seconds, event.set)
        assert event.wait(60)

    def ended(self) -> None:
        """A worker has done all its work."""
        with self._lock:
            self._workers -= 1
            self._jump()

    def _sleep(self, seconds: float, wake: Callable[[], Any]) -> None:
        with self._lock:
            heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), wake))
            self._jump()

    def _jump(self) -> None:
        """Wake those who are due first, if everyone sleeps."""
        if not self._sleepers or len(self._sleepers) < self._workers:
            return
        then = self._sleepers[0][0]
        self._advanced(then - self._now)
        self._now = then
        while self._sleepers and self._sleepers[0][0] <= then:
            heapq.heappop(self._sleepers)[2]()
