"""Deprecated operations: editors see it, and the first call warns."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import pytest

from codegen.generated import OK, generate
from lvng_core import _deprecation
from support.checkers import pyright
from support.scripted_server import ScriptedServer, answer

PATHS = f"""
    paths:
      /old:
        get:
          operationId: pets.list
          tags: [pets]
          deprecated: true
          parameters: [{{name: cursor, in: query, schema: {{type: string}}}}]
          x-paging: {{style: cursor, items: data}}
          responses: {{"200": {{description: ok, content: {{application/json: {{schema:
            {{type: object, properties: {{data: {{type: array, items: {{type: string}}}}, nextCursor: {{type: string}}}}}}}}}}}}}}
      /older:
        get: {{operationId: pets.deprecated, tags: [pets], deprecated: true, responses: {OK}}}
      /new:
        get: {{operationId: pets.get, tags: [pets], responses: {OK}}}
    """
USE = """\
import asyncio
import {name}

client = {name}.Client("key", base_url="https://a.example")
client.pets.list()
client.pets.iter()
client.pets.deprecated()
client.pets.get()

async def main(client: {name}.AsyncClient) -> None:
    await client.pets.list()
    client.pets.iter()
    await client.pets.get()
"""


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Nothing has been warned of yet."""
    _deprecation._warned.clear()


def test_pyright_reports_uses_of_deprecated_names(tmp_path: Path) -> None:
    package = generate(tmp_path, PATHS)
    (tmp_path / "program.py").write_text(USE.format(name=package.__name__))
    settings = {"include": ["program.py"], "reportDeprecated": "error"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    done = pyright("--project", tmp_path, "--outputjson")
    struck = [
        (one["range"]["start"]["line"] + 1, re.sub(r"\s+", " ", one["message"]))
        for one in json.loads(done.stdout)["generalDiagnostics"]
        if one.get("rule") == "reportDeprecated"
    ]
    assert [line for line, _ in struck] == [5, 6, 7, 11, 12]
    assert "pets.list is deprecated: the API may drop it." in struck[0][1]


@pytest.mark.parametrize("method", ["list", "deprecated", "iter"])
def test_the_first_call_warns_at_its_line(method: str, tmp_path: Path) -> None:
    package = generate(tmp_path, PATHS)
    page: dict[str, list[str]] = {"data": []}
    with (
        ScriptedServer(*[answer(200, page)] * 3) as server,
        package.Client("key", base_url=server.url) as client,
        warnings.catch_warnings(record=True) as found,
    ):
        warnings.simplefilter("always")
        for _ in range(2):
            result = getattr(client.pets, method)()
            assert result == page if method != "iter" else list(result) == []
        client.pets.get()
    (one,) = found
    assert one.category is DeprecationWarning
    assert one.filename == __file__
    assert re.match(r"pets\.(list|deprecated) is deprecated\.$", str(one.message))
