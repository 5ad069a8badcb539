"""Two runs of one program give the same responses byte for byte, with a seed and a moment to start at."""

from __future__ import annotations

import contextlib
import socket

import httpx
import pytest

from lvng import LvngClient, LvngError
from lvng_sandbox import Sandbox
from support.arguments import arguments_of
from support.contract import OPERATIONS, Node
from support.process import serving
from support.sandbox import Api, Connect

NOW = "2026-01-01T09:00Z"
ORDER = ["GET", "POST", "PUT", "PATCH", "DELETE"]
"""Methods in the order of the program: deletions come last."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def exchanges(port: int, hash_seed: str, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The response to each operation, called with the contract's examples one after the other."""
    monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
    found: list[bytes] = []

    def record(response: httpx.Response) -> None:
        head = f"{response.request.method} {response.request.url} {response.status_code}"
        headers = sorted(response.headers.multi_items())
        found.append(f"{head}\n{headers}\n".encode() + response.read())

    options = ("--port", str(port), "--random-seed", "42", "--now", NOW, "--no-rate-limits")
    with (
        serving(*options) as (_, url, key),
        httpx.Client(event_hooks={"response": [record]}) as http_client,
    ):
        body = {"email": "ana@example.com", "password": "correct horse battery staple"}
        token = http_client.post(f"{url}/api/v2/auth/login", json=body).json()["data"]
        clients = {
            auth: LvngClient(value, base_url=url, max_retries=0, http_client=http_client)
            for auth, value in (("key", key), ("jwt", token["access_token"]))
        }
        for operation in sorted(OPERATIONS, key=_late):
            client = clients["jwt" if operation["auth"] == "jwt" else "key"]
            method = getattr(getattr(client, operation["tag"]), operation["method"])
            with contextlib.suppress(LvngError):
                result = method(**arguments_of(operation, every=True))
                if operation["returns"] == "sse":
                    list(result)
                elif operation["returns"] == "bytes":
                    result.read()
    return found


def _late(operation: Node) -> tuple[bool, int]:
    """What ends the sessions, or an organization, comes last of all."""
    return operation["tag"] in {"auth", "organizations"}, ORDER.index(operation["http"])


def test_every_operation_gives_the_same_response_in_a_second_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    first = exchanges(port, "1", monkeypatch)
    second = exchanges(port, "2", monkeypatch)
    assert len(first) >= len(OPERATIONS)
    assert sum(b" 20" in one.splitlines()[0] for one in first) > 300  # most operations succeed
    different = [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]]
    assert different == []


def test_a_reset_begins_the_same_sequence_again(connect: Connect) -> None:
    with Sandbox(seed=42, now=NOW) as sandbox:
        api = connect(sandbox, sandbox.api_key)

        def note() -> object:
            return api.post("/api/v2/notes", {"title": "t", "content": "c"})["data"]

        first = note()
        assert note() != first
        sandbox.reset()
        assert note() == first
        snapshot = sandbox.snapshot()
        second = note()
        sandbox.restore(snapshot)
        assert note() == second
        assert sandbox.clock().now == "2026-01-01T09:00:00.000Z"


def test_seeds_differ_and_the_default_is_unpredictable() -> None:
    keys = []
    for seed in (1, 1, 2, None, None):
        with Sandbox(seed=seed) as sandbox:
            keys.append(sandbox.api_key)
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


def test_an_invalid_start_time_is_refused() -> None:
    with pytest.raises(
        ValueError, match="now must be ISO 8601, such as 2026-01-01T09:00Z; got 'tomorrow'"
    ):
        Sandbox(now="tomorrow")


def test_the_clock_stands_still(connect: Connect) -> None:
    with Sandbox(now=NOW) as sandbox:
        api: Api = connect(sandbox, sandbox.api_key)
        times = {api.get("/api/v2/health")["timestamp"] for _ in range(3)}
        assert times == {"2026-01-01T09:00:00.000Z"}
