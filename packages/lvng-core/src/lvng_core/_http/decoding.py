"""Unpack compressed bodies: every member, in pieces of bounded size, and never less than the whole.

httpx unpacks what a piece holds at once, to a thousand times its size, and takes a body that is cut for whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Protocol

_SLICE = 1024
"""Bytes of a compressed body that are unpacked at once: to a thousand times as many, at most."""


class UnpackError(Exception):
    """A compressed body cannot be unpacked, or is larger than allowed."""


class CutShortError(UnpackError):
    """A compressed body ends before its compressed data does."""

    def __init__(self) -> None:
        super().__init__("it ends before its compressed data does")


class TooLargeError(UnpackError):
    """A body is larger than it may be."""

    def __init__(self, max_size: int) -> None:
        super().__init__(
            f"it has more than {max_size} bytes; raise max_response_size if that is right"
        )


class Decoder(Protocol):
    """Unpacks one body."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What a chunk of the compressed body unpacks to, in pieces."""
        ...

    def close(self) -> None:
        """The body has ended.

        Raises:
            CutShortError: before the end of its compressed data.
        """


def decoder_for(encoding: str) -> Decoder | None:
    """The decoder of a `Content-Encoding`; None where the body is not compressed.

    Raises:
        UnpackError: it cannot be unpacked.
    """
    names = [name for part in encoding.lower().split(",") if (name := part.strip())]
    names = [name for name in names if name != "identity"]
    if not names:
        return None
    if len(names) > 1:  # a thousand times a thousand is too much for any piece
        raise UnpackError(f"it is packed more than once: {encoding:.100}")
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
        begin: makes the decompressor of a member, given the first bytes of it.
        errors: what a decompressor raises.
    """

    def __init__(self, begin: Callable[[bytes], Any], *errors: type[Exception]) -> None:
        self._begin, self._errors = begin, errors
        self._member: Any = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        for start in range(0, len(chunk), _SLICE):
            data = chunk[start : start + _SLICE]
            while data:
                if self._member is None:
                    data = data.lstrip(b"\0")  # padding between members and after the last
                    if not data:
                        break
                    self._member = self._begin(data)
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
    """Deflate in its zlib wrapper or, as some servers send it, without."""

    def begin(data: bytes) -> Any:
        wrapped = data[0] & 0x0F == zlib.DEFLATED
        return zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

    return MembersDecoder(begin, zlib.error)


def _zstd() -> Decoder:
    """zstd, where the package zstandard is installed."""
    zstandard: Any = import_module("zstandard")
    return MembersDecoder(
        lambda _: zstandard.ZstdDecompressor().decompressobj(), zstandard.ZstdError
    )


def _brotli() -> Decoder:
    """Brotli, where the package brotli or brotlicffi is installed."""
    try:
        return BrotliDecoder(import_module("brotli"))
    except ImportError:
        return BrotliDecoder(import_module("brotlicffi"))


class BrotliDecoder:
    """Brotli, which has one member."""

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
