"""The container recipe: its commands, run here in place of in a container, and webhooks to other hosts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from lvng_sandbox import Sandbox
from lvng_sandbox.__main__ import _parser
from support.network import own_address
from support.process import serving
from support.sandbox import HOOKS, Connect
from support.timing import eventually

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "packages/lvng-sandbox/Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(
    (ROOT / "docs/examples/container/compose.yaml").read_text("utf-8")
)


def instruction(name: str) -> list[str]:
    """The arguments of an instruction in exec form."""
    (found,) = re.findall(rf"^\s*{name} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    arguments: list[str] = json.loads(found)
    return arguments


def health_check() -> str:
    """The program of the health check."""
    (found,) = re.findall(r"^ +CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    command, option, program = json.loads(found)
    assert (command, option) == ("python", "-c")
    return str(program)


def test_the_command_serves_and_the_health_check_sees_it(tmp_path: Path) -> None:
    (command,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    serve, *options = json.loads(command)
    assert (serve, instruction("ENTRYPOINT")) == ("serve", ["lvng-sandbox"])
    options[options.index("--port") + 1] = "0"
    options[options.index("--db") + 1] = str(tmp_path / "lvng.db")
    with serving(*options) as (process, url, _):
        here = health_check().replace("http://127.0.0.1:8080", url)
        assert here != health_check()
        subprocess.run([sys.executable, "-c", here], check=True, timeout=30)
        process.kill()
        process.wait()
        done = subprocess.run([sys.executable, "-c", here], check=False, capture_output=True)
        assert done.returncode != 0


def test_the_commands_of_compose_are_valid() -> None:
    sandbox = COMPOSE["services"]["sandbox"]
    options = _parser().parse_args(sandbox["command"])
    assert (options.host, options.webhook_host) == ("0.0.0.0", ["receiver"])
    assert sandbox["environment"]["LVNG_SANDBOX_TOKEN"]
    program = COMPOSE["services"]["program"]["command"]
    assert options.api_key in " ".join(program)


def test_the_webhook_of_compose_reaches_its_receiver(connect: Connect) -> None:
    script = ROOT / "docs/examples/container/webhook_log.py"
    address = own_address()
    command = [sys.executable, "-u", str(script), address, "0"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as receiver,
        Sandbox(webhook_hosts=[address]) as sandbox,
    ):
        assert receiver.stdout is not None
        try:
            port = receiver.stdout.readline().rpartition(" ")[2].strip()
            api = connect(sandbox, sandbox.api_key)
            body = {"url": f"http://{address}:{port}/", "events": ["message.created"]}
            hook = api.post(HOOKS, body)["data"]["id"]
            api.post(f"{HOOKS}/{hook}/test")
            line = receiver.stdout.readline()
            assert '"event"' in line
        finally:
            receiver.kill()


def test_other_hosts_get_no_webhooks(connect: Connect) -> None:
    address = own_address()
    with Sandbox(webhook_hosts=["receiver"]) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        body = {"url": f"http://{address}:9/", "events": ["message.created"]}
        api.post(HOOKS, body, status=422)
        hook = api.post(HOOKS, {**body, "url": f"https://{address}:9/"})["data"]["id"]
        api.post(f"{HOOKS}/{hook}/test")

        def error() -> str:
            return str(api.get(f"{HOOKS}/{hook}/deliveries")["data"][0]["error"])

        eventually(lambda: "--webhook-host" in error())
