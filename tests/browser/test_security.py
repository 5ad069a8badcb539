"""What clients send is never markup, keys are masked, and nothing comes from elsewhere."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import httpx
import pytest

from browser.page import VIEWS, Page
from lvng_sandbox import Sandbox

SCRIPT = "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>"
TAKEN = "taken over"


@pytest.mark.parametrize("view", ["/requests/1", "/requests", "/records/notes"])
def test_values_sent_by_clients_are_escaped(page: Page, api: httpx.Client, view: str) -> None:
    headers = {"User-Agent": SCRIPT}
    api.post(
        "/api/v2/notes",
        params={"q": SCRIPT},
        json={"title": SCRIPT, "content": SCRIPT},
        headers=headers,
    )
    page.open(view, "<img src=x" if view != "/requests" else "notes.create")
    assert not page.all("main img")
    assert TAKEN not in page.browser.title


@pytest.mark.parametrize("part", ["Text", "HTML", "Record"])
def test_an_email_runs_no_script(page: Page, api: httpx.Client, part: str) -> None:
    email = {
        "to": ["li@example.com"],
        "subject": SCRIPT,
        "body": f"{SCRIPT} javascript:alert(1)",
        "html": SCRIPT.replace("document", "top.document"),
    }
    id = api.post("/api/v2/emails/send", json=email).json()["data"]["id"]
    page.open(f"/emails/{id}")
    page.click("[role=tab]", part)
    page.find(".json" if part == "Record" else ".letter")
    assert not page.all("main img")
    assert TAKEN not in page.browser.title


def test_everything_comes_from_the_sandbox(page: Page, api: httpx.Client, sandbox: Sandbox) -> None:
    api.post("/api/v2/notes", json={"content": "x"})
    page.browser.get_log("performance")  # type: ignore[no-untyped-call]  # selenium leaves it untyped
    for view in VIEWS:
        page.open(view)
    page.find(".opblock-tag") if page.path == "/reference" else None
    origins = {
        f"{address.scheme}://{address.netloc}"
        for address in map(urlsplit, requested(page))
        if address.scheme not in {"data", "about", "chrome"}
    }
    assert origins == {sandbox.base_url}


def requested(page: Page) -> list[str]:
    """The addresses that the browser has requested."""
    entries = page.browser.get_log("performance")  # type: ignore[no-untyped-call]  # selenium leaves it untyped
    messages = [json.loads(entry["message"])["message"] for entry in entries]
    return [
        one["params"]["request"]["url"]
        for one in messages
        if one["method"] == "Network.requestWillBeSent"
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_the_browser_logs_no_errors(page: Page, api: httpx.Client, view: str) -> None:
    api.post("/api/v2/notes", json={"content": "x"})
    page.open(view)
    if view == "/reference":
        page.find(".opblock-tag")
    assert page.complaints() == []


def test_scripts_and_styles_are_files_of_the_page(sandbox: Sandbox) -> None:
    response = httpx.get(sandbox.base_url)
    policy = dict(
        part.strip().split(" ", 1)
        for part in response.headers["content-security-policy"].split(";")
    )
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == (
        "'none'",
        "'self'",
        "'self'",
    )
    assert policy["connect-src"] == "'self'"
    assert "<script>" not in response.text
