"""Fixtures of several packages' tests: both clients, a scripted server, a clock that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from lvng_core.testing import FakeClock, fake_clock
from support.scripted_server import ScriptedServer, Serve, Step
from support.sync_async import Colour, make_colour


@pytest.fixture(params=["sync", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """Sync and async: a test that uses this fixture, or one that needs it, runs once with each."""
    made = make_colour(request.param)
    yield made
    made.close()


@pytest.fixture
def clock() -> Iterator[FakeClock]:
    """Waiting takes no time; `clock.waits` says how long it would have been."""
    with fake_clock() as fake:
        yield fake


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts scripted servers, and stops them."""
    with ExitStack() as stack:

        def start(*script: Step, **options: Any) -> ScriptedServer:
            return stack.enter_context(ScriptedServer(*script, **options))

        yield start
