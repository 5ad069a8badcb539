"""The body of a response: reads it within the deadline and size limit, decompresses it, and closes it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from typing import Any

from .._attempt import Attempt
from .._http.lazy import http
from .._synchronization import async_fail_after

_REST_SECONDS = 0.1
_REST_BYTES = 65_536
_BEGINNING_SECONDS = 5.0
_BEGINNING_BYTES = 65_536


class AsyncBody:
    """The body of the response of an attempt.

    Args:
        attempt: the attempt; its response has been received.
        interruptible: whether the deadline can interrupt reading.

    Attributes:
        chunks: the content in pieces, as they arrive. Raises `UnpackError` if it cannot be decompressed, ends too
            early, or is larger than `max_size`.
        max_size: maximum size in bytes after decompression; None for no limit.
    """

    def __init__(self, attempt: Attempt, *, interruptible: bool) -> None:
        self.attempt = attempt
        self._response = attempt.answered
        self._interruptible = interruptible
        self.max_size: int | None = None
        self.chunks = self._chunks()
        self._is_finishing = False

    @property
    def is_packed(self) -> bool:
        """Whether it is compressed."""
        return "content-encoding" in self._response.headers

    async def _chunks(self) -> AsyncGenerator[bytes]:
        response, size = self._response, 0
        if response.is_stream_consumed:  # already read, by an event hook of the user's client
            yield response.content
            return
        try:
            async for chunk in self._unpacked():
                if not self._interruptible:
                    self.attempt.deadline.limit(None)
                size += len(chunk)
                if self.max_size is not None and size > self.max_size:
                    raise http.TooLargeError(self.max_size)
                yield chunk
        except GeneratorExit:
            raise
        except BaseException as error:
            scope, is_streamed = self.attempt.scope, self.attempt.body is self
            if scope is not None and is_streamed and not self._is_finishing:
                scope.error = error
            raise

    def _unpacked(self) -> AsyncIterator[bytes]:
        stream: Any = self._response.stream
        decoder = http.decoder_for(self._response.headers.get("content-encoding", ""))
        return stream.__aiter__() if decoder is None else _unpack(stream, decoder)

    async def read(self) -> bytes:
        """The whole content, in memory."""
        return b"".join([chunk async for chunk in self.chunks])

    async def read_beginning(self) -> bytes:
        """The start of an unexpected body, for the error message."""
        pieces: list[bytes] = []
        self.attempt.deadline.restart(_BEGINNING_SECONDS)
        try:
            async with async_fail_after(_BEGINNING_SECONDS):
                async for piece in self.chunks:
                    pieces.append(piece)
                    if sum(map(len, pieces)) >= _BEGINNING_BYTES:
                        break
        except http.body_errors():
            pass  # report what was received
        finally:
            await self.aclose()
        return b"".join(pieces)

    async def aclose(self) -> None:
        """Release the connection."""
        await self._response.aclose()

    def end_call(self) -> None:
        """Notify middleware that the call has ended."""
        if self.attempt.scope is not None:
            self.attempt.scope._end()

    async def finish(self) -> None:
        """Read the rest of the body, so that the connection can be reused; close it if that takes too long."""
        self._is_finishing = True
        try:
            if self._interruptible:
                await self._read_rest()
        except http.body_errors():
            pass  # all data of interest has been received
        finally:
            await self.aclose()

    async def _read_rest(self) -> None:
        self.attempt.deadline.restart(_REST_SECONDS)
        size = 0
        async with async_fail_after(_REST_SECONDS):
            async for chunk in self.chunks:
                size += len(chunk)
                if size > _REST_BYTES:
                    break


async def _unpack(stream: AsyncIterable[bytes], decoder: http.Decoder) -> AsyncIterator[bytes]:
    """Decompress the body."""
    async for chunk in stream:
        for piece in decoder.feed(chunk):
            yield piece
    decoder.close()
