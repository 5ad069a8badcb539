"""The routes of the page: one document for all its URLs, and its assets."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ..http.local_access import is_from_here, is_rebound
from ..platform.platform import Platform

VIEWS = (
    "/",
    "/requests",
    "/requests/{number}",
    "/records",
    "/records/{kind}",
    "/records/{kind}/{id}",
    "/emails",
    "/emails/{id}",
    "/notifications",
    "/notifications/{id}",
    "/deliveries",
    "/deliveries/{id}",
    "/control",
    "/reference",
    "/help",
)
"""Paths of the page; `routes.js` has the view of each."""

_ASSETS = Path(__file__).parent / "assets"
# Not from the system's table: with another type for scripts, browsers refuse them.
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_TOKEN = "{{ token }}"  # noqa: S105 - the placeholder in the document
# No external content, no inline scripts and styles; `data:` is for images in the style of Swagger UI.
_POLICY = (
    "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page_routes(platform: Platform, token: str) -> list[Route]:
    """The routes of the page, and of the API's document.

    Args:
        platform: the platform.
        token: token of the control API. The page contains it if it is opened on this machine; elsewhere, such as
            outside of the container of the sandbox, the page takes it from its URL, or asks for it.
    """

    async def view(request: Request) -> Response:
        _check_host(request)
        html = (_ASSETS / "index.html").read_text("utf-8")
        html = html.replace(_TOKEN, token if is_from_here(request) else "")
        return HTMLResponse(html, headers={**_HEADERS, "Cache-Control": "no-store"})

    async def asset(request: Request) -> Response:
        _check_host(request)
        file = (_ASSETS / request.path_params["path"]).resolve()
        media_type = _MEDIA_TYPES.get(file.suffix)
        if media_type is None or not file.is_relative_to(_ASSETS.resolve()) or not file.is_file():
            raise HTTPException(404)
        headers = {**_HEADERS, "Cache-Control": "no-cache"}
        return FileResponse(file, headers=headers, media_type=media_type)

    async def document(_request: Request) -> Response:
        return JSONResponse(platform.served.document)

    return [
        *(Route(path, view) for path in VIEWS),
        Route("/_page/{path:path}", asset),
        Route("/openapi.json", document),
    ]


def _check_host(request: Request) -> None:
    """Refuse foreign Host headers, so that another site cannot read the page by DNS rebinding."""
    if is_rebound(request):
        raise HTTPException(403, "The page is available only under localhost")
