"""Fixtures of the core's tests: a sync and an async client, a scripted server, a clock that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from lvng_core import Client
from lvng_core._clock import Clock, set_clock
from support.clock import FakeClock
from support.fixtures import clock, colour, serve
from support.samples import KEY
from support.scripted_server import ScriptedServer
from support.sync_async import Colour, Connect

__all__ = ["clock", "colour", "connect", "no_waiting", "real_clock", "serve"]


@pytest.fixture(autouse=True)
def no_waiting(clock: FakeClock) -> None:
    """Every test of the core has the clock that does not wait."""


@pytest.fixture
def real_clock(clock: FakeClock) -> Iterator[None]:
    """Time as it is, for deadlines over real sockets."""
    set_clock(Clock())
    yield
    set_clock(clock)


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
