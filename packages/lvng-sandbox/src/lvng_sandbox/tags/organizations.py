"""Organizations: their people and roles. A caller belongs to one."""

from __future__ import annotations

from typing import Any

from ..contract.defaults import new_id
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.crud import answer_record, answer_slice, change_record
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules
from ..problems import exists
from ..store.database import Record
from ..workspace.membership import (
    check_manager,
    check_other_owner,
    find_members,
    found_organization,
    leave_organization,
    owner_among,
    role_in,
    set_role,
)
from ..workspace.users import describe


def _derive(platform: Platform, caller: Caller, organization: Record) -> dict[str, Any]:
    members = platform.records(caller, "organizations.members", organization["id"])
    return {
        "member_count": members.count(),
        "workspace_count": platform.records(caller, "workspaces").count(),
        "owner_id": owner_among(members, organization["owner_id"]),
        "my_role": role_in(members, caller.user_id),
    }


def _derive_member(platform: Platform, caller: Caller, member: Record) -> dict[str, Any]:
    about = describe(platform, member["user_id"])
    workspaces = platform.records(caller, "workspaces.members")
    return {
        **{name: about[name] for name in ("email", "display_name", "avatar_url")},
        "workspace_count": workspaces.count(user_id=member["user_id"]),
    }


rules(
    organizations=Rule(derive=_derive),
    organizations__members=Rule(derive=_derive_member),
)


@handles("organizations.update")
def update(call: Call) -> Any:
    organizations = call.records("organizations")
    organization = organizations.get(call.path["id"])
    check_manager(_members(call), call.caller)
    slug = call.body.get("slug", organization["slug"])
    for _, other in call.platform.store.anywhere("organizations", slug=slug):
        if other["id"] != organization["id"]:
            raise exists(f"There is an organization with the slug {slug!r} already")
    return answer_record(
        call, organizations, change_record(call, organizations, organization["id"])
    )


@handles("organizations.list_members")
def list_members(call: Call) -> Any:
    return answer_slice(call, find_members(_members(call), call.query))


@handles("organizations.update_member")
def update_member(call: Call) -> Any:
    members, user_id, role = _members(call), call.path["user_id"], call.body["role"]
    check_manager(members, call.caller, members.get(user_id)["role"], role)
    return answer_record(call, members, set_role(members, user_id, role))


@handles("organizations.remove_member")
def remove_member(call: Call) -> Any:
    """Who is removed, or leaves, goes on alone, in a new organization."""
    members, user_id = _members(call), call.path["user_id"]
    role = members.get(user_id)["role"]
    if user_id != call.caller.user_id:
        check_manager(members, call.caller, role)
    check_other_owner(members, user_id)
    leave_organization(call.platform, call.caller, user_id)
    user = call.records("users").remove(user_id)
    if moved := call.platform.accounts.move(user_id, new_id("org_0")):
        call.platform.sessions.end_all(user_id)
        call.platform.records(moved, "users").keep({**user, "organization_id": moved.tenant})
        found_organization(call.platform, moved, user["email"])
    return call.fill({"message": "Member removed"})


def _members(call: Call) -> Collection:
    organization = call.records("organizations").get(call.path["id"])
    return call.records("organizations.members", organization["id"])
