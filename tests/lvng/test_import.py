"""Importing the SDK is cheap: neither httpx nor any domain is loaded until it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("package", ["lvng", "lvng_core"])
def test_import_loads_no_httpx_and_no_domain(package: str) -> None:
    loaded = run(
        f"import sys, {package}; print(sorted(m for m in sys.modules if m.startswith(('httpx', "
        "'httpcore', 'anyio', 'lvng_'))))"
    )
    for name in ("httpx", "httpcore", "anyio", "lvng_chat", "lvng_workflows", "lvng_sandbox"):
        assert f"'{name}'" not in loaded


def test_an_attribute_loads_its_own_domain_alone() -> None:
    loaded = run(
        "import sys; from lvng import LvngClient; LvngClient('k').workflows; "
        "print(sorted(m for m in sys.modules if m.startswith('lvng_') and '.' not in m))"
    )
    assert loaded.strip() == "['lvng_core', 'lvng_workflows']"
