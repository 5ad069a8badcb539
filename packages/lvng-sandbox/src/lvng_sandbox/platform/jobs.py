"""Background jobs: runs, deliveries, schedules. They are stored, so that they survive a restart."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
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
"""The part of a job that uses the network; it runs after the transaction is committed.

It is repeated if the process ends before it has finished.
"""
Perform: TypeAlias = Callable[[str, Caller, dict[str, Any], Answers], AfterCommit | None]
"""Runs a job; called with its name, its caller, its arguments, and the engine's answers so far."""
GiveUp: TypeAlias = Callable[[str, Caller, dict[str, Any], str], None]
"""Records the permanent failure of a job; called with its name, its caller, its arguments, and the error."""

RETRIES = (1.0, 5.0, 30.0)
"""Seconds before each retry of a job that raised; after the last one it has failed permanently."""

_LONGEST_WAIT = 3600.0
_MAX_CONCURRENCY = 16
"""Maximum number of concurrent jobs that use the network."""

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
    """A background job that failed permanently.

    Attributes:
        name: the job, such as `workflow.go_on`.
        arguments: its arguments.
        attempts: number of attempts.
        error: the exception of the last attempt.
        failed_at: time of the last attempt.
    """

    name: str
    arguments: Mapping[str, Any]
    attempts: int
    error: str
    failed_at: str


class Jobs:
    """The job queue of a platform: jobs run one by one, each in a transaction.

    Parts that use the network run outside the transaction, concurrently.

    Args:
        store: the database.
        clock: the time of the sandbox.
        perform: runs a job.
        give_up: records a permanent failure.
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
        self._store.write(
            "jobs",
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
        """Signal that the database has changed, so that jobs may be due and streams may have new events.

        May be called from any thread.
        """
        self._wake()

    def run_due(self) -> float:
        """Run all due jobs; returns the seconds until the next one, or an hour if it is later."""
        return min(self._run_due(), _LONGEST_WAIT)

    def _run_due(self) -> float:
        """Run all due jobs; returns the seconds until the next one, infinite without one."""
        while True:
            started = ", ".join(map(str, self._outside))
            row = self._store.sql.execute(
                f"SELECT seq, due, name, arguments FROM jobs WHERE seq NOT IN ({started}) "
                "ORDER BY due, seq LIMIT 1"
            ).fetchone()
            if row is None:
                return math.inf
            seq, due, name, state = row
            wait: float = due - self._clock.time()
            if wait > 0:
                return wait
            self._run(seq, name, json.loads(state))

    def advance(self, seconds: float) -> None:
        """Advance the clock from one job to the next, so that each runs at its time."""
        end = self._clock.time() + seconds
        while self._clock.time() + (wait := self._run_due()) <= end:
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
        """Schedule a retry for a job that raised, or record its permanent failure."""
        attempts = state.get("attempts", 0) + 1
        self._answers.pop(seq, None)  # the engine's answer may be the cause
        if attempts <= len(RETRIES):
            wait = RETRIES[attempts - 1]
            logger.warning("job %s failed; next attempt in %g s", name, wait, exc_info=error)
            self._store.sql.execute(
                "UPDATE jobs SET due = ?, arguments = ? WHERE seq = ?",
                (self._clock.time() + wait, json.dumps({**state, "attempts": attempts}), seq),
            )
            return
        logger.error(
            "job %s failed %d times and is not retried again", name, attempts, exc_info=error
        )
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
        """The jobs that failed permanently, oldest first."""
        rows = self._store.sql.execute(
            "SELECT name, arguments, attempts, error, failed_at FROM failed_jobs ORDER BY failed_at, seq"
        )
        return [FailedJob(name, json.loads(given), *rest) for name, given, *rest in rows]

    async def _run_outside(
        self, seq: int, name: str, state: dict[str, Any], outside: AfterCommit
    ) -> None:
        """Run the part of a job after its transaction; the job stays stored until then."""
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
        """Ask the engine a job's question; the job is due again afterwards."""
        async with self._slots:
            await question.ask(self._answers.setdefault(seq, {}))
        del self._outside[seq]
        self.changed()

    def _delete(self, seq: int) -> None:
        self._answers.pop(seq, None)
        self._store.write("jobs", "DELETE FROM jobs WHERE seq = ?", (seq,))

    def abandon(self) -> list[asyncio.Task[None]]:
        """Cancel the work outside of transactions; its jobs stay stored and will be repeated."""
        tasks = list(self._outside.values())
        self._outside.clear()
        self._answers.clear()
        for task in tasks:
            task.cancel()
        return tasks

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run jobs when they become due, for the duration of the block."""
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
            except (
                sqlite3.Error
            ):  # for example on a full disk: the failure of a job cannot be stored either
                logger.exception("the database failed")
                await asyncio.sleep(RETRIES[0])
                continue
            with contextlib.suppress(TimeoutError):
                # While the clock is frozen, nothing becomes due.
                await asyncio.wait_for(event.wait(), None if self._clock.is_frozen else wait)

    async def news(self) -> AsyncGenerator[None, None]:
        """Yield at once, and again after each change of the database."""
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
