"""One attempt of a call: its request, and what is known of the response."""

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
    """What the call flow asks the driver to send, and what the driver gives back.

    Attributes:
        number: 1 for the first.
        api: the API that it is for.
        authentication: the credentials that it is sent with.
        request: the request. Its secrets are removed once it has been sent.
        deadline: of the whole call.
        stream: whether the body of a success is left to be read.
        max_size: bytes that a body may have when it is unpacked; None for no limit.
        response: its status and headers; None until it has come.
        content: the body, unpacked; empty where it is left to be read.
        unreadable: why the body cannot be unpacked.
        body: the body that is left to be read, of the driver's own class.
        started: when it was sent, by the clock.
        elapsed: seconds until it ended; for a stream, until the response began.
        failure: why no response came, by the HTTP library.
        error: the error of an attempt without a response.
        scope: of the call; None where no middleware observes it.
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
        """The response of an attempt that has one."""
        if self.response is None:
            raise AssertionError("no response has come")
        return self.response

    @property
    def status_code(self) -> int | None:
        """HTTP status; None where no response came."""
        return None if self.response is None else self.response.status_code

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, if it gave one."""
        return None if self.response is None else request_id(self.response.headers)

    def is_deprecated(self) -> bool:
        """Whether the response may say that the operation is deprecated, or has an end."""
        return any(name.lower() in _DEPRECATION for name, _ in self.answered.headers.raw)

    def whole_response(self) -> http.Response:
        """The response with its body, as the HTTP library's own object."""
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
        """Note on an error which attempt it is of."""
        error.attempts = self.number
        error.request_id = self.request_id
        if self.scope is not None:
            self.scope.error = error
        return self.api.own(error)
