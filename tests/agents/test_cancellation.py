"""A task that is cancelled owes the server the deletion of its agent, wherever the cancellation meets it."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from lvng import AsyncLvngClient
from support.colours import open_connections
from support.hostile import Exchange, Hostile, Serve, Step
from support.samples import KEY

from .test_temporary import CREATED, DELETED, STARTED, WHOLE_LIFE, calls

CREATION, START, BLOCK, DELETION = range(4)
REQUESTS = (1, 2, 2, 3)
"""How many there are when the cancellation comes."""


def slowly(step: Step) -> Step:
    """The answer, after the cancellation has come."""

    def wait(exchange: Exchange) -> None:
        exchange.wait(0.15)
        step(exchange)

    return wait


def script(moment: int) -> list[Step]:
    steps = [CREATED, STARTED, DELETED]
    if moment != BLOCK:
        at = min(moment, 2)
        steps[at] = slowly(steps[at])
    return steps


async def use_an_agent(server: Hostile, moment: int) -> None:
    async with AsyncLvngClient(KEY, base_url=server.url) as client:
        try:
            async with client.agents.temporary(name="Scout"):
                if moment == BLOCK:
                    await anyio.sleep(60)
        finally:
            assert open_connections(client) == 0


@pytest.mark.parametrize("moment", range(4), ids=["creation", "start", "block", "deletion"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_scope_deletes_the_agent(serve: Serve, backend: str, moment: int) -> None:
    server = serve(*script(moment))

    async def main() -> None:
        with anyio.move_on_after(0.05) as scope:
            await use_an_agent(server, moment)
            await anyio.lowlevel.checkpoint()
        assert scope.cancelled_caught

    anyio.run(main, backend=backend)
    assert calls(server) == [call for call in WHOLE_LIFE if moment or "start" not in call]


@pytest.mark.parametrize("moment", range(4), ids=["creation", "start", "block", "deletion"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_cancelled_task_deletes_the_agent(serve: Serve, moment: int, times: int) -> None:
    server = serve(*script(moment))

    async def main() -> None:
        task = asyncio.ensure_future(use_an_agent(server, moment))
        while len(server.requests) < REQUESTS[moment]:  # noqa: ASYNC110 - another thread's
            await asyncio.sleep(0.001)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0.01)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    assert calls(server) == [call for call in WHOLE_LIFE if moment or "start" not in call]


def test_a_time_out_around_it_stays_a_time_out(serve: Serve) -> None:
    server = serve(*script(CREATION))

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await use_an_agent(server, CREATION)

    asyncio.run(main())
    assert calls(server) == ["POST ", "DELETE /agent_1"]
