"""The pytest plugin, in a separate session, as in the tests of an application."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import asyncio

def test_one(lvng_client):
    lvng_client.notes.create(title="left behind", content="x")

def test_two(lvng_client):
    assert "left behind" not in [note["title"] for note in lvng_client.notes.iter()]

def test_faults(lvng_sandbox, lvng_client):
    from lvng_sandbox import Fault
    lvng_sandbox.faults.add("notes.list", Fault(status=503, retry_after="0.01", times=1))
    assert lvng_client.notes.list()["data"]
    assert [(entry.operation, entry.status) for entry in lvng_sandbox.requests] == [
        ("notes.list", 503),
        ("notes.list", 200),
    ]

def test_clock(lvng_sandbox, lvng_client, lvng_clock):
    from lvng_sandbox import Fault
    lvng_sandbox.faults.add("notes.list", Fault(status=503, retry_after="30", times=1))
    assert lvng_client.notes.list()["data"]
    assert lvng_clock.waits == [30.0]

def test_a_message_reaches_a_colleague(lvng_client, lvng_colleague):
    workspace = lvng_client.workspaces.list()["workspaces"][0]["id"]
    channel = lvng_client.channels.list(workspace_id=workspace)["channels"][0]["id"]
    lvng_client.messages.create(channel_id=channel, content="Lunch?")
    assert lvng_colleague.messages.list(channel_id=channel)["data"][0]["content"] == "Lunch?"

def test_async(async_lvng_client):
    async def main():
        async with async_lvng_client as client:
            return await client.chat.send(message="sales report")
    assert "412,000" in asyncio.run(main())["reply"]
"""


def test_the_fixtures_are_reset_for_each_test(tmp_path: Path) -> None:
    (tmp_path / "test_app.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
        str(tmp_path),
    ]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert "6 passed" in done.stdout, done.stdout + done.stderr


def test_the_plugin_imports_lazily(tmp_path: Path) -> None:
    code = "import sys, lvng_sandbox.pytest_plugin; print([m for m in sys.modules if m in {'lvng', 'uvicorn'}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one process", "xdist"])
def test_the_report_names_the_operations_that_were_not_called(
    workers: list[str], tmp_path: Path
) -> None:
    (tmp_path / "test_app.py").write_text(TESTS)
    options = ["-q", "-p", "no:cacheprovider", "--lvng-operations", "missing", *workers]
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=180
    )
    assert " of 386 operations of the API were called" in done.stdout, done.stdout + done.stderr
    assert "not called: workflows.list" in done.stdout
    for name in ("notes.create", "chat.send", "messages.create"):
        assert f"not called: {name}\n" not in done.stdout
