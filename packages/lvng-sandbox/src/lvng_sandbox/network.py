"""Recognize addresses of this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host of a URL; empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as a bracket that is not closed
        return ""


def is_local(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = host_of(url)
    return host == "localhost" or is_loopback(host)


def is_loopback(host: str) -> bool:
    """Whether a host is an IP address of the loopback interface."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
