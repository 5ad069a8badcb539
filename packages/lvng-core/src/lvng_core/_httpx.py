"""Everything the SDK uses of httpx, in one module: a switch of the HTTP library is one file.

Loaded through `_lazy.py`, so that importing the SDK does not import httpx.
"""

from __future__ import annotations

import functools
import os
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import IO, Any, TypeAlias, TypeVar, cast

import h11
import httpx
from httpx import AsyncBaseTransport as AsyncTransport
from httpx import AsyncClient as AsyncHTTPClient
from httpx import BaseTransport as Transport
from httpx import Client as HTTPClient
from httpx import DecodingError, InvalidURL, Limits, Request, Response
from httpx import __version__ as version

from ._deadline import Deadline
from ._error_mapping import request_id
from ._errors import ConfigurationError, InvalidArgumentError, LvngError
from ._headers import is_secret_header
from ._leftovers import pools
from ._retry import Failure
from ._sockets import AsyncBackend, TimedBackend

__all__ = [
    "ATTEMPTS",
    "TRANSPORT_ERRORS",
    "UNREADABLE",
    "AsyncHTTPClient",
    "AsyncPassage",
    "AsyncTransport",
    "DecodingError",
    "FileBody",
    "HTTPClient",
    "InvalidURL",
    "Limits",
    "Passage",
    "Request",
    "Response",
    "TooLargeError",
    "Transport",
    "async_client",
    "explain",
    "failure",
    "in_small_pieces",
    "in_time",
    "is_timeout",
    "scrub",
    "sent_by",
    "sync_client",
    "version",
    "without_body",
]

ATTEMPTS = "lvng.attempts"
"""Extension of an answer: how often the request was sent."""
UNREADABLE = "lvng.unreadable"
"""Extension of an answer: why its body could not be read."""

_MISWRITTEN = (httpx.LocalProtocolError, h11.LocalProtocolError)  # httpcore lets some of h11's out
TRANSPORT_ERRORS = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    *_MISWRITTEN,
    TimeoutError,
    OSError,
)
"""What sending a request and reading its answer may raise."""

Made = TypeVar("Made")

_SMALL = 1024
"""Bytes of a compressed body that are unpacked at once."""

_LIMITS = Limits(max_connections=100, max_keepalive_connections=100)
"""As httpx has them, but every connection is kept: with many threads or tasks its twenty are soon made anew."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NEVER = (httpx.UnsupportedProtocol, httpx.InvalidURL, *_MISWRITTEN)


def sync_client(transport: Transport | None, limits: Limits | None) -> HTTPClient:
    """A blocking httpx client of our own."""
    return _make(HTTPClient, TimedBackend, transport, limits)


def async_client(transport: AsyncTransport | None, limits: Limits | None) -> AsyncHTTPClient:
    """An async httpx client of our own."""
    return _make(AsyncHTTPClient, AsyncBackend, transport, limits)


def _make(
    kind: Callable[..., Made], backend: Callable[[Any], Any], transport: Any, limits: Limits | None
) -> Made:
    try:
        tls = _tls_context(_tls_files())
        client: Any = kind(verify=tls, transport=transport, limits=limits or _LIMITS)
    except (OSError, ValueError, ImportError, InvalidURL) as error:
        # What is wrong with a proxy may be its password: not shown.
        reason = error if isinstance(error, OSError) else type(error).__name__
        raise ConfigurationError(
            f"The environment's proxies or certificates cannot be used ({reason}). "
            "Check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR."
        ) from None
    if transport is None:
        for pool in pools(client):
            pool._network_backend = backend(pool._network_backend)
    return cast("Made", client)


def _tls_files() -> tuple[str | None, str | None]:
    return os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")


@functools.cache
def _tls_context(_files: tuple[str | None, str | None]) -> ssl.SSLContext:
    # Reading the certificates takes longer than all else in making a client, so it is done once.
    return httpx.create_ssl_context()


def failure(error: Exception) -> Failure | None:
    """Whether the request can have reached the server; None for what no second try can mend."""
    unknown_server = "CERTIFICATE_VERIFY_FAILED" in str(error)
    if isinstance(error, _NEVER) or unknown_server or _is_bad_location(error):
        return None
    return "not-sent" if isinstance(error, _NOT_SENT) else "perhaps-sent"


def _is_bad_location(error: Exception) -> bool:
    """Whether a redirection leads to what is no address; httpx looks at it, though it is not to follow."""
    return isinstance(error, InvalidURL) or "location header" in str(error)


def is_timeout(error: Exception) -> bool:
    """Whether the error is that time ran out."""
    return isinstance(error, (httpx.TimeoutException, TimeoutError))


def explain(error: Exception, origin: str, timeout: float) -> str:
    """What went wrong on the way to the server, and what to do."""
    reason = (str(error) or type(error).__name__).rstrip(".")
    if isinstance(error, httpx.PoolTimeout):
        return (
            f"No free connection within {timeout:g} s. Raise limits= or make fewer calls at once."
        )
    if isinstance(error, httpx.ConnectTimeout):
        return f"{origin} did not accept a connection within {timeout:g} s. Check base_url and the network."
    if is_timeout(error):
        return f"{origin} did not answer within {timeout:g} s. Raise timeout= or deadline= if it may take longer."
    if isinstance(error, httpx.ProxyError):
        return f"The proxy failed on the way to {origin}: {reason}. Check the proxy settings."
    if isinstance(error, httpx.ConnectError):
        return f"Cannot connect to {origin}: {reason}. Check base_url and the network."
    if isinstance(error, _MISWRITTEN):
        # The reason may quote a header: not shown.
        return (
            f"The request to {origin} cannot be written as HTTP. Check its headers, and that no file "
            "changes while it is sent."
        )
    if _is_bad_location(error):
        return f"{origin} redirects to what is no address: {reason}. Check base_url."
    if isinstance(error, httpx.RemoteProtocolError):
        return (
            f"{origin} broke off or did not answer in HTTP: {reason}. "
            "Check that base_url is the address of an LVNG server."
        )
    return f"The connection to {origin} failed: {reason}. Check the network and try again."


def without_body(response: Response, error: DecodingError) -> Response:
    """An answer whose compressed body cannot be read, as one without a body that knows why."""
    kept = [
        (name, value)
        for name, value in response.headers.multi_items()
        if name not in {"content-encoding", "content-length", "transfer-encoding"}
    ]
    return Response(
        response.status_code,
        headers=kept,
        content=b"",
        request=response.request,
        extensions={UNREADABLE: error},
    )


def sent_by(response: Response, error: LvngError) -> LvngError:
    """The error of an answer that had begun, with what is known of its request."""
    error.attempts = response.extensions.get(ATTEMPTS, 0)
    error.request_id = request_id(response.headers)
    return error


def scrub(request: Request) -> None:
    """Take secrets off a request that has been sent; errors and answers keep a reference to it."""
    for name in [name for name in request.headers if is_secret_header(name)]:
        del request.headers[name]


class TooLargeError(DecodingError):
    """An answer that is larger, when it is unpacked, than it may be."""

    def __init__(self, max_size: int) -> None:
        super().__init__(
            f"it has more than {max_size} bytes; raise max_response_size if that is right"
        )


Through: TypeAlias = Callable[[bytes], Iterable[bytes]]


class Passage(httpx.SyncByteStream):
    """A body whose pieces go through a function as they arrive."""

    def __init__(self, stream: Any, through: Through) -> None:
        self._stream, self._through = stream, through

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            yield from self._through(chunk)

    def close(self) -> None:
        self._stream.close()


class AsyncPassage(httpx.AsyncByteStream):
    """A body whose pieces go through a function as they arrive."""

    def __init__(self, stream: Any, through: Through) -> None:
        self._stream, self._through = stream, through

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            for piece in self._through(chunk):
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def in_time(deadline: Deadline) -> Through:
    """Pieces that are read against a deadline."""

    def through(chunk: bytes) -> Iterable[bytes]:
        deadline.check()
        return (chunk,)

    return through


def in_small_pieces(encoding: str) -> Through:
    """A compressed body in small pieces, for httpx unpacks each at once: to a thousand times its size."""

    def through(chunk: bytes) -> Iterable[bytes]:
        if "," in encoding:  # a thousand times a thousand is too much for any piece
            raise DecodingError(f"it is packed more than once: {encoding:.100}")
        return (chunk[start : start + _SMALL] for start in range(0, len(chunk), _SMALL))

    return through


class FileBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A file as a request body: read in pieces, from where it stood, as often as asked."""

    def __init__(self, file: IO[bytes], *, replayable: bool) -> None:
        self._file = file
        self._start = file.tell() if replayable else None

    @property
    def headers(self) -> dict[str, str]:
        """How the server knows where the body ends."""
        if self._start is None:
            return {"Transfer-Encoding": "chunked"}
        return {"Content-Length": str(max(self._file.seek(0, os.SEEK_END) - self._start, 0))}

    def __iter__(self) -> Iterator[bytes]:
        if self._start is not None:
            self._file.seek(self._start)
        while chunk := self._file.read(65_536):
            if not isinstance(chunk, bytes):
                raise InvalidArgumentError(
                    f"A file to send must give bytes, not {type(chunk).__name__}; open it in binary mode."
                )
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk
