"""What the code of the sandbox is written for, where another document is served: the contract before overlays."""

from __future__ import annotations

import json

from ..openapi.contract import METHODS
from ..openapi.document import Document
from ..openapi.loader import JSON

_ABOUT = {"x-provenance", "x-source", "summary", "description", "tags"}
"""Of an operation, what its code does not depend on."""


def base(ours: Document, served: Document) -> str:
    """The operations and components of the contract that the served document does not have, or has in another form.

    Empty if there are none.
    """
    before, after = _mapping(ours.root.value), _mapping(served.root.value)
    paths = _differing_operations(_mapping(before.get("paths")), _mapping(after.get("paths")))
    components = _differing_components(
        _mapping(before.get("components")), _mapping(after.get("components"))
    )
    if not paths and not components:
        return ""
    data: JSON = {"paths": paths, "components": components}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _differing_operations(before: dict[str, JSON], after: dict[str, JSON]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for path, item in before.items():
        theirs = _mapping(after.get(path))
        operations: dict[str, JSON] = {
            method: operation
            for method, operation in _mapping(item).items()
            if method in METHODS and _essence(operation) != _essence(theirs.get(method))
        }
        if operations:
            found[path] = operations
    return found


def _differing_components(before: dict[str, JSON], after: dict[str, JSON]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for kind, components in before.items():
        theirs = _mapping(after.get(kind))
        differing: dict[str, JSON] = {
            name: one for name, one in _mapping(components).items() if theirs.get(name) != one
        }
        if differing:
            found[kind] = differing
    return found


def _essence(operation: JSON) -> JSON:
    return {key: one for key, one in _mapping(operation).items() if key not in _ABOUT} or None


def _mapping(value: JSON) -> dict[str, JSON]:
    return value if isinstance(value, dict) else {}
