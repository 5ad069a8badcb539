"""A binary answer as an object: saved to disk in pieces, iterated, or read whole when asked."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import IO

from .._errors import APIConnectionError, APITimeoutError, InvalidArgumentError
from .._lazy import http
from .._partial import partial_file


class AsyncDownload:
    """A file on its way down; the call is made when it is saved, iterated or read."""

    def __init__(self, connect: Callable[[], Awaitable[http.Response]]) -> None:
        self._connect = connect

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The content in pieces as they arrive."""
        async for piece, _ in self._pieces():
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
            InvalidArgumentError: the path cannot be written.
        """
        if isinstance(to, (str, os.PathLike)):
            try:
                with partial_file(Path(to)) as file:
                    return await self._write(file, progress)
            except OSError as error:
                raise InvalidArgumentError(
                    f"to: cannot write {os.fspath(to)!r}: {error.strerror or error}."
                ) from error
        return await self._write(to, progress)

    async def _write(
        self, file: IO[bytes], progress: Callable[[int, int | None], object] | None
    ) -> int:
        done = 0
        async for piece, total in self._pieces():
            file.write(piece)
            done += len(piece)
            if progress is not None:
                progress(done, total)
        return done

    async def _pieces(self) -> AsyncIterator[tuple[bytes, int | None]]:
        response = await self._connect()
        length = response.headers.get("content-length", "")
        encoded = "content-encoding" in response.headers
        total = int(length) if length.isdigit() and not encoded else None
        try:
            async for piece in response.aiter_bytes():
                yield piece, total
        except http.TRANSPORT_ERRORS as error:
            if http.is_timeout(error):
                raise APITimeoutError("The download stalled. Raise timeout= if it may.") from error
            raise APIConnectionError(f"The download broke off: {error}.") from error
        finally:
            await response.aclose()
