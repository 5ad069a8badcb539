"""The examples run as a user runs them, each in its own process, and print the expected lines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvng_sandbox import Sandbox

EXAMPLES = Path(__file__).parents[2] / "docs/examples"

# Lines of the output, and the input of examples that ask for some.
EXPECTED = {
    "agent_team": ["--- Analyst", "--- Sceptic", "--- Editor", "412,000 euros"],
    "bulk_ingest": ["199 ingested, 1 failed", "item 100:"],
    "content_pipeline": ["workflow.completed", "Sales, summarised approved"],
    "dask_ingest": ["20 pages ingested by 2 workers"],
    "fastapi_relay": ["event: text_delta", "event: done"],
    "pydantic_report": ["Workflows [", "required: id", "documented: Report Workflow"],
    "rag_markdown": ["files of docs ingested", "What does an Idempotency-Key do?", "from "],
    "research_pipeline": ["ingested: Heat pumps in Norway", "Sixty percent", "kept as:"],
    "scheduled_report": ["workflow: Monday report", "next run: 20", "trial:    completed"],
    "team_chat": [
        "garden: ['Shall we paint the garden?', 'Yes, in green.']",
        "ana in the garden: NotFoundError NotFoundError NotFoundError NotFoundError",
        "mia edits a message of li: PermissionDeniedError",
        "mia has left: NotFoundError",
    ],
    "terminal_chat": ["1.31 million euros"],
    "tracing": ["workflows.list", "  GET 200", "gen_ai.client.operation.time_to_first_chunk s"],
    "webhook_asgi": ["message: Who is listening?", "indexed: Heat pumps True"],
    "webhook_receiver": ["received: message.created Who is listening?"],
    "webhook_wsgi": ["received: Before", "received: After"],
}
IN_OTHER_LANES = {"ray_map"}
"""tests/cluster"""
TYPED = {"terminal_chat": "What are the Q4 numbers?\n\n"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(check_responses=True) as sandbox:
        yield sandbox


@pytest.mark.skipif(not (shutil.which("sh") and shutil.which("curl")), reason="needs sh and curl")
def test_the_shell_script_controls_a_sandbox(sandbox: Sandbox) -> None:
    environment = {
        **os.environ,
        "LVNG_API_KEY": sandbox.api_key,
        "LVNG_BASE_URL": sandbox.base_url,
        "LVNG_SANDBOX_TOKEN": sandbox.token,
    }
    done = subprocess.run(
        ["sh", EXAMPLES / "sandbox_control.sh"],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.isdigit()] == ["503", "200", "201"]
    assert '{"now":"2026-01-01T10:00:00.000Z","frozen":true}' in lines
    assert lines[-1] == '{"total":0,"records":[]}'


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_runs_and_shows_what_it_promises(name: str, sandbox: Sandbox) -> None:
    environment = {
        **os.environ,
        "LVNG_API_KEY": sandbox.api_key,
        "LVNG_BASE_URL": sandbox.base_url,
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, EXAMPLES / f"{name}.py"],
        env=environment,
        input=TYPED.get(name, ""),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = done.stdout + done.stderr
    assert [line for line in EXPECTED[name] if line not in shown] == [], shown
    assert "Traceback" not in shown
    assert sandbox.api_key not in shown


def test_every_example_is_run_and_listed() -> None:
    names = {path.stem for path in EXAMPLES.glob("*.py")}
    assert names == EXPECTED.keys() | IN_OTHER_LANES
    listed = (EXAMPLES.parent / "examples.md").read_text(encoding="utf-8")
    assert [name for name in names if f"`{name}.py`" not in listed] == []
