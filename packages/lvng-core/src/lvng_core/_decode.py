"""Decode a successful response to the result of a method."""

from __future__ import annotations

from typing import Any

from . import drift
from ._attempt import Attempt
from ._error_mapping import decode_error
from ._errors import DecodeError
from ._http.lazy import http
from ._json import loads
from ._operation import Operation
from ._secret import MaskedStr

_NO_CONTENT = 204
_UNTYPED = frozenset({"", "text/plain", "application/octet-stream"})
"""Content types that do not identify a format."""
_TYPES: dict[str, type | tuple[type, ...]] = {"object": dict, "array": list, "any": object}
_EXPECTED = {"object": "a JSON object", "array": "a JSON array", "any": "JSON"}


def decode(operation: Operation[object], attempt: Attempt) -> Any:
    """Parse the JSON of a response; None if the operation returns nothing, or anything and the body is empty."""
    status = attempt.status_code
    if operation.empty or (operation.response_type == "any" and status == _NO_CONTENT):
        return None
    if status in operation.empty_statuses:
        return None
    if operation.inferred and not attempt.content.strip():
        _note(operation, attempt, "an empty body")
        return [] if operation.response_type == "array" else {}
    cause: Exception | None = None
    try:
        value = loads(attempt.content)
        if operation.secrets:
            value = _mask(value, operation.secrets)
        if isinstance(value, _TYPES[operation.response_type]):
            return value
        if operation.inferred:
            _note(operation, attempt, drift.shape_of(value))
            return value
    except (ValueError, RecursionError) as error:
        cause = error
    value = None  # tracebacks may show local variables
    if attempt.authentication.redact(attempt.content) != attempt.content:
        cause = None  # the parser's exception quotes the body
    expected = f"{_EXPECTED[operation.response_type]}, as {operation.id} returns"
    raise unexpected_error(attempt, expected) from cause


def _note(operation: Operation[object], attempt: Attempt, received: str) -> None:
    """Report a successful response whose shape is not the inferred one."""
    drift.report(
        operation.id,
        expected=_EXPECTED[operation.response_type],
        received=received,
        request_id=attempt.request_id,
    )


def _mask(value: Any, secrets: tuple[str, ...]) -> Any:
    """Replace the secrets in the JSON by strings whose repr is masked."""
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
    """Whether a body that has not been read cannot be what the operation returns."""
    kind: str = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if operation.accept == "text/event-stream":
        if operation.inferred and kind in _UNTYPED:
            return False
        return kind != "text/event-stream"
    return kind == "text/html" and "html" not in operation.accept


def unexpected_error(
    attempt: Attempt, expected: str, beginning: bytes | None = None
) -> DecodeError:
    """The error for an unexpected response.

    Args:
        attempt: the attempt that received it.
        expected: what was expected, for the message.
        beginning: the start of the body, if it was not read completely.
    """
    response = attempt.answered
    error = decode_error(
        response.status_code,
        response.headers,
        attempt.authentication.redact(attempt.content if beginning is None else beginning),
        expected,
        unreadable=attempt.unreadable,
    )
    attempt.describe(error)
    return error
