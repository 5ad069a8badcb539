"""Who belongs to which workspace and organization.

A workspace lies with the organization that it was made in. A member from another organization sees the workspace, its
people and its settings; what is kept in it stays with the organization: that is as far as the sandbox goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.collection import Collection
from ..platform.context import Context
from ..problems import conflict, forbidden, not_found
from ..store.database import Record

MANAGERS = ("owner", "admin")


def workspace_contexts(context: Context) -> dict[str, Context]:
    """The workspaces of a user, each with the user's context in the organization that it belongs to."""
    found = context.store.select_any_owner("workspaces.members", context.user_id)
    return {member["workspace_id"]: context.in_organization(place.owner) for place, member in found}


def workspace_context(context: Context, workspace_id: str) -> Context:
    """The user's context in the organization that a workspace belongs to.

    Raises:
        Problem: 404: the user is not a member of such a workspace.
    """
    host = workspace_contexts(context).get(workspace_id)
    if host is None:
        raise not_found("Workspace")
    return host


def members_of(host: Context, workspace_id: str) -> Collection:
    """The members of a workspace."""
    return host.records("workspaces.members", workspace_id)


def find_members(members: Collection, query: Mapping[str, Any]) -> list[Record]:
    """The members as they are shown, of a role and with a text in their name or address, where they are given."""
    role, words = query.get("role"), query.get("search", "").lower().split()
    found = []
    for member in map(members.shown, members.all()):
        text = f"{member['display_name']} {member['email']}".lower()
        if role in {None, member["role"]} and all(word in text for word in words):
            found.append(member)
    return found


def role_in(members: Collection, user_id: str) -> str:
    """The role of a user among members; empty for who is none."""
    member = members.find(user_id)
    return str(member["role"]) if member else ""


def require_manager(members: Collection, user_id: str, *roles: str) -> None:
    """Refuse a caller who may not manage what these are the members of.

    Args:
        members: the members.
        user_id: the user.
        roles: the roles before and after the change: only an owner gives or takes an owner's.
    """
    role = role_in(members, user_id)
    if role not in MANAGERS or ("owner" in roles and role != "owner"):
        raise forbidden("Your role does not allow this", "Ask an owner")


def open_workspace(context: Context, fields: Mapping[str, Any]) -> Record:
    """Create a workspace; the caller becomes its owner.

    Raises:
        Problem: 409: there is one with this slug.
    """
    workspace = context.records("workspaces").add(fields)
    members_of(context, workspace["id"]).add({"role": "owner"})
    return workspace


def create_organization(context: Context, name: str) -> None:
    """Create the organization of a caller, who becomes its owner."""
    known = {"id": context.tenant, "name": name, "slug": context.tenant}
    context.records("organizations").add(known)
    members = context.records("organizations.members", context.tenant)
    members.add({"role": "owner"})


def join_workspace(host: Context, workspace_id: str, user_id: str, **facts: Any) -> Record:
    """Make a user a member of a workspace; who is one already define_collection the role that is there."""
    members = members_of(host, workspace_id)
    if member := members.find(user_id):
        return member
    member = members.add({"user_id": user_id, **facts})
    host.emit("member.joined", members.shown(member))
    return member


def set_role(members: Collection, user_id: str, role: str) -> Record:
    """Give a member another role.

    Raises:
        Problem: 404: there is no such member; 409: nobody else is an owner.
    """
    if role != "owner":
        require_other_owner(members, user_id)
    return members.change(user_id, {"role": role})


def require_other_owner(members: Collection, user_id: str) -> None:
    """Refuse what would leave members without an owner."""
    owners = [member["user_id"] for member in members.all(role="owner")]
    if owners == [user_id]:
        raise conflict("The last owner cannot leave; make somebody else an owner first")


def current_owner(members: Collection, first: str) -> str:
    """Who owns what these are the members of: the one who did first, else the longest of its owners."""
    owners = [str(member["user_id"]) for member in members.all(role="owner")]
    return first if first in owners or not owners else owners[0]


def leave_workspace(host: Context, workspace_id: str, user_id: str) -> None:
    """Take a member out of a workspace."""
    members = members_of(host, workspace_id)
    host.emit("member.left", members.delete(user_id))
    _ensure_owner(members)


def leave_organization(host: Context, user_id: str) -> None:
    """Take a person out of an organization and its workspaces."""
    for member in host.records("workspaces.members").all(user_id=user_id):
        leave_workspace(host, member["workspace_id"], user_id)
    members = host.records("organizations.members", host.tenant)
    members.delete(user_id)
    _ensure_owner(members)


def _ensure_owner(members: Collection) -> None:
    """Make the longest member an owner where none is left."""
    left = members.all()
    if left and not any(member["role"] == "owner" for member in left):
        members.put({**left[0], "role": "owner"})
