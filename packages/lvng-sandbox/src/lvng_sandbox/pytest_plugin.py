"""Pytest fixtures: a sandbox, reset for each test, and clients of it.

They are available wherever lvng-sandbox is installed:

def test_it_finds_the_report(lvng_client):
    assert lvng_client.search.query(query="sales")["results"]


async def test_it_finds_the_report(async_lvng_client):
    async with async_lvng_client as client:
        assert (await client.search.query(query="sales"))["results"]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # importing the plugin stays cheap for tests that do not use it
    from lvng import AsyncLvngClient, LvngClient
    from lvng.testing import FakeClock

    from .server import Sandbox


@pytest.fixture(scope="session")
def lvng_sandbox_server() -> Iterator[Sandbox]:
    """The server that all tests of a session share; override it for other options."""
    from .server import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def lvng_sandbox(lvng_sandbox_server: Sandbox) -> Sandbox:
    """A running sandbox with its example workspace and nothing else."""
    lvng_sandbox_server.reset()
    return lvng_sandbox_server


@pytest.fixture
def lvng_client(lvng_sandbox: Sandbox) -> Iterator[LvngClient]:
    """A client of the sandbox, closed after the test."""
    from lvng import LvngClient

    with LvngClient(lvng_sandbox.api_key, base_url=lvng_sandbox.base_url) as client:
        yield client


@pytest.fixture
def lvng_colleague(lvng_sandbox: Sandbox) -> Iterator[LvngClient]:
    """A client of another user of the same organization and workspace, Li Wei; closed after the test."""
    from lvng import LvngClient

    account = lvng_sandbox.account("li@example.com")
    with LvngClient(account.api_key, base_url=lvng_sandbox.base_url) as client:
        yield client


@pytest.fixture
def async_lvng_client(lvng_sandbox: Sandbox) -> AsyncLvngClient:
    """An async client of the sandbox, for the test to close: its connections belong to the test's loop."""
    from lvng import AsyncLvngClient

    return AsyncLvngClient(lvng_sandbox.api_key, base_url=lvng_sandbox.base_url)


@pytest.fixture
def lvng_clock(lvng_sandbox: Sandbox) -> Iterator[FakeClock]:
    """A clock with which no client waits: retries and polling go on at once, and the sandbox's time with them."""
    from lvng.testing import fake_clock

    with fake_clock(lvng_sandbox.advance) as clock:
        yield clock
