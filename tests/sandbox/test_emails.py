"""Emails: states of a delivery, and preview links."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import WORKSPACE_ID
from support.sandbox import Api, Connect

EMAILS = "/api/v2/emails"
DAY = 86_400


def send(api: Api, **more: Any) -> dict[str, Any]:
    body = {"to": ["ana@example.com"], "subject": "Report", "body": "It is ready.", **more}
    email: dict[str, Any] = api.post(f"{EMAILS}/send", body)["data"]
    return email


def test_an_email_is_stored_as_sent(api: Api) -> None:
    email = send(
        api,
        html="<p>Ready</p>",
        cc=["li@example.com"],
        bcc=["archive@example.com"],
        reply_to="help@example.com",
        metadata={"run": 7},
        workspace_id=WORKSPACE_ID,
    )
    shown = api.get(f"{EMAILS}/{email['id']}")["data"]
    assert (shown["subject"], shown["text"], shown["html"]) == (
        "Report",
        "It is ready.",
        "<p>Ready</p>",
    )
    assert shown["to_emails"] == ["ana@example.com"]
    assert (shown["cc_emails"], shown["bcc_emails"]) == (
        ["li@example.com"],
        ["archive@example.com"],
    )
    assert (shown["reply_to"], shown["metadata"]) == ("help@example.com", {"run": 7})


def test_a_delivery_goes_through_its_states(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    email = send(api)
    seen = []
    for _ in range(3):
        seen.append(api.get(f"{EMAILS}/{email['id']}")["data"]["status"])
        paced.advance(60)
    assert seen == ["queued", "sent", "delivered"]
    state = api.get(f"{EMAILS}/{email['id']}/status")["data"]
    assert state["status"] == "delivered"
    events = [(one["type"], one["recipient"]) for one in state["events"]]
    assert events == [("queued", None), ("sent", None), ("delivered", "ana@example.com")]
    moments = [one["occurred_at"] for one in state["events"]]
    assert moments == sorted(set(moments))
    assert api.get(f"{EMAILS}/{email['id']}")["data"]["sent_at"] == moments[1]


@pytest.mark.parametrize("end", ["bounced", "complained"])
def test_delivery_fails_for_special_addresses(sandbox: Sandbox, api: Api, end: str) -> None:
    email = send(api, cc=[f"{end}@example.com"])
    sandbox.advance(0)
    state = api.get(f"{EMAILS}/{email['id']}/status")["data"]
    assert state["status"] == end
    events = {one["recipient"]: one["type"] for one in state["events"]}
    assert events["ana@example.com"] == "delivered"
    assert events[f"{end}@example.com"] == end
    assert api.get(f"{EMAILS}/{email['id']}")["data"]["status"] == end


def test_emails_are_listed_newest_first_and_filtered(sandbox: Sandbox, api: Api) -> None:
    first = send(api, workspace_id=WORKSPACE_ID, subject="Zebras")
    second = send(api, to=["bounced@example.com"])
    sandbox.advance(0)

    def found(**query: str) -> list[str]:
        return [one["id"] for one in api.call("GET", EMAILS, params=query)["data"]]

    assert found()[:2] == [second["id"], first["id"]]
    assert found(status="bounced") == [second["id"]]
    assert found(search="zebras") == [first["id"]]
    assert first["id"] in found(workspace_id=WORKSPACE_ID)
    assert second["id"] not in found(workspace_id=WORKSPACE_ID)
    assert api.get(EMAILS)["pagination"]["limit"] == 50


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ["nobody"]),
        ("cc", ["@"]),
        ("attachments", [{"filename": "a", "content_type": "text/plain", "content": "☃"}]),
    ],
    ids=["to", "cc", "attachment"],
)
def test_invalid_emails_are_rejected(api: Api, field: str, value: Any) -> None:
    body = {"to": ["ana@example.com"], "subject": "s", "body": "b", field: value}
    error = api.post(f"{EMAILS}/send", body, status=422)["error"]
    assert error["details"][0]["field"] == field


def test_the_workspace_of_an_email_must_exist(api: Api) -> None:
    body = {"to": ["ana@example.com"], "subject": "s", "body": "b", "workspace_id": "ws_unknown"}
    api.post(f"{EMAILS}/send", body, status=404)


def test_a_preview_link_is_public(api: Api, nobody: Api) -> None:
    email = send(api, bcc=["archive@example.com"])
    link = api.post(f"{EMAILS}/{email['id']}/preview-link")["data"]
    shown = nobody.http.get(link["url"]).json()["data"]
    assert (shown["subject"], shown["text"]) == ("Report", "It is ready.")
    assert "archive@example.com" not in str(shown)
    assert link["expires_at"] is None
    assert api.get(f"{EMAILS}/{email['id']}")["data"]["public_token"] == link["token"]
    nobody.get(f"{EMAILS}/preview/unknown", status=404)


def test_a_preview_link_expires_and_is_deleted_with_the_email(
    sandbox: Sandbox, api: Api, nobody: Api
) -> None:
    path = f"{EMAILS}/{send(api)['id']}"
    short = api.post(f"{path}/preview-link", {"expires_in_days": 1})["data"]["token"]
    long = api.post(f"{path}/preview-link", {"expires_in_days": 3})["data"]["token"]
    sandbox.advance(2 * DAY)
    nobody.get(f"{EMAILS}/preview/{short}", status=404)
    nobody.get(f"{EMAILS}/preview/{long}")
    api.delete(path)
    nobody.get(f"{EMAILS}/preview/{long}", status=404)
    api.get(f"{path}/status", status=404)
    api.post(f"{path}/preview-link", status=404)


def test_an_expiry_above_the_maximum_is_rejected(api: Api) -> None:
    path = f"{EMAILS}/{send(api)['id']}/preview-link"
    api.post(path, {"expires_in_days": 10**12}, status=422)
    api.post(path, {"expires_in_days": 0}, status=400)


def test_emails_are_hidden_from_other_organizations(api: Api, stranger: Api) -> None:
    email = send(api)
    assert stranger.get(EMAILS)["data"] == []
    stranger.get(f"{EMAILS}/{email['id']}/status", status=404)
