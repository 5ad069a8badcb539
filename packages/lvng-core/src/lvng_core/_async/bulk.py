"""Call a function for many items, several at a time."""

from __future__ import annotations

import operator
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from concurrent.futures import Executor
from contextlib import aclosing
from typing import Any, TypeVar, cast

from .._bulk import Check, MapResult, Task, async_route, check_bulk, make_tasks
from .._errors import LvngError
from .._idempotency import keys_from
from .._journal import Journal, operation_name
from .ordered import async_ordered_map

R = TypeVar("R")
Item = TypeVar("Item")


def async_map(
    function: Callable[..., Awaitable[R]],
    items: Iterable[Item],
    *,
    concurrency: int,
    executor: Executor | None = None,
    on_progress: Callable[[int, int | None], object] | None = None,
    journal: str | os.PathLike[str] | None = None,
    run: str | None = None,
    check: Check | None = None,
) -> AsyncGenerator[MapResult[Item, R]]:
    """Call a function for many items; `AsyncClient.map` describes it.

    Args:
        function: the function.
        items: the items.
        concurrency: maximum number of calls at a time.
        executor: where to run the calls.
        on_progress: called after each result.
        journal: a file with the responses so far.
        run: name of the run; repeating it uses the same idempotency keys.
        check: raises an error for an invalid item, which then gets a failed result.
    """
    check_bulk(items, concurrency, executor)
    opened = None if journal is None else Journal(journal, operation_name(function))
    tasks = make_tasks(items, run=run, journal=opened, check=check)
    total = operator.length_hint(items, -1)
    return _map(function, tasks, concurrency, executor, on_progress, opened, total)


async def _map(
    function: Callable[..., Awaitable[R]],
    tasks: Iterable[Task],
    concurrency: int,
    executor: Executor | None,
    on_progress: Callable[[int, int | None], object] | None,
    journal: Journal | None,
    total: int,
) -> AsyncGenerator[MapResult[Any, R]]:
    async def local(task: Task) -> MapResult[Any, R]:
        if task.settled is not None:
            return task.settled
        positional, named = task.arguments()
        try:
            with keys_from(task.key):
                return task.done(await function(*positional, **named))
        except LvngError as error:
            return task.failed(error)

    try:
        with async_route(local, function, executor) as (work, workers):
            results = cast(
                "AsyncGenerator[MapResult[Any, R]]",
                async_ordered_map(work, tasks, concurrency=concurrency, executor=workers),
            )
            async with aclosing(results):
                async for result in results:
                    if journal is not None:
                        journal.record(result)
                    if on_progress is not None:
                        on_progress(result.index + 1, total if total >= 0 else None)
                    yield result
    finally:
        if journal is not None:
            journal.close()
