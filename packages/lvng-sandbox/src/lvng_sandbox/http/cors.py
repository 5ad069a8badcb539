"""Cross-origin requests: only pages served on this machine may call the API."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from ..network import is_local

_METHODS = "GET, POST, PUT, PATCH, DELETE"
_EXPOSED = (
    "ETag, Retry-After, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "Content-Disposition"
)
_MAX_AGE = "600"
"""Seconds for which a browser caches the response to a preflight request."""


def cors_headers(given: Mapping[str, str]) -> dict[str, str]:
    """The CORS headers for a request with these headers; none for pages from elsewhere."""
    origin = given.get("origin", "")
    if not is_local(origin):
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": _EXPOSED,
        "Vary": "Origin",
    }


def preflight_response(scope: Scope) -> Response | None:
    """The response to a preflight request of a page on this machine; None for any other request."""
    if scope["type"] != "http" or scope["method"] != "OPTIONS":
        return None
    headers = Headers(scope=scope)
    if "access-control-request-method" not in headers or not is_local(headers.get("origin", "")):
        return None
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": headers["origin"],
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": headers.get("access-control-request-headers", "*"),
            "Access-Control-Max-Age": _MAX_AGE,
            "Vary": "Origin, Access-Control-Request-Headers",
        },
    )
