"""The page at `/`: recent requests, stored records and the API reference. Its own requests are not logged."""

from __future__ import annotations

from importlib import resources

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ..platform.platform import Platform
from .local_access import is_from_here, is_rebound

_TOKEN = "{{ token }}"  # noqa: S105 - the placeholder in the page
# The page contains its script and style, and connects to this server only.
_POLICY = "default-src 'none'; connect-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'"


def dashboard_routes(platform: Platform, token: str) -> list[Route]:
    """The routes of the page and of the API's document.

    Args:
        platform: the platform.
        token: opens the control API; the page contains it when it is opened on this machine.
    """

    async def index(request: Request) -> Response:
        if is_rebound(request):
            raise HTTPException(403, "The page is there under localhost alone")
        html = resources.files(str(__package__)).joinpath("dashboard.html").read_text("utf-8")
        html = html.replace(_TOKEN, token if is_from_here(request) else "")
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        return HTMLResponse(html, headers=headers)

    async def document(_request: Request) -> Response:
        return JSONResponse(platform.contract.document)

    return [Route("/", index), Route("/openapi.json", document)]
