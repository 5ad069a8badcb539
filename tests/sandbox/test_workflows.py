"""Workflows: definitions, versions, copies, templates and instructions."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import WORKFLOW_ID
from support.sandbox import Api

WORKFLOWS = "/api/v2/workflows"
MONDAYS = "Every Monday at 9, summarise the open tasks and email them to the team"


def step(id: str, *after: str) -> dict[str, Any]:
    return {"id": id, "name": id, "type": "transform", "dependsOn": list(after)}


def test_health_is_public(nobody: Api) -> None:
    health = nobody.get(f"{WORKFLOWS}/health")
    assert (health["status"], health["service"]) == ("ok", "workflows")


def test_a_parsed_instruction_can_be_run(api: Api, sandbox: Sandbox) -> None:
    parsed = api.post(f"{WORKFLOWS}/parse", {"instruction": MONDAYS})["workflow"]
    assert parsed["trigger"] == {"type": "schedule", "cron": "0 9 * * 1"}
    workflow = api.get(f"{WORKFLOWS}/{parsed['id']}")["data"]
    assert (workflow["type"], workflow["status"], workflow["version"]) == ("generated", "draft", 1)
    assert workflow["steps"] == parsed["steps"]

    run = api.post(f"{WORKFLOWS}/{parsed['id']}/execute")["data"]
    sandbox.advance(0)
    done = api.get(f"{WORKFLOWS}/{parsed['id']}/runs/{run['id']}")["data"]
    assert done["status"] == "completed"
    assert done["result"]["summarise"]["text"]


def test_parsing_again_reuses_an_unused_draft(api: Api) -> None:
    def parsed(name: str = "instruction") -> str:
        answer = api.post(f"{WORKFLOWS}/parse", {name: MONDAYS})
        assert answer["data"] == answer["workflow"]
        id: str = answer["workflow"]["id"]
        return id

    draft = parsed()
    assert parsed() == parsed("description") == draft
    copy = api.post(f"{WORKFLOWS}/{draft}/duplicate")["data"]["id"]
    definition = api.get(f"{WORKFLOWS}/{draft}")["data"]
    body = {name: definition[name] for name in ("description", "steps", "trigger")}
    made = api.post(WORKFLOWS, {**body, "name": "Mondays"})["data"]
    assert (made["id"], made["name"], made["type"]) == (draft, "Mondays", "custom")
    assert api.post(WORKFLOWS, {**body, "name": "Mondays"})["data"]["id"] not in {draft, copy}

    run = parsed()
    assert run not in {draft, copy}
    api.post(f"{WORKFLOWS}/{run}/execute")
    assert parsed() != run


def test_drafts_of_others_are_not_reused(api: Api, colleague: Api) -> None:
    ids = {
        caller.post(f"{WORKFLOWS}/parse", {"instruction": MONDAYS})["workflow"]["id"]
        for caller in (api, colleague)
    }
    assert len(ids) == 2


def test_an_instruction_is_required(api: Api) -> None:
    error = api.post(f"{WORKFLOWS}/parse", {}, status=400)["error"]
    assert error["message"] == "body: needs instruction or description"


def test_an_instruction_can_name_a_template(api: Api) -> None:
    templates = {one["id"]: one for one in api.get(f"{WORKFLOWS}/templates")["data"]}
    body = {"instruction": "Do the support triage every day"}
    parsed = api.post(f"{WORKFLOWS}/parse", body)["workflow"]
    assert (parsed["type"], parsed["templateId"]) == ("template", "tpl_support_triage")
    assert parsed["steps"] == templates["tpl_support_triage"]["steps"]


@pytest.mark.parametrize("instruction", ["Run", "    a    "], ids=["short", "space"])
def test_an_instruction_has_at_least_five_characters(api: Api, instruction: str) -> None:
    error = api.post(f"{WORKFLOWS}/parse", {"instruction": instruction}, status=400)["error"]
    assert error["details"][0]["field"] == "instruction"


def test_templates_are_shared_by_everybody(api: Api, stranger: Api) -> None:
    templates = api.get(f"{WORKFLOWS}/templates")["data"]
    assert stranger.get(f"{WORKFLOWS}/templates")["data"] == templates
    reporting = api.get(f"{WORKFLOWS}/templates", category="reporting")["data"]
    assert [one["id"] for one in reporting] == ["tpl_weekly_report"]


def test_every_change_raises_the_version(api: Api) -> None:
    workflow = api.post(WORKFLOWS, {"name": "Report", "steps": [step("a")]})["data"]
    assert (workflow["type"], workflow["version"], workflow["status"]) == ("custom", 1, "draft")
    address = f"{WORKFLOWS}/{workflow['id']}"
    assert api.patch(address, {"name": "Reports"})["data"]["version"] == 2
    changed = api.patch(address, {"status": "active"})["data"]
    assert (changed["version"], changed["name"], changed["status"]) == (3, "Reports", "active")
    assert changed["steps"] == workflow["steps"]


def test_a_copy_has_no_runs_or_history(api: Api, sandbox: Sandbox) -> None:
    body = {"name": "Report", "steps": [step("a")], "status": "active"}
    address = f"{WORKFLOWS}/{api.post(WORKFLOWS, body)['data']['id']}"
    api.patch(address, {"tags": ["q4"]})
    api.post(f"{address}/execute")
    copy = api.post(f"{address}/duplicate")["data"]
    assert (copy["name"], copy["version"], copy["status"]) == ("Report (copy)", 1, "draft")
    assert (copy["runCount"], copy["lastRunAt"]) == (0, None)
    assert (copy["steps"], copy["tags"]) == (api.get(address)["data"]["steps"], ["q4"])
    assert api.post(f"{address}/duplicate", {"name": "Mine"})["data"]["name"] == "Mine"


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ([step("a"), step("a")], "steps.1.id"),
        ([step("a", "a")], "steps.0.dependsOn"),
        ([step("x"), step("a", "b", "x"), step("b", "a")], "steps.1.dependsOn"),
    ],
    ids=["same id", "itself", "circle"],
)
def test_invalid_steps_are_rejected(api: Api, steps: list[dict[str, Any]], field: str) -> None:
    error = api.post(WORKFLOWS, {"name": "Report", "steps": steps}, status=422)["error"]
    assert error["details"][0]["field"] == field
    api.patch(f"{WORKFLOWS}/{WORKFLOW_ID}", {"steps": steps}, status=422)


def test_a_workflow_is_scheduled_under_its_name(api: Api) -> None:
    body = {"cron": "0 9 * * 1-5", "timezone": "Europe/Lisbon", "inputs": {"topic": "sales"}}
    schedule = api.post(f"{WORKFLOWS}/{WORKFLOW_ID}/schedule", body)["data"]
    assert schedule | body == schedule
    assert (schedule["name"], schedule["target_type"]) == ("Weekly report", "workflow")
    assert schedule["next_run_at"] is not None
    assert api.get(f"/api/v2/schedules/{schedule['id']}")["data"] == schedule
    api.post(f"{WORKFLOWS}/wf_unknown/schedule", body, status=404)
    error = api.post(f"{WORKFLOWS}/{WORKFLOW_ID}/schedule", {"cron": "soon"}, status=422)["error"]
    assert error["details"][0]["field"] == "cron"


def test_other_organizations_cannot_access_a_workflow(stranger: Api) -> None:
    for action in ("execute", "duplicate"):
        stranger.post(f"{WORKFLOWS}/{WORKFLOW_ID}/{action}", status=404)
    stranger.get(f"{WORKFLOWS}/{WORKFLOW_ID}/runs", status=404)
