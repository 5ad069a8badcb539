"""Members of workspaces and organizations.

A workspace belongs to the organization that it was created in. A member may come from another one; see `guests.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.collection import Collection
from ..platform.context import Context
from ..problems import conflict, forbidden, not_found
from ..store.database import Record
from .guests import add_guest, remove_guest

MANAGERS = ("owner", "admin")


def workspace_contexts(context: Context) -> dict[str, Context]:
    """The workspaces of a user, each with the user's context in the organization that it belongs to."""
    found = context.store.select_any_owner("workspaces.members", context.user_id)
    return {member["workspace_id"]: context.in_organization(place.owner) for place, member in found}


def workspace_context(context: Context, workspace_id: str, *, managed: bool = False) -> Context:
    """The user's context in the organization that a workspace belongs to.

    Args:
        context: the user's context.
        workspace_id: the workspace.
        managed: whether the user must be one who manages it.

    Raises:
        Problem: 403: the user may not manage it; 404: the user is not a member of such a workspace.
    """
    host = workspace_contexts(context).get(workspace_id)
    if host is None:
        raise not_found("Workspace")
    if managed:
        require_manager(members_of(host, workspace_id), context.user_id)
    return host


def members_of(host: Context, workspace_id: str) -> Collection:
    """The members of a workspace."""
    return host.records("workspaces.members", workspace_id)


def find_members(members: Collection, query: Mapping[str, Any]) -> list[Record]:
    """The members as they are shown, filtered by role, and by words in name or address."""
    role, words = query.get("role"), query.get("search", "").lower().split()
    found = []
    for member in map(members.shown, members.all()):
        text = f"{member['display_name']} {member['email']}".lower()
        if role in {None, member["role"]} and all(word in text for word in words):
            found.append(member)
    return found


def role_in(members: Collection, user_id: str) -> str:
    """The role of a user among members; empty for others."""
    member = members.find(user_id)
    return str(member["role"]) if member else ""


def require_manager(members: Collection, user_id: str, *roles: str) -> None:
    """Check that a user may manage a workspace or organization.

    Args:
        members: its members.
        user_id: the user.
        roles: roles before and after a change: only an owner may grant or revoke `owner`.
    """
    role = role_in(members, user_id)
    if role not in MANAGERS or ("owner" in roles and role != "owner"):
        raise forbidden("Your role does not allow this", "Ask an owner")


def require_removable(members: Collection, user_id: str, by: str) -> None:
    """Check that a user may remove a member, or leave.

    Args:
        members: the members of a workspace or organization.
        user_id: who is removed.
        by: who removes.

    Raises:
        Problem: 403: the role of `by` does not allow it; 404: there is no such member; 409: it is the last owner.
    """
    role = members.get(user_id)["role"]
    if user_id != by:
        require_manager(members, by, role)
    _require_other_owner(members, user_id)


def open_workspace(context: Context, fields: Mapping[str, Any]) -> Record:
    """Create a workspace, with the caller as its owner.

    Raises:
        Problem: 409: its slug is taken.
    """
    workspace = context.records("workspaces").add(fields)
    members_of(context, workspace["id"]).add({"role": "owner"})
    return workspace


def create_organization(context: Context, name: str) -> None:
    """Create the caller's organization, with the caller as its owner."""
    known = {"id": context.tenant, "name": name, "slug": context.tenant}
    context.records("organizations").add(known)
    members = context.records("organizations.members", context.tenant)
    members.add({"role": "owner"})


def join_workspace(host: Context, workspace_id: str, user_id: str, **fields: Any) -> Record:
    """Add a member to a workspace; an existing member keeps the role."""
    members = members_of(host, workspace_id)
    if member := members.find(user_id):
        return member
    add_guest(host, user_id)
    member = members.add({"user_id": user_id, **fields})
    host.emit("member.joined", members.shown(member))
    return member


def set_role(members: Collection, user_id: str, role: str) -> Record:
    """Change the role of a member.

    Raises:
        Problem: 404: there is no such member; 409: it is the last owner.
    """
    if role != "owner":
        _require_other_owner(members, user_id)
    return members.change(user_id, {"role": role})


def _require_other_owner(members: Collection, user_id: str) -> None:
    """Check that a user is not the last owner."""
    owners = [member["user_id"] for member in members.all(role="owner")]
    if owners == [user_id]:
        raise conflict("The last owner cannot leave; make somebody else an owner first")


def current_owner(members: Collection, first: str) -> str:
    """The owner to show: the first one, or else the owner who has been a member for longest."""
    owners = [str(member["user_id"]) for member in members.all(role="owner")]
    return first if first in owners or not owners else owners[0]


def leave_workspace(host: Context, workspace_id: str, user_id: str) -> None:
    """Remove a member from a workspace."""
    members = members_of(host, workspace_id)
    host.emit("member.left", members.delete(user_id))
    remove_guest(host, user_id)
    _ensure_owner(members)


def leave_organization(host: Context, user_id: str) -> None:
    """Remove a user from an organization and its workspaces."""
    for member in host.records("workspaces.members").all(user_id=user_id):
        leave_workspace(host, member["workspace_id"], user_id)
    members = host.records("organizations.members", host.tenant)
    members.delete(user_id)
    _ensure_owner(members)


def _ensure_owner(members: Collection) -> None:
    """Make the member who joined first an owner, if there is none."""
    left = members.all()
    if left and not any(member["role"] == "owner" for member in left):
        members.put({**left[0], "role": "owner"})
