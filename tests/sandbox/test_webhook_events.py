"""What the contract says of each event of a webhook is what the sandbox sends."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from lvng_sandbox.outbox.deliveries import EVENT_TYPES
from support.contract import DOCUMENT, violations
from support.examples import CHANNEL_ID, COLLEAGUE_ID, WORKSPACE_ID
from support.sandbox import HOOKS, Api

SCHEMAS = DOCUMENT["components"]["schemas"]


def events_of_the_contract() -> dict[str, str]:
    """The schema of each event by its name."""
    names = [one["$ref"].rpartition("/")[2] for one in SCHEMAS["WebhookEvent"]["anyOf"]]
    return {SCHEMAS[name]["properties"]["event"]["const"]: name for name in names}


def cause_everything(api: Api, sandbox: Sandbox) -> None:
    """Do what each event is about."""
    message = api.post("/api/v2/messages", {"channel_id": CHANNEL_ID, "content": "Hello"})["data"]
    api.patch(f"/api/v2/messages/{message['id']}", {"content": "Good morning"})
    api.delete(f"/api/v2/messages/{message['id']}")
    channel = api.post("/api/v2/channels", {"name": "events", "workspace_id": WORKSPACE_ID})[
        "channel"
    ]["id"]
    conversation = api.post(
        "/api/v2/conversations", {"conversation_type": "group", "title": "events"}
    )
    workspace = api.post("/api/v2/workspaces", {"name": "Events", "slug": "events"})["workspace"][
        "id"
    ]
    conversation_id = conversation["data"]["id"]
    api.post(f"/api/v2/channels/{channel}/members", {"user_id": COLLEAGUE_ID})
    api.put(f"/api/v2/conversations/{conversation_id}/members/{COLLEAGUE_ID}", {})
    api.post(f"/api/v2/workspaces/{workspace}/members", {"user_id": COLLEAGUE_ID})
    for place in (
        f"channels/{channel}",
        f"conversations/{conversation_id}",
        f"workspaces/{workspace}",
    ):
        api.delete(f"/api/v2/{place}/members/{COLLEAGUE_ID}")
    agent = f"/api/v2/agents/{api.post('/api/v2/agents', {'name': 'Scout'})['agent']['id']}"
    api.post(f"{agent}/start")
    api.post(f"{agent}/message", {"message": "hi"})
    api.patch(agent, {"metadata": {"fail": "Out of paper"}})
    api.post(f"{agent}/message", {"message": "hi"}, status=500)
    for config in ({"text": "done"}, {"fail": "Out of paper"}):
        step = {"id": "a", "name": "a", "type": "transform", "config": config}
        workflow = api.post("/api/v2/workflows", {"name": "Events", "steps": [step]})["data"]
        api.post(f"/api/v2/workflows/{workflow['id']}/execute", {})
    api.post("/api/v2/swarm/spawn", {"task": "Compare two reports"})
    api.post("/api/knowledge/ingest", {"content": "Heat pumps", "title": "Heat"})
    alert = {"type": "balance", "threshold_credits": 1e6, "channels": []}
    api.post("/api/v2/billing/alerts", alert)
    api.post("/api/v2/chat", {"message": "hi"})
    sandbox.advance(1)


def test_every_event_is_sent_as_the_contract_says(api: Api, sandbox: Sandbox) -> None:
    hook = api.post(HOOKS, {"url": "http://127.0.0.1:9/hook", "events": [*EVENT_TYPES]})["data"]
    cause_everything(api, sandbox)
    sent = api.get(f"{HOOKS}/{hook['id']}/deliveries", limit=100)["data"]
    known = events_of_the_contract()
    wrong: list[Any] = []
    for delivery in sent:
        pointer = f"/components/schemas/{known[delivery['event']]}"
        wrong += [(delivery["event"], one) for one in violations(pointer, delivery["payload"])]
    assert wrong == []
    assert {one["event"] for one in sent} == EVENT_TYPES.keys() == known.keys()
