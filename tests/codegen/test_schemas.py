"""Schemas as annotations: every keyword that has a say in the type, in both versions."""

from __future__ import annotations

import pytest

from codegen.documents import annotation
from lvng_codegen.errors import SpecError

# What schemas refer to. `Text` is an alias, `Pet` a record, `Maybe` either of a record and null.
SCHEMAS = """
    Pet: {type: object, required: [id], properties: {id: {type: string}}}
    Dog: {type: object, properties: {bark: {type: boolean}}}
    Text: {type: string}
    Moment: {type: string, format: date-time}
    Maybe: {type: [object, 'null'], properties: {a: {type: string}}}
    """
PET = "{$ref: '#/components/schemas/Pet'}"
DOG = "{$ref: '#/components/schemas/Dog'}"

SIMPLE = {
    "{}": "Any",
    "true": "Any",
    "false": "Any",
    "{description: any}": "Any",
    "{type: string}": "str",
    "{type: string, format: uuid}": "str",
    "{type: string, format: date-time}": "str",
    "{type: string, format: byte}": "str",
    "{type: integer}": "int",
    "{type: number}": "float",
    "{type: boolean}": "bool",
    "{type: 'null'}": "None",
    "{type: object}": "dict[str, Any]",
    "{type: array}": "list[Any]",
    "{type: []}": "Any",
    "{not: {type: string}}": "Any",
    PET: "Pet",
    "{$ref: '#/components/schemas/Text'}": "Text",
}
ARRAYS = {
    "{type: array, items: {type: string}}": "list[str]",
    "{items: {type: string}}": "list[str]",
    f"{{type: array, items: {PET}}}": "list[Pet]",
    "{type: array, items: {type: array, items: {type: integer}}}": "list[list[int]]",
    "{type: array, items: false}": "list[Any]",
    "{type: array, prefixItems: [{type: string}, {type: integer}], items: false}": "list[str | int]",
    "{prefixItems: [{type: string}], items: {type: boolean}}": "list[str | bool]",
    "{type: array, items: {type: object, properties: {x: {}}}}": "list[ThingsItResponseItem]",
}
MAPS = {
    "{type: object, additionalProperties: true}": "dict[str, Any]",
    "{type: object, additionalProperties: false}": "dict[str, Any]",
    "{type: object, additionalProperties: {type: integer}}": "dict[str, int]",
    "{additionalProperties: {type: integer}}": "dict[str, int]",
    f"{{type: object, additionalProperties: {PET}}}": "dict[str, Pet]",
    "{type: object, patternProperties: {a: {type: string}, b: {type: 'null'}}}": "dict[str, str | None]",
    "{patternProperties: {a: {type: string}}, additionalProperties: {type: integer}}": (
        "dict[str, int | str]"
    ),
    "{properties: {x: {type: string}}, additionalProperties: {type: integer}}": "dict[str, str | int]",
    "{properties: {x: {}}, additionalProperties: true}": "ThingsItResponse",
    "{properties: {x: {}}, additionalProperties: {}}": "ThingsItResponse",
}
ENUMS = {
    "{type: string, enum: [a, b, a]}": "Literal['a', 'b']",
    "{enum: [on, no]}": "Literal['on', 'no']",
    "{enum: [1, true, '1']}": "Literal[1, True, '1']",
    "{enum: [a, null]}": "Literal['a'] | None",
    "{enum: [a, 1.5]}": "Literal['a'] | float",
    "{enum: [a, {x: 1}]}": "Any",
    "{enum: []}": "Any",
    "{const: only}": "Literal['only']",
    "{const: 0}": "Literal[0]",
    "{const: null}": "None",
    "{const: {a: 1}}": "Any",
    "{type: string, enum: [a], x-open-enum: true}": "str",
    "{type: string, x-open-enum: [a, b]}": "str",
}
UNIONS = {
    "{type: [string, integer]}": "str | int",
    "{type: [string, 'null']}": "str | None",
    "{type: ['null', string]}": "str | None",
    "{oneOf: [{type: string}, {type: integer}]}": "str | int",
    f"{{anyOf: [{PET}, {{type: 'null'}}]}}": "Pet | None",
    f"{{anyOf: [{PET}, {PET}]}}": "Pet",
    f"{{oneOf: [{PET}, {{}}]}}": "Any",
    f"{{oneOf: [{PET}, false]}}": "Pet",
    "{oneOf: [{enum: [a]}, {enum: [b]}, {type: integer}]}": "Literal['a', 'b'] | int",
    "{type: string, anyOf: [{minLength: 1}, {maxLength: 5}]}": "str",
    "{anyOf: [{anyOf: [{type: string}, {type: 'null'}]}, {type: integer}]}": "str | int | None",
    f"{{oneOf: [{PET}, {DOG}], discriminator: {{propertyName: kind}}}}": "Pet | Dog",
    "{oneOf: [{properties: {x: {}}}, {properties: {y: {}}}]}": (
        "ThingsItResponseVariant1 | ThingsItResponseVariant2"
    ),
    "{oneOf: [{properties: {x: {}}}, {type: 'null'}]}": "ThingsItResponse | None",
}
INTERSECTIONS = {
    f"{{allOf: [{PET}]}}": "Pet",
    f"{{allOf: [{PET}], description: A pet in a wrap.}}": "Pet",
    f"{{allOf: [{{description: before}}, {PET}]}}": "Pet",
    f"{{allOf: [{PET}, {DOG}]}}": "ThingsItResponse",
    "{allOf: [{type: string}, {maxLength: 5}]}": "str",
    "{allOf: [true, {type: string}, {maxLength: 5}]}": "str",
    "{allOf: [{anyOf: [{type: string}, {type: integer}]}, {description: x}]}": "str | int",
    "{properties: {a: {}}, anyOf: [{required: [a]}, {required: [b]}]}": "ThingsItResponse",
}
NULLS = {
    "{type: [object, 'null'], properties: {x: {}}}": "ThingsItResponse | None",
    "{$ref: '#/components/schemas/Maybe'}": "Maybe",
}
ALL = {**SIMPLE, **ARRAYS, **MAPS, **ENUMS, **UNIONS, **INTERSECTIONS, **NULLS}


@pytest.mark.parametrize(("schema", "expected"), ALL.items(), ids=ALL)
def test_the_annotation_of_a_schema(schema: str, expected: str) -> None:
    assert annotation(schema, schemas=SCHEMAS) == expected


OLD = {
    "{type: string, nullable: true}": "str | None",
    "{nullable: true, type: array, items: {type: string, nullable: true}}": "list[str | None] | None",
    "{type: object, nullable: true, properties: {x: {}}}": "ThingsItResponse | None",
    "{type: string, nullable: true, enum: [a, null]}": "Literal['a'] | None",
    f"{{nullable: true, allOf: [{PET}]}}": "Pet | None",
    f"{{allOf: [{PET}, {{nullable: true}}]}}": "Pet | None",
    "{nullable: true}": "Any",
    # Beside a reference nothing counts.
    "{$ref: '#/components/schemas/Pet', nullable: true}": "Pet",
    "{$ref: '#/components/schemas/Pet', properties: {more: {}}}": "Pet",
}


@pytest.mark.parametrize(("schema", "expected"), OLD.items(), ids=OLD)
def test_the_annotation_of_a_schema_before_3_1(schema: str, expected: str) -> None:
    assert annotation(schema, schemas=SCHEMAS, version="3.0.3") == expected


def test_properties_beside_a_reference_are_merged_since_3_1() -> None:
    assert annotation(f"{PET[:-1]}, description: A pet.}}", schemas=SCHEMAS) == "Pet"
    more = f"{PET[:-1]}, properties: {{more: {{}}}}}}"
    assert annotation(more, schemas=SCHEMAS) == "ThingsItResponse"


WRONG = {
    "{type: text}": "/type: the type 'text' is none of JSON Schema",
    "{type: 5}": "/type: expected a type or a list of types",
    "{type: [string, text]}": "/type: the type 'text' is none of JSON Schema",
    "{enum: a}": "/enum: expected a list",
    "{properties: [a]}": "/properties: expected an object, found a list",
    "{properties: {a: 5}}": "/properties/a: expected an object, found 5",
    "{required: a}": "/required: expected a list, found 'a'",
    "{required: [5]}": "/required/0: expected a string, found 5",
    "{items: 5}": "/items: expected an object, found 5",
    "{oneOf: {}}": "/oneOf: expected a list, found a dict",
    "{allOf: [null]}": "/allOf/0: expected an object, found None",
    "{patternProperties: 5}": "/patternProperties: expected an object, found 5",
    "{$dynamicRef: '#node'}": ": $ref '#node' points to nothing",
    "{$ref: 5}": "/$ref: expected a string, found 5",
    "{$ref: '#/components/schemas/None'}": ": $ref '#/components/schemas/None' points to nothing",
    "null": ": expected an object, found None",
    "text": ": expected an object, found 'text'",
}
PLACE = "api.yaml#/paths/~1things/get/responses/200/content/application~1json/schema"


@pytest.mark.parametrize(("schema", "message"), WRONG.items(), ids=WRONG)
def test_an_invalid_schema_is_reported_with_its_place(schema: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        annotation(schema, schemas=SCHEMAS)
    assert str(caught.value) == f"{PLACE}{message}"


CIRCLES = {
    "allOf": "A: {allOf: [{$ref: '#/components/schemas/B'}]}\nB: {allOf: [{$ref: '#/components/schemas/A'}], type: object}",
    "$ref": "A: {$ref: '#/components/schemas/B'}\nB: {$ref: '#/components/schemas/A'}",
}


@pytest.mark.parametrize("schemas", CIRCLES.values(), ids=CIRCLES)
def test_a_schema_that_is_nothing_but_itself_is_refused(schemas: str) -> None:
    with pytest.raises(SpecError, match="leads back to itself"):
        annotation("{$ref: '#/components/schemas/A'}", schemas=schemas)
