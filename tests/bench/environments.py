"""A Python for each client: this one for what the environment of the bench holds, else one with that SDK alone."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

from .clients import CLIENTS

ENVIRONMENTS = Path(__file__).parents[2] / "build/bench"


def available(name: str) -> bool:
    """Whether a client can be measured here at all."""
    ready = CLIENTS[name].ready
    return ready is None or find_spec(ready) is not None


def python_of(name: str) -> str:
    """The interpreter that has the client, made where it is not there yet."""
    if not CLIENTS[name].needs:
        return sys.executable
    return str(_folder(name) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def prepare(name: str) -> None:
    """Install the newest version of what a client needs."""
    if needs := CLIENTS[name].needs:
        venv.create(_folder(name), with_pip=True)
        pip = [python_of(name), "-m", "pip", "install", "--quiet", "--upgrade", *needs]
        subprocess.run(pip, check=True)


def version_of(name: str) -> str:
    """The version of a client's distribution."""
    distribution = name.split("[", maxsplit=1)[0]
    code = f"from importlib.metadata import version; print(version({distribution!r}))"
    return subprocess.check_output([python_of(name), "-c", code], text=True).strip()


def _folder(name: str) -> Path:
    return ENVIRONMENTS / name
