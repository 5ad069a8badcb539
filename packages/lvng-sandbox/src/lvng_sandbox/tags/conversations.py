"""Conversations: their members, messages and read receipts."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response, page_response, record_response
from ..platform.filters import make_query
from ..platform.kinds import Rule
from ..platform.paging import hosted, pagination
from ..platform.registry import computed, handler, hidden, rules, seed
from ..problems import unprocessable
from ..store.database import Query, Record
from ..workspace.messages import (
    delete_messages,
    hidden_conversations,
    join,
    leave,
    post_message,
)


@hidden("conversations")
def _hidden(context: Context) -> dict[str, set[str]]:
    return {"id": hidden_conversations(context)}


@computed("conversations")
def _computed(context: Context, conversation: Record) -> dict[str, Any]:
    id = conversation["id"]
    latest = context.records("messages").last(conversation_id=id)
    return {
        "last_message_at": latest["created_at"] if latest else None,
        "member_count": context.records("conversations.members", id).count(),
        "unread_count": _unread(context, id),
    }


def _unread(context: Context, id: str) -> int:
    """The number of messages of others that the caller has not read."""
    messages, me = context.records("messages"), context.user_id
    query = Query(equal={"conversation_id": id}, without={"user_id": {me}})
    read = context.records("messages.receipts").count(conversation_id=id, user_id=me)
    return context.store.count(messages.key, query) - read


rules(
    conversations=Rule(references={"project_id": "projects"}, by_membership=True),
)


@handler("conversations.list")
def list_conversations(call: Call) -> Any:
    conversations = call.records("conversations")
    query = make_query(call, conversations)
    if "unread" in call.query:
        unread = {
            one["id"]
            for context in (call, *call.hosts())
            for one in context.records("conversations").all()
            if bool(_unread(context, one["id"])) == call.query["unread"]
        }
        query.equal = {**query.equal, "id": tuple(sorted(unread))}
    everywhere = [(conversations, query), *hosted(call, conversations, query)]
    total = call.store.count_across([(one.key, filters) for one, filters in everywhere])
    answer = page_response(call, conversations, query)
    if "cursor" not in call.query:
        answer["pagination"] = pagination(call, len(answer["data"]), total)
    return answer


@handler("conversations.create")
def create(call: Call) -> Any:
    members = dict.fromkeys([call.user_id, *call.body.get("member_ids", ())])
    if call.body["conversation_type"] == "direct" and len(members) > 2:
        raise unprocessable("member_ids", "names more than one other; make it a group")
    conversations = call.records("conversations")
    if call.body["conversation_type"] == "direct" and (known := _direct(call, set(members))):
        return record_response(call, conversations, known)
    conversation = conversations.add(call.body)
    for user_id in members:
        role = "owner" if user_id == call.user_id else None
        join(call, "conversations.members", conversation["id"], user_id, role)
    return record_response(call, conversations, conversation)


@handler("conversations.delete")
def delete(call: Call) -> Any:
    conversation = call.records("conversations").delete(call.path["id"])
    delete_messages(call, conversation_id=conversation["id"])
    return call.fill({"message": "Conversation deleted"})


@handler("conversations.list_messages")
def list_messages(call: Call) -> Any:
    return list_response(call, call.records("messages"), conversation_id=_id(call))


@handler("conversations.create_message")
def create_message(call: Call) -> Any:
    fields = {**call.body, "conversation_id": _id(call)}
    return record_response(call, call.records("messages"), post_message(call, fields))


@handler("conversations.add_member")
def add_member(call: Call) -> Any:
    user_id, role = call.path["user_id"], call.body.get("role")
    return call.fill({"data": join(call, "conversations.members", _id(call), user_id, role)})


@handler("conversations.remove_member")
def remove_member(call: Call) -> Any:
    leave(call, "conversations.members", _id(call))
    return call.fill({"message": "Member removed"})


@handler("conversations.list_read_receipts")
def list_read_receipts(call: Call) -> Any:
    return list_response(call, call.records("messages.receipts"), conversation_id=_id(call))


@handler("conversations.mark_read")
def mark_read(call: Call) -> Any:
    """Mark messages as read. The caller's own messages have no receipts."""
    id, me = _id(call), call.user_id
    receipts = []
    for message in _read(call, id):
        below = call.records("messages.receipts", message["id"])
        known = below.find(me)
        receipt = {"conversation_id": id, "message_id": message["id"], "user_id": me}
        receipts.append(known or below.put({**receipt, "read_at": call.now()}))
    members = call.records("conversations.members", id)
    members.put({**members.get(me), "last_read_at": call.now()})
    return call.fill({"data": receipts})


@seed
def add_examples(context: Context) -> None:
    """Remove the example's own copies of messages: messages of conversations are stored with all others."""
    conversations = context.records("conversations")
    for conversation in conversations.all():
        messages = context.records("conversations.messages", conversation["id"])
        for message in messages.all():
            messages.delete(message["id"])


def _direct(call: Call, members: set[str]) -> Record | None:
    """The direct conversation between two users, if there is one already."""
    if len(members) < 2:
        return None
    for one in call.records("conversations").all(conversation_type="direct"):
        found = call.records("conversations.members", one["id"]).all()
        if {member["user_id"] for member in found} == members:
            return one
    return None


def _id(call: Call) -> str:
    """The id of the conversation in the path, which must exist."""
    return str(call.records("conversations").get(call.path["id"])["id"])


def _read(call: Call, id: str) -> list[Record]:
    """The messages that a call marks as read, without the caller's own."""
    messages, ids = call.records("messages"), call.body.get("message_ids", [])
    last = call.body.get("last_read_message_id")
    found = messages.all(conversation_id=id)
    known = [message["id"] for message in found]
    for wanted in [*ids, last] if last else ids:
        if messages.get(wanted)["id"] not in known:
            raise unprocessable("message_ids", f"{wanted} is a message of another conversation")
    if last:
        found = found[: known.index(last) + 1]
    elif ids:
        found = [message for message in found if message["id"] in ids]
    return [message for message in found if message["user_id"] != call.user_id]
