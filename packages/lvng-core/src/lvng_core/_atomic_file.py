"""The target of a download: a path that is written atomically, or a file object."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ._errors import InvalidArgumentError


@contextmanager
def target_file(to: Any) -> Iterator[IO[bytes]]:
    """Open a path, or check a file object.

    Raises:
        InvalidArgumentError: the target cannot be written to.
    """
    if not isinstance(to, (str, os.PathLike)):
        yield _check_file(to)
        return
    try:
        with partial_file(_check_path(to)) as file:
            yield file
    except OSError as error:
        raise InvalidArgumentError(
            f"to: cannot write {os.fspath(to)!r}: {error.strerror or error}."
        ) from error


@contextmanager
def partial_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside `path` that replaces it if the block succeeds and is deleted if not.

    A symbolic link and the permissions of an existing file are kept. A pipe or a device, such as /dev/null,
    is written to directly.
    """
    path = Path(os.path.realpath(path))
    old = path.stat() if path.exists() else None
    if old is not None and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    import secrets

    # Not tempfile: its files are readable by the owner only, and would remain so after the rename.
    # The name is truncated, because with its additions it may be too long for the file system.
    part = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}.part")
    file = part.open("xb")
    try:
        with file:
            if old is not None:
                part.chmod(old.st_mode & 0o777)
            yield file
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _check_path(to: Any) -> Path:
    try:
        path = Path(to)
    except TypeError as error:
        raise InvalidArgumentError(f"to must be a path, got {to!r}.") from error
    if "\0" in str(path):
        raise InvalidArgumentError(f"to: a path cannot contain a NUL character: {str(path)!r}.")
    return path


def _check_file(to: Any) -> IO[bytes]:
    if not callable(getattr(to, "write", None)) or hasattr(
        to, "encoding"
    ):  # text files have an encoding
        raise InvalidArgumentError(
            f"to must be a path or a file object open in binary mode, got {type(to).__name__}."
        )
    if getattr(to, "closed", False) is True:
        raise InvalidArgumentError("to: the file is closed.")
    file: IO[bytes] = to
    return file
