"""Files in arguments: passed by content, never by path, so that a model cannot choose files of this machine."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from lvng.operations import Operation

FORM = '{"name": ..., "text": ...} or {"name": ..., "base64": ...}'
EXAMPLE = {"name": "notes.txt", "text": "First line."}


def with_files(operation: Operation, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Convert files in arguments to those of the SDK.

    Raises:
        ValueError: a file has another form.
    """
    names = {
        name for one in operation.arguments if one.kind == "file" for name in (one.name, one.wire)
    }
    return {
        name: _file(name, value) if name in names and value is not None else value
        for name, value in arguments.items()
    }


def _file(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_file(name, one) for one in value]
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        if isinstance(value.get("text"), str):
            return value["name"], value["text"].encode()
        if isinstance(value.get("base64"), str):
            try:
                return value["name"], base64.b64decode(value["base64"], validate=True)
            except binascii.Error as error:
                raise ValueError(f"The base64 of {name} is not valid: {error}.") from None
    raise ValueError(f"{name} must be {FORM}, got {value!r:.100}.")
