"""Changes the pure modules of the core, one small thing at a time, and sees whether a test fails: `hatch run mutation:test`.

The mutants are mutmut's. It works on a copy in build/mutation, where `mutmut browse` shows them afterwards. A mutant that
no test finds must have a note in equivalent.toml which says why no test can; the exit status is 1 where one has none, and
where a note has no mutant any more. With names of modules as arguments only those are changed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "packages/lvng-core/src/lvng_core"
NOTES = Path(__file__).with_name("equivalent.toml")
COPY = ROOT / "build/mutation"

MODULES = ("_retry", "_paging", "_sse", "_arguments", "_error_mapping", "_deadline")
TESTS = (
    "test_arguments",
    "test_deadline_rules",
    "test_decode",
    "test_drift",
    "test_error_mapping",
    "test_errors",
    "test_options",
    "test_paging",
    "test_paths",
    "test_retry_rules",
    "test_sse_decoder",
)
FOUND = "killed"
"""What mutmut says of a mutant that a test found.

A test that hangs fails by its own time limit. `timeout` is also what mutmut says of a run that did not start, as with
ids that pytest does not know: it never counts.
"""

# In a process that has run the tests before, as mutmut's own has, pytest escapes the backslashes of the `ids` of
# `parametrize` once more: it knows no such test, which mutmut takes for a failure. The server only collects.
SETTINGS = """
[tool.mutmut]
source_paths = ["src/"]
only_mutate = {modules}
pytest_add_cli_args_test_selection = {tests}
process_isolation = "forkserver"
timeout_constant = 6.0

[tool.pytest.ini_options]
pythonpath = ["tests"]
addopts = ["--import-mode=importlib", "-p", "mutation.pure_first"]
markers = ["not_over(backend, reason): cannot hold over an HTTP backend"]
filterwarnings = ["error"]
timeout = 60
"""


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: the function it is in, and the lines before and after."""

    where: str
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.where}\n  - {self.was}\n  + {self.becomes}"


def main(modules: list[str]) -> int:
    copy(modules)
    mutmut("run")
    survivors = sorted(survived())
    notes = [note for note in read_notes() if note.where.split(".")[0] in modules]
    unknown = [mutant for mutant in survivors if mutant not in notes]
    stale = [note for note in notes if note not in survivors]
    for mutant in unknown:
        print(f"No test finds this change, and no note says why: {mutant}")
    for note in stale:
        print(f"A note is of no use, for its change is found or cannot be made any more: {note}")
    print(f"{len(survivors)} survivors, {len(unknown)} without a note, {len(stale)} notes too many")
    return 1 if unknown or stale else 0


def copy(modules: list[str]) -> None:
    """The core and its tests, for mutmut to change."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(SOURCE, COPY / "src/lvng_core")
    (COPY / "tests").mkdir()
    for name in ("conftest.py", "core", "mutation", "support"):
        path = ROOT / "tests" / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, COPY / "tests" / name)
    changed = [f"src/lvng_core/{name}.py" for name in modules]
    chosen = [f"tests/core/{name}.py" for name in TESTS]
    assert all((COPY / path).exists() for path in changed + chosen), "a module or a test has moved"
    (COPY / "pyproject.toml").write_text(SETTINGS.format(modules=changed, tests=chosen))


def mutmut(*arguments: str, capture: bool = False) -> str:
    """What mutmut prints."""
    done = subprocess.run(
        ["mutmut", *arguments],
        cwd=COPY,
        env={**os.environ, "PYTHONPATH": str(COPY / "tests")},
        check=True,
        text=True,
        stdout=subprocess.PIPE if capture else None,
    )
    return done.stdout or ""


def survived() -> Iterator[Mutant]:
    """The mutants that no test found."""
    for name, status in re.findall(
        r"^ *(\S+): (.+)$", mutmut("results", capture=True), re.MULTILINE
    ):
        if status != FOUND:
            yield describe(name)


def describe(name: str) -> Mutant:
    """What a mutant changes, by its name: without the numbers, which change with every edit."""
    function = re.sub(r"__mutmut_\d+$", "", name).removeprefix("lvng_core.")
    where = function.replace("xǁ", "").replace("ǁ", ".").replace(".x_", ".", 1)
    diff = mutmut("show", name, capture=True).splitlines()
    lines = [line for line in diff if not line.startswith(("---", "+++"))]
    was, becomes = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Mutant(where, was, becomes)


def read_notes() -> list[Mutant]:
    """The changes that are known to make no difference."""
    notes = tomllib.loads(NOTES.read_text()).get("mutant", [])
    assert all(note["why"] for note in notes)
    return [Mutant(note["where"], note["was"], note["becomes"]) for note in notes]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(MODULES)))
