"""The ASGI application: the API, the page, and the control API."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from .cors import preflight_response
from .pipeline import Pipeline
from .routes import Routes


def make_app(pipeline: Pipeline, others: Sequence[BaseRoute]) -> ASGIApp:
    """Make the application.

    Args:
        pipeline: handles requests for operations.
        others: the other routes.
    """
    routes = Routes(pipeline.platform)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with pipeline.platform.jobs.running():
            yield

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
        if error.status_code == 404 and (near := routes.nearest(request.scope)):
            asked = f"{request.method} {request.scope['path']}"
            error = HTTPException(404, f"There is no {asked}; the nearest operation is {near}")
        return pipeline.refuse(request, error)

    rest = Starlette(routes=others, lifespan=lifespan, exception_handlers={HTTPException: refuse})
    # A redirect that adds or removes a slash would repeat the Host header of the request.
    rest.router.redirect_slashes = False

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if preflight := preflight_response(scope):
            await preflight(scope, receive, send)
            return
        try:
            target = routes.find(scope)
        except HTTPException as error:
            await pipeline.refuse(Request(scope, receive), error)(scope, receive, send)
            return
        if target is None:
            await rest(scope, receive, send)
        else:
            # Bypasses the middleware of Starlette, which operations do not need.
            await pipeline.respond(Request(scope, receive), target, send)

    return app
