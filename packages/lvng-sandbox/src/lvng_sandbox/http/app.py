"""HTTP in front of the platform: each request through the same steps, from authentication to the answer."""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ..contract.document import Operation
from ..contract.validation import Validation
from ..engines.engine import Answers, EngineCallNeeded
from ..platform.call import Binary, Call, Events
from ..platform.caller import NOBODY, Caller
from ..platform.context import Context
from ..platform.crud import handler_for
from ..platform.platform import Platform
from ..platform.registry import Handler
from ..problems import Problem, failed
from ..usage.audit import record_change, record_request
from . import fault_injection as breakage
from .authentication import authenticate
from .faults import Faults
from .idempotency import IdempotencyKeys, IdempotentRequest, idempotent_request
from .rate_limits import Limits
from .requests import read_body, read_call

logger: logging.Logger = logging.getLogger("lvng_sandbox")

Observer = Callable[[Request, "Outcome"], None]


@dataclass(slots=True)
class Outcome:
    """What became of a request."""

    operation: Operation
    status: int
    body: Any
    headers: Mapping[str, str]
    caller: Caller = NOBODY
    request_id: str = field(default_factory=lambda: f"req_{secrets.token_hex(8)}")
    content: bytes = field(default=b"", repr=False)
    seconds: float = 0.0


@dataclass(slots=True)
class Service:
    """Answers requests for operations.

    Args:
        platform: the platform.
        limits: counts requests.
        faults: what goes wrong on demand.
        body_limit: bytes that a body may have.
        check_answers: answer 500 where an answer of our own does not conform to the contract.
    """

    platform: Platform
    limits: Limits
    faults: Faults
    body_limit: int
    check_answers: bool
    observers: list[Observer] = field(default_factory=list)
    validation: Validation = field(init=False)
    idempotency: IdempotencyKeys = field(init=False)

    def __post_init__(self) -> None:
        self.validation = Validation(self.platform.contract)
        self.idempotency = IdempotencyKeys(self.platform.store)

    async def answer(self, operation: Operation, handler: Handler, request: Request) -> Response:
        """Do one request."""
        begun = time.perf_counter()
        try:
            fault = self.faults.take(operation.id, request.headers)
            if (
                fault is not None
                and (response := await breakage.before(fault, request)) is not None
            ):
                return response
        except Problem as problem:
            return _json(problem.status, problem.body, problem.headers)
        outcome = await self._outcome(operation, handler, request)
        outcome.seconds = time.perf_counter() - begun
        for observe in self.observers:
            observe(request, outcome)
        response = _response(outcome)
        return response if fault is None else await breakage.after(fault, request, response)

    async def _outcome(self, operation: Operation, handler: Handler, request: Request) -> Outcome:
        outcome = Outcome(operation, 500, None, {})
        headers = {"X-Request-Id": outcome.request_id}
        try:
            headers |= self.limits.count(_who(request), operation.tag)
            outcome.content = await read_body(request, self.body_limit)
            outcome.caller = authenticate(self.platform, request.headers, operation)
            outcome.status, outcome.body = await self._do(operation, handler, request, outcome)
        except Problem as problem:
            self._refuse(outcome, problem)
            headers |= problem.headers
        except Exception:
            logger.exception("%s failed", operation.id)
            self._refuse(outcome, failed())
        outcome.headers = headers
        self.platform.jobs.changed()
        return outcome

    def _refuse(self, outcome: Outcome, problem: Problem) -> None:
        """Answer with a problem, and count it: what was done is undone, with its count."""
        outcome.status, outcome.body = problem.status, problem.body
        with self.platform.store.transaction():
            record_request(
                Context(self.platform, outcome.caller), outcome.operation, outcome.status
            )

    async def _do(
        self, operation: Operation, handler: Handler, request: Request, outcome: Outcome
    ) -> tuple[int, Any]:
        """Do the work of a request in one transaction; status and body of the answer.

        Where it asks the engine, it is undone and done again with the answer.
        """
        caller, content = outcome.caller, outcome.content
        call = await read_call(request, content, self.platform, self.validation, operation, caller)
        call.client = request.client.host if request.client else None
        call.request_id = outcome.request_id
        store = self.platform.store
        repeated = idempotent_request(request, content, operation, caller)
        answers: Answers = {}
        while True:
            self.platform.answers = answers
            try:
                with store.transaction():
                    status, body = self._done(call, handler, repeated)
                    record_request(call, operation, status)
            except EngineCallNeeded as asks:
                await asks.ask(answers)
            else:
                return status, body

    def _done(
        self, call: Call, handler: Handler, repeated: IdempotentRequest | None
    ) -> tuple[int, Any]:
        """Do a call, unless it was done before."""
        operation = call.operation
        if repeated is not None and (earlier := self.idempotency.find(repeated)) is not None:
            return earlier
        body = handler(call)
        if isinstance(body, Problem):  # returned, not raised: what was done stays done
            return body.status, body.body
        self._check(operation, body)
        if repeated is not None:
            self.idempotency.add(repeated, operation.status, body)
        record_change(call, body)
        return operation.status, body

    def _check(self, operation: Operation, body: Any) -> None:
        """Fail where an answer of ours is not what the contract says."""
        if not self.check_answers or operation.response_media_type != "application/json":
            return
        if errors := self.validation.response_errors(operation, body):
            raise AssertionError(
                f"{operation.id} answers what is not in the contract: {errors[:3]}"
            )


def make_app(service: Service, page: Sequence[BaseRoute]) -> ASGIApp:
    """The application: the API, and the routes of the page beside it."""
    routes = _routes(service)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with service.platform.jobs.running():
            yield

    rest = Starlette(
        routes=page,
        lifespan=lifespan,
        exception_handlers={HTTPException: _unknown},  # type: ignore[dict-item]  # it gets what it names
    )
    # No redirection to the address with or without a slash: it would be made of the Host header.
    rest.router.redirect_slashes = False

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # Starlette wraps `send`; a fault that breaks the connection needs the server's own.
        scope[breakage.SEND] = send
        for one in routes.get(_group(scope.get("path", "")), ()):
            if match := one.path_regex.match(scope["path"]):
                # Straight to where Starlette would come to through all of its layers.
                scope["path_params"] = match.groupdict()
                request = Request(scope, receive)
                methods = one.methods or ()
                if scope["method"] in methods:
                    response = await one.endpoint(request)
                else:
                    error = HTTPException(405, headers={"Allow": ", ".join(methods)})
                    response = await _unknown(request, error)
                await response(scope, receive, send)
                return
        await rest(scope, receive, send)

    return app


def _routes(service: Service) -> dict[str, list[Route]]:
    """A route for each path, in groups by its first segments, so that few are tried for a request."""
    platform = service.platform
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in platform.contract.operations.values():
        by_path.setdefault(operation.path, {})[operation.method] = operation
    groups: dict[str, list[Route]] = {}
    # Static segments win over parameters: `{` comes after every letter.
    for path in sorted(by_path):
        handlers = {
            method: (
                operation,
                handler_for(platform.contract, platform.kinds_by_path, operation)[0],
            )
            for method, operation in by_path[path].items()
        }
        endpoint = _endpoint(service, handlers)
        groups.setdefault(_group(path), []).append(Route(path, endpoint, methods=list(handlers)))
    return groups


def _group(path: str) -> str:
    """What the paths of one group begin with: `/api/v2/channels`, `/api/knowledge`."""
    parts = path.split("/")
    return "/".join(parts[: 4 if parts[2:3] == ["v2"] else 3])


def _endpoint(
    service: Service, handlers: Mapping[str, tuple[Operation, Handler]]
) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        operation, handler = handlers[method]
        return await service.answer(operation, handler, request)

    return endpoint


async def _unknown(_request: Request, error: HTTPException) -> Response:
    """No such address, or no such method there."""
    return _json(error.status_code, {"success": False, "error": error.detail}, error.headers or {})


def _who(request: Request) -> str:
    """Whose requests are counted together: a credential's, else an address's."""
    credential = request.headers.get("authorization") or request.headers.get("x-api-key")
    return credential or (request.client.host if request.client else "")


def _response(outcome: Outcome) -> Response:
    body = outcome.body
    if isinstance(body, Events):
        return StreamingResponse(
            _encode(body),
            media_type="text/event-stream",
            headers={**outcome.headers, "Cache-Control": "no-cache"},
        )
    if isinstance(body, Binary):
        name = quote(body.name)
        disposition = f"attachment; filename*=UTF-8''{name}"
        return Response(
            body.content,
            media_type=body.media_type,
            headers={**outcome.headers, "Content-Disposition": disposition},
        )
    return _json(outcome.status, body, outcome.headers)


def _json(status: int, body: Any, headers: Mapping[str, str]) -> Response:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    media = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    return Response(content, status, headers=dict(headers), media_type=media)


async def _encode(events: Events) -> AsyncIterator[bytes]:
    async for name, data in events.source:
        payload = json.dumps(data, ensure_ascii=False)
        yield f"event: {name}\ndata: {payload}\n\n".encode()
