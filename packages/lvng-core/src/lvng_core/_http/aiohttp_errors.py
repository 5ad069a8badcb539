"""Failures of aiohttp as the exceptions of httpx that mean the same for a retry.

httpx-aiohttp has a map of its own, in which a connection that broke after the request was sent becomes a
`ConnectTimeout`: a POST would be sent twice.
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
"""The first class that an exception is of decides."""


def httpx_error(error: Exception) -> Exception:
    """The exception of httpx for one of aiohttp's.

    What the caller's own code raised comes back as it was: what aiohttp did not make of itself, and what a
    signal handler raised within it.
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
    """What happened. Of a `ClientResponseError` its reason alone: it carries the headers of the request."""
    if isinstance(error, aiohttp.ClientResponseError):
        return error.message
    return str(error)
