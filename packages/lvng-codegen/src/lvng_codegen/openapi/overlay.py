"""Add settings of the contract to another document of the same API: names, packages, paging, streams."""

from __future__ import annotations

import copy
import re

from ..names import snake
from .contract import METHODS
from .document import Document
from .loader import JSON
from .paths import operation_key

_HOST = re.compile(r"^(?:\w+:)?//[^/]*")
# Extensions that control how the SDK treats an operation; the document's own take precedence.
_KEPT = re.compile(r"x-(?!provenance$|source$)")


def overlaid(document: Document, ours: Document) -> Document:
    """A document with the contract's settings for the operations and tags that both have.

    Operations are matched by method and path. They keep the contract's tag and method name, so that calls of users
    and hand-written code remain valid.
    """
    data = from_the_host(copy.deepcopy(document.root.value))
    known = _operations(ours.root.value)
    needed: set[str] = set()
    for key, operation in _operations(data).items():
        if key not in known:
            continue
        model = known[key]
        for name, value in model.items():
            if name in {"operationId", "tags"} or (_KEPT.match(name) and name not in operation):
                operation[name] = copy.deepcopy(value)
        needed |= {name for name in [operation.get("x-events")] if isinstance(name, str)}
    if isinstance(data, dict):
        data["tags"] = _tags(data, ours.root.value)
        _take_schemas(data, ours.root.value, needed)
    return Document(data, document.path)


def from_the_host(data: JSON) -> JSON:
    """Move the path of a server URL to the beginning of the paths."""
    if not isinstance(data, dict) or not isinstance(paths := data.get("paths"), dict):
        return data
    servers = data.get("servers")
    server = servers[0] if isinstance(servers, list) and servers else None
    url = server.get("url") if isinstance(server, dict) else None
    if not isinstance(url, str):
        return data
    prefix = _HOST.sub("", url).rstrip("/")
    if not prefix.startswith("/") or "{" in prefix:
        return data
    whole = {f"{prefix}{path}" if path[:1] == "/" else path: item for path, item in paths.items()}
    return {
        **data,
        "servers": [{"url": url.rstrip("/").removesuffix(prefix) or "/"}],
        "paths": whole,
    }


def _operations(data: JSON) -> dict[str, dict[str, JSON]]:
    """The operations by method and path, ignoring names of parameters."""
    found: dict[str, dict[str, JSON]] = {}
    paths = data.get("paths") if isinstance(data, dict) else None
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for http in METHODS if isinstance(item, dict) else ():
            operation = item.get(http) if isinstance(item, dict) else None
            if isinstance(operation, dict):
                found[operation_key(http, path)] = operation
    return found


def _tags(data: dict[str, JSON], ours: JSON) -> JSON:
    """The used tags of the contract, then those of the document, with their packages."""
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


def _take_schemas(data: dict[str, JSON], ours: JSON, names: set[str]) -> None:
    """Copy schemas of the contract, and those they refer to, unless the document has its own."""
    if names and isinstance(components := data.setdefault("components", {}), dict):
        components.setdefault("schemas", {})
    target, source = _schemas(data), _schemas(ours)
    open_ = sorted(names, reverse=True)
    while open_:
        name = open_.pop()
        if name in source and name not in target:
            target[name] = copy.deepcopy(source[name])
            open_ += [one.rpartition("/")[2] for one in _references(source[name])]


def _schemas(data: JSON) -> dict[str, JSON]:
    components = data.get("components") if isinstance(data, dict) else None
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return schemas if isinstance(schemas, dict) else {}


def _references(value: JSON) -> list[str]:
    if isinstance(value, list):
        return [one for entry in value for one in _references(entry)]
    if not isinstance(value, dict):
        return []
    found = [one for entry in value.values() for one in _references(entry)]
    reference = value.get("$ref")
    return [*found, reference] if isinstance(reference, str) else found
