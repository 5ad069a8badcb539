"""The SDK in a program, as the tools that people use for it put it there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lvng_sandbox import Sandbox

from .test_installs import PYTHONS, install, run, sandbox, uv, wheels

__all__ = ["sandbox", "wheels"]

CONFIGURATION = """\
[tool.vendoring]
destination = "myapp/_vendor/"
requirements = "vendor.txt"
namespace = "myapp._vendor"
protected-files = ["__init__.py"]
"""
PROGRAM = """\
from lvng_chat import Chat
from lvng_core import Client
from lvng_workflows import Workflows

with Client() as client:
    print(Chat(client).send(message="sales")["reply"])
    print([workflow["id"] for workflow in Workflows(client).iter()])
"""


def test_the_tool_vendoring_needs_no_substitutions(
    wheels: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    python = install(PYTHONS[0], tmp_path / "venv", wheels, "httpx", "highest")
    for needed in ("idna", "typing-extensions"):
        uv("pip", "install", "--quiet", "--python", str(python), needed)
    (tmp_path / "myapp/_vendor").mkdir(parents=True)
    (tmp_path / "myapp/__init__.py").touch()
    (tmp_path / "myapp/_vendor/__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
    listed = "".join(f"lvng-{name}==1.0.0\n" for name in ("core", "chat", "workflows"))
    (tmp_path / "vendor.txt").write_text(listed, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "vendoring", "sync"],
        cwd=tmp_path,
        env={**os.environ, "PIP_FIND_LINKS": str(wheels)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    program = PROGRAM.replace("from lvng", "from myapp._vendor.lvng")
    check = "import sys\nassert not [name for name in sys.modules if name.startswith('lvng')]\n"
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{program}\n{check}"
    assert "wf_" in run(python, code, sandbox)


def test_pyinstaller_finds_every_module(wheels: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    python = install(PYTHONS[0], tmp_path / "venv", wheels, "lvng", "highest")
    uv("pip", "install", "--quiet", "--python", str(python), "pyinstaller>=6.22,<7")
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    build = ["-m", "PyInstaller", "--log-level", "ERROR", "--onedir", "program.py"]
    subprocess.run([python, *build], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run(
        [tmp_path / "dist/program/program"],
        env={**os.environ, "LVNG_API_KEY": sandbox.api_key, "LVNG_BASE_URL": sandbox.base_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "wf_" in done.stdout
