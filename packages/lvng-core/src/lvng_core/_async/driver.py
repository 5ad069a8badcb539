"""Does what the call flow says: the only place where requests are sent."""

from __future__ import annotations

from collections.abc import Generator

from .._clock import Clock, current_clock
from .._deadline import Deadline, TimeLeft
from .._errors import ClientClosedError
from .._flow import Action, Send, Sleep
from .._io import async_limit
from .._lazy import http
from .._leftovers import async_clear

_BEGINNING_BYTES = 65_536
_BEGINNING_SECONDS = 5.0


async def drive(
    flow: Generator[Action, http.Response, http.Response],
    client: http.AsyncHTTPClient,
    clock: Clock,
) -> http.Response:
    """Run a call flow to its end: its answer, or its error."""
    try:
        action = next(flow)
        while True:
            if isinstance(action, Sleep):
                await clock.async_sleep(action.seconds)
                action = next(flow)
                continue
            try:
                response = await _send(client, action)
            except BaseException as error:
                await async_clear(client, action.request)
                if not isinstance(error, Exception):
                    raise
                action = flow.throw(error)  # which decides about every one
            else:
                action = flow.send(response)
    except StopIteration as stop:
        answer: http.Response = stop.value
        return answer
    finally:
        flow.close()


async def _send(client: http.AsyncHTTPClient, send: Send) -> http.Response:
    if client.is_closed:
        raise ClientClosedError("The client was closed while this call was under way.")
    async with async_limit(send.deadline.left() if send.deadline else None):
        # auth=None: no client of the user's replaces the key. Redirects are the flow's business.
        response = await client.send(send.request, stream=True, auth=None, follow_redirects=False)
        if encoding := response.headers.get("content-encoding"):
            response.stream = http.AsyncPassage(response.stream, http.in_small_pieces(encoding))
        if send.stream and response.is_success:
            return response
        try:
            if send.deadline is not None:
                _watch(response, send.deadline)
            await _read(response, send.max_size)
        except http.DecodingError as error:
            return http.without_body(response, error)
        finally:
            await response.aclose()
        return response


async def _read(response: http.Response, max_size: int) -> None:
    """Read the body, as `response.aread()` does, but no more of it than is allowed."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_bytes():
        pieces.append(piece)
        size += len(piece)
        if size > max_size:
            raise http.TooLargeError(max_size)
    response._content = b"".join(pieces)


async def read_beginning(response: http.Response) -> bytes:
    """The start of a body that is not what was asked for: as much as a person needs to see what it is."""
    pieces: list[bytes] = []
    try:
        _watch(response, Deadline(_BEGINNING_SECONDS, current_clock().now))
        async with async_limit(_BEGINNING_SECONDS):
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                if sum(map(len, pieces)) >= _BEGINNING_BYTES:
                    break
    except http.TRANSPORT_ERRORS:
        pass  # what has come must do
    finally:
        await response.aclose()
    return b"".join(pieces)


def _watch(response: http.Response, deadline: Deadline) -> None:
    """Hold the body against the deadline: the time-out of a read starts anew with each byte."""
    deadline.check()
    timeouts = response.request.extensions["timeout"]
    timeouts["read"] = TimeLeft(timeouts["read"], deadline)
    response.stream = http.AsyncPassage(response.stream, http.in_time(deadline))
