"""Guests: members of a workspace who belong to another organization.

A call of a guest that refers to such a workspace is handled in the organization of the workspace, where the guest
sees only records of the workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..platform.call import Call
from ..platform.caller import Caller
from ..platform.context import Context
from ..platform.registry import hidden_workspaces, hosts
from ..store.database import Record
from .users import find_user

_MEMBERS = "workspaces.members"


def caller_for(call: Call) -> Caller:
    """The caller in the organization to which a call refers."""
    if call.store.is_elsewhere(_MEMBERS, call.user_id, call.tenant):
        joined = _joined(call)
        for id in _ids(call):
            if tenant := _tenant_of(call, id, joined):
                return replace(call.caller, tenant=tenant)
    return call.caller


def add_guest(host: Context, user_id: str) -> None:
    """Add the profile of a user of another organization, so that records may refer to it."""
    users = host.records("users")
    if users.find(user_id) is None and (user := find_user(host, user_id)):
        users.put(user)


def remove_guest(host: Context, user_id: str) -> None:
    """Remove the profile of a guest who has left the last workspace of the organization."""
    users = host.records("users")
    user = users.find(user_id)
    is_guest = user is not None and user["organization_id"] != host.tenant
    if is_guest and not host.records("workspaces.members").count(user_id=user_id):
        users.delete(user_id)


def update_guest(context: Context, user: Record) -> None:
    """Update the profile of a user wherever the user is a guest."""
    for tenant in set(_joined(context).values()):
        context.in_organization(tenant).records("users").put(user)


@hosts
def _hosts(context: Context) -> list[Context]:
    """The caller's contexts in the other organizations where the caller is a guest."""
    if not context.store.is_elsewhere(_MEMBERS, context.user_id, context.tenant):
        return []
    tenants = sorted(set(_joined(context).values()) - {context.tenant})
    return [context.in_organization(tenant) for tenant in tenants]


@hidden_workspaces
def _hidden(context: Context) -> set[str]:
    """The workspaces of which the caller is not a member; for a guest also records without a workspace."""
    others = context.store.ids_without("workspaces", context.tenant, _MEMBERS, context.user_id)
    account = context.platform.accounts.by_id(context.user_id)
    is_guest = account is not None and account.tenant != context.tenant
    return {*others, ""} if is_guest else set(others)


def _joined(context: Context) -> dict[str, str]:
    """The workspaces of other organizations of which the user is a member, with their organization."""
    account = context.platform.accounts.by_id(context.user_id)
    found = context.store.select_any_owner(_MEMBERS, context.user_id)
    return {
        member["workspace_id"]: place.owner
        for place, member in found
        if account is not None and place.owner != account.tenant
    }


def _ids(call: Call) -> Iterator[str]:
    """The ids in a call: in its path, its query, its body, and the workspace header."""
    yield from call.path.values()
    yield call.headers.get("x-workspace-id", "")
    bodies = (call.query, call.body if isinstance(call.body, Mapping) else {})
    for values in bodies:
        for name, value in values.items():
            if name.lower().endswith(("id", "ids")):
                yield from (one for one in _listed(value) if isinstance(one, str))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _tenant_of(call: Call, id: str, joined: Mapping[str, str]) -> str | None:
    """The other organization in which a guest may see the record with an id; None for any other record."""
    own = [call.tenant, call.user_id]
    if not id or id == call.user_id or call.store.find_by_id(id, own):
        return None
    for kind, owner, record in call.store.find_by_id(id, sorted(set(joined.values()))):
        host = call.in_organization(owner)
        workspace = id if kind == "workspaces" else _workspace_of(record)
        if joined.get(workspace or _workspace_of(_channel(host, record)) or "") == owner:
            return owner
        conversation = id if kind == "conversations" else record.get("conversation_id")
        members = host.records("conversations.members", conversation) if conversation else None
        if members is not None and members.find(call.user_id):
            return owner
    return None


def _channel(host: Context, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The channel that a record is in; empty for one that is in none."""
    id = record.get("channel_id")
    return (host.store.get(host.records("channels").key, id) if id else None) or {}


def _workspace_of(record: Mapping[str, Any]) -> str | None:
    return record.get("workspace_id") or record.get("workspaceId")
