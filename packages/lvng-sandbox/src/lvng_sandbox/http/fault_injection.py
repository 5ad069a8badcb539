"""Apply faults to a request before it is processed, and to its response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from ..problems import Problem
from .faults import OVERSIZE, Fault

_STALL = 3600.0


class ConnectionAborted(Exception):  # noqa: N818 - an outcome that was asked for
    """The connection was reset; there is no response."""


async def inject_before(fault: Fault, send: Send) -> None:
    """Apply a fault before its request is processed.

    Raises:
        Problem: the error response of the fault.
        ConnectionAborted: the fault resets the connection.
    """
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.broken == "reset":
        _abort(send)
        raise ConnectionAborted
    if fault.status:
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        body = {"error": "Fault", "message": f"The sandbox was told to respond with {fault.status}"}
        raise Problem(fault.status, body, headers)


def inject_after(fault: Fault, response: Response, send: Send) -> Response:
    """Apply a fault to the response of its request."""
    if fault.broken == "lost":
        _abort(send)
    if fault.broken in {"cut", "stall"}:
        half = _half(fault, response, send)
        return StreamingResponse(half, response.status_code, media_type=response.media_type)
    if fault.broken == "html":
        page = "<!doctype html><title>Sign in</title><h1>Sign in</h1>"
        return Response(page, 200, media_type="text/html")
    if fault.broken == "garbage":
        return Response(b'{"success": true, "data": \xff', 200, media_type="application/json")
    if fault.broken == "empty":
        return Response(b"", 200, media_type="application/json")
    if fault.broken == "oversized":
        return Response(b" " * OVERSIZE + b"{}", 200, media_type="application/json")
    return response


async def _half(fault: Fault, response: Response, send: Send) -> AsyncGenerator[bytes]:
    """The first half of a response; then the connection is reset, or stalls first."""
    if isinstance(response, StreamingResponse):
        async for chunk in response.body_iterator:
            yield chunk if isinstance(chunk, bytes) else str(chunk).encode()
            break
    else:
        content = bytes(response.body)
        yield content[: len(content) // 2]
    await asyncio.sleep(_STALL if fault.broken == "stall" else 0.0)
    _abort(send)


def _abort(send: Send) -> None:
    """Reset the connection of a request, given the `send` of the server."""
    # In uvicorn it is a method of the object with the transport.
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if isinstance(transport, asyncio.Transport):
        transport.abort()
