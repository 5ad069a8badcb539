"""The activity feed, recorded with the audit log, and its statistics."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.filters import make_query
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, rules
from ..store.database import Record
from ..workspace.users import display_name


@computed("activity")
def _computed(context: Context, entry: Record) -> dict[str, Any]:
    name = display_name(context, entry["actor_id"]) or entry["actor_name"]
    # The entry has the name at the time of the action; it may have changed since.
    is_complete = name is None or entry["summary"][:1].isupper()
    return {
        "actor_name": name,
        "summary": entry["summary"] if is_complete else f"{name} {entry['summary']}",
    }


rules(activity=Rule(newest_first=True))


@handler("activity.stats")
def stats(call: Call) -> Any:
    records = call.records("activity")
    entries = records.select(make_query(call, records))
    types = Counter(entry["type"] for entry in entries)
    actors = Counter(entry["actor_id"] for entry in entries if entry["actor_id"])
    days = Counter(entry["created_at"][:10] for entry in entries)
    metrics = {
        "total": len(entries),
        "by_type": [{"type": type, "count": count} for type, count in types.most_common()],
        "by_actor": [
            {"actor_id": id, "actor_name": display_name(call, id), "count": count}
            for id, count in actors.most_common()
        ],
        "daily": [{"date": day, "count": days[day]} for day in sorted(days)],
    }
    return call.fill({"data": metrics})
