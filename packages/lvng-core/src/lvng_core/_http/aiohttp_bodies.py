"""Bodies for aiohttp: uploads with a write time-out, responses that raise exceptions of httpx."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
import httpx

from .aiohttp_errors import httpx_error

SLICE = 65_536
"""Maximum number of bytes written within one time-out."""


class _AbandonedError(Exception):
    """Signals to aiohttp that sending the body of a request was abandoned."""


class Upload(httpx.AsyncByteStream):
    """The body of a request, which aiohttp reads in a separate task.

    aiohttp has no time-out for writing, and treats an exception of the caller's file as a network error.

    Args:
        request: the request.
    """

    def __init__(self, request: httpx.Request) -> None:
        self._stream = request.stream
        length = request.headers.get("content-length")
        self._length = None if length is None else int(length)
        self._timeout: float | None = request.extensions.get("timeout", {}).get("write")
        self._scope = anyio.CancelScope()
        self._error: BaseException | None = None
        self._is_answered = False

    async def run(self, send: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        """Send the request with this body; returns the response.

        Raises:
            httpx.WriteTimeout: the server stopped reading.
            httpx.LocalProtocolError: the length of the body differs from `Content-Length`.
        """
        response = None
        with self._scope:
            try:
                response = await send()
            except Exception:
                if self._error is None:
                    raise
        self._is_answered = True
        if self._error is not None:
            if response is not None:
                await response.aclose()
            raise self._error
        if response is None:
            raise httpx.WriteTimeout("the server stopped reading")
        return response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = 0
        try:
            stream: Any = self._stream  # a RequestStream, which can be read by sync and async code
            async for chunk in stream:
                sent += len(chunk)
                self._check(sent, is_whole=False)
                for start in range(0, len(chunk), SLICE):
                    if self._timeout is not None:
                        self._scope.deadline = anyio.current_time() + self._timeout
                    yield chunk[start : start + SLICE]
                    self._scope.deadline = math.inf  # it is on its way
            self._check(sent, is_whole=True)
        except (GeneratorExit, asyncio.CancelledError):
            raise
        except BaseException as error:
            if self._is_answered:
                raise
            # Not raised here, but in the task that waits for the response.
            self._error = error
            self._scope.cancel()
            raise _AbandonedError from None
        finally:
            self._scope.deadline = math.inf

    def _check(self, sent: int, *, is_whole: bool) -> None:
        """Compare with `Content-Length`, as h11 does; with a shorter body, aiohttp would wait forever."""
        if self._length is None:
            return
        if sent > self._length or (is_whole and sent < self._length):
            much = "much" if sent > self._length else "little"
            raise httpx.LocalProtocolError(f"Too {much} data for declared Content-Length")


class ResponseBody(httpx.AsyncByteStream):
    """The body of a response.

    Args:
        stream: the stream of httpx-aiohttp.
        timeout: maximum seconds between two chunks.
    """

    def __init__(self, stream: httpx.AsyncByteStream, timeout: float | None) -> None:
        self._stream, self._timeout = stream, timeout

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._stream)
        while True:
            # aiohttp's own time-out is not enough: its C parser does not report invalid chunks.
            limit = asyncio.timeout(self._timeout)
            try:
                async with limit:
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError:
                if limit.expired():
                    raise httpx.ReadTimeout("nothing came") from None
                raise
            except Exception as error:
                raise httpx_error(error) from error
            yield piece

    async def aclose(self) -> None:
        """Release the connection."""
        await self._stream.aclose()
