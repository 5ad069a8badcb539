"""Work that is due later: runs, deliveries, schedules. It is kept in the database, so that it survives a restart."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from .accounts import Caller
from .registry import JOBS

if TYPE_CHECKING:
    from .platform import Platform

logger = logging.getLogger("lvng_sandbox")

_LONGEST_WAIT = 3600.0


class Jobs:
    """The work of a platform, done one piece at a time, each in a transaction."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._store = platform.store
        self._waiting: set[asyncio.Event] = set()
        self._wake: Callable[[], None] = lambda: None

    def add(self, caller: Caller, name: str, *, after: float = 0.0, **arguments: Any) -> None:
        """Have a job done on behalf of a caller, some seconds from now."""
        state = json.dumps({"caller": caller.state(), "arguments": arguments})
        self._store.sql.execute(
            "INSERT INTO jobs (due, name, arguments) VALUES (?, ?, ?)",
            (self._platform.clock() + after, name, state),
        )

    def changed(self) -> None:
        """Something was written: jobs may be due, and streams have news. Called from any thread."""
        self._wake()

    def run_due(self) -> float:
        """Do all that is due; seconds until the next."""
        while True:
            row = self._store.sql.execute(
                "SELECT seq, due, name, arguments FROM jobs ORDER BY due, seq LIMIT 1"
            ).fetchone()
            wait = _LONGEST_WAIT if row is None else row[1] - self._platform.clock()
            if wait > 0:
                return min(wait, _LONGEST_WAIT)
            self._run(row[0], row[2], json.loads(row[3]))

    def _run(self, seq: int, name: str, state: dict[str, Any]) -> None:
        try:
            with self._store.transaction():
                self._store.sql.execute("DELETE FROM jobs WHERE seq = ?", (seq,))
                JOBS[name](self._platform, Caller.of(state["caller"]), state["arguments"])
        except Exception:
            logger.exception("job %s failed", name)
            # Undone with the rest: without this it would be due for ever.
            self._store.sql.execute("DELETE FROM jobs WHERE seq = ?", (seq,))
        self._notify()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Do what is due for as long as the block lasts."""
        loop, event, here = asyncio.get_running_loop(), asyncio.Event(), threading.get_ident()

        def wake() -> None:
            event.set()
            self._notify()

        def wake_from_anywhere() -> None:
            if threading.get_ident() == here:
                wake()
            else:
                loop.call_soon_threadsafe(wake)

        self._wake = wake_from_anywhere
        task = asyncio.create_task(self._work(event))
        try:
            yield
        finally:
            self._wake = lambda: None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _work(self, event: asyncio.Event) -> None:
        while True:
            event.clear()
            wait = self.run_due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), wait)

    async def news(self) -> AsyncIterator[None]:
        """Gives a turn at once, and another after each change of anything."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            while True:
                event.clear()
                yield
                await event.wait()
        finally:
            self._waiting.discard(event)

    def _notify(self) -> None:
        for event in self._waiting:
            event.set()
