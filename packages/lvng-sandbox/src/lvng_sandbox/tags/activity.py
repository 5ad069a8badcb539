"""The activity feed: what `books` wrote down of changes, and how much of it there is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import make_query
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules
from ..store.database import Record
from ..workspace.users import name_of


def _derive(platform: Platform, _caller: Caller, entry: Record) -> dict[str, Any]:
    return {"actor_name": name_of(platform, entry["actor_id"]) or entry["actor_name"]}


rules(activity=Rule(newest_first=True, derive=_derive))


@handles("activity.stats")
def stats(call: Call) -> Any:
    records = call.records("activity")
    entries = records.page(make_query(call, records))
    types = Counter(entry["type"] for entry in entries)
    actors = Counter(entry["actor_id"] for entry in entries if entry["actor_id"])
    days = Counter(entry["created_at"][:10] for entry in entries)
    figures = {
        "total": len(entries),
        "by_type": [{"type": type, "count": count} for type, count in types.most_common()],
        "by_actor": [
            {"actor_id": id, "actor_name": name_of(call.platform, id), "count": count}
            for id, count in actors.most_common()
        ],
        "daily": [{"date": day, "count": days[day]} for day in sorted(days)],
    }
    return call.fill({"data": figures})
