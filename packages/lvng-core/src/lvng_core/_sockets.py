"""Sockets that keep a deadline and leave nothing behind.

Async code is interrupted when its time is up; a thread cannot be. So blocking sockets are given `TimeLeft`s,
which are cut anew before each wait: an answer that drips in would outlast any other time-out.

httpcore closes a connection whose handshake fails, but not one whose handshake is given up.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from typing import Any

import anyio
import httpcore

from ._deadline import TimeLeft, cut

_PIECE = 65_536
"""Bytes written under one time-out."""


class TimedBackend(httpcore.NetworkBackend):
    """Makes connections whose every wait keeps the deadline."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers; each is given what is left."""
        # Without a deadline the backend tries them all by itself, each with the whole time-out.
        addresses = _addresses(host, port) if isinstance(timeout, TimeLeft) else [host]
        while True:
            try:
                return TimedSocket(
                    self._backend.connect_tcp(
                        addresses.pop(0), port, cut(timeout), local_address, socket_options
                    )
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not addresses:
                    raise


def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a host. How long it takes to look them up is for the operating system to say."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(error) from error
    return [str(address[0]) for *_, address in found]


class TimedSocket(httpcore.NetworkStream):
    """A connection whose every wait keeps the deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, cut(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], cut(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            return TimedSocket(self._stream.start_tls(ssl_context, server_hostname, cut(timeout)))
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Makes connections that are closed when their handshake is given up."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return AsyncSocket(
            await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        )


class AsyncSocket(httpcore.AsyncNetworkStream):
    """A connection that is closed when its handshake is given up."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
