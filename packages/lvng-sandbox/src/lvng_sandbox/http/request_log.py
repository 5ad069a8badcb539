"""The log of the latest requests and responses, with secrets masked: for tests, and for the page."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from ..clock import iso
from ..platform.call import Events
from .faults import Fault
from .pipeline import Outcome

_CAPACITY = 1000
MAX_BYTES = 32 * 1024 * 1024
"""Maximum total size of all bodies in bytes; the latest request is always kept."""
_SECRET = {"authorization", "x-api-key", "cookie", "proxy-authorization"}


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """An event of a stream.

    Attributes:
        elapsed: seconds since the beginning of the request.
        event: its name.
        data: its payload.
    """

    elapsed: float
    event: str
    data: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its response.

    Attributes:
        number: 1 for the first request since the start, and so on.
        operation: the operation, such as `workflows.list`; empty if there is none with this path and method.
        method: HTTP method.
        path: path, decoded.
        query: query parameters, in order.
        headers: headers by lower-case name; secrets are masked except for their last four characters.
        content: the body, as far as it was read.
        status: status of the response; 0 if a fault reset the connection before the request was processed.
        response_content: content of the response if it is JSON; empty for a stream or a file.
        elapsed: seconds until the response began.
        fault: the fault that was injected. If it breaks a response, `status` and `response` are those before the fault.
        moment: Unix time of the response, by the clock of the sandbox.
        account: user id of the caller; None without authentication.
        response_headers: headers of the response.
        deviations: elements of the request that are not in the contract, such as unknown fields.
        events: the events of a stream that were sent so far; None for any other response.
    """

    number: int
    operation: str
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    status: int
    response_content: bytes = field(repr=False)
    elapsed: float
    fault: Fault | None
    moment: float
    account: str | None
    response_headers: Mapping[str, str] = field(repr=False)
    deviations: tuple[str, ...]
    events: Sequence[StreamEvent] | None = field(repr=False)

    @property
    def time(self) -> str:
        """Time of the response in the format of the API."""
        return iso(self.moment)

    @property
    def response(self) -> Any:
        """Body of the response: JSON, or None for a stream or a file."""
        return json.loads(self.response_content) if self.response_content else None


class RequestLog:
    """The latest thousand requests; fewer if their bodies are large.

    Args:
        time: returns the current Unix time in seconds.

    Attributes:
        called: number of requests since the start by operation; not reset by `clear`.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        self.called: Counter[str] = Counter()
        self._time = time
        self._entries: dict[int, Entry] = {}
        self._sizes: dict[int, int] = {}
        self._bytes = 0
        self._count = 0
        self._waiting: set[asyncio.Event] = set()

    def observe(self, request: Request, outcome: Outcome) -> None:
        """Log a request."""
        self._count += 1
        number, body = self._count, outcome.body
        if outcome.operation:
            self.called[outcome.operation] += 1
        headers = dict(request.headers.items())
        for name in _SECRET & headers.keys():
            headers[name] = f"…{headers[name][-4:]}"
        self._entries[number] = Entry(
            number=number,
            operation=outcome.operation,
            method=request.method,
            path=request.scope["path"],
            query=request.query_params.multi_items(),
            headers=headers,
            content=outcome.content,
            status=outcome.status,
            response_content=outcome.response if isinstance(body, (dict, list)) else b"",
            elapsed=outcome.elapsed,
            fault=outcome.fault,
            moment=self._time(),
            account=outcome.user_id or None,
            response_headers={name.lower(): value for name, value in outcome.headers.items()},
            deviations=outcome.deviations,
            events=self._record(number, body, outcome) if isinstance(body, Events) else None,
        )
        self._sizes[number] = 0
        self._grow(number, len(outcome.content) + len(outcome.response))
        for event in self._waiting:
            event.set()

    def _record(self, number: int, stream: Events, outcome: Outcome) -> list[StreamEvent]:
        """The list to which the events of a stream are appended as they are sent."""
        found: list[StreamEvent] = []
        started = time.perf_counter() - outcome.elapsed

        def observe(name: str, data: Any, length: int) -> None:
            if number in self._sizes:  # otherwise the request is no longer logged
                found.append(StreamEvent(time.perf_counter() - started, name, data))
                self._grow(number, length)

        stream.observers.append(observe)
        return found

    def _grow(self, number: int, size: int) -> None:
        """Count bytes of a request, and drop the oldest requests if there are too many."""
        self._sizes[number] += size
        self._bytes += size
        while len(self._entries) > _CAPACITY or (
            self._bytes > MAX_BYTES and len(self._entries) > 1
        ):
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self._bytes -= self._sizes.pop(oldest)

    def entries(self) -> list[Entry]:
        """All requests, oldest first."""
        return list(self._entries.values())

    def find(self, number: int) -> Entry | None:
        """A request, or None if it is not in the log."""
        return self._entries.get(number)

    async def news(self) -> AsyncGenerator[None, None]:
        """Yield at once, and again after each request."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            while True:
                event.clear()
                yield
                await event.wait()
        finally:
            self._waiting.discard(event)

    def clear(self) -> None:
        """Delete all requests."""
        self._entries.clear()
        self._sizes.clear()
        self._bytes = 0
