"""Schedules: they run a workflow or an agent by cron in a time zone, or once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from ..agents.runs import run_agent
from ..clock import canonical, iso
from ..platform.context import Context
from ..platform.registry import given_up, job
from ..problems import Problem, unprocessable
from ..store.database import Record
from .runs import start_run
from .time_zones import time_zone

TARGETS = {"workflow": "workflows", "agent": "agents"}
_STATUSES = {"queued": "pending", "cancelled": "failed"}
"""Statuses of workflow runs that have another name for a schedule's run."""


def add_schedule(context: Context, fields: Mapping[str, Any]) -> Record:
    """Create a schedule, which fires at its next time.

    Raises:
        Problem: 422: its timing or type of target is not valid; 404: its target does not exist.
    """
    wanted = {"cron": None, "run_at": None, "timezone": "UTC", "enabled": True, **fields}
    if wanted["target_type"] not in TARGETS:
        raise unprocessable("target_type", f"must be one of {', '.join(TARGETS)}")
    target = context.records(TARGETS[wanted["target_type"]]).get(wanted["target_id"])
    known = {"workspace_id": target["workspaceId"], **wanted}
    next_run_at = next_run(wanted, context.platform.clock.time())
    schedule = context.records("schedules").add(known, next_run_at=next_run_at)
    enqueue_next(context, schedule)
    return schedule


def next_run(schedule: Mapping[str, Any], now: float) -> str | None:
    """The first time after now that a schedule fires; None if it is disabled or has ended.

    Raises:
        Problem: 422: its timing is not valid.
    """
    zone = zone_of(schedule["timezone"])
    times = []
    if schedule["run_at"]:
        times.append(_seconds(canonical(schedule["run_at"])))
    if schedule["cron"]:
        times.append(next_by_cron(schedule["cron"], zone, now))
    future = [time for time in times if time > now]
    return iso(min(future)) if future and schedule["enabled"] else None


def enqueue_next(context: Context, schedule: Record) -> None:
    """Queue the job that fires a schedule at its next time."""
    if due := schedule["next_run_at"]:
        after = _seconds(due) - context.platform.clock.time()
        context.enqueue("schedule.fire", after=after, id=schedule["id"], due=due)


@job("schedule.fire")
def fire_due(context: Context, arguments: dict[str, Any]) -> None:
    """Fire a schedule, unless its next time was changed since the job was queued."""
    schedules = context.records("schedules")
    schedule = schedules.find(arguments["id"])
    if schedule is None or schedule["next_run_at"] != arguments["due"]:
        return
    fire(context, schedule, arguments["due"], "schedule", {})
    _go_on(context, arguments)


@given_up("schedule.fire")
def skip_due(context: Context, arguments: dict[str, Any], error: str) -> None:
    """Record a run that could not be started; the schedule fires again at its next time."""
    schedule = context.records("schedules").find(arguments["id"])
    if schedule is not None and schedule["next_run_at"] == arguments["due"]:
        now = context.now()
        failed = {"status": "failed", "error": error, "finished_at": now}
        _add_run(context, schedule, arguments["due"], "schedule", failed)
        _go_on(context, arguments)


def _go_on(context: Context, arguments: Mapping[str, Any]) -> None:
    """Queue the next firing of a schedule that has fired."""
    schedules = context.records("schedules")
    schedule = schedules.get(arguments["id"])
    now = max(context.platform.clock.time(), _seconds(arguments["due"]))
    schedule = schedules.put({**schedule, "next_run_at": next_run(schedule, now)})
    enqueue_next(context, schedule)


def fire(
    context: Context, schedule: Record, due: str, triggered_by: str, inputs: Mapping[str, Any]
) -> Record:
    """Run the target of a schedule; returns the schedule's run, which is skipped if the target cannot run."""
    now = context.now()
    try:
        run = _run_target(context, schedule, {**schedule["inputs"], **inputs})
    except Problem as problem:
        outcome: Record = {"status": "skipped", "error": problem.reason, "finished_at": now}
    else:
        outcome = {
            "run_id": run["id"],
            "status": run_status(run),
            "started_at": run["startedAt"],
            "finished_at": run["completedAt"],
            "error": run["error"],
        }
    return _add_run(context, schedule, due, triggered_by, outcome)


def _add_run(
    context: Context, schedule: Record, due: str, triggered_by: str, outcome: Record
) -> Record:
    runs = context.records("schedules.runs", schedule["id"])
    added = runs.add({"triggered_by": triggered_by, "scheduled_for": due, **outcome})
    last = {"last_run_at": context.now(), "last_run_status": added["status"]}
    context.records("schedules").put({**schedule, **last})
    return added


def end_schedules(context: Context, target_type: str, target_id: str) -> None:
    """Delete the schedules of a target, which is deleted."""
    schedules = context.records("schedules")
    for schedule in schedules.all(target_type=target_type, target_id=target_id):
        schedules.delete(schedule["id"])


def run_status(run: Mapping[str, Any]) -> str:
    """The status of a schedule's run, from the run that it started."""
    return _STATUSES.get(run["status"], str(run["status"]))


def _run_target(context: Context, schedule: Record, inputs: Mapping[str, Any]) -> Record:
    target = context.records(TARGETS[schedule["target_type"]]).get(schedule["target_id"])
    if schedule["target_type"] == "workflow":
        return start_run(context, target, inputs, "schedule")
    message = str(inputs.get("message") or schedule["name"])
    return run_agent(context, target, message, "schedule")


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def zone_of(name: str) -> ZoneInfo:
    """The time zone of a name.

    Raises:
        Problem: 422: there is none.
    """
    try:
        return time_zone(name)
    except ValueError as error:
        raise unprocessable("timezone", str(error)) from None


def next_by_cron(cron: str, zone: ZoneInfo, now: float) -> float:
    """The first time after now that a cron expression occurs.

    Raises:
        Problem: 422: the expression is not valid.
    """
    try:
        if len(cron.split()) != 5:  # cronsim also accepts a sixth field, for seconds
            raise CronSimError("Wrong number of fields")
        return next(CronSim(cron, datetime.fromtimestamp(now, zone))).timestamp()
    except (CronSimError, ValueError) as error:
        raise unprocessable("cron", str(error)) from None
    except StopIteration:
        raise unprocessable("cron", "never occurs") from None
