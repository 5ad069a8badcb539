"""Run a function over many items, several at a time, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor
from typing import Any, TypeVar

from .._synchronization import async_cancel, async_result, async_submit, async_workers

Item = TypeVar("Item")


async def async_ordered_map(
    function: Callable[[Item], Any],
    items: Iterable[Item],
    *,
    concurrency: int,
    executor: Executor | None = None,
) -> AsyncIterator[Any]:
    """The results of `function` over `items`, in the order of the items.

    At most `concurrency` items are under way, and no item is taken from `items` before there is room for
    it: any number of them takes the same memory.

    Args:
        function: what to do; with an executor a blocking function that it can carry.
        items: any iterable.
        concurrency: how many at a time.
        executor: where to run; by default threads for blocking code and tasks for async code.
    """
    pending: deque[Any] = deque()
    with async_workers(concurrency, executor) as workers:
        try:
            for item in items:
                pending.append(async_submit(workers, function, item))
                if len(pending) >= concurrency:
                    yield await async_result(pending.popleft())
            while pending:
                yield await async_result(pending.popleft())
        finally:
            await async_cancel(pending)
