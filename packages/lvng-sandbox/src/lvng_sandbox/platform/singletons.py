"""What there is one of for a user or an organization, such as settings: JSON that is no record of a list."""

from __future__ import annotations

import json
from typing import Any

from .platform import Platform


def read_single(platform: Platform, name: str, owner: str) -> dict[str, Any]:
    """What is kept under a name for an owner; empty where nothing is."""
    value: dict[str, Any] = json.loads(platform.store.fact(f"{name} {owner}") or "{}")
    return value


def keep_single(platform: Platform, name: str, owner: str, value: dict[str, Any]) -> dict[str, Any]:
    """Keep something under a name for an owner."""
    platform.store.set_fact(f"{name} {owner}", json.dumps(value, ensure_ascii=False))
    return value


def drop_single(platform: Platform, name: str, owner: str) -> None:
    """Forget it."""
    platform.store.drop_fact(f"{name} {owner}")
