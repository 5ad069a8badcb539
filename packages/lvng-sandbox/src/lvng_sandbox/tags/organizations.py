"""Organizations: their members and roles. A user belongs to one."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.crud import record_response, slice_response, update_record
from ..platform.registry import computed, handler
from ..problems import already_exists
from ..store.database import Record
from ..workspace.membership import (
    create_organization,
    current_owner,
    find_members,
    leave_organization,
    require_manager,
    require_removable,
    role_in,
    set_role,
)
from ..workspace.users import basic_profile


@computed("organizations")
def _computed(context: Context, organization: Record) -> dict[str, Any]:
    members = context.records("organizations.members", organization["id"])
    return {
        "member_count": members.count(),
        "workspace_count": context.records("workspaces").count(),
        "owner_id": current_owner(members, organization["owner_id"]),
        "my_role": role_in(members, context.user_id),
    }


@computed("organizations.members")
def _computed_member(context: Context, member: Record) -> dict[str, Any]:
    user_id = member["user_id"]
    return {
        **basic_profile(context, user_id),
        "workspace_count": context.store.count_by_id("workspaces.members", user_id, context.tenant),
    }


@handler("organizations.update")
def update(call: Call) -> Any:
    organizations = call.records("organizations")
    organization = organizations.get(call.path["id"])
    require_manager(_members(call), call.user_id)
    slug = call.body.get("slug", organization["slug"])
    for _, other in call.store.select_any_owner("organizations", slug=slug):
        if other["id"] != organization["id"]:
            raise already_exists(f"There is an organization with the slug {slug!r} already")
    return record_response(
        call, organizations, update_record(call, organizations, organization["id"])
    )


@handler("organizations.list_members")
def list_members(call: Call) -> Any:
    return slice_response(call, find_members(_members(call), call.query))


@handler("organizations.update_member")
def update_member(call: Call) -> Any:
    members, user_id, role = _members(call), call.path["user_id"], call.body["role"]
    require_manager(members, call.user_id, members.get(user_id)["role"], role)
    return record_response(call, members, set_role(members, user_id, role))


@handler("organizations.remove_member")
def remove_member(call: Call) -> Any:
    """Remove a member, who moves to a new organization."""
    members, user_id = _members(call), call.path["user_id"]
    require_removable(members, user_id, by=call.user_id)
    leave_organization(call, user_id)
    user = call.records("users").delete(user_id)
    if moved := call.platform.accounts.move(user_id, call.new_id("org_0")):
        call.platform.sessions.end_all(user_id)
        call.on_behalf_of(moved).records("users").put({**user, "organization_id": moved.tenant})
        create_organization(call.on_behalf_of(moved), user["email"])
    return call.fill({"message": "Member removed"})


def _members(call: Call) -> Collection:
    organization = call.records("organizations").get(call.path["id"])
    return call.records("organizations.members", organization["id"])
