"""The reports of analytics: a row for each day, agent, model, user and so on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from ..platform.call import Call
from ..store.database import Record
from .audit import last_active
from .ledger import PRICE, Spending, credits_of
from .metrics import Period, messages_in, requests_in, runs_in, spent_in

T = TypeVar("T")
Row = dict[str, Any]

_GROUPS = {"model": "model", "agent": "agent_id", "user": "user_id", "workspace": "workspace_id"}
_KINDS = {"agent": "agents", "user": "users", "workspace": "workspaces"}


def usage_rows(call: Call, period: Period) -> list[Row]:
    """Requests, tokens and credits by step of a period."""
    requests = requests_in(call, period)
    spent = _group_by(spent_in(call, period), lambda entry: period.step(entry.at))
    return [
        {"date": step, "requests": requests[step].count, **usage_of(spent.get(step, []))}
        for step in period.steps()
    ]


def cost_rows(call: Call, period: Period) -> list[Row]:
    """Costs by step of a period."""
    steps = _group_by(spent_in(call, period), lambda entry: period.step(entry.at))
    found = [(step, steps.get(step, [])) for step in period.steps()]
    return [
        {"date": step, "cost": cost_of(spent), "credits": credits_of(spent)}
        for step, spent in found
    ]


def agent_rows(call: Call, period: Period) -> list[Row]:
    """Agents with their runs, most runs first."""
    spent = _group_by(spent_in(call, period), lambda entry: entry.agent_id)
    rows = []
    for agent, runs in runs_in(call, period, "agents", "startedAt"):
        messages = call.records("agents.messages", agent["id"])
        own = spent.get(agent["id"], [])
        row = {
            "agent_id": agent["id"],
            "name": agent["name"],
            "runs": len(runs),
            "messages": call.store.count(messages.key, period.query("createdAt")),
            "success_rate": ratio(_count(runs, "completed"), len(runs)),
            "avg_latency_ms": _mean(run["durationMs"] for run in runs),
            "tokens": tokens_of(own),
            "credits": credits_of(own),
            "cost": cost_of(own),
            "last_run_at": max((run["startedAt"] for run in runs), default=None),
        }
        rows.append(row)
    return rows


def workflow_rows(call: Call, period: Period) -> list[Row]:
    """Workflows with their runs, most runs first. The spending of their agents counts for the agents."""
    return [
        {
            "workflow_id": workflow["id"],
            "name": workflow["name"],
            "runs": len(runs),
            "completed": _count(runs, "completed"),
            "failed": _count(runs, "failed"),
            "success_rate": ratio(_count(runs, "completed"), len(runs)),
            "avg_duration_ms": _mean(run["durationMs"] for run in runs),
            "credits": 0.0,
            "cost": 0.0,
            "last_run_at": max((run["createdAt"] for run in runs), default=None),
        }
        for workflow, runs in runs_in(call, period, "workflows", "createdAt")
    ]


def message_rows(call: Call, period: Period) -> list[Row]:
    """Messages by step of a period."""
    counts = Counter(period.step(message["created_at"]) for message in messages_in(call, period))
    return [{"date": step, "count": counts[step]} for step in period.steps()]


def model_rows(call: Call, period: Period) -> list[Row]:
    """Models with their usage. Latency and errors are not recorded."""
    return [
        {
            "model": model,
            "requests": len(spent),
            **usage_of(spent),
            "avg_latency_ms": 0.0,
            "error_rate": 0.0,
            "cost": cost_of(spent),
        }
        for model, spent in _group_by(spent_in(call, period), lambda entry: entry.model).items()
    ]


def user_rows(call: Call, period: Period) -> list[Row]:
    """Users of the organization with their activity. Workflow runs are not recorded per user."""
    spent = _group_by(spent_in(call, period), lambda entry: entry.user_id)
    messages = Counter(message["user_id"] for message in messages_in(call, period))
    return [
        {
            "user_id": user["id"],
            "display_name": user["display_name"],
            "messages": messages[user["id"]],
            "agent_runs": sum(one.agent_id is not None for one in spent.get(user["id"], [])),
            "workflow_runs": 0,
            "credits": credits_of(spent.get(user["id"], [])),
            "last_active_at": last_active(call, user["id"]),
        }
        for user in call.records("users").all()
    ]


def cost_groups(call: Call, spent: list[Spending], name: str) -> list[Row]:
    """Spending grouped by a property, most expensive group first; without those that do not have it."""
    if name not in _GROUPS:  # spending is not recorded per workflow
        return []
    groups = _group_by(spent, lambda entry: getattr(entry, _GROUPS[name]))
    rows = [
        {
            "key": key,
            "label": record_name(call, _KINDS[name], key) if name in _KINDS else key,
            "cost": cost_of(found),
            "credits": credits_of(found),
            "requests": len(found),
        }
        for key, found in groups.items()
        if key is not None
    ]
    return sorted(rows, key=lambda row: -row["credits"])


def record_name(call: Call, kind: str, id: str) -> str | None:
    """The name of a record, if the caller sees it."""
    record = call.records(kind).find(id) or {}
    return record.get("name") or record.get("display_name")


def usage_of(spent: list[Spending]) -> Row:
    """The sum of tokens and credits."""
    return {
        "input_tokens": sum(entry.input_tokens for entry in spent),
        "output_tokens": sum(entry.output_tokens for entry in spent),
        "credits": credits_of(spent),
    }


def tokens_of(spent: list[Spending]) -> int:
    """The sum of input and output tokens."""
    return sum(entry.input_tokens + entry.output_tokens for entry in spent)


def cost_of(spent: list[Spending]) -> float:
    """The sum of the costs, in dollars."""
    return round(credits_of(spent) * PRICE, 4)


def _count(runs: list[Record], status: str) -> int:
    return sum(run["status"] == status for run in runs)


def ratio(part: int, whole: int) -> float:
    """A part of a whole, from 0 to 1; 0 if the whole is 0."""
    return round(part / whole, 4) if whole else 0.0


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 1) if known else 0.0


def _group_by(values: Iterable[T], key: Callable[[T], Hashable]) -> dict[Any, list[T]]:
    found: dict[Any, list[T]] = {}
    for value in values:
        found.setdefault(key(value), []).append(value)
    return found
