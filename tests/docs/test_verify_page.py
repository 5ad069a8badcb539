"""The Python code of the page on verification runs, and its example of an observation is one."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from lvng_sandbox import Sandbox
from lvng_verify import load

PAGE = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_example_finds_the_difference(capsys: pytest.CaptureFixture[str]) -> None:
    exec(blocks("python")[1], {})
    assert capsys.readouterr().out.splitlines() == [
        "notes.list_tags missing-field `data[].count` is missing",
        "notes.list_tags unknown-field `data[].uses` is not documented: an integer",
    ]


def test_a_program_observes_its_own_calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        monkeypatch.setenv("LVNG_API_KEY", sandbox.api_key)
        monkeypatch.setenv("LVNG_BASE_URL", sandbox.base_url)
        exec(blocks("python")[0], {})
    line = json.loads((tmp_path / "observations.jsonl").read_text())
    assert line["operation"] == "workflows.list"


def test_the_observation_is_valid() -> None:
    schema = json.loads((resources.files("lvng_verify") / "observation.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(blocks("json")[0]))


@pytest.mark.parametrize("page", ["README.md", "packages/lvng/README.md"])
def test_the_pages_say_how_much_is_inferred_and_how_to_check_it(page: str) -> None:
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    known = [one.provenance for one in load().operations.values()]
    for said in (f"{known.count('inferred')} ", f" {len(known)} operations", "lvng-verify"):
        assert said in text, said
