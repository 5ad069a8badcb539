"""Fixtures: a sandbox, reset for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvng_sandbox import Sandbox


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.reset()
    return server
