"""A running sandbox, fresh for each test, and plain HTTP clients of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Protocol, TypeVar

import httpx
import pytest

from lvng_sandbox import Entry, Sandbox
from lvng_sandbox.platform.platform import Platform
from support.contract import OPERATIONS, published

T = TypeVar("T")

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


class Api:
    """A caller of the sandbox: each method gives the JSON of the answer and insists on the status."""

    def __init__(self, sandbox: Sandbox, credential: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        # Without certificates, which take longer to load than a test takes, and are not asked for here.
        self.http = httpx.Client(
            base_url=sandbox.base_url, headers=headers, verify=False, trust_env=False
        )

    def call(self, method: str, path: str, *, status: int = 200, **options: Any) -> Any:
        response = self.http.request(method, path, **options)
        assert response.status_code == status, f"{response.status_code}: {response.text}"
        return response.json()

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        return self.call("GET", path, status=status, params=query or None)

    def post(self, path: str, body: Any = None, *, status: int | None = None) -> Any:
        response = self.http.post(path, json=body) if body is not None else self.http.post(path)
        expected = {200, 201} if status is None else {status}
        assert response.status_code in expected, f"{response.status_code}: {response.text}"
        return response.json()

    def upload(self, path: str, name: str, content: bytes, /, **fields: Any) -> Any:
        return self.call("POST", path, files={"file": (name, content)}, data=fields)

    def patch(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self.call("PATCH", path, status=status, json=body)

    def put(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self.call("PUT", path, status=status, json=body)

    def delete(self, path: str, *, status: int = 200) -> Any:
        return self.call("DELETE", path, status=status)


def eventually(look: Callable[[], T], within: float = 10.0) -> T:
    """What `look` finds, as soon as it finds something; for what is done in the background."""
    end = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < end, "it did not come to be"
    return found


class Connect(Protocol):
    """Makes callers."""

    def __call__(self, sandbox: Sandbox, credential: str | None = None) -> Api: ...


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
    """Somebody else of the same organization: `usr_8d6e0b17`."""

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


class Subscription:
    """A webhook endpoint that nobody answers at: what was to be delivered to it tells the events."""

    def __init__(self, api: Api, *events: str) -> None:
        self._api = api
        body = {"url": "http://127.0.0.1:9/hook", "events": list(events)}
        id = api.post("/api/v2/developer/webhooks", body)["data"]["id"]
        self._path = f"/api/v2/developer/webhooks/{id}/deliveries"

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """The events so far, oldest first, with what they bring."""
        deliveries = reversed(self._api.get(self._path)["data"])
        return [(one["event"], one["payload"]["data"]) for one in deliveries]
