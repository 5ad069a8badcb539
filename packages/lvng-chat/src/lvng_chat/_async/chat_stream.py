"""The stream of a chat answer: its events, its text in pieces, or the complete answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from lvng_core import AsyncEventStream, SSEEvent

from .. import types
from .._reply import ChatReply, build_reply, delta_of

if TYPE_CHECKING:
    _Base = AsyncEventStream[types.ChatStreamEvent]
else:  # not at run time: creating the TypedDicts takes milliseconds
    _Base = AsyncEventStream


class AsyncChatStream(_Base):
    """The event stream of a chat answer. The request is sent when reading begins.

    Read it once, in one of three ways: iterate over it for `SSEEvent`s, typed by their name (`text_delta`,
    `tool_use`, `done`, `error`); iterate over `text_deltas()` for the text in pieces; or call `collect()` for
    the complete answer.

    A stream that breaks, or ends without `done`, raises `StreamError`; its `text` is the text received so
    far. The `timeout` of the call limits the seconds between two reads, not the length of the stream.
    """

    def _text_of(self, event: SSEEvent, /) -> str:
        return delta_of(event)

    async def text_deltas(self) -> AsyncIterator[str]:
        """Iterate over the text of the answer in pieces, as they arrive, then close the stream.

        Yields:
            The text of each `text_delta` event; never empty.

        Raises:
            StreamError: the stream failed; `text` is the text received so far.
        """
        async with self:
            async for event in self:
                if delta := delta_of(event):
                    yield delta

    async def collect(self) -> ChatReply:
        """Read the stream to its end, then close it.

        Returns:
            The complete answer: `text`, `tool_calls`, `usage`, and `done`, the payload of that event.

        Raises:
            StreamError: the stream failed; `text` is the text received so far.
        """
        async with self:
            return build_reply([event async for event in self])
