"""One attempt of a call: its request and its response."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ._api import API
from ._credentials import Authentication
from ._deadline import Deadline
from ._error_mapping import request_id
from ._errors import LvngError
from ._http.lazy import http

if TYPE_CHECKING:
    from ._http.decoding import UnpackError
    from ._scope import CallScope

_DEPRECATION = frozenset({b"deprecation", b"sunset"})


@dataclass(slots=True, kw_only=True)
class Attempt:
    """An attempt: the call flow fills in the request, the driver the response.

    Attributes:
        number: 1 for the first.
        api: the API that is called.
        authentication: its credentials.
        request: the request. Its secrets are removed once it has been sent.
        deadline: deadline of the whole call.
        stream: whether the body of a successful response is streamed.
        max_size: maximum size of a body in bytes after decompression; None for no limit.
        response: status and headers of the response; None until it is received.
        content: the decompressed body; empty if it is streamed.
        unreadable: the reason why the body cannot be decompressed.
        body: the streamed body, of the driver's own class.
        started: when it was sent, by the clock.
        elapsed: seconds until it ended; for a stream, until the response began.
        failure: the exception of the HTTP library if there is no response.
        error: the error of the SDK if there is no response.
        scope: scope of the call; None without middleware.
    """

    number: int
    api: API
    authentication: Authentication
    request: http.Request = field(repr=False)
    deadline: Deadline
    stream: bool
    max_size: int | None
    started: float
    elapsed: float = 0.0
    response: http.Response | None = None
    content: bytes = field(default=b"", repr=False)
    unreadable: UnpackError | None = None
    body: Any = None
    failure: Exception | None = None
    error: LvngError | None = None
    scope: CallScope | None = None

    @property
    def answered(self) -> http.Response:
        """The response; only for an attempt that received one."""
        if self.response is None:
            raise AssertionError("there is no response")
        return self.response

    @property
    def status_code(self) -> int | None:
        """HTTP status; None without a response."""
        return None if self.response is None else self.response.status_code

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, if it sent one, without the key."""
        given = None if self.response is None else request_id(self.response.headers)
        return given and self.authentication.redact(given.encode()).decode()

    def is_deprecated(self) -> bool:
        """Whether the response may have a `Deprecation` or `Sunset` header."""
        return any(name.lower() in _DEPRECATION for name, _ in self.answered.headers.raw)

    def whole_response(self) -> http.Response:
        """The response with its body, as an object of the HTTP library."""
        answered = self.answered
        packed = "content-encoding" in answered.headers
        dropped = {"content-encoding", "content-length", "transfer-encoding"} if packed else set()
        headers = [item for item in answered.headers.multi_items() if item[0] not in dropped]
        response = type(answered)(
            answered.status_code,
            headers=headers,
            content=self.content,
            request=self.request,
            extensions=answered.extensions,
        )
        response.elapsed = timedelta(seconds=self.elapsed)
        return response

    def describe(self, error: LvngError) -> LvngError:
        """Add request id and number of attempts to an error."""
        error.attempts = self.number
        error.request_id = self.request_id
        if self.scope is not None:
            self.scope.error = error
        return self.api.own(error)
