"""A public linter finds nothing in the published document."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from support.contract import DOCUMENT_FILE

from .tools import command

REDOCLY = "@redocly/cli/bin/cli.js"
RULES = Path(__file__).parents[1] / "contract/redocly.yaml"


def test_the_linter_finds_nothing() -> None:
    assert lint(DOCUMENT_FILE) == []


def test_the_linter_finds_a_duplicate_operation_id(tmp_path: Path) -> None:
    broken = tmp_path / "openapi.json"
    text = DOCUMENT_FILE.read_text(encoding="utf-8")
    broken.write_text(text.replace('"operationId": "chat.send"', '"operationId": "chat.stream"'))
    (problem,) = lint(broken)
    assert problem.startswith("operation-operationId-unique ")


def lint(document: Path) -> list[str]:
    """The problems of a document: rule, place and what is wrong."""
    options = ["--config", RULES, "--format", "json", "--max-problems", "1000"]
    done = subprocess.run(
        command(REDOCLY, "lint", document, *options),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env={**os.environ, "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
    )
    assert done.stdout, done.stderr
    return [
        f"{one['ruleId']} {one['location'][0]['pointer']}: {one['message']}"
        for one in json.loads(done.stdout)["problems"]
    ]
