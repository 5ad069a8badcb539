"""The table of operations: JSON Schemas and shapes of every kind of type."""

from __future__ import annotations

import pytest

from lvng_codegen.model.api import Alias, Definition, Event, Field, Record, SchemaDocs
from lvng_codegen.model.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    Binary,
    DictOf,
    ListOf,
    LiteralOf,
    Named,
    Timestamp,
    Type,
    union,
)
from lvng_codegen.openapi.loader import JSON
from lvng_codegen.render.json_schema import SchemaWriter
from lvng_codegen.render.shapes import shape

NAME = Field("name", STR, required=True, docs=SchemaDocs("Its name."))
AGE = Field("age", union(INT, NONE), required=False, docs=SchemaDocs())
MADE = Field("made", STR, required=True, docs=SchemaDocs(), read_only=True)
PARENT = Field("parent", Named("Pet"), required=False, docs=SchemaDocs())
DEFINITIONS: dict[str, Definition] = {
    "Cat": Record("Cat", "", [NAME, AGE, MADE]),
    "Pet": Record("Pet", "", [NAME, PARENT]),
    "Id": Alias("Id", "", union(STR, INT)),
    "Loop": Alias("Loop", "", ListOf(Named("Loop"))),
    "Seen": Event("Seen", "", "seen", Named("Cat")),
}
CAT: dict[str, JSON] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "Its name."},
        "age": {"type": ["integer", "null"]},
    },
    "required": ["name"],
}


@pytest.mark.parametrize(
    ("type_", "schema", "text"),
    [
        (STR, {"type": "string"}, "string"),
        (FLOAT, {"type": "number"}, "number"),
        (ANY, {}, "any"),
        (Timestamp("datetime"), {"type": "string", "format": "date-time"}, "string"),
        (Timestamp("date"), {"type": "string", "format": "date"}, "string"),
        (Binary(), {"type": "string", "format": "binary"}, "string"),
        (LiteralOf.of(["a", "b"]), {"type": "string", "enum": ["a", "b"]}, '"a" | "b"'),
        (LiteralOf.of(["a", 1]), {"enum": ["a", 1]}, '"a" | 1'),
        (ListOf(BOOL), {"type": "array", "items": {"type": "boolean"}}, "boolean[]"),
        (
            ListOf(LiteralOf.of(["a", "b"])),
            {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
            '("a" | "b")[]',
        ),
        (DictOf(ANY), {"type": "object"}, "object"),
        (
            DictOf(INT),
            {"type": "object", "additionalProperties": {"type": "integer"}},
            "{[key]: number}",
        ),
        (
            union(ListOf(INT), NONE),
            {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]},
            "number[] | null",
        ),
        (Named("Id"), {"type": ["string", "integer"]}, "string | number"),
        (Named("Cat"), CAT, "{name: string, age?: number | null, made: string}"),
        (Named("Seen"), CAT, "{name: string, age?: number | null, made: string}"),
        (Named("Missing"), {"type": "object"}, "any"),
    ],
)
def test_a_type_as_schema_and_as_shape(type_: Type, schema: dict[str, JSON], text: str) -> None:
    assert SchemaWriter(DEFINITIONS).schema(type_) == schema
    assert shape(type_, DEFINITIONS) == text


def test_recursive_types_are_cut_at_a_fixed_depth() -> None:
    text = shape(Named("Pet"), DEFINITIONS)
    assert text.count("parent?") == 3
    assert text.endswith("parent?: object}}}")
    schema = str(SchemaWriter(DEFINITIONS).schema(Named("Pet")))
    assert schema.count("'parent'") == 4
    assert shape(Named("Loop"), DEFINITIONS) == "object[][][]"
    assert str(SchemaWriter(DEFINITIONS).schema(Named("Loop"))).count("array") == 4
