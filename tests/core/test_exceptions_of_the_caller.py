"""What the caller's own code raises in the middle of a call comes out as it is, and nothing is retried for it."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable
from typing import Any

import h11
import httpcore
import httpx
import pytest

from lvng_core import LvngError, RequestOptions
from support.samples import CHAT, DOWNLOAD, GET, POST_BYTES, UPLOAD
from support.scripted_server import Serve, answer, chunks
from support.sync_async import Connect, open_connections, stream_of

KINDS = [
    TimeoutError,
    OSError,
    ConnectionResetError,
    socket.timeout,
    ssl.SSLError,
    EOFError,
    ValueError,
]
kinds = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


class Broken(io.RawIOBase):
    """A file that fails in the middle."""

    def __init__(self, error: Exception, *, seekable: bool) -> None:
        self._error, self._is_seekable, self._read = error, seekable, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._is_seekable

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._read = 0
        return 100_000 if whence == io.SEEK_END else offset

    def readinto(self, buffer: Any) -> int:
        self._read += 1
        if self._read > 1:
            raise self._error
        buffer[:10] = b"0123456789"
        return 10


@kinds
@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
@pytest.mark.parametrize("seekable", [True, False], ids=["seekable", "pipe"])
def test_an_exception_of_a_file_object_is_raised_unchanged(
    connect: Connect, serve: Serve, kind: type[Exception], operation: Any, seekable: bool
) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    name = "file" if operation is UPLOAD else "body"
    error = kind("of the caller")
    with pytest.raises(kind) as caught:
        client.call(operation, {name: Broken(error, seekable=seekable)})
    assert caught.value is error
    assert not isinstance(caught.value, LvngError)
    assert len(server.requests) <= 1
    assert open_connections(client) == 0
    server.wait_for_connections(0)


@pytest.mark.parametrize(
    "kind",
    [
        httpx.ReadTimeout,
        httpx.ConnectError,
        httpx.StreamClosed,
        httpcore.WriteError,
        h11.LocalProtocolError,
    ],
)
@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
def test_transport_exceptions_of_a_file_object_are_raised_unchanged(
    connect: Connect, serve: Serve, kind: Callable[..., Exception], operation: Any
) -> None:
    server = serve(answer(200, {}))
    error = kind() if kind is httpx.StreamClosed else kind("of the caller")
    name = "file" if operation is UPLOAD else "body"
    with pytest.raises(type(error)) as caught:
        connect(server).call(operation, {name: Broken(error, seekable=True)})
    assert caught.value is error
    assert len(server.requests) <= 1


@kinds
def test_an_exception_of_a_download_callback_is_raised_unchanged(
    connect: Connect, serve: Serve, kind: type[Exception]
) -> None:
    server = serve(answer(200, b"x" * 100_000, {"Content-Type": "application/octet-stream"}))
    client = connect(server)
    error = kind("of the caller")

    def progress(_done: int, _total: int | None) -> None:
        raise error

    with pytest.raises(kind) as caught:
        client.download(DOWNLOAD, {"id": "1"}).save(io.BytesIO(), progress=progress)
    assert caught.value is error
    assert len(server.requests) == 1
    assert open_connections(client) == 0


class FullDisk(io.BytesIO):
    """A file to which nothing can be written."""

    def write(self, _data: Any) -> int:
        raise OSError(28, "No space left on device")


def test_an_exception_of_the_target_file_of_a_download_is_raised_unchanged(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, b"x" * 100_000, {"Content-Type": "application/octet-stream"}))
    with pytest.raises(OSError, match="No space left"):
        connect(server).download(DOWNLOAD, {"id": "1"}).save(FullDisk())


@kinds
def test_an_exception_in_the_body_of_a_loop_is_raised_unchanged(
    connect: Connect, serve: Serve, kind: type[Exception]
) -> None:
    server = serve(chunks(b"data: 1\n\n", b"data: 2\n\n", final=False))
    client = connect(server)
    error = kind("of the caller")
    stream = stream_of(client, CHAT, {"message": "hi"})
    with pytest.raises(kind) as caught, stream:  # noqa: PT012 - a loop it is
        for _ in stream:
            raise error
    assert caught.value is error
    assert open_connections(client) == 0


def test_a_deadline_of_the_sdk_is_not_one_of_the_caller(connect: Connect, serve: Serve) -> None:
    """A TimeoutError of the caller's file stays one, though the call has a deadline that has not passed."""
    error = TimeoutError("of the caller")
    with pytest.raises(TimeoutError) as caught:
        connect(serve(answer(200, {}))).call(
            POST_BYTES, {"body": Broken(error, seekable=True)}, RequestOptions(deadline=30.0)
        )
    assert caught.value is error


def test_a_call_after_an_exception_of_a_file_object_works(connect: Connect, serve: Serve) -> None:
    client = connect(serve(answer(200, {"ok": True})))
    with pytest.raises(OSError, match="of the caller"):
        client.call(POST_BYTES, {"body": Broken(OSError("of the caller"), seekable=True)})
    assert client.call(GET, {"id": "1"}) == {"ok": True}
