"""TLS for the hostile server: a certificate of `localhost` that nobody else has signed."""

from __future__ import annotations

import ssl
from pathlib import Path

from .hostile import Exchange, Step

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Key and certificate, valid for a hundred years."""


def over_tls(step: Step) -> Step:
    """A step that makes a handshake, reads one request and answers it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def handshake(exchange: Exchange) -> None:
        exchange.socket = context.wrap_socket(exchange.socket, server_side=True)
        with exchange.socket:
            exchange.socket.recv(65_536)
            step(exchange)
        exchange.open = False

    return handshake
