"""Every operation, in both colours, over a real socket: the wire has what the contract says, both ways.

Arguments are the contract's examples: once all of them, once those that are required.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any, cast

import pytest

from lvng import AsyncLvngClient, LvngClient
from lvng_sandbox import Entry, Sandbox
from support.arguments import UPLOAD, arguments_of
from support.contract import DOCUMENT, OPERATIONS, Node, published, resolve, violations

Call = Callable[[Node, dict[str, Any]], Any]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(check_responses=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module", params=["sync", "async"])
def call(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Call]:
    """Makes the call of an operation and gives what it returned, a stream or file read to its end."""
    yield from (_sync if request.param == "sync" else _async)(sandbox)


def _sync(sandbox: Sandbox) -> Iterator[Call]:
    keyed = LvngClient(sandbox.api_key, base_url=sandbox.base_url, max_retries=0)
    signed_in = LvngClient(sandbox.jwt, base_url=sandbox.base_url, max_retries=0)
    with keyed, signed_in:

        def make(operation: Node, arguments: dict[str, Any]) -> Any:
            client = signed_in if operation["auth"] == "jwt" else keyed
            result = getattr(getattr(client, operation["tag"]), operation["method"])(**arguments)
            if operation["returns"] == "sse":
                return list(result)
            return result.read() if operation["returns"] == "bytes" else result

        yield make


def _async(sandbox: Sandbox) -> Iterator[Call]:
    with asyncio.Runner() as runner:
        keyed = AsyncLvngClient(sandbox.api_key, base_url=sandbox.base_url, max_retries=0)
        signed_in = AsyncLvngClient(sandbox.jwt, base_url=sandbox.base_url, max_retries=0)

        async def make(operation: Node, arguments: dict[str, Any]) -> Any:
            client = signed_in if operation["auth"] == "jwt" else keyed
            result = getattr(getattr(client, operation["tag"]), operation["method"])(**arguments)
            if operation["returns"] == "sse":
                return [event async for event in result]
            if operation["returns"] == "bytes":
                result = result.read()
            return await result if inspect.iscoroutine(result) else result

        yield lambda operation, arguments: runner.run(make(operation, arguments))
        runner.run(keyed.aclose())
        runner.run(signed_in.aclose())


@pytest.mark.parametrize("every", [True, False], ids=["all arguments", "required arguments"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["id"])
def test_the_wire_has_what_the_contract_says(
    operation: Node, every: bool, call: Call, sandbox: Sandbox
) -> None:
    sandbox.reset()
    arguments = arguments_of(operation, every=every)
    result = call(operation, arguments)
    (entry,) = sandbox.requests
    assert entry.operation == operation["id"]
    assert 200 <= entry.status < 300
    check_head(operation, arguments, entry)
    check_body(operation, arguments, entry)
    check_answer(operation, entry, result)


def test_every_operation_of_the_document_is_driven() -> None:
    published = [one for item in DOCUMENT["paths"].values() for one in item.values()]
    assert sorted(one["operationId"] for one in published) == sorted(
        one["id"] for one in OPERATIONS
    )


def at(operation: Node, arguments: dict[str, Any], location: str) -> dict[str, Any]:
    """The arguments that travel at a location, by their names on the wire."""
    return {
        param["wire"]: arguments[param["name"]]
        for param in operation["params"]
        if param["location"] == location and param["name"] in arguments
    }


def check_head(operation: Node, arguments: dict[str, Any], entry: Entry) -> None:
    path = operation["path"]
    for name, value in at(operation, arguments, "path").items():
        path = path.replace(f"{{{name}}}", str(value))
    assert (entry.method, entry.path) == (operation["http"], path)
    query = at(operation, arguments, "query")
    assert entry.query == [
        (name, text(one))
        for name, value in query.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    for name, value in at(operation, arguments, "header").items():
        assert entry.headers[name.lower()] == text(value)
    assert entry.headers["authorization"].startswith("…")
    assert ("idempotency-key" in entry.headers) == (operation["http"] == "POST")
    content = next(iter(success(operation).get("content", {})), "application/json")
    assert entry.headers["accept"] == content


def check_body(operation: Node, arguments: dict[str, Any], entry: Entry) -> None:
    fields = at(operation, arguments, "field")
    media = next(iter(published(operation).get("requestBody", {}).get("content", {})), None)
    if media == "multipart/form-data":
        check_form(fields, entry)
    elif media is None or (not entry.content and not fields):
        assert entry.content == b""
    else:
        assert entry.headers["content-type"] == media == "application/json"
        assert json.loads(entry.content) == jsonable(fields)


def check_form(fields: dict[str, Any], entry: Entry) -> None:
    head = f"Content-Type: {entry.headers['content-type']}\r\n\r\n".encode()
    parts = cast("list[Message[str, str]]", message_from_bytes(head + entry.content).get_payload())
    sent: dict[str, list[Message]] = {}
    for part in parts:
        sent.setdefault(str(part.get_param("name", header="content-disposition")), []).append(part)
    assert sent.keys() == fields.keys()
    for name, value in fields.items():
        for part, one in zip(
            sent[name], value if isinstance(value, list) else [value], strict=True
        ):
            payload = cast("bytes", part.get_payload(decode=True))
            if one is UPLOAD:
                assert (part.get_filename(), part.get_content_type()) == ("notes.txt", "text/plain")
                assert payload == UPLOAD.content
            elif isinstance(one, dict):
                assert part.get_content_type() == "application/json"
                assert json.loads(payload) == one
            else:
                assert payload == text(one).encode()


def check_answer(operation: Node, entry: Entry, result: Any) -> None:
    if operation["returns"] == "json":
        assert result == entry.response
        status = next(status for status in published(operation)["responses"] if status[0] == "2")
        path = operation["path"].replace("~", "~0").replace("/", "~1")
        pointer = f"/paths/{path}/{operation['http'].lower()}/responses/{status}/content/application~1json/schema"
        assert violations(pointer, result) == []
        schema = resolve(success(operation)["content"]["application/json"]["schema"])
        if "properties" in schema:  # else a list without an envelope
            assert result.keys() <= schema["properties"].keys()
    elif operation["returns"] == "sse":
        assert result[-1].event in published(operation)["x-stream-end"]
    elif operation["returns"] == "bytes":
        assert isinstance(result, bytes)
        assert result
    else:
        assert result is None


def success(operation: Node) -> Node:
    found: Node = next(
        answer for status, answer in published(operation)["responses"].items() if status[0] == "2"
    )
    return found


def text(value: Any) -> str:
    """A value as it stands in a query."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def jsonable(value: Any) -> Any:
    """A value as JSON has it."""
    return json.loads(json.dumps(value, default=text))
