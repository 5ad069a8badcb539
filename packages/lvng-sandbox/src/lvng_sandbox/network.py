"""Which addresses belong to this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_local(url: str) -> bool:
    """Whether a URL points to this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # such as a bracket that is not closed
        return False
    return host == "localhost" or is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether a host is an IP address of the loopback interface."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
