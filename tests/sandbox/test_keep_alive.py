"""Comments on quiet streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.responses import StreamingResponse

from lvng_sandbox import Sandbox
from lvng_sandbox.http import keep_alive
from lvng_sandbox.http.responses import make_response
from lvng_sandbox.platform.call import Events
from support.examples import WORKFLOW_ID
from support.sandbox import Api, Connect


def test_a_quiet_stream_sends_comments(
    paced: Sandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_alive, "SECONDS", 0.05)
    api = connect(paced, paced.api_key)
    run = api.post(f"/api/v2/workflows/{WORKFLOW_ID}/execute", {"inputs": {}})["data"]
    address = f"/api/v2/workflows/{WORKFLOW_ID}/runs/{run['id']}/events"
    with api.http.stream("GET", address) as response:
        lines = response.iter_lines()
        assert [next(lines) for _ in range(4)] == [": keep-alive", ""] * 2
        paced.advance(3600)
        rest = [line for line in lines if line and not line.startswith(":")]
    assert [line for line in rest if line.startswith("event")] == [
        "event: workflow.started",
        "event: workflow.completed",
    ]


def test_a_busy_stream_has_none(api: Api) -> None:
    response = api.http.post("/api/v2/chat/stream", json={"message": "Q4 numbers"})
    assert "event: done" in response.text
    assert not any(line.startswith(":") for line in response.text.splitlines())


def test_an_error_of_the_source_ends_the_stream() -> None:
    async def source() -> AsyncGenerator[tuple[str, int]]:
        yield "delta", 1
        raise ZeroDivisionError

    received: list[object] = []

    async def read() -> None:
        response = make_response(200, Events(source()), {})
        assert isinstance(response, StreamingResponse)
        async for piece in response.body_iterator:
            received.append(piece)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(read())
    assert received == [b"event: delta\ndata: 1\n\n"]
