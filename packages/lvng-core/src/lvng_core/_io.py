"""The few lines that exist in both colours: what a driver does by itself, waiting and knowing where it runs.

The derived twins take `sync_x` wherever the source says `async_x`.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


async def async_sleep(seconds: float) -> None:
    """Wait in the running event loop, be it asyncio's or trio's."""
    import anyio  # comes with httpx

    await anyio.sleep(seconds)


def sync_sleep(seconds: float) -> None:
    """Wait in this thread."""
    time.sleep(seconds)


@asynccontextmanager
async def async_limit(seconds: float | None) -> AsyncIterator[None]:
    """Raise TimeoutError when the block takes longer."""
    if seconds is None:
        yield
        return
    import anyio

    with anyio.fail_after(max(seconds, 0.0)):
        yield


@contextmanager
def sync_limit(_seconds: float | None) -> Iterator[None]:
    """Nothing: a thread cannot be interrupted; time-outs and the timed body keep the deadline."""
    yield


def async_place() -> tuple[int, int]:
    """The process and event loop that connections belong to."""
    try:
        loop = id(asyncio.get_running_loop())
    except RuntimeError:
        loop = 0
    return os.getpid(), loop


def sync_place() -> tuple[int, int]:
    """The process that connections belong to."""
    return os.getpid(), 0
