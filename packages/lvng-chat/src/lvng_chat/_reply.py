"""The whole of a streamed answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ._generated import types


@dataclass(slots=True)
class ChatReply:
    """What `collect()` returns.

    Attributes:
        text: the answer.
        tool_calls: the payload of each `tool_use` event, in order.
        done: the payload of the `done` event; None where the stream had none.
    """

    text: str = ""
    tool_calls: list[types.ChatToolUse] = field(default_factory=list)
    done: types.ChatDone | None = None

    @property
    def usage(self) -> types.ChatUsage | None:
        """Tokens and credits that the answer took, where the server said so."""
        return self.done["usage"] if self.done else None


def build_reply(events: Iterable[types.ChatStreamEvent]) -> ChatReply:
    """The answer that a stream's events make together."""
    reply = ChatReply()
    pieces: list[str] = []
    for event in events:
        if event.event == "text_delta":
            pieces.append(event.data["delta"])
        elif event.event == "tool_use":
            reply.tool_calls.append(event.data)
        elif event.event == "done":
            reply.done = event.data
    reply.text = "".join(pieces)
    if not pieces and reply.done:
        reply.text = reply.done["reply"] or ""
    return reply
