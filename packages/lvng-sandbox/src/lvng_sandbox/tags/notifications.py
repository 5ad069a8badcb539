"""Notifications of users: created by events, and marked as read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..outbox.notifications import notify
from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import page_response, record_response
from ..platform.filters import make_query, parse_timestamp
from ..platform.kinds import Rule
from ..platform.registry import handler, on_event, rules
from ..store.database import Record
from ..workspace.users import display_name

rules(notifications=Rule(visible="user", newest_first=True))


@on_event
def on_message(context: Context, event: str, message: Mapping[str, Any]) -> None:
    """Notify users who are mentioned, `@Li Wei`, and the other member of a direct conversation."""
    if event != "message.created":
        return
    author = display_name(context, message["user_id"]) or message["user_id"]
    place = "conversation" if message["conversation_id"] else "channel"
    fields = {
        "body": message["content"],
        "link": f"{context.platform.base_url}/api/v2/messages/{message['id']}",
        "actor_id": message["user_id"],
        "resource_type": place,
        "resource_id": message[f"{place}_id"],
        "metadata": {"message_id": message["id"]},
    }
    mentioned = dict.fromkeys(_mentioned(context, message))
    for user_id in mentioned:
        user = context.as_user(user_id)
        notify(user, "mention", f"{author} mentioned you", **fields)
    for user_id in _partners(context, message):
        if user_id not in mentioned:
            user = context.as_user(user_id)
            notify(user, "message", f"{author} wrote to you", **fields)


@on_event
def on_run(context: Context, event: str, data: Mapping[str, Any]) -> None:
    """Notify the user of a workflow run that ended, and of an agent that failed."""
    if event in {"workflow.completed", "workflow.failed"} and data["status"] != "cancelled":
        workflow = context.records("workflows").find(data["workflowId"])
        name = workflow["name"] if workflow else data["workflowId"]
        fields = {"resource_type": "workflow", "resource_id": data["workflowId"]}
        fields |= {"body": data["error"], "metadata": {"run_id": data["id"]}}
        notify(context, "workflow", f"{name} {data['status']}", **fields)
    elif event == "agent.error":
        agent, run = data["agent"], data["run"]
        fields = {"resource_type": "agent", "resource_id": agent["id"]}
        fields |= {"body": run["error"], "metadata": {"run_id": run["id"]}}
        notify(context, "agent", f"{agent['name']} failed", **fields)


@handler("notifications.list")
def list_notifications(call: Call) -> Any:
    notifications = call.records("notifications")
    query = make_query(call, notifications)
    if "unread" in call.query:
        query.equal = {**query.equal, "is_read": not call.query["unread"]}
    return page_response(call, notifications, query)


@handler("notifications.mark_read")
def mark_read(call: Call) -> Any:
    notifications = call.records("notifications")
    notification = notifications.get(call.path["id"])
    kept = notifications.put(_marked(call, notification, call.body.get("is_read", True)))
    return record_response(call, notifications, kept)


@handler("notifications.mark_all_read")
def mark_all_read(call: Call) -> Any:
    notifications = call.records("notifications")
    given = call.body.get("before")
    before = parse_timestamp("before", given) if given else "~"  # after every digit
    found = [
        one
        for one in notifications.all(is_read=False, **_workspace(call.body))
        if one["created_at"] < before
    ]
    for notification in found:
        notifications.put(_marked(call, notification, is_read=True))
    return call.fill({"data": {"updated": len(found)}})


@handler("notifications.unread_count")
def unread_count(call: Call) -> Any:
    unread = call.records("notifications").all(is_read=False, **_workspace(call.query))
    by_type = Counter(one["type"] for one in unread)
    return call.fill({"data": {"unread": len(unread), "by_type": dict(by_type)}})


@handler("notifications.clear")
def clear(call: Call) -> Any:
    notifications = call.records("notifications")
    read = {"is_read": True} if call.query.get("read_only") else {}
    found = notifications.all(**read, **_workspace(call.query))
    for notification in found:
        notifications.delete(notification["id"])
    return call.fill({"data": {"deleted": len(found)}})


def _marked(call: Call, notification: Record, is_read: bool) -> Record:
    read_at = (notification["read_at"] or call.now()) if is_read else None
    return {**notification, "is_read": is_read, "read_at": read_at}


def _workspace(given: Mapping[str, Any]) -> dict[str, Any]:
    """A filter for the given workspace, if any."""
    return {"workspace_id": given["workspace_id"]} if "workspace_id" in given else {}


def _mentioned(context: Context, message: Mapping[str, Any]) -> Iterator[str]:
    """The users that a message mentions and that can see it."""
    text = message["content"].lower()
    for user in context.records("users").all() if "@" in text else ():
        names = {user["id"], user["display_name"] or user["id"]}
        if user["id"] != message["user_id"] and any(f"@{one.lower()}" in text for one in names):
            seen = context.as_user(user["id"]).records("messages")
            if seen.find(message["id"]) is not None:
                yield user["id"]


def _partners(context: Context, message: Mapping[str, Any]) -> Iterator[str]:
    """The other members of a direct conversation."""
    if message["conversation_id"] is None:
        return
    conversation = context.records("conversations").find(message["conversation_id"])
    if conversation and conversation["conversation_type"] == "direct":
        members = context.records("conversations.members", conversation["id"])
        for member in members.all():
            if member["user_id"] != message["user_id"]:
                yield member["user_id"]
