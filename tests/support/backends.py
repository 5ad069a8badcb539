"""The HTTP library under the clients of a test run: `pytest --backend aiohttp` runs the tests over aiohttp."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from inspect import unwrap
from typing import Any, get_args
from unittest.mock import patch

import pytest

from lvng_core import AsyncClient, Client
from lvng_core._connection_options import Backend, ConnectionOptions

KEEPS = "aiohttp has read all of the answer by then, and keeps the connection"

BACKENDS: tuple[str, ...] = get_args(Backend)
_chosen = BACKENDS[0]


def http() -> Any:
    """The library whose requests, answers and exceptions the tests see: httpx or httpx2."""
    return import_module("httpx2" if _chosen == "httpx2" else "httpx")


@contextmanager
def default_backend(name: str) -> Iterator[None]:
    """Let it be the default of `backend=`, so that each test makes its clients as it does otherwise."""
    global _chosen
    clients = (AsyncClient,) if name == "aiohttp" else (AsyncClient, Client)
    with ExitStack() as stack:
        for cls in (ConnectionOptions, *clients):
            defaults = unwrap(cls.__init__).__kwdefaults__
            assert "backend" in defaults
            stack.enter_context(patch.dict(defaults, backend=name))
        before, _chosen = _chosen, name
        yield
        _chosen = before


def not_over(backend: str, reason: str) -> pytest.MarkDecorator:
    """Marks a test that cannot hold over a backend."""
    return pytest.mark.not_over(backend, reason=reason)


def uses(item: pytest.Item, backend: str) -> bool:
    """Whether a test makes a difference over a backend."""
    if any(backend in mark.args for mark in item.iter_markers("not_over")):
        return False
    if backend != "aiohttp":
        return True
    # aiohttp is for asyncio alone.
    parameters = getattr(item, "callspec", None)
    values = () if parameters is None else parameters.params.values()
    return "trio" not in item.name and not any(one in ("sync", Client) for one in values)
