"""The few lines that exist in both colours: limits of time, and knowing where it runs.

The derived twins take `sync_x` wherever the source says `async_x`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a third of what importing the SDK would cost; blocking code needs neither
    import asyncio
    from concurrent.futures import Executor, Future


@asynccontextmanager
async def async_limit(seconds: float | None) -> AsyncIterator[None]:
    """Raise TimeoutError when the block takes longer."""
    if seconds is None:
        yield
        return
    import anyio  # comes with httpx

    with anyio.fail_after(max(seconds, 0.0)):
        yield


@contextmanager
def sync_limit(_seconds: float | None) -> Iterator[None]:
    """Nothing: a thread cannot be interrupted; time-outs and the timed body keep the deadline."""
    yield


def async_place() -> tuple[int, object]:
    """The process and event loop that connections belong to."""
    import asyncio

    # The loop itself and not its id(): a new loop may get the id of one that is gone.
    try:
        return os.getpid(), asyncio.get_running_loop()
    except RuntimeError:  # it is trio's
        from trio.lowlevel import current_trio_token

        return os.getpid(), current_trio_token()


def async_gone(place: tuple[int, Any]) -> bool:
    """Whether a process or event loop is no more."""
    pid, loop = place
    if pid != os.getpid():
        return True
    if hasattr(loop, "is_closed"):
        return bool(loop.is_closed())
    try:
        loop.run_sync_soon(int)  # does nothing, but tells whether it could
    except RuntimeError:
        return True
    return False


def sync_place() -> tuple[int, object]:
    """The process that connections belong to."""
    return os.getpid(), None


def sync_gone(place: tuple[int, object]) -> bool:
    """Whether a process is no more, or not this one."""
    return place != sync_place()


@contextmanager
def sync_workers(concurrency: int, executor: Executor | None) -> Iterator[Executor]:
    """The executor given, else threads that end with the block."""
    if executor is not None:
        yield executor
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(concurrency, thread_name_prefix="lvng") as threads:
        yield threads


@contextmanager
def async_workers(_concurrency: int, executor: Executor | None) -> Iterator[Executor | None]:
    """The executor given, else none: async code runs as tasks."""
    yield executor


def sync_submit(workers: Executor, function: Callable[[Any], Any], item: Any) -> Future[Any]:
    """Begin a piece of work."""
    return workers.submit(function, item)


def async_submit(
    workers: Executor | None, function: Callable[[Any], Any], item: Any
) -> asyncio.Future[Any]:
    """Begin a piece of work."""
    import asyncio

    if workers is None:
        task: asyncio.Future[Any] = asyncio.ensure_future(function(item))
        return task
    return asyncio.wrap_future(workers.submit(function, item))


def sync_result(handle: Future[Any]) -> Any:
    """Wait for a piece of work."""
    return handle.result()


async def async_result(handle: asyncio.Future[Any]) -> Any:
    """Wait for a piece of work."""
    return await handle


def sync_cancel(handles: Iterable[Future[Any]]) -> None:
    """Give up what has not begun, and wait for what has."""
    from concurrent.futures import wait

    begun = [handle for handle in handles if not handle.cancel()]
    wait(begun)


async def async_cancel(handles: Iterable[asyncio.Future[Any]]) -> None:
    """Give up what is under way, and wait until it is gone."""
    import asyncio

    gone = list(handles)
    for handle in gone:
        handle.cancel()
    await asyncio.gather(*gone, return_exceptions=True)
