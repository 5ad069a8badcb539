"""httpx2: its clients, transports and responses in place of those of httpx, and as a backend."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import httpx2
import pytest

from lvng_core import (
    APIConnectionError,
    AsyncClient,
    Client,
    ConfigurationError,
    RequestOptions,
    StreamError,
    aiterate_sse,
    iterate_sse,
)
from support.backends import not_over
from support.events import DELTAS, chat
from support.samples import CREATE, GET, KEY, POST_BYTES
from support.scripted_server import Serve, answer, chunks, closed_port, hang_up

pytestmark = [
    not_over("aiohttp", "it chooses its backend itself"),
    not_over("httpx2", "it chooses its backend itself"),
]

ONCE = RequestOptions(max_retries=0)


def test_a_client_of_the_users_own_is_used_and_stays_open(serve: Serve) -> None:
    server = serve(hang_up, answer(200, {"ok": True}))
    with httpx2.Client(headers={"X-App": "mine"}, params={"via": "own"}) as own:
        client = Client(KEY, base_url=server.url, http_client=own)
        assert client.call(GET, {"id": "1"}) == {"ok": True}
        client.close()
        assert not own.is_closed
    assert server.last.header("x-app") == "mine"
    assert server.last.target.endswith("?via=own")
    assert server.last.header("authorization") == f"Bearer {KEY}"


def test_an_async_client_of_the_users_own_is_used(serve: Serve, tmp_path: Any) -> None:
    server = serve(answer(200, {"ok": True}))
    file = tmp_path / "file"
    file.write_bytes(b"abc")

    async def main() -> Any:
        async with httpx2.AsyncClient() as own:
            client = AsyncClient(KEY, base_url=server.url, http_client=own)
            return await client.call(POST_BYTES, {"body": file})

    assert asyncio.run(main()) == {"ok": True}
    assert server.last.body == b"abc"


def test_a_transport_of_the_users_own_is_used() -> None:
    def handle(request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request, httpx2.Request)
        return httpx2.Response(200, json={"ok": True})

    with Client(KEY, transport=httpx2.MockTransport(handle)) as client:
        assert client.call(GET, {"id": "1"}) == {"ok": True}

    async def main() -> Any:
        async with AsyncClient(KEY, transport=httpx2.MockTransport(handle)) as client:
            return await client.call(GET, {"id": "1"})

    assert asyncio.run(main()) == {"ok": True}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"http_client": httpx2.AsyncClient()}, "must be an httpx Client, got AsyncClient"),
        ({"transport": httpx2.AsyncHTTPTransport()}, "got AsyncHTTPTransport"),
    ],
)
def test_async_clients_and_transports_are_refused_by_the_sync_client(
    given: Any, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Client(KEY, **given)


def test_the_httpx2_backend_returns_httpx2_requests_and_responses(serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    with Client(KEY, base_url=server.url, backend="httpx2") as client:
        response: Any = client.request("GET", "/things")
        assert client.call(CREATE, {"name": "a"}) == {"ok": True}
    assert isinstance(response, httpx2.Response)
    assert isinstance(response.request, httpx2.Request)
    assert response.json() == {"ok": True}
    assert "httpx2/" in (server.last.header("user-agent") or "")
    assert server.connections == 1


@pytest.mark.parametrize(
    "limits", [httpx.Limits(max_connections=1), httpx2.Limits(max_connections=5)]
)
def test_the_httpx2_backend_takes_limits_of_httpx_and_httpx2(serve: Serve, limits: Any) -> None:
    server = serve(answer(200, {"ok": True}))
    with Client(KEY, base_url=server.url, backend="httpx2", limits=limits) as client:
        assert client.call(GET, {"id": "1"}) == {"ok": True}


def test_errors_of_the_httpx2_backend_are_the_cause_of_sdk_errors() -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    with (
        Client(KEY, base_url=url, backend="httpx2") as client,
        pytest.raises(APIConnectionError, match="Cannot connect") as caught,
    ):
        client.call(GET, {"id": "1"}, ONCE)
    assert isinstance(caught.value.__cause__, httpx2.ConnectError)


def test_events_are_read_from_its_responses(serve: Serve) -> None:
    server = serve(chat())
    with httpx2.stream("GET", server.url) as response:
        assert len([event.event for event in iterate_sse(response)]) == 4

    async def main() -> int:
        async with httpx2.AsyncClient() as own, own.stream("GET", server.url) as response:
            return len([event async for event in aiterate_sse(response)])

    assert asyncio.run(main()) == 4


def test_a_stream_of_its_responses_that_breaks_says_so(serve: Serve) -> None:
    server = serve(chunks(*DELTAS, final=False, then="close"))
    with httpx2.stream("GET", server.url) as response, pytest.raises(StreamError):
        list(iterate_sse(response))
