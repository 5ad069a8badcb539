"""Observations of a changed service → overlay → contract and SDK that agree with it."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lvng_codegen.amend.propose import amend
from lvng_codegen.openapi import contract
from lvng_codegen.openapi.document import Document
from lvng_codegen.render.base import base
from lvng_codegen.render.responses_only import responses_only
from lvng_codegen.workspace import CONTRACT, Workspace
from lvng_sandbox import Sandbox
from lvng_verify import Contract
from lvng_verify.__main__ import main
from lvng_verify.comparison import Finding
from lvng_verify.credentials import make_client
from lvng_verify.pacing import Pace
from lvng_verify.probing import Probe, plan

from .changed_service import CONSISTENT, changed_service
from .random_changes import made_at_random

ROOT = Path(__file__).parents[2]


def findings(base_url: str, key: str, agreed: Contract) -> set[Finding]:
    """The differences between a service and a contract."""
    with make_client(base_url, key) as client:
        probe = Probe(client, agreed, Pace(None))
        return {one for each in probe.run(plan(agreed)) for one in each.findings}


@pytest.fixture
def observations(sandbox: Sandbox, tmp_path: Path) -> Path:
    file = tmp_path / "observations.jsonl"
    with changed_service(sandbox, CONSISTENT) as service:
        address = ["--base-url", service.base_url, "--api-key", sandbox.api_key]
        assert main([*address, "--observations", str(file)]) == 1
    return file


def test_the_amended_contract_agrees_with_the_service(observations: Path, sandbox: Sandbox) -> None:
    ours = contract.load(ROOT / CONTRACT)
    proposal = amend(ours, observations)
    assert proposal.reported == []
    agreed = Contract(json.loads(responses_only(proposal.applied(ours))))
    with changed_service(sandbox, CONSISTENT) as service:
        assert findings(service.base_url, sandbox.api_key, agreed) == set()
    assert findings(sandbox.base_url, sandbox.api_key, agreed), (
        "the service as it was is another one"
    )
    assert {one.provenance for one in agreed.operations.values()} > {"observed", "inferred"}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_the_generated_code_follows_the_overlay(observations: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for folder in ("packages", "docs"):
        ignored = shutil.ignore_patterns("__pycache__", "dist")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    git(copy, "init", "-q")
    git(copy, "add", ".")
    git(copy, "commit", "-qm", "before")
    overlays = copy / CONTRACT / "overlays"
    overlays.mkdir()
    proposal = amend(contract.load(copy / CONTRACT), observations)
    (overlays / "observed.yaml").write_text(proposal.text("Observed"), encoding="utf-8")
    workspace = Workspace(copy)
    for path, text in workspace.outputs().items():
        (copy / path).write_text(text, encoding="utf-8")
    types = "packages/lvng-knowledge/src/lvng_knowledge/_generated/types.py"
    changed = [line for line in git(copy, "diff", "-U0", types).splitlines() if line[:1] in "+-"]
    assert "+    heading: str" in changed
    assert "-    title: str" in changed
    assert "+    count: str" in changed
    assert len(changed) < 60, "what did not change is as it was"
    coverage = (copy / "docs/coverage.md").read_text(encoding="utf-8")
    assert "| observed |" in coverage


SCRIPT = """
import sys, lvng_sandbox, lvng_verify.__main__ as verify

assert lvng_sandbox.__file__.startswith(sys.argv[1])
with lvng_sandbox.Sandbox(check_responses=True) as sandbox:
    raise SystemExit(verify.main(["--base-url", sandbox.base_url, "--api-key", sandbox.jwt]))
"""


def check_sandbox(folder: Path, agreed: Document) -> None:
    """Run a sandbox that serves a document in a process of its own, and compare it with the document."""
    for package in ("lvng_sandbox", "lvng_verify"):
        source = ROOT / "packages" / package.replace("_", "-") / "src" / package
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, folder / package, ignore=ignored)
    generated = folder / "lvng_sandbox/_generated"
    (generated / "openapi.json").write_text(json.dumps(agreed.root.value), encoding="utf-8")
    before = base(contract.load(ROOT / CONTRACT), agreed)
    (generated / "base.json").write_text(before, encoding="utf-8")
    served = folder / "lvng_verify/_generated/contract.json"
    served.write_text(responses_only(agreed), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sandbox_follows_the_overlay(observations: Path, tmp_path: Path) -> None:
    ours = contract.load(ROOT / CONTRACT)
    check_sandbox(tmp_path / "copy", amend(ours, observations).applied(ours))


@pytest.mark.parametrize("seed", range(int(os.environ.get("LVNG_EXAMPLES", "1"))))
def test_the_sandbox_follows_any_overlay(
    seed: int, bodies: dict[str, Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    file, ours = tmp_path / "observations.jsonl", contract.load(ROOT / CONTRACT)
    made = made_at_random(bodies, random.Random(seed))
    with changed_service(sandbox, {id: one.change for id, one in made.items()}) as service:
        address = ["--base-url", service.base_url, "--api-key", sandbox.jwt]
        main([*address, "--observations", str(file)])
    check_sandbox(tmp_path / "copy", amend(ours, file).applied(ours))
