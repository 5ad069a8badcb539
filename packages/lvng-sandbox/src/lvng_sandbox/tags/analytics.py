"""Analytics of a period, computed from stored data. Requests are not counted per workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from ..platform.call import Binary, Call
from ..platform.crud import slice_response
from ..platform.paging import DEFAULT_LIMIT
from ..platform.registry import handler
from ..usage.export import as_file
from ..usage.ledger import CURRENCY, credits_of
from ..usage.metrics import Period, count_runs, messages_in, read_period, requests_in, spent_in
from ..usage.reports import (
    Row,
    agent_rows,
    cost_groups,
    cost_of,
    cost_rows,
    message_rows,
    model_rows,
    ratio,
    record_name,
    tokens_of,
    usage_of,
    usage_rows,
    user_rows,
    workflow_rows,
)

REPORTS: Mapping[str, Callable[[Call, Period], list[Row]]] = {
    "usage": usage_rows,
    "costs": cost_rows,
    "agents": agent_rows,
    "workflows": workflow_rows,
    "messages": message_rows,
    "models": model_rows,
    "users": user_rows,
}


@handler("analytics.overview")
def overview(call: Call) -> Any:
    period = read_period(call)
    spent, requests = spent_in(call, period), requests_in(call, period).values()
    count = sum(one.count for one in requests)
    activity = call.records("activity").select(period.query("created_at", **_workspace(call)))
    metrics = {
        **_bounds(period),
        "requests": count,
        "messages": len(messages_in(call, period)),
        "agent_runs": count_runs(call, period, "agents", "startedAt"),
        "workflow_runs": count_runs(call, period, "workflows", "createdAt"),
        "active_users": len({entry["actor_id"] for entry in activity}),
        "tokens": tokens_of(spent),
        "credits": credits_of(spent),
        "cost": cost_of(spent),
        "currency": CURRENCY,
        "error_rate": ratio(sum(one.errors for one in requests), count),
    }
    return call.fill({"data": metrics})


@handler("analytics.usage")
def usage(call: Call) -> Any:
    period = read_period(call)
    series = usage_rows(call, period)
    requests = sum(row["requests"] for row in series)
    totals = {"requests": requests, **usage_of(spent_in(call, period))}
    metrics = {"granularity": period.granularity, "totals": totals, "series": series}
    return call.fill({"data": {**_bounds(period), **metrics}})


@handler("analytics.costs")
def costs(call: Call) -> Any:
    period = read_period(call)
    spent = spent_in(call, period)
    models, agents = (cost_groups(call, spent, name) for name in ("model", "agent"))
    metrics = {
        **_bounds(period),
        "currency": CURRENCY,
        "total_cost": cost_of(spent),
        "total_credits": credits_of(spent),
        "daily": cost_rows(call, period),
        "by_model": [{"model": row["key"], **_costs(row)} for row in models],
        "by_agent": [
            {"agent_id": row["key"], "name": row["label"] or row["key"], **_costs(row)}
            for row in agents
        ],
        "groups": cost_groups(call, spent, call.query.get("group_by", "model")),
    }
    return call.fill({"data": metrics})


@handler("analytics.agents")
def agents(call: Call) -> Any:
    rows = agent_rows(call, read_period(call))
    return call.fill({"data": rows[: call.query.get("limit", DEFAULT_LIMIT)]})


@handler("analytics.workflows")
def workflows(call: Call) -> Any:
    rows = workflow_rows(call, read_period(call))
    return call.fill({"data": rows[: call.query.get("limit", DEFAULT_LIMIT)]})


@handler("analytics.messages")
def messages(call: Call) -> Any:
    period = read_period(call)
    found = messages_in(call, period)
    from_agents = sum(message["ai_twin_id"] == message["user_id"] for message in found)
    channels = Counter(message["channel_id"] for message in found if message["channel_id"])
    by_channel = [
        {"channel_id": id, "name": record_name(call, "channels", id), "count": count}
        for id, count in channels.most_common()
    ]
    metrics = {
        "total": len(found),
        "from_users": len(found) - from_agents,
        "from_agents": from_agents,
        "series": message_rows(call, period),
        "by_channel": by_channel,
    }
    return call.fill({"data": metrics})


@handler("analytics.models")
def models(call: Call) -> Any:
    return call.fill({"data": model_rows(call, read_period(call))})


@handler("analytics.users")
def users(call: Call) -> Any:
    return slice_response(call, user_rows(call, read_period(call)))


@handler("analytics.export")
def export(call: Call) -> Binary:
    name = call.query["report"]
    return as_file(name, REPORTS[name](call, read_period(call)), call.query.get("format", "csv"))


def _costs(row: Row) -> Row:
    return {name: row[name] for name in ("cost", "credits", "requests")}


def _bounds(period: Period) -> Row:
    return {"start": str(period.start), "end": str(period.end)}


def _workspace(call: Call) -> Row:
    return {"workspace_id": call.query["workspace_id"]} if "workspace_id" in call.query else {}
