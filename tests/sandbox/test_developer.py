"""Webhook endpoints and secrets, test events, the log of events, and key usage."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.deliveries import EVENTS, is_signed, post, register, settled
from support.examples import API_KEY_ID, WEBHOOK_ID
from support.sandbox import HOOKS, Api, Connect
from support.scripted_server import ScriptedServer, answer
from support.timing import eventually

ELSEWHERE = "https://example.com/hooks/new"
_DAY = 86_400


def test_the_secret_is_shown_once(api: Api) -> None:
    hook = register(api, ELSEWHERE)
    assert hook["secret"].startswith("whsec_")
    assert hook["is_active"] is True
    path = f"{HOOKS}/{hook['id']}"
    listed = api.get(HOOKS)["data"]
    for shown in (api.get(path)["data"], api.patch(path, {"description": "x"})["data"], *listed):
        assert shown["secret"] is None


def test_a_rotated_secret_signs_later_deliveries(api: Api) -> None:
    with ScriptedServer(answer(200)) as receiver:
        hook = register(api, receiver.url)
        rotated = api.post(f"{HOOKS}/{hook['id']}/rotate-secret")["data"]
        assert rotated["secret"] != hook["secret"]
        post(api)
        settled(api, hook)
        assert is_signed(receiver.last, rotated["secret"])
        assert not is_signed(receiver.last, hook["secret"])


def test_an_endpoint_url_is_unique(api: Api) -> None:
    register(api, ELSEWHERE)
    api.post(HOOKS, {"url": ELSEWHERE, "events": ["message.created"]}, status=409)


@pytest.mark.parametrize("url", ["http://example.com/hook", "ftp://127.0.0.1/hook", "file:///etc"])
def test_an_endpoint_url_must_be_https_or_local(api: Api, url: str) -> None:
    body = {"url": url, "events": ["message.created"]}
    assert api.post(HOOKS, body, status=422)["error"]["details"][0]["field"] == "url"
    api.patch(f"{HOOKS}/{WEBHOOK_ID}", {"url": url}, status=422)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "[::1]"])
def test_http_is_allowed_on_this_machine(api: Api, host: str) -> None:
    register(api, f"http://{host}:9/hook")


def test_endpoints_are_filtered_by_status(api: Api) -> None:
    hook = register(api, ELSEWHERE)
    assert [one["id"] for one in api.get(HOOKS, is_active=True)["data"]] == [hook["id"]]
    assert [one["id"] for one in api.get(HOOKS, is_active=False)["data"]] == [WEBHOOK_ID]


def test_endpoints_belong_to_the_organization(api: Api, stranger: Api) -> None:
    hook = register(api, ELSEWHERE)
    for path in (f"{HOOKS}/{hook['id']}", f"{HOOKS}/{hook['id']}/deliveries"):
        stranger.get(path, status=404)
    stranger.post(f"{HOOKS}/{hook['id']}/rotate-secret", status=404)


@pytest.mark.parametrize(
    ("event", "known"), [("message.created", "content"), ("credit.low", "test")]
)
def test_a_test_event_reaches_even_a_paused_endpoint(api: Api, event: str, known: str) -> None:
    with ScriptedServer(answer(200)) as receiver:
        api.patch(f"{HOOKS}/{WEBHOOK_ID}", {"url": receiver.url})
        delivery = api.post(f"{HOOKS}/{WEBHOOK_ID}/test", {"event": event})["data"]
        assert (delivery["status"], delivery["event"]) == ("pending", event)
        eventually(lambda: receiver.requests)
        assert receiver.last.json() == delivery["payload"]
        assert known in delivery["payload"]["data"]


def test_deliveries_are_filtered_by_status_and_event(api: Api) -> None:
    with ScriptedServer(answer(200)) as receiver:
        hook = register(api, receiver.url, "message.created", "message.updated")
        message = post(api)
        api.patch(f"/api/v2/messages/{message['id']}", {"content": "Changed"})
        path = f"{HOOKS}/{hook['id']}/deliveries"

        def events(**query: str) -> list[str]:
            return [one["event"] for one in api.call("GET", path, params=query)["data"]]

        eventually(lambda: len(events(status="delivered")) == 2)
        assert events() == ["message.updated", "message.created"]
        assert events(event="message.created") == ["message.created"]
        assert events(status="failed") == []


def test_a_failed_delivery_can_be_retried_repeatedly(api: Api) -> None:
    (delivery,) = api.get(f"{HOOKS}/{WEBHOOK_ID}/deliveries")["data"]
    path = f"{HOOKS}/{WEBHOOK_ID}/deliveries/{delivery['id']}/retry"
    api.post(path)
    settled(api, {"id": WEBHOOK_ID}, "failed")
    api.post(path)
    api.post(f"{HOOKS}/{WEBHOOK_ID}/deliveries/nothing/retry", status=404)


def test_events_are_logged_newest_first_with_their_cause(api: Api, sandbox: Sandbox) -> None:
    sandbox.advance(60)
    start = sandbox._run(lambda platform: platform.clock.now())
    message = post(api)
    api.patch(f"/api/v2/messages/{message['id']}", {"content": "Changed"})
    logged = api.get(EVENTS, start=start)["data"]
    assert [event["type"] for event in logged] == ["message.updated", "message.created"]
    created = logged[1]
    assert (created["level"], created["message"]) == ("info", "A message was posted")
    assert (created["api_key_id"], created["data"]["id"]) == (API_KEY_ID, message["id"])
    assert api.get(EVENTS, start=start, type="message.created")["data"] == [created]
    assert api.get(EVENTS, end="2026-11-03T00:00:00Z", type="message.created")["data"] == []


def test_events_are_read_by_cursor(api: Api) -> None:
    for content in "abc":
        post(api, content)
    first = api.get(EVENTS, type="message.created", limit=2)
    second = api.get(EVENTS, type="message.created", limit=2, cursor=first["nextCursor"])
    read = [one["data"]["content"] for one in [*first["data"], *second["data"]]]
    assert (read, second["nextCursor"]) == (["c", "b", "a"], None)


def test_event_types_are_listed(api: Api) -> None:
    types = {one["name"]: one for one in api.get("/api/v2/developer/event-types")["data"]}
    assert types["message.created"]["description"] == "A message was posted"
    assert types["knowledge.indexed"]["category"] == "knowledge"


def test_key_usage_is_counted_by_day(
    api: Api, signed_in: Api, colleague: Api, sandbox: Sandbox, connect: Connect
) -> None:
    made: Any = signed_in.post("/api/v2/api-keys", {"name": "CI"})["data"]
    path = f"/api/v2/developer/api-keys/{made['id']}/usage"
    colleague.get(path, status=404)
    key = connect(sandbox, made["key"])
    key.get("/api/v2/notes")
    sandbox.advance(_DAY)
    key.get("/api/v2/notes")
    key.get("/api/v2/notes")
    assert api.get(path, days=3)["data"] == {
        "key_id": made["id"],
        "days": 3,
        "sparkline": [0, 1, 2],
    }
    assert len(api.get(path)["data"]["sparkline"]) == 7
