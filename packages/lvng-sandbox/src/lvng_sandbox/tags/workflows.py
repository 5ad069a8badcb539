"""Workflows: definitions, templates, and parsing of instructions. Their runs are in workflow_runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response, record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, rules, seed
from ..problems import invalid
from ..store.database import Record
from ..workflows.definitions import check_steps
from ..workflows.instructions import parse
from ..workflows.schedules import add_schedule, end_schedules
from ..workflows.triggers import check_trigger, enqueue_trigger

MIN_INSTRUCTION_LENGTH = 5
_OWN = {"id", "version", "createdAt", "updatedAt", "createdBy", "runCount", "lastRunAt"}
"""Properties that a copy does not take over."""
_UNDERSTOOD = ("description", "steps", "trigger")
"""Properties that identify a parsed workflow, whose name may have been changed."""


@computed("workflows")
def _runs(context: Context, workflow: Record) -> Mapping[str, Any]:
    runs = context.records("workflows.runs", workflow["id"])
    last = runs.last()
    return {"runCount": runs.count(), "lastRunAt": last["createdAt"] if last else None}


rules(
    workflows=Rule(references={"workspaceId": "workspaces"}),
    workflows__templates=Rule(visible="all"),
)


@handler("workflows.health")
def health(call: Call) -> Any:
    version = call.platform.contract.document["info"]["version"]
    known = {"status": "ok", "service": "workflows", "version": version}
    return call.fill({**known, "timestamp": call.now()})


@handler("workflows.list")
def list_workflows(call: Call) -> Any:
    """List workflows under `data`, and under the name that the vendor's TypeScript SDK reads."""
    answer = list_response(call, call.records("workflows"))
    return {**answer, "workflows": answer["data"]}


@handler("workflows.parse")
def parse_instruction(call: Call) -> Any:
    text = str(call.body.get("instruction") or call.body["description"]).strip()
    if len(text) < MIN_INSTRUCTION_LENGTH:
        raise invalid([("instruction", f"has fewer than {MIN_INSTRUCTION_LENGTH} characters")])
    parsed = parse(text, call.records("workflows.templates").all())
    workflow = _untouched(call, parsed)
    if workflow is None:
        workflow = call.records("workflows").add(parsed, status="draft", version=1)
    answer = {**parsed, "id": workflow["id"]}
    return call.fill({"workflow": answer, "data": answer})


@handler("workflows.create")
def create(call: Call) -> Any:
    """Create a workflow; if it was parsed before, its draft becomes the workflow."""
    check_steps(call, call.body.get("steps", []))
    check_trigger(call, call.body.get("trigger"))
    workflows = call.records("workflows")
    if draft := _untouched(call, call.body):
        workflow = workflows.change(draft["id"], call.body, type="custom")
    else:
        workflow = workflows.add(call.body, type="custom", version=1)
    enqueue_trigger(call, workflow)
    return record_response(call, workflows, workflow)


@handler("workflows.update")
def update(call: Call) -> Any:
    check_steps(call, call.body.get("steps", []))
    check_trigger(call, call.body.get("trigger"))
    workflows = call.records("workflows")
    version = workflows.get(call.path["id"])["version"] + 1
    workflow = update_record(call, workflows, call.path["id"], version=version)
    enqueue_trigger(call, workflow)
    return record_response(call, workflows, workflow)


@handler("workflows.delete")
def delete(call: Call) -> Any:
    """Delete a workflow with its runs, and the schedules that run it."""
    call.deleted = workflow = call.records("workflows").delete(call.path["id"])
    end_schedules(call, "workflow", workflow["id"])
    return call.fill({"message": "Workflow deleted"})


@handler("workflows.duplicate")
def duplicate(call: Call) -> Any:
    workflows = call.records("workflows")
    original = workflows.get(call.path["id"])
    kept = {name: value for name, value in original.items() if name not in _OWN}
    copy = {**kept, "name": f"{original['name']} (copy)", "status": "draft", **call.body}
    return record_response(call, workflows, workflows.add(copy, version=1, type="custom"))


@handler("workflows.schedule")
def schedule(call: Call) -> Any:
    workflow = call.records("workflows").get(call.path["id"])
    target = {"name": workflow["name"], "target_type": "workflow", "target_id": workflow["id"]}
    return call.fill({"data": add_schedule(call, {**target, **call.body})})


def _untouched(call: Call, parsed: Record) -> Record | None:
    """The unused draft that `parse` made of the same instruction, if any."""
    known = {"createdBy": call.user_id, "status": "draft", "version": 1}
    for draft in call.records("workflows").all(type=("generated", "template"), **known):
        same = all(draft[name] == parsed.get(name) for name in _UNDERSTOOD)
        if same and not call.records("workflows.runs", draft["id"]).count():
            return draft
    return None


TEMPLATES = {
    "tpl_weekly_report": (
        "Weekly report",
        "reporting",
        "Summarises open tasks every Monday",
        "Summarise the open tasks and email them to the team",
    ),
    "tpl_lead_enrichment": (
        "Lead enrichment",
        "sales",
        "Looks up new leads and writes what it finds to a note",
        "Research new leads and note what there is",
    ),
    "tpl_support_triage": (
        "Support triage",
        "support",
        "Sorts incoming questions by urgency and makes a task of them",
        "Collect incoming questions, sort them by urgency and create a task to answer them",
    ),
}


@seed
def add_examples(context: Context) -> None:
    """Add the templates, and a workflow from each; the first is the contract's example."""
    workflows = context.records("workflows")
    templates = context.records("workflows.templates")
    (example,) = workflows.all()
    for n, (id, (name, category, description, words)) in enumerate(TEMPLATES.items()):
        known = {"name": name, "description": description, "steps": parse(words, [])["steps"]}
        template = {**known, "id": id, "category": category, "tags": [category]}
        templates.put(context.defaults.record(templates.kind.schema, template))
        place: Record = {"id": example["id"] if n == 0 else f"wf_{n:08x}", "inputs": {}}
        workflows.put({**example, **known, **place, "type": "template", "status": "active"})
