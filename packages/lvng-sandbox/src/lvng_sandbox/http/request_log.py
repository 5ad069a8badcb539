"""What came in lately, for tests and for people who look: requests with their answers, secrets masked."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

if TYPE_CHECKING:
    from .app import Outcome

_KEPT = 1000
_SECRET = {"authorization", "x-api-key", "cookie", "proxy-authorization"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and what it was answered.

    Attributes:
        number: 1 for the first request since the start, and so on.
        operation: the operation, such as `workflows.list`.
        method: HTTP method.
        path: path, decoded.
        query: query parameters, in order.
        headers: headers by their names in lower case; of secrets the last four characters.
        content: the body as it came.
        status: status of the answer.
        answer: body of the answer: JSON, or None for a stream or a file.
        seconds: how long it took.
    """

    number: int
    operation: str
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    status: int
    answer: Any = field(repr=False)
    seconds: float


class RequestLog:
    """The last thousand requests."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._count = 0

    def observe(self, request: Request, outcome: Outcome) -> None:
        """Write a request down."""
        self._count += 1
        self._entries.append(
            Entry(
                number=self._count,
                operation=outcome.operation.id,
                method=request.method,
                path=request.scope["path"],
                query=request.query_params.multi_items(),
                headers={name: _masked(name, value) for name, value in request.headers.items()},
                content=outcome.content,
                status=outcome.status,
                answer=outcome.body if isinstance(outcome.body, (dict, list)) else None,
                seconds=outcome.seconds,
            )
        )

    def entries(self) -> list[Entry]:
        """All of them, oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()


def _masked(name: str, value: str) -> str:
    return f"…{value[-4:]}" if name in _SECRET else value
