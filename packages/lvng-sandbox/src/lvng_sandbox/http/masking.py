"""Masks secrets in displayed requests and records."""

from __future__ import annotations

import json
import re
from typing import Any

_MAX_TEXT = 20_000
"""Maximum number of bytes shown of a body that is not JSON."""
_KEY = re.compile(r"(lvng_sk_(?:live|test)_)[0-9a-f]{8,}|eyJ[\w-]+\.[\w-]+\.[\w-]+|whsec_\w+")
_SECRET_FIELDS = {"password", "secret", "token", "access_token", "refresh_token", "api_key", "key"}


def mask(value: Any, name: str = "") -> Any:
    """A value with its secrets masked."""
    if isinstance(value, dict):
        return {key: mask(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [mask(one, name) for one in value]
    if not isinstance(value, str):
        return value
    return "…" if value and name in _SECRET_FIELDS else _KEY.sub(r"\1…", value)


def mask_body(content: bytes) -> Any:
    """The body of a request as JSON or text, with its secrets masked; None if there is none."""
    try:
        return mask(json.loads(content)) if content else None
    except (ValueError, RecursionError):
        return _KEY.sub(r"\1…", content[:_MAX_TEXT].decode("utf-8", "replace"))
