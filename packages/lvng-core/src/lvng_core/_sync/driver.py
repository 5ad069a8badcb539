"""Does what the call flow says: the only place where requests are sent."""

from __future__ import annotations

from collections.abc import Generator

from .._clock import Clock
from .._flow import Action, Send, Sleep
from .._io import sync_limit
from .._lazy import http


def drive(
    flow: Generator[Action, http.Response, http.Response],
    client: http.HTTPClient,
    clock: Clock,
) -> http.Response:
    """Run a call flow to its end: its answer, or its error."""
    try:
        action = next(flow)
        while True:
            if isinstance(action, Sleep):
                clock.sync_sleep(action.seconds)
                action = next(flow)
                continue
            try:
                response = _send(client, action)
            except Exception as error:  # noqa: BLE001 - the flow decides about every one
                action = flow.throw(error)
            else:
                action = flow.send(response)
    except StopIteration as stop:
        answer: http.Response = stop.value
        return answer
    finally:
        flow.close()


def _send(client: http.HTTPClient, send: Send) -> http.Response:
    with sync_limit(send.seconds_left()):
        # auth=None: no client of the user's replaces the key. Redirects are the flow's business.
        response = client.send(send.request, stream=True, auth=None, follow_redirects=False)
        if send.stream and response.is_success:
            return response
        try:
            if send.expires is not None:
                _watch(response, send)
            response.read()
        finally:
            response.close()
        return response


def _watch(response: http.Response, send: Send) -> None:
    """Hold the body against the deadline: the time-out of a read starts anew with each byte."""
    left = send.seconds_left()
    send.request.extensions["timeout"]["read"] = left

    def check() -> None:
        if (send.seconds_left() or 0.0) <= 0:
            raise TimeoutError

    check()
    response.stream = http.TimedStream(response.stream, check)
