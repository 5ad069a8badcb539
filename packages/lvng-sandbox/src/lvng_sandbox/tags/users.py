"""Users: the caller's own profile, and what is public of others."""

from __future__ import annotations

from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_record, answer_slice, change_record
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules
from ..problems import not_found
from ..store.database import Record
from ..workspace.membership import home, homes, leave_organization, leave_workspace, members_of
from ..workspace.users import last_active, person
from .files import keep_file


def _derive(platform: Platform, caller: Caller, user: Record) -> dict[str, Any]:
    shown: dict[str, Any] = {"last_active_at": last_active(platform, user["id"])}
    if user["id"] != caller.user_id:
        shown |= {"customer_id": None, "metadata": {}}
    if user["organization_id"] != caller.tenant:
        shown |= {"email": None, "organization_id": None}
    return shown


rules(users=Rule(derive=_derive))


@handles("users.me")
def me(call: Call) -> Any:
    users = call.records("users")
    return answer_record(call, users, users.get(call.caller.user_id))


@handles("users.update_me")
def update_me(call: Call) -> Any:
    users = call.records("users")
    return answer_record(call, users, change_record(call, users, call.caller.user_id))


@handles("users.delete_me")
def delete_me(call: Call) -> Any:
    """What is the user's alone goes with the account; what was shared with the organization stays there."""
    platform, user_id = call.platform, call.caller.user_id
    for workspace_id, there in homes(platform, call.caller).items():
        leave_workspace(platform, there, workspace_id, user_id)
    leave_organization(platform, call.caller, user_id)
    call.records("users").remove(user_id)
    platform.store.forget(user_id)
    platform.accounts.remove(user_id)
    return call.fill({"message": "Account closed"})


@handles("users.upload_avatar")
def upload_avatar(call: Call) -> Any:
    _drop_avatar(call)
    files = call.records("files")
    file = files.shown(keep_file(call, call.upload(), {}))
    call.records("users").change(call.caller.user_id, {}, avatar_url=file["url"])
    return call.fill({"data": {"avatar_url": file["url"]}})


@handles("users.delete_avatar")
def delete_avatar(call: Call) -> Any:
    _drop_avatar(call)
    call.records("users").change(call.caller.user_id, {}, avatar_url=None)
    return call.fill({"message": "Avatar removed"})


@handles("users.list")
def list_users(call: Call) -> Any:
    """Everybody of the organization, and those from elsewhere with whom a workspace is shared."""
    words = call.query.get("search", "").lower().split()
    shown = map(call.records("users").shown, _people(call))
    found = [user for user in shown if all(word in _text(user) for word in words)]
    return answer_slice(call, found)


@handles("users.get")
def get(call: Call) -> Any:
    for user in _people(call):
        if user["id"] == call.path["id"]:
            return answer_record(call, call.records("users"), user)
    raise not_found("User")


def _people(call: Call) -> list[Record]:
    """The people whom the caller knows, or those in the workspace that is asked for."""
    workspace_id = call.query.get("workspace_id")
    if workspace_id:
        workspaces = {workspace_id: home(call.platform, call.caller, workspace_id)}
        found: dict[str, Record] = {}
    else:
        workspaces = homes(call.platform, call.caller)
        found = {user["id"]: user for user in call.records("users").all()}
    for id, there in workspaces.items():
        for member in members_of(call.platform, there, id).all():
            if member["user_id"] not in found and (
                user := person(call.platform, member["user_id"])
            ):
                found[user["id"]] = user
    return list(found.values())


def _text(user: Record) -> str:
    names = ("display_name", "email", "title", "bio")
    return " ".join(str(user[name] or "") for name in names).lower()


def _drop_avatar(call: Call) -> None:
    """Delete the picture that was uploaded before, where it is kept here."""
    url = call.records("users").get(call.caller.user_id)["avatar_url"] or ""
    files = call.records("files")
    for file in files.all(uploaded_by=call.caller.user_id):
        if files.shown(file)["url"] == url:
            files.remove(file["id"])
