"""The documentation for coding agents: in the package, complete, and with code that runs."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from lvng_sandbox import Sandbox
from support.contract import OPERATIONS, TAGS

AGENTS = resources.files("lvng").joinpath("_generated/agents")
DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def text(name: str) -> str:
    return AGENTS.joinpath(name).read_text(encoding="utf-8")


def elsewhere() -> set[str]:
    """The code that other tests run: samples, examples, and blocks of the pages."""
    programs = {path.read_text(encoding="utf-8").strip() for path in DOCS.glob("*/*.py")}
    for page in DOCS.glob("*.md"):
        programs.update(block.strip() for block in BLOCK.findall(page.read_text(encoding="utf-8")))
    return programs


def blocks(name: str) -> list[str]:
    """The Python code of a file that no other test runs."""
    known = elsewhere()
    found = dict.fromkeys(BLOCK.findall(text(name)))
    return [
        code
        for code in found
        if code.strip() not in known and not any(one.endswith(code.strip()) for one in known)
    ]


CODE = [
    pytest.param(code, id=f"{name} {number}")
    for name in ("llms.txt", "llms-full.txt", "skills/lvng/SKILL.md")
    for number, code in enumerate(blocks(name))
]


@pytest.mark.parametrize("code", CODE)
def test_the_code_runs(code: str, tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={
                "LVNG_API_KEY": sandbox.api_key,
                "LVNG_BASE_URL": sandbox.base_url,
                "PYTHONUTF8": "1",
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr


def test_each_page_includes_samples_that_other_tests_run() -> None:
    sample = (DOCS / "samples/stream_sync.py").read_text(encoding="utf-8").strip()
    assert sample in text("llms-full.txt")
    assert sample in text("skills/lvng/SKILL.md")
    assert "literalinclude" not in text("llms-full.txt")


def test_every_operation_is_in_the_full_text_with_its_arguments() -> None:
    full = text("llms-full.txt").partition("# Operations\n")[2]
    for tag in TAGS:
        part = full.partition(f"## client.{tag['name']}\n")[2].partition("\n## ")[0]
        for one in OPERATIONS:
            if one["tag"] == tag["name"]:
                (line,) = re.findall(rf"^- `{one['method']}\((.*)$", part, re.MULTILINE)
                for param in one["params"]:
                    mark = "" if param["required"] or param["location"] == "path" else r"\?"
                    assert re.search(rf"\b{param['name']}{mark}: ", line), one["id"]


def test_a_skill_has_a_name_and_says_when_to_use_it() -> None:
    head = re.match(r"---\nname: (.+)\ndescription: (.+)\n---\n", text("skills/lvng/SKILL.md"))
    assert head
    assert head[1] == "lvng"
    assert "Use" in head[2]
    assert 20 < len(head[2]) <= 1024
