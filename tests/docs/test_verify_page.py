"""The Python code of the page on verification runs, and its example of an observation is one."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_example_finds_the_difference(capsys: pytest.CaptureFixture[str]) -> None:
    exec(blocks("python")[0], {})
    assert capsys.readouterr().out.splitlines() == [
        "notes.list_tags missing-field `data[].count` is missing",
        "notes.list_tags unknown-field `data[].uses` is not documented: an integer",
    ]


def test_the_observation_is_valid() -> None:
    schema = json.loads((resources.files("lvng_verify") / "observation.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(blocks("json")[0]))
