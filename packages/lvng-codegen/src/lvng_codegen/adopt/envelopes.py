"""Envelopes of responses: components in many documents, but inline schemas in the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .matching import operations

_PREFIX = "#/components/schemas/"


def inline_envelopes(theirs: Any, ours: Any) -> None:
    """Inline the schema of a response if the contract does, and if nothing else refers to it.

    This keeps the names of the SDK's types: those of inline envelopes are derived from the operation.
    """
    known = {one.key: one.value for one in operations(ours)}
    schemas = theirs.get("components", {}).get("schemas", {})
    counts = Counter(_references(theirs))
    for one in operations(theirs):
        inline = {
            status for status, schema in _contents(known.get(one.key, {})) if not _name(schema)
        }
        for status, content in _holders(one.value):
            name = _name(content["schema"])
            if status in inline and counts[name] == 1 and name in schemas:
                content["schema"] = schemas.pop(name)


def _contents(operation: Any) -> Iterator[tuple[str, Any]]:
    return ((status, content["schema"]) for status, content in _holders(operation))


def _holders(operation: Any) -> Iterator[tuple[str, Any]]:
    """The JSON media types of each successful response."""
    for status, response in operation.get("responses", {}).items():
        content = response.get("content", {}).get("application/json", {})
        if str(status).startswith("2") and "schema" in content:
            yield str(status), content


def _name(schema: Any) -> str:
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    return reference.removeprefix(_PREFIX) if reference.startswith(_PREFIX) else ""


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict):
        if name := _name(value):
            yield name
        for one in value.values():
            yield from _references(one)
