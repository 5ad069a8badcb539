"""Invitations: to an email address, or as a link for everybody who has it, until they expire."""

from __future__ import annotations

from typing import Any

from ..outbox.emails import send_email
from ..outbox.notifications import notify
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.registry import computed, handler, seed
from ..problems import already_exists, not_found, unprocessable
from ..store.database import Record
from ..workspace.invitations import answer_invitation, invitation_by_token, siblings_of
from ..workspace.membership import members_of, workspace_context
from ..workspace.settings import workspace_settings
from ..workspace.users import display_name

MAX_DAYS = 36_500
_DAY = 86_400


@computed("invitations")
def _computed(context: Context, invitation: Record) -> dict[str, Any]:
    """Status, inviter and link of an invitation; only the token of the link is stored."""
    expired = invitation["status"] == "pending" and invitation["expires_at"] <= context.now()
    return {
        "status": "expired" if expired else invitation["status"],
        "inviter_name": display_name(context, invitation["invited_by"]),
        "invite_link": f"{context.platform.base_url}/api/v2/invitations/{invitation['invite_link']}",
    }


@handler("invitations.list")
def list_invitations(call: Call) -> Any:
    return call.fill({"invitations": _pending(_invitations(call))})


@handler("invitations.create")
def create(call: Call) -> Any:
    """Create an invitation. Members may invite other members, if the settings of the workspace allow it."""
    workspace_id, email = call.path["workspace_id"], (call.body.get("email") or "").lower() or None
    host = workspace_context(call, workspace_id)
    settings = workspace_settings(host, workspace_id)
    role = call.body["role"] if "role" in call.sent else settings["default_role"]
    invitations = _invitations(
        call, managed=role == "admin" or not settings["allow_member_invites"]
    )
    if email and any(one["email"] == email for one in _pending(invitations)):
        raise already_exists(f"{email} has been invited already")
    invitation = invitations.add(
        {"email": email},
        role=role,
        invited_by=call.user_id,
        invite_link=call.platform.random.token(12),
        expires_at=_expiry(call, call.body["expirationDays"]),
    )
    return call.fill({"invitation": _send(call, invitations, invitation)})


@handler("invitations.delete")
def delete(call: Call) -> Any:
    invitations = _invitations(call, managed=True)
    invitations.put({**_find(call, invitations), "status": "revoked"})
    return call.fill({"message": "Invitation revoked"})


@handler("invitations.resend")
def resend(call: Call) -> Any:
    invitations = _invitations(call, managed=True)
    invitation = _find(call, invitations)
    if days := call.body.get("expirationDays"):
        invitation = invitations.put({**invitation, "expires_at": _expiry(call, days)})
    return call.fill({"invitation": _send(call, invitations, invitation)})


@handler("invitations.get")
def get(call: Call) -> Any:
    host, invitation = invitation_by_token(call, call.path["token"])
    invitations = siblings_of(host, invitation)
    workspace = host.records("workspaces").first(id=invitation["workspace_id"])
    named = {name: (workspace or {}).get(name) for name in ("id", "name", "slug")}
    shown = {**invitations.shown(invitation), "workspace": named}
    names = ("id", "workspace", "role", "email", "inviter_name", "status", "expires_at")
    return call.fill({"invitation": {name: shown[name] for name in names}})


@handler("invitations.accept")
def accept(call: Call) -> Any:
    host, invitation = invitation_by_token(call, call.path["token"])
    answer_invitation(host, invitation, accept=True)
    workspaces = host.records("workspaces")
    members = members_of(host, invitation["workspace_id"])
    workspace = workspaces.shown(workspaces.get(invitation["workspace_id"]))
    member = members.shown(members.get(call.user_id))
    return call.fill({"workspace": workspace, "member": member})


@handler("invitations.decline")
def decline(call: Call) -> Any:
    host, invitation = invitation_by_token(call, call.path["token"])
    answer_invitation(host, invitation, accept=False)
    return call.fill({"message": "Invitation declined"})


def _invitations(call: Call, *, managed: bool = False) -> Collection:
    """The invitations of the call's workspace; with `managed`, only for those who manage it."""
    workspace_id = call.path["workspace_id"]
    host = workspace_context(call, workspace_id, managed=managed)
    return host.records("invitations", workspace_id)


def _pending(invitations: Collection) -> list[Record]:
    shown = map(invitations.shown, invitations.all(status="pending"))
    return [one for one in shown if one["status"] == "pending"]


def _find(call: Call, invitations: Collection) -> Record:
    """The pending invitation in the path, which may have expired."""
    invitation = invitations.get(call.path["id"])
    if invitation["status"] != "pending":
        raise not_found("Pending invitation")
    return invitation


def _expiry(call: Call, days: int) -> str:
    if days > MAX_DAYS:
        raise unprocessable("expirationDays", f"must be at most {MAX_DAYS}")
    return call.later(days * _DAY)


def _send(call: Call, invitations: Collection, invitation: Record) -> Record:
    """Notify the invited person, by email and in the account if there is one; the invitation as it is shown."""
    shown = invitations.shown(invitation)
    email = invitation["email"]
    if email:
        title = f"{shown['inviter_name'] or 'Somebody'} invites you to a workspace"
        text = f"Join with this link until {shown['expires_at']}: {shown['invite_link']}"
        fields = {"to_emails": [email], "subject": title, "text": text}
        send_email(call, fields)
        if invited := call.platform.accounts.by_email(email):
            properties = {"resource_type": "invitation", "resource_id": shown["id"]}
            link = shown["invite_link"]
            notify(call.on_behalf_of(invited), "invitation", title, link=link, **properties)
    return shown


@seed
def add_examples(context: Context) -> None:
    """Turn the example into a link with the token of the contract's example; add one for the example of onboarding."""
    operations = context.platform.contract.operations
    (parameter,) = operations["invitations.get"].parameters
    answered = context.defaults.example(operations["onboarding.respond_invitations"].body_schema)
    workspace = context.records("workspaces").all()[0]
    invitations = context.records("invitations", workspace["id"])
    (example,) = invitations.all()
    expires_at = context.later(30 * _DAY)
    example |= {"email": None, "role": "member", "expires_at": expires_at}
    invitations.put({**example, "invite_link": context.defaults.example(parameter.schema)})
    other = {"id": answered["decline"][0], "invite_link": context.platform.random.token(12)}
    invitations.put({**example, **other})
