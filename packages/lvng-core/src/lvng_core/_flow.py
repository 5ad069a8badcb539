"""The call flow: what to send, when to wait, what to raise. A generator without I/O.

It yields `Send` or `Sleep` and is given the answer or the exception. The two drivers in `_async/driver.py`
and `_sync/driver.py` do what it says; every decision is made here, once for both.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from ._clock import Clock
from ._error_mapping import decode_error, error_from_response, request_id, shorten
from ._errors import APIConnectionError, APITimeoutError, LvngError
from ._lazy import http
from ._request import PreparedCall
from ._retry import RetryBudget, RetryPolicy, delay, retry_failure, retry_status
from ._secret import Secret

logger = logging.getLogger("lvng")

_MAX_REDIRECTS = 3


class Send(NamedTuple):
    """Send a request and give back the answer, its body read unless it is a stream that succeeded."""

    request: http.Request
    stream: bool
    expires: float | None
    """Moment of `clock` after which the answer is of no use."""
    clock: Callable[[], float]

    def seconds_left(self) -> float | None:
        """Time until then; None where there is no deadline."""
        return None if self.expires is None else self.expires - self.clock()


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


def call_flow(
    call: PreparedCall, around: Surroundings
) -> Generator[Action, http.Response, http.Response]:
    """Send a call until it succeeds or must fail. Returns the successful answer."""
    expires = None if call.deadline is None else around.clock.now() + call.deadline
    retries = redirects = 0
    while True:
        cause: Exception | None = None
        request = _build(call, around, retries + 1, expires)
        try:
            response = yield Send(request, call.stream, expires, around.clock.now)
        except http.DecodingError as exc:
            raise _undecodable(call, exc) from exc
        except http.TRANSPORT_ERRORS as exc:
            error, cause = _unreachable(call, exc, retries), exc
            again = (kind := http.failure(exc)) and retry_failure(kind, repeatable=call.repeatable)
        else:
            if response.is_success:
                around.budget.refund()
                return response
            if response.is_redirect and redirects < _MAX_REDIRECTS and _follow(call, response):
                redirects += 1
                continue
            error = _refused(call, around, response)
            again = retry_status(around.retry, response.status_code, repeatable=call.repeatable)
        finally:
            http.scrub(request)
        error.attempts = retries + 1
        wait = _wait(call, around, error, retries, expires) if again else None
        if wait is None:
            raise error from cause
        logger.debug(
            "retry %d of %s in %.2f s: %s", retries + 1, call.name, wait, type(error).__name__
        )
        retries += 1
        yield Sleep(wait)


def _build(
    call: PreparedCall, around: Surroundings, attempt: int, expires: float | None
) -> http.Request:
    """The request of one try, its time-outs cut to what the deadline leaves."""
    seconds = call.timeout
    if expires is not None:
        seconds = min(seconds, expires - around.clock.now())
        if seconds <= 0:
            raise _too_late(call, attempt - 1)
    request = call.build(attempt, f"Bearer {around.api_key.reveal()}")
    request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    return request


def _wait(
    call: PreparedCall, around: Surroundings, error: LvngError, retries: int, expires: float | None
) -> float | None:
    """Seconds until the next try; None when there is none."""
    if retries >= call.max_retries or not call.replayable:
        return None
    asked = getattr(error, "retry_after", None) if error.status_code in {429, 503} else None
    if asked is not None and not _server_said(error):
        asked = None
    wait = delay(around.retry, retries, asked, around.clock.chance())
    if wait is None or (expires is not None and around.clock.now() + wait >= expires):
        return None
    if not around.budget.spend():
        error.add_note("retries exhausted by budget")
        return None
    return wait


def _server_said(error: LvngError) -> bool:
    """Whether `retry_after` is the server's word and not the default of the class."""
    return "retry_after" in vars(error)


def _refused(call: PreparedCall, around: Surroundings, response: http.Response) -> LvngError:
    if response.is_redirect:
        host = urlsplit(response.headers.get("location", "")).netloc.rpartition("@")[2]
        return LvngError(
            f"The server redirects to {host or 'nowhere'!r}; it is not followed, so that the key stays "
            "here. Check base_url.",
            status_code=response.status_code,
            request_id=request_id(response.headers),
        )
    return error_from_response(
        response.status_code,
        response.headers,
        response.content,
        identifier=call.identifier,
        now=around.clock.today(),
    )


def _follow(call: PreparedCall, response: http.Response) -> bool:
    """Point a GET to where the same server redirects it; False when it must not be followed."""
    if call.method not in {"GET", "HEAD"}:
        return False
    target = urljoin(call.url, response.headers.get("location", ""))
    here, there = urlsplit(call.url), urlsplit(target)
    if (here.scheme, here.netloc) != (there.scheme, there.netloc):
        return False
    call.url = target
    return True


def _unreachable(call: PreparedCall, exc: Exception, retries: int) -> LvngError:
    parts = urlsplit(call.url)
    cls = APITimeoutError if http.is_timeout(exc) else APIConnectionError
    message = http.explain(exc, f"{parts.scheme}://{parts.netloc}", call.timeout)
    return cls(shorten(message), attempts=retries + 1)


def _too_late(call: PreparedCall, attempts: int) -> APITimeoutError:
    return APITimeoutError(
        f"The deadline of {call.deadline:g} s passed before {call.name} was answered.",
        attempts=attempts,
    )


def _undecodable(call: PreparedCall, exc: Exception) -> LvngError:
    return decode_error(
        200, {"content-type": "compressed"}, str(exc).encode(), f"what {call.name} answers"
    )
