"""OODA loops: run synchronously, or in the background."""

from __future__ import annotations

from typing import Any

from ..agents.ooda import PHASES, finish, next_phase
from ..platform.call import Call
from ..platform.context import Context
from ..platform.kinds import Rule
from ..platform.registry import define_collection, given_up, handler, job, rules, seed
from ..problems import conflict
from ..store.database import Record

ITERATIONS = 5
_ACTIVE = ("queued", "running")

define_collection("ooda.runs", "/api/v2/ooda/runs", "id", "OodaRun")
rules(ooda__runs=Rule(visible="user"))


@handler("ooda.status")
def status(call: Call) -> Any:
    state = {"available": True, "defaultMaxIterations": ITERATIONS, "phases": list(PHASES)}
    return call.fill({"data": state})


@handler("ooda.execute")
def execute(call: Call) -> Any:
    run = call.defaults.record(call.platform.kinds["ooda.runs"].schema, _wanted(call))
    while run["result"] is None:
        run = next_phase(call, run)
    return call.fill({"data": {**run["result"], "runId": None}})


@handler("ooda.start")
def start(call: Call) -> Any:
    run = call.records("ooda.runs").add(_wanted(call))
    call.enqueue("ooda.step", after=call.platform.step_delay, run_id=run["id"])
    return call.fill({"data": run})


@handler("ooda.kill")
def kill(call: Call) -> Any:
    runs = call.records("ooda.runs")
    run = runs.get(call.path["run_id"])
    if run["status"] not in _ACTIVE:
        raise conflict(f"The run is {run['status']} already")
    run = {**finish(call, run, "killed"), "error": call.body.get("reason")}
    return call.fill({"data": runs.put(run)})


@job("ooda.step")
def advance(context: Context, arguments: dict[str, Any]) -> None:
    runs = context.records("ooda.runs")
    run = runs.find(arguments["run_id"])
    if run is None or run["status"] not in _ACTIVE:
        return
    if runs.put(next_phase(context, run))["result"] is None:
        context.enqueue("ooda.step", after=context.platform.step_delay, **arguments)


@given_up("ooda.step")
def fail(context: Context, arguments: dict[str, Any], error: str) -> None:
    runs = context.records("ooda.runs")
    run = runs.find(arguments["run_id"])
    if run is not None and run["status"] in _ACTIVE:
        now = context.now()
        runs.put({**run, "status": "failed", "error": error, "completedAt": now})


def _wanted(call: Call) -> Record:
    """The fields of a run; without a goal, the task is the goal."""
    return {"goal": call.body["task"], **call.body}


@seed
def add_examples(context: Context) -> None:
    """Return the example run to its start, so that it can be killed."""
    runs = context.records("ooda.runs")
    (run,) = runs.all()
    rest: Record = {"currentPhase": None, "currentIteration": 0, "journal": []}
    runs.put({**run, **rest, "result": None, "error": None, "completedAt": None})
