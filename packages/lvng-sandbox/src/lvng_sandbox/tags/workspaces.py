"""Workspaces: their members and roles, their settings, and what goes with them when they are deleted."""

from __future__ import annotations

from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_record, change_record
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, keeps, rules, sows
from ..problems import forbidden
from ..store.database import Record
from ..workspace.membership import (
    check_manager,
    check_other_owner,
    find_members,
    home,
    homes,
    join_workspace,
    leave_workspace,
    members_of,
    open_workspace,
    owner_among,
    role_in,
    set_role,
)
from ..workspace.users import describe

COLLEAGUE = {"id": "usr_8d6e0b17", "email": "li@example.com", "display_name": "Li Wei"}
_DEFAULTS = {"visibility": "private", "allow_member_invites": True, "default_role": "member"}
_HISTORY = {"activity", "audit_log", "workspaces", "workspaces.members", "workspaces.settings"}
"""Kinds whose records do not go with the workspace that they name, or do in any case."""


def _hides(platform: Platform, caller: Caller) -> dict[str, set[str]]:
    own = homes(platform, caller)
    return {"id": {one["id"] for one in platform.records(caller, "workspaces").all()} - own.keys()}


def _derive(platform: Platform, caller: Caller, workspace: Record) -> dict[str, Any]:
    members = members_of(platform, caller, workspace["id"])
    role = role_in(members, caller.user_id)
    owner_id = owner_among(members, workspace["owner_id"])
    return {"my_role": role, "is_owner": role == "owner", "owner_id": owner_id}


def _derive_member(platform: Platform, _caller: Caller, member: Record) -> dict[str, Any]:
    return describe(platform, member["user_id"])


keeps(
    "workspaces.settings", "/api/v2/workspaces/{id}/settings", "workspace_id", "WorkspaceSettings"
)
rules(
    workspaces=Rule(unique=(("slug",),), hides=_hides, derive=_derive),
    workspaces__members=Rule(derive=_derive_member),
)


@handles("workspaces.health")
def health(_call: Call) -> Any:
    return {"status": "ok", "service": "workspaces"}


@handles("workspaces.list")
def list_workspaces(call: Call) -> Any:
    found = []
    for id, there in homes(call.platform, call.caller).items():
        workspaces = call.platform.records(there, "workspaces")
        found.append(workspaces.shown(workspaces.get(id)))
    return call.fill({"workspaces": found, "count": len(found)})


@handles("workspaces.create")
def create(call: Call) -> Any:
    workspace = open_workspace(call.platform, call.caller, call.body)
    return answer_record(call, call.records("workspaces"), workspace)


@handles("workspaces.get")
def get(call: Call) -> Any:
    workspaces = call.platform.records(_home(call), "workspaces")
    return answer_record(call, workspaces, workspaces.get(call.path["id"]))


@handles("workspaces.update")
def update(call: Call) -> Any:
    workspaces = call.platform.records(_home(call, managed=True), "workspaces")
    return answer_record(call, workspaces, change_record(call, workspaces, call.path["id"]))


@handles("workspaces.delete")
def delete(call: Call) -> Any:
    there, id = _home(call), call.path["id"]
    if role_in(members_of(call.platform, there, id), call.caller.user_id) != "owner":
        raise forbidden("Only an owner may delete a workspace", "Ask an owner")
    _empty(call, id)
    call.platform.records(there, "workspaces").remove(id)
    return call.fill({"message": "Workspace deleted"})


@handles("workspaces.list_members")
def list_members(call: Call) -> Any:
    members = members_of(call.platform, _home(call), call.path["id"])
    found = find_members(members, call.query)
    return call.fill({"members": found, "count": len(found)})


@handles("workspaces.add_member")
def add_member(call: Call) -> Any:
    """Anybody of the organization that keeps the workspace can be added; others are invited."""
    there, id = _home(call, managed=True), call.path["id"]
    user = call.platform.records(there, "users").get(call.body["user_id"])
    settings = settings_of(call.platform, there, id)
    role = call.body["role"] if "role" in call.sent else settings["default_role"]
    known = {"role": role, "invited_by": call.caller.user_id}
    member = join_workspace(call.platform, there, id, user["id"], **known)
    return call.fill({"member": members_of(call.platform, there, id).shown(member)})


@handles("workspaces.update_member")
def update_member(call: Call) -> Any:
    members = members_of(call.platform, _home(call), call.path["id"])
    user_id, role = call.path["user_id"], call.body["role"]
    check_manager(members, call.caller, members.get(user_id)["role"], role)
    return call.fill({"member": members.shown(set_role(members, user_id, role))})


@handles("workspaces.remove_member")
def remove_member(call: Call) -> Any:
    there, id, user_id = _home(call), call.path["id"], call.path["user_id"]
    members = members_of(call.platform, there, id)
    role = members.get(user_id)["role"]
    if user_id != call.caller.user_id:
        check_manager(members, call.caller, role)
    check_other_owner(members, user_id)
    leave_workspace(call.platform, there, id, user_id)
    return call.fill({"message": "Member removed"})


@handles("workspaces.get_settings")
def get_settings(call: Call) -> Any:
    return call.fill({"settings": settings_of(call.platform, _home(call), call.path["id"])})


@handles("workspaces.update_settings")
def update_settings(call: Call) -> Any:
    there, id = _home(call, managed=True), call.path["id"]
    settings = call.platform.records(there, "workspaces.settings", id)
    settings.keep(settings_of(call.platform, there, id))
    return call.fill({"settings": settings.change(id, call.body)})


def settings_of(platform: Platform, there: Caller, workspace_id: str) -> Record:
    """The settings of a workspace; what was never set is the default."""
    settings = platform.records(there, "workspaces.settings", workspace_id)
    fields = {**_DEFAULTS, "workspace_id": workspace_id}
    return settings.find(workspace_id) or platform.shapes.record(settings.kind.schema, fields)


def _home(call: Call, *, managed: bool = False) -> Caller:
    """The caller where the workspace of the call is kept, as one who manages it where that is asked for."""
    there = home(call.platform, call.caller, call.path["id"])
    if managed:
        check_manager(members_of(call.platform, there, call.path["id"]), call.caller)
    return there


def _empty(call: Call, workspace_id: str) -> None:
    """Delete what is kept in a workspace, whoever keeps it."""
    for kind in call.platform.kinds.values():
        properties = call.platform.contract.resolve(kind.schema).get("properties", {})
        for name in {"workspace_id", "workspaceId"} & properties.keys():
            if kind.name not in _HISTORY:
                _remove(call, kind.name, **{name: workspace_id})


def _remove(call: Call, kind: str, **equal: str) -> None:
    key = call.platform.kinds[kind].key
    for place, record in call.platform.store.anywhere(kind, **equal):
        call.platform.store.remove(place, record[key])
        call.platform.search.forget(kind, place.owner, record[key])
        if kind == "channels":
            _remove(call, "messages", channel_id=record["id"])


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """A colleague who owns what the example account owns, so that either can leave."""
    workspaces = platform.records(caller, "workspaces")
    (workspace,) = workspaces.all()
    workspaces.keep({**workspace, "slug": "acme"})
    users = platform.records(caller, "users")
    users.keep(
        platform.shapes.record(users.kind.schema, {**COLLEAGUE, "organization_id": caller.tenant})
    )
    platform.accounts.add(COLLEAGUE["id"], COLLEAGUE["email"], caller.tenant)
    for kind, id in (("workspaces", workspace["id"]), ("organizations", caller.tenant)):
        members = platform.records(caller, f"{kind}.members", id)
        members.add({"user_id": COLLEAGUE["id"], "role": "owner"})
    settings = platform.records(caller, "workspaces.settings", workspace["id"])
    settings.keep({**settings.get(workspace["id"]), **_DEFAULTS})
