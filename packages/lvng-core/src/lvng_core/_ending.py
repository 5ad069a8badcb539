"""How the end of a stream differs between the colours: who reads what is left, and for how long.

The derived twin takes `sync_x` where the source says `async_x`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

    from ._lazy import http

_running: set[asyncio.Task[None]] = set()  # an event loop alone does not keep its tasks
_last: ContextVar[weakref.ref[asyncio.Task[None]]] = ContextVar("last")


def async_aside(work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
    """Begin the work in a task of its own; False under trio, which has no tasks without a parent."""
    import asyncio

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return False
    task = loop.create_task(work())
    _running.add(task)
    task.add_done_callback(_running.discard)
    _last.set(weakref.ref(task))
    return True


def sync_aside(_work: Callable[[], None]) -> bool:
    """False: a thread would be too much for so little."""
    return False


async def async_settle() -> None:
    """Wait for the work that this task has set aside last."""
    last = _last.get(None)
    task = last() if last is not None else None
    if task is None or task.done():
        return
    import asyncio

    if task.get_loop() is asyncio.get_running_loop():  # a context may wander to another thread
        await asyncio.wait([task])


def sync_settle() -> None:
    """Nothing was set aside."""


def async_can_stop(_response: http.Response) -> bool:
    """Whether the reading of an answer can be cut short: always, for tasks can be interrupted."""
    return True


def sync_can_stop(response: http.Response) -> bool:
    """Whether the reading of an answer can be cut short: not with the user's own httpx client."""
    from ._sockets import TimedSocket

    return isinstance(response.extensions.get("network_stream"), TimedSocket)
