"""Everything the SDK uses of httpx, in one module: a switch of the HTTP library is one file.

Loaded through `_lazy.py`, so that importing the SDK does not import httpx.
"""

from __future__ import annotations

import functools
import os
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
from httpx import AsyncBaseTransport as AsyncTransport
from httpx import AsyncClient as AsyncHTTPClient
from httpx import BaseTransport as Transport
from httpx import Client as HTTPClient
from httpx import DecodingError, InvalidURL, Limits, Request, Response
from httpx import __version__ as version

from ._options import is_secret_header
from ._retry import Failure

__all__ = [
    "ATTEMPTS",
    "TRANSPORT_ERRORS",
    "UNREADABLE",
    "AsyncHTTPClient",
    "AsyncTimedStream",
    "AsyncTransport",
    "DecodingError",
    "HTTPClient",
    "InvalidURL",
    "Limits",
    "Request",
    "Response",
    "TimedStream",
    "Transport",
    "client_options",
    "explain",
    "failure",
    "is_timeout",
    "is_url",
    "scrub",
    "version",
    "without_body",
]

ATTEMPTS = "lvng.attempts"
"""Extension of an answer: how often the request was sent."""
UNREADABLE = "lvng.unreadable"
"""Extension of an answer: why its body could not be read."""

TRANSPORT_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError, OSError)
"""What sending a request and reading its answer may raise."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NEVER = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL)


def client_options(transport: Any, limits: Limits | None) -> dict[str, Any]:
    """Arguments of an httpx client of our own: one TLS context for all, no redirects."""
    options: dict[str, Any] = {"follow_redirects": False, "verify": _tls_context(_tls_files())}
    if transport is not None:
        options["transport"] = transport
    if limits is not None:
        options["limits"] = limits
    return options


def _tls_files() -> tuple[str | None, str | None]:
    return os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")


@functools.cache
def _tls_context(_files: tuple[str | None, str | None]) -> ssl.SSLContext:
    # Reading the certificates takes longer than all else in making a client, so it is done once.
    return httpx.create_ssl_context()


def failure(error: Exception) -> Failure | None:
    """Whether the request can have reached the server; None for what no second try can mend."""
    if isinstance(error, _NEVER) or isinstance(error.__cause__, ssl.SSLCertVerificationError):
        return None
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return None
    return "not-sent" if isinstance(error, _NOT_SENT) else "perhaps-sent"


def is_timeout(error: Exception) -> bool:
    """Whether the error is that time ran out."""
    return isinstance(error, (httpx.TimeoutException, TimeoutError))


def explain(error: Exception, origin: str, timeout: float) -> str:
    """What went wrong on the way to the server, and what to do."""
    reason = str(error) or type(error).__name__
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
    if isinstance(error, httpx.LocalProtocolError):
        # The reason may quote a header: not shown.
        return f"The request to {origin} cannot be written as HTTP. Check default_headers."
    if isinstance(error, httpx.RemoteProtocolError):
        return (
            f"{origin} broke off or did not answer in HTTP: {reason}. "
            "Check that base_url is the address of an LVNG server."
        )
    return f"The connection to {origin} failed: {reason}. Check the network and try again."


def is_url(text: str) -> bool:
    """Whether httpx can call an address."""
    try:
        httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return True


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


def scrub(request: Request) -> None:
    """Take secrets off a request that has been sent; errors and answers keep a reference to it."""
    for name in [name for name in request.headers if is_secret_header(name)]:
        del request.headers[name]


class TimedStream(httpx.SyncByteStream):
    """A body that is read against a deadline: `check` raises once it has passed."""

    def __init__(self, stream: Any, check: Callable[[], None]) -> None:
        self._stream, self._check = stream, check

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._check()
            yield chunk

    def close(self) -> None:
        self._stream.close()


class AsyncTimedStream(httpx.AsyncByteStream):
    """A body that is read against a deadline: `check` raises once it has passed."""

    def __init__(self, stream: Any, check: Callable[[], None]) -> None:
        self._stream, self._check = stream, check

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._check()
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
