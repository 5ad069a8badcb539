"""Decompress bodies: all members, in pieces of bounded size; a truncated body is an error.

httpx decompresses each chunk at once, to up to a thousand times its size, and accepts a truncated body.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Protocol

_SLICE = 1024
"""Compressed bytes that are decompressed at once, to at most a thousand times as many."""


class UnpackError(Exception):
    """A compressed body cannot be decompressed, or is larger than allowed."""


class CutShortError(UnpackError):
    """A compressed body is truncated."""

    def __init__(self) -> None:
        super().__init__("it is truncated")


class TooLargeError(UnpackError):
    """A body is larger than allowed."""

    def __init__(self, max_size: int) -> None:
        super().__init__(f"it has more than {max_size} bytes; raise max_response_size to accept it")


class Decoder(Protocol):
    """Decompresses one body."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Decompress a chunk; yields the content in pieces."""
        ...

    def close(self) -> None:
        """End the body.

        Raises:
            CutShortError: the compressed data is incomplete.
        """


def decoder_for(encoding: str) -> Decoder | None:
    """The decoder for a `Content-Encoding`; None if the body is not compressed.

    Raises:
        UnpackError: the encoding is not supported.
    """
    names = [name for part in encoding.lower().split(",") if (name := part.strip())]
    names = [name for name in names if name != "identity"]
    if not names:
        return None
    if len(names) > 1:  # each compression can multiply the size by a thousand
        raise UnpackError(f"it is compressed more than once: {encoding:.100}")
    try:
        return _DECODERS[names[0]]()
    except KeyError:
        raise UnpackError(f"its encoding {encoding:.100} is unknown") from None
    except ImportError as error:
        raise UnpackError(
            f"its encoding {names[0]} needs the package {error.name}, which is not installed"
        ) from None


class MembersDecoder:
    """Formats that are one compressed stream after another: gzip (RFC 1952, section 2.2) and zstd.

    Args:
        begin: makes the decompressor of a member, given its first bytes.
        errors: exceptions raised by a decompressor.
    """

    def __init__(self, begin: Callable[[bytes], Any], *errors: type[Exception]) -> None:
        self._begin, self._errors = begin, errors
        self._member: Any = None
        self._is_first = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for start in range(0, len(chunk), _SLICE):
            data = chunk[start : start + _SLICE]
            while data:
                if self._member is None:
                    if not self._is_first:
                        data = data.lstrip(b"\0")  # padding between members and after the last
                    if not data:
                        break
                    self._member, self._is_first = self._begin(data), False
                try:
                    piece = self._member.decompress(data)
                except self._errors as error:
                    raise UnpackError(str(error)) from error
                if piece:
                    yield piece
                data = b""
                if self._member.eof:
                    data, self._member = self._member.unused_data, None

    def close(self) -> None:
        if self._member is not None:
            raise CutShortError


def _gzip() -> Decoder:
    return MembersDecoder(lambda _: zlib.decompressobj(16 + zlib.MAX_WBITS), zlib.error)


def _deflate() -> Decoder:
    """Deflate, with the zlib wrapper or, as sent by some servers, without it."""

    def begin(data: bytes) -> Any:
        wrapped = data[0] & 0x0F == zlib.DEFLATED
        return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

    return MembersDecoder(begin, zlib.error)


def _zstd() -> Decoder:
    """zstd; needs the package zstandard."""
    zstandard: Any = import_module("zstandard")
    return MembersDecoder(
        lambda _: zstandard.ZstdDecompressor().decompressobj(), zstandard.ZstdError
    )


def _brotli() -> Decoder:
    """Brotli; needs the package brotli or brotlicffi."""
    try:
        return BrotliDecoder(import_module("brotli"))
    except ImportError:
        return BrotliDecoder(import_module("brotlicffi"))


class BrotliDecoder:
    """Decompresses Brotli, which has no members."""

    def __init__(self, brotli: Any) -> None:
        self._error: type[Exception] = brotli.error
        self._decompressor: Any = brotli.Decompressor()
        self._started = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._started = self._started or bool(chunk)
        try:
            for start in range(0, len(chunk), _SLICE):
                if piece := self._decompressor.process(chunk[start : start + _SLICE]):
                    yield piece
        except self._error as error:
            raise UnpackError(str(error)) from error

    def close(self) -> None:
        if self._started and not self._decompressor.is_finished():
            raise CutShortError


_DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
