"""Bulk ingestion on executors: threads, processes, and any other that knows `submit`."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from lvng import AsyncLvngClient, ConfigurationError, LvngClient, LvngError
from lvng_sandbox import Sandbox
from support.samples import KEY
from support.scripted_server import Exchange, Serve, answer
from support.sync_async import Colour
from support.tuned import Connect, assert_nothing_is_left

from .items import accept, notes


class Inline(Executor):
    """Does at once what it is given, and fails where it is told to."""

    def __init__(self, *fails: int) -> None:
        self.fails = fails
        self.done = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.done in self.fails:
            future.set_exception(MemoryError("worker was killed"))
        else:
            future.set_result(fn(*args, **kwargs))
        self.done += 1
        return future


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    # Not forked: this process has threads.
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_items_are_ingested_in_a_thread_pool(client: LvngClient, colour: Colour) -> None:
    with ThreadPoolExecutor(3) as threads:
        results = list(client.knowledge.ingest_many(notes(20), executor=threads))
        assert threads.submit(int).result() == 0
    assert [result.index for result in results if result.ok] == list(range(20))
    assert_nothing_is_left(client, colour)


def test_items_are_ingested_in_a_process_pool(
    client: LvngClient, processes: Executor, colour: Colour
) -> None:
    results = list(client.knowledge.ingest_many(notes(20), executor=processes))
    assert [result.index for result in results if result.ok] == list(range(20))
    assert [result.item for result in results] == list(notes(20))
    assert_nothing_is_left(client, colour)


def test_an_unpicklable_item_is_a_failed_result(client: LvngClient, processes: Executor) -> None:
    items: list[Any] = [
        {"content": "good"},
        {"content": "bad", "metadata": {"f": lambda: None}},  # cannot be pickled
        {"content": ""},
        {"content": "good too"},
    ]
    results = list(client.knowledge.ingest_many(items, executor=processes))
    assert [result.ok for result in results] == [True, False, False, True]
    assert "The executor lost item 1" in str(results[1].error)
    assert "Item 2 has neither content nor url" in str(results[2].error)
    assert results[1].item is items[1]


def test_the_servers_errors_come_back_from_a_process(
    connect: Connect, serve: Serve, processes: Executor
) -> None:
    server = serve(answer(400, {"error": "Too much text"}))
    (result,) = connect(server).knowledge.ingest_many(notes(1), executor=processes)
    assert result.error is not None
    assert result.error.status_code == 400
    assert KEY not in repr(result)


def test_an_executor_of_the_caller_is_used(client: LvngClient) -> None:
    inline = Inline()
    assert all(result.ok for result in client.knowledge.ingest_many(notes(5), executor=inline))
    assert inline.done == 5


def test_an_item_that_the_executor_loses_does_not_lose_the_rest(client: LvngClient) -> None:
    results = list(client.knowledge.ingest_many(notes(5), executor=Inline(1, 4)))
    assert [result.ok for result in results] == [True, False, True, True, False]
    lost = results[4].error
    assert type(lost) is LvngError
    assert "The executor lost item 4: MemoryError('worker was killed')" in str(lost)
    assert isinstance(lost.__cause__, MemoryError)


def test_an_executor_that_shuts_down_ends_the_run(client: LvngClient, colour: Colour) -> None:
    with ThreadPoolExecutor(2) as threads:
        results = client.knowledge.ingest_many(notes(50), executor=threads)
        assert next(results).ok
        threads.shutdown()
        with pytest.raises(RuntimeError, match="after shutdown"):
            list(results)
    assert_nothing_is_left(client, colour)


def test_an_item_keeps_its_key_wherever_it_runs(connect: Connect, serve: Serve) -> None:
    server = serve(accept)
    client = connect(server)

    class Twice(Inline):
        """Does everything again, as a cluster does after it lost a worker."""

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            fn(*args, **kwargs)
            return super().submit(fn, *args, **kwargs)

    list(client.knowledge.ingest_many(notes(2), executor=Twice()))
    keys = [seen.header("idempotency-key") for seen in server.requests]
    assert keys[0] == keys[1] != keys[2] == keys[3]


def test_leaving_the_loop_waits_for_running_calls_and_starts_no_more(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    def take_time(exchange: Exchange) -> None:
        exchange.wait(0.02)  # all together longer than a busy machine lets the loop wait
        accept(exchange)

    server = serve(take_time)
    client = connect(server)
    with ThreadPoolExecutor(1) as threads:
        for _ in client.knowledge.ingest_many(notes(1000), executor=threads, concurrency=200):
            break
        assert_nothing_is_left(client, colour)
    assert len(server.requests) < 100


def test_the_twin_of_an_async_client_is_closed_with_the_run(serve: Serve) -> None:
    server = serve(accept)

    async def main() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            with ThreadPoolExecutor(2) as threads:
                results = client.knowledge.ingest_many(notes(10), executor=threads)
                assert len([result async for result in results]) == 10
            await asyncio.to_thread(server.wait_for_connections, 0)

    asyncio.run(main())


def test_a_client_on_the_users_own_httpx_client(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with httpx.AsyncClient() as own:
            client = AsyncLvngClient(sandbox.api_key, base_url=sandbox.base_url, http_client=own)
            results = client.knowledge.ingest_many(notes(1), executor=Inline())
            with pytest.raises(
                ConfigurationError, match="This client cannot be used with an executor"
            ):
                await anext(results)

    asyncio.run(main())
    with httpx.Client() as own, ThreadPoolExecutor(2) as threads:
        blocking = LvngClient(sandbox.api_key, base_url=sandbox.base_url, http_client=own)
        results = list(blocking.knowledge.ingest_many(notes(3), executor=threads))
        assert all(result.ok for result in results)
