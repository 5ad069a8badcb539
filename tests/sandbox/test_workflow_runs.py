"""Runs of workflows: steps, failure, cancellation, retries and streams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lvng_sandbox import Sandbox
from support.examples import AGENT_ID, IDLE_AGENT_ID, RUN_ID, USER_ID, WORKFLOW_ID
from support.sandbox import Api, Connect, Subscription

WORKFLOWS = "/api/v2/workflows"


def step(id: str, type: str = "transform", *after: str, **config: Any) -> dict[str, Any]:
    return {"id": id, "name": id.title(), "type": type, "config": config, "dependsOn": list(after)}


def started(api: Api, *steps: dict[str, Any], **inputs: Any) -> str:
    """The address of a new run of a new workflow."""
    workflow = api.post(WORKFLOWS, {"name": "Report", "steps": steps})["data"]
    address = f"{WORKFLOWS}/{workflow['id']}"
    run = api.post(f"{address}/execute", {"inputs": inputs})["data"]
    return f"{address}/runs/{run['id']}"


def ended(api: Api, sandbox: Sandbox, *steps: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    """A new run, when it is over."""
    address = started(api, *steps, **inputs)
    sandbox.advance(0)
    run: dict[str, Any] = api.get(address)["data"]
    return run


def events(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a stream as they come."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_run_is_queued_and_advances_step_by_step(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    address = started(api, step("a", text="A"), step("b", "transform", "a", text="B"))

    def states() -> tuple[str, list[str]]:
        run = api.get(address)["data"]
        return run["status"], [one["status"] for one in run["steps"]]

    seen = [states()]
    for _ in range(6):
        paced.advance(60)
        seen.append(states())
    assert seen == [
        ("queued", ["queued", "queued"]),
        ("running", ["queued", "queued"]),
        ("running", ["running", "queued"]),
        ("running", ["completed", "queued"]),
        ("running", ["completed", "running"]),
        ("running", ["completed", "completed"]),
        ("completed", ["completed", "completed"]),
    ]
    run = api.get(address)["data"]
    assert run["result"] == {"a": {"text": "A"}, "b": {"text": "B"}}
    assert run["outputs"] == run["result"]
    assert 300_000 <= run["durationMs"] < 310_000
    assert run["createdAt"] < run["startedAt"] < run["steps"][0]["startedAt"]
    assert run["steps"][1]["completedAt"] < run["completedAt"]


def test_a_workflow_counts_its_runs(api: Api, sandbox: Sandbox) -> None:
    first = ended(api, sandbox, step("a"))
    address = f"{WORKFLOWS}/{first['workflowId']}"
    assert api.get(address)["data"]["runCount"] == 1
    second = api.post(f"{address}/execute")["data"]
    workflow = api.get(address)["data"]
    assert (workflow["runCount"], workflow["lastRunAt"]) == (2, second["createdAt"])
    assert workflow in api.get(WORKFLOWS)["data"]


def test_inputs_and_outputs_are_substituted_in_configurations(api: Api, sandbox: Sandbox) -> None:
    steps = [
        step("greet", text="Hello {{name}}"),
        step("shout", "transform", "greet", text="{{greet}}!"),
    ]
    body = {"name": "Greeting", "steps": steps, "inputs": {"name": "nobody"}}
    address = f"{WORKFLOWS}/{api.post(WORKFLOWS, body)['data']['id']}"
    for inputs, name in (({}, "nobody"), ({"name": "Ana"}, "Ana")):
        run = api.post(f"{address}/execute", {"inputs": inputs})["data"]
        sandbox.advance(0)
        result = api.get(f"{address}/runs/{run['id']}")["data"]["result"]
        assert result["shout"] == {"text": f"Hello {name}!"}


def test_the_output_of_a_tool_is_text_for_the_next_step(api: Api, sandbox: Sandbox) -> None:
    find = step("find", "tool", tool="knowledge_search", input={"query": "sales October"})
    add = step("add", "tool", "find", tool="create_task", input={"title": "Look into it"})
    note = {"title": "{{add}}", "content": "{{find}}"}
    keep = step("keep", "tool", "add", tool="create_note", input=note)
    result = ended(api, sandbox, find, add, keep)["result"]
    kept = api.get(f"/api/v2/notes/{result['keep']['noteId']}")["data"]
    assert "412,000 euros" in kept["content"]
    assert kept["title"] == f'{{"taskId": "{result["add"]["taskId"]}", "title": "Look into it"}}'


def test_steps_wait_for_their_dependencies(api: Api, sandbox: Sandbox) -> None:
    run = ended(api, sandbox, step("last", "transform", "first", text="{{first}}"), step("first"))
    assert run["status"] == "completed"
    assert run["result"]["last"] == {"text": ""}


def test_an_agent_step_is_answered_from_what_is_stored(api: Api, sandbox: Sandbox) -> None:
    run = ended(api, sandbox, step("ask", "agent", prompt="Sales in October"))
    assert "412,000 euros" in run["result"]["ask"]["text"]


def test_an_agent_step_is_a_run_of_its_agent(api: Api, sandbox: Sandbox) -> None:
    run = ended(api, sandbox, step("ask", "agent", agent_id=AGENT_ID, prompt="Q4 numbers"))
    output = run["result"]["ask"]
    runs = {one["id"]: one for one in api.get(f"/api/v2/agents/{AGENT_ID}/runs")["data"]}
    assert runs[output["runId"]]["trigger"] == "workflow"
    assert runs[output["runId"]]["output"]["content"] == output["text"]


def test_a_tool_step_runs_the_tool(api: Api, sandbox: Sandbox) -> None:
    given = {"expression": "{{n}} * 2"}
    run = ended(api, sandbox, step("sum", "tool", tool="calculator", input=given), n=21)
    assert run["result"]["sum"] == {"value": 42}


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (step("b", "transform", fail="Out of paper"), "B: Out of paper"),
        (step("b", "tool", tool="calculator", input={"expression": "1 / 0"}), "division by zero"),
        (step("b", "tool", tool="calculator", input={}), "input.expression: is required"),
        (step("b", "tool", tool="{{word}}"), "There is no tool 'long'"),
        (step("b", "agent", agent_id=IDLE_AGENT_ID), "start it first"),
        (step("b", "agent", agent_id="{{word}}"), "Agent not found"),
        (step("b", "wait", seconds="{{word}}"), "is not a number of seconds"),
    ],
    ids=["asked for", "tool", "input", "no tool", "stopped agent", "no agent", "no time"],
)
def test_a_step_that_fails_fails_the_run(
    api: Api, sandbox: Sandbox, broken: dict[str, Any], error: str
) -> None:
    api.post(f"/api/v2/agents/{IDLE_AGENT_ID}/stop")
    run = ended(api, sandbox, step("a"), broken, step("c"), word="long")
    assert (run["status"], run["result"]) == ("failed", None)
    assert list(run["outputs"]) == [one["stepId"] for one in run["steps"][:1]], (
        "what was done is kept"
    )
    assert error in run["error"]
    assert [one["status"] for one in run["steps"]] == ["completed", "failed", "cancelled"]
    assert run["steps"][1]["error"] in run["error"]


def test_steps_behind_an_unmet_condition_are_cancelled(api: Api, sandbox: Sandbox) -> None:
    steps = [
        step("is it", "condition", value="{{topic}}", equals="sales"),
        step("then", "transform", "is it"),
        step("after", "transform", "then"),
        step("always"),
    ]
    unmet = ended(api, sandbox, *steps, topic="paper")
    states = [one["status"] for one in unmet["steps"]]
    assert states == ["completed", "cancelled", "cancelled", "completed"]
    assert unmet["status"] == "completed"
    met = ended(api, sandbox, *steps, topic="sales")
    assert [one["status"] for one in met["steps"]] == ["completed"] * 4


@pytest.mark.parametrize(
    ("config", "met"),
    [
        ({"value": "Sales", "contains": "sale"}, True),
        ({"value": "Paper", "contains": "sale"}, False),
        ({"value": ""}, False),
        ({"value": ["x"]}, True),
    ],
)
def test_a_condition_is_met_or_not(
    api: Api, sandbox: Sandbox, config: dict[str, Any], met: bool
) -> None:
    run = ended(api, sandbox, step("if", "condition", **config))
    assert run["result"] == {"if": {"met": met}}


def test_a_wait_step_takes_its_seconds(api: Api, sandbox: Sandbox) -> None:
    address = started(api, step("rest", "wait", seconds="{{pause}}"), step("go"), pause=3600)
    sandbox.advance(3500)
    assert [one["status"] for one in api.get(address)["data"]["steps"]] == ["running", "queued"]
    sandbox.advance(100_000)
    run = api.get(address)["data"]
    assert run["status"] == "completed"
    assert 3_600_000 <= run["durationMs"] < 3_610_000


def test_an_approval_is_given_by_the_caller(api: Api, sandbox: Sandbox) -> None:
    run = ended(api, sandbox, step("ok", "approval"), step("fork", "parallel"))
    assert run["result"]["ok"] == {"approved": True, "approvedBy": USER_ID}


@pytest.mark.parametrize("status", ["paused", "archived"])
def test_a_paused_workflow_cannot_be_run(api: Api, status: str) -> None:
    id = api.post(WORKFLOWS, {"name": "Report", "status": status})["data"]["id"]
    api.post(f"{WORKFLOWS}/{id}/execute", status=409)
    assert api.get(f"{WORKFLOWS}/{id}/runs")["data"] == []


def test_the_trigger_distinguishes_keys_from_users(api: Api, signed_in: Api) -> None:
    address = f"{WORKFLOWS}/{WORKFLOW_ID}/execute"
    assert api.post(address)["data"]["triggeredBy"] == "api"
    assert signed_in.post(address)["data"]["triggeredBy"] == "manual"


def test_a_run_is_cancelled_for_good(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    address = started(api, step("a"), step("b"))
    paced.advance(120)
    cancelled = api.post(f"{address}/cancel", {"reason": "Superseded"})["data"]
    assert (cancelled["status"], cancelled["error"]) == ("cancelled", "Superseded")
    assert [one["status"] for one in cancelled["steps"]] == ["cancelled", "cancelled"]
    paced.advance(6000)
    assert api.get(address)["data"] == cancelled
    assert api.post(f"{address}/cancel")["data"] == cancelled
    listed = api.get(f"{address.rpartition('/')[0]}?status=cancelled")["data"]
    assert listed == [cancelled]


def test_an_ended_run_cannot_be_cancelled(api: Api, sandbox: Sandbox) -> None:
    run = ended(api, sandbox, step("a"))
    address = f"{WORKFLOWS}/{run['workflowId']}/runs/{run['id']}"
    error = api.post(f"{address}/cancel", status=409)["error"]
    assert error["message"] == "The run is completed already"


def test_a_run_is_retried_with_its_inputs(api: Api, sandbox: Sandbox) -> None:
    failed = ended(api, sandbox, step("a", fail="{{why}}"), why="Out of paper")
    workflow = f"{WORKFLOWS}/{failed['workflowId']}"
    api.patch(workflow, {"steps": [step("a", text="{{why}}, but now it works")]})
    again = api.post(f"{workflow}/runs/{failed['id']}/retry")["data"]
    sandbox.advance(0)
    assert again["id"] != failed["id"]
    done = api.get(f"{workflow}/runs/{again['id']}")["data"]
    assert done["result"] == {"a": {"text": "Out of paper, but now it works"}}
    assert api.get(f"{workflow}/runs/{failed['id']}")["data"] == failed


def test_an_active_run_cannot_be_retried(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    api.post(f"{started(api, step('a'))}/retry", status=409)


def test_a_run_keeps_the_steps_of_its_start(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    address = started(api, step("a", text="old"))
    api.patch(address.partition("/runs/")[0], {"steps": [step("a", text="new")]})
    paced.advance(600)
    assert api.get(address)["data"]["result"] == {"a": {"text": "old"}}


def test_runs_emit_webhook_events(api: Api, sandbox: Sandbox) -> None:
    hook = Subscription(api, "workflow.started", "workflow.completed", "workflow.failed")
    done = ended(api, sandbox, step("a"))
    failed = ended(api, sandbox, step("a", fail="Out of paper"))
    (first, begun), second, (third, _), fourth = hook.events()
    assert (first, third) == ("workflow.started", "workflow.started")
    assert (begun["id"], begun["status"]) == (done["id"], "running")
    assert second == ("workflow.completed", done)
    assert fourth == ("workflow.failed", failed)


def test_a_run_is_streamed(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    address = started(api, step("a", text="A"))
    with api.http.stream("GET", f"{address}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        coming = events(response)
        paced.advance(60)
        name, begun = next(coming)
        assert (name, begun["status"], begun["result"]) == ("workflow.started", "running", None)
        paced.advance(600)
        assert list(coming) == [("workflow.completed", api.get(address)["data"])]


@pytest.mark.parametrize(
    ("config", "last"),
    [({}, "workflow.completed"), ({"fail": "Out of paper"}, "workflow.failed")],
    ids=["completed", "failed"],
)
def test_an_ended_run_is_streamed_from_its_start(
    api: Api, sandbox: Sandbox, config: dict[str, Any], last: str
) -> None:
    run = ended(api, sandbox, step("a", **config))
    address = f"{WORKFLOWS}/{run['workflowId']}/runs/{run['id']}"
    with api.http.stream("GET", f"{address}/events") as response:
        (first, begun), (second, payload) = events(response)
    assert (first, second, payload) == ("workflow.started", last, run)
    assert (begun["status"], begun["completedAt"], begun["error"]) == ("running", None, None)
    assert [one["status"] for one in begun["steps"]] == ["queued"]


def test_a_cancelled_run_ends_its_stream(paced: Sandbox, connect: Connect) -> None:
    api, other = connect(paced, paced.api_key), connect(paced, paced.api_key)
    address = started(api, step("a"))
    with api.http.stream("GET", f"{address}/events") as response:
        cancelled = other.post(f"{address}/cancel")["data"]
        assert list(events(response)) == [("workflow.failed", cancelled)]


def test_a_run_that_is_deleted_ends_its_stream_with_an_error(
    paced: Sandbox, connect: Connect
) -> None:
    api, other = connect(paced, paced.api_key), connect(paced, paced.api_key)
    address = started(api, step("a"))
    with api.http.stream("GET", f"{address}/events") as response:
        other.delete(address.partition("/runs/")[0])
        ((name, payload),) = events(response)
    assert (name, payload["code"]) == ("error", "NOT_FOUND")


def test_an_unknown_run_cannot_be_streamed(api: Api, stranger: Api) -> None:
    runs = f"{WORKFLOWS}/{WORKFLOW_ID}/runs"
    api.get(f"{runs}/run_unknown/events", status=404)
    stranger.get(f"{runs}/{RUN_ID}/events", status=404)
    for action in ("cancel", "retry"):
        stranger.post(f"{runs}/{RUN_ID}/{action}", status=404)
