"""Error responses of the API; their bodies have three shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):  # noqa: N818 - it becomes a response
    """An error response. Raised anywhere, it ends the request and rolls its transaction back."""

    def __init__(
        self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers: Mapping[str, str] = headers or {}

    @property
    def reason(self) -> str:
        """The error message, from any of the shapes."""
        error = self.body["error"]
        return str(error["message"] if isinstance(error, Mapping) else error)


def invalid(details: Sequence[tuple[str, str]], status: int = 400) -> Problem:
    """400 or 422: invalid fields, each with a message."""
    fields = [{"field": field, "message": message} for field, message in details]
    message = f"{details[0][0]}: {details[0][1]}" if details else "The request is not valid"
    return _report(status, "VALIDATION_ERROR", message, details=fields)


def unprocessable(field: str, message: str) -> Problem:
    """422: well-formed, but impossible."""
    return invalid([(field, message)], status=422)


def unauthorized(
    message: str, hint: str = "Send a valid API key or JWT as Authorization: Bearer"
) -> Problem:
    """401."""
    return Problem(
        401,
        {"error": "Unauthorized", "message": message, "hint": hint},
        {"WWW-Authenticate": "Bearer"},
    )


def forbidden(message: str, hint: str = "Use a key or an account that may do this") -> Problem:
    """403."""
    return Problem(403, {"error": "Forbidden", "message": message, "hint": hint})


def not_found(what: str) -> Problem:
    """404."""
    return Problem(404, {"success": False, "error": f"{what} not found"})


def already_exists(message: str) -> Problem:
    """409: the record already exists."""
    return _report(409, "ALREADY_EXISTS", message)


def conflict(message: str) -> Problem:
    """409: the state does not allow this."""
    return _report(409, "CONFLICT", message)


def rate_limited(seconds: int) -> Problem:
    """429."""
    return _report(
        429,
        "RATE_LIMIT_EXCEEDED",
        f"Too many requests; try again in {seconds} s",
        headers={"Retry-After": str(seconds)},
    )


def too_large(limit: int) -> Problem:
    """413."""
    return _report(413, "PAYLOAD_TOO_LARGE", f"The body is larger than {limit} bytes")


def integration_failed(message: str) -> Problem:
    """500: an integration failed."""
    return _report(500, "INTEGRATION_ERROR", message)


def engine_failed(message: str, *, temporary: bool) -> Problem:
    """503 or 502: the engine is busy or unreachable, or its response is invalid."""
    return _report(503 if temporary else 502, "INTEGRATION_ERROR", message)


def storage_failed(reason: str) -> Problem:
    """500: the database cannot be written."""
    return _report(500, "INTERNAL_ERROR", f"The database cannot be written: {reason}")


def failed() -> Problem:
    """500: the sandbox itself failed."""
    return _report(500, "INTERNAL_ERROR", "The sandbox failed; its log says why")


def _report(
    status: int,
    code: str,
    message: str,
    *,
    details: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Problem:
    error: dict[str, Any] = {"code": code, "message": message}
    if details:
        error["details"] = list(details)
    return Problem(status, {"success": False, "error": error}, headers)
