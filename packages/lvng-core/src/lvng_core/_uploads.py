"""Uploads: paths, bytes and file objects as request bodies, read from disk in pieces."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias

from ._body import AsyncFileBody, Body, BytesBody, FileBody
from ._errors import InvalidArgumentError
from ._headers import check_headers

FALLBACK_TYPE = "application/octet-stream"


class AsyncReadable(Protocol):
    """A file whose `read` is a coroutine function: Starlette's `UploadFile`, aiofiles, anyio."""

    def read(self, size: int = -1, /) -> Awaitable[bytes]:
        """The next bytes."""
        ...


Content: TypeAlias = bytes | bytearray | memoryview | IO[bytes] | AsyncReadable
"""Bytes, or a file object open in binary mode; the async client also accepts files of async libraries."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload, with its own name and content type.

    Attributes:
        content: a path, bytes, or a file object open in binary mode.
        name: file name; default: that of the path or file object, else `upload`.
        content_type: media type; default: that of the file object, else guessed from the name.
        headers: additional headers of its part of a form.
    """

    content: str | os.PathLike[str] | Content
    name: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)

    def __post_init__(self) -> None:
        check_headers("headers", self.headers)


FileInput: TypeAlias = (
    str
    | os.PathLike[str]
    | Content
    | File
    | tuple[str, str | Content]
    | tuple[str, str | Content, str | None]
)
"""A file to upload: a path, bytes, a file object open in binary mode, a `File`, or a tuple of name, content and
optionally content type. The content of a tuple is never a path; text is sent as UTF-8."""


def file_body(argument: str, value: Any, *, whole: bool, accepted: str = "") -> tuple[str, Body]:
    """Read a file argument; returns its name and a body of its content.

    Args:
        argument: name of the argument, for errors.
        value: a `FileInput`.
        whole: whether to send a file object from its beginning, as forms do, instead of from its current position.
        accepted: MIME types that the server accepts, separated by commas; empty for any.

    Raises:
        InvalidArgumentError: the file cannot be read.
    """
    file = _as_file(argument, value)
    content: Any = file.content
    name = file.name
    opened = isinstance(content, (str, os.PathLike))
    if opened:
        path = Path(os.fsdecode(content))
        content, name = _open(argument, path), name or path.name
    elif isinstance(content, (bytearray, memoryview)):
        content = bytes(content)
    elif not isinstance(content, bytes) and not _is_binary_file(content):
        raise InvalidArgumentError(
            f"{argument} must be a path, bytes, a file object open in binary mode or a File, "
            f"got {type(content).__name__}."
        )
    elif getattr(content, "closed", False) is True:
        raise InvalidArgumentError(f"{argument} cannot be sent: the file is closed.")
    name = _file_name(name or _own_name(content) or "upload")
    content_type = (
        _content_type(file.content_type)
        or _own_type(content)
        or _accepted(guess_type(name), accepted)
    )
    if isinstance(content, bytes):
        return name, BytesBody(content, content_type)
    if _is_coroutine_function(content.read):
        return name, AsyncFileBody(content, content_type, whole=whole)
    if not _is_readable(content):
        raise InvalidArgumentError(f"{argument} cannot be sent: the file is not open for reading.")
    return name, FileBody(content, content_type, whole=whole, opened=opened)


def _as_file(argument: str, value: Any) -> File:
    """Convert an argument to a `File`."""
    if isinstance(value, File):
        return value
    if not isinstance(value, tuple):
        return File(value)
    if len(value) not in {2, 3}:
        raise InvalidArgumentError(
            f"{argument}: a tuple must contain name, content and optionally content type, got {len(value)} items. "
            "Pass several files as a list."
        )
    name, content, *kind = value
    if isinstance(content, str):
        content = content.encode()
    elif isinstance(content, os.PathLike):
        raise InvalidArgumentError(
            f"{argument}: the second item of a tuple is the content, not a path; "
            "use File(path, name=...) for a path with another name."
        )
    return File(content, name, *kind)


def _open(argument: str, path: Path) -> IO[bytes] | NamedPipe:
    try:
        return NamedPipe(argument, path) if path.is_fifo() else path.open("rb")
    except (OSError, ValueError) as error:
        raise _unreadable(argument, path, error) from error


def _unreadable(argument: str, path: Path, error: Exception) -> InvalidArgumentError:
    reason = getattr(error, "strerror", None) or error
    return InvalidArgumentError(f"{argument}: cannot read the file {str(path)!r}: {reason}.")


class NamedPipe:
    """A named pipe, opened when it is first read: that waits for a writer.

    Args:
        argument: the name of the argument, for errors.
        path: its path.
    """

    def __init__(self, argument: str, path: Path) -> None:
        self._argument, self._path = argument, path
        self._file: IO[bytes] | None = None

    def read(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            InvalidArgumentError: it cannot be opened.
        """
        if self._file is None:
            try:
                self._file = self._path.open("rb")
            except OSError as error:
                raise _unreadable(self._argument, self._path, error) from error
        return self._file.read(size)

    def close(self) -> None:
        """Close it, if it was opened."""
        if self._file is not None:
            self._file.close()


_PACKED = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "compress": "application/x-compress",
    "br": "application/x-brotli",
}


def guess_type(name: str) -> str:
    """The media type for a file name; for a compressed file, the type of its compression."""
    import mimetypes

    kind, encoding = mimetypes.guess_type(name)
    if encoding is not None:
        return _PACKED.get(encoding, FALLBACK_TYPE)
    return kind or FALLBACK_TYPE


def _file_name(given: object) -> str:
    """A file name that UTF-8 can encode: names on disk may be arbitrary bytes."""
    if not isinstance(given, str):
        raise InvalidArgumentError(f"The name of a file must be a string, got {given!r:.100}.")
    return given.encode(errors="replace").decode()


def _content_type(given: object) -> str | None:
    """Check that a content type has no line breaks."""
    if given is not None and not (
        isinstance(given, str) and given.isascii() and given.isprintable()
    ):
        raise InvalidArgumentError(f"content_type must be a MIME type, got {given!r:.100}.")
    return given


def _accepted(guess: str, accepted: str) -> str:
    """The guessed type, if the server accepts it; else the first that it accepts."""
    kinds = [kind.strip() for kind in accepted.split(",") if kind.strip()]
    family = f"{guess.partition('/')[0]}/*"
    if not kinds or {guess, family, "*/*"} & set(kinds):
        return guess
    return next((kind for kind in kinds if "*" not in kind), guess)


def _is_binary_file(content: Any) -> bool:
    # Not by its mode: many file objects have none, and that of a zip file's member is "r".
    return callable(getattr(content, "read", None)) and not hasattr(content, "encoding")


def _is_readable(content: Any) -> bool:
    readable = getattr(content, "readable", None)
    return not callable(readable) or readable() is not False


def _own_name(content: Any) -> str | None:
    for attribute in ("name", "filename"):
        name = getattr(content, attribute, None)
        if isinstance(name, str) and name:
            return Path(name).name
    return None


def _own_type(content: Any) -> str | None:
    kind = getattr(content, "content_type", None)
    return _content_type(kind) if isinstance(kind, str) and kind else None


def _is_coroutine_function(function: Any) -> bool:
    import inspect

    return inspect.iscoroutinefunction(function)
