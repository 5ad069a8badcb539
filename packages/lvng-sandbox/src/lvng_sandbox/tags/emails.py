"""Emails: they go nowhere, but through all the states of a delivery. Previews can be shared by link."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, job, keeps, rules, sows
from ..problems import not_found, unprocessable
from ..store.database import Record

SENDER = "no-reply@lvng.ai"
ENDS = {"bounced": "550 5.1.1 No such mailbox", "complained": "Marked as spam"}
"""What becomes of emails to `bounced@...` and `complained@...`, and why; all others are delivered."""
LONGEST_DAYS = 36_500
_DAY = 86_400
_RECIPIENTS = ("to_emails", "cc_emails", "bcc_emails")

keeps("emails.status", "/api/v2/emails/{id}/status", "id", "EmailStatus")
keeps("emails.links", "/api/v2/emails/{id}/preview-link", "token", "EmailPreviewLink")
rules(emails=Rule(newest_first=True, refers={"workspace_id": "workspaces"}))


@handles("emails.send")
def send(call: Call) -> Any:
    body = call.body
    fields = {
        "to_emails": body["to"],
        "cc_emails": body.get("cc", []),
        "bcc_emails": body.get("bcc", []),
        "subject": body["subject"],
        "text": body["body"],
    }
    for name in ("to", "cc", "bcc"):
        _check_addresses(name, body.get(name, ()))
    for attachment in body.get("attachments", ()):
        _check_content(attachment)
    return call.fill({"data": send_email(call.platform, call.caller, {**body, **fields})})


@handles("emails.status")
def status(call: Call) -> Any:
    email = call.records("emails").get(call.path["id"])
    return call.fill({"data": _state(call.platform, call.caller, email)})


@handles("emails.create_preview_link")
def create_preview_link(call: Call) -> Any:
    emails, days = call.records("emails"), call.body.get("expires_in_days")
    email = emails.get(call.path["id"])
    if days and days > LONGEST_DAYS:
        raise unprocessable("expires_in_days", f"must be at most {LONGEST_DAYS}")
    token = secrets.token_urlsafe(12)
    link = call.records("emails.links", email["id"]).add(
        {"token": token},
        url=f"{call.platform.base_url}/api/v2/emails/preview/{token}",
        expires_at=call.platform.later(days * _DAY) if days else None,
    )
    emails.keep({**email, "public_token": token})
    return call.fill({"data": link})


@handles("emails.preview")
def preview(call: Call) -> Any:
    for place, link in call.platform.store.anywhere("emails.links", call.path["token"]):
        email_id = place.path.split("/")[-2]
        emails = call.platform.store.anywhere("emails", email_id)
        if link["expires_at"] is None or link["expires_at"] > call.now():
            names = ("subject", "from_email", "to_emails", "html", "text", "sent_at")
            return call.fill({"data": {name: emails[0][1][name] for name in names}})
    raise not_found("Preview")


def send_email(platform: Platform, caller: Caller, fields: Mapping[str, Any]) -> Record:
    """Queue an email for delivery."""
    known = {"from_email": SENDER, "status": "queued", "sent_via": "sandbox"}
    email = platform.records(caller, "emails").add(fields, **known)
    _enter(platform, caller, email, "queued")
    platform.jobs.add(caller, "emails.step", after=platform.pace, email=email["id"])
    return email


@job("emails.step")
def step(platform: Platform, caller: Caller, arguments: dict[str, Any]) -> None:
    """Take an email from one state of its delivery to the next."""
    emails = platform.records(caller, "emails")
    email = emails.find(arguments["email"])
    if email is None:
        return
    if email["status"] == "queued":
        email = emails.change(email["id"], {"status": "sent"})
        sent = _enter(platform, caller, email, "sent")
        emails.keep({**email, "sent_at": sent["occurred_at"]})
        platform.jobs.add(caller, "emails.step", after=platform.pace, email=email["id"])
        return
    addresses = [one for name in _RECIPIENTS for one in email[name]]
    ends = {one: one.partition("@")[0].lower() for one in addresses}
    for address, end in ends.items():
        _enter(platform, caller, email, end if end in ENDS else "delivered", address)
    worst = next((end for end in ENDS if end in ends.values()), "delivered")
    emails.change(email["id"], {"status": worst})


def _state(platform: Platform, caller: Caller, email: Record) -> Record:
    """How far an email is, and how it came there."""
    states = platform.records(caller, "emails.status", email["id"])
    fields = {"id": email["id"], "updated_at": email["updated_at"] or email["created_at"]}
    state = states.find(email["id"]) or platform.shapes.record(states.kind.schema, fields)
    return {**state, "status": email["status"]}


def _enter(
    platform: Platform, caller: Caller, email: Record, type: str, recipient: str | None = None
) -> Record:
    """Enter an event into the history of an email; the event."""
    now = platform.now()
    event = {
        "type": type,
        "recipient": recipient,
        "detail": ENDS.get(type, "250 2.0.0 OK" if type == "delivered" else None),
        "occurred_at": now,
    }
    state = _state(platform, caller, email)
    changed = {**state, "events": [*state["events"], event], "updated_at": now}
    platform.records(caller, "emails.status", email["id"]).keep(changed)
    return event


def _check_addresses(field: str, addresses: Sequence[str]) -> None:
    for address in addresses:
        if "@" not in address.strip("@"):
            raise unprocessable(field, f"{address!r} is not an email address")


def _check_content(attachment: Mapping[str, Any]) -> None:
    try:
        base64.b64decode(attachment["content"], validate=True)
    except ValueError:
        raise unprocessable("attachments", f"{attachment['filename']} is not base64") from None


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The example email was delivered; its link has the token of the contract's example, and does not expire."""
    emails = platform.records(caller, "emails")
    for email in emails.all():
        links = platform.records(caller, "emails.links", email["id"])
        for link in links.all():
            links.keep({**link, "expires_at": None})
            emails.keep({**email, "status": "delivered", "public_token": link["token"]})
        states = platform.records(caller, "emails.status", email["id"])
        for state in states.all():
            states.keep({**state, "status": "delivered"})
