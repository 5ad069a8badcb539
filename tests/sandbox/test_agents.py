"""Agents: start and stop, messages, runs and access."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import WORKSPACE_ID
from support.sandbox import Api, Connect, Subscription

AGENTS = "/api/v2/agents"


def running(api: Api, **fields: Any) -> str:
    """The address of a new agent that runs."""
    id = api.post(AGENTS, {"name": "Scout", **fields})["agent"]["id"]
    api.post(f"{AGENTS}/{id}/start")
    return f"{AGENTS}/{id}"


def test_create_returns_the_agent_under_both_keys(api: Api) -> None:
    answer = api.post(AGENTS, {"name": "Scout", "tags": ["q4"]})
    assert answer["agent"] == answer["data"]
    assert answer["agent"]["status"] == "idle"
    assert answer["agent"]["tools"] == []


def test_an_answer_is_extracted_from_stored_texts(api: Api) -> None:
    agent = running(api, tools=["send_email", "knowledge_search"])
    reply = api.post(f"{agent}/message", {"message": "Sales in October"})["data"]
    assert "412,000 euros" in reply["content"]
    assert reply["toolCalls"][0]["name"] == "knowledge_search"
    assert reply["usage"]["totalTokens"] > reply["usage"]["inputTokens"] > 0


@pytest.mark.parametrize(
    ("tools", "called"),
    [
        ([], []),
        (["send_email"], []),
        (["web_search", "send_email"], ["web_search"]),
    ],
)
def test_tool_calls_are_of_tools_that_the_agent_has(
    tools: list[str], called: list[str], api: Api
) -> None:
    agent = running(api, tools=tools)
    reply = api.post(f"{agent}/message", {"message": "Sales in October"})["data"]
    assert [call["name"] for call in reply["toolCalls"]] == called
    assert api.get(f"{agent}/messages")["data"][1]["toolCalls"] == reply["toolCalls"]


def test_an_idle_agent_starts_on_its_first_message(api: Api) -> None:
    id = api.post(AGENTS, {"name": "Scout"})["agent"]["id"]
    api.post(f"{AGENTS}/{id}/message", {"message": "hi"})
    status = api.get(f"{AGENTS}/{id}/status")["data"]
    assert (status["status"], status["stoppedAt"]) == ("running", None)
    assert status["startedAt"] <= status["lastActiveAt"]


def test_tools_and_schedules_also_start_an_idle_agent(sandbox: Sandbox, api: Api) -> None:
    asked, timed = (api.post(AGENTS, {"name": "Scout"})["agent"]["id"] for _ in range(2))
    tool = {"input": {"agent_id": asked, "message": "hi"}}
    assert api.post("/api/v2/tools/message_agent/execute", tool)["data"]["success"] is True
    body = {"name": "Daily", "target_type": "agent", "target_id": timed, "cron": "0 9 * * *"}
    schedule = api.post("/api/v2/schedules", body)["data"]["id"]
    sandbox.advance(86_400)
    (run,) = api.get(f"/api/v2/schedules/{schedule}/runs")["data"]
    assert run["status"] == "completed"
    assert [api.get(f"{AGENTS}/{id}")["agent"]["status"] for id in (asked, timed)] == [
        "running",
        "running",
    ]


@pytest.mark.parametrize(
    ("settings", "field", "named"),
    [
        ({"model": "claude-sonet"}, "model", "'claude-sonet'"),
        ({"tools": ["web_search", "teleport"]}, "tools.1", "'teleport'"),
    ],
)
def test_unknown_models_and_tools_are_refused_by_name(
    settings: dict[str, Any], field: str, named: str, api: Api
) -> None:
    agent = api.post(AGENTS, {"name": "Scout"})["agent"]
    address = f"{AGENTS}/{agent['id']}"
    answers = [
        api.post(AGENTS, {"name": "Other", **settings}, status=422),
        api.patch(address, settings, status=422),
    ]
    for answer in answers:
        (detail,) = answer["error"]["details"]
        assert detail["field"] == field
        assert named in detail["message"]
        assert "claude-sonnet" in detail["message"] or "web_search" in detail["message"]
    assert api.get(address)["agent"] == agent


def test_both_messages_and_the_run_are_stored(api: Api) -> None:
    agent = running(api)
    reply = api.post(f"{agent}/message", {"message": "Sales in October"})["data"]
    asked, answered = api.get(f"{agent}/messages")["data"]
    assert (asked["role"], asked["content"]) == ("user", "Sales in October")
    assert (answered["role"], answered["id"]) == ("assistant", reply["id"])
    (run,) = api.get(f"{agent}/runs?status=completed")["data"]
    assert (run["trigger"], run["input"]) == ("message", {"message": "Sales in October"})
    assert run["output"]["content"] == reply["content"]
    assert api.get(f"{agent}/runs?status=failed")["data"] == []
    assert api.get(agent)["agent"]["lastActiveAt"] == run["completedAt"]


def test_an_answer_names_the_agents_model(api: Api) -> None:
    agent = running(api, model="claude-haiku")
    assert api.post(f"{agent}/message", {"message": "hi"})["data"]["model"] == "claude-haiku"


def test_a_stopped_agent_rejects_messages(api: Api) -> None:
    agent = running(api)
    api.post(f"{agent}/stop")
    error = api.post(f"{agent}/message", {"message": "hi"}, status=409)["error"]
    assert error["code"] == "CONFLICT"
    assert "stopped" in error["message"]
    assert api.get(f"{agent}/messages")["data"] == []
    api.post(f"{agent}/start")
    api.post(f"{agent}/message", {"message": "hi"})


def test_the_status_has_start_and_stop_times(api: Api) -> None:
    id = api.post(AGENTS, {"name": "Scout"})["agent"]["id"]
    assert api.get(f"{AGENTS}/{id}/status")["data"]["startedAt"] is None
    api.post(f"{AGENTS}/{id}/start")
    started = api.get(f"{AGENTS}/{id}/status")["data"]
    assert (started["status"], started["stoppedAt"]) == ("running", None)
    assert api.post(f"{AGENTS}/{id}/start")["agent"]["status"] == "running"
    assert api.get(f"{AGENTS}/{id}/status")["data"] == started
    api.post(f"{AGENTS}/{id}/stop")
    stopped = api.get(f"{AGENTS}/{id}/status")["data"]
    assert stopped["status"] == "stopped"
    assert stopped["startedAt"] == started["startedAt"] <= stopped["stoppedAt"]


def test_an_agent_with_fail_metadata_fails_until_restarted(api: Api) -> None:
    agent = running(api, metadata={"fail": "Out of paper"})
    error = api.post(f"{agent}/message", {"message": "hi"}, status=500)["error"]
    assert error == {"code": "INTEGRATION_ERROR", "message": "Out of paper"}
    assert api.get(f"{agent}/runs?status=failed")["data"][0]["error"] == "Out of paper"
    status = api.get(f"{agent}/status")["data"]
    assert (status["status"], status["error"]) == ("error", "Out of paper")
    api.post(f"{agent}/message", {"message": "hi"}, status=409)
    api.patch(agent, {"metadata": {}})
    api.post(f"{agent}/start")
    api.post(f"{agent}/message", {"message": "hi"})
    assert api.get(f"{agent}/status")["data"]["error"] is None


def test_agent_runs_emit_webhook_events(api: Api) -> None:
    hook = Subscription(api, "agent.started", "agent.completed", "agent.error")
    agent = running(api)
    api.post(f"{agent}/message", {"message": "hi"})
    api.patch(agent, {"metadata": {"fail": "Out of paper"}})
    api.post(f"{agent}/message", {"message": "hi"}, status=500)
    told = [
        (name, data["agent"]["status"], data["run"] and data["run"]["status"])
        for name, data in hook.events()
    ]
    assert told == [
        ("agent.started", "running", None),
        ("agent.started", "running", "running"),
        ("agent.completed", "running", "completed"),
        ("agent.started", "running", "running"),
        ("agent.error", "error", "failed"),
    ]


def test_a_copy_has_no_runs_or_history(api: Api) -> None:
    agent = running(api, systemPrompt="Be brief.")
    original = api.get(agent)["agent"]
    copy = api.post(f"{agent}/duplicate")["agent"]
    assert copy["id"] != original["id"]
    assert (copy["name"], copy["status"]) == ("Scout (copy)", "idle")
    assert copy["systemPrompt"] == "Be brief."
    assert api.post(f"{agent}/duplicate", {"name": "Twin"})["agent"]["name"] == "Twin"


def test_all_filters_of_the_list_combine(api: Api) -> None:
    api.post(AGENTS, {"name": "Both", "tags": ["q4", "launch"], "isPublic": True})
    api.post(AGENTS, {"name": "One", "tags": ["q4"]})

    def names(query: str) -> list[str]:
        return [agent["name"] for agent in api.get(f"{AGENTS}?{query}")["data"]]

    assert names("tags=q4&tags=launch") == ["Both"]
    assert names("tags=q4") == ["Both", "One"]
    assert "One" not in names("isPublic=true")
    assert names("search=both") == ["Both"]
    assert names("status=running") == ["Scout"]
    assert names("workspaceId=ws_unknown") == []


def test_an_unknown_workspace_is_404(api: Api) -> None:
    api.post(AGENTS, {"name": "Scout", "workspaceId": "ws_unknown"}, status=404)


def test_a_private_agent_is_visible_only_to_its_owner(api: Api, colleague: Api) -> None:
    private, public = running(api), running(api, name="Ours", isPublic=True)
    assert "Ours" in [agent["name"] for agent in colleague.get(AGENTS)["data"]]
    assert private not in [f"{AGENTS}/{agent['id']}" for agent in colleague.get(AGENTS)["data"]]
    colleague.get(private, status=404)
    colleague.post(f"{private}/message", {"message": "hi"}, status=404)
    colleague.post(f"{public}/message", {"message": "hi"})


def test_answers_do_not_quote_messages_hidden_from_the_caller(api: Api, colleague: Api) -> None:
    body = {"workspace_id": WORKSPACE_ID, "name": "zoo", "is_private": True}
    channel = api.post("/api/v2/channels", body)["channel"]["id"]
    said = {"channel_id": channel, "content": "The okapi sleeps at noon."}
    api.post("/api/v2/messages", said)

    def told(caller: Api) -> str:
        question = {"message": "When does the okapi sleep?"}
        reply = caller.post(f"{running(caller)}/message", question)["data"]
        tool = {"input": {"query": "okapi"}}
        found = caller.post("/api/v2/tools/knowledge_search/execute", tool)["data"]["output"]
        return f"{reply} {found}"

    assert told(api).count("at noon") >= 2
    assert "at noon" not in told(colleague)


def test_other_organizations_cannot_access_an_agent(api: Api, stranger: Api) -> None:
    agent = running(api)
    for action in ("start", "stop", "duplicate"):
        stranger.post(f"{agent}/{action}", status=404)
    stranger.post(f"{agent}/message", {"message": "hi"}, status=404)
    stranger.get(f"{agent}/status", status=404)


def test_running_an_agent_requires_the_execute_scope(sandbox: Sandbox, connect: Connect) -> None:
    signed_in = connect(sandbox, sandbox.jwt)
    made = signed_in.post("/api/v2/api-keys", {"name": "reader", "scopes": ["read"]})["data"]
    reader = connect(sandbox, made["key"])
    (agent, *_) = reader.get(AGENTS)["data"]
    reader.post(f"{AGENTS}/{agent['id']}/message", {"message": "hi"}, status=403)
