"""Every example and default of the document is what its own schema says, formats included."""

from __future__ import annotations

from jsonschema import Draft202012Validator

from support.arguments import arguments_of, example
from support.contract import DOCUMENT, OPERATIONS, schemas, violations

# What the walk over schemas follows, and what is about one value alone.
KNOWN = {
    *("$ref", "additionalProperties", "anyOf", "items", "properties", "required"),
    *("const", "default", "description", "enum", "examples", "format", "type"),
    *("contentMediaType", "maximum", "maxLength", "minimum", "minItems", "minLength"),
    *("x-aliases", "x-open-enum", "x-secret"),
}


def test_schemas_use_the_keywords_that_these_tests_know() -> None:
    assert {key for _, schema in schemas() for key in schema} <= KNOWN


def test_every_format_is_one_that_can_be_checked() -> None:
    used = {schema["format"] for _, schema in schemas() if "format" in schema}
    assert used - {"binary"} <= Draft202012Validator.FORMAT_CHECKER.checkers.keys()
    assert violations("/components/schemas/Meta/properties/timestamp", "yesterday")


def test_examples_stand_in_schemas_alone() -> None:
    """Where these tests find them."""
    places = str(DOCUMENT).count("'examples': ")
    assert places == sum("examples" in schema for _, schema in schemas())
    assert "'example': " not in str(DOCUMENT)


def test_examples_and_defaults_are_valid() -> None:
    for pointer, schema in schemas():
        defaults = [schema["default"]] if "default" in schema else []
        for value in [*schema.get("examples", ()), *defaults]:
            assert violations(pointer, value) == [], (pointer, value)


def test_an_example_of_an_open_enum_is_one_of_its_values() -> None:
    for pointer, schema in schemas():
        if "x-open-enum" in schema:
            assert set(schema["examples"]) <= set(schema["x-open-enum"]), pointer


def test_an_object_has_a_valid_example_with_all_members_and_with_the_required_ones() -> None:
    for pointer, schema in schemas():
        if "properties" in schema and "file" not in schema["properties"]:  # but for uploads
            for every in (True, False):
                assert violations(pointer, example(schema, every=every)) == [], pointer


def test_arguments_can_be_made_for_every_operation() -> None:
    for operation in OPERATIONS:
        params = operation["params"]
        required = {param["name"] for param in params if param["required"]}
        assert required <= arguments_of(operation, every=False).keys()
        assert list(arguments_of(operation, every=True)) == [param["name"] for param in params]
