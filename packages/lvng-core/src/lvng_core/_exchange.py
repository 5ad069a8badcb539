"""The request and response of an attempt, as seen by middleware."""

from __future__ import annotations

from collections.abc import Generator, Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from ._actions import Sleep
from ._attempt import Attempt
from ._body import NO_BODY, BytesBody
from ._credentials import Authentication
from ._deadline import Deadline
from ._error_mapping import request_id
from ._errors import APITimeoutError, ConfigurationError, InvalidArgumentError, LvngError
from ._headers import FRAMING_HEADERS, SECRET_HEADERS, check_headers
from ._http.lazy import http
from ._json import loads
from ._request import Call
from ._scope import CallScope
from ._unset import UNSET


class Request:
    """The request of an attempt, before it is sent. Changes made by middleware are sent.

    It never contains the credentials of the client, which are added later. Its repr shows no header, query or body.

    Attributes:
        operation: id of the operation, such as `workflows.list`; method and path for `request()`.
        method: HTTP method.
        url: URL with its query. Another path or query may be set, but not another server.
        headers: a case-insensitive mapping. `User-Agent` and headers of the HTTP library are added later.
        content: the body; None for a file or form, which is read while it is sent.
        attempt: number of the attempt, from 1; it starts again at 1 when a stream is resumed.
        previous_error: the error of the previous attempt; None for the first.
        stream: whether the body of a successful response is streamed, as for event streams and downloads.
        call: the `CallScope`, shared by all attempts of the call.
    """

    __slots__ = (
        "_authentication",
        "_call",
        "_deadline",
        "_headers",
        "attempt",
        "call",
        "content",
        "method",
        "operation",
        "previous_error",
        "stream",
        "url",
    )

    def __init__(
        self,
        call: Call,
        scope: CallScope,
        authentication: Authentication,
        deadline: Deadline,
        attempt: int,
        previous_error: LvngError | None,
    ) -> None:
        self._call, self._authentication, self._deadline = call, authentication, deadline
        self.operation: str = call.name
        self.method: str = call.method
        self.url: str = call.url
        self._headers: MutableMapping[str, str] | None = None
        self.content: bytes | None = _content(call)
        self.attempt: int = attempt
        self.previous_error: LvngError | None = previous_error
        self.stream: bool = call.stream
        self.call: CallScope = scope

    def __repr__(self) -> str:
        return f"<Request {self.method} of {self.operation}, attempt {self.attempt}>"

    @property
    def headers(self) -> MutableMapping[str, str]:
        """The headers, made on first use."""
        if self._headers is None:
            self._headers = http.Headers(self._prepared_headers())
        return self._headers

    @headers.setter
    def headers(self, headers: MutableMapping[str, str]) -> None:
        self._headers = headers

    @property
    def time_left(self) -> float:
        """Seconds until the deadline of the call; infinity without a deadline."""
        return self._deadline.left()

    @property
    def credential(self) -> str:
        """A hash that identifies the credentials within this process without revealing them."""
        import hashlib

        digest = hashlib.blake2b(key=_salt(), digest_size=16)
        secrets = [secret.reveal() for secret in self._authentication.secrets]
        for part in (*secrets, *(self.headers.get(name, "") for name in sorted(SECRET_HEADERS))):
            digest.update(part.encode() + b"\0")
        return digest.hexdigest()

    def sleep(self, seconds: float) -> Generator[Any, Any, None]:
        """Sleep, in a generator: `yield from request.sleep(0.5)`.

        Raises:
            APITimeoutError: the deadline of the call is earlier; raised at once.
        """
        if seconds >= self.time_left:
            raise APITimeoutError(
                f"{self.operation} would have to wait {seconds:.1f} s, longer than its deadline of "
                f"{self._call.deadline or 0:g} s."
            )
        yield Sleep(seconds)

    def _changed_call(self) -> Call:
        """The call with the changes made by middleware."""
        call = self._call
        changes: dict[str, Any] = {}
        if self.method != call.method:
            changes["method"] = self.method
        if self.url != call.url:
            changes["url"] = _same_server(self.url, call.url)
        if self.content != _content(call):
            kind = call.body.content_type
            changes["body"] = NO_BODY if self.content is None else BytesBody(self.content, kind)
        if self._headers is not None or "body" in changes:
            headers = dict(self.headers)
            if headers != self._prepared_headers() or "body" in changes:
                check_headers("Request.headers", headers)
                changes["headers"] = headers if "body" in changes else headers | self._framing()
        return replace(call, **changes) if changes else call

    def _prepared_headers(self) -> dict[str, str]:
        """The headers of the call in lower case, except `Content-Length` and `Transfer-Encoding`."""
        lowered = {name.lower(): value for name, value in self._call.headers.items()}
        return {name: value for name, value in lowered.items() if name not in FRAMING_HEADERS}

    def _framing(self) -> dict[str, str]:
        return {n: v for n, v in self._call.headers.items() if n.lower() in FRAMING_HEADERS}


def _content(call: Call) -> bytes | None:
    if call.body is NO_BODY:
        return b""
    return call.body.content if isinstance(call.body, BytesBody) else None


def _same_server(url: str, original: str) -> str:
    """Check that middleware has not changed the server of a URL, which would get the credentials."""
    from urllib.parse import urlsplit

    parts, before = urlsplit(url), urlsplit(original)
    if (parts.scheme, parts.netloc) != (before.scheme, before.netloc):
        raise ConfigurationError(
            f"Middleware can change the path and query of a request, but not its server: got "
            f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}, not {before.scheme}://{before.netloc}."
        )
    return url


def _salt() -> bytes:
    """Random bytes of this process."""
    global _random
    if not _random:
        import secrets

        _random = secrets.token_bytes(16)
    return _random


_random = b""


class Response:
    """The response of an attempt, from the server or made by a middleware.

    Args:
        status_code: HTTP status; default 200.
        headers: its headers.
        content: its body, decompressed.
        json: a value to encode as JSON, instead of `content`.

    Attributes:
        status_code: HTTP status, also of errors: these are raised after the middleware has run.
        headers: a case-insensitive mapping.
        content: the decompressed body; empty if `is_stream`.
        is_stream: whether the body is streamed to the caller, as for event streams and downloads.
        elapsed: seconds taken by the attempt; for a stream, until its response began.
    """

    __slots__ = ("_attempt", "content", "elapsed", "headers", "is_stream", "status_code")

    def __init__(
        self,
        status_code: int = 200,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        json: Any = UNSET,
    ) -> None:
        self.status_code: int = status_code
        self.headers: MutableMapping[str, str] = http.Headers(headers or {})
        self.content: bytes = content
        self.is_stream: bool = False
        self.elapsed: float = 0.0
        self._attempt: Attempt | None = None
        if json is not UNSET:
            if content:
                raise InvalidArgumentError("Response takes content or json, not both.")
            from json import dumps

            self.content = dumps(json).encode()
            self.headers.setdefault("content-type", "application/json")

    @classmethod
    def _of(cls, attempt: Attempt) -> Response:
        """The server's response to an attempt."""
        response = object.__new__(cls)
        answered = attempt.answered
        response.status_code, response.headers = answered.status_code, answered.headers
        response.content = attempt.content
        response.is_stream = attempt.body is not None
        response.elapsed = attempt.elapsed
        response._attempt = attempt
        return response

    def __repr__(self) -> str:
        return f"<Response {self.status_code}>"

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status_code < 300

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, if it sent one."""
        return request_id(self.headers)

    def json(self) -> Any:
        """The body, parsed.

        Raises:
            ValueError: the body is not JSON.
        """
        return loads(self.content)

    def _changed_attempt(self, attempt: Attempt) -> Attempt:
        """Its attempt with the changes made by middleware."""
        answered = attempt.response
        if (
            answered is not None
            and self.headers is answered.headers
            and self.content is attempt.content
            and self.status_code == answered.status_code
        ):
            return attempt
        keeps_body = self.is_stream and attempt is self._attempt and not self.content
        left_out = {"content-length", "transfer-encoding"}
        if not keeps_body:
            left_out.add("content-encoding")
        given = http.Headers(self.headers).multi_items()
        response = (http.Response if answered is None else type(answered))(
            self.status_code,
            headers=[item for item in given if item[0] not in left_out],
            content=self.content,
            request=attempt.request,
        )
        return replace(
            attempt,
            response=response,
            content=self.content,
            body=attempt.body if keeps_body else None,
            unreadable=None,
        )
