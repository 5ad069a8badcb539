"""A sandbox in a process of its own, as `lvng-sandbox serve` starts it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sandbox_process(*options: str) -> Iterator[dict[str, str]]:
    """The variables that it tells to set: LVNG_BASE_URL and LVNG_API_KEY."""
    command = [sys.executable, "-m", "lvng_sandbox", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _exports(process)
        finally:
            process.terminate()
            process.wait()


def _exports(process: subprocess.Popen[str]) -> dict[str, str]:
    variables: dict[str, str] = {}
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").strip().partition("=")
            variables[name] = value
        if len(variables) == 2:
            return variables
    raise AssertionError(f"the sandbox did not start; exit code {process.wait()}")
