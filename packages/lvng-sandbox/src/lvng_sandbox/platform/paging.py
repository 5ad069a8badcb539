"""Pages of lists: by offset, by number or by cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..contract.document import Operation
from ..problems import invalid
from ..store.database import Query
from .call import Call
from .collection import Collection

DEFAULT_LIMIT = 20
MAX_LIMIT = 1000
"""Maximum number of entries in a response; a larger limit is reduced to it."""
SIZES = ("limit", "page_size", "maxResults")
"""Parameters and members of bodies with a number of entries."""
_TOO_LARGE = 2**63
"""More than an integer of SQLite."""
_MAX_START = 2**62
"""More than the length of any list."""


def pagination(call: Call, count: int, total: int) -> dict[str, Any]:
    """The position of a page in its list."""
    size, start = window(call)
    place = (
        {"page": call.query.get("page", 1), "page_size": size}
        if call.operation.paging == "page"
        else {"limit": size, "offset": start}
    )
    return {**place, "total": total, "hasMore": start + count < total}


def hosted(call: Call, records: Collection, query: Query) -> list[tuple[Collection, Query]]:
    """The same list in the organizations where the caller is a guest, for what belongs to the members of a workspace.

    Also for what has members itself.
    """
    kind = records.kind
    is_shared = kind.rule.by_membership or (kind.workspace and kind.workspace not in query.equal)
    if not is_shared or kind.parents:
        return []
    found = [host.records(kind.name) for host in call.hosts()]
    return [(one, replace(query, without=one.hidden())) for one in found]


def select_everywhere(call: Call, parts: Sequence[tuple[Collection, Query]]) -> list[Any]:
    """The entries of a page, as the caller sees them: of the first collection, and of those that follow it."""
    (records, query), *others = parts
    if not others:
        return [records.shown(one) for one in records.select(query)]
    rows = call.store.select_across([(one.key, filters) for one, filters in parts])
    return _shown(parts, rows)


def cursor_page(
    call: Call, parts: Sequence[tuple[Collection, Query]]
) -> tuple[list[Any], str | None]:
    """The entries after the call's cursor, newest first, as the caller sees them, and the cursor of the next page."""
    size, start = window(call)
    before = None
    if cursor := call.query.get("cursor"):
        before, start = _decode_cursor(call, parts[0][0], cursor), 0
    keyed = [
        (
            one.key,
            replace(query, newest_first=True, offset=start, limit=size + 1, before_seq=before),
        )
        for one, query in parts
    ]
    rows = call.store.select_across(keyed)
    following = _encode_cursor(rows[size - 1][0]) if len(rows) > size else None
    return _shown(parts, rows[:size]), following


def _shown(
    parts: Sequence[tuple[Collection, Query]], rows: Sequence[tuple[int, str, str]]
) -> list[Any]:
    """Rows of several collections as the caller sees them, each in its own organization."""
    by_owner = {one.key.owner: one for one, _ in parts}
    return [by_owner[owner].shown(json.loads(body)) for _, owner, body in rows]


def window(call: Call) -> tuple[int, int]:
    """Size and start of the requested page."""
    query = call.query
    if call.operation.paging == "page":
        size = query.get("page_size", DEFAULT_LIMIT)
        start = (query.get("page", 1) - 1) * size
    else:
        size = query.get("limit", _default_limit(call.operation))
        start = query.get("offset", 0)
    return size, min(start, _MAX_START)


def capped(values: Mapping[str, Any]) -> dict[str, Any]:
    """Limit the numbers of entries in parameters or a body to `MAX_LIMIT`."""
    large = {
        name: MAX_LIMIT
        for name in SIZES
        if isinstance(values.get(name), int) and values[name] > MAX_LIMIT
    }
    return {**values, **large}


def _default_limit(operation: Operation) -> int:
    for one in operation.query():
        if one.name == "limit":
            return int(one.schema.get("default", DEFAULT_LIMIT))
    return DEFAULT_LIMIT


def _encode_cursor(seq: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"before": seq}).encode()).decode()


def _decode_cursor(call: Call, records: Collection, cursor: str) -> int:
    """The sequence number of a cursor; the contract's example has the id of a record instead."""
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if "id" in position:
            seq = call.store.sequence_number(records.key.owner, str(position["id"]))
        else:
            seq = int(position["before"])
    except (ValueError, KeyError, TypeError):
        seq = None
    if seq is None or seq >= _TOO_LARGE:
        raise invalid([("cursor", "is not a cursor of this list")])
    return seq
