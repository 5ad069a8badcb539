"""Differences between sync and async sockets, and their options."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any, TypeAlias

from .._connection_options import TCPKeepalive
from .library import Library

SocketOption: TypeAlias = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


_TIMES = (("TCP_KEEPIDLE", "idle"), ("TCP_KEEPINTVL", "interval"), ("TCP_KEEPCNT", "count"))


def socket_options(keepalive: TCPKeepalive | None) -> tuple[SocketOption, ...]:
    """The options of every socket."""
    options: list[SocketOption] = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if keepalive is not None:
        options.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
        options += [
            (socket.IPPROTO_TCP, getattr(socket, name), getattr(keepalive, attribute))
            for name, attribute in _TIMES
            if hasattr(socket, name)
        ]
        if not hasattr(socket, "TCP_KEEPIDLE"):  # macOS
            idle = getattr(socket, "TCP_KEEPALIVE", None)
            if idle is not None:
                options.append((socket.IPPROTO_TCP, idle, keepalive.idle))
    return tuple(options)


def async_backend(library: Library) -> Any:
    """The network backend of the library; anyio's runs under asyncio and trio."""
    return library.core.AnyIOBackend()


def sync_backend(library: Library) -> Any:
    """The network backend of the library."""
    return library.core.SyncBackend()


def async_shut_down(_stream: Any) -> None:
    """Do nothing: closing wakes the tasks that read."""


def sync_shut_down(stream: Any) -> None:
    """Wake threads that read from a socket; closing it would leave them waiting."""
    with suppress(OSError):
        stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def async_addresses(host: str, _port: int) -> list[str]:
    """The host itself: anyio resolves it without blocking, and tries its addresses in turn."""
    return [host]


def sync_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, each to be tried within the remaining time.

    The duration of the DNS look-up is determined by the operating system.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]
