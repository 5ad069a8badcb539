"""Presence of users, offline by default."""

from __future__ import annotations

from typing import Any

from ..clock import canonical
from ..platform.call import Call
from ..platform.crud import slice_response
from ..platform.registry import handler
from ..store.database import Record


@handler("presence.list")
def list_presences(call: Call) -> Any:
    shown = [_presence(call, user) for user in _users(call)]
    status = call.query.get("status")
    return slice_response(call, [one for one in shown if status in {None, one["status"]}])


@handler("presence.get")
def get(call: Call) -> Any:
    user = call.records("users").get(call.path["user_id"])
    return call.fill({"data": _presence(call, user)})


@handler("presence.update")
def update(call: Call) -> Any:
    if workspace_id := call.body.get("workspace_id"):
        call.records("workspaces").get(workspace_id)
    me, now = call.user_id, call.now()
    expires_at = call.body.get("expires_at")
    record = {
        "user_id": me,
        "workspace_id": workspace_id,
        "status": call.body["status"],
        "status_text": call.body.get("status_text"),
        "is_typing": None,
        "expires_at": canonical(expires_at) if expires_at else None,
        "last_seen_at": now,
        "updated_at": now,
    }
    call.records("presence").put(record)
    return call.fill({"data": _presence(call, call.records("users").get(me))})


def _users(call: Call) -> list[Record]:
    """The users that a call selects."""
    users, wanted = call.records("users").all(), call.query.get("user_ids")
    if workspace_id := call.query.get("workspace_id"):
        members = call.records("workspaces.members", workspace_id).all()
        member_ids = {member["user_id"] for member in members}
        users = [user for user in users if user["id"] in member_ids]
    return [user for user in users if wanted is None or user["id"] in wanted]


def _presence(call: Call, user: Record) -> Record:
    """The current presence of a user in the requested workspace: the last update, until it expires."""
    offline = {
        **dict.fromkeys(("workspace_id", "status_text", "is_typing", "expires_at", "last_seen_at")),
        "user_id": user["id"],
        "status": "offline",
        "updated_at": user["created_at"],
    }
    stored = call.records("presence").find(user["id"])
    workspace_id = call.query.get("workspace_id")
    if stored is None or (workspace_id and stored["workspace_id"] not in {None, workspace_id}):
        return offline
    if stored["expires_at"] is not None and stored["expires_at"] <= call.now():
        kept = ("workspace_id", "last_seen_at", "updated_at")
        return {**offline, **{name: stored[name] for name in kept}}
    return stored
