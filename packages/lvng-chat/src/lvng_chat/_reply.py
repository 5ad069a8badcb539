"""Parse the events of a chat stream: the text of one event, and the complete answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from lvng_core import SSEEvent

from . import types

__all__ = ["ChatReply"]


@dataclass(slots=True)
class ChatReply:
    """A complete chat answer, as returned by `collect()`.

    Attributes:
        text: text of the answer.
        tool_calls: payload of each `tool_use` event, in order.
        done: payload of the `done` event; None if it had none.
    """

    text: str = ""
    tool_calls: list[types.ChatToolUse] = field(default_factory=list)
    done: types.ChatDone | None = None

    @property
    def usage(self) -> types.ChatUsage | None:
        """Tokens and credits used by the answer; None if the server did not report them."""
        return self.done.get("usage") if self.done else None


def delta_of(event: SSEEvent) -> str:
    """The text that an event adds to the answer; empty if none."""
    if event.event != "text_delta" or not isinstance(event.data, dict):
        return ""
    delta = event.data.get("delta")
    return delta if isinstance(delta, str) else ""


def build_reply(events: Iterable[SSEEvent]) -> ChatReply:
    """Build the answer from the events of a stream. Events without a JSON object as payload are skipped."""
    reply = ChatReply()
    pieces: list[str] = []
    for event in events:
        if delta := delta_of(event):
            pieces.append(delta)
        elif not isinstance(event.data, dict):
            continue
        elif event.event == "tool_use":
            reply.tool_calls.append(cast("types.ChatToolUse", event.data))
        elif event.event == "done":
            reply.done = cast("types.ChatDone", event.data)
    reply.text = "".join(pieces)
    if not pieces and reply.done:
        reply.text = reply.done.get("reply") or ""
    return reply
