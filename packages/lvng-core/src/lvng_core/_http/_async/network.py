"""The network backend of one connection: applies the deadline to every wait, and closes all its sockets.

httpcore passes each read and write a time-out that starts again with every byte. Here it is limited to the time that
remains until the deadline of the call, before each wait.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import httpcore

from ..._deadline import Deadline
from ..._synchronization import async_current_runtime, async_finalize, async_shielded
from ..errors import raised_by_signal_handler
from ..library import Library
from ..sockets import SocketOption, async_addresses, async_backend, async_shut_down

_SLICE = 65_536
"""Maximum number of bytes written within one time-out."""


class AsyncNetwork(httpcore.AsyncNetworkBackend):
    """Opens the sockets of one connection, and keeps references to them until they are closed.

    Args:
        library: the HTTP library of the connection.
        socket_options: options set on the socket, such as keepalive probes.
        is_shared: whether several requests may use the connection at the same time.
    """

    def __init__(
        self, library: Library, socket_options: tuple[SocketOption, ...], *, is_shared: bool = False
    ) -> None:
        self._core = library.core
        self._backend = async_backend(library)
        self._socket_options = socket_options
        self.is_shared: bool = is_shared
        self._runtime = async_current_runtime()
        self._streams: list[httpcore.AsyncNetworkStream] = []
        self._deadline: Deadline | None = None
        self._timeout: float | None = None

    def use(self, deadline: Deadline | None, timeout: float | None) -> None:
        """Set the deadline for the next waits.

        Args:
            deadline: deadline of the call.
            timeout: seconds for operations for which httpcore sets no time-out, such as those of a SOCKS proxy.
        """
        self._deadline, self._timeout = deadline, timeout

    def limit(self, timeout: float | None) -> float | None:
        """The time-out of the next wait in seconds, limited to the remaining time."""
        if timeout is None:
            timeout = self._timeout
        return timeout if self._deadline is None else self._deadline.limit(timeout)

    def raise_network_error(self, error: Exception, kind: str) -> None:
        """Raise the network error for an exception of a socket.

        Args:
            error: the exception raised by the library. An exception of a signal handler is raised again unchanged.
            kind: name of the library's exception to raise for an OSError that the library did not convert.
        """
        for one in (error, error.__cause__):
            if isinstance(one, Exception) and raised_by_signal_handler(one):
                raise one from one.__cause__
        if isinstance(error, OSError):
            raise getattr(self._core, kind)(str(error)) from error

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that accepts the connection."""
        options = [*self._socket_options, *(socket_options or ())]
        try:
            addresses = async_addresses(host, port)
        except OSError as error:
            self.raise_network_error(error, "ConnectError")
            raise
        while True:
            try:
                stream = await self._backend.connect_tcp(
                    addresses.pop(0), port, self.limit(timeout), local_address, options
                )
                return self.opened(stream)
            except Exception as error:
                self.raise_network_error(error, "ConnectError")
                if not addresses or not isinstance(
                    error, (self._core.ConnectError, self._core.ConnectTimeout)
                ):
                    raise

    def opened(self, stream: httpcore.AsyncNetworkStream) -> httpcore.AsyncNetworkStream:
        """Wrap and register a stream of this connection."""
        self._streams.append(stream)
        return AsyncStream(self, stream)

    async def aclose(self) -> None:
        """Close the sockets in any state of the connection, also during a handshake."""
        while self._streams:
            stream = self._streams[-1]  # registered until it is closed, in case of an interrupt
            async_shut_down(stream)
            # Errors while closing a broken connection are irrelevant.
            with suppress(Exception):
                await stream.aclose()
            with suppress(ValueError):  # another thread has closed it as well
                self._streams.remove(stream)

    def __del__(self, finalize: Callable[..., None] = async_finalize) -> None:
        if self._streams:  # closing was interrupted
            try:  # noqa: SIM105 - its name may be gone, too
                finalize(self.aclose, self._runtime)
            except Exception:  # noqa: BLE001, S110 - when Python exits, names may be gone
                pass


class AsyncStream(httpcore.AsyncNetworkStream):
    """A socket that applies the deadline to every wait."""

    def __init__(self, network: AsyncNetwork, stream: httpcore.AsyncNetworkStream) -> None:
        self._network, self._stream = network, stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self._stream.read(max_bytes, self._network.limit(timeout))
        except Exception as error:
            self._network.raise_network_error(error, "ReadError")
            raise

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            if self._network.is_shared:
                # A cancelled task would break the connection for all: the rest of a TLS record would be missing.
                await async_shielded(self._write(buffer, timeout))
            else:
                await self._write(buffer, timeout)
        except Exception as error:
            self._network.raise_network_error(error, "WriteError")
            raise

    async def _write(self, buffer: bytes, timeout: float | None) -> int:
        """Write in slices; returns the number of bytes."""
        if len(buffer) <= _SLICE:
            await self._stream.write(buffer, self._network.limit(timeout))
            return len(buffer)
        for start in range(0, len(buffer), _SLICE):
            piece = buffer[start : start + _SLICE]
            await self._stream.write(piece, self._network.limit(timeout))
        return len(buffer)

    async def aclose(self) -> None:
        await self._network.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            stream = await self._stream.start_tls(
                ssl_context, server_hostname, self._network.limit(timeout)
            )
        except Exception as error:
            self._network.raise_network_error(error, "ConnectError")
            raise
        return self._network.opened(stream)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
