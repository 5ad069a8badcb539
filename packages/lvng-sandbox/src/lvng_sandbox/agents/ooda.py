"""OODA loops: observe, orient, decide and act, until searches have found every keyword of the goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..platform.context import Context
from ..store.full_text import keywords
from .runs import answer_question, tool_call
from .tools import execute

if TYPE_CHECKING:
    from ..store.database import Record

PHASES = ("observe", "orient", "decide", "act")


def next_phase(context: Context, run: Record) -> Record:
    """Advance a run by one phase; after the last one it has a result."""
    entry = _next_entry(context, run)
    journal = [*run["journal"], entry]
    place = {"currentPhase": entry["phase"], "currentIteration": entry["iteration"]}
    run = {**run, "status": "running", **place, "journal": journal}
    if entry["goalMet"]:
        return finish(context, run, "goal_met")
    if entry["phase"] == "act" and entry["iteration"] == run["maxIterations"]:
        return finish(context, run, "max_iterations")
    return run


def finish(context: Context, run: Record, reason: str) -> Record:
    """The run once it has ended, with its result."""
    killed = reason == "killed"
    result = {
        "runId": run["id"],
        "task": run["task"],
        "goal": run["goal"],
        "result": "" if killed else answer_question(context, run["task"]).text,
        "terminationReason": reason,
        "goalAchieved": reason == "goal_met",
        "iterations": run["currentIteration"],
        "journal": run["journal"],
        "durationMs": context.platform.clock.milliseconds_since(run["startedAt"]),
    }
    status = "killed" if killed else "completed"
    now = context.now()
    return {**run, "status": status, "currentPhase": None, "result": result, "completedAt": now}


def _next_entry(context: Context, run: Record) -> dict[str, Any]:
    iteration, place = divmod(len(run["journal"]), len(PHASES))
    known, missing = _progress(run)
    entry: dict[str, Any] = {
        "iteration": iteration + 1,
        "phase": PHASES[place],
        "decision": None,
        "action": None,
        "toolCalls": None,
        "goalMet": None,
        "timestamp": context.now(),
    }
    match PHASES[place]:
        case "observe":
            summary = f"Known so far: {_listed(known)}"
        case "orient":
            summary = f"Still missing: {_listed(missing)}"
        case "decide":
            entry["decision"] = summary = f"Search what is stored for {_listed(missing)}"
        case _:
            query = {"query": " ".join(missing) or run["goal"]}
            output = execute(context, "knowledge_search", query)["output"]
            call = tool_call(context, "knowledge_search", query, output)
            entry |= {"action": "knowledge_search", "toolCalls": [call]}
            missing = _progress({**run, "journal": [*run["journal"], entry]})[1]
            entry["goalMet"] = not missing
            summary = f"Found {len((output or {})['results'])} texts; missing: {_listed(missing)}"
    return {**entry, "summary": summary}


def _progress(run: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The keywords of the goal that the last iterations found, and the missing ones."""
    acts = [entry for entry in run["journal"] if entry["toolCalls"]]
    in_view = acts[-run["rollingWindowSize"] :]
    text = " ".join(
        f"{result['title']} {result['text']}"
        for entry in in_view
        for call in entry["toolCalls"]
        for result in call["output"]["results"]
    ).lower()
    words = keywords(run["goal"])
    known = [word for word in words if word.removesuffix("s") in text]
    return known, [word for word in words if word not in known]


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words) or "nothing"
