"""Metrics of a period: requests, spending, messages and runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ..platform.call import Call
from ..platform.collection import Collection
from ..problems import unprocessable
from ..store.database import Query, Record
from .audit import requests_per_day
from .ledger import Spending, spendings

DAYS = 30
MAX_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Period:
    """The days between two dates, both included, in steps of a day or a week."""

    start: date
    end: date
    granularity: str

    def query(self, moment: str, **equal: Any) -> Query:
        """A query for records whose property `moment` is in the period."""
        after_its_last = f"{self.end}~"  # after every digit
        return Query(equal=equal, since={moment: str(self.start)}, until={moment: after_its_last})

    def step(self, moment: str) -> str:
        """The step that a timestamp or day belongs to: the day itself, or the Monday of its week."""
        day = date.fromisoformat(moment[:10])
        return str(week_start(day) if self.granularity == "week" else day)

    def steps(self) -> list[str]:
        """All steps, oldest first."""
        days = (self.start + timedelta(n) for n in range((self.end - self.start).days + 1))
        return list(dict.fromkeys(self.step(str(day)) for day in days))


def read_period(call: Call) -> Period:
    """The requested period; by default the last thirty days.

    Raises:
        Problem: 422: it ends before it begins, or is too long.
    """
    query, today = call.query, date.fromisoformat(call.now()[:10])
    end = date.fromisoformat(query["end"]) if "end" in query else today
    started = date.fromisoformat(query["start"]) if "start" in query else None
    start = started or date.fromordinal(max(1, end.toordinal() - DAYS + 1))
    if end < start:
        raise unprocessable("end", "is before start")
    if (end - start).days >= MAX_DAYS:
        raise unprocessable("start", f"is more than {MAX_DAYS} days before end")
    return Period(start, end, query.get("granularity", "day"))


def week_start(day: date) -> date:
    """The Monday of the week of a day."""
    return date.fromordinal(max(1, day.toordinal() - day.weekday()))


@dataclass(slots=True)
class RequestCount:
    """Number of requests, and of those that failed."""

    count: int = 0
    errors: int = 0


def requests_in(call: Call, period: Period) -> dict[str, RequestCount]:
    """The requests of the organization, by step of a period."""
    found = {step: RequestCount() for step in period.steps()}
    if "workspace_id" in call.query:  # requests are not counted per workspace
        return found
    users = call.platform.accounts.members(call.tenant)
    keys = call.store.ids("api_keys", users)
    rows = requests_per_day(call.store, [*users, *keys], str(period.start), str(period.end))
    for day, count, errors in rows:
        step = found[period.step(day)]
        step.count += count
        step.errors += errors
    return found


def spent_in(call: Call, period: Period) -> list[Spending]:
    """The spending of the organization, or of the requested workspace, in a period."""
    found = spendings(call, str(period.start), f"{period.end}~")
    workspace_id = call.query.get("workspace_id")
    return [one for one in found if workspace_id in {None, one.workspace_id}]


def messages_in(call: Call, period: Period) -> list[Record]:
    """The messages of a period that the caller sees, in the requested channel or workspace."""
    messages = call.records("messages")
    query = period.query("created_at")
    query.without = messages.hidden()
    if workspace_id := call.query.get("workspace_id"):
        channels = call.records("channels").all(workspace_id=workspace_id)
        query.equal = {"channel_id": tuple(channel["id"] for channel in channels)}
    found = messages.select(query)
    channel_id = call.query.get("channel_id")
    return [one for one in found if channel_id in {None, one["channel_id"]}]


def runs_in(
    call: Call, period: Period, kind: str, moment: str
) -> list[tuple[Record, list[Record]]]:
    """The agents or workflows that the caller sees, each with its runs in a period; most runs first."""
    found = [(one, runs.select(period.query(moment))) for one, runs in _runs_of_each(call, kind)]
    return sorted(found, key=lambda pair: -len(pair[1]))


def count_runs(call: Call, period: Period, kind: str, moment: str) -> int:
    """The number of runs in a period, of all agents or workflows that the caller sees."""
    query = period.query(moment)
    return sum(call.store.count(runs.key, query) for _, runs in _runs_of_each(call, kind))


def _runs_of_each(call: Call, kind: str) -> list[tuple[Record, Collection]]:
    """The agents or workflows that the caller sees, in the requested workspace, each with its runs."""
    records = call.records(kind)
    query = Query(without=records.hidden())
    if workspace_id := call.query.get("workspace_id"):
        query.equal = {"workspaceId": workspace_id}
    return [(one, call.records(f"{kind}.runs", one["id"])) for one in records.select(query)]
