"""The commands that are written by hand: profiles, doctor, webhooks, ingest, completion, plugins, start-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any, ClassVar

import click
import keyring
import pytest
from keyring.backend import KeyringBackend

from cli.conftest import Lvng
from lvng import LvngClient
from lvng_cli import app, profiles
from lvng_sandbox import Sandbox
from support.timing import eventually


class MemoryKeyring(KeyringBackend):
    """A keyring that lasts for a test."""

    priority = 1  # pyright: ignore[reportAssignmentType] # as keyring's own backends
    kept: ClassVar[dict[tuple[str, str], str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    made = MemoryKeyring()  # type: ignore[no-untyped-call] # of its base class
    keyring.set_keyring(made)
    yield made
    made.kept.clear()
    keyring.set_keyring(before)


def test_a_key_is_kept_in_the_keyring_and_never_in_the_file(
    lvng: Lvng, sandbox: Sandbox, memory: MemoryKeyring, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("LVNG_API_KEY")
    environment.delenv("LVNG_BASE_URL")
    words = ["login", "--profile", "work", "--base-url", sandbox.base_url]
    done = lvng(*words, stdin=f"{sandbox.api_key}\n")
    assert "Logged in as ana@example.com (profile 'work', key in the keyring)" in done.out
    assert memory.kept == {("lvng", "work"): sandbox.api_key}
    text = profiles.path().read_text()
    assert sandbox.api_key not in text
    assert profiles.path().stat().st_mode & 0o077 == 0
    assert lvng("whoami", "-q", "email").out == "ana@example.com\n"
    assert "* work" in lvng("profiles").out
    lvng("logout")
    assert memory.kept == {}
    done = lvng("workflows", "list", code=2)
    assert "Run `lvng login`, or set LVNG_API_KEY" in done.err


def test_a_profile_that_is_named_wins_over_the_environment(
    lvng: Lvng, sandbox: Sandbox, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("STAGING_KEY", sandbox.api_key)
    lvng(
        "login", "--profile", "staging", "--key-env", "STAGING_KEY", "--base-url", sandbox.base_url
    )
    environment.setenv("LVNG_API_KEY", "lvng_sk_wrong")
    assert lvng("workflows", "list", code=3).err
    assert lvng("--profile", "staging", "workflows", "list").out
    environment.setenv("LVNG_PROFILE", "staging")
    assert lvng("workflows", "list").out
    environment.delenv("STAGING_KEY")
    assert "STAGING_KEY, which is not set" in lvng("workflows", "list", code=2).err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("profile = ", "is not TOML"),
        ("[profiles]\nwork = 1", "profiles.work must be a table"),
        ('[profiles.work]\nkey = "lvng_sk_live_abc"', "contains a key itself"),
        ('[profiles.work]\nkey = "file:x"', "expected 'env:VARIABLE' or 'keyring'"),
        ('[profiles.work]\napi_key = "x"', "has 'api_key'; expected base_url, key, output"),
        ("[profiles.other]", "There is no profile 'work'"),
    ],
)
def test_an_invalid_profiles_file_is_reported_without_its_key(
    text: str, message: str, lvng: Lvng
) -> None:
    profiles.path().write_text(text)
    done = lvng("--profile", "work", "workflows", "list", code=2)
    assert message in done.err
    assert "lvng_sk_live_abc" not in done.err


def test_public_operations_need_no_key(lvng: Lvng, environment: pytest.MonkeyPatch) -> None:
    environment.delenv("LVNG_API_KEY")
    assert json.loads(lvng("health", "get").out)["status"] == "ok"


def checks(text: str) -> dict[str, str]:
    return {row["check"]: row["state"] for row in map(json.loads, text.splitlines())}


def test_doctor_finds_what_is_wrong(lvng: Lvng, environment: pytest.MonkeyPatch) -> None:
    assert set(checks(lvng("doctor").out).values()) == {"ok"}
    environment.setenv("LVNG_API_KEY", "lvng_sk_wrong")
    assert checks(lvng("doctor", code=1).out)["key"] == "failed"
    environment.delenv("LVNG_API_KEY")
    assert checks(lvng("doctor", code=1).out)["key"] == "failed"
    environment.setenv("LVNG_API_KEY", "key")
    found = checks(lvng("doctor", "--base-url", "http://127.0.0.1:9", code=1).out)
    assert found["server"] == "failed"
    found = checks(lvng("doctor", "--base-url", "https://nothing.invalid", code=1).out)
    assert found["address"] == "failed"
    assert "settings" in checks(lvng("doctor", "--base-url", "ftp://x", code=1).out)


def test_doctor_compares_the_clock(lvng: Lvng, environment: pytest.MonkeyPatch) -> None:
    environment.setattr("lvng_cli.commands.doctor._SKEW", -1)
    assert checks(lvng("doctor", code=1).out)["clock"] == "failed"


def test_deliveries_are_printed_and_forwarded(lvng: Lvng, sandbox: Sandbox) -> None:
    received: list[tuple[bytes, str | None]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((body, self.headers["X-LVNG-Signature"]))
            self.send_response(202)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    def post() -> None:
        with LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
            eventually(
                lambda: [one for one in client.developer.iter() if "127.0.0.1" in one["url"]]
            )
            channel = "b81f6e0c-52d4-4a97-8c3b-0e9d7f1a2653"
            client.messages.create(channel_id=channel, content="Hello")

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        posting = threading.Thread(target=post)
        serving.start()
        posting.start()
        url = f"http://127.0.0.1:{server.server_port}/hooks"
        words = ["-e", "message.created", "--count", "1", "--forward-to", url]
        done = lvng("webhooks", "listen", *words)
        posting.join()
        server.shutdown()
        serving.join()
    event = json.loads(done.out)
    assert (event["event"], event["data"]["content"]) == ("message.created", "Hello")
    assert event["forwarded"] == "202"
    ((body, signature),) = received
    assert json.loads(body)["data"]["content"] == "Hello"
    assert signature
    assert "127.0.0.1" not in lvng("developer", "list").out


def test_folders_are_ingested(lvng: Lvng, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "deep").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name in ("a.md", "deep/b.txt", ".git/c.md", "d.png"):
        (folder / name).write_text(f"About {name}.", encoding="utf-8")
    rows = [json.loads(line) for line in lvng("knowledge", "ingest", str(folder)).out.splitlines()]
    assert [(row["path"], row["ok"]) for row in rows] == [("a.md", True), ("deep/b.txt", True)]
    done = lvng("knowledge", "ingest", str(folder), "--include", "*.md", "--dry-run")
    assert done.out.split() == [str(folder / "a.md")]
    assert "does not exist" in lvng("knowledge", "ingest", str(tmp_path / "none"), code=2).err
    (folder / "bad.md").write_bytes(b"\xff")
    assert "bad.md is not text" in lvng("knowledge", "ingest", str(folder), code=1).err
    assert json.loads(lvng("knowledge", "ingest", "--content", "Text.").out)


def complete(*words: str, shell: str = "bash") -> list[str]:
    """What a shell is offered for the last word."""
    environment = {**os.environ, "_LVNG_COMPLETE": f"{shell}_complete"}
    line = " ".join(["lvng", *words])
    environment["COMP_WORDS"] = line
    environment["COMP_CWORD"] = str(len(words)) if shell == "bash" else words[-1]
    done = subprocess.run(
        [sys.executable, "-m", "lvng_cli"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.splitlines()


def test_shells_complete_commands_values_and_files() -> None:
    assert "plain,workflows" in complete("workf")
    assert "plain,list-runs" in complete("workflows", "list")
    assert "plain,active" in complete("workflows", "create", "--status", "a")
    assert "file," in complete("files", "upload", "--file", "x")[0]
    assert "plain\tworkflows\tWorkflows from plain language" in "\n".join(
        complete("workf", shell="powershell")
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_has_a_script(shell: str, lvng: Lvng) -> None:
    assert "lvng" in lvng("completion", shell).out


def test_a_plugin_adds_a_command(lvng: Lvng, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("hello", "cli.test_commands:hello", app.ENTRY_POINTS)

    def entry_points(**chosen: Any) -> EntryPoints:
        return EntryPoints([entry]).select(**chosen)

    monkeypatch.setattr("importlib.metadata.entry_points", entry_points)
    assert lvng("hello").out == "Hello.\n"
    assert "hello" in lvng("--help").out
    assert "lvng verify is not installed: pip install lvng-verify" in lvng("verify", code=1).err


@click.command()
def hello() -> None:
    click.echo("Hello.")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_python_m_lvng_is_the_command(sandbox: Sandbox) -> None:
    assert run("-m", "lvng", "--version").stdout == "lvng 1.0.0\n"
    code = (
        "import sys, runpy, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'lvng_cli' else find(name, *rest)\n"
        "runpy.run_module('lvng', run_name='__main__')"
    )
    done = run("-c", code)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        'The command line of lvng is not installed: pip install "lvng[cli]"'
    )


def test_a_closed_pipe_prints_no_error(sandbox: Sandbox) -> None:
    script = f'{sys.executable} -m lvng_cli --help | head -1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].startswith("Usage: lvng")


def loaded_by(*words: str, **environment: str) -> set[str]:
    code = (
        "import sys; from lvng_cli.__main__ import main; main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = run("-c", code, *words, **environment)
    return set(done.stderr.split())


def test_a_command_imports_only_the_packages_it_needs(sandbox: Sandbox) -> None:
    heavy = {"yaml", "jmespath", "keyring", "httpx", "platformdirs", "asyncio"}
    assert not loaded_by("--help") & {*heavy, "rich", "pygments"}
    assert not loaded_by("workflows", "create", "--help") & heavy
    variables = {"LVNG_API_KEY": sandbox.api_key, "LVNG_BASE_URL": sandbox.base_url}
    loaded = loaded_by("workflows", "list", **variables)
    assert loaded & heavy <= {"httpx", "asyncio"}
    domains = {name for name in loaded if name.startswith("lvng_") and "." not in name}
    assert domains == {"lvng_cli", "lvng_core", "lvng_workflows"}
