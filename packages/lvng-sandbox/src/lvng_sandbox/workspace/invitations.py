"""Invitations to workspaces: finding and answering them.

An invitation belongs to the organization that sent it; functions that find one return it with the user's context there.
"""

from __future__ import annotations

from ..platform.collection import Collection
from ..platform.context import Context
from ..problems import conflict, forbidden, not_found, unprocessable
from ..store.database import Record
from .membership import join_workspace


def invitation_by_id(context: Context, id: str) -> tuple[Context, Record]:
    """The invitation with an id.

    Raises:
        Problem: 422: there is none.
    """
    for key, invitation in context.store.select_any_owner("invitations", id):
        return context.in_organization(key.owner), invitation
    raise unprocessable("invitations", f"{id} is not an invitation")


def invitation_by_token(context: Context, token: str) -> tuple[Context, Record]:
    """The invitation of a link.

    Raises:
        Problem: 404: there is none.
    """
    for key, invitation in context.store.select_any_owner("invitations", invite_link=token):
        return context.in_organization(key.owner), invitation
    raise not_found("Invitation")


def pending_invitations(context: Context) -> list[Record]:
    """The invitations that the user has not answered, as they are shown."""
    email = context.platform.accounts.email(context.user_id)
    found = context.store.select_any_owner("invitations", email=email, status="pending")
    shown = [
        siblings_of(context.in_organization(key.owner), invitation).shown(invitation)
        for key, invitation in found
    ]
    return [one for one in shown if one["status"] == "pending"]


def answer_invitation(host: Context, invitation: Record, *, accept: bool) -> None:
    """Accept or decline an invitation. A link stays valid: others may have it too.

    Args:
        host: the user's context in the organization that sent it.
        invitation: the invitation.
        accept: whether to accept it.

    Raises:
        Problem: 403: it is for somebody else; 409: it was answered or revoked, or has expired.
    """
    invitations = siblings_of(host, invitation)
    if (status := invitations.shown(invitation)["status"]) != "pending":
        raise conflict(f"The invitation is {status}")
    email = invitation["email"]
    if email and email != host.platform.accounts.email(host.user_id):
        raise forbidden("The invitation is for somebody else", f"Sign in as {email}")
    if accept:
        fields = {"role": invitation["role"], "invited_by": invitation["invited_by"]}
        join_workspace(host, invitation["workspace_id"], host.user_id, **fields)
    if email:
        invitations.put({**invitation, "status": "accepted" if accept else "declined"})


def siblings_of(host: Context, invitation: Record) -> Collection:
    """The collection that an invitation is in."""
    return host.records("invitations", invitation["workspace_id"])
