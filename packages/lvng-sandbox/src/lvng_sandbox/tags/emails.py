"""Emails, and links to previews of them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from ..outbox.emails import PRIVATE_TO, delivery_state, send_email
from ..platform.call import Call
from ..platform.context import Context
from ..platform.kinds import Rule
from ..platform.registry import define_collection, handler, hidden, rules, seed
from ..problems import not_found, unprocessable
from ..store.database import Query

MAX_DAYS = 36_500
_DAY = 86_400

define_collection("emails.links", "/api/v2/emails/{id}/preview-link", "token", "EmailPreviewLink")
rules(emails=Rule(newest_first=True, references={"workspace_id": "workspaces"}))


@hidden("emails")
def _hidden(context: Context) -> dict[str, set[str]]:
    """The emails that are for another user alone."""
    emails = context.records("emails")
    # A missing property counts as an empty string.
    others = context.store.select(emails.key, Query(without={PRIVATE_TO: {"", context.user_id}}))
    return {"id": {one["id"] for one in others}}


@handler("emails.send")
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
    return call.fill({"data": send_email(call, {**body, **fields})})


@handler("emails.status")
def status(call: Call) -> Any:
    email = call.records("emails").get(call.path["id"])
    return call.fill({"data": delivery_state(call, email)})


@handler("emails.create_preview_link")
def create_preview_link(call: Call) -> Any:
    emails, days = call.records("emails"), call.body.get("expires_in_days")
    email = emails.get(call.path["id"])
    if days and days > MAX_DAYS:
        raise unprocessable("expires_in_days", f"must be at most {MAX_DAYS}")
    token = call.platform.random.token(12)
    link = call.records("emails.links", email["id"]).add(
        {"token": token},
        url=f"{call.platform.base_url}/api/v2/emails/preview/{token}",
        expires_at=call.later(days * _DAY) if days else None,
    )
    emails.put({**email, "public_token": token})
    return call.fill({"data": link})


@handler("emails.preview")
def preview(call: Call) -> Any:
    for place, link in call.store.select_any_owner("emails.links", call.path["token"]):
        email_id = place.path.split("/")[-2]
        emails = call.store.select_any_owner("emails", email_id)
        if link["expires_at"] is None or link["expires_at"] > call.now():
            names = ("subject", "from_email", "to_emails", "html", "text", "sent_at")
            return call.fill({"data": {name: emails[0][1][name] for name in names}})
    raise not_found("Preview")


def _check_addresses(field: str, addresses: Sequence[str]) -> None:
    for address in addresses:
        if "@" not in address.strip("@"):
            raise unprocessable(field, f"{address!r} is not an email address")


def _check_content(attachment: Mapping[str, Any]) -> None:
    try:
        base64.b64decode(attachment["content"], validate=True)
    except ValueError:
        raise unprocessable("attachments", f"{attachment['filename']} is not base64") from None


@seed
def add_examples(context: Context) -> None:
    """Mark the example email as delivered; its preview link does not expire."""
    emails = context.records("emails")
    for email in emails.all():
        links = context.records("emails.links", email["id"])
        for link in links.all():
            links.put({**link, "expires_at": None})
            emails.put({**email, "status": "delivered", "public_token": link["token"]})
        states = context.records("emails.status", email["id"])
        for state in states.all():
            states.put({**state, "status": "delivered"})
