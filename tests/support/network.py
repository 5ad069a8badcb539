"""Addresses of this machine."""

from __future__ import annotations

import socket

import pytest


def own_address() -> str:
    """An address of this machine that is not loopback, as another machine or a container has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            pytest.skip("this machine has no network")
        address: str = probe.getsockname()[0]
    return address
