"""Webhook deliveries, by HTTP to a receiver in the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from lvng_sandbox.outbox import webhooks
from support.deliveries import (
    EVENTS,
    is_signed,
    latest,
    post,
    register,
    settled,
    wait_for_attempt,
)
from support.examples import CHANNEL_ID
from support.sandbox import HOOKS, Api, Connect
from support.scripted_server import (
    ScriptedServer,
    Step,
    answer,
    closed_port,
    hang_up,
    mute,
    redirect,
    stall,
)
from support.timing import eventually


@pytest.fixture
def receiver() -> Iterator[ScriptedServer]:
    with ScriptedServer(answer(200, "ok")) as server:
        yield server


def test_an_event_arrives_signed(api: Api, receiver: ScriptedServer) -> None:
    hook = register(api, f"{receiver.url}/hook?a=b")
    message = post(api, "Grüße")
    delivery = settled(api, hook)
    seen = receiver.last
    assert (seen.method, seen.target) == ("POST", "/hook?a=b")
    assert seen.header("Content-Type") == "application/json"
    assert is_signed(seen, hook["secret"])
    assert seen.json() == delivery["payload"]
    assert seen.json()["event"] == "message.created"
    assert seen.json()["timestamp"].endswith("Z")
    assert (seen.json()["data"]["id"], seen.json()["data"]["content"]) == (message["id"], "Grüße")


def test_a_delivery_records_its_result(api: Api, receiver: ScriptedServer) -> None:
    hook = register(api, receiver.url)
    post(api)
    delivery = settled(api, hook)
    assert (delivery["status"], delivery["attempt"]) == ("delivered", 1)
    assert (delivery["response_status"], delivery["response_body"]) == (200, "ok")
    assert (delivery["error"], delivery["next_retry_at"]) == (None, None)
    assert delivery["delivered_at"]
    assert delivery["duration_ms"] > 0
    shown = api.get(f"{HOOKS}/{hook['id']}")["data"]
    assert (shown["last_status"], shown["failure_count"]) == (200, 0)
    assert shown["last_delivery_at"] == delivery["delivered_at"]


def test_an_endpoint_receives_only_subscribed_events(api: Api, receiver: ScriptedServer) -> None:
    hook = register(api, receiver.url, "message.updated", "message.deleted")
    path = f"/api/v2/messages/{post(api)['id']}"
    api.patch(path, {"content": "Changed"})
    settled(api, hook)
    api.delete(path)
    eventually(lambda: len(receiver.requests) == 2)
    assert [seen.json()["event"] for seen in receiver.requests] == [
        "message.updated",
        "message.deleted",
    ]


def test_a_failed_request_emits_no_event(api: Api, receiver: ScriptedServer) -> None:
    hook = register(api, receiver.url)
    body = {"channel_id": CHANNEL_ID, "content": "x", "parent_message_id": "nothing"}
    api.post("/api/v2/messages", body, status=404)
    assert api.get(f"{HOOKS}/{hook['id']}/deliveries")["data"] == []


def test_a_paused_endpoint_receives_nothing(api: Api, receiver: ScriptedServer) -> None:
    hook = register(api, receiver.url)
    api.patch(f"{HOOKS}/{hook['id']}", {"is_active": False})
    post(api, "unheard")
    api.patch(f"{HOOKS}/{hook['id']}", {"is_active": True})
    post(api, "heard")
    assert settled(api, hook)["payload"]["data"]["content"] == "heard"
    assert len(receiver.requests) == 1


def test_other_organizations_receive_nothing(
    api: Api, stranger: Api, receiver: ScriptedServer
) -> None:
    hook = register(stranger, receiver.url)
    post(api)
    assert stranger.get(f"{HOOKS}/{hook['id']}/deliveries")["data"] == []


def test_a_failed_delivery_is_retried_after_1_5_and_30_seconds(api: Api, sandbox: Sandbox) -> None:
    with ScriptedServer(answer(500, "no"), answer(404), hang_up, answer(202)) as receiver:
        hook = register(api, receiver.url)
        post(api)
        for attempt, wait in enumerate((1, 5, 30), 1):
            delivery = settled(api, hook, "retrying")
            assert (delivery["attempt"], delivery["delivered_at"]) == (attempt, None)
            assert api.get(f"{HOOKS}/{hook['id']}")["data"]["failure_count"] == attempt
            sandbox.advance(wait)
            wait_for_attempt(api, hook, attempt + 1)
        delivery = settled(api, hook)
        assert (delivery["status"], delivery["attempt"]) == ("delivered", 4)
        assert api.get(f"{HOOKS}/{hook['id']}")["data"]["failure_count"] == 0
        assert len({seen.body for seen in receiver.requests}) == 1


def give_up(api: Api, sandbox: Sandbox, url: str) -> tuple[Any, Any]:
    """An endpoint and its delivery that failed for good."""
    hook = register(api, url)
    post(api)
    for attempt, wait in enumerate((1, 5, 30), 1):
        wait_for_attempt(api, hook, attempt)
        settled(api, hook, "retrying")
        sandbox.advance(wait)
    return hook, settled(api, hook)


def test_a_delivery_fails_after_four_attempts_and_can_be_retried(
    api: Api, sandbox: Sandbox
) -> None:
    with ScriptedServer(*[answer(500, "no")] * 4, answer(200, "yes")) as receiver:
        hook, delivery = give_up(api, sandbox, receiver.url)
        assert (delivery["status"], delivery["attempt"]) == ("failed", 4)
        assert (delivery["response_status"], delivery["response_body"]) == (500, "no")
        assert (delivery["error"], delivery["next_retry_at"]) == (
            "The receiver responded with 500",
            None,
        )
        again = f"{HOOKS}/{hook['id']}/deliveries/{delivery['id']}/retry"
        assert api.post(again)["data"]["status"] == "pending"
        delivery = settled(api, hook)
        assert (delivery["status"], delivery["attempt"]) == ("delivered", 5)
        api.post(again, status=409)


def test_failed_attempts_are_logged(api: Api, sandbox: Sandbox) -> None:
    with ScriptedServer(answer(500)) as receiver:
        hook, delivery = give_up(api, sandbox, receiver.url)
    failures = api.get(EVENTS, type="webhook.delivery_failed", limit=4)["data"]
    assert [one["level"] for one in failures] == ["error", "warning", "warning", "warning"]
    assert {one["webhook_id"] for one in failures} == {hook["id"]}
    assert failures[0]["data"] == {"delivery_id": delivery["id"], "status": 500}


@pytest.mark.parametrize(
    ("script", "error"),
    [
        pytest.param(hang_up, "disconnected", id="hang up"),
        pytest.param(redirect(307, "http://127.0.0.1:1/"), "responded with 307", id="redirect"),
    ],
)
def test_a_delivery_records_its_error(api: Api, script: Step, error: str) -> None:
    with ScriptedServer(script) as receiver:
        hook = register(api, receiver.url)
        post(api)
        assert error in settled(api, hook, "retrying")["error"]


def test_a_delivery_times_out(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.2)
    with ScriptedServer(stall) as receiver:
        hook = register(api, receiver.url)
        post(api)
        assert settled(api, hook, "retrying")["error"] == "Timed out after 0.2 seconds"


def test_an_unreachable_receiver_is_retried(api: Api) -> None:
    hook = register(api, f"http://localhost:{closed_port()}")
    post(api)
    delivery = settled(api, hook, "retrying")
    assert (delivery["response_status"], bool(delivery["error"])) == (None, True)


def test_deliveries_to_other_machines_fail(api: Api) -> None:
    hook = register(api, "https://example.com/hooks/elsewhere")
    post(api)
    assert "this machine" in settled(api, hook, "retrying")["error"]


def test_a_long_response_is_truncated(api: Api) -> None:
    with ScriptedServer(answer(200, "x" * 100_000)) as receiver:
        hook = register(api, receiver.url)
        post(api)
        assert len(settled(api, hook)["response_body"]) == 1000


def test_a_slow_receiver_does_not_delay_requests(api: Api) -> None:
    with ScriptedServer(mute) as receiver:
        hook = register(api, receiver.url)
        post(api)
        eventually(lambda: receiver.requests)
        assert post(api)["id"]
        assert latest(api, hook)["status"] == "pending"


def test_stopping_the_sandbox_cancels_deliveries(connect: Connect) -> None:
    with ScriptedServer(mute) as receiver:
        with Sandbox() as sandbox:
            api = connect(sandbox, sandbox.api_key)
            register(api, receiver.url)
            post(api)
            eventually(lambda: receiver.requests)
        receiver.wait_for_connections(0)


def test_reset_cancels_deliveries(api: Api, sandbox: Sandbox) -> None:
    with ScriptedServer(mute) as receiver:
        register(api, receiver.url)
        post(api)
        eventually(lambda: receiver.requests)
        sandbox.reset()
        receiver.wait_for_connections(0)


def test_an_interrupted_delivery_is_sent_again_after_a_restart(
    tmp_path: Path, connect: Connect
) -> None:
    db = str(tmp_path / "lvng.db")
    with ScriptedServer(mute, answer(200)) as receiver:
        with Sandbox(db=db) as sandbox:
            api = connect(sandbox, sandbox.api_key)
            hook = register(api, receiver.url)
            post(api)
            eventually(lambda: receiver.requests)
        with Sandbox(db=db) as sandbox:
            assert settled(connect(sandbox, sandbox.api_key), hook)["status"] == "delivered"
        first, second = receiver.requests
        assert first.body == second.body


def test_deleting_an_endpoint_during_a_delivery(api: Api, sandbox: Sandbox) -> None:
    with ScriptedServer(answer(500)) as receiver:
        hook = register(api, receiver.url)
        post(api)
        settled(api, hook, "retrying")
        api.delete(f"{HOOKS}/{hook['id']}")
        sandbox.advance(60)
        assert len(receiver.requests) == 1
        api.get(f"{HOOKS}/{hook['id']}/deliveries", status=404)


def test_a_retry_by_hand_takes_the_place_of_the_one_that_is_due(api: Api, sandbox: Sandbox) -> None:
    with ScriptedServer(answer(500), answer(200), answer(200), answer(200)) as receiver:
        hook = register(api, receiver.url)
        post(api)
        delivery = settled(api, hook, "retrying")
        again = sandbox._call(lambda control: control.retry_delivery(delivery["id"]))["record"]
        assert (again["status"], again["next_retry_at"]) == ("pending", None)
        assert settled(api, hook)["attempt"] == 2
        sandbox.advance(60)
        assert len(receiver.requests) == 2
        sandbox._call(
            lambda control: control.retry_delivery(delivery["id"])
        )  # a delivered one is sent again
        wait_for_attempt(api, hook, 3)
        assert len(receiver.requests) == 3


def test_a_delivery_on_its_way_is_not_sent_twice(api: Api, sandbox: Sandbox) -> None:
    with ScriptedServer(mute) as receiver:
        register(api, receiver.url)
        post(api)
        eventually(lambda: receiver.requests)
        id = sandbox.deliveries()[0]["id"]
        for _ in range(3):
            assert (
                sandbox._call(lambda control: control.retry_delivery(id))["record"]["status"]
                == "pending"
            )
        sandbox.advance(60)
        assert len(receiver.requests) == 1
