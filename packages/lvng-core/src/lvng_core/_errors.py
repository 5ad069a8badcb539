"""The exceptions of the SDK. `_error_mapping.py` maps responses to them."""

from __future__ import annotations

from typing import Any

MESSAGE_LIMIT = 500
"""Maximum length of a message in characters; `body` is not shortened."""


class LvngError(Exception):
    """Base class of the SDK's exceptions.

    Attributes:
        message: the failure and, if known, how to fix it.
        status_code: HTTP status of the response; None if there was no response.
        code: error code of the server, such as `VALIDATION_ERROR`; None if it sent none.
        body: body of the response: parsed JSON, else text; None if there was none.
        request_id: the server's id of the request, for support; None if it sent none.
        details: field errors of the server, with `field` and `message`; empty if it sent none.
        attempts: number of attempts made; 0 if nothing was sent.
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
        # By default, pickle calls the class with `args` only; the state restores the other attributes.
        return _rebuild, (type(self), self.args), self.__dict__


def _rebuild(cls: type[LvngError], args: tuple[Any, ...]) -> LvngError:
    error = cls.__new__(cls, *args)
    error.args = args
    return error


class ConfigurationError(LvngError, ValueError):
    """An option of the client is missing or invalid. Nothing was sent."""


class ClientClosedError(LvngError, RuntimeError):
    """The client was used after `close()`. Nothing was sent."""


class AuthenticationError(LvngError):
    """401: the API key is missing, expired, or revoked."""


class PermissionDeniedError(LvngError):
    """403: the key is valid, but not allowed to do this."""


class NotFoundError(LvngError):
    """404: the resource does not exist or is not visible to your workspace.

    Attributes:
        identifier: the requested id; None if the path has none.
    """

    identifier: str | None = None


class ConflictError(LvngError):
    """409: the resource exists already, or its state does not allow the call."""


class ValidationError(LvngError):
    """400 or 422: the server rejected the body or the query parameters."""


class InvalidArgumentError(ValidationError, ValueError):
    """An argument has the wrong type or value. Checked by the client; nothing was sent."""


class RateLimitError(LvngError):
    """429: too many requests.

    Attributes:
        retry_after: seconds to wait, from `Retry-After`, else `X-RateLimit-Reset`; 60, the API's window, if
            the server sent neither.
    """

    retry_after: float = 60.0


class ServerError(LvngError):
    """5xx: the server, or a proxy in front of it, failed.

    Attributes:
        retry_after: seconds to wait; None if the server sent none.
    """

    retry_after: float | None = None


class DecodeError(LvngError):
    """A successful response with an unexpected body: HTML, truncated JSON, bytes that are not UTF-8."""


class APIConnectionError(LvngError):
    """No response: DNS, connection, TLS or protocol failed. `__cause__` is the original error."""


class APITimeoutError(APIConnectionError):
    """No response in time: the `timeout` of a socket operation or the `deadline` of the call passed."""


class WaitTimeoutError(LvngError):
    """Polling reached its `timeout`; the work continues on the server. `body` is the last response."""


class StreamError(LvngError):
    """A stream failed after it had begun.

    Attributes:
        text: the text received so far.
        last_event_id: id of the last event received, if the server sends ids.
    """

    text: str = ""
    last_event_id: str | None = None


class StreamIncompleteError(StreamError):
    """A stream ended without its end event; it was cut off."""
