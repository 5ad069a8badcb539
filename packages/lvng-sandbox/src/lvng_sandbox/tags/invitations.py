"""Invitations: to an address, for one person; or a link, for everyone who has it, until it expires."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules, sows
from ..problems import conflict, exists, forbidden, not_found, unprocessable
from ..store.database import Record
from ..workspace.membership import check_manager, home, join_workspace, members_of
from ..workspace.users import name_of
from .emails import send_email
from .notifications import notify
from .workspaces import settings_of

LONGEST_DAYS = 36_500
_DAY = 86_400


def _derive(platform: Platform, _caller: Caller, invitation: Record) -> dict[str, Any]:
    """What is stored of the link is its token."""
    expired = invitation["status"] == "pending" and invitation["expires_at"] <= platform.now()
    return {
        "status": "expired" if expired else invitation["status"],
        "inviter_name": name_of(platform, invitation["invited_by"]),
        "invite_link": f"{platform.base_url}/api/v2/invitations/{invitation['invite_link']}",
    }


rules(invitations=Rule(derive=_derive))


@handles("invitations.list")
def list_invitations(call: Call) -> Any:
    return call.fill({"invitations": _pending(_invitations(call))})


@handles("invitations.create")
def create(call: Call) -> Any:
    """Ordinary members may invite others like them, where the workspace's settings allow it."""
    workspace_id, email = call.path["workspace_id"], (call.body.get("email") or "").lower() or None
    there = home(call.platform, call.caller, workspace_id)
    settings = settings_of(call.platform, there, workspace_id)
    role = call.body["role"] if "role" in call.sent else settings["default_role"]
    invitations = _invitations(
        call, managed=role == "admin" or not settings["allow_member_invites"]
    )
    if email and any(one["email"] == email for one in _pending(invitations)):
        raise exists(f"{email} has been invited already")
    invitation = invitations.add(
        {"email": email},
        role=role,
        invited_by=call.caller.user_id,
        invite_link=secrets.token_urlsafe(12),
        expires_at=_expiry(call, call.body["expirationDays"]),
    )
    return call.fill({"invitation": _send(call, invitations, invitation)})


@handles("invitations.delete")
def delete(call: Call) -> Any:
    invitations = _invitations(call, managed=True)
    invitations.keep({**_find(call, invitations), "status": "revoked"})
    return call.fill({"message": "Invitation revoked"})


@handles("invitations.resend")
def resend(call: Call) -> Any:
    invitations = _invitations(call, managed=True)
    invitation = _find(call, invitations)
    if days := call.body.get("expirationDays"):
        invitation = invitations.keep({**invitation, "expires_at": _expiry(call, days)})
    return call.fill({"invitation": _send(call, invitations, invitation)})


@handles("invitations.get")
def get(call: Call) -> Any:
    there, invitation = _by_token(call)
    invitations = _collection(call.platform, there, invitation)
    workspace = call.platform.records(there, "workspaces").first(id=invitation["workspace_id"])
    named = {name: (workspace or {}).get(name) for name in ("id", "name", "slug")}
    shown = {**invitations.shown(invitation), "workspace": named}
    names = ("id", "workspace", "role", "email", "inviter_name", "status", "expires_at")
    return call.fill({"invitation": {name: shown[name] for name in names}})


@handles("invitations.accept")
def accept(call: Call) -> Any:
    there, invitation = _by_token(call)
    respond(call, there, invitation, is_accepted=True)
    workspaces = call.platform.records(there, "workspaces")
    members = members_of(call.platform, there, invitation["workspace_id"])
    workspace = workspaces.shown(workspaces.get(invitation["workspace_id"]))
    member = members.shown(members.get(call.caller.user_id))
    return call.fill({"workspace": workspace, "member": member})


@handles("invitations.decline")
def decline(call: Call) -> Any:
    there, invitation = _by_token(call)
    respond(call, there, invitation, is_accepted=False)
    return call.fill({"message": "Invitation declined"})


def by_id(call: Call, id: str) -> tuple[Caller, Record]:
    """An invitation, and the caller as one of the organization that sent it.

    Raises:
        Problem: 422: there is none.
    """
    for place, invitation in call.platform.store.anywhere("invitations", id):
        return replace(call.caller, tenant=place.owner), invitation
    raise unprocessable("invitations", f"{id} is not an invitation")


def pending_for(platform: Platform, caller: Caller) -> list[Record]:
    """The invitations that await the answer of a user."""
    email = platform.accounts.email(caller.user_id)
    found = platform.store.anywhere("invitations", email=email, status="pending")
    there = [(replace(caller, tenant=place.owner), invitation) for place, invitation in found]
    shown = [_collection(platform, keeper, one).shown(one) for keeper, one in there]
    return [one for one in shown if one["status"] == "pending"]


def respond(call: Call, there: Caller, invitation: Record, *, is_accepted: bool) -> None:
    """Accept or decline an invitation. A link stays as it is: it is for others too.

    Raises:
        Problem: 403: it is for somebody else; 409: it was answered, revoked, or has expired.
    """
    invitations = _collection(call.platform, there, invitation)
    if (status := invitations.shown(invitation)["status"]) != "pending":
        raise conflict(f"The invitation is {status}")
    email = invitation["email"]
    if email and email != call.platform.accounts.email(call.caller.user_id):
        raise forbidden("The invitation is for somebody else", f"Sign in as {email}")
    if is_accepted:
        facts = {"role": invitation["role"], "invited_by": invitation["invited_by"]}
        user, workspace = call.caller.user_id, invitation["workspace_id"]
        join_workspace(call.platform, there, workspace, user, **facts)
    if email:
        invitations.keep({**invitation, "status": "accepted" if is_accepted else "declined"})


def _invitations(call: Call, *, managed: bool = False) -> Collection:
    """The invitations of the call's workspace, for one who manages them where that is asked for."""
    workspace_id = call.path["workspace_id"]
    there = home(call.platform, call.caller, workspace_id)
    if managed:
        check_manager(members_of(call.platform, there, workspace_id), call.caller)
    return call.platform.records(there, "invitations", workspace_id)


def _collection(platform: Platform, there: Caller, invitation: Record) -> Collection:
    return platform.records(there, "invitations", invitation["workspace_id"])


def _pending(invitations: Collection) -> list[Record]:
    shown = map(invitations.shown, invitations.all(status="pending"))
    return [one for one in shown if one["status"] == "pending"]


def _find(call: Call, invitations: Collection) -> Record:
    """The pending invitation of the call's path; one that has expired can be sent again."""
    invitation = invitations.get(call.path["id"])
    if invitation["status"] != "pending":
        raise not_found("Pending invitation")
    return invitation


def _by_token(call: Call) -> tuple[Caller, Record]:
    """The invitation of the call's path, and the caller as one of the organization that sent it."""
    token = call.path["token"]
    for place, invitation in call.platform.store.anywhere("invitations", invite_link=token):
        return replace(call.caller, tenant=place.owner), invitation
    raise not_found("Invitation")


def _expiry(call: Call, days: int) -> str:
    if days > LONGEST_DAYS:
        raise unprocessable("expirationDays", f"must be at most {LONGEST_DAYS}")
    return call.platform.later(days * _DAY)


def _send(call: Call, invitations: Collection, invitation: Record) -> Record:
    """Tell the invited person by email, and where there is an account by a notification; what the caller is shown."""
    shown = invitations.shown(invitation)
    email = invitation["email"]
    if email:
        title = f"{shown['inviter_name'] or 'Somebody'} invites you to a workspace"
        text = f"Join with this link until {shown['expires_at']}: {shown['invite_link']}"
        fields = {"to_emails": [email], "subject": title, "text": text}
        send_email(call.platform, call.caller, fields)
        if invited := call.platform.accounts.by_email(email):
            facts = {"resource_type": "invitation", "resource_id": shown["id"]}
            link = shown["invite_link"]
            notify(call.platform, invited, "invitation", title, link=link, **facts)
    return shown


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """Two links: one with the token of the contract's example, one that the example of onboarding declines."""
    operations = platform.contract.operations
    (parameter,) = operations["invitations.get"].parameters
    answered = platform.shapes.example(operations["onboarding.respond_invitations"].body_schema)
    workspace = platform.records(caller, "workspaces").all()[0]
    invitations = platform.records(caller, "invitations", workspace["id"])
    (example,) = invitations.all()
    expires_at = platform.later(30 * _DAY)
    example |= {"email": None, "role": "member", "expires_at": expires_at}
    invitations.keep({**example, "invite_link": platform.shapes.example(parameter.schema)})
    other = {"id": answered["decline"][0], "invite_link": secrets.token_urlsafe(12)}
    invitations.keep({**example, **other})
