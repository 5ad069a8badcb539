"""Another document of the same API, with what only the contract knows: names, packages, paging, streams."""

from __future__ import annotations

import copy
import re

from .contract import METHODS
from .document import Document
from .names import snake
from .reading import JSON

_BRACES = re.compile(r"{[^{}]*}")
# Extensions that say how the SDK treats an operation; the document's own win.
_KEPT = re.compile(r"x-(?!provenance$|source$)")


def overlaid(document: Document, ours: Document) -> Document:
    """A document with the contract's say about the operations and tags that both have.

    The same method and path is the same operation. It keeps the contract's tag and method name, so that
    the calls of users, and the hand-tuned layer, stay as they are.
    """
    data = copy.deepcopy(document.root.value)
    known = _operations(ours.root.value)
    needed: set[str] = set()
    for key, operation in _operations(data).items():
        if key not in known:
            continue
        model = known[key]
        operation["operationId"], operation["tags"] = model["operationId"], model["tags"]
        for name, value in model.items():
            if _KEPT.match(name) and name not in operation:
                operation[name] = copy.deepcopy(value)
        needed |= {name for name in [operation.get("x-events")] if isinstance(name, str)}
    if isinstance(data, dict):
        data["tags"] = _tags(data, ours.root.value)
        for name in sorted(needed):
            _take_schema(data, ours.root.value, name)
    return Document(data, document.path)


def _operations(data: JSON) -> dict[tuple[str, str], dict[str, JSON]]:
    """The operations by method and path; what the parameters are called does not matter."""
    found: dict[tuple[str, str], dict[str, JSON]] = {}
    paths = data.get("paths") if isinstance(data, dict) else None
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for http in METHODS if isinstance(item, dict) else ():
            operation = item.get(http) if isinstance(item, dict) else None
            if isinstance(operation, dict):
                found[http, _BRACES.sub("{}", path)] = operation
    return found


def _tags(data: dict[str, JSON], ours: JSON) -> JSON:
    """The contract's tags as they are used, then those of the document, with their packages."""
    ordered = _named_tags(ours)
    packages = {snake(name): tag.get("x-package") for name, tag in ordered.items()}
    for name, tag in _named_tags(data).items():
        known = dict(tag)
        if snake(name) in packages:
            known.setdefault("x-package", packages[snake(name)])
        ordered[name] = {**ordered.get(name, {}), **known}
    for operation in _operations(data).values():
        for name in _strings(operation.get("tags")):
            if name not in ordered and snake(name) in packages:
                ordered[name] = {"name": name, "x-package": packages[snake(name)]}
    return list(ordered.values())


def _named_tags(data: JSON) -> dict[str, dict[str, JSON]]:
    tags = data.get("tags") if isinstance(data, dict) else None
    found: dict[str, dict[str, JSON]] = {}
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, dict) and isinstance(name := tag.get("name"), str):
            found[name] = dict(tag)
    return found


def _strings(value: JSON) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _take_schema(data: dict[str, JSON], ours: JSON, name: str) -> None:
    """Copy a schema of the contract, and those it refers to, unless the document has its own."""
    target = _schemas(data)
    source = _schemas(ours)
    if name in target or name not in source:
        return
    target[name] = copy.deepcopy(source[name])
    for reference in _references(source[name]):
        _take_schema(data, ours, reference.rpartition("/")[2])


def _schemas(data: JSON) -> dict[str, JSON]:
    if not isinstance(data, dict):
        return {}
    components = data.setdefault("components", {})
    schemas = components.setdefault("schemas", {}) if isinstance(components, dict) else {}
    return schemas if isinstance(schemas, dict) else {}


def _references(value: JSON) -> list[str]:
    if isinstance(value, list):
        return [one for entry in value for one in _references(entry)]
    if not isinstance(value, dict):
        return []
    found = [one for entry in value.values() for one in _references(entry)]
    reference = value.get("$ref")
    return [*found, reference] if isinstance(reference, str) else found
