"""Observations of a changed service → overlay → contract and SDK that agree with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lvng_codegen.amend.propose import amend
from lvng_codegen.openapi import contract
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


RETYPED = ("schedules.list", "schedules.get", "notes.list_tags")
"""Changes that the sandbox does not follow: the value is made by code that is written for the other type."""
REBUILT = ("mcps.list", "swarm.list", "twins.list", "analytics.overview", "onboarding.status")
"""Changes of envelopes and statuses, which its kinds of records are made of."""


def test_the_sandbox_and_the_suite_of_the_contract_follow_new_fields(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    changes = {id: one for id, one in CONSISTENT.items() if id not in RETYPED + REBUILT}
    observations, copy = tmp_path / "observations.jsonl", tmp_path / "copy"
    with changed_service(sandbox, changes) as service:
        address = ["--base-url", service.base_url, "--api-key", sandbox.api_key]
        main([*address, "--observations", str(observations)])
    for folder in ("packages", "docs", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "dist", "node_modules")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    overlay = copy / CONTRACT / "overlays/observed.yaml"
    overlay.parent.mkdir()
    proposal = amend(contract.load(copy / CONTRACT), observations)
    overlay.write_text(proposal.text("Observed"), encoding="utf-8")
    for path, text in Workspace(copy).outputs().items():
        (copy / path).write_text(text, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, copy.glob("packages/*/src"))),
    }
    script = (
        "import lvng_sandbox, lvng_verify.__main__ as verify\n"
        f"assert lvng_sandbox.__file__.startswith({str(copy)!r})\n"
        "with lvng_sandbox.Sandbox() as sandbox:\n"
        "    address = ['--base-url', sandbox.base_url, '--api-key', sandbox.api_key]\n"
        "    raise SystemExit(verify.main(address))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    suite = [f"tests/contract/test_{name}.py" for name in ("answers", "examples", "operations")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suite],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
