"""Workspaces: their members, roles and settings. Deleting one deletes its contents."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, hidden, rules, seed
from ..problems import forbidden
from ..store.database import Record
from ..workspace.membership import (
    current_owner,
    find_members,
    join_workspace,
    leave_workspace,
    members_of,
    open_workspace,
    require_manager,
    require_removable,
    role_in,
    set_role,
    workspace_context,
    workspace_contexts,
)
from ..workspace.settings import DEFAULTS, workspace_settings
from ..workspace.users import public_profile

COLLEAGUE = {"id": "usr_8d6e0b17", "email": "li@example.com", "display_name": "Li Wei"}
_HISTORY = {"activity", "audit_log", "workspaces", "workspaces.members", "workspaces.settings"}
"""Kinds whose records are kept, or are deleted anyway as they are below the workspace."""


@hidden("workspaces")
def _hidden(context: Context) -> dict[str, set[str]]:
    own = workspace_contexts(context)
    return {"id": {one["id"] for one in context.records("workspaces").all()} - own.keys()}


@computed("workspaces")
def _computed(context: Context, workspace: Record) -> dict[str, Any]:
    members = members_of(context, workspace["id"])
    role = role_in(members, context.user_id)
    owner_id = current_owner(members, workspace["owner_id"])
    return {"my_role": role, "is_owner": role == "owner", "owner_id": owner_id}


@computed("workspaces.members")
def _computed_member(context: Context, member: Record) -> dict[str, Any]:
    return public_profile(context, member["user_id"])


rules(
    workspaces=Rule(unique=(("slug",),)),
)


@handler("workspaces.health")
def health(_call: Call) -> Any:
    return {"status": "ok", "service": "workspaces"}


@handler("workspaces.list")
def list_workspaces(call: Call) -> Any:
    found = []
    for id, host in workspace_contexts(call).items():
        workspaces = host.records("workspaces")
        found.append(workspaces.shown(workspaces.get(id)))
    return call.fill({"workspaces": found, "count": len(found)})


@handler("workspaces.create")
def create(call: Call) -> Any:
    workspace = open_workspace(call, call.body)
    return record_response(call, call.records("workspaces"), workspace)


@handler("workspaces.get")
def get(call: Call) -> Any:
    workspaces = _home(call).records("workspaces")
    return record_response(call, workspaces, workspaces.get(call.path["id"]))


@handler("workspaces.update")
def update(call: Call) -> Any:
    workspaces = _home(call, managed=True).records("workspaces")
    return record_response(call, workspaces, update_record(call, workspaces, call.path["id"]))


@handler("workspaces.delete")
def delete(call: Call) -> Any:
    host, id = _home(call), call.path["id"]
    if role_in(members_of(host, id), call.user_id) != "owner":
        raise forbidden("Only an owner may delete a workspace", "Ask an owner")
    _empty(call, id)
    call.deleted = host.records("workspaces").delete(id)
    return call.fill({"message": "Workspace deleted"})


@handler("workspaces.list_members")
def list_members(call: Call) -> Any:
    members = members_of(_home(call), call.path["id"])
    found = find_members(members, call.query)
    return call.fill({"members": found, "count": len(found)})


@handler("workspaces.add_member")
def add_member(call: Call) -> Any:
    """Add a member of the organization that the workspace belongs to; others are invited."""
    host, id = _home(call, managed=True), call.path["id"]
    user = host.records("users").get(call.body["user_id"])
    settings = workspace_settings(host, id)
    role = call.body["role"] if "role" in call.sent else settings["default_role"]
    known = {"role": role, "invited_by": call.user_id}
    member = join_workspace(host, id, user["id"], **known)
    return call.fill({"member": members_of(host, id).shown(member)})


@handler("workspaces.update_member")
def update_member(call: Call) -> Any:
    members = members_of(_home(call), call.path["id"])
    user_id, role = call.path["user_id"], call.body["role"]
    require_manager(members, call.user_id, members.get(user_id)["role"], role)
    return call.fill({"member": members.shown(set_role(members, user_id, role))})


@handler("workspaces.remove_member")
def remove_member(call: Call) -> Any:
    host, id, user_id = _home(call), call.path["id"], call.path["user_id"]
    require_removable(members_of(host, id), user_id, by=call.user_id)
    leave_workspace(host, id, user_id)
    return call.fill({"message": "Member removed"})


@handler("workspaces.get_settings")
def get_settings(call: Call) -> Any:
    return call.fill({"settings": workspace_settings(_home(call), call.path["id"])})


@handler("workspaces.update_settings")
def update_settings(call: Call) -> Any:
    host, id = _home(call, managed=True), call.path["id"]
    settings = host.records("workspaces.settings", id)
    settings.put(workspace_settings(host, id))
    return call.fill({"settings": settings.change(id, call.body)})


def _home(call: Call, *, managed: bool = False) -> Context:
    """The caller's context in the organization of the workspace; with `managed`, only for those who manage it."""
    return workspace_context(call, call.path["id"], managed=managed)


def _empty(call: Call, workspace_id: str) -> None:
    """Delete the records of a workspace, whoever owns them."""
    for kind in call.platform.kinds.values():
        properties = call.platform.contract.resolve(kind.schema).get("properties", {})
        for name in {"workspace_id", "workspaceId"} & properties.keys():
            if kind.name not in _HISTORY:
                _remove(call, kind.name, **{name: workspace_id})


def _remove(call: Call, kind: str, **equal: str) -> None:
    key = call.platform.kinds[kind].key
    for place, record in call.store.select_any_owner(kind, **equal):
        call.store.delete(place, record[key])
        call.search.delete(kind, place.owner, record[key])
        if kind == "channels":
            _remove(call, "messages", channel_id=record["id"])


@seed
def add_examples(context: Context) -> None:
    """Add a colleague who also owns workspace and organization, so that either owner can leave."""
    workspaces = context.records("workspaces")
    (workspace,) = workspaces.all()
    workspaces.put({**workspace, "slug": "acme"})
    users = context.records("users")
    users.put(
        context.defaults.record(users.kind.schema, {**COLLEAGUE, "organization_id": context.tenant})
    )
    context.platform.accounts.add(COLLEAGUE["id"], COLLEAGUE["email"], context.tenant)
    for kind, id in (("workspaces", workspace["id"]), ("organizations", context.tenant)):
        members = context.records(f"{kind}.members", id)
        members.add({"user_id": COLLEAGUE["id"], "role": "owner"})
    settings = context.records("workspaces.settings", workspace["id"])
    settings.put({**settings.get(workspace["id"]), **DEFAULTS})
