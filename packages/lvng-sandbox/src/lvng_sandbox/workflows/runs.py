"""Runs of workflows: queued, then run step by step, each as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.context import Context
from ..platform.registry import given_up, job
from ..problems import conflict
from ..store.database import Record
from .definitions import check_placeholders
from .placeholders import substitute
from .steps import StepError, run_step, seconds_of

ACTIVE = ("queued", "running")
"""The statuses of a run that has not ended."""


def start_run(
    context: Context,
    workflow: Record,
    inputs: Mapping[str, Any],
    triggered_by: str,
) -> Record:
    """Queue a run of a workflow, with its current steps.

    Raises:
        Problem: 409: the workflow is paused or archived; 422: a placeholder stands for nothing.
    """
    if workflow["status"] in {"paused", "archived"}:
        raise conflict(f"The workflow is {workflow['status']}")
    given = {**workflow["inputs"], **inputs}
    check_placeholders(workflow["steps"], given)
    fields = {
        "inputs": given,
        "outputs": {},
        "triggeredBy": triggered_by,
        "steps": [
            queued_step(context.new_id("rst_0"), step["id"], step["name"])
            for step in workflow["steps"]
        ],
    }
    run = context.records("workflows.runs", workflow["id"]).add(fields)
    state = {"workflow_id": workflow["id"], "run_id": run["id"], "steps": workflow["steps"]}
    context.enqueue("workflow.go_on", after=context.platform.step_delay, **state)
    return run


def end_run(context: Context, run: Record, status: str, error: str | None = None) -> None:
    """End a run, and emit the event for it."""
    for step in run["steps"]:
        if step["status"] in ACTIVE:
            step["status"] = "cancelled"
    started = run["startedAt"]
    run |= {
        "status": status,
        "error": error,
        "result": _outputs(run) if status == "completed" else None,
        "completedAt": context.now(),
        "durationMs": context.platform.clock.milliseconds_since(started) if started else None,
    }
    context.emit("workflow.completed" if status == "completed" else "workflow.failed", run)


def queued_step(id: str, step_id: str, name: str) -> Record:
    """A step of a run that has not started."""
    return {
        "id": id,
        "stepId": step_id,
        "name": name,
        "status": "queued",
        "output": None,
        "error": None,
        "startedAt": None,
        "completedAt": None,
    }


@job("workflow.go_on")
def advance_run(context: Context, arguments: dict[str, Any]) -> None:
    """Advance a run: it starts, a step starts, a step ends, or the run ends."""
    runs = context.records("workflows.runs", arguments["workflow_id"])
    run = runs.find(arguments["run_id"])
    if run is None or run["status"] not in ACTIVE:
        return
    wait = context.platform.step_delay
    definitions = {step["id"]: step for step in arguments["steps"]}
    if run["status"] == "queued":
        run |= {"status": "running", "startedAt": context.now()}
        context.emit("workflow.started", run)
    elif step := _first(run, "running"):
        _run_step(context, run, step, definitions)
    elif step := _ready(run, definitions):
        step |= {"status": "running", "startedAt": context.now()}
        wait = max(wait, _delay(run, definitions[step["stepId"]]))
    else:
        end_run(context, run, "completed")
    runs.put(run)
    if run["status"] in ACTIVE:
        context.enqueue("workflow.go_on", after=wait, **arguments)


@given_up("workflow.go_on")
def fail_run(context: Context, arguments: dict[str, Any], error: str) -> None:
    """Fail a run that cannot continue."""
    runs = context.records("workflows.runs", arguments["workflow_id"])
    run = runs.find(arguments["run_id"])
    if run is not None and run["status"] in ACTIVE:
        if step := _first(run, "running"):
            step |= {"status": "failed", "error": error, "completedAt": context.now()}
        end_run(context, run, "failed", error)
        runs.put(run)


def _run_step(
    context: Context, run: Record, step: Record, definitions: Mapping[str, Record]
) -> None:
    """Run a step; if it fails, the run fails."""
    try:
        step["output"] = run_step(context, definitions[step["stepId"]], _values(run))
    except StepError as failure:
        step |= {"status": "failed", "error": str(failure), "completedAt": context.now()}
        end_run(context, run, "failed", f"{step['name']}: {failure}")
        return
    step |= {"status": "completed", "completedAt": context.now()}
    run["outputs"] = _outputs(run)
    if step["output"].get("met") is False:
        _pass_over(run, step["stepId"], definitions)


def _first(run: Record, status: str) -> Record | None:
    return next((step for step in run["steps"] if step["status"] == status), None)


def _ready(run: Record, definitions: Mapping[str, Record]) -> Record | None:
    """The first queued step whose dependencies have ended."""
    waiting = [step for step in run["steps"] if step["status"] == "queued"]
    ids = {step["stepId"] for step in waiting}
    return next((step for step in waiting if ids.isdisjoint(_before(step, definitions))), None)


def _pass_over(run: Record, id: str, definitions: Mapping[str, Record]) -> None:
    """Cancel the steps that depend on an unmet condition."""
    for step in run["steps"]:
        if step["status"] == "queued" and id in _before(step, definitions):
            step["status"] = "cancelled"
            _pass_over(run, step["stepId"], definitions)


def _before(step: Record, definitions: Mapping[str, Record]) -> list[str]:
    """Ids of the steps that a step depends on."""
    return definitions[step["stepId"]].get("dependsOn") or []


def _delay(run: Record, definition: Record) -> float:
    """The delay of a step in seconds."""
    if definition["type"] != "wait":
        return 0.0
    try:
        return seconds_of(substitute(definition.get("config") or {}, _values(run)))
    except StepError:
        return 0.0  # the step fails when it is run


def _values(run: Record) -> dict[str, Any]:
    return {**run["inputs"], **_outputs(run)}


def _outputs(run: Record) -> dict[str, Any]:
    return {one["stepId"]: one["output"] for one in run["steps"] if one["output"] is not None}
