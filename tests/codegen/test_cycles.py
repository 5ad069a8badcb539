"""Circles of types that are too large for type checkers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lvng_codegen.model.api import Api, Record, reachable
from lvng_codegen.model.cycles import MOST
from lvng_codegen.model.operations import build
from lvng_codegen.model.types import DictOf
from lvng_codegen.openapi.document import Document


def ring(count: int, *, chords: int = 0) -> Api:
    """A document whose schemas refer to one another in a ring, and each to some others."""
    schemas: dict[str, Any] = {}
    for n in range(count):
        others = [n + 1, *(n * (7 + chord) + 13 for chord in range(chords))]
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


def test_a_ring_of_thousands_is_cut_in_a_few_places_with_a_note_of_each() -> None:
    made = ring(3000)
    cuts = opened(made)
    assert len(cuts) == 3000 // MOST
    assert len(made.notes.found) == len(cuts)
    assert "is one of 3000 types in a circle" in made.notes.found[0].text
    record = made.definitions[cuts[0].partition(".")[0]]
    assert isinstance(record, Record)
    assert record.fields[0].docs.text.startswith("Holds `Node")
    for definition in made.definitions.values():
        assert len(reachable(made.definitions, definition.types())) <= MOST


def test_a_circle_that_checkers_manage_is_left_whole() -> None:
    made = ring(MOST)
    assert (opened(made), made.notes.found) == ([], [])


def test_a_circle_that_would_lose_too_much_is_left_whole() -> None:
    made = ring(2 * MOST, chords=3)
    assert (opened(made), made.notes.found) == ([], [])
