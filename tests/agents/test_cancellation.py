"""A task that is cancelled owes the server the deletion of its agent, wherever the cancellation meets it."""

from __future__ import annotations

import asyncio
import threading

import anyio
import pytest

from lvng import AsyncLvngClient
from support.samples import KEY
from support.scripted_server import Exchange, ScriptedServer, Serve, Step
from support.sync_async import open_connections

from .lifecycle import CREATED, DELETED, STARTED, WHOLE_LIFE, calls

CREATION, START, BLOCK, DELETION = range(4)
MOMENTS = pytest.mark.parametrize(
    "moment", range(4), ids=["creation", "start", "block", "deletion"]
)
REQUESTS = (1, 2, 2, 3)
"""How many have been made when the cancellation comes."""


class Script:
    """A server that holds back the answer of one moment until the cancellation has come."""

    def __init__(self, serve: Serve, moment: int) -> None:
        self.moment = moment
        self.cancelled = threading.Event()
        steps = [CREATED, STARTED, DELETED]
        if moment != BLOCK:
            at = REQUESTS[moment] - 1
            steps[at] = self._held(steps[at])
        self.server: ScriptedServer = serve(*steps)

    def _held(self, step: Step) -> Step:
        def wait(exchange: Exchange) -> None:
            assert self.cancelled.wait(10)
            step(exchange)

        return wait

    async def use(self) -> None:
        """The life of an agent."""
        async with AsyncLvngClient(KEY, base_url=self.server.url) as client:
            try:
                async with client.agents.temporary(name="Scout"):
                    if self.moment == BLOCK:
                        await anyio.sleep(60)
            finally:
                assert open_connections(client) == 0

    async def arrive(self) -> None:
        """Wait for the moment."""
        while len(self.server.requests) < REQUESTS[self.moment]:  # noqa: ASYNC110 - of a thread
            await anyio.sleep(0.001)

    def check(self) -> None:
        """What was created is deleted; what was not to be started is not."""
        started = self.moment != CREATION
        assert calls(self.server) == [call for call in WHOLE_LIFE if started or "start" not in call]


@MOMENTS
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_scope_deletes_the_agent(serve: Serve, backend: str, moment: int) -> None:
    script = Script(serve, moment)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(script.use)
            await script.arrive()
            group.cancel_scope.cancel()
            script.cancelled.set()

    anyio.run(main, backend=backend)
    script.check()


@MOMENTS
@pytest.mark.parametrize("times", [1, 3])
def test_a_cancelled_task_deletes_the_agent(serve: Serve, moment: int, times: int) -> None:
    script = Script(serve, moment)

    async def main() -> None:
        task = asyncio.ensure_future(script.use())
        await script.arrive()
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        script.cancelled.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    script.check()


def test_an_asyncio_timeout_around_the_block_raises_timeout_error(serve: Serve) -> None:
    script = Script(serve, CREATION)

    async def use_within(seconds: float) -> None:
        async with asyncio.timeout(seconds):
            await script.use()

    async def main() -> None:
        asyncio.get_running_loop().call_later(0.1, script.cancelled.set)
        with pytest.raises(TimeoutError):
            await use_within(0.05)

    asyncio.run(main())
    script.check()
