"""The part of a document for lvng-verify: operations and their responses, without descriptions."""

from __future__ import annotations

import json
import re

from ..openapi.contract import METHODS
from ..openapi.document import Document
from ..openapi.loader import JSON

_SCHEMA = (
    "$ref",
    "type",
    "format",
    "enum",
    "const",
    "x-open-enum",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "oneOf",
    "allOf",
)
_OPERATION = ("operationId", "tags", "x-provenance", "x-scope", "x-side-effects", "security")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def responses_only(document: Document) -> str:
    """The document as JSON, reduced to the parts for lvng-verify."""
    root = _mapping(document.root.value)
    components = _mapping(root.get("components"))
    data: JSON = {
        "info": {"version": _mapping(root.get("info")).get("version")},
        "servers": root.get("servers"),
        "words": list[JSON](sorted(_words(root))),
        "paths": {
            path: {
                method: _operation(_mapping(item)[method], components)
                for method in METHODS
                if method in _mapping(item)
            }
            for path, item in _mapping(root.get("paths")).items()
        },
        "schemas": {
            name: _schema(value) for name, value in _mapping(components.get("schemas")).items()
        },
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _operation(value: JSON, components: dict[str, JSON]) -> JSON:
    operation = _mapping(value)
    made: dict[str, JSON] = {key: operation[key] for key in _OPERATION if key in operation}
    parameters = operation.get("parameters")
    made["parameters"] = [
        _parameter(_resolved(one, components))
        for one in (parameters if isinstance(parameters, list) else [])
    ]
    made["responses"] = {
        status: _response(_resolved(response, components))
        for status, response in _mapping(operation.get("responses")).items()
    }
    return made


def _parameter(parameter: dict[str, JSON]) -> JSON:
    schema = _mapping(parameter.get("schema"))
    made: dict[str, JSON] = {key: parameter[key] for key in ("name", "in")}
    if parameter.get("required"):
        made["required"] = True
        made.update({key: schema[key] for key in ("enum", "examples") if key in schema})
    return made


def _response(response: dict[str, JSON]) -> JSON:
    return {
        media_type: _schema(_mapping(content).get("schema"))
        for media_type, content in _mapping(response.get("content")).items()
    }


def _schema(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_schema(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {key: _schema(value[key]) for key in _SCHEMA if key in value}
    if isinstance(properties := value.get("properties"), dict):
        made["properties"] = {name: _schema(one) for name, one in properties.items()}
    return made


def _resolved(value: JSON, components: dict[str, JSON]) -> dict[str, JSON]:
    found = _mapping(value)
    if isinstance(reference := found.get("$ref"), str):
        _, _, kind, name = reference.split("/")
        return _mapping(_mapping(components.get(kind)).get(name))
    return found


def _words(value: JSON, *, names: bool = False) -> set[str]:
    """The words in all names: properties, parameters, tags, paths, events and enum values."""
    if isinstance(value, list):
        return {word for one in value for word in _words(one, names=names)}
    if isinstance(value, str):
        return {word.lower() for word in _WORD.findall(value)} if names else set()
    found: set[str] = set()
    for key, one in value.items() if isinstance(value, dict) else ():
        if key in {"properties", "paths"} and isinstance(one, dict):
            found |= _words(list(one), names=True)
        found |= _words(one, names=key in {"name", "enum", "x-open-enum", "operationId"})
    return found


def _mapping(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}
