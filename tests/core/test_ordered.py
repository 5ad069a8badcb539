"""Many items, several at a time, results in order."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from lvng_core.helpers import async_ordered_map, sync_ordered_map
from support.sync_async import AsyncColour, Colour

Ordered = Callable[..., Iterator[Any]]


@pytest.fixture
def ordered(colour: Colour) -> Ordered:
    """`sync_ordered_map`, or `async_ordered_map` in a loop; the function is a blocking one for both."""

    def run(
        function: Callable[[Any], Any],
        items: Iterable[Any],
        concurrency: int = 3,
        executor: Executor | None = None,
    ) -> Iterator[Any]:
        if not isinstance(colour, AsyncColour):
            return sync_ordered_map(function, items, concurrency=concurrency, executor=executor)

        async def in_a_thread(item: Any) -> Any:
            return await asyncio.to_thread(function, item)

        task = in_a_thread if executor is None else function
        results = async_ordered_map(task, items, concurrency=concurrency, executor=executor)
        wrapped: Iterator[Any] = iter(colour.wrap(results))
        return wrapped

    return run


class Inline(Executor):
    """An executor that knows `submit` alone."""

    def __init__(self) -> None:
        self.submitted: list[Any] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.submitted.append(args[0])
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as executors do
            future.set_exception(error)
        return future


@pytest.mark.parametrize("concurrency", [1, 2, 3, 10])
def test_the_results_come_in_the_order_of_the_items(ordered: Ordered, concurrency: int) -> None:
    assert list(ordered(lambda n: n * n, range(7), concurrency)) == [0, 1, 4, 9, 16, 25, 36]
    assert list(ordered(lambda n: n, [], concurrency)) == []


def test_several_run_at_once_and_the_first_may_be_the_last_to_finish(ordered: Ordered) -> None:
    finished: list[int] = []
    others = threading.Barrier(3)

    def work(number: int) -> int:
        others.wait(5)
        if number == 0:
            while len(finished) < 2:
                time.sleep(0.001)
        finished.append(number)
        return number

    assert list(ordered(work, range(3))) == [0, 1, 2]
    assert finished[-1] == 0


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_item_is_taken_before_there_is_room(ordered: Ordered, concurrency: int) -> None:
    seen: list[int] = []
    ahead: list[int] = []

    def items() -> Iterator[int]:
        for number in itertools.count():
            ahead.append(number - len(seen))
            yield number

    for result in ordered(lambda number: number, items(), concurrency):
        seen.append(result)
        if result == 20:
            break
    assert seen == list(range(21))
    assert max(ahead) == concurrency - 1


def test_as_many_run_at_once_as_were_asked_for_and_no_more(ordered: Ordered) -> None:
    together = threading.Barrier(4)
    lock = threading.Lock()
    running: list[int] = []
    counts: list[int] = []

    def work(number: int) -> int:
        with lock:
            running.append(number)
            counts.append(len(running))
        together.wait(5)
        with lock:
            running.remove(number)
        return number

    assert list(ordered(work, range(20), 4)) == list(range(20))
    assert max(counts) == 4


def test_an_error_comes_in_its_place_and_ends_it(ordered: Ordered) -> None:
    done: list[int] = []

    def work(number: int) -> int:
        if number == 2:
            raise ZeroDivisionError
        done.append(number)
        return number

    results = ordered(work, itertools.count(), 2)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert len(done) <= 4
    with pytest.raises(StopIteration):
        next(results)


def test_an_error_of_the_items_ends_it(ordered: Ordered) -> None:
    def items() -> Iterator[int]:
        yield 0
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(ordered(lambda number: number, items()))


def test_an_executor_is_used_and_left_running(ordered: Ordered) -> None:
    inline = Inline()
    assert list(ordered(lambda n: -n, range(4), 2, inline)) == [0, -1, -2, -3]
    assert inline.submitted == [0, 1, 2, 3]
    with ThreadPoolExecutor(2) as threads:
        assert list(ordered(lambda n: -n, range(4), 2, threads)) == [0, -1, -2, -3]
        assert threads.submit(int).result() == 0


def test_work_that_has_not_begun_is_given_up(ordered: Ordered) -> None:
    begun: list[int] = []
    second, gate = threading.Event(), threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        if number:
            second.set()
            gate.wait(5)
        return number

    with ThreadPoolExecutor(1) as threads:
        results = ordered(work, range(9), 4, threads)
        assert next(results) == 0
        assert second.wait(5)
        threading.Timer(0.05, gate.set).start()
        results.close()  # type: ignore[attr-defined]  # a generator
    assert begun == [0, 1]


def test_blocking_code_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in sync_ordered_map(lambda number: number, itertools.count(), concurrency=3):
        assert threading.active_count() > before
        break
    assert threading.active_count() == before


def test_async_code_leaves_no_task_behind() -> None:
    cancelled: list[int] = []

    async def work(number: int) -> int:
        try:
            await asyncio.sleep(60 if number else 0)
        except asyncio.CancelledError:
            cancelled.append(number)
            raise
        return number

    async def first() -> None:
        async for _ in async_ordered_map(work, itertools.count(), concurrency=3):
            break

    async def main() -> None:
        await first()
        await asyncio.sleep(0.01)
        assert cancelled == [1, 2]
        consumer = asyncio.ensure_future(first_of_slow())
        await asyncio.sleep(0.01)
        consumer.cancel()
        with pytest.raises(asyncio.CancelledError):
            await consumer
        assert sorted(cancelled[2:]) == [1, 2, 3]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    async def first_of_slow() -> None:
        async for _ in async_ordered_map(work, itertools.count(1), concurrency=3):
            pytest.fail("nothing is done yet")

    asyncio.run(main())
