"""The control API over HTTP, as described in `openapi.yaml`."""

from __future__ import annotations

import functools
import hmac
import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from importlib import resources
from typing import Any

import yaml
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from ..contract.document import Contract, Operation
from ..contract.validation import Validation
from ..http.cors import cors_headers
from ..http.local_access import is_rebound
from ..http.requests import read_body
from ..problems import Problem, forbidden, invalid, unauthorized
from .control import Control
from .presentation import as_json

PREFIX = "/_sandbox"
BINARY = "application/octet-stream"
Endpoint = Callable[[Request], Awaitable[Response]]
_BODY_LIMIT = 1024 * 1024 * 1024


@functools.cache
def load() -> Contract:
    """The description of the control API."""
    text = resources.files(str(__package__)).joinpath("openapi.yaml").read_text("utf-8")
    return Contract(yaml.load(text, yaml.CSafeLoader))


def control_route(control: Control, token: str) -> Mount:
    """The route of the control API.

    Args:
        control: the sandbox.
        token: token that allows access.
    """
    contract = load()
    validation = Validation(contract)

    async def document(_request: Request) -> Response:
        return JSONResponse(contract.document)

    def endpoint(operation: Operation) -> Endpoint:
        async def respond(request: Request) -> Response:
            _check_access(request, token)
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
    for path, operations in _by_path(contract):
        endpoints = {operation.method: endpoint(operation) for operation in operations}
        routes.append(Route(path, _dispatch(endpoints), methods=list(endpoints)))
    app = Starlette(
        routes=_in_order(routes), exception_handlers={Problem: fail, HTTPException: fail}
    )
    app.router.redirect_slashes = False
    return Mount(PREFIX, app=_WithCors(app))


def _check_access(request: Request, token: str) -> None:
    """Check that a request may control the sandbox.

    Raises:
        Problem: 403: it has a foreign Host header; 401: it does not have the token.
    """
    if is_rebound(request):
        raise forbidden("The control API is available only under localhost", "Use http://127.0.0.1")
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
    """Read the arguments of a call: path and query parameters, and members of the body.

    Raises:
        Problem: 400: they do not conform to the document.
    """
    known = [one.name for one in operation.query()]
    for name in request.query_params:
        if name not in known:
            expected = ", ".join(known) or "none"
            raise invalid([(name, f"is not a parameter; those of {operation.id} are: {expected}")])
    content = await read_body(request, request.headers, _BODY_LIMIT)
    if operation.body_media_type == BINARY:
        return {"content": content}
    return {
        **validation.parameters(operation, "path", request.path_params.items()),
        **validation.parameters(operation, "query", request.query_params.multi_items()),
        **(validation.body(operation, content) if operation.body_media_type else {}),
    }


async def _call(control: Control, operation: Operation, arguments: dict[str, Any]) -> Any:
    """Call the method of an operation.

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


def _by_path(contract: Contract) -> Iterator[tuple[str, list[Operation]]]:
    """The operations of each path: with one route for all of them, `Allow` has all methods of a path."""
    paths: dict[str, list[Operation]] = {}
    for operation in contract.operations.values():
        paths.setdefault(operation.path.removeprefix(PREFIX), []).append(operation)
    yield from paths.items()


def _dispatch(endpoints: Mapping[str, Endpoint]) -> Endpoint:
    """An endpoint that calls that of the request's method; HEAD is a GET."""

    async def respond(request: Request) -> Response:
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return respond


def _in_order(routes: list[Route]) -> list[Route]:
    """Fixed paths before those with parameters."""
    return sorted(routes, key=lambda route: route.path.count("{"))


class _WithCors:
    """Adds CORS headers for pages on this machine, which still need the token."""

    def __init__(self, app: Starlette) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = cors_headers(Headers(scope=scope)) if scope["type"] == "http" else {}

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                more = [(name.lower().encode(), text.encode()) for name, text in headers.items()]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, send_with_headers)
