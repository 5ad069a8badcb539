"""Swarm sessions: strategies, steps, messages and results."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import AGENT_ID, IDLE_AGENT_ID, SWARM_SESSION_ID
from support.sandbox import Api, Connect, Subscription

SWARM = "/api/v2/swarm"
AGENTS = "/api/v2/agents"
TASK = "sales October revenue margin"


def spawn(api: Api, **fields: Any) -> dict[str, Any]:
    session: dict[str, Any] = api.post(f"{SWARM}/spawn", {"task": TASK, **fields})["data"]
    return session


def address(session: dict[str, Any]) -> str:
    return f"{SWARM}/sessions/{session['session_id']}"


def states(api: Api, session: dict[str, Any]) -> list[str]:
    return [one["status"] for one in api.get(f"{address(session)}/agents")["data"]]


def test_new_agents_share_the_task(api: Api) -> None:
    session = spawn(api, agent_count=2, model="claude-haiku")
    assert (session["status"], session["agent_count"]) == ("pending", 2)
    assert [one["task"] for one in session["agents"]] == ["sales revenue", "october margin"]
    for part in session["agents"]:
        agent = api.get(f"{AGENTS}/{part['agent_id']}")["agent"]
        assert (agent["name"], agent["model"]) == (part["name"], "claude-haiku")


def test_a_new_session_emits_a_webhook_event(api: Api) -> None:
    hook = Subscription(api, "swarm.spawn")
    assert hook.events() == []
    session = spawn(api)
    assert hook.events() == [("swarm.spawn", session)]


def test_given_agents_are_completed_by_new_ones(api: Api) -> None:
    session = spawn(api, agent_ids=[AGENT_ID, IDLE_AGENT_ID], agent_count=3)
    ids = [one["agent_id"] for one in session["agents"]]
    assert ids[:2] == [AGENT_ID, IDLE_AGENT_ID]
    assert len(ids) == 3
    assert api.get(f"{AGENTS}/{IDLE_AGENT_ID}")["agent"]["status"] == "running"
    assert len(spawn(api, agent_ids=[AGENT_ID])["agents"]) == 1
    api.post(f"{SWARM}/spawn", {"task": TASK, "agent_ids": ["agt_unknown"]}, status=404)
    api.post(f"{SWARM}/spawn", {"task": TASK, "agent_count": 51}, status=422)


@pytest.mark.parametrize(
    ("strategy", "roles"),
    [
        ("parallel", ["worker", "worker", "worker"]),
        ("hierarchical", ["coordinator", "worker", "worker"]),
        ("debate", ["worker", "worker", "critic"]),
    ],
)
def test_the_strategy_determines_the_roles(api: Api, strategy: str, roles: list[str]) -> None:
    session = spawn(api, strategy=strategy)
    assert [one["role"] for one in session["agents"]] == roles
    for part in session["agents"]:
        assert (part["task"] == TASK) == (part["role"] != "worker")


def test_a_session_ends_with_the_answers_of_all(api: Api, sandbox: Sandbox) -> None:
    session = spawn(api, agent_count=2)
    sandbox.advance(0)
    done = api.get(address(session))["data"]
    assert done["status"] == "completed"
    assert states(api, session) == ["completed", "completed"]
    outputs = [one["output"] for one in done["agents"]]
    assert "Sales in October" in outputs[0]
    assert done["result"] == f"Worker 1: {outputs[0]}\n\nWorker 2: {outputs[1]}"
    (run,) = api.get(f"{AGENTS}/{done['agents'][0]['agent_id']}/runs")["data"]
    assert (run["trigger"], run["output"]["content"]) == ("api", outputs[0])
    assert done in api.get(f"{SWARM}/sessions?status=completed")["data"]


def test_agents_run_sequentially_or_in_parallel(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    parallel = spawn(api, agent_count=2)
    sequential = spawn(api, agent_count=2, strategy="sequential")
    paced.advance(60)
    assert states(api, parallel) == ["running", "running"]
    assert states(api, sequential) == ["running", "pending"]
    paced.advance(60)
    assert states(api, parallel) == ["completed", "running"]
    assert states(api, sequential) == ["completed", "pending"]


def test_a_message_reaches_agents_that_have_not_finished(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    session = spawn(api, agent_count=2)
    first, second = (one["agent_id"] for one in session["agents"])
    said = api.post(f"{address(session)}/message", {"message": "krona", "agent_id": second})["data"]
    assert (said["role"], said["content"], said["agent_id"]) == ("user", "krona", second)
    everybody = api.post(f"{address(session)}/message", {"message": "Nordic"})["data"]
    assert everybody["agent_id"] is None
    paced.advance(600)
    inputs = [
        api.get(f"{AGENTS}/{id}/runs")["data"][0]["input"]["message"] for id in (first, second)
    ]
    assert [("krona" in one, "Nordic" in one) for one in inputs] == [(False, True), (True, True)]


def test_the_context_is_given_to_all_agents(api: Api, sandbox: Sandbox) -> None:
    session = spawn(api, context={"currency": "krona"}, agent_count=1)
    sandbox.advance(0)
    assert "Swedish krona" in api.get(address(session))["data"]["result"]


def test_a_session_is_stopped_with_its_agents(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    session = spawn(api, agent_count=2)
    paced.advance(120)
    stopped = api.post(f"{address(session)}/stop", {"reason": "Enough"})["data"]
    assert (stopped["status"], stopped["error"]) == ("stopped", "Enough")
    assert [one["status"] for one in stopped["agents"]] == ["completed", "stopped"]
    for part in stopped["agents"]:
        assert api.get(f"{AGENTS}/{part['agent_id']}")["agent"]["status"] == "stopped"
    paced.advance(600)
    assert api.get(address(session))["data"] == stopped
    api.post(f"{address(session)}/stop", status=409)
    api.post(f"{address(session)}/message", {"message": "hi"}, status=409)


def test_a_session_without_an_answer_fails(api: Api, sandbox: Sandbox) -> None:
    body = {"name": "Broken", "metadata": {"fail": "Out of paper"}}
    broken = api.post(AGENTS, body)["agent"]["id"]
    session = spawn(api, agent_ids=[broken])
    sandbox.advance(0)
    failed = api.get(address(session))["data"]
    assert (failed["status"], failed["error"]) == ("failed", "Out of paper")
    assert failed["agents"][0]["status"] == "failed"
    both = spawn(api, agent_ids=[broken, AGENT_ID])
    sandbox.advance(0)
    assert api.get(address(both))["data"]["status"] == "completed"


def test_a_message_to_an_agent_of_no_session_is_404(api: Api, stranger: Api) -> None:
    session = f"{SWARM}/sessions/{SWARM_SESSION_ID}"
    api.post(f"{session}/message", {"message": "hi", "agent_id": IDLE_AGENT_ID}, status=404)
    stranger.get(f"{session}/agents", status=404)
    stranger.post(f"{session}/stop", status=404)
