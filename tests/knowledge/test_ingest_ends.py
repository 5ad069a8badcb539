"""Runs that are left, that fail, that are cancelled or take too long leave nothing behind."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest

from lvng import AsyncLvngClient
from lvng_knowledge import IngestItem
from support.samples import KEY
from support.scripted_server import Exchange, Serve, stall
from support.sync_async import Colour, open_connections
from support.tuned import Connect, assert_nothing_is_left

from .items import accept, notes


def test_leaving_the_loop_leaves_nothing(connect: Connect, serve: Serve, colour: Colour) -> None:
    server = serve(accept)
    client = connect(server)
    for result in client.knowledge.ingest_many(notes(100_000)):
        assert result.ok
        break
    assert open_connections(client) == 0
    assert_nothing_is_left(client, colour)
    assert len(server.requests) <= 16


def test_a_run_that_is_never_read_does_nothing(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    server = serve(accept)
    client = connect(server)
    results: Any = client.knowledge.ingest_many(notes(5))
    del results
    assert server.requests == []
    assert_nothing_is_left(client, colour)


def test_an_error_of_the_items_ends_the_run(connect: Connect, serve: Serve, colour: Colour) -> None:
    def broken() -> Iterator[IngestItem]:
        yield from notes(20)
        raise ZeroDivisionError

    client = connect(serve(accept))
    with pytest.raises(ZeroDivisionError):
        list(client.knowledge.ingest_many(broken(), concurrency=4))
    assert_nothing_is_left(client, colour)


def test_an_error_in_on_progress_ends_the_run(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    def fail(done: int, total: int | None) -> None:
        if done == 3:
            raise ZeroDivisionError

    client = connect(serve(accept))
    with pytest.raises(ZeroDivisionError):
        list(client.knowledge.ingest_many(notes(1000), on_progress=fail))
    assert_nothing_is_left(client, colour)


def test_items_that_time_out_are_results_like_others(
    connect: Connect, serve: Serve, colour: Colour
) -> None:
    server = serve(accept, stall, accept)
    client = connect(server, timeout=0.5, max_retries=0)
    results = list(client.knowledge.ingest_many(notes(6), concurrency=1))
    assert [result.ok for result in results] == [True, False, True, True, True, True]
    assert "did not respond within 0.5 s" in str(results[1].error)
    assert_nothing_is_left(client, colour)


def test_a_cancelled_run_leaves_no_connection_and_no_task(serve: Serve) -> None:
    begun = threading.Semaphore(0)

    def hold(exchange: Exchange) -> None:
        begun.release()
        exchange.wait(60)

    server = serve(hold)

    async def main() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            run = asyncio.ensure_future(anext(client.knowledge.ingest_many(notes(100))))
            for _ in range(8):
                assert await asyncio.to_thread(begun.acquire, timeout=5)
            run.cancel()
            with pytest.raises(asyncio.CancelledError):
                await run
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert open_connections(client) == 0

    asyncio.run(main())
    assert len(server.requests) == 8


def test_a_run_that_took_too_long_leaves_no_connection_and_no_task(serve: Serve) -> None:
    server = serve(*[accept] * 20, stall)
    done: list[int] = []

    async def run(client: AsyncLvngClient) -> None:
        async for result in client.knowledge.ingest_many(notes(100), concurrency=4):
            done.append(result.index)

    async def main() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(run(client), 0.3)
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert open_connections(client) == 0

    asyncio.run(main())
    assert done == list(range(len(done)))


def test_a_closed_run_is_over_when_close_returns(serve: Serve) -> None:
    server = serve(*[accept] * 8, stall)

    async def main() -> None:
        async with AsyncLvngClient(KEY, base_url=server.url) as client:
            endless: Iterator[IngestItem] = itertools.cycle(notes(3))
            async with aclosing(client.knowledge.ingest_many(endless)) as results:
                assert (await anext(results)).ok
            assert asyncio.all_tasks() == {asyncio.current_task()}
            assert open_connections(client) == 0

    asyncio.run(main())
