"""OODA loops: at once, or in the background."""

from __future__ import annotations

from typing import Any

from ..agents.ooda import PHASES, end, step
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, job, keeps, rules, sows
from ..problems import conflict
from ..store.database import Record

ITERATIONS = 5
_GOING = ("queued", "running")

keeps("ooda.runs", "/api/v2/ooda/runs", "id", "OodaRun")
rules(ooda__runs=Rule(visible="user"))


@handles("ooda.status")
def status(call: Call) -> Any:
    state = {"available": True, "defaultMaxIterations": ITERATIONS, "phases": list(PHASES)}
    return call.fill({"data": state})


@handles("ooda.execute")
def execute(call: Call) -> Any:
    run = call.platform.shapes.record(call.platform.kinds["ooda.runs"].schema, _wanted(call))
    while run["result"] is None:
        run = step(call.platform, call.caller, run)
    return call.fill({"data": {**run["result"], "runId": None}})


@handles("ooda.start")
def start(call: Call) -> Any:
    run = call.records("ooda.runs").add(_wanted(call))
    call.platform.jobs.add(call.caller, "ooda.step", after=call.platform.pace, run_id=run["id"])
    return call.fill({"data": run})


@handles("ooda.kill")
def kill(call: Call) -> Any:
    runs = call.records("ooda.runs")
    run = runs.get(call.path["run_id"])
    if run["status"] not in _GOING:
        raise conflict(f"The run is {run['status']} already")
    run = {**end(call.platform, call.caller, run, "killed"), "error": call.body.get("reason")}
    return call.fill({"data": runs.keep(run)})


@job("ooda.step")
def go_on(platform: Platform, caller: Caller, arguments: dict[str, Any]) -> None:
    runs = platform.records(caller, "ooda.runs")
    run = runs.find(arguments["run_id"])
    if run is None or run["status"] not in _GOING:
        return
    if runs.keep(step(platform, caller, run))["result"] is None:
        platform.jobs.add(caller, "ooda.step", after=platform.pace, **arguments)


def _wanted(call: Call) -> Record:
    """What a run is told; without a goal its task is the goal."""
    return {"goal": call.body["task"], **call.body}


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The example run waits at its beginning, so that it can be killed."""
    runs = platform.records(caller, "ooda.runs")
    (run,) = runs.all()
    rest: Record = {"currentPhase": None, "currentIteration": 0, "journal": []}
    runs.keep({**run, **rest, "result": None, "error": None, "completedAt": None})
