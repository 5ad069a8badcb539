"""Steps of workflows: agents, tools, conditions and texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from ..agents.runs import FAIL, answer_question, run_agent
from ..agents.tools import TOOLS, Tool, check_input, execute
from ..platform.context import Context
from ..problems import Problem, unprocessable

_PLACEHOLDER = re.compile(r"{{\s*([\w.-]+)\s*}}")
CONDITION_SETTINGS = ("value", "equals", "contains", FAIL)

Config: TypeAlias = Mapping[str, Any]
Output: TypeAlias = dict[str, Any]
Run: TypeAlias = "Callable[[Context, Config], Output]"


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
    config = {"prompt": step["name"], **substitute(step.get("config") or {}, values)}
    if FAIL in config:
        raise StepError(str(config[FAIL]))
    if step["type"] not in _RUNNERS:
        raise StepError(f"There is no step type {step['type']!r}")
    try:
        return _RUNNERS[step["type"]](context, config)
    except Problem as problem:
        raise StepError(problem.reason) from None


def placeholders(settings: Any) -> Iterator[str]:
    """The names of placeholders in a configuration."""
    if isinstance(settings, Mapping):
        settings = list(settings.values())
    if isinstance(settings, list):
        for one in settings:
            yield from placeholders(one)
    elif isinstance(settings, str):
        yield from _PLACEHOLDER.findall(settings)


def check_step(step: Mapping[str, Any], field: str) -> None:
    """Check the type of a step, and the settings of a condition.

    Args:
        step: the step.
        field: its place in the request, for the message.

    Raises:
        Problem: 422: one is not known; the message names it.
    """
    if step.get("type") not in _RUNNERS:
        known = ", ".join(_RUNNERS)
        raise unprocessable(
            f"{field}.type", f"there is no step type {step.get('type')!r}; there are {known}"
        )
    unknown = [name for name in step.get("config") or () if name not in CONDITION_SETTINGS]
    if step["type"] == "condition" and unknown:
        known = ", ".join(CONDITION_SETTINGS)
        raise unprocessable(
            f"{field}.config.{unknown[0]}", f"is not a setting of conditions; there are {known}"
        )


def substitute(settings: Any, values: Mapping[str, Any]) -> Any:
    """Replace `{{name}}` by values in a configuration; unknown names are kept."""
    if isinstance(settings, Mapping):
        return {name: substitute(one, values) for name, one in settings.items()}
    if isinstance(settings, list):
        return [substitute(one, values) for one in settings]
    if not isinstance(settings, str):
        return settings
    if (whole := _PLACEHOLDER.fullmatch(settings)) and whole[1] in values:
        value = values[whole[1]]
        return value if not _is_output(value) else as_text(value)
    return _PLACEHOLDER.sub(lambda place: as_text(values.get(place[1], place[0])), settings)


def as_text(value: Any) -> str:
    """A value as text: the text of an output, or else JSON."""
    if _is_output(value):
        return str(value["text"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_output(value: Any) -> bool:
    return isinstance(value, Mapping) and "text" in value


def _agent(context: Context, config: Config) -> Output:
    prompt = str(config.get("message") or config["prompt"])
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
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
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
