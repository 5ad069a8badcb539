"""The example of a test in Node.js that controls a sandbox."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lvng_sandbox import Sandbox

from .tools import node

EXAMPLE = Path(__file__).parents[2] / "docs/examples/sandbox_control.test.mjs"


def test_the_example_passes() -> None:
    with Sandbox() as sandbox:
        environment = {
            **os.environ,
            "LVNG_BASE_URL": sandbox.base_url,
            "LVNG_API_KEY": sandbox.api_key,
            "LVNG_SANDBOX_TOKEN": sandbox.token,
        }
        done = subprocess.run(
            node("--test", EXAMPLE),
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pass 4" in done.stdout
