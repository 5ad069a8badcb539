"""Settings of steps and triggers: what they take, and that nothing else passes in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from lvng_sandbox.agents.runs import FAIL
from lvng_sandbox.workflows.settings import EVENTS, STEPS, TRIGGERS, Settings
from support.examples import AGENT_ID
from support.sandbox import Api, Connect

WORKFLOWS = "/api/v2/workflows"
PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text("utf-8")
NOTE: dict[str, Any] = {"id": "note", "name": "Note", "type": "transform", "config": {"text": "x"}}


def step(type: str, **config: Any) -> dict[str, Any]:
    return {"id": "s1", "name": "S1", "type": type, "config": config}


def refused(api: Api, *steps: Any, **fields: Any) -> dict[str, str]:
    """The messages about a workflow by field; it can neither be created nor changed to this."""
    body = {"name": "Report", "steps": steps, **fields}
    address = f"{WORKFLOWS}/{api.post(WORKFLOWS, {'name': 'Empty'})['data']['id']}"
    details = api.post(WORKFLOWS, body, status=422)["error"]["details"]
    assert api.patch(address, body, status=422)["error"]["details"] == details
    return {one["field"]: one["message"] for one in details}


@pytest.mark.parametrize(
    "config",
    [
        step("agent"),
        step("agent", tool="web_search"),
        step("agent", message="Hi", agentId=AGENT_ID, tools=["calculator"]),
        step("agent", prompt="{{topic}}", agent_id="{{agent}}", temperature=0.2),
        step("tool", tool="calculator", input={"expression": "1 + 1"}, retries=3),
        step("tool", tool="{{tool}}", input="{{input}}"),
        step("condition", value=None, contains="x"),
        step("parallel"),
        step("transform"),
        step("transform", template={"a": "{{b}}"}),
        step("wait", seconds="{{pause}}"),
        step("wait", fail="Out of time"),
        step("approval", approvers=["ana@example.com"]),
        {"id": "s1", "name": "S1", "type": "approval"},
    ],
)
def test_documented_settings_of_a_step_are_accepted(config: Any, api: Api) -> None:
    api.post(WORKFLOWS, {"name": "Report", "steps": [config]})


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (
            step("transform", templat="Dear {{name}}"),
            "config.templat",
            """the transform step 's1' has no setting 'templat' ("Dear {{name}}"); did you mean 'template'?""",
        ),
        (step("agent", promt="x"), "config.promt", "did you mean 'prompt'?"),
        (step("agent", agent="Scout"), "config.agent", "did you mean 'agentId'?"),
        (step("agent", agent_id="Scout"), "config.agent_id", "there is no agent 'Scout'"),
        (step("agent", prompt=5), "config.prompt", "'prompt' is 5, not a text"),
        (step("agent", prompt="a", message="b"), "config.message", "exclude each other"),
        (step("agent", tools=["calculater"]), "config.tools", "did you mean 'calculator'?"),
        (step("tool"), "config.tool", "the tool step 's1' needs 'tool', a text"),
        (step("tool", name="calculator"), "config.tool", "needs 'tool'"),
        (step("tool", tool="teleport"), "config.tool", "there is no tool 'teleport'; tools.list"),
        (step("tool", tool="calculator", input=[1]), "config.input", "is [1], not an object"),
        (step("condition", value=1, equal=1), "config.equal", "did you mean 'equals'?"),
        (step("condition", value=1, above=0), "config.above", "there are value, equals, contains"),
        (step("condition", contains="x"), "config.value", "needs 'value'"),
        (step("parallel", branches=[["a"]]), "config.branches", "there are fail"),
        (step("transform", script="x"), "config.script", "there are template, text, fail"),
        (step("wait", secs=5), "config.secs", "did you mean 'seconds'?"),
        (step("wait", duration=5), "config.duration", "there are seconds, fail"),
        (step("wait", seconds="5"), "config.seconds", "not a number of seconds, at least 0"),
        (step("wait", seconds=True), "config.seconds", "is true, not"),
        (step("wait", seconds=-1), "config.seconds", "is -1, not"),
        (step("agnt"), "type", "there is no step type 'agnt'; did you mean 'agent'?"),
        (step("ritual"), "type", "there are agent, tool, condition"),
        ({**NOTE, "dependsOn": ["collect"]}, "dependsOn", "there is no step 'collect'"),
    ],
)
def test_unknown_and_invalid_settings_of_a_step_are_refused_by_name(
    wrong: Any, field: str, message: str, api: Api
) -> None:
    found = refused(api, NOTE | {"id": "first"}, wrong)
    assert message in found[f"steps.1.{field}"]


def test_everything_wrong_is_named_at_once(api: Api) -> None:
    found = refused(api, step("wait", secs=5), {**step("agent", promt="x"), "id": "s2"})
    assert list(found) == [
        "steps.0.config.secs",
        "steps.0.config.seconds",
        "steps.1.config.promt",
    ]


def test_long_values_are_cut(api: Api) -> None:
    (message,) = refused(api, step("transform", templat="x" * 500)).values()
    assert len(message) < 200


def test_a_setting_unknown_to_the_sandbox_alone_is_a_deviation(sandbox: Sandbox, api: Api) -> None:
    wrong = {**step("agent", temperature=0.2), "id": "a"}
    api.post(WORKFLOWS, {"name": "Report", "steps": [wrong, step("approval", approvers=["ana"])]})
    assert sandbox.deviations == [
        (
            "workflows.create",
            "steps.0.config.temperature is not read: the agent step 'a' has no such setting in the sandbox",
        ),
        (
            "workflows.create",
            "steps.1.config.approvers is not read: the approval step 's1' has no such setting in the sandbox",
        ),
    ]


def test_an_unknown_setting_is_an_error_in_strict_mode(connect: Connect) -> None:
    with Sandbox(strict=True) as strict:
        body = {"name": "Report", "steps": [step("agent", temperature=0.2)]}
        error = connect(strict, strict.api_key).post(WORKFLOWS, body, status=400)["error"]
        assert error["details"][0]["field"] == "steps.0.config.temperature"


@pytest.mark.parametrize(
    ("trigger", "field", "message"),
    [
        ({"type": "schedul", "cron": "0 9 * * *"}, "type", "did you mean 'schedule'?"),
        ({"type": "webhook"}, "type", "there are schedule, event, manual, api"),
        ({"cron": "0 9 * * *"}, "type", "there is no trigger type None"),
        ({"type": "schedule"}, "cron", "the schedule trigger needs 'cron', a text"),
        ({"type": "schedule", "cron": 9}, "cron", "'cron' is 9, not a text"),
        ({"type": "schedule", "cron": "9 o'clock"}, "", "cron: "),
        ({"type": "schedule", "cron": "0 0 30 2 *"}, "", "cron: "),
        ({"type": "schedule", "cron": "0 9 * * *", "timezone": "Atlantis"}, "", "'Atlantis'"),
        ({"type": "schedule", "cron": "0 9 * * *", "tz": "Oslo"}, "tz", "there are cron, timezone"),
        ({"type": "event"}, "event", "the event trigger needs 'event'"),
        ({"type": "event", "event": "message.create"}, "event", "did you mean 'message.created'?"),
        ({"type": "event", "event": "{{event}}"}, "event", "there is no event"),
        ({"type": "event", "event": ["message.created"]}, "event", "there is no event"),
        ({"type": "event", "event": "agent.started"}, "event", "that starts workflows"),
        (
            {"type": "event", "event": "message.created", "channel_id": "ch_1"},
            "channel_id",
            "the event trigger has no setting 'channel_id' (\"ch_1\"); there are event",
        ),
        ({"type": "manual", "cron": "0 9 * * *"}, "cron", "it has none"),
    ],
)
def test_a_trigger_that_never_fires_is_refused(
    trigger: Any, field: str, message: str, api: Api
) -> None:
    found = refused(api, NOTE, trigger=trigger)
    assert message in found[f"trigger.{field}".rstrip(".")]


@pytest.mark.parametrize(
    "trigger",
    [{}, {"type": "manual"}, {"type": "api"}, *({"type": "event", "event": one} for one in EVENTS)],
)
def test_other_triggers_are_accepted(trigger: Any, api: Api) -> None:
    api.post(WORKFLOWS, {"name": "Report", "steps": [NOTE], "trigger": trigger})


@pytest.mark.parametrize("fields", [{"cron": "0 9 * * *"}, {"run_at": "2040-01-01T00:00:00Z"}, {}])
def test_schedules_need_a_time_zone_that_exists(fields: Any, api: Api) -> None:
    target = {"target_type": "agent", "target_id": AGENT_ID}
    body = {"name": "Report", **target, **fields, "timezone": "Atlantis"}
    error = api.post("/api/v2/schedules", body, status=422)["error"]
    assert error["details"] == [
        {"field": "timezone", "message": "there is no time zone 'Atlantis'"}
    ]


def test_a_placeholder_for_a_later_step_is_refused(api: Api) -> None:
    early = {**NOTE, "id": "early", "config": {"text": "{{late}} {{early}}"}}
    late = {**NOTE, "id": "late"}
    made = api.post(WORKFLOWS, {"name": "Report", "steps": [early, late]})["data"]["id"]
    error = api.post(f"{WORKFLOWS}/{made}/execute", {}, status=422)["error"]
    assert [one["message"].partition(";")[0] for one in error["details"]] == [
        "{{late}} is the output of a step that does not run before 'early'",
        "{{early}} is the output of a step that does not run before 'early'",
    ]
    api.post(f"{WORKFLOWS}/{made}/execute", {"inputs": {"late": 1, "early": 2}})
    steps = [{**early, "config": {"text": "{{late}}"}, "dependsOn": ["late"]}, late]
    api.patch(f"{WORKFLOWS}/{made}", {"steps": steps})
    api.post(f"{WORKFLOWS}/{made}/execute", {})


def documented(heading: str) -> Iterator[tuple[str, set[str], set[str]]]:
    """The rows of a table of the page: type, settings, and those that are required."""
    (table,) = re.findall(rf"\| {heading} \|.*\n\|[- |]*\n((?:\|.*\n)*)", PAGE)
    for row in table.splitlines():
        type, settings = row.split("|")[1:3]
        required = set(re.findall(r"`(\w+)` \(required\)", settings))
        yield type.strip(" `"), set(re.findall(r"`(\w+)`", settings)), required


@pytest.mark.parametrize(("heading", "table"), [("step", STEPS), ("trigger", TRIGGERS)])
def test_the_page_has_the_settings_of_each_type(
    heading: str, table: Mapping[str, Settings]
) -> None:
    assert list(documented(heading)) == [
        (
            type,
            {*settings.known} - {FAIL},
            {name for name, one in settings.known.items() if one.required},
        )
        for type, settings in table.items()
    ]


def test_a_step_of_each_type_runs(api: Api, sandbox: Sandbox) -> None:
    config: dict[str, Any] = {"tool": "calculator", "input": {"expression": "1 + 1"}}
    given = {"tool": config, "condition": {"value": 1}, "wait": {"seconds": 1}}
    steps = [{**step(type, **given.get(type, {})), "id": type} for type in STEPS]
    made = api.post(WORKFLOWS, {"name": "Report", "steps": steps})["data"]["id"]
    run = api.post(f"{WORKFLOWS}/{made}/execute")["data"]["id"]
    sandbox.advance(60)
    assert api.get(f"{WORKFLOWS}/{made}/runs/{run}")["data"]["status"] == "completed"
