"""Fixtures of the core's tests: a sync and an async client, a scripted server, a clock that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from lvng_core import Client
from lvng_core._clock import Clock, set_clock
from support.clock import FakeClock
from support.samples import KEY
from support.scripted_server import ScriptedServer, Serve, Step
from support.sync_async import Colour, Connect, make_colour


@pytest.fixture(params=["sync", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """Both colours; a test that asks for it runs once in each."""
    made = make_colour(request.param)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def clock() -> Iterator[FakeClock]:
    """Waiting takes no time; `clock.waits` says how long it would have been."""
    fake = FakeClock()
    before = set_clock(fake)
    yield fake
    set_clock(before)


@pytest.fixture
def real_clock(clock: FakeClock) -> Iterator[None]:
    """Time as it is, for deadlines over real sockets."""
    set_clock(Clock())
    yield
    set_clock(clock)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts scripted servers, and ends them."""
    with ExitStack() as stack:

        def start(*script: Step, **options: Any) -> ScriptedServer:
            return stack.enter_context(ScriptedServer(*script, **options))

        yield start


@pytest.fixture
def connect(colour: Colour) -> Iterator[Connect]:
    """Makes clients of a server in the colour at hand, and closes them."""
    with ExitStack() as stack:

        def make(server: ScriptedServer | str, **options: Any) -> Client:
            url = server if isinstance(server, str) else server.url
            client = colour.client(**{"api_key": KEY, "base_url": url, **options})
            stack.callback(client.close)
            return client

        yield make
