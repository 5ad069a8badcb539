"""Generic operations: list, create, get, update and delete, as the contract and the rules of a kind have them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from .calls import Call
from .collection import Collection
from .contract import Contract, Operation, placeholders
from .kinds import Action, Kind, classify, entries_key, record_key
from .problems import invalid
from .registry import HANDLERS, Handler
from .store import Query

_PAGING = {"limit", "offset", "page", "page_size", "cursor"}
_SINCE = {"since", "start", "after"}
_UNTIL = {"until", "end", "before"}
_MOMENTS = ("created_at", "createdAt", "startTime")
DEFAULT_LIMIT = 20


def handler_for(
    contract: Contract, kinds: dict[str, Kind], operation: Operation
) -> tuple[Handler, str]:
    """How an operation is answered, and by what: `special`, the generic action, or `shape`."""
    if operation.id in HANDLERS:
        return HANDLERS[operation.id], "special"
    found = classify(kinds, operation)
    if found is not None:
        kind, action = found
        return _GENERIC[action](contract, kind, operation), action
    return shape, "shape"


def shape(call: Call) -> Any:
    """An answer that conforms and says nothing: the contract's example."""
    if call.operation.answer_media != "application/json":
        return b""
    return call.platform.shapes.example(call.operation.answer_schema)


def collection_of(call: Call, kind: Kind) -> Collection:
    """The collection that a call's path leads to; what it lies below must be there."""
    ids = [call.path[name] for name in placeholders(call.operation.path)]
    parents = ids[: len(kind.parents)]
    check_parents(call, kind, parents)
    return call.records(kind.name, *parents)


def check_parents(call: Call, kind: Kind, ids: list[str]) -> None:
    """Refuse a path through something that is not there."""
    by_path = {one.path: one for one in call.platform.kinds.values()}
    template = kind.path
    while "{" in template:
        template = template[: template.rindex("/{")]
        depth = len(placeholders(template))
        if (parent := by_path.get(template)) and depth < len(ids):
            call.records(parent.name, *ids[:depth]).get(ids[depth])


def list_records(call: Call, records: Collection, **more: Any) -> dict[str, Any]:
    """A page of a collection in the envelope of the call's operation.

    Args:
        call: the call.
        records: the collection.
        more: further conditions: properties and their values.
    """
    operation = call.operation
    query = make_query(call, records, **more)
    name = entries_key(call.platform.contract, operation) or "data"
    if operation.paging == "cursor":
        return call.fill(
            {name: (page := cursor_page(call, records, query))[0], "nextCursor": page[1]}
        )
    if not operation.paging:
        found = records.page(query)
        return call.fill({name: found, "count": len(found), "total": len(found)})
    size, start = _window(call)
    query.limit, query.offset = size, start
    found, total = records.page(query), call.platform.store.count(records.place, query)
    return call.fill({name: found, "pagination": pagination(call, len(found), total)})


def make_query(call: Call, records: Collection, **more: Any) -> Query:
    """The conditions of a list: its query parameters, by the properties that they name."""
    properties = call.platform.contract.resolve(records.kind.schema).get("properties", {})
    query = Query(equal=dict(more), newest_first=records.rule.newest_first)
    equal, holding, since, until = dict(more), {}, {}, {}
    moment = next((name for name in _MOMENTS if name in properties), None)
    for name, value in call.query.items():
        target = next((one for one in _spellings(name) if one in properties), None)
        if name in _PAGING:
            continue
        if name == "search":
            query.text = value
        elif name in _SINCE and moment:
            since[moment] = value
        elif name in _UNTIL and moment:
            until[moment] = value
        elif target and _is_list(properties[target]):
            holding[target] = value[0] if isinstance(value, list) else value
        elif target:
            equal[target] = value
    query.equal, query.holding, query.since, query.until = equal, holding, since, until
    return query


def pagination(call: Call, count: int, total: int) -> dict[str, Any]:
    """Where a page lies in its list."""
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
        query.before_seq, query.offset = _read_cursor(cursor), 0
    rows = call.platform.store.rows(records.place, query)
    following = _write_cursor(rows[size - 1][0]) if len(rows) > size else None
    return [json.loads(body) for _, body in rows[:size]], following


def _window(call: Call) -> tuple[int, int]:
    """Size and start of the page that a call asks for."""
    query = call.query
    if call.operation.paging == "page":
        size = query.get("page_size", DEFAULT_LIMIT)
        return size, (query.get("page", 1) - 1) * size
    return query.get("limit", _default_limit(call.operation)), query.get("offset", 0)


def _default_limit(operation: Operation) -> int:
    for one in operation.query():
        if one.name == "limit":
            return int(one.schema.get("default", DEFAULT_LIMIT))
    return DEFAULT_LIMIT


def _write_cursor(seq: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"before": seq}).encode()).decode()


def _read_cursor(cursor: str) -> int:
    try:
        return int(json.loads(base64.urlsafe_b64decode(cursor.encode()))["before"])
    except (ValueError, KeyError, TypeError):
        raise invalid([("cursor", "is not a cursor of this list")]) from None


def _spellings(name: str) -> tuple[str, ...]:
    """The names a property may have for a parameter: `tag` filters `tags`, `archived` `is_archived`."""
    return (
        name,
        f"{name}s",
        f"is_{name}",
        f"{name}_type",
        f"conversation_{name}",
        f"channel_{name}",
    )


def _is_list(schema: Mapping[str, Any]) -> bool:
    return "array" in str(schema.get("type"))


def _list(_contract: Contract, kind: Kind, _operation: Operation) -> Handler:
    return lambda call: list_records(call, collection_of(call, kind))


def _create(contract: Contract, kind: Kind, operation: Operation) -> Handler:
    name = record_key(contract, operation)

    def create(call: Call) -> Any:
        record = collection_of(call, kind).add(call.body)
        return call.fill({name: record}) if name else record

    return create


def _get(contract: Contract, kind: Kind, operation: Operation) -> Handler:
    name = record_key(contract, operation)

    def get(call: Call) -> Any:
        record = collection_of(call, kind).get(_id(call))
        return call.fill({name: record}) if name else record

    return get


def _update(contract: Contract, kind: Kind, operation: Operation) -> Handler:
    name = record_key(contract, operation)

    def update(call: Call) -> Any:
        record = collection_of(call, kind).change(_id(call), call.body)
        return call.fill({name: record}) if name else record

    return update


def _delete(_contract: Contract, kind: Kind, _operation: Operation) -> Handler:
    def delete(call: Call) -> Any:
        collection_of(call, kind).remove(_id(call))
        return call.fill({"message": f"{kind.noun} deleted"})

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
