"""The samples of the documentation run unchanged, each in its own process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvng_sandbox import Sandbox

DOCS = Path(__file__).parents[2] / "docs"
SAMPLES = sorted((DOCS / "samples").glob("*.py"))

# A line of the output, so that a sample that prints nothing does not pass.
EXPECTED = {
    "async": "Sales report",
    "authentication": "https://staging.api.lvng.ai",
    "bulk": "created: 20",
    "configuration": "workflows in all:",
    "connections": "over a client of your own:",
    "deprecations": "deprecated operations in use: 0",
    "detailed": "streamed as text/event-stream",
    "follow_run": "2 workflow.completed",
    "drift": "other shapes: {}",
    "errors": "Workflow 'wf_does_not_exist' does not exist\nAPI key is invalid or revoked:",
    "middleware": "workflows.list 200 0.",
    "rate_limits": "20 calls, none above the limit",
    "response_cache": "304 0 bytes\nthe same: True",
    "low_level_sse": "text_delta",
    "pagination": "audit log entries:",
    "password_login": "created: nightly build",
    "stream_async": "[done]",
    "stream_sync": "[done]",
    "sync": "Sales report",
    "testing": "waits: [30.0, 30.0]\ntitles: ['Minutes']",
    "webhooks": "new message: Hi",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_sample_runs_and_shows_what_it_promises(sample: Path, sandbox: Sandbox) -> None:
    environment = {
        **os.environ,
        "LVNG_API_KEY": sandbox.api_key,
        "LVNG_BASE_URL": sandbox.base_url,
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", sample],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert EXPECTED[sample.stem].lower() in done.stdout.lower()
    assert sandbox.api_key not in done.stdout


def test_the_quickstart_runs_every_sample() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "quickstart.py"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for sample in SAMPLES:
        assert f"--- {sample.name}: ok" in done.stdout
    assert f"All {len(SAMPLES)} samples ran." in done.stdout


def test_the_quickstart_names_a_sample_it_does_not_know() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "quickstart.py", "nonsense"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "No such sample: nonsense" in done.stdout
