"""The call flow: decides on attempts, delays, redirects and errors. A generator without I/O.

It yields an `Attempt` to send, a `Sleep`, `Authenticate` to get tokens, or `Invoke` to call middleware that is not a
generator. The drivers in `_async/driver.py` and `_sync/driver.py` perform these actions; every decision is made here,
once for both.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from ._actions import Close, Invoke, Sleep
from ._api import API
from ._attempt import Attempt
from ._clock import Clock
from ._credentials import ANONYMOUS, Authentication, Held, invalidate
from ._deadline import Deadline, DeadlineExceededError
from ._decode import unexpected_error
from ._error_mapping import error_from_response, shorten
from ._errors import APIConnectionError, APITimeoutError, ConfigurationError, LvngError
from ._http.lazy import http
from ._middleware import Flow, Layer
from ._options import DEFAULT_TIMEOUT
from ._request import Call, user_agent
from ._retry import RetryBudget, RetryPolicy, delay, retry_failure, retry_status
from ._scope import CallScope

if TYPE_CHECKING:
    from ._exchange import Request
    from ._http._async.senders import AsyncSender
    from ._http._sync.senders import Sender

_MAX_REDIRECTS = 3
_PORTS = {"https": 443, "http": 80}
_LONGEST = 1_000_000.0
"""Longest time-out in seconds: eleven days; operating systems accept at most about twice as much."""
_TICK = 0.002
"""Timers may fire up to this much early."""
_OPERATIONS = ("connect", "read", "write", "pool")


@dataclass(slots=True)
class Authenticate:
    """Get tokens from the functions of the client.

    Attributes:
        deadline: deadline of the whole call.
        refused: the credentials that the server has just refused; None at the beginning of a call.
        authentication: the new credentials, set by the driver.
    """

    deadline: Deadline
    refused: Authentication | None = None
    authentication: Authentication = ANONYMOUS


Action: TypeAlias = Attempt | Sleep | Authenticate | Close | Invoke


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a flow needs besides the call; tests replace it.

    Attributes:
        credentials: credentials of the client by security scheme, for the call.
        authentication: the same, ready to be sent; None if functions have to be called for tokens.
    """

    api: API
    credentials: Mapping[str, Held]
    authentication: Authentication | None
    retry: RetryPolicy
    budget: RetryBudget
    clock: Clock
    sender: AsyncSender | Sender
    middleware: Sequence[Layer] = ()
    scope: CallScope | None = None


def call_flow(call: Call, context: CallContext) -> Generator[Action, Any, Attempt]:
    """Make attempts until the call succeeds or fails for good. Returns the successful attempt."""
    deadline = Deadline(call.deadline, context.clock.now)
    send = _send_through_middleware if context.middleware else _send
    authentication = context.authentication
    if authentication is None:
        authentication = yield from _authenticate(call, deadline)
    retries = redirects = renewals = 0
    error: LvngError | None = None
    while True:
        number = retries + renewals + 1
        attempt = yield from send(call, context, authentication, deadline, number, error)
        error, cause = attempt.error, attempt.failure
        if cause is not None:
            kind = http.failure(cause)
            again = kind is not None and retry_failure(kind, idempotent=call.idempotent)
        else:
            target = _redirect(call, attempt) if redirects < _MAX_REDIRECTS else None
            if target is not None:
                call, redirects = replace(call, url=target), redirects + 1
                continue
            error, cause = _error_of(call, context, attempt), attempt.unreadable
            again = error is not None and _is_worth_retrying(call, context, attempt)
        if error is None:
            return _succeed(call, context, attempt)
        error.attempts = number
        if not renewals and _is_refused(context, attempt):
            invalidate(context.credentials, authentication)
            if call.body.replayable:
                authentication = yield from _authenticate(call, deadline, authentication)
                renewals = 1
                continue
        wait = _wait(call, context, error, retries, deadline) if again else None
        if wait is None:
            raise error from cause
        logging.getLogger(context.api.logger).debug(
            "retry %d of %s in %.2f s: %s", retries + 1, call.name, wait, type(error).__name__
        )
        retries += 1
        yield Sleep(wait)


def _authenticate(
    call: Call, deadline: Deadline, refused: Authentication | None = None
) -> Generator[Action, Any, Authentication]:
    """Get the credentials of a call whose tokens come from functions."""
    step = Authenticate(deadline, refused)
    try:
        yield step
    except DeadlineExceededError:
        raise _too_late(call) from None
    return step.authentication


def _is_refused(context: CallContext, attempt: Attempt) -> bool:
    """Whether the server refused a token that came from a function, which can return another one."""
    return attempt.status_code == 401 and context.authentication is None


def _send(
    call: Call,
    context: CallContext,
    authentication: Authentication,
    deadline: Deadline,
    number: int,
    _previous: LvngError | None,
) -> Generator[Action, Any, Attempt]:
    """Make one attempt. After a network failure, `attempt.error` is set."""
    attempt = _begin(call, context, authentication, deadline, number)
    try:
        yield attempt
    except http.transport_errors() as exc:
        if (raised := http.raised_by_body(attempt.request)) is not None:
            raise raised from raised.__cause__
        attempt.failure, attempt.error = (
            exc,
            context.api.own(_unreachable(call, context, attempt, exc)),
        )
    finally:  # also when the call is cancelled
        # Errors and responses keep a reference to the request.
        authentication.remove_from(attempt.request)
        attempt.elapsed = context.clock.now() - attempt.started
    return attempt


def _send_through_middleware(
    call: Call,
    context: CallContext,
    authentication: Authentication,
    deadline: Deadline,
    number: int,
    previous: LvngError | None,
) -> Generator[Action, Any, Attempt]:
    """Make one attempt, wrapped in the middleware of the client."""
    from ._exchange import Request, Response
    from ._middleware_flow import through

    attempts: list[Attempt] = []

    def send(request: Request) -> Flow:
        changed = request._changed_call()
        attempt = yield from _send(changed, context, authentication, deadline, number, None)
        attempts.append(attempt)
        if attempt.error is not None:
            attempt.error.attempts = number
            raise attempt.error from attempt.failure
        return Response._of(attempt)

    scope = context.scope or CallScope(call.name, context.api.logger)
    request = Request(call, scope, authentication, deadline, number, previous)
    try:
        response = yield from through(context.middleware, request, send)
    except Exception as error:
        yield from _close(attempts)
        for attempt in attempts:
            if error is attempt.error:
                return attempt
        raise  # an exception of the middleware itself
    sent = next((attempt for attempt in attempts if attempt is response._attempt), None)
    if sent is None:  # the middleware made the response without sending the request
        sent = _begin(call, context, authentication, deadline, number)
        authentication.remove_from(sent.request)
    attempt = response._changed_attempt(sent)
    yield from _close(attempts, attempt)
    return attempt


def _close(attempts: Sequence[Attempt], but: Attempt | None = None) -> Generator[Action, Any, None]:
    """Close the streams of responses that middleware has dropped."""
    for attempt in attempts:
        if attempt.body is not None and (but is None or attempt.body is not but.body):
            yield Close(attempt.body)


def _begin(
    call: Call,
    context: CallContext,
    authentication: Authentication,
    deadline: Deadline,
    number: int,
) -> Attempt:
    """Make the next attempt and its request."""
    if deadline.left() <= 0:
        error = _too_late(call)
        error.attempts = number - 1
        raise error
    sender = context.sender
    defaults = sender.defaults()
    headers = (
        {"User-Agent": user_agent(context.api.product, sender.library)},
        defaults.headers,
    )
    timeouts = _timeouts(call, defaults.timeouts)
    if not sender.keeps_deadline:
        timeouts = {name: deadline.limit(seconds) for name, seconds in timeouts.items()}
    extensions = {"timeout": timeouts, http.DEADLINE: deadline}
    try:
        request = call.build(
            sender.library,
            number,
            authentication,
            headers,
            defaults.query,
            extensions,
        )
    except http.transport_errors() as problem:
        raise ConfigurationError(
            f"No request can go to {_origin(call)}: {problem}. Check base_url."
        ) from None
    return Attempt(
        number=number,
        api=context.api,
        authentication=authentication,
        request=request,
        deadline=deadline,
        stream=call.stream,
        max_size=call.max_response_size,
        started=context.clock.now(),
        scope=context.scope,
    )


def _timeouts(
    call: Call, defaults: Mapping[str, float | None] | None = None
) -> dict[str, float | None]:
    """The time-outs in seconds: those of the call, else those of the user's own HTTP client."""
    if call.timeout is None and defaults is not None:
        return dict(defaults)
    return dict.fromkeys(_OPERATIONS, min(call.timeout or DEFAULT_TIMEOUT, _LONGEST))


def _succeed(call: Call, context: CallContext, attempt: Attempt) -> Attempt:
    context.budget.refund()
    if attempt.stream:
        # The deadline of a stream applies until it begins; then only the read time-out does.
        attempt.deadline.restart(None)
        timeouts = _timeouts(call, context.sender.defaults().timeouts)
        attempt.request.extensions["timeout"].update(timeouts)
    return attempt


def _error_of(call: Call, context: CallContext, attempt: Attempt) -> LvngError | None:
    """The error for a response; None if it is successful."""
    response = attempt.answered
    if response.is_success:
        if attempt.unreadable is None:
            return None
        return unexpected_error(attempt, f"what {call.name} returns")
    if response.has_redirect_location:
        error = LvngError(
            f"The server redirects to {_target(call, response)[1]!r}. Only GETs follow redirects, at most "
            f"{_MAX_REDIRECTS} times and never to another server, which would get the key. Check base_url.",
            status_code=response.status_code,
        )
        return attempt.describe(error)
    error = error_from_response(
        response.status_code,
        response.headers,
        attempt.authentication.redact(attempt.content),
        identifier=call.identifier,
        now=context.clock.utcnow(),
        api=context.api,
        with_key=bool(attempt.authentication.secrets),
    )
    error.request_id = attempt.request_id
    return context.api.own(error)


def _is_worth_retrying(call: Call, context: CallContext, attempt: Attempt) -> bool:
    status = attempt.answered.status_code
    return retry_status(context.retry, status, idempotent=call.idempotent)


def _wait(
    call: Call, context: CallContext, error: LvngError, retries: int, deadline: Deadline
) -> float | None:
    """Seconds until the next attempt; None if the call is not retried."""
    if retries >= call.max_retries or not call.body.replayable:
        return None
    # Read from the instance: the class attribute is only a default for display.
    asked = vars(error).get("retry_after")
    wait = delay(context.retry, retries, asked, context.clock.random())
    if wait is None or wait >= deadline.left():
        return None
    if not context.budget.spend():
        error.add_note("retries exhausted by budget")
        return None
    return wait


def _redirect(call: Call, attempt: Attempt) -> str | None:
    """The URL to which the same server redirects a GET; None if the redirect is not followed."""
    response = attempt.answered
    if call.method not in {"GET", "HEAD"} or not response.has_redirect_location:
        return None
    target, _ = _target(call, response)
    return target if target and _server(target) == _server(call.url) else None


def _target(call: Call, response: http.Response) -> tuple[str, str]:
    """The target of a redirect: its URL, empty if it is invalid, and its origin."""
    try:
        target = urljoin(call.url, response.headers["location"])
        parts = urlsplit(target)
        _ = parts.port
    except ValueError:
        return "", "nowhere"
    # A URL with a user name counts as another origin; the message does not show the name.
    host = parts.netloc.rpartition("@")[2]
    return target if host == parts.netloc else "", f"{parts.scheme}://{host}"


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _origin(call: Call) -> str:
    parts = urlsplit(call.url)
    return f"{parts.scheme}://{parts.netloc}"


def _unreachable(call: Call, context: CallContext, attempt: Attempt, exc: Exception) -> LvngError:
    """The error for an attempt without a response."""
    timed_out = http.is_timeout(exc)
    if timed_out and attempt.deadline.left() <= _TICK:
        return _too_late(call)
    timeouts = attempt.request.extensions["timeout"]
    stage = {"PoolTimeout": "pool", "ConnectTimeout": "connect"}.get(type(exc).__name__, "read")
    proxy = context.sender.proxy_of(call.url)
    message = shorten(http.connection_error_message(exc, _origin(call), timeouts[stage], proxy))
    return APITimeoutError(message) if timed_out else APIConnectionError(message)


def _too_late(call: Call) -> APITimeoutError:
    return APITimeoutError(
        f"The deadline of {call.deadline:g} s passed before {call.name} was answered."
    )
