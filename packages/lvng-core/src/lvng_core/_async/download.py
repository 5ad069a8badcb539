"""A binary response as an object: saved to disk in pieces, iterated, or read whole when asked."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import IO

from .._atomic_file import target_file
from .._errors import APIConnectionError, APITimeoutError, DecodeError, LvngError
from .._http.lazy import http
from .body import AsyncBody


class AsyncDownload:
    """A file on its way down; the call is made when it is saved, iterated or read."""

    def __init__(self, connect: Callable[[], Awaitable[AsyncBody]]) -> None:
        self._connect = connect

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The content in pieces as they arrive."""
        async with aclosing(self._pieces()) as pieces:
            async for piece, _ in pieces:
                yield piece

    async def read(self) -> bytes:
        """The whole content in memory.

        Raises:
            APIConnectionError: the connection broke before the end.
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
            to: a path, or a file object open in binary mode. A path gets its content only when all of
                it has arrived; a download that fails leaves what was there before.
            progress: called after each piece with the bytes so far and their total, None where the
                server does not say.

        Returns:
            The number of bytes.

        Raises:
            APIConnectionError: the connection broke before the end.
            InvalidArgumentError: the path or file object cannot be written to.
        """
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
        body = await self._connect()
        length = body.attempt.answered.headers.get("content-length", "")
        # What is compressed has another length when it is written.
        total = int(length) if length.isdecimal() and not body.is_packed else None
        if body.is_packed:
            body.max_size = body.attempt.max_size
        try:
            async for piece in body.chunks:
                yield piece, total
        except http.UnpackError as error:
            message = f"The content cannot be read ({error})."
            raise body.attempt.describe(DecodeError(message)) from error
        except http.transport_errors() as error:
            raise body.attempt.describe(_broken(error)) from error
        finally:
            await body.aclose()


def _broken(error: Exception) -> LvngError:
    """The error of a download that had begun."""
    if http.is_timeout(error):
        return APITimeoutError("The download stalled. Raise timeout= if it may.")
    return APIConnectionError(f"The download broke off: {error}.")
