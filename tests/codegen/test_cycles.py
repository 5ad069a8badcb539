"""Cycles of types that are too large for type checkers."""

from __future__ import annotations

from math import isqrt
from pathlib import Path
from typing import Any

import pytest

from codegen.documents import answering
from lvng_codegen.model.api import Alias, Api, Record, mentioned, reachable
from lvng_codegen.model.cycles import LARGEST_SHARE, MOST_VISITS
from lvng_codegen.model.operations import build
from lvng_codegen.model.types import DictOf
from lvng_codegen.openapi.document import Document
from lvng_codegen.render.annotation_writer import AnnotationWriter

WHOLE = isqrt(MOST_VISITS)
"""The schemas of the largest ring that is left whole."""


def ring(count: int, *, near: int = 1, chords: int = 0) -> Api:
    """A document whose schemas form a ring: each refers to the next few, and to some anywhere."""
    schemas: dict[str, Any] = {}
    for n in range(count):
        others = [n + 1 + step for step in range(near)]
        others += [n * (7 + chord) + 13 for chord in range(chords)]
        schemas[f"Node{n}"] = {
            "properties": {
                f"to{m}": {"$ref": f"#/components/schemas/Node{other % count}"}
                for m, other in enumerate(others)
            }
        }
    media = {"application/json": {"schema": {"$ref": "#/components/schemas/Node0"}}}
    answer = {"200": {"description": "ok", "content": media}}
    data: Any = {
        "openapi": "3.1.0",
        "paths": {"/a": {"get": {"operationId": "a", "responses": answer}}},
        "components": {"schemas": schemas},
    }
    return build(Document(data, Path("ring.json")))


def opened(made: Api) -> list[str]:
    """The fields that are plain dicts, by record."""
    records = [one for one in made.definitions.values() if isinstance(one, Record)]
    return [
        f"{one.name}.{field.name}"
        for one in records
        for field in one.fields
        if isinstance(field.type, DictOf)
    ]


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ("It: {oneOf: [{$ref: '#/components/schemas/It'}, {type: string}]}", {"It": "str"}),
        (
            """
            It: {oneOf: [{$ref: '#/components/schemas/Other'}, {type: string}]}
            Other: {anyOf: [{$ref: '#/components/schemas/It'}, {type: integer}]}
            """,
            {"It": "str | int", "Other": "int | str"},
        ),
    ],
)
def test_self_references_are_removed_from_alternatives(
    schemas: str, expected: dict[str, str]
) -> None:
    made = answering("{$ref: '#/components/schemas/It'}", schemas=schemas)
    writer = AnnotationWriter(made.definitions)
    found = {
        name: writer.response(one.type)
        for name, one in made.definitions.items()
        if isinstance(one, Alias)
    }
    assert found == expected


def test_a_ring_of_thousands_is_cut_in_a_few_places_with_a_note_of_each() -> None:
    made = ring(2 * WHOLE)
    cuts = opened(made)
    assert len(cuts) == 2
    assert len(made.notes.found) == len(cuts)
    assert f"is one of {2 * WHOLE} types in a cycle" in made.notes.found[0].text
    record = made.definitions[cuts[0].partition(".")[0]]
    assert isinstance(record, Record)
    assert record.fields[0].docs.text.startswith("Holds `Node")


@pytest.mark.parametrize("near", [1, 11])
def test_a_cut_cycle_needs_few_visits_of_a_type_checker(near: int) -> None:
    made = ring(2 * WHOLE, near=near)
    assert 0 < len(opened(made)) <= LARGEST_SHARE * 2 * WHOLE * near
    for definition in [*made.definitions.values()][:: WHOLE // 5]:
        part = reachable(made.definitions, definition.types())
        assert len(part) * sum(len(mentioned(one)) for one in part.values()) <= MOST_VISITS


def test_a_ring_that_checkers_manage_is_left_whole() -> None:
    made = ring(WHOLE)
    assert (opened(made), made.notes.found) == ([], [])


def test_a_cycle_that_would_lose_too_much_is_left_whole() -> None:
    made = ring(2 * WHOLE, chords=3)
    assert (opened(made), made.notes.found) == ([], [])
