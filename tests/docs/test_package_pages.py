"""Every program on the page of a package runs against the sandbox as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvng_sandbox import Sandbox

PACKAGES = Path(__file__).parents[2] / "packages"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROGRAMS = {
    f"{page.parent.name}-{number}": code
    for page in sorted(PACKAGES.glob("*/README.md"))
    for number, code in enumerate(_BLOCK.findall(page.read_text(encoding="utf-8")), start=1)
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_of_a_package_page_runs(
    code: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "test_program.py"
    program.write_text(code, encoding="utf-8")
    monkeypatch.setenv("LVNG_API_KEY", sandbox.api_key)
    monkeypatch.setenv("LVNG_BASE_URL", sandbox.base_url)
    pytest_too = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "def test_" in code else []
    done = subprocess.run(
        [sys.executable, "-W", "error", *pytest_too, program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


def test_every_library_has_a_program_on_its_page() -> None:
    pages = {page.parent.name for page in PACKAGES.glob("*/README.md")}
    shown = {name.rpartition("-")[0] for name in PROGRAMS}
    assert pages - shown <= {"lvng-codegen", "lvng-cli", "lvng-mcp", "lvng-verify"}  # commands
