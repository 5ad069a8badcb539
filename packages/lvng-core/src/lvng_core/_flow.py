"""The call flow: what to send, when to wait, what to raise. A generator without I/O.

It yields `Send` or `Sleep` and is given the answer or the exception. The two drivers in `_async/driver.py`
and `_sync/driver.py` do what it says; every decision is made here, once for both.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from ._clock import Clock
from ._deadline import Deadline, TimeLeft
from ._decode import unexpected_error
from ._error_mapping import error_from_response, request_id, shorten
from ._errors import APIConnectionError, APITimeoutError, ConfigurationError, LvngError
from ._hooks import Hooks, Report
from ._lazy import http
from ._request import PreparedCall
from ._retry import RetryBudget, RetryPolicy, delay, retry_failure, retry_status
from ._secret import Secret

logger = logging.getLogger("lvng")

_MAX_REDIRECTS = 3
_PORTS = {"https": 443, "http": 80}
_LONGEST = 1_000_000.0
"""Longest time-out in seconds: eleven days; the operating system takes no more than twice as long."""
_TICK = 0.002
"""A time-out may end this much before the deadline that it was cut to: clocks are not that fine."""


class Send(NamedTuple):
    """Send a request and give back the answer, its body read unless it is a stream that succeeded."""

    request: http.Request
    stream: bool
    deadline: Deadline | None
    max_size: int


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


Action: TypeAlias = Send | Sleep


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a flow needs beside the call: all that tests replace."""

    api_key: Secret
    retry: RetryPolicy
    budget: RetryBudget
    clock: Clock
    hooks: Sequence[Hooks] = ()


def call_flow(
    call: PreparedCall, around: Surroundings
) -> Generator[Action, http.Response, http.Response]:
    """Send a call until it succeeds or must fail. Returns the successful answer."""
    deadline = None if call.deadline is None else Deadline(call.deadline, around.clock.now)
    report = Report(around.hooks, around.clock, call.name, call.method)
    retries = redirects = 0
    while True:
        cause: Exception | None = None
        timeout = _timeout(call, deadline, retries)
        request = _build(call, around, retries + 1, timeout, report)
        try:
            response = yield Send(request, call.stream, deadline, call.max_response_size)
        except http.TRANSPORT_ERRORS as exc:
            error, cause = _unreachable(call, exc, deadline), exc
            again = (kind := http.failure(exc)) and retry_failure(kind, repeatable=call.repeatable)
        except BaseException:
            report.ends()  # cancelled
            raise
        else:
            response.extensions[http.ATTEMPTS] = retries + 1
            if response.is_success:
                around.budget.refund()
                return _succeed(call, around, response, report)
            if redirects < _MAX_REDIRECTS and _follow(call, response):
                redirects += 1
                report.ends(response.status_code, request_id(response.headers))
                continue
            error = _refused(call, around, response)
            again = retry_status(around.retry, response.status_code, repeatable=call.repeatable)
        finally:
            http.scrub(request)
        error.attempts = retries + 1
        report.ends(error.status_code, error.request_id, error)
        wait = _wait(call, around, error, retries, deadline) if again else None
        if wait is None:
            raise error from cause
        report.waits(error, wait)
        logger.debug(
            "retry %d of %s in %.2f s: %s", retries + 1, call.name, wait, type(error).__name__
        )
        retries += 1
        yield Sleep(wait)


def _succeed(
    call: PreparedCall, around: Surroundings, response: http.Response, report: Report
) -> http.Response:
    """What a success leads to: the answer, unless its body cannot be read."""
    error, unreadable = None, response.extensions.get(http.UNREADABLE)
    if unreadable is not None:
        error = unexpected_error(response, f"what {call.name} answers", around.api_key)
    report.ends(response.status_code, request_id(response.headers), error)
    if error is not None:
        raise error from unreadable
    if call.stream:
        # The deadline was for its beginning; from now on only silence is too long.
        response.request.extensions["timeout"]["read"] = min(call.timeout, _LONGEST)
    return response


def _timeout(call: PreparedCall, deadline: Deadline | None, attempts: int) -> float:
    """Seconds for each operation of a try, cut to what the deadline leaves."""
    timeout = min(call.timeout, _LONGEST)
    if deadline is None:
        return timeout
    left = TimeLeft(timeout, deadline)
    if left <= 0:
        error = _too_late(call)
        error.attempts = attempts
        raise error
    return left


def _build(
    call: PreparedCall, around: Surroundings, attempt: int, timeout: float, report: Report
) -> http.Request:
    """The request of one try."""
    added = report.begins(attempt, call.url)
    try:
        request = call.build(attempt, f"Bearer {around.api_key.reveal()}", added)
    except http.InvalidURL as error:
        raise ConfigurationError(
            f"No request can go to {_origin(call)}: {error}. Check base_url."
        ) from None
    request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
    return request


def _wait(
    call: PreparedCall,
    around: Surroundings,
    error: LvngError,
    retries: int,
    deadline: Deadline | None,
) -> float | None:
    """Seconds until the next try; None when there is none."""
    if retries >= call.max_retries or not call.replayable:
        return None
    # Of the instance, where the server's word is; the class has a default for those who print it.
    asked = vars(error).get("retry_after")
    wait = delay(around.retry, retries, asked, around.clock.chance())
    if wait is None or (deadline is not None and wait >= deadline.left()):
        return None
    if not around.budget.spend():
        error.add_note("retries exhausted by budget")
        return None
    return wait


def _refused(call: PreparedCall, around: Surroundings, response: http.Response) -> LvngError:
    if response.has_redirect_location:
        return LvngError(
            f"The server redirects to {_target(call, response)[1]!r}. Only a GET is redirected, at most "
            f"{_MAX_REDIRECTS} times and never to another server: the key stays here. Check base_url.",
            status_code=response.status_code,
            request_id=request_id(response.headers),
        )
    return error_from_response(
        response.status_code,
        response.headers,
        around.api_key.hide(response.content),
        identifier=call.identifier,
        now=around.clock.today(),
    )


def _follow(call: PreparedCall, response: http.Response) -> bool:
    """Point a GET to where the same server redirects it; False when it must not be followed."""
    if call.method not in {"GET", "HEAD"} or not response.has_redirect_location:
        return False
    target, _ = _target(call, response)
    if not target or _server(target) != _server(call.url):
        return False
    call.url = target
    return True


def _target(call: PreparedCall, response: http.Response) -> tuple[str, str]:
    """Where a redirection leads: the address and its origin. What is no address leads nowhere."""
    try:
        target = urljoin(call.url, response.headers["location"])
        parts = urlsplit(target)
        _ = parts.port
    except ValueError:
        return "", "nowhere"
    # With a user name in it, it is another origin, but the name is not shown.
    host = parts.netloc.rpartition("@")[2]
    return target if host == parts.netloc else "", f"{parts.scheme}://{host}"


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _origin(call: PreparedCall) -> str:
    parts = urlsplit(call.url)
    return f"{parts.scheme}://{parts.netloc}"


def _unreachable(call: PreparedCall, exc: Exception, deadline: Deadline | None) -> LvngError:
    if not http.is_timeout(exc):
        return APIConnectionError(shorten(http.explain(exc, _origin(call), call.timeout)))
    if deadline is not None and deadline.left() <= _TICK:
        return _too_late(call)
    return APITimeoutError(http.explain(exc, _origin(call), call.timeout))


def _too_late(call: PreparedCall) -> APITimeoutError:
    return APITimeoutError(
        f"The deadline of {call.deadline:g} s passed before {call.name} was answered."
    )
