"""Access control for the page and the control API: only programs on this machine, and no web page of another site."""

from __future__ import annotations

from starlette.requests import Request

from ..network import is_loopback


def is_rebound(request: Request) -> bool:
    """Whether a request to this machine has a foreign Host header: DNS rebinding by a page of another site."""
    server, asked = request.scope["server"][0], request.url.hostname or ""
    return is_loopback(server) and not (asked == "localhost" or is_loopback(asked))


def is_from_here(request: Request) -> bool:
    """Whether a request comes from this machine."""
    return request.client is not None and is_loopback(request.client.host)
