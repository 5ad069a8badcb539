"""Does what the call flow says: the only place where requests are sent."""

from __future__ import annotations

import math
from collections.abc import Generator

from .._attempt import Attempt
from .._clock import Clock
from .._errors import ClientClosedError
from .._flow import Action, Sleep
from .._http.lazy import http
from .._synchronization import async_fail_after, async_is_interruptible
from .body import AsyncBody


async def drive(
    flow: Generator[Action, None, Attempt], sender: http.AsyncSender, clock: Clock
) -> Attempt:
    """Run a call flow to its end: the attempt that succeeded, or the error."""
    try:
        action = next(flow)
        while True:
            if isinstance(action, Sleep):
                await clock.async_sleep(action.seconds)
                action = next(flow)
                continue
            try:
                await _send(sender, action)
            except Exception as error:  # noqa: BLE001 - the flow decides about every one
                action = flow.throw(error)
            else:
                action = next(flow)
    except StopIteration as stop:
        attempt: Attempt = stop.value
        return attempt
    finally:
        flow.close()


async def _send(sender: http.AsyncSender, attempt: Attempt) -> None:
    if sender.is_closed:
        raise ClientClosedError("The client was closed while this call was under way.")
    left = attempt.deadline.left()
    if left == math.inf:
        await _exchange(sender, attempt)
        return
    async with async_fail_after(left):
        await _exchange(sender, attempt)


async def _exchange(sender: http.AsyncSender, attempt: Attempt) -> None:
    """Send the request and read the response, but for the body of a stream that succeeded."""
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
