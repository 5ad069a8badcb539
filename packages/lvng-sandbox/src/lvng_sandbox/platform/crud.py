"""Generic operations: list, create, get, update and delete, by the contract and the rules of a kind."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..clock import canonical
from ..contract.document import Contract, Operation, placeholders
from ..problems import invalid
from ..store.database import Query
from .call import Call
from .collection import Collection
from .kinds import Action, Kind, classify, entries_key, record_key
from .registry import HANDLERS, Handler

_PAGING = {"limit", "offset", "page", "page_size", "cursor"}
_SINCE = {"since", "start", "after"}
_UNTIL = {"until", "end", "before"}
_TIMESTAMPS = ("created_at", "createdAt", "startTime")
DEFAULT_LIMIT = 20
_BEYOND = 2**63
"""Above the integers of SQLite."""
_MAX = 2**62
"""Above the length of any list."""


def handler_for(
    contract: Contract, by_path: Mapping[str, Kind], operation: Operation
) -> tuple[Handler, str]:
    """The handler of an operation, and what it is: `special`, a generic action, or `example`."""
    if operation.id in HANDLERS:
        return HANDLERS[operation.id], "special"
    found = classify(by_path, operation)
    if found is not None:
        kind, action = found
        return _GENERIC[action](contract, kind, operation), action
    return example_response, "shape"


def example_response(call: Call) -> Any:
    """Fallback: respond with the contract's example."""
    if call.operation.response_media_type != "application/json":
        return b""
    return call.defaults.example(call.operation.response_schema)


def collection_of(call: Call, kind: Kind) -> Collection:
    """The collection of a call's path, whose parents must exist."""
    ids = [call.path[name] for name in placeholders(call.operation.path)]
    parents = ids[: len(kind.parents)]
    check_parents(call, kind, parents)
    return call.records(kind.name, *parents)


def check_parents(call: Call, kind: Kind, ids: list[str]) -> None:
    """Check that the parents in a path exist."""
    template = kind.path
    while "{" in template:
        template = template[: template.rindex("/{")]
        depth = len(placeholders(template))
        if (parent := call.platform.kinds_by_path.get(template)) and depth < len(ids):
            call.records(parent.name, *ids[:depth]).get(ids[depth])


def list_response(call: Call, records: Collection, **more: Any) -> dict[str, Any]:
    """A page of a collection, as a response.

    Args:
        call: the call.
        records: the collection.
        more: further filters: properties and their values.
    """
    return page_response(call, records, make_query(call, records, **more))


def page_response(call: Call, records: Collection, query: Query) -> dict[str, Any]:
    """The requested page of a query, as a response."""
    operation = call.operation
    name = entries_key(call.platform.contract, operation) or "data"
    if operation.paging == "cursor":
        found, following = cursor_page(call, records, query)
        return call.fill({name: [records.shown(one) for one in found], "nextCursor": following})
    if operation.paging:
        query.limit, query.offset = _window(call)
    elif any(one.name == "limit" for one in operation.query()):
        query.limit = _window(call)[0]
    found = [records.shown(one) for one in records.select(query)]
    if not operation.paging:
        return call.fill({name: found, "count": len(found), "total": len(found)})
    total = call.store.count(records.key, query)
    return call.fill({name: found, "pagination": pagination(call, len(found), total)})


def slice_response(call: Call, entries: Sequence[Any]) -> dict[str, Any]:
    """The requested page of entries that do not come from one collection, as a response."""
    size, start = _window(call)
    name = entries_key(call.platform.contract, call.operation) or "data"
    found = list(entries[start : start + size])
    return call.fill({name: found, "pagination": pagination(call, len(found), len(entries))})


def record_response(call: Call, records: Collection, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as the caller sees it, as a response."""
    shown = records.shown(dict(record))
    name = record_key(call.platform.contract, call.operation)
    return call.fill({name: shown}) if name else shown


def update_record(call: Call, records: Collection, id: str, **known: Any) -> dict[str, Any]:
    """Change a record by the call's body; known properties take precedence."""
    before, fields = records.get(id), call.body
    record = records.change(id, fields, **known)
    call.changes = {
        name: {"from": before.get(name), "to": record[name]}
        for name in fields
        if name in record and before.get(name) != record[name]
    }
    return record


def make_query(call: Call, records: Collection, **more: Any) -> Query:
    """The filters of a list: its query parameters, by the properties that they refer to."""
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


def pagination(call: Call, count: int, total: int) -> dict[str, Any]:
    """The position of a page in its list."""
    size, start = _window(call)
    place = (
        {"page": call.query.get("page", 1), "page_size": size}
        if call.operation.paging == "page"
        else {"limit": size, "offset": start}
    )
    return {**place, "total": total, "hasMore": start + count < total}


def cursor_page(call: Call, records: Collection, query: Query) -> tuple[list[Any], str | None]:
    """The entries after the call's cursor, newest first, and the cursor of the next page."""
    query.newest_first = True
    size, query.offset = _window(call)
    query.limit = size + 1
    if cursor := call.query.get("cursor"):
        query.before_seq, query.offset = _decode_cursor(call, records, cursor), 0
    rows = call.store.select_rows(records.key, query)
    following = _encode_cursor(rows[size - 1][0]) if len(rows) > size else None
    return [json.loads(body) for _, body in rows[:size]], following


def _window(call: Call) -> tuple[int, int]:
    """Size and start of the requested page."""
    query = call.query
    if call.operation.paging == "page":
        size = query.get("page_size", DEFAULT_LIMIT)
        start = (query.get("page", 1) - 1) * size
    else:
        size = query.get("limit", _default_limit(call.operation))
        start = query.get("offset", 0)
    return min(size, _MAX), min(start, _MAX)


def _default_limit(operation: Operation) -> int:
    for one in operation.query():
        if one.name == "limit":
            return int(one.schema.get("default", DEFAULT_LIMIT))
    return DEFAULT_LIMIT


def parse_timestamp(name: str, value: str) -> str:
    """The timestamp in a parameter, as the API writes it.

    Raises:
        Problem: 400: it is not a timestamp.
    """
    try:
        return canonical(value)
    except ValueError:
        raise invalid([(name, "is not a timestamp")]) from None


def _encode_cursor(seq: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"before": seq}).encode()).decode()


def _decode_cursor(call: Call, records: Collection, cursor: str) -> int:
    """The sequence number of a cursor; the contract's example has the id of a record instead."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if "id" in place:
            seq = call.store.sequence_number(records.key.owner, str(place["id"]))
        else:
            seq = int(place["before"])
    except (ValueError, KeyError, TypeError):
        seq = None
    if seq is None or seq >= _BEYOND:
        raise invalid([("cursor", "is not a cursor of this list")])
    return seq


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


def _list(_contract: Contract, kind: Kind, _operation: Operation) -> Handler:
    return lambda call: list_response(call, collection_of(call, kind))


def _create(_contract: Contract, kind: Kind, _operation: Operation) -> Handler:
    def create(call: Call) -> Any:
        records = collection_of(call, kind)
        return record_response(call, records, records.add(call.body))

    return create


def _get(_contract: Contract, kind: Kind, _operation: Operation) -> Handler:
    def get(call: Call) -> Any:
        records = collection_of(call, kind)
        return record_response(call, records, records.get(_id(call)))

    return get


def _update(_contract: Contract, kind: Kind, _operation: Operation) -> Handler:
    def update(call: Call) -> Any:
        records = collection_of(call, kind)
        record = update_record(call, records, _id(call))
        return record_response(call, records, record)

    return update


def _delete(_contract: Contract, kind: Kind, _operation: Operation) -> Handler:
    def delete(call: Call) -> Any:
        collection_of(call, kind).delete(_id(call))
        return call.fill({"message": f"{kind.label} deleted"})

    return delete


def _id(call: Call) -> str:
    return call.path[placeholders(call.operation.path)[-1]]


_GENERIC: dict[Action, Callable[[Contract, Kind, Operation], Handler]] = {
    "list": _list,
    "create": _create,
    "get": _get,
    "update": _update,
    "delete": _delete,
}
