"""Channels: members, twins, pins, and how far each user has read."""

from __future__ import annotations

from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_record
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, keeps, rules, sows
from ..problems import unprocessable
from ..store.database import Query, Record
from ..workspace.messages import figures, hidden_channels, join, leave, remove_messages


def _hides(platform: Platform, caller: Caller) -> dict[str, set[str]]:
    return {"id": hidden_channels(platform, caller)}


def _derive(platform: Platform, caller: Caller, channel: Record) -> dict[str, Any]:
    members = platform.records(caller, "channels.members", channel["id"])
    return {
        **figures(platform, caller, channel_id=channel["id"]),
        "member_count": members.count(),
        "unread_count": _unread(platform, caller, channel["id"]),
    }


def _unread(platform: Platform, caller: Caller, channel_id: str) -> int:
    """How many messages others wrote since the caller last read the channel."""
    messages = platform.records(caller, "messages")
    state = platform.records(caller, "channels.read_states", channel_id).find(caller.user_id)
    query = Query(equal={"channel_id": channel_id}, without={"user_id": {caller.user_id}})
    query.after_seq = state["seq"] if state else 0
    return platform.store.count(messages.place, query)


def _derive_pin(platform: Platform, caller: Caller, pin: Record) -> dict[str, Any]:
    messages = platform.records(caller, "messages")
    message = messages.find(pin["message_id"])
    return {"message": messages.shown(message) if message else None}


keeps("channels.read_states", "/api/v2/channels/{id}/read", "user_id", "ChannelReadState")
rules(
    channels=Rule(
        refers={"workspace_id": "workspaces"},
        unique=(("workspace_id", "name"),),
        text=("display_name", "topic", "description"),
        hides=_hides,
        derive=_derive,
    ),
    channels__pins=Rule(derive=_derive_pin),
)


@handles("channels.create")
def create(call: Call) -> Any:
    channels = call.records("channels")
    channel = channels.add({"display_name": call.body["name"], "is_private": False, **call.body})
    if channel["is_private"]:
        join(call, "channels.members", channel["id"], call.caller.user_id, "admin")
    for user_id in call.body.get("member_ids", ()):
        join(call, "channels.members", channel["id"], user_id)
    return answer_record(call, channels, channel)


@handles("channels.delete")
def delete(call: Call) -> Any:
    channel = call.records("channels").remove(call.path["id"])
    remove_messages(call, channel_id=channel["id"])
    return call.fill({"message": "Channel deleted"})


@handles("channels.archive")
def archive(call: Call) -> Any:
    channels = call.records("channels")
    return answer_record(call, channels, channels.change(call.path["id"], {"is_archived": True}))


@handles("channels.unarchive")
def unarchive(call: Call) -> Any:
    channels = call.records("channels")
    return answer_record(call, channels, channels.change(call.path["id"], {"is_archived": False}))


@handles("channels.add_member")
def add_member(call: Call) -> Any:
    """Adding a member again changes the role."""
    user_id, role = call.body["user_id"], call.body.get("role")
    return call.fill(
        {"member": join(call, "channels.members", _channel(call)["id"], user_id, role)}
    )


@handles("channels.remove_member")
def remove_member(call: Call) -> Any:
    leave(call, "channels.members", _channel(call)["id"])
    return call.fill({"message": "Member removed"})


@handles("channels.add_twin")
def add_twin(call: Call) -> Any:
    """Assigning a twin again changes how it answers."""
    twin = call.records("twins").get(call.body["twin_id"])
    assigned = call.records("channels.twins", _channel(call)["id"])
    known = {"name": twin["name"], "avatar_url": twin["avatar_url"]}
    if assigned.find(twin["id"]):
        return call.fill({"twin": assigned.change(twin["id"], call.body, **known)})
    return call.fill({"twin": assigned.add(call.body, assigned_by=call.caller.user_id, **known)})


@handles("channels.add_pin")
def add_pin(call: Call) -> Any:
    """What is pinned already stays as it is."""
    channel = _channel(call)
    message = call.records("messages").get(call.body["message_id"])
    if message["channel_id"] != channel["id"]:
        raise unprocessable("message_id", "is a message of another channel")
    pins = call.records("channels.pins", channel["id"])
    pin = pins.find(message["id"]) or pins.add(call.body, pinned_by=call.caller.user_id)
    return answer_record(call, pins, pin)


@handles("channels.mark_read")
def mark_read(call: Call) -> Any:
    channel, messages = _channel(call), call.records("messages")
    id = call.body.get("last_read_message_id")
    if id and messages.get(id)["channel_id"] != channel["id"]:
        raise unprocessable("last_read_message_id", "is a message of another channel")
    if not id:
        place = {"channel_id": channel["id"]}
        latest = messages.page(Query(equal=place, newest_first=True, limit=1))
        id = latest[0]["id"] if latest else None
    seq = call.platform.store.seq(messages.place.owner, id) if id else 0
    state = {
        "channel_id": channel["id"],
        "user_id": call.caller.user_id,
        "last_read_message_id": id,
        "last_read_at": call.now(),
    }
    call.records("channels.read_states", channel["id"]).keep({**state, "seq": seq})
    state["unread_count"] = _unread(call.platform, call.caller, channel["id"])
    return call.fill({"read_state": state})


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The example channel has another name than the example of a new one, is unread, and its twin waits to be asked."""
    channels = platform.records(caller, "channels")
    for channel in channels.all():
        channels.keep({**channel, "name": "general", "display_name": "General"})
        platform.records(caller, "channels.read_states", channel["id"]).remove(caller.user_id)
        twins = platform.records(caller, "channels.twins", channel["id"])
        for twin in twins.all():
            twins.keep({**twin, "auto_respond": False})


def _channel(call: Call) -> Record:
    return call.records("channels").get(call.path["id"])
