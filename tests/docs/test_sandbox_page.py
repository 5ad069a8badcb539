"""The code of docs/sandbox.md runs: tests in pytest, programs as they are, with the seed that the page shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text("utf-8")
BLOCKS = [
    block
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    if "lvng_recording" not in block  # it records the live service where there is no recording
]
TESTS = [block for block in BLOCKS if "def test_" in block]
PROGRAMS = [block for block in BLOCKS if "def test_" not in block]
(SEED,) = re.findall(r"```yaml\n(accounts:.*?)```", PAGE, re.DOTALL)
ASYNC = """
import asyncio, inspect

def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        names = pyfuncitem._fixtureinfo.argnames
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True
"""


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_tests_pass(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(ASYNC, "utf-8")
    (tmp_path / "test_page.py").write_text("\n\n".join(TESTS), "utf-8")
    shown = run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", ".")
    count = sum(block.count("def test_") for block in TESTS)
    (passed,) = re.findall(r"(\d+) passed", shown)
    assert int(passed) >= count


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_programs_run(program: str, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/world.yaml").write_text(SEED, "utf-8")
    (tmp_path / "tests/prices.md").write_text("A barrel of herring costs 14 crowns.\n", "utf-8")
    imports = "" if "import" in program else "from lvng_sandbox import Sandbox\n"
    run(tmp_path, "-W", "error", "-c", imports + program)
