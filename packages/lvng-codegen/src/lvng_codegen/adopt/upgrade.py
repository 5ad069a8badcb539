"""Convert a document from OpenAPI 3.0 to 3.1, which the sandbox and lvng-verify read."""

from __future__ import annotations

from typing import Any

_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
_NAMED = {
    "properties",
    "patternProperties",
    "schemas",
    "parameters",
    "responses",
    "headers",
    "paths",
}
"""Keys whose members have free names instead of keywords."""


def upgraded(data: Any) -> Any:
    """The document in 3.1; one of another version is unchanged."""
    if not isinstance(data, dict) or not str(data.get("openapi", "")).startswith("3.0"):
        return data
    made: dict[str, Any] = _converted(data, named=False)
    return {**made, "openapi": "3.1.0"}


def _converted(value: Any, *, named: bool) -> Any:
    if isinstance(value, list):
        return [_converted(one, named=False) for one in value]
    if not isinstance(value, dict):
        return value
    found = {
        key: one
        if key in {"example", "examples", "default", "enum"} and not named
        else _converted(one, named=key in _NAMED and not named)
        for key, one in value.items()
    }
    return found if named else _schema(found)


def _schema(found: dict[str, Any]) -> dict[str, Any]:
    for exclusive, bound in _BOUNDS.items():
        is_flag = isinstance(found.get(exclusive), bool)
        if is_flag and found.pop(exclusive) and bound in found:
            found[exclusive] = found.pop(bound)
    if found.pop("nullable", False):
        if "$ref" in found:
            found = {"anyOf": [{"$ref": found.pop("$ref")}, {"type": "null"}], **found}
        elif isinstance(given := found.get("type"), str):
            found["type"] = [given, "null"]
            if "enum" in found and None not in found["enum"]:
                found["enum"] = [*found["enum"], None]
        elif "allOf" in found:  # allows members beside a reference in 3.0
            parts = found.pop("allOf")
            whole = parts[0] if len(parts) == 1 else {"allOf": parts}
            found["anyOf"] = [whole, {"type": "null"}]
    elif "properties" not in found and len(found.get("allOf", ())) == 1:
        found = {**found.pop("allOf")[0], **found}
    if "example" in found and ("type" in found or "$ref" in found):
        found["examples"] = [found.pop("example")]
    return found
