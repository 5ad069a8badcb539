"""Schedules: a workflow or an agent, run by cron in a time zone or once, as jobs that fire when they are due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from ..agents.runs import run_agent
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_record, change_record
from ..platform.platform import Platform, canonical, iso
from ..platform.registry import Rule, handles, job, listens, rules, sows
from ..problems import Problem, unprocessable
from ..store.database import Record
from ..workflows.runs import start_run

TARGETS = {"workflow": "workflows", "agent": "agents"}
_STATES = {"queued": "pending", "cancelled": "failed"}
"""The states of a workflow's run that a schedule's run calls otherwise."""

rules(schedules=Rule(refers={"workspace_id": "workspaces"}))


@handles("schedules.create")
def create(call: Call) -> Any:
    return call.fill({"data": add_schedule(call, call.body)})


@handles("schedules.update")
def update(call: Call) -> Any:
    schedules = call.records("schedules")
    wanted = {**schedules.get(call.path["id"]), **call.body}
    following = _next_run(wanted, call.platform.clock())
    schedule = change_record(call, schedules, call.path["id"], next_run_at=following)
    _wait_for(call.platform, call.caller, schedule)
    return answer_record(call, schedules, schedule)


@handles("schedules.trigger")
def trigger(call: Call) -> Any:
    schedule = call.records("schedules").get(call.path["id"])
    inputs = call.body.get("inputs", {})
    run = _fire(call.platform, call.caller, schedule, call.now(), "manual", inputs)
    return call.fill({"data": run})


def add_schedule(call: Call, fields: Mapping[str, Any]) -> Record:
    """A new schedule, which waits for its first moment from now on.

    Raises:
        Problem: 422 where its timing or its kind of target is none; 404 where its target is not there.
    """
    wanted = {"cron": None, "run_at": None, "timezone": "UTC", "enabled": True, **fields}
    if wanted["target_type"] not in TARGETS:
        raise unprocessable("target_type", f"must be one of {', '.join(TARGETS)}")
    target = call.records(TARGETS[wanted["target_type"]]).get(wanted["target_id"])
    known = {"workspace_id": target["workspaceId"], **wanted}
    following = _next_run(wanted, call.platform.clock())
    schedule = call.records("schedules").add(known, next_run_at=following)
    _wait_for(call.platform, call.caller, schedule)
    return schedule


def _next_run(wanted: Mapping[str, Any], now: float) -> str | None:
    """The first moment after the present one; none for what is switched off, or over.

    Raises:
        Problem: 422 where its timing is none.
    """
    moments = []
    if wanted["run_at"]:
        moments.append(_seconds(canonical(wanted["run_at"])))
    if wanted["cron"]:
        moments.append(_next_by_cron(wanted["cron"], _zone(wanted["timezone"]), now))
    to_come = [moment for moment in moments if moment > now]
    return iso(min(to_come)) if to_come and wanted["enabled"] else None


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise unprocessable("timezone", f"there is no time zone {name!r}") from None


def _next_by_cron(cron: str, zone: ZoneInfo, now: float) -> float:
    try:
        if len(cron.split()) != 5:  # cronsim also takes seconds, as a sixth
            raise CronSimError("Wrong number of fields")
        return next(CronSim(cron, datetime.fromtimestamp(now, zone))).timestamp()
    except (CronSimError, ValueError) as error:
        raise unprocessable("cron", str(error)) from None
    except StopIteration:
        raise unprocessable("cron", "never comes") from None


def _wait_for(platform: Platform, caller: Caller, schedule: Record) -> None:
    """Have a schedule fire at its next moment."""
    if due := schedule["next_run_at"]:
        after = _seconds(due) - platform.clock()
        platform.jobs.add(caller, "schedule.fire", after=after, id=schedule["id"], due=due)


@job("schedule.fire")
def fire(platform: Platform, caller: Caller, arguments: dict[str, Any]) -> None:
    """Run what is due. A schedule that was changed meanwhile waits for another moment than this."""
    schedules = platform.records(caller, "schedules")
    schedule = schedules.find(arguments["id"])
    if schedule is None or schedule["next_run_at"] != arguments["due"]:
        return
    _fire(platform, caller, schedule, arguments["due"], "schedule", {})
    schedule = schedules.get(schedule["id"])
    now = max(platform.clock(), _seconds(arguments["due"]))
    schedule = schedules.keep({**schedule, "next_run_at": _next_run(schedule, now)})
    _wait_for(platform, caller, schedule)


def _fire(
    platform: Platform,
    caller: Caller,
    schedule: Record,
    due: str,
    triggered_by: str,
    inputs: Mapping[str, Any],
) -> Record:
    """Run the target of a schedule, or pass it over where it takes no runs; what came of it."""
    given = {**schedule["inputs"], **inputs}
    now = platform.now()
    known = {"triggered_by": triggered_by, "scheduled_for": due}
    try:
        run = _run_target(platform, caller, schedule, given)
    except Problem as problem:
        outcome: Record = {"status": "skipped", "error": problem.reason, "finished_at": now}
    else:
        ended = run["completedAt"]
        outcome = {
            "run_id": run["id"],
            "status": _STATES.get(run["status"], run["status"]),
            "started_at": run["startedAt"],
            "finished_at": ended,
            "error": run["error"],
        }
    found = platform.records(caller, "schedules.runs", schedule["id"]).add({**known, **outcome})
    platform.records(caller, "schedules").keep(
        {**schedule, "last_run_at": now, "last_run_status": found["status"]}
    )
    return found


def _run_target(
    platform: Platform, caller: Caller, schedule: Record, inputs: Mapping[str, Any]
) -> Record:
    target = platform.records(caller, TARGETS[schedule["target_type"]]).get(schedule["target_id"])
    if schedule["target_type"] == "workflow":
        return start_run(platform, caller, target, inputs, "schedule")
    message = str(inputs.get("message") or schedule["name"])
    return run_agent(platform, caller, target, message, "schedule")


@listens
def follow(platform: Platform, caller: Caller, event: str, data: Mapping[str, Any]) -> None:
    """Have the run of a schedule stand as the workflow's run does that it started."""
    if not event.startswith("workflow.") or data["triggeredBy"] != "schedule":
        return
    found = platform.records(caller, "schedules.runs").first(run_id=data["id"])
    if found is None:
        return
    status = _STATES.get(data["status"], data["status"])
    state = {"status": status, "error": data["error"]}
    moments = {"started_at": data["startedAt"], "finished_at": data["completedAt"]}
    runs = platform.records(caller, "schedules.runs", found["schedule_id"])
    runs.keep({**found, **state, **moments})
    schedules = platform.records(caller, "schedules")
    schedules.keep({**schedules.get(found["schedule_id"]), "last_run_status": status})


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The example schedule is switched off, so that nothing happens by itself; its run is over."""
    schedules = platform.records(caller, "schedules")
    (schedule,) = schedules.all()
    off = {"enabled": False, "run_at": None, "next_run_at": None, "last_run_status": "completed"}
    schedules.keep({**schedule, **off})
    runs = platform.records(caller, "schedules.runs", schedule["id"])
    (run,) = runs.all()
    runs.keep({**run, "status": "completed", "error": None})
