"""The sockets of one connection: every wait keeps the deadline, and closing leaves nothing open.

httpcore hands each read and write a time-out that starts anew with every byte. Here it is cut to what the
deadline of the call leaves, before each wait.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import httpcore

from ..._deadline import Deadline
from ..._synchronization import async_current_runtime, async_finalize
from ..errors import raised_by_signal_handler
from ..library import Library
from ..sockets import SocketOption, async_addresses, async_backend, async_shut_down

_SLICE = 65_536
"""Bytes written under one time-out."""


class AsyncNetwork(httpcore.AsyncNetworkBackend):
    """Opens the socket of one connection, and keeps track of it until it is closed.

    Args:
        library: whose connection it is.
        socket_options: set on the socket, such as keepalive probes.
    """

    def __init__(self, library: Library, socket_options: tuple[SocketOption, ...]) -> None:
        self._core = library.core
        self._backend = async_backend(library)
        self._socket_options = socket_options
        self._runtime = async_current_runtime()
        self._streams: list[httpcore.AsyncNetworkStream] = []
        self._deadline: Deadline | None = None
        self._timeout: float | None = None

    def use(self, deadline: Deadline | None, timeout: float | None) -> None:
        """Set the deadline for the next waits.

        Args:
            deadline: of its call.
            timeout: seconds for operations that httpcore gives no time-out, such as those of a SOCKS proxy.
        """
        self._deadline, self._timeout = deadline, timeout

    def limit(self, timeout: float | None) -> float | None:
        """Seconds that the next wait may take."""
        if timeout is None:
            timeout = self._timeout
        return timeout if self._deadline is None else self._deadline.limit(timeout)

    def raise_network_error(self, error: Exception, kind: str) -> None:
        """Raise the network error that an exception of a socket stands for.

        Args:
            error: as the library raised it. What a signal handler raised is raised again as it was.
            kind: name of the library's exception for an OSError that it let through.
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
        """Connect to the first address of the host that answers."""
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
        """A stream of this connection."""
        self._streams.append(stream)
        return AsyncStream(self, stream)

    async def aclose(self) -> None:
        """Close the socket, wherever the connection stands: also in the middle of a handshake."""
        while self._streams:
            stream = self._streams[-1]  # known until it is closed, lest an interrupt lose it
            async_shut_down(stream)
            # Errors of a broken connection while it is closed are of no use.
            with suppress(Exception):
                await stream.aclose()
            with suppress(ValueError):  # another thread has closed it too
                self._streams.remove(stream)

    def __del__(self, finalize: Callable[..., None] = async_finalize) -> None:
        if self._streams:  # closing was interrupted
            try:  # noqa: SIM105 - its name may be gone, too
                finalize(self.aclose, self._runtime)
            except Exception:  # noqa: BLE001, S110 - when Python exits, names may be gone
                pass


class AsyncStream(httpcore.AsyncNetworkStream):
    """A socket whose every wait keeps the deadline."""

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
            if len(buffer) <= _SLICE:
                await self._stream.write(buffer, self._network.limit(timeout))
                return
            for start in range(0, len(buffer), _SLICE):
                piece = buffer[start : start + _SLICE]
                await self._stream.write(piece, self._network.limit(timeout))
        except Exception as error:
            self._network.raise_network_error(error, "WriteError")
            raise

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
