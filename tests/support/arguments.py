"""Arguments for the methods of the SDK, made from the examples of the contract; the same in every run."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lvng_core import File

from .contract import Node, needed, published, resolve

UPLOAD = File(b"First line.\nSecond line.\n", name="notes.txt")


def arguments_of(operation: Node, *, every: bool) -> dict[str, Any]:
    """Arguments for the method of an operation: all of them, or the required ones only."""
    schemas, fields = _schemas(operation), _needed_fields(operation)
    return {
        param["name"]: _as_python(param, schemas[param["location"], param["wire"]], every)
        for param in operation["params"]
        if every or param["required"] or (param["location"] == "field" and param["wire"] in fields)
    }


def example(schema: Node, *, every: bool = True) -> Any:
    """A value of a schema from its examples; an object has all members, or the required ones only."""
    schema = resolve(schema)
    for given in ("examples", "enum"):
        if given in schema:
            return schema[given][0]
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    if "properties" in schema:
        members = schema["properties"]
        names = members if every else needed(schema)
        return {name: example(members[name], every=every) for name in names}
    if "anyOf" in schema:
        return example(schema["anyOf"][0], every=every)
    if "items" in schema:
        return [example(schema["items"], every=every)]
    if schema == {"type": "object", "additionalProperties": True}:
        return {}
    raise LookupError(f"no example: {schema}")


def _needed_fields(operation: Node) -> list[str]:
    """Names of the required members of an operation's body."""
    content = published(operation).get("requestBody", {}).get("content", {})
    return [name for media in content.values() for name in needed(resolve(media["schema"]))]


def _schemas(operation: Node) -> dict[tuple[str, str], Node]:
    """The schema of each argument, by its location and its name in the request."""
    node = published(operation)
    found: dict[tuple[str, str], Node] = {}
    for parameter in map(resolve, node.get("parameters", ())):
        found[parameter["in"], parameter["name"]] = parameter["schema"]
    for media in node.get("requestBody", {}).get("content", {}).values():
        for name, schema in resolve(media["schema"])["properties"].items():
            found["field", name] = schema
    return found


def _as_python(param: Node, schema: Node, every: bool) -> Any:
    """A JSON value as a Python argument."""
    if param["kind"] == "file":
        return UPLOAD
    value = example(schema, every=every)
    if param["kind"] == "datetime":
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if param["kind"] == "date" else value
