"""Fixtures: a running sandbox, reset for each test, and plain HTTP clients of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from lvng_sandbox import Entry, Sandbox
from lvng_sandbox.platform.platform import Platform
from support.contract import OPERATIONS, published
from support.sandbox import Api, Connect

DOCUMENTED = {operation["id"]: published(operation)["responses"] for operation in OPERATIONS}


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    # Every answer is checked against the contract: one that does not conform is a 500.
    with Sandbox(check_responses=True) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    running_sandbox.reset()
    yield running_sandbox
    check_statuses(running_sandbox)


@pytest.fixture(scope="session")
def running_paced_sandbox() -> Iterator[Sandbox]:
    with Sandbox(check_responses=True, step_delay=60.0) as sandbox:
        yield sandbox


@pytest.fixture
def paced(running_paced_sandbox: Sandbox) -> Iterator[Sandbox]:
    """A sandbox where each step of a run takes a minute of its own time; `advance(60)` is the next step."""
    running_paced_sandbox.reset()
    yield running_paced_sandbox
    check_statuses(running_paced_sandbox)


def check_statuses(sandbox: Sandbox) -> None:
    """Every answer that a test gets has a status that the contract has for its operation."""
    assert not {
        (entry.operation, entry.status)
        for entry in sandbox.requests
        if entry.operation and not entry.fault
        if str(entry.status) not in DOCUMENTED[entry.operation] and not is_general(entry)
    }


def is_general(entry: Entry) -> bool:
    """What any operation may answer, and none lists: too large a body, an Idempotency-Key used before."""
    return entry.status == 413 or (entry.status == 409 and "idempotency-key" in entry.headers)


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes callers of sandboxes, and closes them."""
    with ExitStack() as stack:

        def make(sandbox: Sandbox, credential: str | None = None) -> Api:
            api = Api(sandbox, credential)
            stack.enter_context(api.http)
            return api

        yield make


@pytest.fixture
def api(sandbox: Sandbox, connect: Connect) -> Api:
    """The example account, by its API key."""
    return connect(sandbox, sandbox.api_key)


@pytest.fixture
def signed_in(sandbox: Sandbox, connect: Connect) -> Api:
    """The example account, by a JWT."""
    return connect(sandbox, sandbox.jwt)


@pytest.fixture
def colleague(sandbox: Sandbox, connect: Connect) -> Api:
    """Somebody else of the same organization: Li Wei."""

    def sign_in(platform: Platform) -> str:
        caller = platform.accounts.by_email("li@example.com")
        assert caller is not None
        return platform.sessions.issue(caller)

    return connect(sandbox, sandbox._run(sign_in))


@pytest.fixture
def stranger(sandbox: Sandbox, connect: Connect) -> Api:
    """Somebody of another organization."""
    return connect(sandbox, sandbox.create_account("stranger@example.com").api_key)


@pytest.fixture
def nobody(sandbox: Sandbox, connect: Connect) -> Api:
    """Somebody without a key."""
    return connect(sandbox)
