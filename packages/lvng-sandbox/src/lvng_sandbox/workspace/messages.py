"""What channels, conversations and chat share: who sees a message, how one is posted, and who answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from ..engines.engine import Live, Prompt
from ..engines.extractive import Answer, citations, compose, numbered
from ..knowledge.retrieval import owners
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.platform import Platform
from ..platform.registry import job
from ..problems import conflict, unprocessable
from ..store.database import Query, Record
from ..store.full_text import Hit, any_of
from ..usage.ledger import charge

SOURCES = 3
CHAT = {"source": "chat"}
"""Metadata of what was said in a chat; answers are not cut from it."""


def hidden_channels(platform: Platform, caller: Caller) -> set[str]:
    """The private channels that the caller does not belong to."""
    private = {
        channel["id"] for channel in platform.records(caller, "channels").all(is_private=True)
    }
    return private - _own(platform, caller, "channel") if private else private


def hidden_conversations(platform: Platform, caller: Caller) -> set[str]:
    """The conversations that the caller takes no part in."""
    found = {one["id"] for one in platform.records(caller, "conversations").all()}
    return found - _own(platform, caller, "conversation")


def _own(platform: Platform, caller: Caller, what: str) -> set[str]:
    members = platform.records(caller, f"{what}s.members").all(user_id=caller.user_id)
    return {member[f"{what}_id"] for member in members}


def post(platform: Platform, caller: Caller, fields: Mapping[str, Any]) -> Record:
    """Post a message, and have the twins of its channel see it.

    Raises:
        Problem: 404 where something that it names is not there, 409 where it is closed to new messages, 422
            where the thread is elsewhere.
    """
    for name in ("channel", "conversation"):
        id = fields.get(f"{name}_id")
        if id and platform.records(caller, f"{name}s").get(id)["is_archived"]:
            raise conflict(f"The {name} is archived")
    if user := fields.get("user_id"):
        platform.records(caller, "users").get(user)
    messages = platform.records(caller, "messages")
    if parent := fields.get("parent_message_id"):
        name = "conversation_id" if fields.get("conversation_id") else "channel_id"
        if messages.get(parent)[name] != fields[name]:
            raise unprocessable("parent_message_id", f"is a message of another {name[:-3]}")
    message = messages.add(fields)
    if message["channel_id"]:
        _forward(platform, caller, message)
    return message


def _forward(platform: Platform, caller: Caller, message: Record) -> None:
    """Have the twins answer that answer everything, that are mentioned, or that the message is for."""
    text = message["content"].lower()
    for twin in platform.records(caller, "channels.twins", message["channel_id"]).all():
        is_asked = f"@{twin['name'].lower()}" in text or message["ai_twin_id"] == twin["twin_id"]
        if twin["auto_respond"] or is_asked:
            names = {"message_id": message["id"], "twin_id": twin["twin_id"]}
            platform.jobs.add(caller, "messages.answer", after=platform.pace, **names)


@job("messages.answer")
def answer_message(platform: Platform, caller: Caller, arguments: dict[str, Any]) -> None:
    """A twin answers a message, in its thread; other twins do not answer that."""
    messages = platform.records(caller, "messages")
    message, twin = messages.find(arguments["message_id"]), arguments["twin_id"]
    if message is None:
        return
    question = message["content"]
    text = respond(platform, question, sources(platform, caller, question, but=question)).text
    charge(platform, caller, question, text)
    places = ("channel_id", "conversation_id", "parent_message_id")
    messages.add(
        {name: message[name] for name in places},
        content=text,
        user_id=twin,
        ai_twin_id=twin,
    )


def respond(
    platform: Platform, question: str, hits: Sequence[Hit], manner: str | None = None
) -> Answer:
    """The answer to a question from the texts that match it: the engine's, else cut from them.

    Raises:
        Problem: 502 or 503: the engine cannot answer.
    """
    if platform.engine is None:
        return compose(question, hits)
    text = platform.ask(Prompt(question, numbered(hits), manner or ""))
    return Answer(f"{text}{citations(hits)}", tuple(hits))


def respond_live(
    platform: Platform, question: str, hits: Sequence[Hit], manner: str | None = None
) -> Live | None:
    """The same as a stream; None where there is no engine."""
    if platform.engine is None:
        return None
    live = platform.ask(Prompt(question, numbered(hits), manner or "", streams=True))
    assert isinstance(live, Live)  # noqa: S101 - it streams
    return live


def sources(platform: Platform, caller: Caller, asked: str, but: str = "") -> list[Hit]:
    """What an answer can be cut from, best first; not earlier answers, nor what says the same as `but`."""
    texts = platform.search.texts(any_of(asked), owners(caller))
    return list(islice((hit for hit in texts if _tells(platform, caller, hit, but)), SOURCES))


def history(platform: Platform, caller: Caller, asked: str, channel_id: str) -> list[Hit]:
    """What a channel's messages have on a question, best first."""
    texts = platform.search.texts(any_of(asked), owners(caller), ["messages"])
    ids = {one["id"] for one in platform.records(caller, "messages").all(channel_id=channel_id)}
    return [hit for hit in texts if hit.id in ids and _tells(platform, caller, hit, asked)]


def _tells(platform: Platform, caller: Caller, hit: Hit, question: str) -> bool:
    record = platform.records(caller, hit.kind).find(hit.id)
    if record is None or hit.kind != "messages":
        return record is not None
    is_answer = record["ai_twin_id"] == record["user_id"]
    return not (is_answer or record["metadata"] == CHAT or record["content"] == question)


def figures(platform: Platform, caller: Caller, **place: str) -> dict[str, Any]:
    """How many messages there are in a channel or conversation, and when the latest came."""
    messages = platform.records(caller, "messages")
    latest = messages.page(Query(equal=place, newest_first=True, limit=1))
    return {
        "message_count": messages.count(**place),
        "last_message_at": latest[0]["created_at"] if latest else None,
    }


def remove_messages(call: Call, **place: str) -> None:
    """Delete the messages of a channel or conversation that is gone."""
    messages = call.records("messages")
    for message in messages.all(**place):
        messages.discard(message)


def join(call: Call, kind: str, place: str, user_id: str, role: str | None = None) -> Record:
    """Make a user a member of a channel or conversation, or change the role of one who is.

    Raises:
        Problem: 404 where there is no such user.
    """
    user = call.records("users").get(user_id)
    members = call.records(kind, place)
    if members.find(user_id):
        return members.change(user_id, {"role": role} if role else {})
    who = {"user_id": user_id, "name": user["display_name"], "email": user["email"]}
    member = members.add({**who, "avatar_url": user["avatar_url"], "role": role or "member"})
    call.emit("member.joined", member)
    return member


def leave(call: Call, kind: str, place: str) -> None:
    """Take the user of a call's path out of a channel or conversation."""
    call.emit("member.left", call.records(kind, place).remove(call.path["user_id"]))
