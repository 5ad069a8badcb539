"""The requests as they come in, and the exchange of one."""

from __future__ import annotations

import httpx
import pytest

from browser.page import Page
from lvng_sandbox import Fault, Sandbox

STREAM = "/api/v2/chat/stream"
QUESTION = {"message": "Walk me through the Q4 numbers"}


def rows(page: Page) -> list[str]:
    """The numbers of the requests that are listed."""
    return [
        (one.get_attribute("href") or "").rpartition("/")[2].partition("?")[0]
        for one in page.all("a.entry")
    ]


@pytest.fixture
def five(api: httpx.Client) -> None:
    """Five requests: two that succeed, one of them a creation, and three that fail."""
    api.get("/api/v2/notes", params={"limit": 5})
    api.post("/api/v2/notes", json={"content": "stored"})
    api.get("/api/v2/notes/nothing")
    api.get("/api/v2/workflows", headers={"X-Sandbox-Fault": "status=503"})
    httpx.get(f"{api.base_url}/api/v2/notes")


def test_requests_are_listed_as_they_come_in(page: Page, api: httpx.Client) -> None:
    page.open("/requests", "Nothing has come in yet")
    api.post("/api/v2/notes", json={"content": "seen"})
    page.wait_for("notes.create")
    api.get("/api/v2/notes")
    page.wait_for("notes.list")
    assert rows(page) == ["2", "1"]


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("search", "shown"),
    [
        ("?status=4xx", ["5", "3"]),
        ("?status=5xx", ["4"]),
        ("?method=POST", ["2"]),
        ("?q=workflows", ["4"]),
        ("?q=limit=5", ["1"]),
        ("?q=notes&status=2xx", ["2", "1"]),
    ],
)
def test_a_filter_is_part_of_the_address(page: Page, search: str, shown: list[str]) -> None:
    page.open(f"/requests{search}")
    page.until(lambda: rows(page) == shown)


@pytest.mark.usefixtures("five")
def test_filters_are_chosen_on_the_page(page: Page) -> None:
    page.open("/requests", "notes.get")
    page.click(".chip", "4xx")
    page.until(lambda: rows(page) == ["5", "3"])
    page.type("input[type=search]", "nothing")
    page.until(lambda: rows(page) == ["3"])
    assert page.path == "/requests?status=4xx&q=nothing"
    page.type("input[type=search]", "x")
    page.click("button", "Remove the filters")
    page.until(lambda: len(rows(page)) == 5)


@pytest.mark.usefixtures("five")
def test_the_list_can_be_paused_and_cleared(
    page: Page, api: httpx.Client, sandbox: Sandbox
) -> None:
    page.open("/requests", "notes.get")
    page.click("button", "Pause")
    api.get("/api/v2/models")
    page.wait_for("Paused, 1 new")
    assert len(rows(page)) == 5
    page.click("button", "Resume")
    page.until(lambda: len(rows(page)) == 6)
    page.click("button", "Clear")
    page.wait_for("Nothing has come in yet")
    assert sandbox.requests == []


def test_an_exchange_has_headers_and_bodies(
    page: Page, api: httpx.Client, sandbox: Sandbox
) -> None:
    response = api.post("/api/v2/notes", json={"title": "Plan", "content": sandbox.api_key})
    page.open("/requests/1", "Request body")
    for text in (
        "notes.create",
        "user-agent",
        response.headers["x-request-id"],
        '"Plan"',
        "Records that it made",
    ):
        page.wait_for(text)
    assert sandbox.api_key not in page.browser.page_source
    page.click("a", response.json()["data"]["id"])
    page.wait_for("Belongs to")
    page.click("a", "POST 1")
    page.wait_for("Request body")


def test_a_branch_of_a_tree_opens(page: Page, api: httpx.Client) -> None:
    api.post("/api/v2/notes", json={"content": "x", "metadata": {"a": {"b": "deep inside"}}})
    page.open("/requests/1", "Request body")
    panel = "[aria-label='Request body']"
    assert "deep inside" not in page.find(panel).text
    page.click(f"{panel} details:not([open]) > summary")
    page.wait_for("deep inside")


def test_a_stream_is_shown_by_its_events(page: Page, api: httpx.Client) -> None:
    answer = api.post(STREAM, json=QUESTION)
    page.open("/requests/1", "Events")
    page.wait_for("Q4 revenue is forecast")
    listed = [one.text for one in page.all(".events .badge")]
    assert listed == [
        line.removeprefix("event: ")
        for line in answer.text.splitlines()
        if line.startswith("event: ")
    ]


def test_a_request_is_sent_again(page: Page, api: httpx.Client, sandbox: Sandbox) -> None:
    headers = {"Idempotency-Key": "once"}
    api.post("/api/v2/notes", params={"x": "1"}, json={"content": "twice"}, headers=headers)
    page.open("/requests/1", "Send again")
    page.click("button", "Send again")
    page.wait_for_path("/requests/2")
    first, second = sandbox.requests
    assert (second.content, second.query, second.account, second.status) == (
        first.content,
        first.query,
        first.account,
        201,
    )
    assert first.response["data"]["id"] != second.response["data"]["id"]


def test_a_fault_is_shown(page: Page, api: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.add("notes.list", Fault(status=503))
    api.get("/api/v2/notes")
    page.open("/requests/1", "A fault was injected: status 503")


def test_deviations_from_the_contract_are_shown(page: Page, api: httpx.Client) -> None:
    api.post("/api/v2/notes", json={"content": "x", "colour": "red"})
    page.open("/requests", "deviates")
    page.open("/requests/1", "Not as the contract says")
    page.wait_for("colour")


def test_a_request_that_is_not_in_the_log_shows_a_message(page: Page) -> None:
    page.open("/requests/7", "There is no request 7 in the log")
