"""Primitives that differ between sync and async: time limits, events, background work, threads.

Async sources call `async_x`; the sync code generated from them calls `sync_x`.
"""

from __future__ import annotations

__lazy_modules__ = ("threading",)  # loaded on first use from Python 3.15 on (PEP 810)

import os
import threading
import weakref
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
)
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ._deadline import DeadlineExceededError

if (
    TYPE_CHECKING
):  # importing these takes a third of the time of `import lvng`; sync code needs neither
    import asyncio
    from concurrent.futures import Executor, Future

    import anyio

    from ._trio import TrioFuture, TrioTask

    AsyncHandle: TypeAlias = asyncio.Future[Any] | TrioTask | TrioFuture

T = TypeVar("T")


# Time limits


@asynccontextmanager
async def async_fail_after(seconds: float) -> AsyncIterator[None]:
    """Raise `DeadlineExceededError` if the block takes longer."""
    import anyio

    # Not anyio.fail_after(): a TimeoutError raised by the block must not be converted.
    with anyio.move_on_after(max(seconds, 0.0)) as scope:
        yield
    if scope.cancelled_caught:
        raise DeadlineExceededError


@contextmanager
def sync_fail_after(_seconds: float) -> Iterator[None]:
    """Do nothing: a thread cannot be interrupted; the network backend limits its time-outs to the deadline."""
    yield


# Events


def async_event() -> anyio.Event:
    """An event that tasks wait for."""
    import anyio

    return anyio.Event()


def sync_event() -> threading.Event:
    """An event that threads wait for."""
    return threading.Event()


async def async_wait(event: anyio.Event, seconds: float | None) -> None:
    """Wait for an event, for a limited number of seconds."""
    import anyio

    with anyio.move_on_after(seconds):
        await event.wait()


def sync_wait(event: threading.Event, seconds: float | None) -> None:
    """Wait for an event, for a limited number of seconds."""
    event.wait(seconds)


# Threads


async def async_in_thread(function: Callable[[], T]) -> T:
    """Call a blocking function in a thread."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(function)


async def async_in_abandoned_thread(function: Callable[[], T]) -> T:
    """Call a function that may block for ever in a thread, which a cancellation does not wait for."""
    import anyio.to_thread

    return await anyio.to_thread.run_sync(function, abandon_on_cancel=True)


def sync_in_thread(function: Callable[[], T]) -> T:
    """Call the function in this thread, which may block."""
    return function()


# Cancellation


@contextmanager
def async_shield() -> Iterator[None]:
    """Protect a block from surrounding cancel scopes."""
    import anyio

    with anyio.CancelScope(shield=True):
        yield


@contextmanager
def sync_shield() -> Iterator[None]:
    """Do nothing: sync code is not cancelled."""
    yield


async def async_shielded(work: Awaitable[T]) -> T:
    """Run a call to completion even if the surrounding task is cancelled.

    A cancellation that arrives meanwhile is delivered at the next await.

    Args:
        work: the call.

    Returns:
        Its result.
    """
    import anyio

    with anyio.CancelScope(shield=True):
        return await (_in_a_task(work) if _is_asyncio() else work)
    raise AssertionError("nobody cancels this scope")  # for type checkers


def sync_shielded(work: T) -> T:
    """Return the result: sync code is not cancelled.

    Args:
        work: the result of the call.
    """
    return work


def _is_asyncio() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:  # trio, where a shielded scope is enough
        return False
    return True


async def _in_a_task(work: Awaitable[T]) -> T:
    """Run in a separate task: native cancellations of asyncio ignore anyio's scopes."""
    import asyncio

    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled and (waiting := asyncio.current_task()):
        # Re-deliver the cancellation without counting it twice; asyncio.timeout() and TaskGroup rely
        # on the count: https://docs.python.org/3/library/asyncio-task.html#asyncio.Task.uncancel
        waiting.uncancel()
        waiting.cancel()
    return task.result()


# Background work

_background: set[asyncio.Task[None]] = set()
"""Strong references: https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task"""
_latest: ContextVar[weakref.ref[asyncio.Task[None]]] = ContextVar("latest")


def async_spawn_background(work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
    """Start work in a separate task; False under trio, which has no tasks without a parent."""
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    _latest.set(weakref.ref(_start(loop, work)))
    return True


def sync_spawn_background(_work: Callable[[], None]) -> bool:
    """Always False: it is not worth a thread."""
    return False


def async_finalize(
    work: Callable[[], Coroutine[Any, Any, None]], runtime: tuple[int, object]
) -> None:
    """Start the clean-up of a garbage-collected object, if this is its event loop."""
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return  # trio, or no event loop: the garbage collector closes the socket
    if runtime == (os.getpid(), loop):
        _start(loop, work)


def _start(
    loop: asyncio.AbstractEventLoop, work: Callable[[], Coroutine[Any, Any, None]]
) -> asyncio.Task[None]:
    task = loop.create_task(work())
    _background.add(task)
    task.add_done_callback(_background.discard)
    return task


def sync_finalize(work: Callable[[], None], runtime: tuple[int, object]) -> None:
    """Clean up after a garbage-collected object, if this is its process."""
    if runtime == sync_current_runtime():
        work()


async def async_wait_background() -> None:
    """Wait for the background work that this task started last."""
    latest = _latest.get(None)
    task = latest() if latest is not None else None
    if task is None or task.done():
        return
    import asyncio

    if task.get_loop() is asyncio.get_running_loop():  # a context may move to another thread
        await asyncio.wait([task])


def sync_wait_background() -> None:
    """Do nothing: sync code has no background work."""


# The event loop


def async_current_runtime() -> tuple[int, object]:
    """The process and event loop, which own connections."""
    import asyncio

    # The loop itself and not its id(), which a later loop may reuse.
    try:
        return os.getpid(), asyncio.get_running_loop()
    except RuntimeError:
        from trio.lowlevel import current_trio_token

        return os.getpid(), current_trio_token()


def async_is_defunct(runtime: tuple[int, Any]) -> bool:
    """Whether the process or event loop has ended."""
    pid, loop = runtime
    if pid != os.getpid():
        return True
    if hasattr(loop, "is_closed"):
        return bool(loop.is_closed())
    try:
        loop.run_sync_soon(int)  # a no-op that raises if the loop of trio has ended
    except RuntimeError:
        return True
    return False


def sync_current_runtime() -> tuple[int, object]:
    """The process, which owns connections."""
    return os.getpid(), None


def sync_is_defunct(runtime: tuple[int, object]) -> bool:
    """Whether it is a different process."""
    return runtime != sync_current_runtime()


def async_is_interruptible(_keeps_deadline: bool) -> bool:
    """Whether a deadline can interrupt reading: always, because tasks can be cancelled."""
    return True


def sync_is_interruptible(keeps_deadline: bool) -> bool:
    """Whether a deadline can interrupt reading: only if the sockets apply it."""
    return keeps_deadline


def async_is_one_thread() -> bool:
    """Whether all calls of a client are made in one thread: that of the event loop."""
    return True


def sync_is_one_thread() -> bool:
    """Whether all calls of a client are made in one thread: several threads may share a client."""
    return False


# Workers


@contextmanager
def sync_workers(concurrency: int, executor: Executor | None) -> Iterator[Executor]:
    """The given executor, else a thread pool that is shut down after the block."""
    if executor is not None:
        yield executor
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(concurrency, thread_name_prefix="lvng") as threads:
        yield threads


@contextmanager
def async_workers(_concurrency: int, executor: Executor | None) -> Iterator[Executor | None]:
    """The given executor, else None: async code runs as tasks."""
    yield executor


def sync_submit(workers: Executor, function: Callable[[Any], Any], item: Any) -> Future[Any]:
    """Start a call of the function."""
    return workers.submit(function, item)


def async_submit(
    workers: Executor | None, function: Callable[[Any], Any], item: Any
) -> AsyncHandle:
    """Start a call of the function."""
    if not _is_asyncio():
        from ._trio import TrioFuture, TrioTask

        if workers is None:
            return TrioTask(lambda: function(item))
        return TrioFuture(workers.submit(function, item))
    import asyncio

    if workers is None:
        task: asyncio.Future[Any] = asyncio.ensure_future(function(item))
        return task
    return asyncio.wrap_future(workers.submit(function, item))


def sync_result(handle: Future[Any]) -> Any:
    """Wait for the result of a call."""
    return handle.result()


async def async_result(handle: AsyncHandle) -> Any:
    """Wait for the result of a call."""
    return await handle


def sync_cancel(handles: Iterable[Future[Any]]) -> None:
    """Cancel calls that have not started, and wait for the others."""
    from concurrent.futures import wait

    started = [handle for handle in handles if not handle.cancel()]
    wait(started)


async def async_cancel(handles: Iterable[AsyncHandle]) -> None:
    """Cancel the running calls, and wait until they have ended."""
    cancelled: list[Any] = list(handles)
    if not _is_asyncio():
        from ._trio import cancel_all

        await cancel_all(cancelled)
        return
    import asyncio

    for handle in cancelled:
        handle.cancel()
    await asyncio.gather(*cancelled, return_exceptions=True)
