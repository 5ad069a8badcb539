"""Run the type checkers, in the environment of the tests."""

from __future__ import annotations

import fcntl
import functools
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def mypy(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run mypy with the settings of the workspace."""
    return _run("mypy", *arguments)


def pyright(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run pyright with the settings of the workspace."""
    _fetch_pyright()
    return _run("pyright", *arguments)


@functools.cache
def _fetch_pyright() -> None:
    """The first run downloads pyright: under a lock, because tests run in several processes."""
    with (Path(tempfile.gettempdir()) / "lvng-tests-pyright.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _run("pyright", "--version")


def _run(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    # pyright looks for packages in the first Python of the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
