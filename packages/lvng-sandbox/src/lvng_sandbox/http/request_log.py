"""The latest requests with their responses, secrets masked: for tests, and for the dashboard."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from .faults import Fault
from .pipeline import Outcome

_CAPACITY = 1000
MAX_BYTES = 32 * 1024 * 1024
"""Most bytes in the bodies of all requests and responses together; the latest request is kept in any case."""
_SECRET = {"authorization", "x-api-key", "cookie", "proxy-authorization"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its response.

    Attributes:
        number: 1 for the first request since the start, and so on.
        operation: the operation, such as `workflows.list`; empty if there is none at this path, or not with this
            method.
        method: HTTP method.
        path: path, decoded.
        query: query parameters, in order.
        headers: headers by their names in lower case; of secrets the last four characters.
        content: the body, as far as it was read.
        status: status of the response; 0 if a fault reset the connection before the request was processed.
        response: body of the response: JSON, or None for a stream or a file.
        elapsed: seconds until the response began.
        fault: the fault that was injected. One that breaks a response leaves `status` and `response` as they were
            before.
    """

    number: int
    operation: str
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    status: int
    response: Any = field(repr=False)
    elapsed: float
    fault: Fault | None


class RequestLog:
    """The last thousand requests; fewer if their bodies are large."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._sizes: deque[int] = deque()
        self._bytes = 0
        self._count = 0

    def observe(self, request: Request, outcome: Outcome) -> None:
        """Log a request."""
        self._count += 1
        self._entries.append(
            Entry(
                number=self._count,
                operation=outcome.operation,
                method=request.method,
                path=request.scope["path"],
                query=request.query_params.multi_items(),
                headers={name: _masked(name, value) for name, value in request.headers.items()},
                content=outcome.content,
                status=outcome.status,
                response=outcome.body if isinstance(outcome.body, (dict, list)) else None,
                elapsed=outcome.elapsed,
                fault=outcome.fault,
            )
        )
        self._sizes.append(len(outcome.content) + outcome.size)
        self._bytes += self._sizes[-1]
        while len(self._entries) > _CAPACITY or (
            self._bytes > MAX_BYTES and len(self._entries) > 1
        ):
            self._entries.popleft()
            self._bytes -= self._sizes.popleft()

    def entries(self) -> list[Entry]:
        """All requests, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Delete all requests."""
        self._entries.clear()
        self._sizes.clear()
        self._bytes = 0


def _masked(name: str, value: str) -> str:
    return f"…{value[-4:]}" if name in _SECRET else value
