"""Chat: answers from stored texts, complete or as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from ..agents.answers import CHAT, channel_history, cited, respond, respond_streamed, sources
from ..agents.personalities import instructions_of
from ..agents.runs import search_tool_call
from ..engines.engine import EngineError, StreamedAnswer
from ..engines.extractive import MODEL, Answer, stream_pieces
from ..knowledge.text_extraction import document_type, extract_text
from ..platform.call import Call, Events
from ..platform.context import Context
from ..platform.registry import handler, seed
from ..problems import invalid
from ..store.database import Query, Record
from ..store.full_text import Hit, keywords
from ..usage.ledger import charge
from ..workspace.messages import post_message

_MAX_ATTACHED_SOURCES = 2
"""Most attached texts used in an answer."""
_MAX_HISTORY = 50
"""How many messages to search for the previous question."""
_WORDS = 3
"""Below this many keywords, a question is treated as a follow-up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the texts to answer it from, and the conversation."""

    question: str
    hits: list[Hit]
    instructions: str | None
    """Instructions of the personality that answers."""
    conversation_id: str | None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, its usage, and the message that stores it."""

    answer: Answer
    usage: dict[str, Any]
    message_id: str | None
    conversation_id: str | None


@handler("chat.send")
def send(call: Call) -> Any:
    asked = _ask(call)
    reply = _keep(call, asked, respond(call, asked.question, asked.hits, asked.instructions))
    return call.fill(
        {
            "reply": reply.answer.text,
            "messageId": reply.message_id,
            "conversationId": reply.conversation_id,
            "model": call.platform.model,
            "personality": call.body.get("personality"),
            "messageType": call.body["messageType"],
            "attachments": call.body.get("attachments", []),
            "usage": reply.usage,
            "toolCalls": [search_tool_call(call, call.body["message"], reply.answer.sources)]
            if call.body["debug"]
            else [],
            "timestamp": call.now(),
        }
    )


@handler("chat.stream")
def stream(call: Call) -> Events:
    asked = _ask(call)
    if scripted := call.platform.scripted.take(asked.question):
        reply = _keep(call, asked, Answer(scripted.reply, ()))
        events = scripted.events
        return Events(_events(call, reply) if events is None else _scripted_events(call, events))
    live = respond_streamed(call, asked.question, asked.hits, asked.instructions)
    if live is not None:
        return Events(_live_events(call, asked, live))
    answer = respond(call, asked.question, asked.hits)
    return Events(_events(call, _keep(call, asked, answer)))


async def _scripted_events(
    call: Call, events: Sequence[tuple[str, Any]]
) -> AsyncGenerator[tuple[str, Any]]:
    for event in events:
        await asyncio.sleep(call.platform.step_delay)
        yield event


async def _events(call: Call, reply: Reply) -> AsyncGenerator[tuple[str, Any]]:
    answer = reply.answer
    yield (
        "tool_use",
        {**search_tool_call(call, call.body["message"], answer.sources), "status": "completed"},
    )
    for piece in stream_pieces(answer.text):
        await asyncio.sleep(call.platform.step_delay)
        yield "text_delta", {"delta": piece, "messageId": reply.message_id}
    yield "done", _done(call, reply)


async def _live_events(
    call: Call, asked: Asked, live: StreamedAnswer
) -> AsyncGenerator[tuple[str, Any]]:
    """The events of a streamed answer, which is stored when it is complete."""
    yield (
        "tool_use",
        {**search_tool_call(call, call.body["message"], asked.hits), "status": "completed"},
    )
    id = call.new_id("msg_0") if asked.conversation_id else None
    text = ""
    try:
        async for piece in live.pieces(cited(call, asked.hits)):
            text += piece
            yield "text_delta", {"delta": piece, "messageId": id}
    except EngineError as error:
        yield "error", {"code": "INTEGRATION_ERROR", "message": str(error)}
        return
    with call.store.transaction(call.request_id or ""):
        reply = _keep(call, asked, Answer(text, tuple(asked.hits)), id)
    call.platform.jobs.changed()
    yield "done", _done(call, reply)


def _done(call: Call, reply: Reply) -> dict[str, Any]:
    return {
        "reply": reply.answer.text,
        "messageId": reply.message_id,
        "conversationId": reply.conversation_id,
        "model": call.platform.model,
        "finishReason": "stop",
        "usage": reply.usage,
    }


def _ask(call: Call) -> Asked:
    """The question of a call. If it names a conversation, the question is stored there."""
    body, question = call.body, call.body["message"]
    slug = call.body.get("personality")
    instructions = instructions_of(call, slug) if slug else None
    _check(call)
    conversation_id = call.extra.get("conversationId")
    asked = _asked(call)
    if conversation_id:
        fields = {"conversation_id": conversation_id, "content": question, "metadata": CHAT}
        fields |= {"user_id": body.get("userId"), "attachments": body.get("attachments")}
        post_message(call, fields)
    known = sources(call, asked, exclude=question)
    # Passages of the message have no id.
    hits = {(hit.kind, hit.id or hit.content): hit for hit in [*_at_hand(call), *known]}.values()
    return Asked(asked if hits else question, list(hits), instructions, conversation_id)


def _keep(call: Call, asked: Asked, answer: Answer, id: str | None = None) -> Reply:
    """Charge for an answer, and store it in the conversation of the question."""
    usage = charge(call, call.body["message"], answer.text)
    if not asked.conversation_id:
        return Reply(answer, usage, None, None)
    fields = {"conversation_id": asked.conversation_id, "content": answer.text, "metadata": CHAT}
    known = {"user_id": MODEL, "ai_twin_id": MODEL, **({"id": id} if id else {})}
    kept = call.records("messages").add(fields, **known)
    return Reply(answer, usage, kept["id"], asked.conversation_id)


def _check(call: Call) -> None:
    """Check that what a call refers to exists."""
    if not isinstance(call.extra.get("conversationId"), str | None):  # not part of the contract
        raise invalid([("conversationId", "must be the id of a conversation")])
    for name, kind in (("channelId", "channels"), ("userId", "users")):
        if id := call.body.get(name):
            call.records(kind).get(id)


def _asked(call: Call) -> str:
    """The question together with its context, and for a follow-up with the previous question."""
    question, context = call.body["message"], call.body.get("context", {})
    given = [value for value in context.values() if isinstance(value, str)]
    id = call.extra.get("conversationId")
    before = _last_question(call, id) if id and len(keywords(question)) < _WORDS else ""
    return " ".join(filter(None, [question, *given, before]))


def _last_question(call: Call, conversation_id: str) -> str:
    place = {"conversation_id": conversation_id, "ai_twin_id": None}
    query = Query(equal=place, newest_first=True, limit=_MAX_HISTORY)
    messages = call.records("messages").select(query)
    return next((str(one["content"]) for one in messages if one["metadata"] == CHAT), "")


def _at_hand(call: Call) -> list[Hit]:
    """Texts of the request that match the question: context, files, and the channel's history."""
    context, question = call.body.get("context", {}), call.body["message"]
    texts = [
        Hit("context", name, 0, "", f"{name}: {value}", 1.0) for name, value in context.items()
    ]
    texts.extend(_file(call, one) for one in call.body.get("attachments", ()))
    words = keywords(question)
    hits = [text for text in texts if any(word in text.content.lower() for word in words)]
    if channel_id := call.body.get("channelId"):
        hits.extend(channel_history(call, question, channel_id))
    return hits[:_MAX_ATTACHED_SOURCES]


def _file(call: Call, attachment: Record) -> Hit:
    """The text of an attached file; empty if the file is not stored here, or has no text."""
    file = call.records("files").find(attachment.get("id", ""))
    content = call.store.get_blob(file["id"]) if file else None
    text = extract_text(document_type(attachment["name"], attachment["type"]), content or b"")
    return Hit("files", attachment.get("id", ""), 0, attachment["name"], text or "", 1.0)


@seed
def add_examples(context: Context) -> None:
    """Add the channel of the contract's example."""
    example = context.defaults.example(
        context.platform.contract.operations["chat.send"].body_schema
    )
    channels = context.records("channels")
    fields = {**context.defaults.example(channels.kind.schema), "id": example["channelId"]}
    channels.put({**fields, "name": "sales", "display_name": "Sales"})
