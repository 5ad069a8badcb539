"""Values of the contract that the code is written for, in the form of the contract that is served."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox.contract.adaptation import Adapter
from lvng_sandbox.contract.defaults import Defaults
from lvng_sandbox.contract.document import Contract

NOW = "2026-11-30T12:00:00.000Z"
STRING, INTEGER, BOOLEAN = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
MOMENT = {"type": "string", "format": "date-time"}
NOTE = {
    "type": "object",
    "properties": {"id": STRING, "title": {**STRING, "description": "Its title."}, "size": INTEGER},
    "required": ["id", "title", "size"],
}
LIST = {
    "type": "object",
    "properties": {"success": BOOLEAN, "data": {"type": "array", "items": NOTE}},
    "required": ["success", "data"],
}
RECORD = {
    "type": "object",
    "properties": {"success": BOOLEAN, "data": NOTE},
    "required": ["success", "data"],
}
PLAN = {"id": "n1", "title": "Plan", "size": 3}


def with_properties(schema: dict[str, Any], required: bool = True, **more: Any) -> dict[str, Any]:
    properties = {name: one for name, one in {**schema["properties"], **more}.items() if one}
    names = [
        name for name in properties if name in schema["required"] or (required and name in more)
    ]
    return {**schema, "properties": properties, "required": names}


def adapt(value: Any, source: Any, target: Any, **options: Any) -> Any:
    def defaults() -> Defaults:
        return Defaults(
            Contract({"paths": {}, "components": {"schemas": {"Note": NOTE}}}), lambda: NOW
        )

    return Adapter(defaults(), defaults()).adapt(value, source, target, **options)


@pytest.mark.parametrize(
    ("value", "source", "target", "adapted"),
    [
        # Types of values.
        (3, INTEGER, STRING, "3"),
        (True, BOOLEAN, STRING, "true"),
        ("3", STRING, INTEGER, 3),
        ("plenty", STRING, INTEGER, 0),
        (NOW, MOMENT, INTEGER, 1796040000),
        (NOW, MOMENT, {"type": "string", "format": "date"}, "2026-11-30"),
        (NOW, MOMENT, STRING, NOW),
        ("soon", STRING, MOMENT, NOW),
        (1, INTEGER, {"type": "number"}, 1),
        (0, INTEGER, BOOLEAN, False),
        ("a", STRING, {"type": "array", "items": STRING}, ["a"]),
        ("a", STRING, {"type": "string", "enum": ["b", "c"]}, "b"),
        ("b", STRING, {"type": "string", "enum": ["b", "c"]}, "b"),
        ({"a": 1}, NOTE, STRING, ""),
        (None, {"type": ["string", "null"]}, STRING, ""),
        (None, {"type": ["string", "null"]}, {"type": ["integer", "null"]}, None),
        (None, STRING, {"anyOf": [NOTE, {"type": "null"}]}, None),
        ("a", STRING, {}, "a"),
        # Fields of objects.
        (PLAN, NOTE, {"$ref": "#/components/schemas/Note"}, PLAN),
        (PLAN, NOTE, with_properties(NOTE, title=None), {"id": "n1", "size": 3}),
        (PLAN, NOTE, with_properties(NOTE, words=INTEGER), {**PLAN, "words": 0}),
        (PLAN, NOTE, with_properties(NOTE, required=False, words=INTEGER), PLAN),
        (
            PLAN,
            NOTE,
            with_properties(NOTE, title=None, heading={**STRING, "description": "Its title."}),
            {"id": "n1", "size": 3, "heading": "Plan"},
        ),
        (
            PLAN,
            NOTE,
            with_properties(NOTE, size=None, bytes=STRING),
            {"id": "n1", "title": "Plan", "bytes": ""},
        ),
        (
            PLAN,
            NOTE,
            with_properties(NOTE, size=None, byte_size={"type": "number"}, kind=STRING),
            {"id": "n1", "title": "Plan", "byte_size": 0, "kind": ""},
        ),
        (
            {"created_at": NOW},
            with_properties({"properties": {}, "required": []}, created_at=MOMENT),
            with_properties({"properties": {}, "required": []}, createdAt=MOMENT, kind=STRING),
            {"createdAt": NOW, "kind": ""},
        ),
        (
            {"a": 1},
            {"type": "object"},
            {"type": "object", "additionalProperties": STRING},
            {"a": "1"},
        ),
        # Envelopes.
        ({"success": True, "data": [PLAN]}, LIST, {"type": "array", "items": NOTE}, [PLAN]),
        (
            [PLAN],
            {"type": "array", "items": NOTE},
            LIST,
            {"success": False, "data": [PLAN]},
        ),
        ({"success": True, "data": PLAN}, RECORD, NOTE, PLAN),
        (PLAN, NOTE, RECORD, {"success": False, "data": PLAN}),
        (
            {"success": True, "data": [PLAN]},
            LIST,
            {"type": "object", "properties": {"result": LIST}, "required": ["result"]},
            {"result": {"success": True, "data": [PLAN]}},
        ),
        (
            {"success": True, "data": [PLAN]},
            LIST,
            with_properties(LIST, data=None, items=LIST["properties"]["data"]),  # type: ignore[index]  # of the test's own schema
            {"success": True, "items": [PLAN]},
        ),
    ],
)
def test_a_value_is_brought_to_the_form_of_the_target(
    value: Any, source: Any, target: Any, adapted: Any
) -> None:
    assert adapt(value, source, target) == adapted


def test_a_partial_body_stays_partial() -> None:
    renamed = with_properties(NOTE, title=None, heading={**STRING, "description": "Its title."})
    assert adapt({"heading": "Plan"}, renamed, NOTE, partial=True) == {"title": "Plan"}


def test_schemas_that_contain_themselves_are_compared() -> None:
    tree: dict[str, Any] = {"type": "object", "properties": {"id": STRING}, "required": ["id"]}
    schemas = {"Tree": tree, "Other": {**tree, "properties": {**tree["properties"]}}}
    for name, schema in schemas.items():
        below = {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
        schema["properties"]["below"] = below
    schemas["Other"]["properties"]["id"] = INTEGER
    defaults = Defaults(Contract({"paths": {}, "components": {"schemas": schemas}}), lambda: NOW)
    adapter = Adapter(defaults, defaults)
    value = {"id": "1", "below": [{"id": "2", "below": []}]}
    assert adapter.same(tree, tree)
    assert not adapter.same(tree, schemas["Other"])
    assert adapter.adapt(value, tree, schemas["Other"]) == {
        "id": 1,
        "below": [{"id": 2, "below": []}],
    }
