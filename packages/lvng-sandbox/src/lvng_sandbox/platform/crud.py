"""Generic operations: list, create, get, update and delete, by the contract and the rules of a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..contract.document import Operation, placeholders
from ..store.database import Query
from .call import Call
from .collection import Collection
from .filters import make_query
from .kinds import Action, Kind, classify, entries_key, record_key
from .paging import cursor_page, hosted, pagination, select_everywhere, window
from .registry import HANDLERS, Handler


def handler_for(by_path: Mapping[str, Kind], operation: Operation) -> Handler:
    """The handler of an operation: a registered one, or a generic one.

    Args:
        by_path: the kinds by their paths.
        operation: the operation.
    """
    if operation.id in HANDLERS:
        return HANDLERS[operation.id]
    if found := classify(by_path, operation):
        kind, action = found
        return _GENERIC[action](kind)
    return example_response


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
    everywhere = [(records, query), *hosted(call, records, query)]
    if operation.paging == "cursor":
        found, following = cursor_page(call, everywhere)
        return call.fill({name: found, "nextCursor": following})
    if operation.paging:
        query.limit, query.offset = window(call)
    elif any(one.name == "limit" for one in operation.query()):
        query.limit = window(call)[0]
    found = select_everywhere(call, everywhere)
    if not operation.paging:
        return call.fill({name: found, "count": len(found), "total": len(found)})
    total = call.store.count_across([(one.key, filters) for one, filters in everywhere])
    return call.fill({name: found, "pagination": pagination(call, len(found), total)})


def slice_response(
    call: Call, entries: Sequence[Any], shown: Callable[[Any], Any] = lambda entry: entry
) -> dict[str, Any]:
    """The requested page of entries that do not come from one collection, as a response.

    Args:
        call: the call.
        entries: all entries.
        shown: makes what is shown of an entry; called for those of the page alone.
    """
    size, start = window(call)
    name = entries_key(call.platform.contract, call.operation) or "data"
    found = [shown(one) for one in entries[start : start + size]]
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


def _list(kind: Kind) -> Handler:
    return lambda call: list_response(call, collection_of(call, kind))


def _create(kind: Kind) -> Handler:
    def create(call: Call) -> Any:
        records = collection_of(call, kind)
        return record_response(call, records, records.add(call.body))

    return create


def _get(kind: Kind) -> Handler:
    def get(call: Call) -> Any:
        records = collection_of(call, kind)
        return record_response(call, records, records.get(_id(call)))

    return get


def _update(kind: Kind) -> Handler:
    def update(call: Call) -> Any:
        records = collection_of(call, kind)
        record = update_record(call, records, _id(call))
        return record_response(call, records, record)

    return update


def _delete(kind: Kind) -> Handler:
    def delete(call: Call) -> Any:
        call.deleted = collection_of(call, kind).delete(_id(call))
        return call.fill({"message": f"{kind.label} deleted"})

    return delete


def _id(call: Call) -> str:
    return call.path[placeholders(call.operation.path)[-1]]


_GENERIC: dict[Action, Callable[[Kind], Handler]] = {
    "list": _list,
    "create": _create,
    "get": _get,
    "update": _update,
    "delete": _delete,
}
