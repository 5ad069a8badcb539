"""Every block of Python in README, docs and package pages is a program, and runs against the sandbox as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvng_sandbox import Sandbox

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "packages").glob("*/README.md")),
]
ABOUT_OTHER_CODE = {
    "docs/codegen.md": "a package that the reader generates",
    "packages/lvng-codegen/README.md": "the same",
    "docs/contributing.md": "a file of this repository",
    "docs/vendoring.md": "a program with the SDK in it, tested by codegen/test_vendor.py",
}
ANSWERS = {
    "docs/quickstart.md-1": "The offsite is in Lisbon.",
    "docs/calls.md-1": "The offsite is in Lisbon.",
    "packages/lvng-sandbox/README.md-1": "The offsite is in Lisbon.",
    "packages/lvng-knowledge/README.md-1": "Q3",
}
"""What programs must say that ask for what they have just ingested."""
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def programs() -> dict[str, str]:
    found = {}
    for page in PAGES:
        name = page.relative_to(ROOT).as_posix()
        if name not in ABOUT_OTHER_CODE:
            blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
            found.update(
                {
                    f"{name}-{number}": code
                    for number, code in enumerate(blocks, start=1)
                    if "lvng_recording" not in code  # it would call the live service
                }
            )
    return found


PROGRAMS = programs()


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_block_runs_as_it_stands(
    name: str, served: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.reset()
    code = PROGRAMS[name]
    program = tmp_path / "test_program.py"
    program.write_text(code, encoding="utf-8")
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7 a report")
    monkeypatch.setenv("LVNG_API_KEY", served.api_key)
    monkeypatch.setenv("LVNG_BASE_URL", served.base_url)
    by_pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "def test_" in code else []
    done = subprocess.run(
        [sys.executable, "-W", "error", *by_pytest, program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() or "print(" not in code
    assert ANSWERS.get(name, "") in done.stdout


def test_every_answer_that_is_expected_has_its_program() -> None:
    assert PROGRAMS.keys() >= ANSWERS.keys()


def test_every_library_has_a_program_on_its_page() -> None:
    pages = {page.parent.name for page in (ROOT / "packages").glob("*/README.md")}
    shown = {name.split("/")[1] for name in PROGRAMS if name.startswith("packages/")}
    assert pages - shown <= {"lvng-codegen", "lvng-cli", "lvng-mcp", "lvng-verify"}  # commands
