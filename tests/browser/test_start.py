"""The start screen: how to connect, and the first calls."""

from __future__ import annotations

import httpx
import pytest

from browser.page import Page
from lvng_sandbox import Sandbox


def test_the_start_page_shows_the_address_and_the_key_on_demand(
    page: Page, sandbox: Sandbox
) -> None:
    page.open("/", "Your sandbox is running")
    page.wait_for(sandbox.api_key[-4:])
    assert page.find("#address").text == sandbox.base_url
    assert sandbox.api_key not in page.text
    page.click("button", "Show")
    page.wait_for(sandbox.api_key)


def test_the_key_can_be_copied(page: Page, sandbox: Sandbox) -> None:
    page.open("/")
    page.wait_for(sandbox.api_key[-4:])
    page.command(
        "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    page.click("button", "Copy key")
    page.wait_for("Copied key")
    assert page.run("return await navigator.clipboard.readText()") == sandbox.api_key


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_first_calls_run_on_the_page(page: Page, sandbox: Sandbox, at: int) -> None:
    page.open("/", "Three first calls")
    page.find(f".steps > li:nth-child({at + 1}) button", "Run it here").click()
    page.find(".result")
    (entry,) = sandbox.requests
    assert entry.status < 300
    assert page.find(f".steps > li:nth-child({at + 1}) .badge").text == str(entry.status)


@pytest.mark.parametrize(
    ("language", "part"),
    [
        ("curl", 'curl -X POST "$LVNG_BASE_URL/api/v2/chat"'),
        ("Python", "client.chat.send("),
        ("Node", "await fetch("),
    ],
)
def test_the_first_calls_are_shown_in_three_languages(page: Page, language: str, part: str) -> None:
    page.open("/", "Three first calls")
    page.click("[role=tab]", language)
    page.wait_for(part)


def test_the_start_page_lists_requests_as_they_come_in(page: Page, api: httpx.Client) -> None:
    page.open("/", "Waiting for the first request")
    api.get("/api/v2/notes")
    page.wait_for("/api/v2/notes")
    page.wait_for("1 of 386")
    page.click("a.entry", "/api/v2/notes")
    page.wait_for("Send again")
    assert page.path == "/requests/1"
