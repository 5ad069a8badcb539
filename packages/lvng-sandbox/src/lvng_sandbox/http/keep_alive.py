"""Keep the connection of a quiet stream alive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

SECONDS = 15.0
"""Seconds without a piece after which a comment is sent."""


class KeptAlive:
    """A stream of server-sent events with comments while it has no pieces.

    Args:
        pieces: the stream.
    """

    def __init__(self, pieces: AsyncGenerator[bytes]) -> None:
        self._pieces = pieces
        self._loop = asyncio.get_running_loop()
        self._last = self._loop.time()
        self._next: asyncio.Queue[bytes] = asyncio.Queue(1)

    async def pieces(self) -> AsyncGenerator[bytes]:
        """The pieces and the comments."""
        reader, commenter = map(asyncio.create_task, (self._read(), self._comment()))
        reader.add_done_callback(self._end)
        try:
            while not (reader.done() and self._next.empty()):
                if piece := await self._next.get():
                    yield piece
            await reader
        finally:
            reader.cancel()
            commenter.cancel()
            await asyncio.gather(reader, commenter, return_exceptions=True)

    async def _read(self) -> None:
        async with contextlib.aclosing(self._pieces):
            async for piece in self._pieces:
                await self._put(piece)

    async def _comment(self) -> None:
        while True:
            await asyncio.sleep(self._last + SECONDS - self._loop.time())
            if self._loop.time() >= self._last + SECONDS:
                await self._put(b": keep-alive\n\n")

    async def _put(self, piece: bytes) -> None:
        await self._next.put(piece)
        self._last = self._loop.time()

    def _end(self, _reader: asyncio.Task[None]) -> None:
        """Wake who waits for the next piece: there is none."""
        if self._next.empty():
            self._next.put_nowait(b"")
