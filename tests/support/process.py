"""A sandbox in its own process, started with `lvng-sandbox serve`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

Served: TypeAlias = "tuple[subprocess.Popen[str], str, str]"
"""The process, the URL of the server and its API key."""


@contextmanager
def serving(*options: str, stderr: int | None = subprocess.PIPE) -> Iterator[Served]:
    """Start the server, and kill it at the end of the block."""
    command = [sys.executable, "-m", "lvng_sandbox", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process:
        try:
            variables = _exports(process)
            yield process, variables["LVNG_BASE_URL"], variables["LVNG_API_KEY"]
        finally:
            process.kill()


@contextmanager
def sandbox_process(*options: str) -> Iterator[dict[str, str]]:
    """The variables that the server prints: LVNG_BASE_URL and LVNG_API_KEY."""
    with serving(*options, stderr=None) as (_, url, key):
        yield {"LVNG_BASE_URL": url, "LVNG_API_KEY": key}


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
