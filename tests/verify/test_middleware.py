"""The middleware of a running program: the observations of its own calls, and nothing of their contents."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest

from lvng import AsyncLvngClient, LvngClient, NotFoundError
from lvng_sandbox import Sandbox
from lvng_verify import observe
from lvng_verify.__main__ import main


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_response_is_observed(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"
    watch = observe(path)
    with LvngClient(sandbox.api_key, base_url=sandbox.base_url, middleware=watch) as client:
        client.notes.create(content="Alice's password is hunter2", tags=["secret-tag"])
        client.notes.list()
        list(client.stream_chat(message="sales report"))
        with pytest.raises(NotFoundError):
            client.notes.get("note_of_alice")
    found = lines(path)
    assert [(one["operation"], one["status"]) for one in found] == [
        ("notes.create", 201),
        ("notes.list", 200),
        ("chat.stream", 200),
        ("notes.get", 404),
    ]
    text = path.read_text()
    for secret in ("hunter2", "Alice", "secret-tag", "note_of_alice", sandbox.api_key):
        assert secret not in text
    assert main(["--from", str(path)]) == 0


def test_the_async_client_is_observed_too(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"

    async def main() -> None:
        async with AsyncLvngClient(
            sandbox.api_key, base_url=sandbox.base_url, middleware=[observe(path)]
        ) as client:
            await client.workflows.list()

    asyncio.run(main())
    assert [one["operation"] for one in lines(path)] == ["workflows.list"]


def test_a_file_that_cannot_be_written_does_not_fail_the_call(
    sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = observe(tmp_path / "nowhere" / "observations.jsonl")
    with (
        caplog.at_level(logging.ERROR, "lvng"),
        LvngClient(sandbox.api_key, base_url=sandbox.base_url, middleware=watch) as client,
    ):
        assert client.workflows.list()["data"]
    assert "could not be written" in caplog.text
