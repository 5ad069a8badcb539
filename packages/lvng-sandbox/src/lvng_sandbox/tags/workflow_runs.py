"""Runs of workflows: started, cancelled, retried and streamed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from ..platform.call import Call, Events
from ..platform.context import Context
from ..platform.registry import handler, seed
from ..problems import conflict
from ..store.database import Record
from ..workflows.runs import ACTIVE, end_run, queued_step, start_run


@handler("workflows.execute")
def execute(call: Call) -> Any:
    workflow = call.records("workflows").get(call.path["id"])
    return call.fill({"data": _start(call, workflow, call.body.get("inputs", {}))})


@handler("workflows.retry_run")
def retry_run(call: Call) -> Any:
    run = _run(call)
    if run["status"] in ACTIVE:
        raise conflict(f"The run is {run['status']}")
    workflow = call.records("workflows").get(run["workflowId"])
    return call.fill({"data": _start(call, workflow, run["inputs"])})


@handler("workflows.cancel_run")
def cancel_run(call: Call) -> Any:
    run = _run(call)
    if run["status"] in ACTIVE:
        end_run(call, run, "cancelled", call.body.get("reason"))
        call.records("workflows.runs", run["workflowId"]).put(run)
    elif run["status"] != "cancelled":
        raise conflict(f"The run is {run['status']} already")
    return call.fill({"data": run})


@handler("workflows.stream_run")
def stream_run(call: Call) -> Events:
    run = _run(call)
    # The events are derived from the record of the run, so that every stream has the same ones in the same order.
    last = call.headers.get("last-event-id", "")
    received = int(last) if last.isascii() and last.isdigit() and len(last) < 10 else 0
    return Events(_follow(call, run["workflowId"], run["id"]), after=received)


def _start(call: Call, workflow: Record, inputs: Record) -> Record:
    trigger = "api" if call.caller.key_id else "manual"
    return start_run(call, workflow, inputs, trigger)


def _run(call: Call) -> Record:
    """The run in the path."""
    workflow = call.records("workflows").get(call.path["id"])
    return call.records("workflows.runs", workflow["id"]).get(call.path["run_id"])


async def _follow(call: Call, workflow_id: str, run_id: str) -> AsyncGenerator[tuple[str, Any]]:
    """The events of a run, past and future, until it ends."""
    runs = call.records("workflows.runs", workflow_id)
    has_started = False
    async with aclosing(call.platform.jobs.news()) as news:
        async for _ in news:
            run = runs.find(run_id)
            if run is None:
                yield "error", {"code": "NOT_FOUND", "message": "The run was deleted"}
                return
            if run["startedAt"] and not has_started:
                has_started = True
                yield "workflow.started", _as_started(run)
            if run["status"] not in ACTIVE:
                name = "completed" if run["status"] == "completed" else "failed"
                yield f"workflow.{name}", run
                return


def _as_started(run: Record) -> Record:
    """A run as it was when it started."""
    steps = [queued_step(one["id"], one["stepId"], one["name"]) for one in run["steps"]]
    later = dict.fromkeys(("result", "error", "completedAt", "durationMs"))
    return {**run, **later, "outputs": {}, "status": "running", "steps": steps}


@seed
def add_examples(context: Context) -> None:
    """Cancel the example run: only then can it be streamed to its end, retried and cancelled again."""
    (run,) = context.records("workflows.runs").all()
    over: dict[str, Any] = {
        "status": "cancelled",
        "outputs": {},
        "result": None,
        "error": "Superseded by a newer run",
    }
    step = {**run["steps"][0], "status": "cancelled", "output": None, "error": None}
    runs = context.records("workflows.runs", run["workflowId"])
    runs.put({**run, **over, "steps": [step]})
