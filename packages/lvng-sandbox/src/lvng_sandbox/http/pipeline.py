"""The pipeline of every request.

For an operation: fault, rate limit, authentication, reading, checks, idempotency, transaction, response, observers. A
step refuses a request by raising a `Problem`. Observers also see refused requests and requests for unknown operations.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from ..contract.document import Operation
from ..contract.validation import Validation
from ..engines.engine import Answers, EngineCallNeeded, StreamedAnswer
from ..platform.call import Call
from ..platform.caller import NOBODY, Caller
from ..platform.context import Context
from ..platform.platform import Platform
from ..platform.registry import Handler
from ..problems import Problem, failed, invalid, storage_failed
from ..usage.audit import record_change, record_request
from ..workspace.guests import caller_for
from .adaptations import Adaptation
from .authentication import authenticate
from .cors import cors_headers
from .deviations import Deviation, deviations
from .etags import revalidated
from .fault_injection import ConnectionAborted, inject_after, inject_before
from .faults import Fault, Faults
from .idempotency import IdempotencyKeys, IdempotentRequest, idempotent_request
from .rate_limits import RateLimits
from .requests import read_body, read_call
from .responses import make_response

logger: logging.Logger = logging.getLogger("lvng_sandbox")

Observer: TypeAlias = "Callable[[Request, Outcome], None]"


@dataclass(frozen=True, slots=True)
class Target:
    """An operation and the function that handles it.

    Attributes:
        operation: the operation.
        handler: the function.
        adaptation: the form in which the function knows the operation, if that is another one.
    """

    operation: Operation
    handler: Handler
    adaptation: Adaptation | None = None

    def response(self, body: Any) -> Any:
        """What the handler returned as it is served."""
        return self.adaptation.response(body) if self.adaptation else body


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a request.

    Attributes:
        operation: id of the operation; empty if there is none with this path and method.
        content: the body of the request, as far as it was read.
        status: status of the response; 0 if the connection was reset instead.
        body: body of the response: JSON, `Events` or `Binary`.
        headers: headers of the response.
        fault: the fault that was injected.
        deviations: elements of the request that are not in the contract.
        elapsed: seconds until the response began.
        user_id: the caller; empty without authentication.
        response: content of the response; empty for a stream.
    """

    operation: str
    content: bytes = field(repr=False)
    status: int
    body: Any = field(repr=False)
    headers: Mapping[str, str]
    fault: Fault | None
    deviations: tuple[str, ...]
    elapsed: float
    user_id: str
    response: bytes = field(repr=False)


@dataclass(slots=True)
class _Exchange:
    """A request for an operation, with the results of the steps so far."""

    request: Request
    given: Mapping[str, str]
    """The headers of the request, by lower-case name."""
    target: Target
    send: Send
    resources: contextlib.AsyncExitStack
    """Closed once the response was sent."""
    request_id: str
    fault: Fault | None = None
    headers: dict[str, str] = field(default_factory=dict)
    """The headers of the response."""
    caller: Caller = NOBODY
    content: bytes = b""
    deviations: Sequence[Deviation] = ()


class Pipeline:
    """Handles requests.

    Args:
        platform: the platform.
        rate_limits: counts requests.
        faults: the faults to inject.
        body_limit: maximum size of a request body in bytes.
        check_responses: whether to respond 500 instead of a response that does not conform to the contract.
        strict: whether to respond 400 to requests with deviations.
        observers: called with each request and its outcome.
    """

    def __init__(
        self,
        platform: Platform,
        rate_limits: RateLimits,
        faults: Faults,
        *,
        body_limit: int,
        check_responses: bool,
        strict: bool,
        observers: tuple[Observer, ...],
    ) -> None:
        self.platform = platform
        self._rate_limits = rate_limits
        self._faults = faults
        self._body_limit = body_limit
        self._check_responses = check_responses
        self._strict = strict
        self._observers = observers
        self._validation = Validation(platform.served)
        self._idempotency = IdempotencyKeys(platform.store)

    async def respond(self, request: Request, target: Target, send: Send) -> None:
        """Process a request for an operation, and send the response."""
        started = time.perf_counter()
        given = dict(request.headers.items())
        async with contextlib.AsyncExitStack() as resources:
            exchange = _Exchange(
                request,
                given,
                target,
                send,
                resources,
                self.platform.random.id("req_0"),
                headers=cors_headers(given),
            )
            status, body = await self._result(exchange)
            self.platform.jobs.changed()
            response = make_response(status, body, exchange.headers, resources)
            if exchange.fault is None and status == 200:
                response = revalidated(request.method, given, response)
                status = response.status_code
            outcome = Outcome(
                target.operation.id,
                exchange.content,
                status,
                body,
                exchange.headers,
                exchange.fault,
                tuple(f"{name} {what}" for name, what in exchange.deviations),
                time.perf_counter() - started,
                exchange.caller.user_id,
                _content(response),
            )
            self._observe(request, outcome)
            if exchange.fault is not None:
                response = inject_after(exchange.fault, response, send)
            await response(request.scope, request.receive, send)

    def refuse(self, request: Request, error: HTTPException) -> Response:
        """The response to a request for an unknown path or method."""
        body, headers = {"success": False, "error": error.detail}, dict(error.headers or {})
        headers |= cors_headers(request.headers)
        response = make_response(error.status_code, body, headers)
        outcome = Outcome(
            "", b"", error.status_code, body, headers, None, (), 0.0, "", _content(response)
        )
        self._observe(request, outcome)
        return response

    def _observe(self, request: Request, outcome: Outcome) -> None:
        for observe in self._observers:
            observe(request, outcome)

    async def _result(self, exchange: _Exchange) -> tuple[int, Any]:
        """Process a request; returns status and body of the response, also for any error."""
        try:
            return await self._process(exchange)
        except ConnectionAborted:
            return 0, None
        except Problem as problem:
            exchange.headers |= problem.headers
            return self._refused(exchange, problem)
        except sqlite3.OperationalError as error:
            logger.exception("%s failed", exchange.target.operation.id)
            return self._refused(exchange, storage_failed(str(error)))
        except Exception:
            logger.exception("%s failed", exchange.target.operation.id)
            return self._refused(exchange, failed())

    def _refused(self, exchange: _Exchange, problem: Problem) -> tuple[int, Any]:
        """Count a request whose transaction was rolled back, or never begun."""
        context = Context(self.platform, exchange.caller)
        with contextlib.suppress(sqlite3.OperationalError), self.platform.store.transaction():
            record_request(context, exchange.target.operation, problem.status)
        return problem.status, problem.body

    async def _process(self, exchange: _Exchange) -> tuple[int, Any]:
        """Run all steps up to the response; returns its status and body."""
        request, given = exchange.request, exchange.given
        operation = exchange.target.operation
        exchange.fault = self._faults.take(operation.id, given)
        if exchange.fault is not None:
            await inject_before(exchange.fault, exchange.send)
        exchange.headers["X-Request-Id"] = exchange.request_id
        exchange.headers |= self._rate_limits.count(_client(request, given), operation.tag)
        exchange.caller = authenticate(self.platform, given, operation)
        exchange.content = await read_body(request, given, self._body_limit)
        context = Context(self.platform, exchange.caller)
        call = await read_call(
            request, given, exchange.content, context, self._validation, operation
        )
        call.request_id = exchange.request_id
        exchange.deviations = deviations(call, request.query_params, exchange.content)
        if self._strict and exchange.deviations:
            raise invalid(exchange.deviations)
        if exchange.target.adaptation:
            exchange.target.adaptation.call(call)
        call.caller = caller_for(call)
        key = idempotent_request(request, given, exchange.content, operation, exchange.caller)
        return await self._run(exchange, call, key)

    async def _run(
        self, exchange: _Exchange, call: Call, key: IdempotentRequest | None
    ) -> tuple[int, Any]:
        """Handle a call in one transaction.

        If it needs the engine, it is rolled back, and repeated with the engine's answer.
        """
        # Not that of the call: signing in changes its caller.
        context = Context(self.platform, exchange.caller)
        answers: Answers = {}
        while True:
            self.platform.answers = answers
            answered: tuple[int, Any] | None = None
            try:
                with self.platform.store.transaction(exchange.request_id):
                    answered = self._handle(call, exchange.target, key)
                    record_request(context, call.operation, answered[0])
            except sqlite3.OperationalError as error:
                if answered is None or call.operation.method != "GET":
                    raise
                # Reading succeeds even if nothing can be written, for example on a full disk.
                logger.warning("a request was not counted: %s", error)
            except EngineCallNeeded as needed:
                answer = await needed.ask(answers)
                if isinstance(answer, StreamedAnswer):
                    exchange.resources.push_async_callback(answer.aclose)
                continue
            return answered

    def _handle(self, call: Call, target: Target, key: IdempotentRequest | None) -> tuple[int, Any]:
        """Handle a call, unless its idempotency key has a stored response."""
        if key is not None and (earlier := self._idempotency.find(key)) is not None:
            return earlier
        status, body = target.operation.status, target.handler(call)
        if isinstance(body, Problem):  # returned, not raised: the transaction is committed
            return body.status, body.body
        shown = target.response(body)
        self._check(target.operation, shown)
        if key is not None:
            self._idempotency.add(key, status, shown)
        record_change(call, body)
        return status, shown

    def _check(self, operation: Operation, body: Any) -> None:
        """Raise an error if a response does not conform to the contract."""
        if not self._check_responses or operation.response_media_type != "application/json":
            return
        if errors := self._validation.response_errors(operation, body):
            raise AssertionError(f"The response of {operation.id} is not valid: {errors[:3]}")


def _client(request: Request, given: Mapping[str, str]) -> str:
    """The key by which requests are counted: the credential, else the IP address."""
    credential = given.get("authorization") or given.get("x-api-key")
    return credential or (request.client.host if request.client else "")


def _content(response: Response) -> bytes:
    """The content of a response; empty for a stream."""
    return bytes(getattr(response, "body", b""))
