"""The result of a method together with its response: `detailed`, for every method of both clients."""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lvng import AsyncLvngClient, InvalidArgumentError, LvngClient, LvngError, NotFoundError
from lvng_sandbox import Sandbox
from support.arguments import arguments_of
from support.contract import OPERATIONS
from support.samples import KEY
from support.scripted_server import Exchange, ScriptedServer, answer

LIMITS = {
    "X-Request-Id": "req_1",
    "X-RateLimit-Limit": "200",
    "X-RateLimit-Remaining": "17",
    "X-RateLimit-Reset": "4102444800",
    "X-More": "a",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def read(operation: dict[str, Any], data: Any) -> None:
    """Read what a method returns to its end."""
    if operation["returns"] == "sse":
        list(data)
    elif operation["returns"] == "bytes":
        data.read()


async def aread(operation: dict[str, Any], data: Any) -> None:
    if operation["returns"] == "sse":
        _ = [event async for event in data]
    elif operation["returns"] == "bytes":
        await data.read()


def test_every_method_of_the_sync_client_has_its_response(sandbox: Sandbox) -> None:
    with (
        LvngClient(sandbox.api_key, base_url=sandbox.base_url, max_retries=0) as keyed,
        LvngClient(sandbox.jwt, base_url=sandbox.base_url, max_retries=0) as signed_in,
    ):
        for operation in OPERATIONS:
            sandbox.reset()
            client = signed_in if operation["auth"] == "jwt" else keyed
            method = getattr(getattr(client, operation["tag"]), operation["method"])
            made = client.detailed(method, **arguments_of(operation, every=False))
            read(operation, made.data)
            (entry,) = sandbox.requests
            assert (entry.operation, entry.status) == (operation["id"], made.status_code)
            assert made.request_id == made.headers["x-request-id"]
            assert made.attempts == 1
            assert made.elapsed > 0


def test_every_method_of_the_async_client_has_its_response(sandbox: Sandbox) -> None:
    async def make(client: Any, operation: dict[str, Any]) -> Any:
        method = getattr(getattr(client, operation["tag"]), operation["method"])
        made = client.detailed(method, **arguments_of(operation, every=False))
        made = await made if operation["returns"] in {"json", "none"} else made
        await aread(operation, made.data)
        return made

    async def program() -> None:
        async with (
            AsyncLvngClient(sandbox.api_key, base_url=sandbox.base_url, max_retries=0) as keyed,
            AsyncLvngClient(sandbox.jwt, base_url=sandbox.base_url, max_retries=0) as signed_in,
        ):
            for operation in OPERATIONS:
                sandbox.reset()
                made = await make(signed_in if operation["auth"] == "jwt" else keyed, operation)
                (entry,) = sandbox.requests
                assert (entry.operation, entry.status) == (operation["id"], made.status_code)

    asyncio.run(program())


def test_detailed_has_status_headers_request_id_rate_limit_and_attempts() -> None:
    page = {"success": True, "data": []}
    steps = (answer(503), answer(200, page, LIMITS))
    with ScriptedServer(*steps) as server:
        client = LvngClient(KEY, base_url=server.url, retry_base_delay=0.0)
        with client:
            made = client.detailed(client.workflows.list, limit=20)
    assert made.data == page
    assert server.last.target.endswith("?limit=20")
    assert made.status_code == 200
    assert made.headers["X-MORE"] == "a"
    assert made.request_id == "req_1"
    assert (made.rate_limit.limit, made.rate_limit.remaining) == (200, 17)
    assert made.rate_limit.reset is not None
    assert made.rate_limit.reset > 1_000_000_000
    assert made.attempts == 2
    assert repr(made) == "<Detailed, 200>"


def test_missing_or_invalid_headers_are_none() -> None:
    odd = {"X-RateLimit-Limit": "many", "X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "soon"}
    with (
        ScriptedServer(answer(200, {}), answer(200, {}, odd)) as server,
        LvngClient(KEY, base_url=server.url) as client,
    ):
        for _ in range(2):
            made = client.detailed(client.workflows.list)
            assert made.request_id is None
            assert made.rate_limit == (None, None, None)


def test_streams_and_iterators_have_a_response_once_they_are_read(sandbox: Sandbox) -> None:
    with LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        stream = client.detailed(client.stream_chat, message="What grew?")
        with pytest.raises(LvngError, match="the request is sent when data is read"):
            _ = stream.status_code
        assert repr(stream) == "<Detailed, no response yet>"
        with stream.data as events:
            next(iter(events))
            assert stream.headers["content-type"].startswith("text/event-stream")
        pages = client.detailed(client.workflows.iter, limit=1)
        assert len(list(pages.data)) > 1
        assert pages.status_code == 200
        with client.detailed(client.agents.temporary, name="Scout").data as agent:
            assert agent["id"]
        response = client.detailed(client.request, "GET", "/api/v2/workflows")
        assert response.data.json()["data"]


def test_an_error_is_raised_as_without_detailed(sandbox: Sandbox) -> None:
    with (
        LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client,
        pytest.raises(NotFoundError),
    ):
        client.detailed(client.workflows.get, "wf_9")


def test_each_thread_and_task_has_its_own_response() -> None:
    def echo(exchange: Exchange) -> None:
        number = exchange.seen.target.rpartition("=")[2]
        answer(200, {"number": number}, {"X-Request-Id": number})(exchange)

    with ScriptedServer(*[echo] * 200) as server:
        with LvngClient(KEY, base_url=server.url) as client, ThreadPoolExecutor(8) as pool:
            ready = threading.Barrier(8)

            def ask(number: int) -> bool:
                if number < 8:
                    ready.wait(10)
                made: Any = client.detailed(client.workflows.list, offset=number)
                return {made.data["number"], made.request_id} == {str(number)}

            assert all(pool.map(ask, range(100)))

        async def program() -> None:
            async with AsyncLvngClient(KEY, base_url=server.url) as client:
                calls = [client.detailed(client.workflows.list, offset=n) for n in range(100)]
                made: list[Any] = await asyncio.gather(*calls)
                assert [one.data["number"] for one in made] == list(map(str, range(100)))
                assert [one.request_id for one in made] == list(map(str, range(100)))

        asyncio.run(program())


class Mine(LvngClient):
    """A client with a method of its own."""

    def first(self) -> Any:
        return self.workflows.list(limit=1)


def test_a_method_of_a_subclass_is_one_of_the_client(sandbox: Sandbox) -> None:
    with Mine(sandbox.api_key, base_url=sandbox.base_url) as client:
        made = client.detailed(client.first)
        assert len(made.data["data"]) == 1
        assert made.status_code == 200


def test_anything_but_a_method_of_this_client_is_refused(sandbox: Sandbox) -> None:
    sandbox.reset()
    with LvngClient(KEY, base_url=sandbox.base_url) as client:
        wrong: Any
        for wrong in (
            client.workflows.list.__func__,  # type: ignore[attr-defined] # the function of the method
            print,
            "workflows.list",
            None,
            client.workflows,
            [].append,
        ):
            with pytest.raises(
                InvalidArgumentError, match="detailed expects a method of this client"
            ):
                client.detailed(wrong)
        others = (client.with_options(timeout=5.0), copy.copy(client))
        for other in others:
            with pytest.raises(InvalidArgumentError, match=r"Workflows\.list belongs to another"):
                client.detailed(other.workflows.list)
    assert not sandbox.requests


def test_the_client_itself_is_not_changed(sandbox: Sandbox) -> None:
    with LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        first = client.detailed(client.workflows.list)
        client.workflows.get(first.data["data"][0]["id"])
        second = client.detailed(client.agents.list)
        assert first.request_id != second.request_id
        assert client.detailed(client.workflows.list).data == first.data
    with pytest.raises(LvngError, match="closed"):
        client.detailed(client.workflows.list)
