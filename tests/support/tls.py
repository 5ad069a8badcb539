"""TLS for the scripted server, with a self-signed certificate for `localhost`."""

from __future__ import annotations

import ssl
from pathlib import Path

from .scripted_server import Exchange, Step

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""Key and certificate, valid for a hundred years."""


def over_tls(step: Step) -> Step:
    """A step that makes a TLS handshake, reads one request and responds with `step`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def handshake(exchange: Exchange) -> None:
        exchange.socket = context.wrap_socket(exchange.socket, server_side=True)
        with exchange.socket:
            exchange.socket.recv(65_536)
            step(exchange)
        exchange.open = False

    return handshake
