"""The server as a process of its own: over stdio, over HTTP, and entered in the configuration of clients."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from lvng_mcp.__main__ import main
from lvng_mcp.install import APPS
from lvng_sandbox import Sandbox

from .conftest import text_of


def environment(sandbox: Sandbox, *, key: bool = True) -> dict[str, str]:
    found = {name: value for name, value in os.environ.items() if not name.startswith("LVNG_")}
    found["LVNG_BASE_URL"] = sandbox.base_url
    return {**found, "LVNG_API_KEY": sandbox.api_key} if key else found


@pytest.mark.anyio
async def test_over_stdio(sandbox: Sandbox) -> None:
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "lvng_mcp", "--tags", "workflows,knowledge"],
        env=environment(sandbox),
    )
    async with Client(stdio_client(parameters)) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        listed = json.loads(text_of(await client.call_tool("workflows_list", {"limit": 1})))
    assert "workflows_list" in names
    assert "agents_list" not in names
    assert listed["data"][0]["id"] == "wf_8c1d2e3f"


@contextmanager
def running(sandbox: Sandbox, *, key: bool) -> Iterator[str]:
    """The address of a server over HTTP."""
    command = [sys.executable, "-m", "lvng_mcp", "--http", "127.0.0.1:0"]
    with subprocess.Popen(
        command, env=environment(sandbox, key=key), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        try:
            yield process.stderr.readline().split()[-1]
        finally:
            process.terminate()
            process.communicate()


@pytest.mark.anyio
async def test_over_http(sandbox: Sandbox) -> None:
    with running(sandbox, key=True) as url:
        async with Client(url) as client:
            listed = json.loads(text_of(await client.call_tool("agents_list", {})))
    assert listed["success"] is True


@pytest.mark.anyio
async def test_over_http_without_a_key_of_its_own(sandbox: Sandbox) -> None:
    with running(sandbox, key=False) as url:
        async with Client(url) as client:
            told = text_of(await client.call_tool("agents_list", {}), error=True)
    assert "Authorization: Bearer" in told
    assert not sandbox.requests


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--http", "8765"], "--http needs HOST:PORT"),
        (["--tags", "workflow"], "There is no tag 'workflow'. Tags: chat, "),
    ],
)
def test_a_wrong_option_is_named(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert said in capsys.readouterr().err


def test_without_a_key_there_is_no_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LVNG_API_KEY", raising=False)
    assert main([]) == 2
    assert "LVNG_API_KEY" in capsys.readouterr().err


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user with nothing in the home folder, in a project with nothing in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("LVNG_API_KEY", "lvng_sk_test_not_to_be_written")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", APPS)
def test_a_client_gets_the_server(name: str, home: Path) -> None:
    file = APPS[name].file()
    file.parent.mkdir(parents=True, exist_ok=True)
    other = {"theme": "dark", APPS[name].servers: {"other": {"command": "x"}}}
    file.write_text(json.dumps(other), encoding="utf-8")
    assert main(["install", name, "--", "--tags", "chat"]) == 0
    text = file.read_text(encoding="utf-8")
    found = json.loads(text)
    assert found["theme"] == "dark"
    assert found[APPS[name].servers]["other"] == {"command": "x"}
    made = found[APPS[name].servers]["lvng"]
    assert [made["command"], *made["args"]] == [sys.executable, "-m", "lvng_mcp", "--tags", "chat"]
    assert "not_to_be_written" not in text
    assert list(home.rglob("*.lvng-mcp")) == []


@pytest.mark.parametrize("name", APPS)
def test_a_dry_run_writes_nothing(
    name: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["install", name, "--dry-run"]) == 0
    assert "lvng_mcp" in capsys.readouterr().out
    assert [path for path in home.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("text", ["{not json", "[]", '{"mcpServers": []}'])
def test_a_configuration_that_cannot_be_read_stays(
    text: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / ".mcp.json").write_text(text, encoding="utf-8")
    assert main(["install", "claude-code"]) == 2
    assert "it was not changed" in capsys.readouterr().err
    assert (home / ".mcp.json").read_text(encoding="utf-8") == text
