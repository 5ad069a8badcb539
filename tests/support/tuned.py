"""The full client, sync and async, for tests of the hand-written resources.

A conftest imports the fixtures that it needs: `from support.tuned import client, connect, running_sandbox, sandbox`.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack
from typing import Any, Protocol, cast

import pytest

from lvng import AsyncLvngClient, LvngClient
from lvng_core import AsyncResource
from lvng_sandbox import Sandbox
from support.samples import KEY
from support.scripted_server import ScriptedServer
from support.sync_async import AsyncColour, Blocking, Colour, open_connections


class Full(Blocking):
    """An async client, its resources, streams and context managers with the sync interface."""

    def __getattr__(self, name: str) -> Any:
        value = super().__getattr__(name)
        return Full(value, self._run) if isinstance(value, AsyncResource) else value

    def _adapt(self, value: Any) -> Any:
        if inspect.iscoroutine(value):
            return self._adapt(self._run(value))
        if inspect.isasyncgen(value):
            return self._iterate(value)
        if isinstance(value, AbstractAsyncContextManager):
            return Full(value, self._run)
        return value


class Connect(Protocol):
    """Makes clients of a server, with options by name."""

    def __call__(self, server: ScriptedServer | Sandbox, **options: Any) -> LvngClient: ...


@pytest.fixture
def connect(colour: Colour) -> Iterator[Connect]:
    """Makes full clients, sync or async, and closes them."""
    with ExitStack() as stack:

        def make(server: ScriptedServer | Sandbox, **options: Any) -> LvngClient:
            at = server.url if isinstance(server, ScriptedServer) else server.base_url
            key = KEY if isinstance(server, ScriptedServer) else server.api_key
            options = {"api_key": key, "base_url": at, **options}
            client = full_client(colour, **options)
            stack.callback(client.close)
            return client

        yield make


def full_client(colour: Colour, **options: Any) -> LvngClient:
    """Make a full client, sync or async, with the interface of the sync one."""
    if isinstance(colour, AsyncColour):
        return cast("LvngClient", Full(AsyncLvngClient(**options), colour.run))
    return LvngClient(**options)


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with Sandbox(check_responses=True) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """A sandbox with the example data only."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def client(sandbox: Sandbox, connect: Connect) -> LvngClient:
    """A client of the sandbox."""
    return connect(sandbox)


def assert_nothing_is_left(client: LvngClient, colour: Colour) -> None:
    """Check that no connection is in use, and that no task or thread of the SDK is running."""
    if isinstance(colour, AsyncColour):
        colour.run(_assert_no_tasks())
    threads = [thread.name for thread in threading.enumerate() if thread.name.startswith("lvng_")]
    assert threads == []
    assert open_connections(client) == 0


async def _assert_no_tasks() -> None:
    # The rest of an ended stream is read in the background, which takes a moment.
    end = asyncio.get_running_loop().time() + 2.0
    while asyncio.all_tasks() != {asyncio.current_task()}:
        assert asyncio.get_running_loop().time() < end, asyncio.all_tasks()
        await asyncio.sleep(0.001)
