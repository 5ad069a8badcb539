"""Work that is due later: runs, deliveries, schedules. It is kept in the database, so that it survives a restart."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from ..engines.engine import Answers, Asks
from .accounts import Caller
from .registry import JOBS, Outside

if TYPE_CHECKING:
    from .platform import Platform

logger: logging.Logger = logging.getLogger("lvng_sandbox")

_LONGEST_WAIT = 3600.0
_OUTSIDE_AT_ONCE = 16


class Jobs:
    """The work of a platform, done one piece at a time, each in a transaction.

    What talks to others, and so takes its time, is done outside the transaction, beside everything else.
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._store = platform.store
        self._waiting: set[asyncio.Event] = set()
        self._wake: Callable[[], None] = lambda: None
        self._answers: dict[int, Answers] = {}
        self._outside: dict[int, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(_OUTSIDE_AT_ONCE)

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
            begun = ", ".join(map(str, self._outside))
            row = self._store.sql.execute(
                f"SELECT seq, due, name, arguments FROM jobs WHERE seq NOT IN ({begun}) "
                "ORDER BY due, seq LIMIT 1"
            ).fetchone()
            if row is None:
                return _LONGEST_WAIT
            seq, due, name, state = row
            wait: float = due - self._platform.clock()
            if wait > 0:
                return min(wait, _LONGEST_WAIT)
            self._run(seq, name, json.loads(state))

    def pass_time(self, seconds: float) -> None:
        """Set the clock ahead, from one job to the next, so that each is done at its moment."""
        end = self._platform.clock() + seconds
        while self._platform.clock() + (wait := self.run_due()) <= end:
            self._platform.ahead += wait
        self._platform.ahead += max(0.0, end - self._platform.clock())
        self.run_due()

    def _run(self, seq: int, name: str, state: dict[str, Any]) -> None:
        self._platform.answers = self._answers.get(seq, {})
        try:
            with self._store.transaction():
                outside = JOBS[name](self._platform, Caller.of(state["caller"]), state["arguments"])
                if outside is None:
                    self._forget(seq)
        except Asks as asks:
            self._outside[seq] = asyncio.create_task(self._ask(seq, asks))
        except Exception:
            logger.exception("job %s failed", name)
            # Undone with the rest: without this it would be due for ever.
            self._forget(seq)
        else:
            if outside is not None:
                self._outside[seq] = asyncio.create_task(self._run_outside(seq, name, outside))
        self._notify()

    async def _run_outside(self, seq: int, name: str, outside: Outside) -> None:
        """Do what a job left to be done outside; the job is kept until it is."""
        try:
            async with self._turns:
                await outside()
        except Exception:
            logger.exception("job %s failed", name)
        self._forget(seq)
        del self._outside[seq]
        self.changed()

    async def _ask(self, seq: int, asks: Asks) -> None:
        """Have the engine asked for a job, which is due again then."""
        async with self._turns:
            await asks.ask(self._answers.setdefault(seq, {}))
        del self._outside[seq]
        self.changed()

    def _forget(self, seq: int) -> None:
        self._answers.pop(seq, None)
        self._store.sql.execute("DELETE FROM jobs WHERE seq = ?", (seq,))

    def abandon(self) -> list[asyncio.Task[None]]:
        """Break off what is being done outside; its jobs are kept, to be done again."""
        tasks = list(self._outside.values())
        self._outside.clear()
        self._answers.clear()
        for task in tasks:
            task.cancel()
        return tasks

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
            await asyncio.gather(task, *self.abandon(), return_exceptions=True)

    async def _work(self, event: asyncio.Event) -> None:
        while True:
            event.clear()
            wait = self.run_due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), wait)

    async def news(self) -> AsyncGenerator[None, None]:
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
