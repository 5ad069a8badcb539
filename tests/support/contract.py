"""The published document and the manifest of operations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Node = dict[str, Any]

PACKAGES = Path(__file__).parents[2] / "packages"
DOCUMENT_FILE = PACKAGES / "lvng-sandbox/src/lvng_sandbox/_generated/openapi.json"
MANIFEST_FILE = PACKAGES / "lvng/src/lvng/_generated/operations.json"

DOCUMENT: Node = json.loads(DOCUMENT_FILE.read_text(encoding="utf-8"))
MANIFEST: Node = json.loads(MANIFEST_FILE.read_text(encoding="utf-8"))
OPERATIONS: list[Node] = MANIFEST["operations"]
TAGS: list[Node] = MANIFEST["tags"]

_NAME = "urn:contract"
_REGISTRY: Registry[Any] = Registry().with_resource(_NAME, DRAFT202012.create_resource(DOCUMENT))


def resolve(node: Node) -> Node:
    """A node, or the node that its `$ref` refers to."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = target
    return node


def needed(schema: Node) -> list[str]:
    """Required members of an object; if one of several is required, the first of them."""
    first: Node = next(iter(schema.get("anyOf", ())), {})
    return [*schema.get("required", ()), *first.get("required", ())]


def published(operation: Node) -> Node:
    """The node of an operation of the manifest in the document."""
    found: Node = DOCUMENT["paths"][operation["path"]][operation["http"].lower()]
    return found


def schemas(node: Any = DOCUMENT, pointer: str = "") -> Iterator[tuple[str, Node]]:
    """Every schema of the document, also nested ones, with its JSON pointer."""
    children = node.items() if isinstance(node, dict) else enumerate(node)
    for key, child in children:
        here = _below(pointer, key)
        if key == "schema" or pointer == "/components/schemas":
            yield from _parts(child, here)
        elif isinstance(child, (dict, list)):
            yield from schemas(child, here)


def _parts(schema: Node, pointer: str) -> Iterator[tuple[str, Node]]:
    yield pointer, schema
    for name, member in schema.get("properties", {}).items():
        yield from _parts(member, _below(f"{pointer}/properties", name))
    for number, choice in enumerate(schema.get("anyOf", ())):
        yield from _parts(choice, _below(f"{pointer}/anyOf", number))
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _parts(schema[key], _below(pointer, key))


def _below(pointer: str, key: str | int) -> str:
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def violations(pointer: str, value: Any) -> list[str]:
    """Violations of the schema at a pointer by a value, including formats."""
    schema = {"$ref": f"{_NAME}#{quote(pointer)}"}
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(schema, registry=_REGISTRY, format_checker=checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
