"""Triggers of active workflows: they fire by cron in a time zone, or on an event."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from ..clock import iso
from ..contract.names import did_you_mean
from ..platform.context import Context
from ..platform.registry import job, on_event
from ..problems import Problem, invalid, unprocessable
from ..store.database import Record
from .runs import start_run
from .schedules import next_by_cron, zone_of
from .settings import EVENTS, TRIGGERS, check_settings

logger: logging.Logger = logging.getLogger("lvng_sandbox")


def check_trigger(context: Context, trigger: Mapping[str, Any] | None) -> None:
    """Check the type and the settings of a trigger; an empty one is none.

    Raises:
        Problem: 422: they are not valid.
    """
    if not trigger:
        return
    settings = {name: value for name, value in trigger.items() if name != "type"}
    type = trigger.get("type")
    if not isinstance(type, str) or type not in TRIGGERS:
        hint = did_you_mean(str(type), TRIGGERS) or f"; there are {', '.join(TRIGGERS)}"
        raise unprocessable("trigger.type", f"there is no trigger type {type!r}{hint}")
    owner = f"the {type} trigger"
    if wrong := list(check_settings(context, settings, TRIGGERS[type], "trigger", owner)):
        raise invalid(wrong, status=422)
    if type == "schedule":
        try:
            _next(context, trigger)
        except Problem as problem:
            raise unprocessable("trigger", problem.reason) from None


def enqueue_trigger(context: Context, workflow: Record) -> None:
    """Queue the next firing of a workflow that is active and has a schedule as its trigger."""
    trigger = workflow["trigger"] or {}
    if workflow["status"] == "active" and trigger.get("type") == "schedule":
        due = _next(context, trigger)
        after = due - context.platform.clock.time()
        arguments = {"id": workflow["id"], "trigger": trigger, "version": workflow["version"]}
        context.enqueue("workflow.fire", after=after, due=iso(due), **arguments)


@job("workflow.fire")
def fire(context: Context, arguments: dict[str, Any]) -> None:
    """Run a workflow, unless it was changed since the job was queued."""
    workflow = context.records("workflows").find(arguments["id"])
    if workflow is None or workflow["status"] != "active":
        return
    if all(workflow[name] == arguments[name] for name in ("trigger", "version")):
        _start(context, workflow, {}, "schedule")
        enqueue_trigger(context, workflow)


@on_event
def fire_on_event(context: Context, event: str, data: Mapping[str, Any]) -> None:
    """Run the active workflows that an event triggers, with the event as an input."""
    if event not in EVENTS:
        return
    for workflow in context.records("workflows").all(status="active"):
        trigger = workflow["trigger"] or {}
        if trigger.get("type") == "event" and trigger.get("event") == event:
            _start(context, workflow, {"event": event, "data": dict(data)}, "event")


def _start(context: Context, workflow: Record, inputs: Mapping[str, Any], trigger: str) -> None:
    """Start a run. If the workflow cannot run, this is logged, because the trigger is not at fault."""
    try:
        start_run(context, workflow, inputs, trigger)
    except Problem as problem:
        logger.warning("workflow %s was triggered, but: %s", workflow["id"], problem.reason)


def _next(context: Context, trigger: Mapping[str, Any]) -> float:
    """The next time of a schedule, in seconds since 1970."""
    zone = zone_of(str(trigger.get("timezone") or "UTC"))
    return next_by_cron(trigger["cron"], zone, context.platform.clock.time())
