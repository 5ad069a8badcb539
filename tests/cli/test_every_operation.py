"""Every operation through the command line: the wire is that of the SDK, with the contract's examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Lvng
from lvng import LvngClient
from lvng_cli.help_pages import dashed, words_of
from lvng_sandbox import Entry, Sandbox
from support.arguments import UPLOAD, arguments_of
from support.contract import OPERATIONS, Node
from support.sandbox import request_of


@pytest.fixture(scope="module")
def clients(sandbox: Sandbox) -> Iterator[dict[str, LvngClient]]:
    """The SDK with a key, and with a JWT."""
    with (
        LvngClient(sandbox.api_key, base_url=sandbox.base_url) as keyed,
        LvngClient(sandbox.jwt, base_url=sandbox.base_url) as signed_in,
    ):
        yield {"key": keyed, "public": keyed, "jwt": signed_in}


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("upload") / "notes.txt"
    assert isinstance(UPLOAD.content, bytes)
    file.write_bytes(UPLOAD.content)
    return file


def command_line(operation: Node, arguments: dict[str, Any], upload: Path) -> list[str]:
    """The command line of a call."""
    words = ["--yes", "-o", "json", dashed(operation["tag"]), dashed(operation["method"])]
    after: list[str] = []
    for param in operation["params"]:
        if param["name"] in arguments:
            value = arguments[param["name"]]
            if value is UPLOAD:
                value = upload
            elif isinstance(value, date):
                value = value.isoformat()
            given = words_of(param["location"], param["name"], value)
            (after if param["location"] == "path" else words).extend(given)
    return [*words, *(["--to", "-"] if operation["returns"] == "bytes" else []), "--", *after]


def sdk_call(client: LvngClient, operation: Node, arguments: dict[str, Any]) -> None:
    result = getattr(getattr(client, operation["tag"]), operation["method"])(**arguments)
    if operation["returns"] == "sse":
        list(result)
    elif operation["returns"] == "bytes":
        result.read()


def headers_of(entry: Entry) -> dict[str, str]:
    """The headers of a request, without those that differ in every call."""
    assert entry.headers["authorization"].startswith("…")
    varying = {"host", "idempotency-key", "content-type", "authorization"}
    return {name: value for name, value in entry.headers.items() if name not in varying}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["id"])
def test_the_wire_is_that_of_the_sdk(
    operation: Node,
    lvng: Lvng,
    sandbox: Sandbox,
    clients: dict[str, LvngClient],
    upload: Path,
    environment: pytest.MonkeyPatch,
) -> None:
    arguments = arguments_of(operation, every=True)
    sandbox.reset()
    sdk_call(clients[operation["auth"]], operation, arguments)
    (expected,) = sandbox.requests

    sandbox.reset()
    if operation["auth"] == "jwt":
        environment.setenv("LVNG_API_KEY", sandbox.jwt)
    done = lvng(*command_line(operation, arguments, upload))
    (entry,) = sandbox.requests
    assert entry.operation == operation["id"]
    assert request_of(entry) == request_of(expected)
    assert headers_of(entry) == headers_of(expected)
    assert ("idempotency-key" in entry.headers) == ("idempotency-key" in expected.headers)
    assert done.err == ""
    if operation["returns"] == "json":
        assert json.loads(done.out) == entry.response
    else:
        assert done.out


def test_every_operation_is_called() -> None:
    assert len(OPERATIONS) == 386
