"""Responses on the wire: JSON, files and server-sent events."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from ..platform.call import Binary, Events
from .keep_alive import KeptAlive

_to_json = json.JSONEncoder(ensure_ascii=False).encode


def make_response(
    status: int,
    body: Any,
    headers: Mapping[str, str],
    resources: contextlib.AsyncExitStack | None = None,
) -> Response:
    """Make a response.

    Args:
        status: the status; 0 if the connection was reset and nobody receives the response.
        body: JSON, bytes, `Events` or `Binary`.
        headers: its headers.
        resources: closes a stream that is not read to its end.
    """
    if isinstance(body, Events):
        stream = KeptAlive(_encode(body)).pieces()
        if resources is not None:  # in reverse order: the stream is closed before its source
            resources.push_async_callback(body.source.aclose)
            resources.push_async_callback(stream.aclose)
        headers = {**headers, "Cache-Control": "no-cache"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)
    if isinstance(body, Binary):
        disposition = f"attachment; filename*=UTF-8''{quote(body.name)}"
        headers = {**headers, "Content-Disposition": disposition}
        return Response(body.content, media_type=body.media_type, headers=headers)
    if isinstance(body, bytes):
        media_type = "application/octet-stream"
        return Response(body, status, headers=dict(headers), media_type=media_type)
    if status == 204:
        return Response(status_code=status, headers=dict(headers))
    content = _to_json(body).encode()
    return Response(content, status or 500, headers=dict(headers), media_type="application/json")


async def _encode(events: Events) -> AsyncGenerator[bytes]:
    """Encode the events of a stream."""
    number = 0
    async for event in events.source:
        number += 1
        if number > (events.after or 0):
            yield _encode_event(events, number, *event)


def _encode_event(events: Events, number: int, name: str, data: Any) -> bytes:
    """Encode one event; in a resumable stream, with its number as id."""
    text = _to_json(data)
    for observe in events.observers:
        observe(name, data, len(text))
    id = "" if events.after is None else f"id: {number}\n"
    return f"{id}event: {name}\ndata: {text}\n\n".encode()
