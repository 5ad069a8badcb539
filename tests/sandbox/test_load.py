"""Load: many streams and many writers at once."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from lvng_sandbox import Sandbox
from support.sandbox import Connect

STREAMS = 100
WRITERS = 200
PAGE = 100


def client(sandbox: Sandbox) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=sandbox.base_url,
        headers={"x-api-key": sandbox.api_key},
        limits=httpx.Limits(max_connections=None),
        timeout=60.0,
        verify=False,
        trust_env=False,
    )


@pytest.mark.parametrize("step_delay", [0.0, 0.001])
def test_a_hundred_streams_at_once_all_complete(step_delay: float) -> None:
    async def listen(http: httpx.AsyncClient, all_open: asyncio.Barrier, word: str) -> None:
        body = {"message": f"Tell me about {word}"}
        async with http.stream("POST", "/api/v2/chat/stream", json=body) as response:
            await all_open.wait()
            text = (await response.aread()).decode()
        blocks = [block.split("\n") for block in text.removesuffix("\n\n").split("\n\n")]
        names = [name.removeprefix("event: ") for name, _ in blocks]
        data: list[Any] = [json.loads(line.removeprefix("data: ")) for _, line in blocks]
        deltas = [one["delta"] for one in data[1:-1]]
        assert names == ["tool_use", *["text_delta"] * len(deltas), "done"]
        assert "".join(deltas) == data[-1]["reply"]
        assert f"{word}”" in data[-1]["reply"]  # quoted: nothing is known about it

    async def listen_to_all(sandbox: Sandbox) -> None:
        all_open = asyncio.Barrier(STREAMS)
        async with client(sandbox) as http, asyncio.TaskGroup() as tasks:
            for n in range(STREAMS):
                tasks.create_task(listen(http, all_open, f"xylophone{n}"))

    with Sandbox(step_delay=step_delay) as sandbox:
        asyncio.run(listen_to_all(sandbox))


def test_two_hundred_writers_at_once_lose_nothing(tmp_path: Path, connect: Connect) -> None:
    db = str(tmp_path / "lvng.db")

    async def write(http: httpx.AsyncClient, title: str) -> str:
        note = {"title": title, "content": "x"}
        answer = await http.post("/api/v2/notes", json=note, headers={"Idempotency-Key": title})
        made = answer.json()["data"]
        assert made["title"] == title
        return str(made["id"])

    async def write_all(sandbox: Sandbox) -> list[str]:
        async with client(sandbox) as http:
            return await asyncio.gather(*(write(http, f"note {n}") for n in range(WRITERS)))

    with Sandbox(db=db) as sandbox:
        before = connect(sandbox, sandbox.api_key).get("/api/v2/notes")["pagination"]["total"]
        ids = asyncio.run(write_all(sandbox))
        # The same again, as after a lost answer: nothing is done twice.
        assert asyncio.run(write_all(sandbox)) == ids
    with Sandbox(db=db) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        total = before + WRITERS
        pages = [
            api.get("/api/v2/notes", limit=PAGE, offset=start)["data"]
            for start in range(0, total, PAGE)
        ]
        kept = [note["id"] for page in pages for note in page]
        assert len(kept) == len(set(kept)) == total
        assert set(ids) <= set(kept)
