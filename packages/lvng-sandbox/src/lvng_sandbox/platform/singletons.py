"""One JSON document per user or organization, such as settings."""

from __future__ import annotations

import json
from typing import Any

from ..store.database import Store


def read_singleton(store: Store, name: str, owner: str) -> dict[str, Any]:
    """The document of an owner; empty if there is none."""
    value: dict[str, Any] = json.loads(store.get_value(f"{name} {owner}") or "{}")
    return value


def write_singleton(store: Store, name: str, owner: str, value: dict[str, Any]) -> dict[str, Any]:
    """Store the document of an owner."""
    store.set_value(f"{name} {owner}", json.dumps(value, ensure_ascii=False))
    return value


def delete_singleton(store: Store, name: str, owner: str) -> None:
    """Delete the document of an owner."""
    store.delete_value(f"{name} {owner}")
