"""Users: the caller's profile, and the public profiles of others."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response, slice_response, update_record
from ..platform.registry import computed, handler
from ..problems import not_found
from ..store.database import Record
from ..usage.audit import last_active
from ..workspace.files import store_file
from ..workspace.guests import update_guest
from ..workspace.membership import (
    leave_organization,
    leave_workspace,
    members_of,
    workspace_context,
    workspace_contexts,
)
from ..workspace.users import find_user


@computed("users")
def _computed(context: Context, user: Record) -> dict[str, Any]:
    shown: dict[str, Any] = {"last_active_at": last_active(context, user["id"])}
    if user["id"] != context.user_id:
        shown |= {"customer_id": None, "metadata": {}}
    if user["organization_id"] != context.tenant:
        shown |= {"email": None, "organization_id": None}
    return shown


@handler("users.me")
def me(call: Call) -> Any:
    users = call.records("users")
    return record_response(call, users, users.get(call.user_id))


@handler("users.update_me")
def update_me(call: Call) -> Any:
    users = call.records("users")
    user = update_record(call, users, call.user_id)
    update_guest(call, user)
    return record_response(call, users, user)


@handler("users.delete_me")
def delete_me(call: Call) -> Any:
    """Delete the account with all private records; those shared with the organization are kept."""
    user_id = call.user_id
    for workspace_id, host in workspace_contexts(call).items():
        leave_workspace(host, workspace_id, user_id)
    leave_organization(call, user_id)
    call.records("users").delete(user_id)
    call.store.delete_owner(user_id)
    call.search.delete_owner(user_id)
    call.platform.sessions.end_all(user_id)
    call.platform.accounts.delete(user_id)
    return call.fill({"message": "Account closed"})


@handler("users.upload_avatar")
def upload_avatar(call: Call) -> Any:
    _drop_avatar(call)
    files = call.records("files")
    file = files.shown(store_file(call, call.upload(), {}))
    call.records("users").change(call.user_id, {}, avatar_url=file["url"])
    return call.fill({"data": {"avatar_url": file["url"]}})


@handler("users.delete_avatar")
def delete_avatar(call: Call) -> Any:
    _drop_avatar(call)
    call.records("users").change(call.user_id, {}, avatar_url=None)
    return call.fill({"message": "Avatar removed"})


@handler("users.list")
def list_users(call: Call) -> Any:
    """List the members of the organization, and members from elsewhere of the caller's workspaces."""
    words = call.query.get("search", "").lower().split()
    shown = map(call.records("users").shown, _people(call))
    found = [user for user in shown if all(word in _text(user) for word in words)]
    return slice_response(call, found)


@handler("users.get")
def get(call: Call) -> Any:
    for user in _people(call):
        if user["id"] == call.path["id"]:
            return record_response(call, call.records("users"), user)
    raise not_found("User")


def _people(call: Call) -> list[Record]:
    """The users that the caller sees, or the members of the requested workspace."""
    workspace_id = call.query.get("workspace_id")
    if workspace_id:
        workspaces = {workspace_id: workspace_context(call, workspace_id)}
        found: dict[str, Record] = {}
    else:
        workspaces = workspace_contexts(call)
        found = {user["id"]: user for user in call.records("users").all()}
    for id, host in workspaces.items():
        for member in members_of(host, id).all():
            if member["user_id"] not in found and (user := find_user(call, member["user_id"])):
                found[user["id"]] = user
    return list(found.values())


def _text(user: Record) -> str:
    names = ("display_name", "email", "title", "bio")
    return " ".join(str(user[name] or "") for name in names).lower()


def _drop_avatar(call: Call) -> None:
    """Delete the file of the current picture, if it was uploaded here."""
    url = call.records("users").get(call.user_id)["avatar_url"] or ""
    files = call.records("files")
    for file in files.all(uploaded_by=call.user_id):
        if files.shown(file)["url"] == url:
            files.delete(file["id"])
