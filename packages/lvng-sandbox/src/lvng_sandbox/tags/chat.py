"""Chat: answers from what is stored, whole or as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from ..answering import Answer, answer, count_tokens, pieces
from ..calls import Call, Events
from ..registry import handles
from ..shapes import new_id

MODEL = "sandbox-extractive"


@handles("chat.send")
def send(call: Call) -> Any:
    found = _answer(call)
    return call.fill(
        {
            "reply": found.text,
            "messageId": new_id("msg_0"),
            "conversationId": call.body.get("conversationId"),
            "model": MODEL,
            "personality": call.body.get("personality"),
            "messageType": call.body.get("messageType", "chat"),
            "usage": _usage(call, found),
            "toolCalls": [_tool_call(call, found)] if call.body.get("debug") else [],
            "timestamp": call.now(),
        }
    )


@handles("chat.stream")
def stream(call: Call) -> Events:
    return Events(_events(call, _answer(call), new_id("msg_0")))


async def _events(call: Call, found: Answer, message_id: str) -> AsyncIterator[tuple[str, Any]]:
    yield "tool_use", {**_tool_call(call, found), "status": "completed"}
    for piece in pieces(found.text):
        await asyncio.sleep(call.platform.pace)
        yield "text_delta", {"delta": piece, "messageId": message_id}
    yield (
        "done",
        {
            "reply": found.text,
            "messageId": message_id,
            "conversationId": None,
            "model": MODEL,
            "finishReason": "stop",
            "usage": _usage(call, found),
        },
    )


def _answer(call: Call) -> Answer:
    owners = [call.caller.tenant, call.caller.user_id, "*"]
    return answer(call.platform.search, call.body["message"], owners)


def _usage(call: Call, found: Answer) -> dict[str, Any]:
    given, made = count_tokens(call.body["message"]), count_tokens(found.text)
    return {
        "inputTokens": given,
        "outputTokens": made,
        "totalTokens": given + made,
        "credits": round((given + made) / 1000, 3),
    }


def _tool_call(call: Call, found: Answer) -> dict[str, Any]:
    """The look into what is stored, as the call of a tool."""
    return {
        "id": new_id("call_0"),
        "name": "knowledge_search",
        "input": {"query": call.body["message"]},
        "output": {
            "sources": [
                {"kind": hit.kind, "id": hit.id, "title": hit.title} for hit in found.sources
            ]
        },
        "error": None,
        "durationMs": 1,
    }
