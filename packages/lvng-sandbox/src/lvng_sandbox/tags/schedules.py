"""Schedules of workflows and agents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response, update_record
from ..platform.kinds import Rule
from ..platform.registry import handler, on_event, rules, seed
from ..workflows.schedules import add_schedule, enqueue_next, fire, next_run, run_status

rules(schedules=Rule(references={"workspace_id": "workspaces"}))


@handler("schedules.create")
def create(call: Call) -> Any:
    return call.fill({"data": add_schedule(call, call.body)})


@handler("schedules.update")
def update(call: Call) -> Any:
    schedules = call.records("schedules")
    wanted = {**schedules.get(call.path["id"]), **call.body}
    following = next_run(wanted, call.platform.clock.time())
    schedule = update_record(call, schedules, call.path["id"], next_run_at=following)
    enqueue_next(call, schedule)
    return record_response(call, schedules, schedule)


@handler("schedules.trigger")
def trigger(call: Call) -> Any:
    schedule = call.records("schedules").get(call.path["id"])
    inputs = call.body.get("inputs", {})
    run = fire(call, schedule, call.now(), "manual", inputs)
    return call.fill({"data": run})


@on_event
def follow(context: Context, event: str, data: Mapping[str, Any]) -> None:
    """Update the run of a schedule when the workflow run that it started changes."""
    if not event.startswith("workflow.") or data["triggeredBy"] != "schedule":
        return
    found = context.records("schedules.runs").first(run_id=data["id"])
    if found is None:
        return
    status = run_status(data)
    state = {"status": status, "error": data["error"]}
    moments = {"started_at": data["startedAt"], "finished_at": data["completedAt"]}
    runs = context.records("schedules.runs", found["schedule_id"])
    runs.put({**found, **state, **moments})
    schedules = context.records("schedules")
    schedules.put({**schedules.get(found["schedule_id"]), "last_run_status": status})


@seed
def add_examples(context: Context) -> None:
    """Disable the example schedule, so that nothing happens by itself; complete its run."""
    schedules = context.records("schedules")
    (schedule,) = schedules.all()
    off = {"enabled": False, "run_at": None, "next_run_at": None, "last_run_status": "completed"}
    schedules.put({**schedule, **off})
    runs = context.records("schedules.runs", schedule["id"])
    (run,) = runs.all()
    runs.put({**run, "status": "completed", "error": None})
