"""Fixtures of the generator's tests: clients of generated packages, in both colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import pytest

from support.colours import Colour, make_colour
from support.hostile import Hostile
from support.samples import KEY

Resource = Callable[[str, Hostile], Any]
"""The fixture `resource`: a resource of a golden package, `pets.pet`, with the blocking surface."""


@pytest.fixture(params=["sync", "asyncio"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """Both colours; a test that asks for it runs once in each."""
    made = make_colour(request.param)
    yield made
    made.close()


@pytest.fixture
def resource(colour: Colour) -> Iterator[Resource]:
    """Makes clients of golden packages and closes them."""
    with ExitStack() as stack:

        def find(name: str, server: Hostile) -> Any:
            package, _, tag = name.partition(".")
            module = import_module(f"codegen.golden.{package}")
            kind = module.Client if colour.name == "sync" else module.AsyncClient
            client = kind(KEY, base_url=server.url)
            stack.callback(colour.wrap(client).close)
            return colour.wrap(getattr(client, tag) if tag else client)

        yield find
