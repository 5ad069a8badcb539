"""Background jobs: runs, deliveries, schedules. They are stored, so that they survive a restart."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sqlite3
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..clock import Clock
from ..engines.engine import Answers, EngineCallNeeded
from ..store.database import Store, define_tables
from .caller import Caller

logger: logging.Logger = logging.getLogger("lvng_sandbox")

AfterCommit: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
"""The part of a job that talks to others, done once the transaction is committed.

It is done again if the process ends before it is.
"""
Perform: TypeAlias = Callable[[str, Caller, dict[str, Any], Answers], AfterCommit | None]
"""Does a job: its name, on whose behalf, its arguments, and the answers of the engine so far."""
GiveUp: TypeAlias = Callable[[str, Caller, dict[str, Any], str], None]
"""Records that a job was given up: its name, on whose behalf, its arguments, and the error."""

RETRIES = (1.0, 5.0, 30.0)
"""Seconds before each retry of a job that raised; after the last it is given up."""

_LONGEST_WAIT = 3600.0
_MAX_CONCURRENCY = 16
"""Jobs that wait for others at the same time."""

define_tables("""
CREATE TABLE IF NOT EXISTS jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    due REAL NOT NULL,
    name TEXT NOT NULL,
    arguments TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due);
CREATE TABLE IF NOT EXISTS failed_jobs (
    seq INTEGER PRIMARY KEY,
    failed_at TEXT NOT NULL,
    name TEXT NOT NULL,
    arguments TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL
);
""")


def argument_of_job(name: str) -> str:
    """An argument of jobs in SQL, for an index: SQLite uses it only where the expression is the same."""
    return f"json_extract(arguments, '$.arguments.{name}')"


@dataclass(frozen=True, slots=True)
class FailedJob:
    """Background work that was given up.

    Attributes:
        name: the job, such as `workflow.go_on`.
        arguments: its arguments.
        attempts: how often it was tried.
        error: the exception of the last attempt.
        failed_at: when that was.
    """

    name: str
    arguments: Mapping[str, Any]
    attempts: int
    error: str
    failed_at: str


class Jobs:
    """The queue of a platform: jobs run one after the other, each in a transaction.

    What takes its time, because it talks to others, runs outside the transaction, concurrently.

    Args:
        store: the database.
        clock: the time of the sandbox.
        perform: does a job.
        give_up: records that a job was given up.
    """

    def __init__(self, store: Store, clock: Clock, perform: Perform, give_up: GiveUp) -> None:
        self._store = store
        self._clock = clock
        self._perform = perform
        self._give_up = give_up
        self._waiting: set[asyncio.Event] = set()
        self._wake: Callable[[], None] = lambda: None
        self._answers: dict[int, Answers] = {}
        self._outside: dict[int, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(_MAX_CONCURRENCY)

    def add(
        self, caller: Caller, name: str, arguments: Mapping[str, Any], *, after: float = 0.0
    ) -> None:
        """Queue a job on behalf of a caller, to run in some seconds."""
        origin = self._store.origin
        state = json.dumps({"caller": caller.to_json(), "arguments": arguments, "origin": origin})
        self._store.sql.execute(
            "INSERT INTO jobs (due, name, arguments) VALUES (?, ?, ?)",
            (self._clock.time() + after, name, state),
        )

    def hasten(self, name: str, argument: str, value: str) -> bool:
        """Make the queued jobs of a name due now that have this argument; whether there are any.

        Args:
            name: the job.
            argument: name of the argument; the module of the job has an index of it.
            value: its value.
        """
        found = self._store.sql.execute(
            f"UPDATE jobs SET due = min(due, ?) WHERE {argument_of_job(argument)} = ? AND name = ?",
            (self._clock.time(), value, name),
        )
        return found.rowcount > 0

    def changed(self) -> None:
        """Report that something was written: jobs may be due, and streams may have news.

        Called from any thread.
        """
        self._wake()

    def run_due(self) -> float:
        """Run all jobs that are due; the seconds until the next one."""
        while True:
            started = ", ".join(map(str, self._outside))
            row = self._store.sql.execute(
                f"SELECT seq, due, name, arguments FROM jobs WHERE seq NOT IN ({started}) "
                "ORDER BY due, seq LIMIT 1"
            ).fetchone()
            if row is None:
                return _LONGEST_WAIT
            seq, due, name, state = row
            wait: float = due - self._clock.time()
            if wait > 0:
                return min(wait, _LONGEST_WAIT)
            self._run(seq, name, json.loads(state))

    def advance(self, seconds: float) -> None:
        """Set the clock ahead, from one job to the next, so that each runs at its time."""
        end = self._clock.time() + seconds
        while self._clock.time() + (wait := self.run_due()) <= end:
            self._clock.advance(wait)
        self._clock.advance(max(0.0, end - self._clock.time()))
        self.run_due()

    def _run(self, seq: int, name: str, state: dict[str, Any]) -> None:
        caller, answers = Caller.from_json(state["caller"]), self._answers.get(seq, {})
        try:
            with self._store.transaction(state.get("origin", "")):
                outside = self._perform(name, caller, state["arguments"], answers)
                if outside is None:
                    self._delete(seq)
        except EngineCallNeeded as question:
            self._outside[seq] = asyncio.create_task(self._ask(seq, question))
        except Exception as error:  # noqa: BLE001 - any job may raise anything
            self._failed(seq, name, state, error)
        else:
            if outside is not None:
                self._outside[seq] = asyncio.create_task(
                    self._run_outside(seq, name, state, outside)
                )
        self._notify()

    def _failed(self, seq: int, name: str, state: dict[str, Any], error: Exception) -> None:
        """Have a job that raised done again later, or give it up."""
        attempts = state.get("attempts", 0) + 1
        self._answers.pop(seq, None)  # the engine may have caused it
        if attempts <= len(RETRIES):
            wait = RETRIES[attempts - 1]
            logger.warning("job %s failed; next attempt in %g s", name, wait, exc_info=error)
            self._store.sql.execute(
                "UPDATE jobs SET due = ?, arguments = ? WHERE seq = ?",
                (self._clock.time() + wait, json.dumps({**state, "attempts": attempts}), seq),
            )
            return
        logger.error("job %s failed %d times, and is given up", name, attempts, exc_info=error)
        arguments, message = state["arguments"], f"{type(error).__name__}: {error}"
        with self._store.transaction():
            self._store.sql.execute(
                "INSERT INTO failed_jobs VALUES (?, ?, ?, ?, ?, ?)",
                (seq, self._clock.now(), name, json.dumps(arguments), attempts, message),
            )
            self._delete(seq)
        with contextlib.suppress(Exception), self._store.transaction():
            self._give_up(name, Caller.from_json(state["caller"]), arguments, message)

    def failed(self) -> list[FailedJob]:
        """The jobs that were given up, oldest first."""
        rows = self._store.sql.execute(
            "SELECT name, arguments, attempts, error, failed_at FROM failed_jobs ORDER BY failed_at, seq"
        )
        return [FailedJob(name, json.loads(given), *rest) for name, given, *rest in rows]

    async def _run_outside(
        self, seq: int, name: str, state: dict[str, Any], outside: AfterCommit
    ) -> None:
        """Do the part of a job that runs after its transaction; the job is stored until then."""
        try:
            async with self._slots:
                await outside()
        except Exception as error:  # noqa: BLE001 - any job may raise anything
            self._failed(seq, name, state, error)
        else:
            self._delete(seq)
        del self._outside[seq]
        self.changed()

    async def _ask(self, seq: int, question: EngineCallNeeded) -> None:
        """Ask the engine for a job, which is due again afterwards."""
        async with self._slots:
            await question.ask(self._answers.setdefault(seq, {}))
        del self._outside[seq]
        self.changed()

    def _delete(self, seq: int) -> None:
        self._answers.pop(seq, None)
        self._store.sql.execute("DELETE FROM jobs WHERE seq = ?", (seq,))

    def abandon(self) -> list[asyncio.Task[None]]:
        """Cancel what runs outside of transactions; its jobs stay stored, to be done again."""
        tasks = list(self._outside.values())
        self._outside.clear()
        self._answers.clear()
        for task in tasks:
            task.cancel()
        return tasks

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run jobs as they become due, until the block ends."""
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
            try:
                wait = self.run_due()
            except sqlite3.Error:  # such as a full disk: that a job failed cannot be stored either
                logger.exception("the database failed")
                await asyncio.sleep(RETRIES[0])
                continue
            with contextlib.suppress(TimeoutError):
                # While the clock stands still, nothing becomes due.
                await asyncio.wait_for(event.wait(), None if self._clock.is_frozen else wait)

    async def news(self) -> AsyncGenerator[None, None]:
        """Yields at once, and again after each change of anything."""
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
