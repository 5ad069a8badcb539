"""Channels: members, twins, pins, and read states."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response
from ..platform.kinds import Rule
from ..platform.registry import computed, define_collection, handler, hidden, rules, seed
from ..problems import unprocessable
from ..store.database import Query, Record
from ..workspace.messages import delete_messages, hidden_channels, join, leave


@hidden("channels")
def _hidden(context: Context) -> dict[str, set[str]]:
    return {"id": hidden_channels(context)}


@computed("channels")
def _computed(context: Context, channel: Record) -> dict[str, Any]:
    id, messages = channel["id"], context.records("messages")
    latest = messages.last(channel_id=id)
    return {
        "message_count": messages.count(channel_id=id),
        "last_message_at": latest["created_at"] if latest else None,
        "member_count": context.records("channels.members", id).count(),
        "unread_count": _unread(context, id),
    }


def _unread(context: Context, channel_id: str) -> int:
    """The number of messages of others since the caller last read the channel."""
    messages = context.records("messages")
    state = context.records("channels.read_states", channel_id).find(context.user_id)
    query = Query(equal={"channel_id": channel_id}, without={"user_id": {context.user_id}})
    query.after_seq = state["seq"] if state else None
    return context.store.count(messages.key, query)


@computed("channels.pins")
def _computed_pin(context: Context, pin: Record) -> dict[str, Any]:
    messages = context.records("messages")
    message = messages.find(pin["message_id"])
    return {"message": messages.shown(message) if message else None}


define_collection(
    "channels.read_states", "/api/v2/channels/{id}/read", "user_id", "ChannelReadState"
)
rules(
    channels=Rule(
        references={"workspace_id": "workspaces"},
        unique=(("workspace_id", "name"),),
        text=("display_name", "topic", "description"),
    ),
)


@handler("channels.create")
def create(call: Call) -> Any:
    channels = call.records("channels")
    channel = channels.add({"display_name": call.body["name"], "is_private": False, **call.body})
    join(call, "channels.members", channel["id"], call.user_id, "admin")
    for user_id in call.body.get("member_ids", ()):
        if user_id != call.user_id:
            join(call, "channels.members", channel["id"], user_id)
    return record_response(call, channels, channel)


@handler("channels.delete")
def delete(call: Call) -> Any:
    call.deleted = channel = call.records("channels").delete(call.path["id"])
    delete_messages(call, channel_id=channel["id"])
    return call.fill({"message": "Channel deleted"})


@handler("channels.archive")
def archive(call: Call) -> Any:
    channels = call.records("channels")
    return record_response(call, channels, channels.change(call.path["id"], {"is_archived": True}))


@handler("channels.unarchive")
def unarchive(call: Call) -> Any:
    channels = call.records("channels")
    return record_response(call, channels, channels.change(call.path["id"], {"is_archived": False}))


@handler("channels.add_member")
def add_member(call: Call) -> Any:
    """Add a member; adding one again changes the role."""
    user_id, role = call.body["user_id"], call.body.get("role")
    return call.fill(
        {"member": join(call, "channels.members", _channel(call)["id"], user_id, role)}
    )


@handler("channels.remove_member")
def remove_member(call: Call) -> Any:
    leave(call, "channels.members", _channel(call)["id"])
    return call.fill({"message": "Member removed"})


@handler("channels.add_twin")
def add_twin(call: Call) -> Any:
    """Assign a twin; assigning one again changes its settings."""
    twin = call.records("twins").get(call.body["twin_id"])
    assigned = call.records("channels.twins", _channel(call)["id"])
    known = {"name": twin["name"], "avatar_url": twin["avatar_url"]}
    if assigned.find(twin["id"]):
        return call.fill({"twin": assigned.change(twin["id"], call.body, **known)})
    return call.fill({"twin": assigned.add(call.body, assigned_by=call.user_id, **known)})


@handler("channels.add_pin")
def add_pin(call: Call) -> Any:
    """Pin a message; pinning one again changes nothing."""
    channel = _channel(call)
    message = call.records("messages").get(call.body["message_id"])
    if message["channel_id"] != channel["id"]:
        raise unprocessable("message_id", "is a message of another channel")
    pins = call.records("channels.pins", channel["id"])
    pin = pins.find(message["id"]) or pins.add(call.body, pinned_by=call.user_id)
    return record_response(call, pins, pin)


@handler("channels.mark_read")
def mark_read(call: Call) -> Any:
    channel, messages = _channel(call), call.records("messages")
    id = call.body.get("last_read_message_id")
    if id and messages.get(id)["channel_id"] != channel["id"]:
        raise unprocessable("last_read_message_id", "is a message of another channel")
    if not id:
        latest = messages.last(channel_id=channel["id"])
        id = latest["id"] if latest else None
    seq = call.store.sequence_number(messages.key.owner, id) if id else 0
    state = {
        "channel_id": channel["id"],
        "user_id": call.user_id,
        "last_read_message_id": id,
        "last_read_at": call.now(),
    }
    call.records("channels.read_states", channel["id"]).put({**state, "seq": seq})
    state["unread_count"] = _unread(call, channel["id"])
    return call.fill({"read_state": state})


@seed
def add_examples(context: Context) -> None:
    """Rename the example channel, so that the example of a new one can be created; mark it unread; mute its twin."""
    channels = context.records("channels")
    for channel in channels.all():
        channels.put({**channel, "name": "general", "display_name": "General"})
        context.records("channels.read_states", channel["id"]).delete(context.user_id)
        twins = context.records("channels.twins", channel["id"])
        for twin in twins.all():
            twins.put({**twin, "auto_respond": False})


def _channel(call: Call) -> Record:
    return call.records("channels").get(call.path["id"])
