"""Compare schemas of the contract with observed shapes, and make schemas from shapes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from .observations import Shape, always, items_of, objects_of, properties_of, types_of

Schema: TypeAlias = dict[str, Any]

_EXAMPLES: dict[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "array": [],
    "object": {},
    "null": None,
}
_FORMATS = {
    "date-time": "2026-11-03T14:20:05.120Z",
    "date": "2026-11-03",
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "email": "name@acme.example",
    "uri": "https://acme.example/page",
}


def name_of_reference(schema: Mapping[str, Any]) -> str:
    """The component to which a schema refers, directly or as its only alternative besides null; else empty."""
    for one in (schema, *schema.get("anyOf", ())):
        if isinstance(reference := one.get("$ref"), str):
            return reference.rpartition("/")[2]
    return ""


def types_allowed(schema: Mapping[str, Any], components: Mapping[str, Schema]) -> set[str]:
    """The types allowed by a schema; empty for any."""
    if "$ref" in schema:
        return types_allowed(components[name_of_reference(schema)], components)
    if alternatives := schema.get("anyOf"):
        each = [types_allowed(one, components) for one in alternatives]
        return set().union(*each) if all(each) else set()
    given = schema.get("type", ())
    return {given} if isinstance(given, str) else set(given)


def fits(
    schema: Mapping[str, Any], shapes: Sequence[Shape], components: Mapping[str, Schema]
) -> bool:
    """Whether shapes conform to a schema, field by field."""
    allowed, given = types_allowed(schema, components), types_of(shapes)
    if (
        allowed
        and not {one for one in given if one != "integer" or "number" not in allowed} <= allowed
    ):
        return False
    resolved = resolve(schema, components)
    expected = resolved.get("properties", {})
    objects = objects_of(shapes)
    if expected and objects:
        found = properties_of(objects)
        if not found.keys() <= expected.keys() and not resolved.get("additionalProperties"):
            return False
        if not all(always(name, objects) for name in resolved.get("required", ())):
            return False
        return all(
            fits(expected[name], found[name], components) for name in found if name in expected
        )
    inner = items_of(shapes)
    return not inner or "items" not in resolved or fits(resolved["items"], inner, components)


def resolve(schema: Mapping[str, Any], components: Mapping[str, Schema]) -> Mapping[str, Any]:
    """Resolve a reference, directly or as an alternative besides null."""
    name = name_of_reference(schema)
    return components[name] if name else schema


def made_from(shapes: Sequence[Shape], description: str) -> Schema:
    """Make a schema for shapes."""
    types = types_of(shapes)
    found: Schema = {"description": description}
    if types != {"null"}:
        found["type"] = next(iter(types)) if len(types) == 1 else sorted(types, key=_null_last)
    objects = objects_of(shapes)
    if any(one.get("x-map") for one in objects) or (objects and not properties_of(objects)):
        found["additionalProperties"] = True
    elif objects:
        inner = properties_of(objects)
        found["properties"] = {name: made_from(each, description) for name, each in inner.items()}
        if required := [name for name in inner if always(name, objects)]:
            found["required"] = required
    if "array" in types:
        inside = items_of(shapes)
        found["items"] = made_from(inside, description) if inside else {}
        found["items"].pop("examples", None)
    formats = {one.get("format") for one in shapes if "string" in types_of([one])}
    if len(formats) == 1 and (name := next(iter(formats))):
        found["format"] = name
    if "properties" not in found:
        found["examples"] = [_example(found)]
    return found


def with_type_of(old: Mapping[str, Any], shapes: Sequence[Shape]) -> Schema:
    """Make a schema for shapes, with the descriptions of the one that it replaces."""
    return made_from(shapes, str(old.get("description", "Observed.")))


def nullable(schema: Mapping[str, Any]) -> Schema:
    """A schema that also allows null."""
    found = copy.deepcopy(dict(schema))
    if "$ref" in found:
        description = found.pop("description", None)
        made: Schema = {"anyOf": [found, {"type": "null"}]}
        return made if description is None else {"description": description, **made}
    if "anyOf" in found:
        found["anyOf"].append({"type": "null"})
        return found
    given = found.get("type", [])
    found["type"] = [*([given] if isinstance(given, str) else given), "null"]
    if "enum" in found:
        found["enum"].append(None)
    return found


def _example(schema: Schema) -> Any:
    given = schema.get("type", "null")
    first = given if isinstance(given, str) else given[0]
    return _FORMATS.get(schema.get("format", ""), copy.deepcopy(_EXAMPLES[first]))


def _null_last(name: str) -> tuple[bool, str]:
    return name == "null", name
