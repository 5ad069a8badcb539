"""The tests made from the contract, where it was amended by observations, or the vendor's document took its place.

Everything is generated in a copy of the workspace, and the tests run there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen import vendors
from lvng_codegen import files
from lvng_codegen.amend.propose import amend
from lvng_codegen.openapi import contract
from lvng_codegen.workspace import CONTRACT, Workspace
from lvng_sandbox import Sandbox
from lvng_verify.__main__ import main
from support.contract import DOCUMENT
from verify.changed_service import CONSISTENT, changed_service

ROOT = Path(__file__).parents[2]
ADOPTED = ("test_every_operation.py", "test_examples.py")
"""What must hold of any document; the other tests hold the contract to rules of its own."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A copy of the workspace."""
    ignored = shutil.ignore_patterns("__pycache__", "dist", "node_modules")
    for folder in ("packages", "docs", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return Workspace(tmp_path)


def generate(workspace: Workspace, spec: Path | None = None) -> None:
    files.write(workspace.root, workspace.outputs(spec), workspace.folders())


def check(workspace: Workspace, *tests: str) -> None:
    """Run tests of the copy with the packages of the copy."""
    sources = map(str, workspace.root.glob("packages/*/src"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=workspace.root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sources)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]


def test_an_amended_contract(workspace: Workspace) -> None:
    observations = workspace.root / "observations.jsonl"
    with Sandbox() as sandbox, changed_service(sandbox, CONSISTENT) as service:
        address = ["--base-url", service.base_url, "--api-key", sandbox.jwt]
        main([*address, "--observations", str(observations)])
    proposal = amend(contract.load(workspace.root / CONTRACT), observations)
    overlay = workspace.root / CONTRACT / "overlays/observed.yaml"
    overlay.parent.mkdir()
    overlay.write_text(proposal.text("Observed"), encoding="utf-8")
    generate(workspace)
    check(workspace, "tests/contract")


@pytest.mark.parametrize("name", vendors.VENDORS)
def test_an_adopted_document(name: str, workspace: Workspace, tmp_path: Path) -> None:
    spec = tmp_path / f"{name}.json"
    spec.write_text(json.dumps(vendors.VENDORS[name](DOCUMENT)), encoding="utf-8")
    generate(workspace, spec)
    check(workspace, *(f"tests/contract/{one}" for one in ADOPTED))
