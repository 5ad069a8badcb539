"""Guests: members of a workspace who belong to another organization.

A call of a guest that names something of such a workspace is answered in the organization that the workspace belongs to,
where the guest sees what belongs to it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..platform.call import Call
from ..platform.caller import Caller
from ..platform.context import Context
from ..platform.registry import hidden_workspaces
from ..store.database import Record
from .users import find_user

_PLACES = ("channel", "conversation")
_MEMBERS = "workspaces.members"


def caller_for(call: Call) -> Caller:
    """The caller in the organization that a call is about."""
    if call.store.is_elsewhere(_MEMBERS, call.user_id, call.tenant):
        joined = _joined(call)
        for id in _ids(call):
            for tenant, workspace in _places(call, id, set(joined.values())):
                if joined.get(workspace) == tenant:
                    return replace(call.caller, tenant=tenant)
    return call.caller


def add_guest(host: Context, user_id: str) -> None:
    """Add the profile of a user of another organization to those that records may refer to."""
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


@hidden_workspaces
def _hidden(context: Context) -> set[str]:
    """The workspaces that the caller is not a member of; for a guest also what has none."""
    others = context.store.ids_without("workspaces", context.tenant, _MEMBERS, context.user_id)
    account = context.platform.accounts.by_id(context.user_id)
    is_guest = account is not None and account.tenant != context.tenant
    return {*others, ""} if is_guest else set(others)


def _joined(context: Context) -> dict[str, str]:
    """By workspace of another organization that the user is a member of, the organization."""
    account = context.platform.accounts.by_id(context.user_id)
    found = context.store.select_any_owner(_MEMBERS, context.user_id)
    return {
        member["workspace_id"]: place.owner
        for place, member in found
        if account is not None and place.owner != account.tenant
    }


def _ids(call: Call) -> Iterator[str]:
    """The ids that a call names: in its path, its query, its body, and the header for a workspace."""
    yield from call.path.values()
    yield call.headers.get("x-workspace-id", "")
    bodies = (call.query, call.body if isinstance(call.body, Mapping) else {})
    for values in bodies:
        for name, value in values.items():
            if name.lower().endswith("id") and isinstance(value, str):
                yield value


def _places(call: Call, id: str, tenants: set[str]) -> Iterator[tuple[str, str]]:
    """Organization and workspace of each record with an id, in these organizations."""
    for kind, owner, record in call.store.find_by_id(id, sorted(tenants)) if id else ():
        workspace = id if kind == "workspaces" else _workspace_of(record)
        for place in _PLACES:
            if not workspace and (above := record.get(f"{place}_id")):
                places = call.in_organization(owner).records(f"{place}s")
                workspace = _workspace_of(call.store.get(places.key, above) or {})
        if workspace:
            yield owner, workspace


def _workspace_of(record: Mapping[str, Any]) -> str | None:
    return record.get("workspace_id") or record.get("workspaceId")
