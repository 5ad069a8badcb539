"""Triggers of workflows, placeholders, and lists as descriptions."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID
from support.sandbox import Api
from support.timing import eventually

WORKFLOWS = "/api/v2/workflows"
DAY = 86_400
NOTE: dict[str, Any] = {"id": "note", "name": "Note", "type": "transform", "config": {"text": "x"}}


def make(api: Api, trigger: Any, step: Any = NOTE, **fields: Any) -> str:
    """The address of a new active workflow."""
    body = {"name": "Report", "status": "active", "steps": [step], "trigger": trigger, **fields}
    return f"{WORKFLOWS}/{api.post(WORKFLOWS, body)['data']['id']}"


def triggered(api: Api, workflow: str) -> list[str]:
    return [run["triggeredBy"] for run in api.get(f"{workflow}/runs")["data"]]


def test_a_schedule_as_trigger_fires_while_the_workflow_is_active(
    sandbox: Sandbox, api: Api
) -> None:
    workflow = make(api, {"type": "schedule", "cron": "0 9 * * *", "timezone": "Oslo"})
    sandbox.advance(2 * DAY)
    runs = api.get(f"{workflow}/runs")["data"]
    assert [run["status"] for run in runs] == ["completed"] * 2
    assert {run["createdAt"][11:13] for run in runs} <= {"07", "08"}
    api.patch(workflow, {"status": "paused"})
    sandbox.advance(2 * DAY)
    assert triggered(api, workflow) == ["schedule"] * 2
    api.patch(workflow, {"status": "active", "trigger": {"type": "schedule", "cron": "0 * * * *"}})
    sandbox.advance(3 * 3600)
    assert triggered(api, workflow) == ["schedule"] * 5
    api.delete(workflow)
    sandbox.advance(DAY)


def test_a_draft_does_not_fire(sandbox: Sandbox, api: Api) -> None:
    workflow = make(api, {"type": "schedule", "cron": "0 9 * * *"}, status="draft")
    sandbox.advance(2 * DAY)
    assert triggered(api, workflow) == []


def test_an_event_as_trigger_brings_the_event(api: Api) -> None:
    step = {**NOTE, "config": {"text": "{{event}}"}}
    workflow = make(api, {"type": "event", "event": "message.created"}, step)
    other = make(api, {"type": "event", "event": "member.joined"}, step)
    api.post("/api/v2/messages", {"channel_id": CHANNEL_ID, "content": "Hello"})
    (run,) = eventually(lambda: api.get(f"{workflow}/runs?status=completed")["data"])
    assert run["result"] == {"note": {"text": "message.created"}}
    assert run["inputs"]["data"]["content"] == "Hello"
    assert triggered(api, other) == []


def test_a_workflow_that_cannot_run_does_not_prevent_the_event(api: Api) -> None:
    step = {**NOTE, "config": {"text": "{{nobody}}"}}
    workflow = make(api, {"type": "event", "event": "message.created"}, step)
    api.post("/api/v2/messages", {"channel_id": CHANNEL_ID, "content": "Hello"})
    assert triggered(api, workflow) == []


def test_an_unknown_placeholder_is_refused_by_name(api: Api) -> None:
    workflow = make(api, {}, {**NOTE, "config": {"text": ["{{topic}}"]}})
    error = api.post(f"{workflow}/execute", {"inputs": {"topics": 1}}, status=422)["error"]
    assert error["details"] == [
        {
            "field": "steps.0.config",
            "message": "{{topic}} is neither an input nor a step; there are topics, note",
        }
    ]
    api.post(f"{workflow}/execute", {"inputs": {"topic": "fish"}})


@pytest.mark.parametrize("name", ["my topic", "#each", "topic | upper", "a.b"])
def test_a_placeholder_without_an_input_or_step_is_refused_by_name(
    name: str, api: Api, sandbox: Sandbox
) -> None:
    workflow = make(api, {}, {**NOTE, "config": {"text": f"On {{{{ {name} }}}}!"}})
    error = api.post(f"{workflow}/execute", {}, status=422)["error"]
    assert error["message"].startswith(f"steps.0.config: {{{{{name}}}}} is neither an input")
    run = api.post(f"{workflow}/execute", {"inputs": {name: "fish"}})["data"]["id"]
    sandbox.advance(0)
    assert api.get(f"{workflow}/runs/{run}")["data"]["result"] == {"note": {"text": "On fish!"}}


def test_the_name_of_an_agent_step_is_its_prompt_and_has_placeholders(
    api: Api, sandbox: Sandbox
) -> None:
    step = {"id": "ask", "name": "Sales in {{month}}", "type": "agent"}
    workflow = make(api, {}, step)
    api.post(f"{workflow}/execute", {}, status=422)
    run = api.post(f"{workflow}/execute", {"inputs": {"month": "October"}})["data"]["id"]
    sandbox.advance(0)
    result = api.get(f"{workflow}/runs/{run}")["data"]["result"]
    assert "412,000 euros" in result["ask"]["text"]


def test_schedules_end_with_their_target(sandbox: Sandbox, api: Api) -> None:
    agent = api.post("/api/v2/agents", {"name": "Scout"})["agent"]["id"]
    workflow = make(api, {})
    targets = {"workflow": workflow.rpartition("/")[2], "agent": agent}
    for type, id in targets.items():
        body = {"name": type, "target_type": type, "target_id": id, "cron": "0 9 * * *"}
        api.post("/api/v2/schedules", body)
    before = len(api.get("/api/v2/schedules")["data"])
    api.delete(workflow)
    api.delete(f"/api/v2/agents/{agent}")
    assert len(api.get("/api/v2/schedules")["data"]) == before - 2
    sandbox.advance(2 * DAY)
    assert sandbox.failed_jobs == []


NUMBERED = """Competitor watch, every Monday at 8am New York time:

1. **Search** the web for news about Borealis Papers
2. Summarize the findings
   in three sentences
3. Email the summary to ana@example.com

Thanks!
"""
BULLETED = """Research pipeline
- Search for recent papers
- Analyze them
  - by year
- Save the result
- Run this daily at 7:30 (Europe/Berlin)"""


def parsed(api: Api, text: str) -> Any:
    return api.post(f"{WORKFLOWS}/parse", {"description": text})["data"]


def test_a_numbered_list_is_steps(api: Api) -> None:
    workflow = parsed(api, NUMBERED)
    assert workflow["name"] == "Competitor watch"
    assert workflow["trigger"] == {
        "type": "schedule",
        "cron": "0 8 * * 1",
        "timezone": "America/New_York",
    }
    assert [(step["id"], step["name"], step["dependsOn"]) for step in workflow["steps"]] == [
        ("search", "Search the web for news about Borealis Papers", []),
        ("summarize", "Summarize the findings in three sentences", ["search"]),
        ("email", "Email the summary to ana@example.com", ["summarize"]),
    ]
    assert workflow["warnings"] == ["Not parsed, as it follows the list: Thanks!"]
    run = api.post(f"{WORKFLOWS}/{workflow['id']}/execute", {"inputs": {}})["data"]
    address = f"{WORKFLOWS}/{workflow['id']}/runs/{run['id']}"
    assert eventually(lambda: api.get(address)["data"]["status"] == "completed")


def test_a_bulleted_list_is_steps_and_may_end_with_the_schedule(api: Api) -> None:
    workflow = parsed(api, BULLETED)
    assert workflow["name"] == "Research pipeline"
    assert [step["name"] for step in workflow["steps"]] == [
        "Search for recent papers",
        "Analyze them by year",
        "Save the result",
    ]
    assert workflow["trigger"] == {
        "type": "schedule",
        "cron": "30 7 * * *",
        "timezone": "Europe/Berlin",
    }
    assert workflow["warnings"] == []


def test_a_list_in_one_line_is_steps(api: Api) -> None:
    workflow = parsed(api, "Do this: 1. Search for fish 2. Compare the prices 3) Save the result")
    assert [step["id"] for step in workflow["steps"]] == ["search", "compare", "save"]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Every other week, report on sales", "The schedule was not understood: 'Every other week"),
        ("When a lead arrives, report on it", "The sandbox has no event 'a lead arrives'"),
        ("Daily at 9 Atlantis time, report", "There is no time zone 'Atlantis'; UTC is used"),
        ("Daily at 25, report on sales", "There is no time 'at 25'; 9:00 is used"),
        (
            "Report on sales unless it is quiet",
            "'unless' was not parsed, the step runs in any case",
        ),
    ],
)
def test_unparsed_parts_of_an_instruction_are_warnings(text: str, warning: str, api: Api) -> None:
    (found,) = parsed(api, text)["warnings"]
    assert found.startswith(warning)
