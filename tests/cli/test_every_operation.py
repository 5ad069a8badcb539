"""Every operation through the command line: the wire is that of the SDK, with the contract's examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Lvng
from lvng import LvngClient
from lvng_cli.help_pages import dashed
from lvng_sandbox import Entry, Sandbox
from support.arguments import UPLOAD, arguments_of
from support.contract import OPERATIONS, Node


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


def words_of(operation: Node, arguments: dict[str, Any], upload: Path) -> list[str]:
    """The command line of a call."""
    words = ["--yes", "-o", "json", dashed(operation["tag"]), dashed(operation["method"])]
    after: list[str] = []
    for param in operation["params"]:
        if param["name"] not in arguments:
            continue
        value = arguments[param["name"]]
        option = f"--{dashed(param['name'])}"
        if param["location"] == "path":
            after.append(str(value))
        elif isinstance(value, bool):
            words.append(option if value else f"--no-{option[2:]}")
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            words += [word for one in value for word in (option, one)]
        else:
            words += [option, text(value, upload)]
    return [*words, *(["--to", "-"] if operation["returns"] == "bytes" else []), "--", *after]


def text(value: Any, upload: Path) -> str:
    if value is UPLOAD:
        return str(upload)
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def sdk_call(client: LvngClient, operation: Node, arguments: dict[str, Any]) -> None:
    result = getattr(getattr(client, operation["tag"]), operation["method"])(**arguments)
    if operation["returns"] == "sse":
        list(result)
    elif operation["returns"] == "bytes":
        result.read()


def wire(entry: Entry) -> tuple[Any, ...]:
    """What was sent, without what is new in every call."""
    new = {"host", "idempotency-key", "content-type", "authorization"}
    headers = {name: value for name, value in entry.headers.items() if name not in new}
    assert entry.headers["authorization"].startswith("…")
    kind = entry.headers.get("content-type", "")
    boundary = kind.partition("boundary=")[2].encode() or b"no boundary"
    content = entry.content.replace(boundary, b"boundary")
    told = (entry.method, entry.path, entry.query, headers, kind.partition("boundary=")[0])
    return (*told, content, "idempotency-key" in entry.headers)


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
    done = lvng(*words_of(operation, arguments, upload))
    (entry,) = sandbox.requests
    assert entry.operation == operation["id"]
    assert wire(entry) == wire(expected)
    assert done.err == ""
    if operation["returns"] == "json":
        assert json.loads(done.out) == entry.response
    else:
        assert done.out


def test_every_operation_is_called() -> None:
    assert len(OPERATIONS) == 386
