"""Ten thousand creates while every fifth request fails in one of many ways: each is there once."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lvng import (
    AsyncLvngClient,
    CallNext,
    Flow,
    LvngClient,
    LvngError,
    Request,
    RequestOptions,
)
from support.clock import FakeClock
from support.process import sandbox_process

ROWS = 10_000
SHARE = 0.2
SEED = 20_261_124
AT_ONCE = 16
FAULTS = [
    "break=reset",
    "break=lost",
    "break=cut",
    "break=stall",
    "break=html",
    "break=garbage",
    "break=empty",
    "status=429",
    "status=429; retry-after=2",
    "status=500",
    "status=502",
    "status=503; retry-after=0.1",
    "status=504",
    "status=520",
    "status=503; delay=0.01",
    "break=lost; delay=0.01",
]
"""All that the sandbox has but the oversized body, 64 MiB each: core/test_response_size.py meets such."""

row: ContextVar[str] = ContextVar("row")


@dataclass
class Faults:
    """Asks the sandbox for faults. Which try of which row meets which is the seed's choice alone."""

    tries: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def middleware(self, request: Request, call_next: CallNext[Flow]) -> Flow:
        if name := row.get(""):
            self.ask(name, request)
        return (yield from call_next(request))

    def ask(self, name: str, request: Request) -> None:
        with self.lock:
            self.tries[name] += 1
            dice = random.Random(f"{SEED} {name} {self.tries[name]}")
            if dice.random() < SHARE:
                fault = dice.choice(FAULTS)
                self.asked[fault] += 1
                request.headers["X-Sandbox-Fault"] = fault


@dataclass
class Failures:
    """What callers were told, call by call."""

    kinds: Counter[str] = field(default_factory=Counter)

    def note(self, error: LvngError) -> None:
        self.kinds[type(error).__name__] += 1


Run = Callable[[dict[str, Any], Failures], None]


def create_sync(options: dict[str, Any], failures: Failures) -> None:
    """As a program does it that keeps its keys: what failed is called again under the same key."""
    with LvngClient(**options) as client, ThreadPoolExecutor(AT_ONCE) as threads:

        def create(name: str) -> None:
            row.set(name)
            again = RequestOptions(idempotency_key=f"key {name}")
            while True:
                try:
                    client.contacts.create(name=name, options=again)
                except LvngError as error:
                    failures.note(error)
                else:
                    return

        list(threads.map(create, names()))


def create_async(options: dict[str, Any], failures: Failures) -> None:
    """The same in tasks."""

    async def create(client: AsyncLvngClient, waiting: Iterator[str]) -> None:
        for name in waiting:
            row.set(name)
            again = RequestOptions(idempotency_key=f"key {name}")
            while True:
                try:
                    await client.contacts.create(name=name, options=again)
                except LvngError as error:
                    failures.note(error)
                else:
                    break

    async def main() -> None:
        async with AsyncLvngClient(**options) as client, asyncio.TaskGroup() as tasks:
            waiting = names()
            for _ in range(AT_ONCE):
                tasks.create_task(create(client, waiting))

    asyncio.run(main())


def names() -> Iterator[str]:
    return (f"row {number}" for number in range(ROWS))


@pytest.mark.parametrize("run", [create_sync, create_async], ids=["sync", "asyncio"])
def test_ten_thousand_creates_are_ten_thousand_rows(
    run: Run, tmp_path: Path, clock: FakeClock
) -> None:
    faults, failures = Faults(), Failures()
    with sandbox_process("--no-rate-limits", "--db", str(tmp_path / "lvng.db")) as at:
        options: dict[str, Any] = {
            "api_key": at["LVNG_API_KEY"],
            "base_url": at["LVNG_BASE_URL"],
            "timeout": 2.0,
            "middleware": faults.middleware,
        }
        run(options, failures)
        row.set("")
        with LvngClient(**options) as client:
            found = Counter(contact["name"] for contact in client.contacts.iter(limit=100))
    wanted = set(names())
    assert {name: count for name, count in found.items() if name in wanted and count != 1} == {}
    assert wanted <= found.keys()
    assert faults.asked.keys() == set(FAULTS)
    assert SHARE * 0.9 < faults.asked.total() / faults.tries.total() < SHARE * 1.1
    # The broken bodies of a success are the caller's to repeat, and so is what an empty budget gives up.
    assert failures.kinds["DecodeError"] > 100
