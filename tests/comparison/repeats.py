"""What is made again: statuses, broken connections, how often, and under which key."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import partial

from support.scripted_server import (
    ScriptedServer,
    Seen,
    Step,
    answer,
    chunks,
    closed_port,
    half,
    hang_up,
    raw,
    reset,
    stall,
)

from .adapter import Adapter, Sdk, Setup
from .trial import Rows, Trial, against, attempt, named

OK = answer(200, {"id": "x1"})
STATUSES = (
    *(400, 401, 403, 404, 408, 409, 410, 412, 413, 418, 421, 422, 423, 424, 425, 429),
    *(500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 521, 522, 523, 524, 525, 529, 599),
)
UUID = re.compile(r"\b[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)
Call = Callable[[Adapter], object]


def get(client: Adapter) -> object:
    return client.get()


def post(client: Adapter) -> object:
    return client.post()


def tries(sdk: Sdk) -> str:
    with ScriptedServer(answer(503)) as server:
        client = sdk(Setup(url=server.url, ask_for_retries=False))
        trial = attempt(client.get)
        client.close()
        return f"{len(server.requests)}{_waited(trial)}"


def _waited(trial: Trial) -> str:
    return f"; delays {', '.join(f'{wait:.2f}' for wait in trial.waits)} s" if trial.waits else ""


def statuses(call: Call, sdk: Sdk) -> str:
    again = [status for status in STATUSES if _is_repeated(sdk, call, status)]
    return ranges(again)


def _is_repeated(sdk: Sdk, call: Call, status: int) -> bool:
    with against(sdk, answer(status), OK) as (client, server):
        attempt(lambda: call(client))
        return len(server.requests) > 1


def ranges(found: list[int]) -> str:
    """Statuses, those that follow each other in the list of all as a range."""
    runs: list[list[int]] = []
    for status in found:
        last = runs[-1][-1] if runs else 0
        if last // 100 == status // 100 and STATUSES.index(status) == STATUSES.index(last) + 1:
            runs[-1].append(status)
        else:
            runs.append([status])
    return ", ".join(
        f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )


def broken(step: Step, sdk: Sdk, timeout: float | None = None) -> str:
    """How many requests came, by method, and what was raised at last."""
    counts, errors = [], []
    for call in (get, post):
        with against(sdk, step, timeout=timeout) as (client, server):
            errors.append(named(sdk, attempt(partial(call, client)).error))
            server.settle()
            counts.append(len(server.requests))
    return _said(counts, errors)


def refused(sdk: Sdk) -> str:
    port = closed_port()
    counts, errors = [], []
    for call in (get, post):
        client = sdk(Setup(url=f"http://127.0.0.1:{port}"))
        before = CONNECTS.count(port)
        errors.append(named(sdk, attempt(partial(call, client)).error))
        counts.append(CONNECTS.count(port) - before)
        client.close()
    return _said(counts, errors)


def _said(counts: list[int], errors: list[str]) -> str:
    raised = errors[0] if errors[0] == errors[1] else " / ".join(errors)
    return f"GET {counts[0]}, POST {counts[1]}; {raised}"


CONNECTS: list[int] = []
"""The port of every connection that this process tried to make."""


def _note_connect(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        CONNECTS.append(arguments[1][1])


sys.addaudithook(_note_connect)


def keys(sdk: Sdk) -> str:
    """The names of what is unique to a call and the same in all its tries."""
    with against(sdk, answer(503)) as (client, server):
        attempt(client.post)
        first, *others = map(_marks, server.requests)
        attempt(client.post)
        next_call = _marks(server.last)
    found = [
        f"`{name}`"
        for name, value in first.items()
        if all(marks.get(name) == value for marks in others) and next_call.get(name) != value
    ]
    return ", ".join(found) or "nothing"


def _marks(seen: Seen) -> dict[str, str]:
    """What looks like a UUID, in headers and in a body of JSON."""
    values = dict(seen.headers)
    if seen.body.startswith(b"{"):
        values |= {
            f"{name} in the body": str(value) for name, value in json.loads(seen.body).items()
        }
    return {name: value for name, value in values.items() if UUID.search(value)}


def budget(sdk: Sdk) -> str:
    with against(sdk, answer(503)) as (client, server):
        for _ in range(119):
            attempt(client.get)
        before = len(server.requests)
        attempt(client.get)
        return f"{len(server.requests)} requests; the last call {len(server.requests) - before}"


LONG = raw(
    b'HTTP/1.1 200 -\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"id": "x1"}'
)

ROWS: Rows = {
    "attempts of a GET that always gets 503, with default options": tries,
    "statuses after which a GET is retried": partial(statuses, get),
    "statuses after which a POST is retried": partial(statuses, post),
    "attempts: connection refused": refused,
    "attempts: connection reset after the request": partial(broken, reset),
    "attempts: connection closed after the request": partial(broken, hang_up),
    "attempts: a response that is not HTTP": partial(broken, raw(b"SSH-2.0-OpenSSH_9.6\r\n")),
    "attempts: no response within the time-out": partial(broken, stall, timeout=0.2),
    "attempts: half a body, then a close": partial(broken, half()),
    "attempts: half a body, then a reset": partial(broken, half(then="reset")),
    "attempts: a chunked body without its last chunk": partial(
        broken, chunks(b'{"id": "x1"}', final=False, then="close", headers={})
    ),
    "attempts: a body longer than its `Content-Length`": partial(broken, LONG),
    "unique to a POST and the same in all its attempts": keys,
    "120 GETs in a row that get 503": budget,
}
