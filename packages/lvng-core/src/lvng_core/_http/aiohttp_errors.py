"""Maps exceptions of aiohttp to those of httpx that mean the same for a retry.

The map of httpx-aiohttp turns a connection that broke after the request was sent into a `ConnectTimeout`, so that a
POST would be sent twice.
"""

from __future__ import annotations

import aiohttp
import httpx

from .errors import raised_by_signal_handler

_EXCEPTIONS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (aiohttp.ClientProxyConnectionError, httpx.ConnectError),
    (aiohttp.ClientHttpProxyError, httpx.ProxyError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
    (aiohttp.ServerDisconnectedError, httpx.RemoteProtocolError),
    (aiohttp.ClientResponseError, httpx.RemoteProtocolError),
    (aiohttp.ClientPayloadError, httpx.RemoteProtocolError),
    (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
    (aiohttp.ClientError, httpx.ReadError),
)
"""The first class that matches an exception decides."""


def httpx_error(error: Exception) -> Exception:
    """The exception of httpx for an exception of aiohttp.

    Exceptions of the caller's own code are returned unchanged: all that aiohttp did not raise itself, and those of a
    signal handler.
    """
    if isinstance(error, httpx.HTTPError):  # of httpx-aiohttp
        error = _cause(error)
    if raised_by_signal_handler(found := _cause(error)):
        return found
    for theirs, ours in _EXCEPTIONS:
        if isinstance(error, theirs):
            return ours(_message(error))
    return error


def _cause(error: Exception) -> Exception:
    return error.__cause__ if isinstance(error.__cause__, Exception) else error


def _message(error: Exception) -> str:
    """The message of an exception; only the reason of a `ClientResponseError`, which contains the request headers."""
    if isinstance(error, aiohttp.ClientResponseError):
        return error.message
    return str(error)
