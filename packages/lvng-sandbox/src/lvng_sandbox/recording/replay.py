"""Replay recorded exchanges, before the sandbox itself responds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .exchanges import Recorded, read, request_key

NOT_RECORDED = 501
"""Status for requests that were not recorded, in strict mode; the SDK does not retry it."""


class Replay:
    """Recorded exchanges, by request.

    A repeated request gets the recorded responses in order; the last one is repeated.

    Args:
        folder: the recording.
        strict: whether to refuse requests that were not recorded, instead of letting the sandbox respond.
        timing: whether to send streams with their recorded delays.

    Raises:
        RecordingError: the folder contains no recording, or one of its files cannot be read.
    """

    def __init__(self, folder: Path, *, strict: bool, timing: bool) -> None:
        self._strict, self._timing = strict, timing
        self._responses: dict[bytes, list[Recorded]] = {}
        self._next: dict[bytes, int] = {}
        for one in read(folder):
            self._responses.setdefault(one.key, []).append(one)

    def unused(self) -> list[str]:
        """The file names of exchanges that were not requested so far."""
        return sorted(
            one.name
            for key, several in self._responses.items()
            for one in several[self._next.get(key, 0) :]
        )

    def take(self, key: bytes) -> Recorded | None:
        """Take the next exchange with this key."""
        several = self._responses.get(key)
        if several is None:
            return None
        index = self._next.get(key, 0)
        self._next[key] = index + 1
        return several[min(index, len(several) - 1)]

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap an application: the recording responds first."""

        async def replaying(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
                await app(scope, receive, send)
                return
            await self._answer(app, scope, receive, send)

        return replaying

    async def _answer(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            content = await request.body()
        except ClientDisconnect:
            return
        path = scope["raw_path"].decode("latin-1").partition("?")[0]
        query = scope["query_string"].decode("latin-1")
        content_type = request.headers.get("content-type", "")
        found = self.take(request_key(scope["method"], path, query, content_type, content))
        if found is not None:
            await self._send(found, send)
        elif self._strict:
            message = f"{scope['method']} {path} was not recorded with this query and body"
            refusal = JSONResponse({"success": False, "error": message}, NOT_RECORDED)
            await refusal(scope, receive, send)
        else:
            await app(scope, _again(content, receive), send)

    async def _send(self, one: Recorded, send: Send) -> None:
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in one.response_headers.items()
        ]
        if not one.is_stream:
            length = sum(len(chunk.content) for chunk in one.chunks)
            headers.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": one.status, "headers": headers})
        for chunk in one.chunks:
            if self._timing and one.is_stream:
                await asyncio.sleep(chunk.after)
            await send({"type": "http.response.body", "body": chunk.content, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _again(content: bytes, receive: Receive) -> Receive:
    """A `receive` that replays the body of a request that was read."""
    messages: Iterable[Message] = [{"type": "http.request", "body": content, "more_body": False}]
    rest = iter(messages)

    async def again() -> Message:
        return next(rest, None) or await receive()

    return again
