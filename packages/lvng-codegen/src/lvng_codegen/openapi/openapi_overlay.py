"""Apply OpenAPI Overlays 1.0. https://spec.openapis.org/overlay/v1.0.0.html"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import jsonpath

from ..errors import SpecError
from .loader import JSON

VERSION = "1.0.0"


def is_overlay(data: JSON) -> bool:
    """Whether a document is an overlay."""
    return isinstance(data, dict) and "overlay" in data


def apply(document: JSON, overlay: JSON, name: str) -> JSON:
    """Copy a document and apply the actions of an overlay, in their order.

    Args:
        document: the document.
        overlay: the overlay.
        name: name of the overlay, for errors.

    Raises:
        SpecError: it is not an overlay of version 1.0, or an action selects nothing, because it was made for another
            document.
    """
    if not isinstance(overlay, dict) or not str(overlay.get("overlay", "")).startswith("1.0."):
        raise SpecError(f"is no overlay of version {VERSION}", name)
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions:
        raise SpecError("has no actions", name)
    data = copy.deepcopy(document)
    for number, action in enumerate(actions):
        if not isinstance(action, dict) or not isinstance(action.get("target"), str):
            raise SpecError(f"actions[{number}] has no target", name)
        _act(data, action, f"{name}: actions[{number}]")
    return data


def apply_actions(document: Any, actions: Sequence[Mapping[str, Any]]) -> None:
    """Apply actions to a document, in their order."""
    for number, action in enumerate(actions):
        _act(document, action, f"actions[{number}]")


def _act(data: Any, action: Mapping[str, Any], name: str) -> None:
    target = action["target"]
    try:
        found = list(jsonpath.finditer(target, data))
    except jsonpath.JSONPathError as error:
        raise SpecError(f"{target!r} is no JSONPath: {error}", name) from error
    if not found:
        raise SpecError(f"{target} selects nothing", name)
    for match in found if not action.get("remove") else reversed(found):
        if action.get("remove"):
            if match.parent is None:
                raise SpecError("the root cannot be removed", name)
            parent: Any = match.parent.obj
            del parent[match.parts[-1]]
        elif isinstance(match.obj, list):
            match.obj.append(copy.deepcopy(action.get("update")))
        elif isinstance(match.obj, dict):
            _merge(match.obj, action.get("update"), name)
        else:
            raise SpecError(f"{target} is neither an object nor an array", name)


def _merge(there: dict[str, Any], update: Any, name: str) -> None:
    """Objects are merged, arrays are joined, everything else is replaced."""
    if not isinstance(update, Mapping):
        raise SpecError("`update` of an object must be an object", name)
    for key, value in update.items():
        old = there.get(key)
        if isinstance(old, dict) and isinstance(value, Mapping):
            _merge(old, value, name)
        elif isinstance(old, list) and isinstance(value, list):
            old.extend(copy.deepcopy(value))
        else:
            there[key] = copy.deepcopy(value)
