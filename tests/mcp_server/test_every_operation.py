"""Every operation through the server: the wire is that of the SDK, with the contract's examples."""

from __future__ import annotations

from typing import Any

import pytest

from lvng import AsyncLvngClient
from lvng_mcp import Policy
from lvng_sandbox import Sandbox
from support.arguments import UPLOAD, arguments_of
from support.contract import OPERATIONS, Node
from support.sandbox import request_of

from .conftest import Connect, text_of

pytestmark = pytest.mark.anyio

ALL = Policy(delete=True, admin=True)


def as_json(value: Any) -> Any:
    """An argument as a client of the protocol sends it."""
    if value is UPLOAD:
        assert isinstance(UPLOAD.content, bytes)
        return {"name": UPLOAD.name, "text": UPLOAD.content.decode()}
    return value.isoformat() if hasattr(value, "isoformat") else value


async def sdk_call(client: AsyncLvngClient, operation: Node, arguments: dict[str, Any]) -> None:
    called = getattr(getattr(client, operation["tag"]), operation["method"])(**arguments)
    if operation["returns"] == "sse":
        async for _ in called:
            pass
    elif operation["returns"] == "bytes":
        await called.read()
    else:
        await called


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["id"])
async def test_the_wire_is_that_of_the_sdk(
    operation: Node, sandbox: Sandbox, connect: Connect
) -> None:
    arguments = arguments_of(operation, every=True)
    key = sandbox.jwt if operation["auth"] == "jwt" else sandbox.api_key
    async with AsyncLvngClient(key, base_url=sandbox.base_url) as client:
        await sdk_call(client, operation, arguments)
    (expected,) = sandbox.requests

    sandbox.reset()
    key = sandbox.jwt if operation["auth"] == "jwt" else sandbox.api_key
    given = {name: as_json(value) for name, value in arguments.items()}
    async with connect(ALL, key=key) as server:
        called = {"operation": operation["id"], "arguments": given}
        text_of(await server.call_tool("call_operation", called))
    (entry,) = sandbox.requests
    assert entry.operation == operation["id"]
    assert request_of(entry) == request_of(expected)


def test_every_operation_is_called() -> None:
    assert len(OPERATIONS) == 386
