"""Documents that were damaged at random: they make a package, or an error that says where. Nothing else."""

from __future__ import annotations

import ast
import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codegen.documents import FOLDER, SPECS
from lvng_codegen.errors import CodegenError
from lvng_codegen.openapi.loader import read
from lvng_codegen.package import Package

ROUNDS = 40
WRONG: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "\ud800", 'a"b\\c\n"""', [], {}, ["x"], [None],
    [{}], {"x": 1}, {"type": "object"}, {"oneOf": []}, {"allOf": [None]}, {"$ref": 5},
    {"$ref": "#"}, {"$ref": "#/nowhere"}, {"$ref": "a\x00b"}, {"$ref": "https://x/y#/z"},
]  # fmt: skip
KEYS = ["", "$ref", "a b", '"', "class", "é", "\ud800", "type", "allOf", "enum", "x-paging"]

Place = tuple[str | int, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place of a document but its root."""
    if isinstance(value, (dict, list)):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*place, key)
            yield from places(child, (*place, key))


def at(data: Any, place: Place) -> Any:
    for key in place:
        data = data[key]
    return data


def damaged(data: Any, luck: random.Random) -> Any:
    """A copy of a document with something dropped, replaced, renamed, repeated or misplaced."""
    data = copy.deepcopy(data)
    for _ in range(luck.choice([1, 1, 1, 2, 4])):
        every = list(places(data))
        place = luck.choice(every)
        *above, key = place
        parent = at(data, tuple(above))
        match luck.randrange(5):
            case 0:
                del parent[key]
            case 1 | 2:
                parent[key] = copy.deepcopy(luck.choice(WRONG))
            case 3:
                parent[key] = copy.deepcopy(at(data, luck.choice(every)))
            case _ if isinstance(parent, dict):
                parent[luck.choice(KEYS)] = parent.pop(key)
            case _:
                parent.append(copy.deepcopy(parent[key]))
    return data


def outcome(spec: Path) -> str:
    """What is said of a document; nothing where it makes a package."""
    try:
        modules = dict(Package("sdk", spec)._modules())
    except CodegenError as error:
        return str(error)
    for text in modules.values():
        ast.parse(text.encode())
    return ""


@pytest.mark.parametrize("name", SPECS)
def test_a_damaged_document_is_generated_or_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "refs.shared.json").write_bytes((FOLDER / "refs.shared.json").read_bytes())
    spec, whole = tmp_path / "api.json", read(SPECS[name])
    told = []
    for number in range(ROUNDS):
        spec.write_text(json.dumps(damaged(whole, random.Random(f"{name} {number}"))))
        told.append(outcome(spec))
    assert "" in told
    refused = [one for one in told if one]
    assert refused
    assert [one for one in refused if not re.match(r"(api|refs\.shared)\.json#/.*: ", one)] == []
