"""Apply a function to many items concurrently, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from .._synchronization import async_cancel, async_result, async_submit, async_workers

if TYPE_CHECKING:
    from concurrent.futures import Executor

Item = TypeVar("Item")


async def async_ordered_map(
    function: Callable[[Item], Any],
    items: Iterable[Item],
    *,
    concurrency: int,
    executor: Executor | None = None,
) -> AsyncIterator[Any]:
    """Apply a function to items concurrently.

    Items are taken from the iterable only when there is room for them, so memory does not grow with their
    number.

    Args:
        function: the function; with an executor, a sync function, which a process pool must be able to pickle.
        items: any iterable.
        concurrency: maximum number of items at a time.
        executor: where to run the function; default: threads in sync code, tasks in async code.

    Yields:
        The results, in the order of the items.
    """
    pending: deque[Any] = deque()
    with async_workers(concurrency, executor) as workers:
        try:
            for item in items:
                pending.append(async_submit(workers, function, item))
                if len(pending) >= concurrency:
                    yield await _first(pending)
            while pending:
                yield await _first(pending)
        finally:
            await async_cancel(pending)


async def _first(pending: deque[Any]) -> Any:
    """Wait for the result of the first item; it stays in `pending` until then."""
    result = await async_result(pending[0])
    pending.popleft()
    return result
