"""Steps of workflows: agents, tools, conditions and texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ..agents.runs import FAIL, answer_question, run_agent
from ..agents.tools import TOOLS, Tool, check_input, execute
from ..platform.context import Context
from ..problems import Problem
from .placeholders import as_text, substitute
from .settings import is_seconds

Config: TypeAlias = Mapping[str, Any]
Output: TypeAlias = dict[str, Any]
Run: TypeAlias = "Callable[[Context, Config], Output]"


def config_of(step: Mapping[str, Any]) -> Config:
    """The configuration of a step, with its defaults: the prompt of an agent is the name of the step."""
    config = step.get("config") or {}
    is_asked = step["type"] == "agent" and "message" not in config
    return {"prompt": step["name"], **config} if is_asked else config


class StepError(Exception):
    """A step failed; the message says why."""


def run_step(context: Context, step: Mapping[str, Any], values: Mapping[str, Any]) -> Output:
    """Run a step; returns its output.

    Args:
        context: the context of the caller.
        step: the step, as the workflow defines it.
        values: inputs of the run and outputs of earlier steps, by the name that stands for them as `{{name}}`.

    Raises:
        StepError: it failed, or its configuration has `fail`.
    """
    config = substitute(config_of(step), values)
    if FAIL in config:
        raise StepError(str(config[FAIL]))
    if step["type"] not in _RUNNERS:
        raise StepError(f"There is no step type {step['type']!r}")
    try:
        return _RUNNERS[step["type"]](context, config)
    except Problem as problem:
        raise StepError(problem.reason) from None


def _agent(context: Context, config: Config) -> Output:
    prompt = str(config["message"] if "message" in config else config["prompt"])
    id = config.get("agent_id") or config.get("agentId")
    if id is None:
        return {"text": answer_question(context, prompt).text}
    agent = context.records("agents").get(str(id))
    run = run_agent(context, agent, prompt, "workflow")
    if run["status"] == "failed":
        raise StepError(run["error"])
    return {"text": run["output"]["content"], "agentId": agent["id"], "runId": run["id"]}


def _tool(context: Context, config: Config) -> Output:
    tool = TOOLS.get(str(config.get("tool")))
    if tool is None:
        raise StepError(f"There is no tool {config.get('tool')!r}")
    given = _as_taken(tool, config.get("input", {}))
    check_input(tool, given)
    outcome = execute(context, tool.name, given)
    if not outcome["success"]:
        raise StepError(outcome["error"])
    output: Output = outcome["output"]
    return output


def _as_taken(tool: Tool, given: Any) -> Any:
    """An input of a tool; outputs of earlier steps are converted to text if the tool expects a string."""
    if not isinstance(given, Mapping):
        return given
    known = tool.schema["properties"]
    return {
        name: as_text(value)
        if isinstance(value, Mapping | list) and known.get(name, {}).get("type") == "string"
        else value
        for name, value in given.items()
    }


def _condition(_context: Context, config: Config) -> Output:
    """Whether a value meets a condition: `equals`, `contains`, or that it is not empty."""
    value = config.get("value")
    if "equals" in config:
        return {"met": value == config["equals"]}
    if "contains" in config:
        return {"met": str(config["contains"]).lower() in as_text(value).lower()}
    return {"met": bool(value)}


def _parallel(_context: Context, _config: Config) -> Output:
    return {}  # steps that depend only on it can start


def _transform(_context: Context, config: Config) -> Output:
    return {"text": as_text(config.get("template", config.get("text", "")))}


def _wait(_context: Context, config: Config) -> Output:
    return {"seconds": seconds_of(config)}


def _approval(context: Context, _config: Config) -> Output:
    return {"approved": True, "approvedBy": context.user_id}  # approvals are granted automatically


def seconds_of(config: Config) -> float:
    """The delay of a step in seconds.

    Raises:
        StepError: it is not a number of seconds.
    """
    seconds = config.get("seconds", 0)
    if not is_seconds(seconds):
        raise StepError(f"seconds: {seconds!r} is not a number of seconds")
    return seconds


_RUNNERS: dict[str, Run] = {
    "agent": _agent,
    "tool": _tool,
    "condition": _condition,
    "parallel": _parallel,
    "transform": _transform,
    "wait": _wait,
    "approval": _approval,
}
