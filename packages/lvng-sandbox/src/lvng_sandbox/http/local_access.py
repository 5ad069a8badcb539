"""Who may reach the page and the control API: programs on this machine, and no web page of elsewhere."""

from __future__ import annotations

from starlette.requests import Request

from ..network import is_loopback


def is_rebound(request: Request) -> bool:
    """Whether a request has reached this machine under another host name: another site's page, by DNS rebinding."""
    server, asked = request.scope["server"][0], request.url.hostname or ""
    return is_loopback(server) and not (asked == "localhost" or is_loopback(asked))


def is_from_here(request: Request) -> bool:
    """Whether a request comes from this machine."""
    return request.client is not None and is_loopback(request.client.host)
