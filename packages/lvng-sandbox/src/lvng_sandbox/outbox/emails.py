"""Emails: they are not sent, but go through all states of a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.context import Context
from ..platform.registry import define_collection, job
from ..store.database import Record

SENDER = "no-reply@lvng.ai"
FAILURES = {"bounced": "550 5.1.1 No such mailbox", "complained": "Marked as spam"}
"""How the delivery of emails to `bounced@...` and `complained@...` ends, and why; all others are delivered."""
_RECIPIENTS = ("to_emails", "cc_emails", "bcc_emails")

define_collection("emails.status", "/api/v2/emails/{id}/status", "id", "EmailStatus")


PRIVATE_TO = "private_to"
"""Property of an email that only one user sees, such as one with a sign-in link."""


def send_email(context: Context, fields: Mapping[str, Any]) -> Record:
    """Queue an email for delivery."""
    known = {"from_email": SENDER, "status": "queued", "sent_via": "sandbox"}
    email = context.records("emails").add(fields, **known)
    _record(context, email, "queued")
    context.enqueue("emails.step", after=context.platform.step_delay, email=email["id"])
    return email


@job("emails.step")
def deliver_step(context: Context, arguments: dict[str, Any]) -> None:
    """Move an email to the next state of its delivery."""
    emails = context.records("emails")
    email = emails.find(arguments["email"])
    if email is None:
        return
    if email["status"] == "queued":
        email = emails.change(email["id"], {"status": "sent"})
        sent = _record(context, email, "sent")
        emails.put({**email, "sent_at": sent["occurred_at"]})
        context.enqueue("emails.step", after=context.platform.step_delay, email=email["id"])
        return
    addresses = [address for name in _RECIPIENTS for address in email[name]]
    outcomes = {address: _outcome(address) for address in addresses}
    for address, outcome in outcomes.items():
        _record(context, email, outcome, address)
    worst = next((one for one in FAILURES if one in outcomes.values()), "delivered")
    emails.change(email["id"], {"status": worst})


def _outcome(address: str) -> str:
    name = address.partition("@")[0].lower()
    return name if name in FAILURES else "delivered"


def delivery_state(context: Context, email: Record) -> Record:
    """The state of an email's delivery, with its history."""
    states = context.records("emails.status", email["id"])
    fields = {"id": email["id"], "updated_at": email["updated_at"] or email["created_at"]}
    state = states.find(email["id"]) or context.defaults.record(states.kind.schema, fields)
    return {**state, "status": email["status"]}


def _record(context: Context, email: Record, type: str, recipient: str | None = None) -> Record:
    """Add an event to the history of an email; returns the event."""
    now = context.now()
    event = {
        "type": type,
        "recipient": recipient,
        "detail": FAILURES.get(type, "250 2.0.0 OK" if type == "delivered" else None),
        "occurred_at": now,
    }
    state = delivery_state(context, email)
    changed = {**state, "events": [*state["events"], event], "updated_at": now}
    context.records("emails.status", email["id"]).put(changed)
    return event
