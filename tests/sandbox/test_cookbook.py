"""Scripts that use the HTTP API without an SDK: plain `requests`, with only the host replaced."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
import requests

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID
from support.scripted_server import ScriptedServer, answer
from support.timing import eventually

Json = dict[str, Any]
QUESTION = "How much is fish from Lofoten?"
PRICES = "Fish from Lofoten costs 21 euros a kilo since October."
MONDAYS = "Every Monday at 9, search for fish prices and email them to the team"


@pytest.fixture(params=["x-api-key", "Authorization"])
def session(sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[requests.Session]:
    """A session with a key, in each of the two headers that take one."""
    key = sandbox.api_key
    with requests.Session() as session:
        session.headers[request.param] = key if request.param == "x-api-key" else f"Bearer {key}"
        yield session


def ok(response: requests.Response) -> Json:
    response.raise_for_status()
    found: Json = response.json()
    assert found["success"] is True
    return found


def poll(look: Callable[[], Json], *ends: str) -> Json:
    """What is asked for again and again, once it has come to one of these states."""
    return eventually(lambda: found if (found := look())["status"] in ends else {})


def test_ingest_search_and_ask(sandbox: Sandbox, session: requests.Session) -> None:
    host = sandbox.base_url
    body = {"title": "Fish prices", "content": PRICES}
    job = ok(session.post(f"{host}/api/knowledge/ingest", json=body))["data"]
    address = f"{host}/api/knowledge/jobs/{job['id']}"
    poll(lambda: ok(session.get(address))["data"], "completed")
    notes = {"title": "Fish notes", "content": "Lofoten ships on Fridays.", "type": "document"}
    ok(session.post(f"{host}/api/knowledge/upload", json=notes))

    wanted: Json = {"query": "fish Lofoten", "limit": 5}
    results = ok(session.post(f"{host}/api/knowledge/search", json=wanted))["data"]
    names = [result["title"] or result["name"] for result in results]
    assert {"Fish prices", "Fish notes"} <= set(names)
    texts = [result["content"] or result["description"] for result in results]
    assert PRICES in texts
    figures = ok(session.get(f"{host}/api/knowledge-graph/statistics"))["data"]
    assert figures["document_count"] >= 2

    reply = ok(session.post(f"{host}/api/v2/chat", json={"message": QUESTION}))["reply"]
    assert PRICES in reply


def test_stream_a_chat(sandbox: Sandbox, session: requests.Session) -> None:
    body = {"message": "Walk me through the Q4 numbers"}
    event, text, done = "", "", False
    with session.post(f"{sandbox.base_url}/api/v2/chat/stream", json=body, stream=True) as response:
        response.raise_for_status()
        for line in map(bytes.decode, response.iter_lines()):
            if line.startswith("event:"):
                event = line[6:].strip()
            elif line.startswith("data:") and event == "text_delta":
                text += json.loads(line[5:])["delta"]
            elif line.startswith("data:") and event == "done":
                done = json.loads(line[5:])["reply"] == text
    assert done
    assert "1.31 million" in text


@pytest.mark.parametrize("spelling", ["systemPrompt", "system_prompt"])
def test_create_message_and_delete_an_agent(
    sandbox: Sandbox, session: requests.Session, spelling: str
) -> None:
    agents = f"{sandbox.base_url}/api/v2/agents"
    body = {"name": "Scout", "tools": ["web_search"], spelling: "Be brief."}
    agent = ok(session.post(agents, json=body))["data"]
    assert (agent["systemPrompt"], agent["tools"]) == ("Be brief.", ["web_search"])
    address = f"{agents}/{agent['id']}"
    renamed = ok(session.patch(address, json={spelling: "Be kind."}))["agent"]
    assert renamed["systemPrompt"] == "Be kind."
    ok(session.post(f"{address}/start"))
    asked = session.post(f"{address}/message", json={"message": "Sales in October"})
    assert "412,000 euros" in ok(asked)["data"]["content"]
    ok(session.delete(address))
    assert session.get(address).status_code == 404


@pytest.mark.parametrize("spelling", ["instruction", "description"])
@pytest.mark.parametrize("envelope", ["workflow", "data"])
def test_parse_create_and_run_a_workflow(
    sandbox: Sandbox, session: requests.Session, spelling: str, envelope: str
) -> None:
    workflows = f"{sandbox.base_url}/api/v2/workflows"
    parsed = ok(session.post(f"{workflows}/parse", json={spelling: MONDAYS}))[envelope]
    body = {name: parsed[name] for name in ("name", "description", "steps", "trigger")}
    made = ok(session.post(workflows, json=body))["data"]
    listed = ok(session.get(workflows, params={"limit": 100, "offset": 0}))["data"]
    assert [one["id"] for one in listed if one["name"] == parsed["name"]] == [made["id"]]

    run = ok(session.post(f"{workflows}/{made['id']}/execute", json={"inputs": {"n": 1}}))["data"]
    address = f"{workflows}/{made['id']}/runs/{run['id']}"
    ended = poll(lambda: ok(session.get(address))["data"], "completed", "failed")
    assert ended["status"] == "completed"
    (output,) = ended["result"].values()
    assert output["text"]
    with session.get(f"{address}/events", stream=True) as response:
        lines = [line.decode() for line in response.iter_lines()]
    assert lines[1].startswith("event: workflow."), "after the id of the event"
    assert "event: workflow.completed" in lines


def test_answer_from_what_a_search_found(sandbox: Sandbox, session: requests.Session) -> None:
    host = sandbox.base_url
    for title, content in (
        ("Fish prices", PRICES),
        ("Ferries", "The ferry to Bodø takes 4 hours."),
    ):
        ok(session.post(f"{host}/api/knowledge/upload", json={"title": title, "content": content}))
    agent = ok(session.post(f"{host}/api/v2/agents", json={"name": "Clerk"}))["data"]["id"]
    wanted: Json = {"query": QUESTION, "limit": 3}
    found = ok(session.post(f"{host}/api/knowledge/search", json=wanted))["data"]
    context = "\n\n".join(f"[{one['title']}]: {one['content']}" for one in found)
    message = f"Answer by this context only.\n\nQuestion: {QUESTION}\n\nContext:\n{context}\n\nKeep it short."
    sent = session.post(f"{host}/api/v2/agents/{agent}/message", json={"message": message})
    content = ok(sent)["data"]["content"]
    assert content.startswith(PRICES)
    assert content.endswith("[1] message Fish prices")


def test_agents_at_once_and_one_that_reads_their_findings(
    sandbox: Sandbox, session: requests.Session
) -> None:
    agents = f"{sandbox.base_url}/api/v2/agents"
    ids = [ok(session.post(agents, json={"name": name}))["data"]["id"] for name in "abc"]
    headers = dict(session.headers)

    def tell(id: str, message: str) -> str:
        address = f"{agents}/{id}/message"
        answered = ok(requests.post(address, json={"message": message}, headers=headers))
        content: str = answered["data"]["content"]
        return content

    with ThreadPoolExecutor(2) as pool:
        asked = ["Research this: Sales in October", "Analyze this: Sales in October"]
        first, second = pool.map(tell, ids[:2], asked)
    message = f"Here is the question: What were the sales in October?\n\n## First findings:\n{first}\n\n## Second analysis:\n{second}\n\n---\n\nNow be decisive."
    assert "412,000 euros" in tell(ids[2], message).partition("[1]")[0]
    for id in ids:
        ok(session.delete(f"{agents}/{id}"))


def test_a_listed_workflow_has_a_name_and_is_found_by_it(
    sandbox: Sandbox, session: requests.Session
) -> None:
    workflows = f"{sandbox.base_url}/api/v2/workflows"
    text = "\n    Fish pipeline that:\n    1. Searches the prices\n    2. Writes a report\n    "
    ok(session.post(f"{workflows}/parse", json={"description": text}))
    listed = ok(session.get(workflows))["data"]
    (found,) = [one for one in listed if "pipeline" in one["name"].lower()]
    assert found["name"] == "Fish pipeline"
    inputs = {"inputs": {"query": "", "topic": ""}}
    ok(session.post(f"{workflows}/{found['id']}/execute", json=inputs))


@pytest.mark.parametrize("name", ["workflows", "agents"])
def test_lists_have_their_entries_under_both_keys(
    sandbox: Sandbox, session: requests.Session, name: str
) -> None:
    address = f"{sandbox.base_url}/api/v2/{name}"
    answer = ok(session.get(address, params={"limit": 2}))
    assert answer[name] == answer["data"] != []
    assert answer["pagination"]["limit"] == 2


def test_run_a_parsed_workflow(sandbox: Sandbox, session: requests.Session) -> None:
    workflows = f"{sandbox.base_url}/api/v2/workflows"
    parsed = ok(session.post(f"{workflows}/parse", json={"description": MONDAYS}))["data"]
    run = ok(session.post(f"{workflows}/{parsed['id']}/execute", json={"inputs": {}}))["data"]
    address = f"{workflows}/{parsed['id']}/runs/{run['id']}"
    poll(lambda: ok(session.get(address))["data"], "completed")


def test_create_an_artifact_with_either_workspace_parameter(
    sandbox: Sandbox, session: requests.Session
) -> None:
    host = sandbox.base_url
    workspace = ok(session.get(f"{host}/api/v2/workspaces"))["workspaces"][0]["id"]
    body: Json = {"title": "Fish", "content": PRICES, "type": "report", "metadata": {"n": 1}}
    artifacts = f"{host}/api/v2/artifacts"
    headers, query = {"x-workspace-id": workspace}, {"workspace_id": workspace}
    by_header = ok(session.post(artifacts, json=body, headers=headers))["data"]
    by_query = ok(session.post(artifacts, json=body, params=query))["data"]
    assert by_header["workspace_id"] == by_query["workspace_id"] == workspace
    assert ok(session.get(f"{artifacts}/{by_query['id']}", headers=headers))["data"] == by_query
    assert ok(session.get(f"{artifacts}/{by_header['id']}", params=query))["data"] == by_header


def test_schedule_a_workflow(sandbox: Sandbox, session: requests.Session) -> None:
    host = sandbox.base_url
    (workflow, *_) = ok(session.get(f"{host}/api/v2/workflows", params={"limit": 1}))["data"]
    body = {
        "name": "Mondays",
        "target_type": "workflow",
        "target_id": workflow["id"],
        "cron": "0 9 * * 1",
        "timezone": "Europe/Oslo",
    }
    schedule = ok(session.post(f"{host}/api/v2/schedules", json=body))["data"]
    sandbox.advance(7 * 86_400)
    runs = ok(session.get(f"{host}/api/v2/schedules/{schedule['id']}/runs"))["data"]
    assert [one["status"] for one in runs] == ["completed"]


def test_receive_and_verify_a_webhook(sandbox: Sandbox, session: requests.Session) -> None:
    host = sandbox.base_url
    with ScriptedServer(answer(200, "ok")) as receiver:
        body = {"url": f"{receiver.url}/hook", "events": ["message.created"]}
        hook = ok(session.post(f"{host}/api/v2/developer/webhooks", json=body))["data"]
        message = {"channel_id": CHANNEL_ID, "content": "Hello"}
        for path in ("messages", "messages/send"):
            ok(session.post(f"{host}/api/v2/{path}", json=message))
        address = f"{host}/api/v2/developer/webhooks/{hook['id']}/deliveries"
        poll(lambda: ok(session.get(address))["data"][0], "delivered")
        poll(lambda: ok(session.get(address))["data"][1], "delivered")
        for seen in receiver.requests:
            digest = hmac.new(hook["secret"].encode(), seen.body, hashlib.sha256).hexdigest()
            assert seen.header("X-LVNG-Signature") == digest
            assert seen.json()["data"]["content"] == "Hello"
        assert len(receiver.requests) == 2


def test_manage_keys_with_a_jwt(sandbox: Sandbox) -> None:
    host = sandbox.base_url
    keys = f"{host}/api/v2/api-keys"
    refused = requests.get(keys, headers={"x-api-key": sandbox.api_key})
    assert refused.status_code == 403
    with closing(requests.Session()) as session:
        session.headers["Authorization"] = f"Bearer {sandbox.jwt}"
        body = {"name": "CI", "scopes": ["read"]}
        made = ok(session.post(keys, json=body))["data"]
        shown = {one["id"]: one for one in ok(session.get(keys))["data"]}[made["id"]]
        assert (shown["name"], shown["scopes"]) == ("CI", ["read"])
        assert made["key"].startswith(shown["key_prefix"])
        new = ok(session.post(f"{keys}/{made['id']}/rotate"))["data"]["key"]
        for key, status in ((made["key"], 401), (new, 200)):
            answered = requests.get(f"{host}/api/v2/workflows", headers={"x-api-key": key})
            assert answered.status_code == status
        ok(session.delete(f"{keys}/{made['id']}"))
    answered = requests.get(f"{host}/api/v2/workflows", headers={"x-api-key": new})
    assert (answered.status_code, set(answered.json())) == (401, {"error", "message", "hint"})
