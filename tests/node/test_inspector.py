"""The reference inspector of the Model Context Protocol, as a client of lvng-mcp."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from lvng_sandbox import Sandbox

from .tools import command

INSPECTOR = "@modelcontextprotocol/inspector/clients/launcher/build/index.js"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def inspect(sandbox: Sandbox, *arguments: str) -> Any:
    """What the inspector prints about a request."""
    environment = {"LVNG_API_KEY": sandbox.api_key, "LVNG_BASE_URL": sandbox.base_url}
    given = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
    server = [sys.executable, "-m", "lvng_mcp"]
    done = subprocess.run(
        command(INSPECTOR, "--cli", *given, *server, *arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_inspector_lists_the_tools(sandbox: Sandbox) -> None:
    tools = inspect(sandbox, "--method", "tools/list")["tools"]
    assert {"workflows_list", "knowledge_search", "call_operation"} <= {
        one["name"] for one in tools
    }


def test_the_inspector_calls_a_tool(sandbox: Sandbox) -> None:
    called = inspect(
        sandbox, "--method", "tools/call", "--tool-name", "workflows_list", "--tool-arg", "limit=1"
    )
    [content] = called["content"]
    assert json.loads(content["text"])["data"][0]["id"] == "wf_8c1d2e3f"


def test_the_inspector_reads_a_resource(sandbox: Sandbox) -> None:
    read = inspect(sandbox, "--method", "resources/read", "--uri", "lvng://agents")
    assert json.loads(read["contents"][0]["text"])["success"] is True


def test_the_inspector_gets_a_prompt(sandbox: Sandbox) -> None:
    got = inspect(
        sandbox,
        *("--method", "prompts/get", "--prompt-name", "research"),
        "--prompt-args",
        "topic=fish",
    )
    assert "fish" in got["messages"][0]["content"]["text"]
