"""From a successful answer to what the method returns."""

from __future__ import annotations

import json
from typing import Any

from ._error_mapping import decode_error
from ._errors import DecodeError
from ._lazy import http
from ._operation import Operation
from ._secret import MaskedStr, Secret

_NO_CONTENT = 204
_TYPES: dict[str, type | tuple[type, ...]] = {"object": dict, "array": list, "any": object}
_EXPECTED = {"object": "a JSON object", "array": "a JSON array", "any": "JSON"}


def decode(operation: Operation[object], response: http.Response, key: Secret) -> Any:
    """The JSON of an answer; None where the operation answers nothing, or anything and here nothing."""
    if operation.empty or (operation.answer == "any" and response.status_code == _NO_CONTENT):
        return None
    if operation.maybe_empty and not response.content:
        return None
    cause: Exception | None = None
    try:
        answer = json.loads(response.content)
        if operation.secrets:
            answer = _mask(answer, operation.secrets)
        if isinstance(answer, _TYPES[operation.answer]):
            return answer
    except (ValueError, RecursionError) as error:
        cause = error
    answer = None  # tracebacks may show it
    if key.hide(response.content) != response.content:
        cause = None  # what parsers raise holds what they parsed
    expected = f"{_EXPECTED[operation.answer]}, as {operation.id} returns"
    raise unexpected_error(response, expected, key) from cause


def _mask(value: Any, secrets: tuple[str, ...]) -> Any:
    """The answer with its secrets in strings that do not show in a repr."""
    if isinstance(value, list):
        return [_mask(item, secrets) for item in value]
    if isinstance(value, dict):
        return {
            key: MaskedStr(item)
            if key in secrets and isinstance(item, str)
            else _mask(item, secrets)
            for key, item in value.items()
        }
    return value


def is_unexpected(operation: Operation[object], response: http.Response) -> bool:
    """Whether a body that is still to come is plainly not what the operation answers."""
    kind: str = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.accept == "text/event-stream":
        return kind != "text/event-stream"
    return kind == "text/html" and "html" not in operation.accept


def unexpected_error(
    response: http.Response, expected: str, key: Secret, beginning: bytes | None = None
) -> DecodeError:
    """The error of an answer that is not what was expected; `beginning` is its body where it is not read."""
    error = decode_error(
        response.status_code,
        response.headers,
        key.hide(response.content if beginning is None else beginning),
        expected,
        unreadable=response.extensions.get(http.UNREADABLE),
    )
    error.attempts = response.extensions.get(http.ATTEMPTS, 0)
    return error
