"""Fixtures: a sandbox, reset for each test."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from lvng_sandbox import Sandbox

from .changed_service import CONTRACT, Change, Response, changed_service, results


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.reset()
    return server


class _Bodies(dict[str, Change]):
    """Changes that change nothing and keep the responses."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def get(self, key: str, default: Any = None) -> Any:
        operation = CONTRACT.operations.get(key)
        if operation is None or "application/json" not in operation.success()[1]:
            return default

        def keep(response: Response) -> None:
            self.found.setdefault(key, copy.deepcopy(response.body))

        return keep


@pytest.fixture(scope="session")
def bodies(server: Sandbox) -> dict[str, Any]:
    """The responses of the sandbox as it is, by operation."""
    server.reset()
    kept = _Bodies()
    with changed_service(server, kept) as service:
        results(service.base_url, server.jwt)
    return kept.found
