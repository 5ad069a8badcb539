"""A mock server of others, made from the published document alone, accepts every call of the SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from lvng import AsyncLvngClient, LvngClient, ValidationError
from support.arguments import arguments_of
from support.contract import OPERATIONS, Node, needed, published, resolve

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c3JfNGYxYTJiM2MifQ.c2lnbmF0dXJl"
"""A JWT, which every operation takes."""

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one["id"])
required_and_all = pytest.mark.parametrize("every", [False, True], ids=["required", "all"])


class Witness:
    """Sees every answer: the server has nothing to object to, and what was asked is kept."""

    request: httpx.Request

    def see(self, response: httpx.Response) -> None:
        assert "sl-violations" not in response.headers, response.headers["sl-violations"]
        assert response.is_success
        self.request = response.request

    async def asee(self, response: httpx.Response) -> None:
        self.see(response)


@pytest.fixture(scope="module")
def witness() -> Witness:
    return Witness()


@pytest.fixture(scope="module")
def client(prism: str, witness: Witness) -> Iterator[LvngClient]:
    with (
        httpx.Client(event_hooks={"response": [witness.see]}) as http_client,
        LvngClient(TOKEN, base_url=prism, http_client=http_client) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def async_client(prism: str, witness: Witness, runner: asyncio.Runner) -> Iterator[AsyncLvngClient]:
    http_client = httpx.AsyncClient(event_hooks={"response": [witness.asee]})
    yield AsyncLvngClient(TOKEN, base_url=prism, http_client=http_client)
    runner.run(http_client.aclose())


@required_and_all
@each_operation
def test_every_call_is_accepted(
    client: LvngClient, witness: Witness, operation: Node, every: bool
) -> None:
    method = getattr(getattr(client, operation["tag"]), operation["method"])
    answer = method(**understood(operation, every))
    if operation["returns"] == "sse":
        answer = list(answer)
    elif operation["returns"] == "bytes":
        answer = answer.read()
    assert answer
    assert names_sent(witness.request) == names_published(operation, every)


@required_and_all
@each_operation
def test_every_async_call_is_accepted(
    async_client: AsyncLvngClient,
    witness: Witness,
    runner: asyncio.Runner,
    operation: Node,
    every: bool,
) -> None:
    method = getattr(getattr(async_client, operation["tag"]), operation["method"])

    async def call() -> Any:
        answer = method(**understood(operation, every))
        if operation["returns"] == "sse":
            return [event async for event in answer]
        return await (answer.read() if operation["returns"] == "bytes" else answer)

    assert runner.run(call())
    assert names_sent(witness.request) == names_published(operation, every)


def test_a_call_that_breaks_the_contract_is_refused(prism: str) -> None:
    with LvngClient(TOKEN, base_url=prism) as client, pytest.raises(ValidationError):
        client.request("GET", "/api/v2/channels")


def understood(operation: Node, every: bool) -> dict[str, Any]:
    """Arguments, without those that Prism cannot read: it takes each part of a form for text, JSON too."""
    arguments = arguments_of(operation, every=every)
    if operation["encoding"] == "multipart":
        return {name: one for name, one in arguments.items() if not isinstance(one, Mapping)}
    return arguments


def names_sent(request: httpx.Request) -> set[str]:
    """What the query and the JSON of a request name; an unknown name would be no violation for Prism."""
    names = set(request.url.params.keys())
    if request.headers.get("content-type") == "application/json":
        names |= json.loads(request.content).keys()
    return names


def names_published(operation: Node, every: bool) -> set[str]:
    """What the document lets the query and the JSON of a request name, or wants there."""
    node = published(operation)
    names = {
        one["name"]
        for one in map(resolve, node.get("parameters", ()))
        if one["in"] == "query" and (every or one.get("required"))
    }
    body = node.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        schema = resolve(body["schema"])
        names |= set(schema["properties"] if every else needed(schema))
    return names
