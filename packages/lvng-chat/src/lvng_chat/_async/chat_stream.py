"""The stream of a chat answer: its events, its text as it grows, or the whole of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from lvng_core import AsyncEventStream, SSEEvent

from .. import types
from .._reply import ChatReply, build_reply, delta_of

if TYPE_CHECKING:
    _Base = AsyncEventStream[types.ChatStreamEvent]
else:  # the types, which take milliseconds to make, stay unloaded
    _Base = AsyncEventStream


class AsyncChatStream(_Base):
    """The events of a chat answer, sent when they are read. Read it in one of three ways, once.

    Iterated, it gives `SSEEvent`s, typed by their name: `text_delta`, `tool_use`, `done`, `error`.
    `text_deltas()` gives the text alone, `collect()` the whole answer.

    A stream that breaks, or ends without `done`, raises `StreamError`; its `text` is what had arrived.
    The time-out of the call is how long it may be silent.
    """

    def _text_of(self, event: SSEEvent, /) -> str:
        return delta_of(event)

    async def text_deltas(self) -> AsyncIterator[str]:
        """The pieces of the text as they arrive.

        Raises:
            StreamError: the stream failed; `text` holds what had arrived.
        """
        async with self:
            async for event in self:
                if delta := delta_of(event):
                    yield delta

    async def collect(self) -> ChatReply:
        """Read to the end.

        Returns:
            The whole answer: `text`, `tool_calls`, `usage`, and the `done` event's payload.

        Raises:
            StreamError: the stream failed; `text` holds what had arrived.
        """
        async with self:
            return build_reply([event async for event in self])
