"""Runs the call flow and performs its I/O: the only place where requests are sent."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Generator
from typing import TypeAlias, TypeVar

from .._actions import Close, Invoke, Sleep
from .._attempt import Attempt
from .._clock import Clock
from .._deadline import Deadline
from .._errors import ClientClosedError
from .._flow import Action, Authenticate
from .._http.lazy import http
from .._middleware import async_returned
from .._synchronization import async_fail_after, async_is_interruptible
from .body import AsyncBody

T = TypeVar("T")

Authenticator: TypeAlias = Callable[[Authenticate], Awaitable[None]]
"""Sets the credentials of an `Authenticate` step."""


async def drive(
    flow: Generator[Action, object, T],
    sender: http.AsyncSender,
    clock: Clock,
    authenticator: Authenticator,
) -> T:
    """Run a flow to its end; returns its attempt or response, or raises its error."""
    try:
        action = next(flow)
        while True:
            result: object = None
            try:
                if isinstance(action, Attempt):
                    await _limited(action.deadline, _exchange, sender, action)
                elif isinstance(action, Sleep):
                    await clock.async_sleep(action.seconds)
                elif isinstance(action, Authenticate):
                    await _limited(action.deadline, authenticator, action)
                elif isinstance(action, Close):
                    await action.body.aclose()
                else:
                    result = await _invoke(
                        action, lambda rest: drive(rest, sender, clock, authenticator)
                    )
            except Exception as error:  # noqa: BLE001 - the flow decides about every one
                action = flow.throw(error)
            else:
                action = flow.send(result)
    except StopIteration as stop:
        returned: T = stop.value
        return returned
    finally:
        flow.close()


async def _invoke(action: Invoke, drive: Callable[..., Awaitable[object]]) -> object:
    """Call a middleware; its `call_next` runs another flow."""
    result = action.function(action.request, lambda request: drive(action.call_next(request)))
    return await async_returned(result)


async def _limited(
    deadline: Deadline, function: Callable[..., Awaitable[None]], *arguments: object
) -> None:
    """Call a function, interrupted by the deadline."""
    left = deadline.left()
    if left == math.inf:
        await function(*arguments)
        return
    async with async_fail_after(left):
        await function(*arguments)


async def _exchange(sender: http.AsyncSender, attempt: Attempt) -> None:
    """Send the request and read the response, except the body of a successful stream."""
    if sender.is_closed:
        raise ClientClosedError("The client was closed while this call was under way.")
    attempt.response = response = await sender.send(attempt.request)
    body = AsyncBody(attempt, interruptible=async_is_interruptible(sender.keeps_deadline))
    if attempt.stream and response.is_success:
        attempt.body = body
        return
    body.max_size = attempt.max_size
    try:
        attempt.content = await body.read()
    except http.UnpackError as error:
        attempt.unreadable = error
    finally:
        await body.aclose()
