"""Base class of event streams and JSON streams: sent on iteration, iterated once, closed at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from .._handles import AsyncHandle
from .body import AsyncBody


class AsyncStreamedCall(AsyncHandle):
    """A streaming call that is sent when its iteration begins."""

    def __init__(self, connect: Callable[..., Awaitable[AsyncBody]]) -> None:
        self._connect = connect
        self._body: AsyncBody | None = None
        self._opened: AsyncBody | None = None
        self._begun = False
        self._closed = False

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open" if self._begun else "not begun"
        return f"<{type(self).__name__}, {state}>"

    def _is_used(self) -> bool:
        return self._begun or self._closed

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Release the connection. The stream cannot be read any further."""
        self._closed = True
        try:
            await self._leave()
        finally:
            if self._opened is not None:
                self._opened.end_call()

    async def _leave(self) -> None:
        """Release the connection."""
        body, self._body = self._body, None
        if body is not None:
            await self._release(body)

    async def _open(self, *arguments: object) -> AsyncBody:
        """Send the call; returns the body of its response."""
        self._body = self._opened = await self._connect(*arguments)
        return self._opened

    async def _release(self, body: AsyncBody) -> None:
        await body.aclose()
