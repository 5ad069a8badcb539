"""Files on their way up: paths, bytes and file objects as parts of a form, read from disk in pieces."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from ._body import BytesBody, FileBody
from ._errors import InvalidArgumentError
from ._headers import check_headers

FALLBACK_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload, with the name and content type that the server shall see.

    Attributes:
        content: a path, bytes, or a file object open in binary mode.
        name: file name; by default the path's or file object's, else `upload`.
        content_type: MIME type; by default guessed from the name.
        headers: further headers of its part of a form.
    """

    content: str | os.PathLike[str] | bytes | IO[bytes]
    name: str | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)

    def __post_init__(self) -> None:
        check_headers("headers", self.headers)


FileInput: TypeAlias = str | os.PathLike[str] | bytes | IO[bytes] | File
"""What an upload takes: a path, bytes, a file object open in binary mode, or a `File`."""


def file_body(
    argument: str, value: Any, *, whole: bool, accepted: str = ""
) -> tuple[str, BytesBody | FileBody]:
    """The name of a file, and a body of its content.

    Args:
        argument: the name of the argument, for errors.
        value: a path, bytes, a file object or a `File`.
        whole: send a file object from its beginning, as forms do; else from where it stands.
        accepted: MIME types that the server takes, separated by commas; empty for any.

    Raises:
        InvalidArgumentError: it cannot be read.
    """
    file = value if isinstance(value, File) else File(value)
    content: Any = file.content
    opened = False
    name = file.name
    if isinstance(content, (str, os.PathLike)):
        path = Path(content)
        try:
            content = path.open("rb")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InvalidArgumentError(
                f"{argument}: cannot read the file {str(path)!r}: {reason}."
            ) from error
        opened = True
        name = name or path.name
    elif isinstance(content, (bytearray, memoryview)):
        content = bytes(content)
    elif not isinstance(content, bytes) and not _is_binary_file(content):
        raise InvalidArgumentError(
            f"{argument} must be a path, bytes, a file object open in binary mode or a File, "
            f"got {type(content).__name__}."
        )
    elif getattr(content, "closed", False):
        raise InvalidArgumentError(f"{argument} cannot be sent: the file is closed.")
    import mimetypes

    name = _file_name(name or _own_name(content) or "upload")
    content_type = _content_type(file.content_type) or _accepted(
        mimetypes.guess_type(name)[0] or FALLBACK_TYPE, accepted
    )
    if isinstance(content, bytes):
        return name, BytesBody(content, content_type)
    return name, FileBody(content, content_type, whole=whole, opened=opened)


def _file_name(given: object) -> str:
    """The name as UTF-8 can hold it: names on disk may be any bytes."""
    if not isinstance(given, str):
        raise InvalidArgumentError(f"The name of a file must be a string, got {given!r:.100}.")
    return given.encode(errors="replace").decode()


def _content_type(given: object) -> str | None:
    """The content type given, refused where it could end the line that it stands in."""
    if given is not None and not (
        isinstance(given, str) and given.isascii() and given.isprintable()
    ):
        raise InvalidArgumentError(f"content_type must be a MIME type, got {given!r:.100}.")
    return given


def _accepted(guess: str, accepted: str) -> str:
    """The type guessed, else the first that the server takes."""
    kinds = [kind.strip() for kind in accepted.split(",") if kind.strip()]
    family = f"{guess.partition('/')[0]}/*"
    if not kinds or {guess, family, "*/*"} & set(kinds):
        return guess
    return next((kind for kind in kinds if "*" not in kind), guess)


def _is_binary_file(content: Any) -> bool:
    # Not by its mode: many files have none, and that of a zip file's member is "r".
    return callable(getattr(content, "read", None)) and not hasattr(content, "encoding")


def _own_name(content: Any) -> str | None:
    name = getattr(content, "name", None)
    return Path(name).name if isinstance(name, str) else None
