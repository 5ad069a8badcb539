"""What a fault does to a request: before it is done, and to its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from .faults import OVERSIZE, Fault

SEND = "lvng.send"
"""Where a request's scope holds the server's own `send`."""
_STALL = 3600.0


async def before(fault: Fault, request: Request) -> Response | None:
    """What a fault does before a request is done; an answer where it takes the place of all else."""
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.broken == "reset":
        _abort(request)
        return Response()
    if fault.status:
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        body = {"error": "Fault", "message": f"The sandbox was asked to answer {fault.status}"}
        return JSONResponse(body, fault.status, headers)
    return None


async def after(fault: Fault, request: Request, response: Response) -> Response:
    """What a fault does to an answer."""
    if fault.broken == "lost":
        _abort(request)
    if fault.broken in {"cut", "stall"}:
        return StreamingResponse(
            _half(fault, request, response), response.status_code, media_type=response.media_type
        )
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


async def _half(fault: Fault, request: Request, response: Response) -> AsyncIterator[bytes]:
    """The first half of an answer, and then the end of the connection, or nothing any more."""
    if isinstance(response, StreamingResponse):
        async for chunk in response.body_iterator:
            yield chunk if isinstance(chunk, bytes) else str(chunk).encode()
            break
    else:
        content = bytes(response.body)
        yield content[: len(content) // 2]
    await asyncio.sleep(_STALL if fault.broken == "stall" else 0.0)
    _abort(request)


def _abort(request: Request) -> None:
    """Reset the connection of a request."""
    # uvicorn hands the application a method of the object that holds the connection.
    transport = getattr(getattr(request.scope[SEND], "__self__", None), "transport", None)
    if isinstance(transport, asyncio.Transport):
        transport.abort()
