"""Addresses of this machine: recognize them, and listen on them."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host of a URL; empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as a bracket that is not closed
        return ""


def is_local(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = host_of(url) if url else ""
    return host == "localhost" or is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether a host is an IP address of the loopback interface."""
    try:
        return bool(host) and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Open a TCP socket that listens on an address.

    Args:
        host: IP address or host name.
        port: the port; 0 for a free one.

    Raises:
        OSError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Explicitly TCP: only then does asyncio set TCP_NODELAY, and send small responses at once.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
    except BaseException:
        listener.close()
        raise
    return listener
