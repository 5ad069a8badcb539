"""Filters of lists, from query parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..clock import canonical
from ..problems import invalid
from ..store.database import Query
from .call import Call
from .collection import Collection

_PAGING = {"limit", "offset", "page", "page_size", "cursor"}
_SINCE = {"since", "start", "after"}
_UNTIL = {"until", "end", "before"}
_TIMESTAMPS = ("created_at", "createdAt", "startTime")


def make_query(call: Call, records: Collection, **more: Any) -> Query:
    """Make the filters of a list from its query parameters."""
    properties = call.platform.contract.resolve(records.kind.schema).get("properties", {})
    query = Query(newest_first=records.kind.rule.newest_first, without=records.hidden())
    equal, containing, since, until = dict(more), {}, {}, {}
    moment = next((name for name in _TIMESTAMPS if name in properties), None)
    for name, value in call.query.items():
        if name in _PAGING:
            continue
        target = next((one for one in _spellings(name) if one in properties), None)
        if name == "search":
            query.text = value
        elif name in _SINCE and moment:
            since[moment] = parse_timestamp(name, value)
        elif name in _UNTIL and moment:
            until[moment] = parse_timestamp(name, value)
        elif target and _is_list(properties[target]):
            containing[target] = value if isinstance(value, list) else [value]
        elif target:
            equal[target] = value
    query.equal, query.containing, query.since, query.until = equal, containing, since, until
    return query


def parse_timestamp(name: str, value: str) -> str:
    """Parse the timestamp in a parameter.

    Raises:
        Problem: 400: it is not a timestamp.
    """
    try:
        return canonical(value)
    except ValueError:
        raise invalid([(name, "is not a timestamp")]) from None


def _spellings(name: str) -> tuple[str, ...]:
    """The properties that a parameter may refer to: `tag` filters `tags`, `archived` filters `is_archived`."""
    return (
        name,
        re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", name),
        f"{name}s",
        f"{name[:-1]}ies",
        f"is_{name}",
        f"{name}_type",
        f"conversation_{name}",
        f"channel_{name}",
    )


def _is_list(schema: Mapping[str, Any]) -> bool:
    return "array" in str(schema.get("type"))
