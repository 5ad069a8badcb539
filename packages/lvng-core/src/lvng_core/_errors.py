"""The error tree, rooted at `LvngError`. Responses are mapped to it in `_error_mapping.py`."""

from __future__ import annotations

from typing import Any

MESSAGE_LIMIT = 500
"""Longest message in characters; `body` keeps the whole."""


class LvngError(Exception):
    """Base of every error of the SDK.

    Attributes:
        message: what went wrong and, where it is known, what to do.
        status_code: HTTP status of the response; None where there was no response.
        code: the server's own code, such as `VALIDATION_ERROR`; None where it sent none.
        body: the body of the response: parsed JSON, else text; None where there was none.
        request_id: the server's id of the request, for support.
        details: field errors (`field`, `message`) that the server listed.
        attempts: how often the request was sent.
    """

    def __init__(
        self,
        message: str,
        *,
        status_code: int | None = None,
        code: str | None = None,
        body: Any = None,
        request_id: str | None = None,
        details: list[Any] | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status_code = status_code
        self.code = code
        self.body = body
        self.request_id = request_id
        self.details: list[Any] = details or []
        self.attempts = attempts

    def __str__(self) -> str:
        facts = [
            f"status {self.status_code}" if self.status_code else "",
            self.code or "",
            f"request {self.request_id}" if self.request_id else "",
        ]
        known = ", ".join(fact for fact in facts if fact)
        return f"{self.message} ({known})" if known else self.message

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call the class with `args` alone; the state restores the rest.
        return _rebuild, (type(self), self.args), self.__dict__


def _rebuild(cls: type[LvngError], args: tuple[Any, ...]) -> LvngError:
    error = cls.__new__(cls, *args)
    error.args = args
    return error


class ConfigurationError(LvngError, ValueError):
    """An option of the client is missing or unusable. Nothing was sent."""


class ClientClosedError(LvngError, RuntimeError):
    """The client was used after `close()`. Nothing was sent."""


class AuthenticationError(LvngError):
    """401: the API key is missing, expired, or revoked."""


class PermissionDeniedError(LvngError):
    """403: the key is valid but may not do this."""


class NotFoundError(LvngError):
    """404: the resource does not exist or is not visible to your workspace.

    Attributes:
        identifier: the id that was asked for; None where the path carries none.
    """

    identifier: str | None = None


class ConflictError(LvngError):
    """409: it exists already, or its state does not allow this."""


class ValidationError(LvngError):
    """400 or 422: the server rejected the body or the query parameters."""


class InvalidArgumentError(ValidationError, ValueError):
    """An argument is of the wrong type or value. Found on this side; nothing was sent."""


class RateLimitError(LvngError):
    """429: throttled.

    Attributes:
        retry_after: seconds to wait. From `Retry-After`, else `X-RateLimit-Reset`; where the server
            says neither, the API's window of 60 seconds.
    """

    retry_after: float = 60.0


class ServerError(LvngError):
    """5xx: the server, or a proxy before it, failed.

    Attributes:
        retry_after: seconds to wait where the server said so, else None.
    """

    retry_after: float | None = None


class DecodeError(LvngError):
    """A success whose body is not what the operation returns: HTML, truncated JSON, bytes that are not UTF-8."""


class APIConnectionError(LvngError):
    """No response: DNS, connection, TLS or protocol failed. `__cause__` holds the original error."""


class APITimeoutError(APIConnectionError):
    """No response in time: a time-out of one socket operation, or the deadline of the whole call."""


class WaitTimeoutError(LvngError):
    """A wait ended before its condition held; the work goes on at the server. `body` holds its last state."""


class StreamError(LvngError):
    """A stream failed after it had begun.

    Attributes:
        text: the text received until then.
        last_event_id: id of the last event received, if the server sends ids.
    """

    text: str = ""
    last_event_id: str | None = None


class StreamIncompleteError(StreamError):
    """A stream ended without its end event; it was cut off."""
