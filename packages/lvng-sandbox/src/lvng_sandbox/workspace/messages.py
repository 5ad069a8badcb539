"""Messages of channels and conversations: who sees them, posting, and answers of twins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..agents.answers import respond, sources
from ..platform.call import Call
from ..platform.context import Context
from ..platform.registry import job
from ..problems import conflict, forbidden, unprocessable
from ..store.database import Record
from ..usage.ledger import charge
from .membership import MANAGERS, role_in


def hidden_channels(context: Context) -> set[str]:
    """The private channels of which the caller is not a member, and those of workspaces of other people."""
    channels = context.records("channels")
    private = {channel["id"] for channel in channels.all(is_private=True)}
    found = private - _own(context, "channel") if private else private
    if elsewhere := context.hidden_workspaces():
        found |= {one["id"] for one in channels.all() if (one["workspace_id"] or "") in elsewhere}
    return found


def hidden_conversations(context: Context) -> set[str]:
    """The conversations of which the caller is not a member."""
    found = {one["id"] for one in context.records("conversations").all()}
    return found - _own(context, "conversation")


def _own(context: Context, what: str) -> set[str]:
    members = context.records(f"{what}s.members").all(user_id=context.user_id)
    return {member[f"{what}_id"] for member in members}


def post_message(context: Context, fields: Mapping[str, Any]) -> Record:
    """Post a message, which twins of the channel may answer.

    Raises:
        Problem: 404: something it refers to does not exist; 409: the channel or conversation is archived; 422: its
            thread is elsewhere.
    """
    for name in ("channel", "conversation"):
        id = fields.get(f"{name}_id")
        if id and context.records(f"{name}s").get(id)["is_archived"]:
            raise conflict(f"The {name} is archived")
    if user := fields.get("user_id"):
        context.records("users").get(user)
        if user != context.user_id:
            _require_manager(context)
    messages = context.records("messages")
    if parent := fields.get("parent_message_id"):
        name = "conversation_id" if fields.get("conversation_id") else "channel_id"
        if messages.get(parent)[name] != fields[name]:
            raise unprocessable("parent_message_id", f"is a message of another {name[:-3]}")
    message = messages.add(fields)
    if message["channel_id"]:
        _forward(context, message)
    return message


def _require_manager(context: Context) -> None:
    """Check that the caller may post as somebody else."""
    members = context.records("organizations.members", context.tenant)
    if role_in(members, context.user_id) not in MANAGERS:
        raise forbidden("Only an owner or admin may post as another user", "Leave out user_id")


def _forward(context: Context, message: Record) -> None:
    """Queue answers of the twins that respond to everything, are mentioned, or are addressed."""
    text = message["content"].lower()
    for twin in context.records("channels.twins", message["channel_id"]).all():
        is_asked = f"@{twin['name'].lower()}" in text or message["ai_twin_id"] == twin["twin_id"]
        if twin["auto_respond"] or is_asked:
            names = {"message_id": message["id"], "twin_id": twin["twin_id"]}
            context.enqueue("messages.answer", after=context.platform.step_delay, **names)


@job("messages.answer")
def answer_message(context: Context, arguments: dict[str, Any]) -> None:
    """Have a twin answer a message in its thread. Other twins do not respond to the answer."""
    messages = context.records("messages")
    message, twin = messages.find(arguments["message_id"]), arguments["twin_id"]
    if message is None:
        return
    question = message["content"]
    text = respond(context, question, sources(context, question, exclude=question)).text
    charge(context, question, text)
    places = ("channel_id", "conversation_id", "parent_message_id")
    messages.add(
        {name: message[name] for name in places},
        content=text,
        user_id=twin,
        ai_twin_id=twin,
    )


def delete_messages(call: Call, **place: str) -> None:
    """Delete the messages of a channel or conversation."""
    messages = call.records("messages")
    for message in messages.all(**place):
        messages.delete_record(message)


def join(call: Call, kind: str, place: str, user_id: str, role: str | None = None) -> Record:
    """Add a member to a channel or conversation, or change the role of an existing one.

    Raises:
        Problem: 404: there is no such user.
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
    """Remove the user in the path from a channel or conversation."""
    call.emit("member.left", call.records(kind, place).delete(call.path["user_id"]))
