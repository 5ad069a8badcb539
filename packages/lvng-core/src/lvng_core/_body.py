"""Bodies of requests: content, type, length, whether they can be sent again, and how they are closed."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ._errors import InvalidArgumentError
from ._synchronization import async_in_abandoned_thread

_CHUNK = 65_536


class Body:
    """The body of a request, the same for every attempt.

    Attributes:
        content_type: value of the `Content-Type` header; None without a body.
        length: length in bytes; None if it is not known in advance.
    """

    content_type: str | None = None
    length: int | None = 0
    is_async: bool = False
    """Whether it can be read only by async code."""
    _replayable: bool = True

    @property
    def replayable(self) -> bool:
        """Whether it can be sent a second time."""
        return self._replayable

    def chunks(self) -> Iterator[bytes]:
        """Iterate over the content, from the beginning."""
        yield from ()

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the content, from the beginning."""
        for chunk in self.chunks():
            yield chunk

    def close(self) -> None:
        """Close the files that the SDK opened."""


NO_BODY = Body()


class BytesBody(Body):
    """Bytes in memory."""

    def __init__(self, content: bytes, content_type: str | None) -> None:
        self.content = content
        self.content_type = content_type
        self.length = len(content)

    def chunks(self) -> Iterator[bytes]:
        yield self.content


class Readable(Protocol):
    """What every file to send has."""

    def read(self, size: int, /) -> object: ...
    def close(self) -> object: ...


class FileBody(Body):
    """A file.

    Args:
        file: a file object open in binary mode.
        content_type: MIME type.
        whole: whether to send it from its beginning, as forms do, instead of from its current position.
        opened: whether it was opened for this request, and is to be closed after it.
    """

    def __init__(self, file: Readable, content_type: str, *, whole: bool, opened: bool) -> None:
        self._file: Any = file
        self._opened = opened
        self.content_type = content_type
        position = _position(file)
        self._replayable = position is not None
        self._start = 0 if whole or position is None else position
        self.length = _length(file, self._start) if self.replayable else None

    def chunks(self) -> Iterator[bytes]:
        if self.replayable:
            self._file.seek(self._start)
        while chunk := _to_bytes(self._file.read(_CHUNK)):
            yield chunk

    async def async_chunks(self) -> AsyncIterator[bytes]:
        chunks = self.chunks()
        if self.replayable:
            for chunk in chunks:
                yield chunk
            return
        # A pipe may be silent for as long as its writer likes: not in the event loop.
        while chunk := await async_in_abandoned_thread(lambda: next(chunks, b"")):
            yield chunk

    def close(self) -> None:
        if self._opened:
            self._file.close()


class AsyncFileBody(Body):
    """A file whose methods are coroutine functions: Starlette's `UploadFile`, aiofiles, anyio.

    Args:
        file: the file, open in binary mode.
        content_type: MIME type.
        whole: whether to send it from its beginning, as forms do, instead of from its current position.
    """

    is_async = True

    def __init__(self, file: Any, content_type: str, *, whole: bool) -> None:
        self._file = file
        self.content_type = content_type
        self._replayable = callable(getattr(file, "seek", None))
        self._start = 0 if whole or not hasattr(file, "tell") else None
        size = getattr(file, "size", None)
        self.length = (
            size if self.replayable and self._start == 0 and isinstance(size, int) else None
        )

    async def async_chunks(self) -> AsyncIterator[bytes]:
        await self._rewind()
        while chunk := _to_bytes(await self._file.read(_CHUNK)):
            yield chunk

    async def _rewind(self) -> None:
        """Go to where the content begins, unless the file is a pipe, which has only what comes next."""
        if not self.replayable:
            return
        try:
            if self._start is None:
                self._start = await _result(self._file.tell())
            await _result(self._file.seek(self._start))
        except OSError:
            self._replayable = False


async def _result(value: Any) -> Any:
    """The result of a method, which need not be a coroutine function although `read` is one."""
    return await value if inspect.isawaitable(value) else value


def _to_bytes(chunk: object) -> bytes:
    """What a file has read, checked."""
    if isinstance(chunk, (bytes, bytearray, memoryview)):
        return bytes(chunk)
    if chunk is None:
        raise InvalidArgumentError(
            "A file to send has no data yet, and is set not to wait for it; set it to blocking mode."
        )
    raise InvalidArgumentError(
        f"A file to send must return bytes, not {type(chunk).__name__}; open it in binary mode."
    )


def _position(file: Any) -> int | None:
    """Where a file stands; None where it cannot be sought, whatever `seekable` says."""
    try:
        if not file.seekable():
            return None
        position: int = file.tell()
        file.seek(position)
    except (AttributeError, OSError, TypeError):  # TypeError: an attribute in place of the method
        return None
    return position


def _length(file: Any, start: int) -> int | None:
    """Number of bytes from `start` to the end; None if the file has no known size."""
    try:
        file.seek(0, os.SEEK_END)
        length = max(file.tell() - start, 0)  # what seek() returns is None for some files
        file.seek(start)
        # Files in /proc have a size of 0 although they have content.
        is_empty = length > 0 or not file.read(1)
        file.seek(start)
    except (OSError, ValueError):  # a decompressor may not find its end
        return None
    return length if is_empty else None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form."""

    name: str
    body: Body
    filename: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self) -> bytes:
        """Its headers, encoded."""
        lines = [f"Content-Disposition: form-data; {_parameter('name', self.name)}"]
        if self.filename is not None:
            lines[0] += f"; {_parameter('filename', self.filename)}"
        if self.body.content_type:
            lines.append(f"Content-Type: {self.body.content_type}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


_ESCAPED = re.compile(r'["\\\x00-\x1a\x1c-\x1f]')


def _parameter(name: str, value: str) -> str:
    """A parameter of a header, escaped as in browsers.

    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
    """
    escaped = _ESCAPED.sub(
        lambda match: "\\\\" if match[0] == "\\" else f"%{ord(match[0]):02X}", value
    )
    return f'{name}="{escaped}"'


class MultipartBody(Body):
    """A form of fields and files (RFC 7578). Files are read while they are sent."""

    def __init__(self, parts: Sequence[Part]) -> None:
        # One boundary for all attempts, so that each sends the same.
        import uuid

        self._boundary = uuid.uuid4().hex.encode()
        self._parts = tuple(parts)
        self.content_type = f"multipart/form-data; boundary={self._boundary.decode()}"
        self.is_async = any(part.body.is_async for part in self._parts)
        self.length = self._length()

    @property
    def replayable(self) -> bool:
        """Whether it can be sent a second time."""
        return all(part.body.replayable for part in self._parts)

    def _length(self) -> int | None:
        total = len(self._end())
        for part in self._parts:
            if part.body.length is None:
                return None
            total += len(self._head(part)) + part.body.length + 2
        return total

    def chunks(self) -> Iterator[bytes]:
        for part in self._parts:
            yield self._head(part)
            yield from part.body.chunks()
            yield b"\r\n"
        yield self._end()

    async def async_chunks(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield self._head(part)
            async for chunk in part.body.async_chunks():
                yield chunk
            yield b"\r\n"
        yield self._end()

    def _head(self, part: Part) -> bytes:
        return b"--%b\r\n%b" % (self._boundary, part.head())

    def _end(self) -> bytes:
        return b"--%b--\r\n" % self._boundary

    def close(self) -> None:
        for part in self._parts:
            part.body.close()


def async_check_body(_body: Body) -> None:
    """Do nothing: async code can read both kinds of files."""


def sync_check_body(body: Body) -> None:
    """Raise an error for files that only async code can read."""
    if body.is_async:
        raise InvalidArgumentError(
            "A file whose read() is a coroutine function can be sent only by the async client. "
            "Pass its content, or the file that it wraps, such as UploadFile.file."
        )
