"""Analytics of a period, compared with counts made by the tests."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID, WORKSPACE_ID
from support.sandbox import Api

ANALYTICS = "/api/v2/analytics"
DAY = 86_400


def agent(api: Api, name: str, **more: Any) -> str:
    """The id of a new agent that runs."""
    id: str = api.post("/api/v2/agents", {"name": name, **more})["agent"]["id"]
    api.post(f"/api/v2/agents/{id}/start")
    return id


def ask(api: Api, agent_id: str, *, status: int = 200) -> Any:
    body = {"message": "What is forecast for Q4?"}
    return api.post(f"/api/v2/agents/{agent_id}/message", body, status=status).get("data")


def figures(api: Api, report: str, **query: Any) -> Any:
    return api.get(f"{ANALYTICS}/{report}", **query)["data"]


def own_workspace(api: Api) -> str:
    id: str = api.get("/api/v2/workspaces")["workspaces"][0]["id"]
    return id


def test_the_overview_counts_activity(stranger: Api) -> None:
    before = figures(stranger, "overview")
    scout = agent(stranger, "Scout")
    used = ask(stranger, scout)["usage"]
    stranger.get("/api/v2/notes/unknown", status=404)
    after = figures(stranger, "overview")
    assert after["requests"] - before["requests"] == 5
    assert (after["agent_runs"], after["workflow_runs"], after["messages"]) == (1, 0, 0)
    assert (after["tokens"], after["credits"]) == (used["totalTokens"], used["credits"])
    assert after["cost"] == pytest.approx(used["credits"] * 0.025, abs=1e-4)
    assert (after["active_users"], before["active_users"]) == (1, 0)
    assert after["error_rate"] == pytest.approx(1 / after["requests"], abs=1e-4)


def test_the_default_period_is_thirty_days(stranger: Api) -> None:
    shown = figures(stranger, "usage")
    assert len(shown["series"]) == 30
    assert (shown["series"][0]["date"], shown["series"][-1]["date"]) == (
        shown["start"],
        shown["end"],
    )
    past = figures(stranger, "overview", start="2020-01-01", end="2020-01-31")
    assert (past["requests"], past["credits"], past["error_rate"]) == (0, 0, 0)
    backwards = {"start": "2020-02-01", "end": "2020-01-31"}
    stranger.get(f"{ANALYTICS}/overview", **backwards, status=422)


def test_usage_is_a_time_series(sandbox: Sandbox, stranger: Api) -> None:
    scout = agent(stranger, "Scout")
    first = ask(stranger, scout)["usage"]
    sandbox.advance(DAY)
    second = ask(stranger, scout)["usage"]
    shown = figures(stranger, "usage")
    assert [one["credits"] for one in shown["series"][-2:]] == [first["credits"], second["credits"]]
    assert [one["requests"] for one in shown["series"][-2:]] == [3, 1]
    assert shown["totals"]["input_tokens"] == first["inputTokens"] + second["inputTokens"]
    assert shown["totals"]["requests"] == 4
    weeks = figures(stranger, "usage", granularity="week")
    assert sum(one["requests"] for one in weeks["series"]) == 5
    assert len(weeks["series"]) in {5, 6}


def test_costs_are_grouped_by_model_and_agent(api: Api, colleague: Api) -> None:
    scout = agent(api, "Scout", workspaceId=WORKSPACE_ID)
    by_ana = ask(api, scout)["usage"]["credits"]
    by_li = colleague.post("/api/v2/chat", {"message": "What is forecast for Q4?"})
    total = by_ana + by_li["usage"]["credits"]
    shown = figures(api, "costs")
    assert shown["total_credits"] == pytest.approx(total)
    assert shown["daily"][-1]["credits"] == pytest.approx(total)
    (one,) = shown["by_agent"]
    assert (one["agent_id"], one["name"], one["credits"]) == (scout, "Scout", by_ana)
    (model,) = shown["by_model"]
    assert (model["model"], model["requests"]) == ("sandbox-extractive", 2)
    users = {
        one["label"]: one["credits"] for one in figures(api, "costs", group_by="user")["groups"]
    }
    assert users == {"Ana Lopes": by_ana, "Li Wei": by_li["usage"]["credits"]}
    (workspace,) = figures(api, "costs", group_by="workspace")["groups"]
    assert (workspace["key"], workspace["credits"]) == (WORKSPACE_ID, by_ana)
    assert figures(api, "costs", group_by="workflow")["groups"] == []
    assert figures(api, "costs", workspace_id=WORKSPACE_ID)["total_credits"] == by_ana


def test_agents_are_reported_with_their_runs(stranger: Api) -> None:
    scout, clumsy = agent(stranger, "Scout"), agent(stranger, "Clumsy", metadata={"fail": "Oh"})
    used = [ask(stranger, scout)["usage"] for _ in range(2)]
    ask(stranger, clumsy, status=500)
    first, second = figures(stranger, "agents")
    assert (first["agent_id"], first["runs"], first["messages"]) == (scout, 2, 4)
    assert (first["success_rate"], second["success_rate"]) == (1, 0)
    assert first["tokens"] == sum(one["totalTokens"] for one in used)
    assert (second["agent_id"], second["runs"], second["credits"]) == (clumsy, 1, 0)
    assert first["last_run_at"] <= second["last_run_at"]
    assert [one["name"] for one in figures(stranger, "agents", limit=1)] == ["Scout"]
    past = figures(stranger, "agents", start="2020-01-01", end="2020-01-31")
    assert [one["runs"] for one in past] == [0, 0]


def test_workflows_are_reported_with_their_runs(sandbox: Sandbox, stranger: Api) -> None:
    steps = {
        "Good": {"id": "a", "name": "A", "type": "transform", "config": {"template": "1"}},
        "Bad": {"id": "b", "name": "B", "type": "tool", "config": {"fail": "Out of paper"}},
    }
    for name, step in steps.items():
        body = {"name": name, "steps": [step]}
        id = stranger.post("/api/v2/workflows", body)["data"]["id"]
        for _ in range(1 + (name == "Good")):
            stranger.post(f"/api/v2/workflows/{id}/execute", {})
    sandbox.advance(0)
    good, bad = figures(stranger, "workflows")
    assert (good["name"], good["runs"], bad["runs"]) == ("Good", 2, 1)
    assert (bad["completed"], bad["failed"], bad["success_rate"]) == (0, 1, 0)
    assert (good["completed"], good["failed"], good["success_rate"]) == (2, 0, 1)
    assert figures(stranger, "overview")["workflow_runs"] == 3


def test_messages_are_counted_by_channel_and_author(sandbox: Sandbox, stranger: Api) -> None:
    workspace = own_workspace(stranger)
    ids = []
    for name, count in (("one", 1), ("two", 2)):
        body = {"name": name, "workspace_id": workspace}
        ids.append(stranger.post("/api/v2/channels", body)["channel"]["id"])
        for n in range(count):
            message = {"channel_id": ids[-1], "content": f"Hello {n}"}
            stranger.post("/api/v2/messages", message)
    shown = figures(stranger, "messages")
    assert (shown["total"], shown["from_users"], shown["from_agents"]) == (3, 3, 0)
    assert [(one["name"], one["count"]) for one in shown["by_channel"]] == [("two", 2), ("one", 1)]
    assert shown["series"][-1]["count"] == 3
    assert figures(stranger, "messages", channel_id=ids[0])["total"] == 1
    assert figures(stranger, "messages", workspace_id=workspace)["total"] == 3
    assert figures(stranger, "messages", workspace_id="ws_other")["total"] == 0


def test_only_messages_visible_to_the_caller_are_counted(api: Api, colleague: Api) -> None:
    before = figures(colleague, "messages")["total"]
    body = {"name": "private", "is_private": True, "workspace_id": WORKSPACE_ID}
    channel = api.post("/api/v2/channels", body)["channel"]["id"]
    api.post("/api/v2/messages", {"channel_id": channel, "content": "Hello"})
    assert figures(colleague, "messages")["total"] == before
    assert figures(api, "messages", channel_id=channel)["total"] == 1


def test_requests_are_not_counted_per_workspace(api: Api) -> None:
    api.get("/api/v2/notes")
    assert figures(api, "overview")["requests"] == 1
    assert figures(api, "overview", workspace_id=WORKSPACE_ID)["requests"] == 0


def test_models_are_reported_with_their_usage(stranger: Api) -> None:
    used = stranger.post("/api/v2/chat", {"message": "Q4 numbers"})["usage"]
    (model,) = figures(stranger, "models")
    assert (model["model"], model["requests"]) == ("sandbox-extractive", 1)
    assert (model["input_tokens"], model["output_tokens"], model["credits"]) == (
        used["inputTokens"],
        used["outputTokens"],
        used["credits"],
    )


def test_users_are_reported_page_by_page(api: Api, colleague: Api) -> None:
    scout = agent(api, "Scout", isPublic=True)
    used = ask(api, scout)["usage"]["credits"]
    message = {"channel_id": CHANNEL_ID, "content": "Hello"}
    colleague.post("/api/v2/messages", message)
    people = {one["display_name"]: one for one in figures(api, "users")}
    ana, li = people["Ana Lopes"], people["Li Wei"]
    assert (ana["agent_runs"], ana["credits"]) == (1, used)
    assert (li["agent_runs"], li["credits"], li["messages"]) == (0, 0, 1)
    assert li["last_active_at"] is not None
    page = api.get(f"{ANALYTICS}/users", limit=1, offset=1)
    assert (len(page["data"]), page["pagination"]["total"]) == (1, 2)


REPORTS = ["usage", "costs", "agents", "workflows", "messages", "models", "users"]


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_can_be_exported(api: Api, report: str) -> None:
    ask(api, agent(api, "Scout, the curious"))
    path = f"{ANALYTICS}/export"
    answer = api.http.get(path, params={"report": report, "format": "json"})
    assert answer.headers["content-type"] == "application/json"
    rows = json.loads(answer.content)
    table = api.http.get(path, params={"report": report})
    assert table.headers["content-type"].startswith("text/csv")
    assert f"{report}.csv" in table.headers["content-disposition"]
    read = list(csv.DictReader(io.StringIO(table.text)))
    assert rows
    assert [text_of(row) for row in rows] == [text_of(row) for row in read]


def text_of(row: dict[str, Any]) -> dict[str, str]:
    """A row as CSV has it, without the number of requests, which this very test raises."""
    return {
        name: "" if value is None else str(value)
        for name, value in row.items()
        if name != "requests"
    }


def test_other_organizations_are_not_included(api: Api, stranger: Api) -> None:
    ask(api, agent(api, "Scout"))
    shown = figures(stranger, "overview")
    assert (shown["agent_runs"], shown["credits"]) == (0, 0)
    assert figures(stranger, "agents") == []
    assert len(figures(stranger, "users")) == 1
