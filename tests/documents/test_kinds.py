"""Small documents of the kinds that go wrong: each call of their packages, compared with a second reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.checkers import mypy

from .trial import Trial

FOLDER = Path(__file__).parent / "kinds"
KINDS = {file.stem: file for file in sorted(FOLDER.glob("*.yaml"))}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_every_call_is_as_the_document_says(name: str, seed: int, tmp_path: Path) -> None:
    trial = Trial(KINDS[name], tmp_path, f"kinds_{name}_{seed}", seed)
    assert [str(note) for note in trial.package.api.notes.left_out] == []
    assert [str(failure) for failure in trial.failures()] == []


def test_mypy_takes_every_call(tmp_path: Path) -> None:
    scripts = [Trial(file, tmp_path, f"typed_{name}").script for name, file in KINDS.items()]
    found = mypy(*scripts)
    assert found.returncode == 0, found.stdout
