"""Pytest fixtures: a sandbox, reset for each test, and clients of it.

They are available if lvng-sandbox is installed:

def test_it_finds_the_report(lvng_client):
    assert lvng_client.search.query(query="sales")["results"]


async def test_it_finds_the_report(async_lvng_client):
    async with async_lvng_client as client:
        assert (await client.search.query(query="sales"))["results"]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # importing the plugin must be fast for tests that do not use it
    from lvng import AsyncLvngClient, LvngClient
    from lvng.testing import FakeClock

    from .server import Sandbox


CALLED = pytest.StashKey[set[str]]()
"""The operations that the tests called."""
_FROM_WORKER = "lvng_operations"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the report of called operations."""
    parser.getgroup("lvng").addoption(
        "--lvng-operations",
        choices=["count", "missing"],
        help="report which operations of the LVNG API the tests called: their number, or those that were not called",
    )


@pytest.fixture(scope="session")
def lvng_sandbox_server() -> Iterator[Sandbox]:
    """The server that all tests of a session share; override it for other options."""
    from .server import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def lvng_sandbox(lvng_sandbox_server: Sandbox, pytestconfig: pytest.Config) -> Iterator[Sandbox]:
    """A running sandbox, reset to its example workspace."""
    lvng_sandbox_server.reset()
    yield lvng_sandbox_server
    if pytestconfig.getoption("--lvng-operations"):
        _add(pytestconfig, lvng_sandbox_server.state()["operations"]["called"])


def _add(config: pytest.Config, called: Iterable[str]) -> None:
    """Add operations to the called ones."""
    config.stash.setdefault(CALLED, set()).update(called)


@pytest.hookimpl
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the called operations from a worker of pytest-xdist."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None and CALLED in session.config.stash:
        called: set[str] = session.config.stash[CALLED]
        output[_FROM_WORKER] = sorted(called)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Receive the called operations from a worker of pytest-xdist."""
    _add(node.config, getattr(node, "workeroutput", {}).get(_FROM_WORKER, ()))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Report which operations the tests called."""
    wanted = config.getoption("--lvng-operations")
    if not wanted:
        return
    from .contract.document import load

    called, known = config.stash.get(CALLED, set()), load().operations
    terminalreporter.section("LVNG operations")
    terminalreporter.line(f"{len(called)} of {len(known)} operations of the API were called")
    if wanted == "missing":
        for name in known:
            if name not in called:
                terminalreporter.line(f"  not called: {name}")


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
    """A fake clock for clients and sandbox: retries and polling do not sleep, and also advance the sandbox's clock."""
    from lvng.testing import fake_clock

    with fake_clock(lvng_sandbox.advance) as clock:
        yield clock
