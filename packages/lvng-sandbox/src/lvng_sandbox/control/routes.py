"""The control API over HTTP, as its `openapi.yaml` describes it."""

from __future__ import annotations

import functools
import hmac
import inspect
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

import yaml
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from ..contract.document import Contract, Operation
from ..contract.validation import Validation
from ..http.cors import cors_headers
from ..http.local_access import is_from_here, is_rebound
from ..http.requests import read_body
from ..problems import Problem, forbidden, invalid, unauthorized
from .control import Control
from .presentation import as_json

PREFIX = "/_sandbox"
BINARY = "application/octet-stream"
_BODY_LIMIT = 1024 * 1024 * 1024


@functools.cache
def load() -> Contract:
    """The description of the control API."""
    text = resources.files(str(__package__)).joinpath("openapi.yaml").read_text("utf-8")
    return Contract(yaml.load(text, yaml.CSafeLoader))


def control_route(control: Control, token: str, *, remote: bool) -> Mount:
    """The route below which the control API is.

    Args:
        control: the sandbox.
        token: opens the API.
        remote: whether requests from other machines are let in with the token.
    """
    contract = load()
    validation = Validation(contract)

    async def document(_request: Request) -> Response:
        return JSONResponse(contract.document)

    def endpoint(operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        async def respond(request: Request) -> Response:
            _check_access(request, token, remote=remote)
            arguments = await _arguments(request, validation, operation)
            result = await _call(control, operation, arguments)
            if isinstance(result, bytes):
                return Response(result, operation.status, media_type=BINARY)
            bodies = arguments.get("bodies", operation.id == "request")
            return JSONResponse(as_json(result, bodies=bodies), operation.status)

        return respond

    async def fail(request: Request, error: Exception) -> Response:
        if isinstance(error, Problem):
            return JSONResponse(error.body, error.status, dict(error.headers))
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for these two alone
        body = {"success": False, "error": f"{error.detail}: {request.method} {request.url.path}"}
        return JSONResponse(body, error.status_code, error.headers)

    routes = [Route("/openapi.json", document)]
    for operation in contract.operations.values():
        path = operation.path.removeprefix(PREFIX)
        routes.append(Route(path, endpoint(operation), methods=[operation.method]))
    app = Starlette(
        routes=_in_order(routes), exception_handlers={Problem: fail, HTTPException: fail}
    )
    app.router.redirect_slashes = False
    return Mount(PREFIX, app=_WithCors(app))


def _check_access(request: Request, token: str, *, remote: bool) -> None:
    """Check that a request may control the sandbox.

    Raises:
        Problem: 403: it comes from elsewhere; 401: it has not the token.
    """
    if is_rebound(request):
        raise forbidden("The control API is there under localhost alone", "Use http://127.0.0.1")
    if not remote and not is_from_here(request):
        raise forbidden(
            "The control API is for programs on this machine",
            "Start the sandbox with --token to open it to others that have the token",
        )
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(
        given.strip().encode(), token.encode()
    ):
        raise unauthorized(
            "The control API needs the token of the sandbox",
            "Send LVNG_SANDBOX_TOKEN, which `lvng-sandbox serve` prints, as Authorization: Bearer",
        )


async def _arguments(
    request: Request, validation: Validation, operation: Operation
) -> dict[str, Any]:
    """The arguments of a call: parameters of the path and the query, and members of the body.

    Raises:
        Problem: 400: they are not as the document says.
    """
    known = [one.name for one in operation.query()]
    for name in request.query_params:
        if name not in known:
            expected = ", ".join(known) or "none"
            raise invalid([(name, f"is not a parameter; those of {operation.id} are: {expected}")])
    content = await read_body(request, _BODY_LIMIT)
    if operation.body_media_type == BINARY:
        return {"content": content}
    return {
        **validation.parameters(operation, "path", request.path_params.items()),
        **validation.parameters(operation, "query", request.query_params.multi_items()),
        **(validation.body(operation, content) if operation.body_media_type else {}),
    }


async def _call(control: Control, operation: Operation, arguments: dict[str, Any]) -> Any:
    """The result of the method that an operation names.

    Raises:
        Problem: 404: something does not exist; 400: an argument is not valid.
    """
    given = {name: value for name, value in arguments.items() if name != "bodies"}
    try:
        result = getattr(control, operation.id)(**given)
        return await result if inspect.isawaitable(result) else result
    except (LookupError, ValueError) as error:
        status = 404 if isinstance(error, LookupError) else 400
        raise Problem(status, {"success": False, "error": str(error)}) from None


def _in_order(routes: list[Route]) -> list[Route]:
    """Fixed paths before those with parameters."""
    return sorted(routes, key=lambda route: route.path.count("{"))


class _WithCors:
    """Lets pages on this machine read the responses; without the token they get nothing."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = cors_headers(Request(scope)) if scope["type"] == "http" else {}

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                more = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, send_with_headers)
