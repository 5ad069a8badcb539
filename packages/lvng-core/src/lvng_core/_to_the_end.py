"""Calls that are not to be left half done: what a cancelled task still owes to the server."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def async_to_the_end(work: Awaitable[T]) -> T:
    """Wait until the work is done. A cancellation that comes meanwhile is felt at the next wait.

    Args:
        work: the call that is not to be left half done.

    Returns:
        What it returns.
    """
    import anyio  # comes with httpx

    with anyio.CancelScope(shield=True):
        return await (_in_a_task(work) if _is_asyncio() else work)
    raise AssertionError("nobody cancels this scope")  # but only this tells the type checkers


def sync_to_the_end(work: T) -> T:
    """What was done: blocking code cannot be cancelled.

    Args:
        work: the answer of the call.
    """
    return work


def _is_asyncio() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:  # it is trio's, where the shield is enough
        return False
    return True


async def _in_a_task(work: Awaitable[T]) -> T:
    """Wait for a task of its own: asyncio's cancellations know no shield."""
    import asyncio

    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled and (waiting := asyncio.current_task()):
        # Asked for again, not once more: asyncio.timeout() and TaskGroup count.
        waiting.uncancel()
        waiting.cancel()
    return task.result()
