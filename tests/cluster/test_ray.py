"""The example runs on the workers of Ray, and nothing is created twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from lvng_sandbox import Sandbox

EXAMPLE = Path(__file__).parents[2] / "docs/examples/ray_map.py"


def test_the_example_runs_on_ray() -> None:
    with Sandbox(check_responses=True) as sandbox:
        environment = {
            **os.environ,
            "LVNG_API_KEY": sandbox.api_key,
            "LVNG_BASE_URL": sandbox.base_url,
        }
        done = subprocess.run(
            [sys.executable, EXAMPLE],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=170,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.splitlines() == [
            "5 contacts before the interruption",
            "12 contacts in the end",
            "12 on the server",
        ]
        assert sandbox.api_key not in done.stdout + done.stderr
        made = Counter(entry.operation for entry in sandbox.requests)
    assert made == {"contacts.create": 12, "contacts.list": 1}
