"""A sandbox, and a client of the protocol connected to a server of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from mcp.client import Client
from mcp_types import CallToolResult, TextContent

from lvng import AsyncLvngClient
from lvng_mcp import Policy, server
from lvng_sandbox import Sandbox

Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with Sandbox(check_responses=True) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    served.reset()
    return served


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def connect(sandbox: Sandbox) -> Connect:
    """Connects a client to a server with a policy, in this process."""

    @asynccontextmanager
    async def connected(
        policy: Policy | None = None, *, max_tokens: int = 6_000, key: str | None = None
    ) -> AsyncIterator[Client]:
        async with (
            AsyncLvngClient(key or sandbox.api_key, base_url=sandbox.base_url) as sdk,
            Client(server(sdk, policy=policy, max_tokens=max_tokens)) as client,
        ):
            yield client

    return connected


def text_of(result: CallToolResult, *, error: bool = False) -> str:
    [content] = result.content
    assert isinstance(content, TextContent)
    assert bool(result.is_error) is error, content.text
    return content.text
