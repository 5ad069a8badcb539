"""Binary responses: save to disk in pieces, iterate, or read into memory."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import IO

from .._atomic_file import target_file
from .._errors import APIConnectionError, APITimeoutError, DecodeError, LvngError
from .._handles import AsyncHandle
from .._http.lazy import http
from .body import AsyncBody


class AsyncDownload(AsyncHandle):
    """The content of a file. The request is sent when it is saved, iterated or read.

    Example:
        await client.files.download(id="file_1").save("report.pdf")
    """

    _advice = "Call save() or read()"

    def __init__(self, connect: Callable[[], Awaitable[AsyncBody]]) -> None:
        self._connect = connect
        self._begun = False

    def _is_used(self) -> bool:
        return self._begun

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the content in pieces of bytes, as they arrive."""
        async with aclosing(self._pieces()) as pieces:
            async for piece, _ in pieces:
                yield piece

    async def read(self) -> bytes:
        """Read the complete content into memory.

        Returns:
            The content.

        Raises:
            APIConnectionError: the connection broke before the end; `APITimeoutError` if it stalled.
            DecodeError: a compressed response cannot be decompressed, or exceeds `max_response_size`.
        """
        return b"".join([piece async for piece, _ in self._pieces()])

    async def save(
        self,
        to: str | os.PathLike[str] | IO[bytes],
        *,
        progress: Callable[[int, int | None], object] | None = None,
    ) -> int:
        """Write the content to a file as it arrives.

        Args:
            to: a path, or a file object open in binary mode. A path is written atomically: if the download
                fails, an existing file remains unchanged.
            progress: called after each piece with the number of bytes so far and their total, None if
                the server does not send it.

        Returns:
            The number of bytes written.

        Raises:
            APIConnectionError: the connection broke before the end; `APITimeoutError` if it stalled.
            DecodeError: a compressed response cannot be decompressed, or exceeds `max_response_size`.
            InvalidArgumentError: the path or file object cannot be written to.
        """
        self._begun = True
        with target_file(to) as file:
            return await self._write(file, progress)

    async def _write(
        self, file: IO[bytes], progress: Callable[[int, int | None], object] | None
    ) -> int:
        done = 0
        async with aclosing(self._pieces()) as pieces:
            async for piece, total in pieces:
                file.write(piece)
                done += len(piece)
                if progress is not None:
                    progress(done, total)
        return done

    async def _pieces(self) -> AsyncGenerator[tuple[bytes, int | None]]:
        self._begun = True
        body = await self._connect()
        length = body.attempt.answered.headers.get("content-length", "")
        # Content-Length counts compressed bytes, progress decompressed ones.
        total = int(length) if length.isdecimal() and not body.is_packed else None
        if body.is_packed:
            body.max_size = body.attempt.max_size
        try:
            async for piece in body.chunks:
                yield piece, total
        except http.UnpackError as error:
            message = f"The content cannot be decompressed ({error})."
            raise body.attempt.describe(DecodeError(message)) from error
        except http.transport_errors() as error:
            raise body.attempt.describe(_broken(error)) from error
        finally:
            try:
                await body.aclose()
            finally:
                body.end_call()


def _broken(error: Exception) -> LvngError:
    """The error for a failure after the download began."""
    if http.is_timeout(error):
        return APITimeoutError("The download stalled. Raise timeout= to allow longer pauses.")
    return APIConnectionError(f"The connection broke during the download: {error}.")
