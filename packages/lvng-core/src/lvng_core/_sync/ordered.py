"""Run a function over many items, several at a time, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Callable, Iterable
from concurrent.futures import Executor
from typing import Any, TypeVar

from .._io import sync_cancel, sync_result, sync_submit, sync_workers

Item = TypeVar("Item")


def sync_ordered(
    function: Callable[[Item], Any],
    items: Iterable[Item],
    *,
    concurrency: int,
    executor: Executor | None = None,
) -> Iterator[Any]:
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
    with sync_workers(concurrency, executor) as workers:
        try:
            for item in items:
                if len(pending) >= concurrency:
                    yield sync_result(pending.popleft())
                pending.append(sync_submit(workers, function, item))
            while pending:
                yield sync_result(pending.popleft())
        finally:
            sync_cancel(pending)
