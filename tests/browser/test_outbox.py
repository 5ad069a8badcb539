"""The inboxes: emails, notifications, webhook deliveries."""

from __future__ import annotations

import httpx

from browser.page import Page
from lvng_sandbox import Sandbox
from support.scripted_server import ScriptedServer, answer

EMAIL = {
    "to": ["li@example.com"],
    "subject": "Report",
    "body": "See https://app.lvng.ai/r/1",
    "html": "<p id=inner>See <b>it</b></p>",
}


def test_an_email_is_read(page: Page, api: httpx.Client) -> None:
    page.open("/emails", "No emails")
    id = api.post("/api/v2/emails/send", json=EMAIL).json()["data"]["id"]
    page.click("a.entry", "Report")
    page.wait_for("no-reply@lvng.ai")
    assert page.path == f"/emails/{id}"
    assert page.find(".letter a").get_attribute("href") == "https://app.lvng.ai/r/1"
    page.click("[role=tab]", "HTML")
    page.browser.switch_to.frame(page.find("iframe"))
    assert page.find("#inner").text == "See it"
    page.browser.switch_to.default_content()


def test_a_delivery_is_sent_again(page: Page, api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.set_clock(frozen=True)  # nothing is sent again by itself
    with ScriptedServer(answer(500, "broken"), answer(204)) as receiver:
        hook = {"url": f"{receiver.url}/hook", "events": ["message.created"]}
        id = api.post("/api/v2/developer/webhooks", json=hook).json()["data"]["id"]
        api.post(f"/api/v2/developer/webhooks/{id}/test", json={})
        page.open("/deliveries", "message.created")
        page.click("a.entry", "message.created")
        page.wait_for("The receiver responded with 500")
        page.wait_for("broken")
        page.click("button", "Send again")
        page.wait_for("delivered")
        assert len(receiver.requests) == 2


def test_notifications_are_listed_with_example_data_on_demand(page: Page) -> None:
    page.open("/notifications", "No notifications")
    page.click("input[type=checkbox]")
    page.click("a.entry", "New mention")
    page.wait_for("Ana mentioned you")
