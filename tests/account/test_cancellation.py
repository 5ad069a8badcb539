"""A task that is cancelled owes the server the deletion of its key, wherever the cancellation meets it."""

from __future__ import annotations

import threading

import anyio
import pytest

from lvng import AsyncLvngClient, LvngClient
from lvng_sandbox import Sandbox
from support.scripted_server import Exchange, Serve, answer

KEY = {"id": "key_1", "name": "ci", "key": "lvng_sk_test_" + "0" * 32}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_block_deletes_its_key(sandbox: Sandbox, backend: str) -> None:
    async def main() -> None:
        async with AsyncLvngClient(sandbox.jwt, base_url=sandbox.base_url) as client:
            with anyio.CancelScope() as scope:
                async with client.api_keys.temporary(name="ci"):
                    scope.cancel()
                    await anyio.sleep(60)

    anyio.run(main, backend=backend)
    with LvngClient(sandbox.jwt, base_url=sandbox.base_url) as client:
        assert "ci" not in {key["name"] for key in client.api_keys.list()["data"]}


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_key_is_deleted_if_its_creation_is_cancelled(serve: Serve, backend: str) -> None:
    cancelled = threading.Event()

    def created(exchange: Exchange) -> None:
        assert cancelled.wait(10)
        answer(201, {"success": True, "data": KEY})(exchange)

    server = serve(created, answer(200, {"success": True}))

    async def use() -> None:
        async with (
            AsyncLvngClient("a.b.c", base_url=server.url) as client,
            client.api_keys.temporary(name="ci"),
        ):
            await anyio.sleep(60)  # where the cancellation is felt

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(use)
            while not server.requests:  # noqa: ASYNC110 - of a thread
                await anyio.sleep(0.001)
            group.cancel_scope.cancel()
            cancelled.set()

    anyio.run(main, backend=backend)
    assert [seen.method for seen in server.requests] == ["POST", "DELETE"]
